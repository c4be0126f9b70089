"""A turn engine whose model is the stand-in provider, over the real protocol."""

from collections.abc import AsyncIterator

import pytest

from agent.turns import Engine
from agent.wiring import services
from db.session import Database
from tests.conftest import NOW, settings_of
from tests.standins.model_server import ModelServer


@pytest.fixture
async def provider() -> AsyncIterator[ModelServer]:
    """A provider with an empty script; a test adds the steps."""
    async with ModelServer() as server:
        yield server


@pytest.fixture
def talking(demo: Database, provider: ModelServer) -> Engine:
    """An engine on the provider alone: when it fails, there is nobody else."""
    return engine_on(demo, provider, fallback_models="")


def engine_on(demo: Database, provider: ModelServer, **values: object) -> Engine:
    """Return an engine that asks the provider first."""
    settings = settings_of(
        model="openai/stand-in", model_base_url=provider.base_url, model_timeout_seconds=2, **values
    )
    return Engine(services(settings, demo, lambda: NOW))
