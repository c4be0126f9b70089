"""A workspace, the front end listening to it, and a worker: as they run, on one database."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from agent.models.litellm_model import hang_up
from agent.settings import Settings
from agent.slack.app import SlackFront
from agent.slack.client import make_client
from agent.slack.running import MANIFEST, Socket, make_bolt, make_web
from agent.turns import Engine
from agent.wiring import services
from agent.worker import Worker
from db.session import Database
from tests.conftest import NOW, settings_of
from tests.standins.slack import Channel, Message, Person, RealClock, SlackServer
from tests.standins.slack.http_mode import HttpMode

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
        """Return our newest message at a place, once there are so many and none is being said."""

        def whole() -> bool:
            said = self.said(channel, thread_ts)
            return len(said) >= count and all(m.stream is None or m.stream.stopped for m in said)

        await self.until(whole)
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
        app = front.listen(make_bolt(client, None))
        handler = Socket(app, slack.app_token, ping_interval=2)  # a lost socket is noticed sooner
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


@dataclass
class Signed:
    """A front end behind HTTP, and who talks to it."""

    slack: SlackServer
    http: HttpMode
    anna: Person
    database: Database
    url: str


@pytest.fixture
async def signed(demo: Database) -> AsyncGenerator[Signed]:
    """A front end that listens on a port."""
    async with SlackServer(json.loads(MANIFEST.read_text()), clock=RealClock()) as slack:
        client = make_client(slack.bot_token, slack.base_url)
        engine = Engine(services(settings_of(), demo, lambda: NOW))
        front = await SlackFront.connect(engine.services, client)
        runner = web.AppRunner(make_web(front.listen(make_bolt(client, slack.signing_secret))))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        http = await slack.deliver_over_http(url)
        assert http is not None
        anna = slack.add_user("anna", email="anna@demo.invalid")
        yield Signed(slack, http, anna, demo, url)
        await slack.deliver_over_http(None)
        await runner.cleanup()
