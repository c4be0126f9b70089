"""A workspace, the front end listening to it, and a worker: as they run, on one database."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

from agent.models.litellm_model import hang_up
from agent.settings import Settings
from agent.slack.app import SlackFront
from agent.slack.client import make_client
from agent.slack.running import MANIFEST, make_bolt
from agent.turns import Engine
from agent.wiring import services
from agent.worker import Worker
from db.session import Database
from tests.conftest import NOW, settings_of
from tests.standins.slack import Channel, Message, Person, RealClock, SlackServer

PATIENCE = 90  # seconds for what comes at once on an idle machine


@dataclass
class Workspace:
    """Everything that runs, and the people who use it.

    Attributes:
        anna: admin, German; luis: analyst, Spanish; sam: viewer, English: as in the demo.
    """

    slack: SlackServer
    engine: Engine
    worker: Worker
    front: SlackFront
    people: dict[str, Person] = field(default_factory=dict[str, Person])

    def __getattr__(self, name: str) -> Person:
        return self.people[name]

    async def answer(
        self, channel: str | Channel, count: int = 1, thread_ts: str | None = None
    ) -> Message:
        """Return our newest message at a place, once there are so many."""
        await self.until(lambda: len(self.said(channel, thread_ts)) >= count)
        return self.said(channel, thread_ts)[-1]

    async def until(self, predicate: Callable[[], Any]) -> Any:
        """Return what `predicate` returns as soon as that is true."""
        return await self.slack.until(predicate, PATIENCE)

    def said(self, channel: str | Channel, thread_ts: str | None = None) -> list[Message]:
        """Return our messages at a place."""
        bot = self.front.bot.user
        return [m for m in self.slack.messages(channel, thread_ts) if m.user == bot]


@contextlib.asynccontextmanager
async def workspace_of(
    app_url: str, database: Database, settings: Settings
) -> AsyncGenerator[Workspace]:
    async with SlackServer(json.loads(MANIFEST.read_text()), clock=RealClock()) as slack:
        client = make_client(slack.bot_token, slack.base_url)
        engine = Engine(services(settings, database, lambda: NOW))
        front = await SlackFront.connect(engine.services, client)
        handler = AsyncSocketModeHandler(front.listen(make_bolt(client, None)), slack.app_token)
        await handler.connect_async()
        worker = Worker(engine, client, app_url)
        running = asyncio.create_task(worker.run())
        found = Workspace(slack, engine, worker, front)
        for name in ("anna", "luis", "sam"):
            found.people[name] = slack.add_user(name, email=f"{name}@demo.invalid")
        yield found
        worker.stop()
        await running
        await handler.close_async()
        slack.assert_clean()
    await hang_up()


@pytest.fixture
async def workspace(
    demo_url: tuple[str, str], demo: Database, tmp_path: Path
) -> AsyncGenerator[Workspace]:
    """A workspace on the demo, answered by the planner."""
    async with workspace_of(demo_url[0], demo, settings_of(data_dir=tmp_path)) as found:
        yield found
