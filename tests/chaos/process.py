"""A front end or a worker that may carry a fuse: python -m tests.chaos.process '{"role": …}'.

Nothing of the product is replaced. Its database and its Slack client are the real ones with a
name for every step; at the step the fuse names the process kills itself, as a power cut would.
"""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from agent.slack.app import SlackFront
from agent.slack.running import make_bolt
from agent.turns import Engine
from agent.wiring import services
from agent.worker import Worker
from db.session import Actor, AsyncSession, Database
from tests.conftest import settings_of

Json = dict[str, Any]
_NAME = re.compile(r"\b(turn_\w+|unit_open|heard_all|transcript_of)\b")


@dataclass
class Fuse:
    """Where to die: at the nth time a step is about to be taken, or has been.

    `steps` counts what was passed, and is written down for whoever chooses the next fuse.
    """

    step: str | None
    nth: int
    log: Path
    steps: Counter[str] = field(default_factory=Counter[str])
    picked: dict[str, float] = field(default_factory=dict[str, float])
    signs: list[float] = field(default_factory=list[float])
    begun: float = 0

    def picks_up(self, claim: Any) -> None:
        """Remember when a turn was picked up."""
        if isinstance(claim, dict) and "work" in claim:
            place = claim["work"]["payload"].get("slack") or {}
            self.picked[str(place.get("thread"))] = time.perf_counter()

    def shows(self, thread: object) -> None:
        """Remember how long after that something of it was to be seen in Slack."""
        begun = self.picked.pop(str(thread), None)
        if begun is not None:
            self.signs.append((time.perf_counter() - begun) * 1000)

    def passes(self, step: str) -> None:
        """Take note of a step; die when it is the one."""
        self.steps[step] += 1
        if step == self.step and self.steps[step] == self.nth:
            self._note(step)
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, step: str) -> None:
        with self.log.open("a") as log:
            log.write(json.dumps({"died": step, "at": datetime.now(UTC).isoformat()}) + "\n")

    def told(self) -> None:
        """Write down which steps there were."""
        with self.log.open("a") as log:
            cpu = time.process_time() - self.begun
            log.write(json.dumps({"steps": self.steps, "signs": self.signs, "cpu": cpu}) + "\n")


class FusedDatabase(Database):
    """The application's database, whose every transaction is a step before and after its end."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self.fuse = fuse

    @contextlib.asynccontextmanager
    async def writing(self, actor: Actor) -> AsyncGenerator[AsyncSession]:
        """Give a transaction."""
        name = f"db:{actor.name.partition(':')[2] if actor.member_id is None else 'member'}"
        async with super().writing(actor) as session:
            yield session
            await session.flush()
            self.fuse.passes(f"{name} before")
        self.fuse.passes(f"{name} after")

    @contextlib.asynccontextmanager
    async def writing_from(
        self, actor: Actor, statement: str, values: Mapping[str, Any]
    ) -> AsyncGenerator[tuple[AsyncSession, Any]]:
        """Give a unit of work."""
        async with super().writing_from(actor, statement, values) as begun:
            self.fuse.passes("db:unit begun")
            yield begun
            await begun[0].flush()
            self.fuse.passes("db:unit before")
        self.fuse.passes("db:unit after")

    async def at_once(self, actor: Actor, statement: str, values: Mapping[str, Any]) -> Any:
        """Run a transaction of one statement."""
        found = _NAME.search(statement)
        name = f"db:{found[1] if found else 'at once'}"
        self.fuse.passes(f"{name} before")
        value = await super().at_once(actor, statement, values)
        if "turn_claim" in statement:
            self.fuse.picks_up(value)
        self.fuse.passes(f"{name} after")
        return value


class FusedClient(AsyncWebClient):
    """The bot's client, whose every call is a step before it and after it."""

    fuse: Fuse

    async def api_call(self, api_method: str, **given: Any) -> Any:
        """Call a method."""
        self.fuse.passes(f"slack:{api_method} before")
        answer = await super().api_call(api_method, **given)
        self.fuse.shows((given.get("json") or {}).get("thread_ts"))
        self.fuse.passes(f"slack:{api_method} after")
        return answer


def _client(given: Json, fuse: Fuse) -> FusedClient:
    client = FusedClient(
        given["slack"]["bot_token"], base_url=given["slack"]["base_url"], timeout=2, retry_handlers=[],
    )  # fmt: skip
    client.fuse = fuse
    return client


async def _run(given: Json, fuse: Fuse) -> None:
    database = FusedDatabase(given["url"], fuse)
    await database.open()
    client = _client(given, fuse)
    engine = Engine(services(settings_of(**given.get("settings", {})), database, _now))
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    if given["role"] == "front":
        front = await SlackFront.connect(engine.services, client)
        app = front.listen(make_bolt(client, None))
        handler = AsyncSocketModeHandler(app, given["slack"]["app_token"])
        await handler.connect_async()
        print("ready", flush=True)
        await ending.wait()
        await handler.close_async()
        return
    fuse.begun = time.process_time()
    worker = Worker(engine, client, given["url"], stale_seconds=given["stale"])
    running = asyncio.create_task(worker.run())
    print("ready", flush=True)
    await ending.wait()
    worker.stop()
    await running
    fuse.told()


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Run until the fuse goes or somebody ends it."""
    given: Json = json.loads(sys.argv[1])
    step, nth = given.get("fuse") or (None, 0)
    fuse = Fuse(step, nth, Path(given["log"]))
    asyncio.run(_run(given, fuse))


if __name__ == "__main__":
    main()
