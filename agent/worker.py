"""A worker: works conversations as the queue names them, and looks after what nobody named.

Any number of them on any number of machines serve one database: the lease keeps a conversation's
order, the outbox its answers' order, and everything a worker knows is in the database.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent import queue
from agent.slack import coming_back
from agent.slack.delivery import Delivery
from agent.slack.files import with_files
from agent.slack.rewriting import Cards
from agent.slack.streams import Streams
from agent.turns import Engine
from db.queries import inbox
from db.queries.outbox import STALE_SECONDS
from db.session import Actor, DatabaseUnavailable
from tools import due

CONCURRENCY = 8
_RECONCILE_SECONDS = 2.0
_WAITED_SECONDS = 3.0  # what the queue has not brought anybody to by then is looked after
_SEND_SECONDS = 1.0
_SCHEDULE_SECONDS = 10.0
_HELD_SECONDS = 0.3  # how long the one who holds a conversation may need to let go
_ACTOR = Actor.system("worker")
_log = structlog.get_logger()


class Worker:
    """Works turns, sends answers, keeps the schedule; stops gracefully.

    Args:
        engine: the turn engine.
        client: the bot's client.
        app_url: the database, for the queue's own connections.
        stale_seconds: after how long a parcel is taken from a sender who does not come back.
    """

    def __init__(
        self,
        engine: Engine,
        client: AsyncWebClient,
        app_url: str,
        stale_seconds: int = STALE_SECONDS,
    ) -> None:
        self.engine, self.app_url = engine, app_url
        self.streams = Streams(engine.services, client)
        self.delivery = Delivery(engine.services, client, self.streams, stale_seconds)
        self.cards = Cards(engine.services, client, stale_seconds)
        self.stopping = asyncio.Event()
        self._files = with_files(client, engine.services)
        self._busy: set[int] = set()
        self._sending = asyncio.Lock()

    async def run(self, concurrency: int = CONCURRENCY) -> None:
        """Work until `stop` is called or the process is told to end."""
        app = queue.make_app(self.app_url, self.work)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(queue.run(app, concurrency, self.stopping))
            tasks.create_task(self._again(self.reconcile, _RECONCILE_SECONDS))
            tasks.create_task(self._again(self.send, _SEND_SECONDS))
            tasks.create_task(self._again(self.keep_schedule, _SCHEDULE_SECONDS))

    def stop(self) -> None:
        """Take nothing new; what is being worked is finished."""
        self.stopping.set()

    async def work(self, conversation: int) -> None:
        """Work a conversation's inbox, and send the answers as they are stored."""
        if conversation in self._busy:  # it looks again before it lets go
            return
        self._busy.add(conversation)
        try:
            await self._files(conversation)
            if not await self.engine.work(conversation, self.streams.watch):
                await asyncio.sleep(_HELD_SECONDS)
                await self.engine.work(conversation, self.streams.watch)
        finally:
            self._busy.discard(conversation)
        await self.delivery.send_due(conversation)
        await self.cards.rewrite()

    async def reconcile(self) -> None:
        """Work what is open although nobody holds it: a crash, a lost job, a deaf queue."""
        async with self.engine.services.database.reading(_ACTOR) as session:
            left = await inbox.left_open(session, _WAITED_SECONDS)
        await asyncio.gather(*(self.work(c) for c in left))

    async def send(self) -> None:
        """Send what may leave, and show on cards what became of them."""
        async with self._sending:
            await self.delivery.send_due()
            await self.cards.rewrite()

    async def keep_schedule(self) -> None:
        """Hand over what is due by the clock; what a run comes to is sent like every answer."""
        services = self.engine.services
        await due.tick(services.database, services.clock, coming_back.remember)
        async with services.database.writing(_ACTOR) as session:
            await inbox.forget_dead_jobs(session)
        await self.send()

    async def _again(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Do something again and again; a failure is logged and does not end the worker."""
        while not self.stopping.is_set():
            try:
                await work()
            except DatabaseUnavailable as error:
                _log.warning("database away", error=str(error))
            except Exception:  # noqa: BLE001 - a named edge: a worker outlives a defect in one round
                _log.exception("worker round failed", work=getattr(work, "__name__", "?"))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), seconds)
