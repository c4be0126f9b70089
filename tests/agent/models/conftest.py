"""What the tests of the model adapter share: a request, a listener, a stand-in's model."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from agent.models.litellm_model import LiteLLMModel, hang_up
from agent.models.port import Model, ModelError, ModelRequest
from tests.standins.model_server import ModelServer, Script

Json = dict[str, Any]
Serve = Callable[..., Awaitable[ModelServer]]
FIND_LOTS: Json = {
    "type": "function",
    "function": {
        "name": "find_lots",
        "description": "Find lots.",
        "parameters": {"type": "object", "properties": {"text": {"type": "string"}}},
    },
}
REQUEST = ModelRequest(
    system="You help a coffee importer.",
    messages=[{"role": "user", "content": "How many bags?"}],
    tools=[FIND_LOTS],
    locale="en",
    today=date(2026, 11, 2),
)


class Ear:
    """Keeps the pieces of text it is passed, in order."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    async def __call__(self, piece: str) -> None:
        self.pieces.append(piece)


def model_at(
    server: ModelServer, name: str = "openai/stand-in", timeout_seconds: float = 20
) -> LiteLLMModel:
    """The model a stand-in serves."""
    return LiteLLMModel(name, base_url=server.base_url, timeout_seconds=timeout_seconds)


async def failing(model: Model, ear: Ear | None = None) -> ModelError:
    """The error a model ends with."""
    with pytest.raises(ModelError) as caught:
        await model.reply(REQUEST, ear or Ear())
    return caught.value


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start stand-ins that end with the test, each fully used up by it."""
    servers: list[ModelServer] = []

    async def start(script: Script = (), **options: Any) -> ModelServer:
        servers.append(await ModelServer(script, **options).start())
        return servers[-1]

    yield start
    await hang_up()
    for server in servers:
        await server.stop()
    assert [(s.unexpected, s.unused) for s in servers] == [(0, 0)] * len(servers)
