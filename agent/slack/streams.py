"""Watching a turn in Slack: a status at once, the answer while it is being said, the stop button.

A short answer is posted whole; a stream begins when words have been waiting for a second, or when a
turn has been working for three: then its calls are shown as tasks. A stream dies after five minutes
or when Slack likes: what was said is kept here, and the message is rewritten with all of it.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.messages import say
from agent.reply import Reply
from agent.slack.blocks import Drawing, Part, parts_of
from agent.slack.client import NotNowError, RefusedError, UnclearError, call
from agent.slack.place import Place
from agent.slack.text import inert, markdown, plain, shortened
from agent.turn import Services, Sink, Step
from db.queries import inbox, members
from db.queries.turns import Claim
from db.session import Actor, Database, DatabaseUnavailable

Json = dict[str, Any]
_FLUSH_SECONDS = 1.0  # appends are limited per minute
_FLUSH_CHARACTERS = 700
_TASKS_AFTER_SECONDS = 3  # few streams may be begun in a minute; a status says it before
_STOP_SECONDS = 0.5
_TITLE = 60
_TASK = 250  # of 256
_ACTOR = Actor.system("slack")
_log = structlog.get_logger()


class Stream:
    """One turn as it is seen in Slack.

    What is sent are chunks, also of words alone: a stream begun with text takes no tasks later.
    """

    def __init__(self, client: AsyncWebClient, place: Place, *, streams: bool) -> None:
        self.client, self.place, self.streams = client, place, streams
        self.ts: str | None = None
        self.spoken = ""
        self.broken = False
        self.stopped = False
        self._waiting: list[Json] = []
        self._tasks_open: dict[str, Json] = {}
        self._ticks = 0
        self._shown = ""
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def status(self, text: str) -> None:
        """Show what is being done beside the thread; nothing waits for it."""
        if text != self._shown and self.place.thread and self.place.kind != "home":
            self._shown = text
            self._beside(self._set_status(text))

    async def step(self, step: Step) -> None:
        """Show a call as a task, in the place it has: what has not been sent yet is replaced."""
        title = shortened(markdown(inert(step.title)), _TASK) or "–"
        task = {"type": "task_update", "id": step.id, "title": title, "status": step.status}
        for at, chunk in enumerate(self._waiting):
            if chunk.get("id") == step.id:
                self._waiting[at] = task
                break
        else:
            self._waiting.append(task)
        if step.status == "in_progress":
            self._tasks_open[step.id] = task
        else:
            self._tasks_open.pop(step.id, None)

    def session(self, status: str) -> None:
        """Say whether a turn runs here; while one does, Slack shows a stop button."""
        if self.place.thread and self.place.kind != "home":
            self._beside(self._set_session(status))

    async def sentence(self, text: str) -> None:
        """Take one more checked piece of the answer."""
        self.spoken += text
        if self._waiting and self._waiting[-1]["type"] == "markdown_text":
            self._waiting[-1]["text"] += text
        else:
            self._waiting.append({"type": "markdown_text", "text": text})
        if self.streams and self._words() >= _FLUSH_CHARACTERS:
            self._beside(self.flush())

    def _words(self) -> int:
        return sum(len(c["text"]) for c in self._waiting if c["type"] == "markdown_text")

    async def tick(self) -> None:
        """Show what has been waiting; called every second."""
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            self._ticks += 1
            long = self.ts is not None or self._ticks >= _TASKS_AFTER_SECONDS
            if self.streams and (self._words() or (self._waiting and long)):
                await self.flush()

    async def flush(self) -> None:
        """Send what is waiting; a stream Slack has ended is finished as an ordinary message."""
        async with self._lock:
            chunks, self._waiting = [_as_sent(c) for c in self._waiting], []
            if not chunks or self.broken:
                return
            try:
                await self._append(chunks)
            except (RefusedError, NotNowError, UnclearError) as error:
                _log.info("stream ended early", why=str(error))
                self.broken = True

    async def _append(self, chunks: list[Json]) -> None:
        where = {"channel": self.place.channel, "chunks": chunks}
        if self.ts is not None:
            await call(self.client, "chat.appendStream", ts=self.ts, **where)
            return
        answer = await call(
            self.client,
            "chat.startStream",
            thread_ts=self.place.thread,
            recipient_user_id=self.place.user,
            recipient_team_id=self.place.team,
            task_display_mode="timeline",
            **where,
        )
        self.ts = str(answer["ts"])

    async def finish(self, reply: Reply, drawing: Drawing) -> tuple[list[Part], Json]:
        """End the stream.

        Returns:
            The parts that are still to be posted, and the receipt of what stands: key → ts.
        """
        await self.settle()
        whole = parts_of(reply, drawing)
        if self.ts is None:
            return whole, {}
        rest = parts_of(reply, drawing, spoken=self.spoken)
        same = not self.spoken or " ".join(self.spoken.split()) == " ".join(reply.text.split())
        first = next((p for p in rest if p.file is None and p.card is None), None)
        ended = "error" if reply.outcome == "failed" else "complete"
        if await self._stop(first, ended=ended) and same:
            key = first.key if first else f"{drawing.key}#0"
            return [p for p in rest if p is not first], {key: self.ts}
        if not whole or not await replaced(self.client, self.place, self.ts, whole[0]):
            return whole, {}
        return whole[1:], {whole[0].key: self.ts}

    async def _stop(self, last: Part | None, *, ended: str) -> bool:
        """Close the stream at Slack, no task left running; False when it had died."""
        blocks = list(last.blocks) if last else None
        left = [t | {"status": ended} for t in self._tasks_open.values()]
        where = {"channel": self.place.channel, "ts": self.ts}
        try:
            await call(self.client, "chat.stopStream", blocks=blocks, chunks=left or None, **where)
        except RefusedError as error:
            _log.info("stream was over", why=str(error))
            return False
        return not self.broken

    async def settle(self) -> None:
        """Wait for what is on its way."""
        if self.ts is not None:
            await self.flush()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _beside(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _set_session(self, status: str) -> None:
        where = {"channel_id": self.place.channel, "thread_ts": self.place.thread}
        with contextlib.suppress(RefusedError, NotNowError, UnclearError):
            await call(self.client, "agents.sessions.setStatus", status=status, **where)

    async def _set_status(self, text: str) -> None:
        where = {"channel_id": self.place.channel, "thread_ts": self.place.thread}
        with contextlib.suppress(RefusedError, NotNowError, UnclearError):
            await call(self.client, "assistant.threads.setStatus", status=plain(text), **where)


def _as_sent(chunk: Json) -> Json:
    return chunk | {"text": markdown(chunk["text"])} if "text" in chunk else chunk


async def replaced(client: AsyncWebClient, place: Place, ts: str, part: Part) -> bool:
    """Rewrite what was streamed as an ordinary message.

    Returns:
        False when Slack does not let us (it has been seen to answer `block_mismatch`): the message
        is taken away then, and the answer is to be posted anew.

    Raises:
        NotNowError, UnclearError: nobody knows yet.
    """
    where = {"channel": place.channel, "ts": ts}
    try:
        await call(client, "chat.update", **where, text=part.text, blocks=list(part.blocks))
    except RefusedError as refused:
        _log.warning("stream not rewritten", why=str(refused))
        with contextlib.suppress(RefusedError):  # it is gone already, or stays as it is
            await call(client, "chat.delete", **where)
        return False
    return True


async def may_show_all(database: Database, place: Place) -> bool:
    """Whether prices and personal data may be shown: in a DM, or a channel listed for it."""
    if place.is_direct:
        return True
    async with database.reading(_ACTOR) as session:
        return place.channel in await members.private_channels(session)


class Streams:
    """The turns being watched by this process, until their answers are delivered."""

    def __init__(self, services: Services, client: AsyncWebClient) -> None:
        self.services, self.client = services, client
        self._open: dict[int, Stream] = {}

    def take(self, inbox_id: int) -> Stream | None:
        """Return what was shown of an answer here, for its delivery to finish."""
        return self._open.pop(inbox_id, None)

    @contextlib.asynccontextmanager
    async def watch(self, claim: Claim) -> AsyncGenerator[tuple[Sink, Callable[[], bool]]]:
        """Watch one turn: give its sink, and whether its member pressed stop."""
        place = Place.of(claim.work.payload)
        # Whether an answer is private is known at its end, so elsewhere nothing is shown before.
        open_here = await may_show_all(self.services.database, place)
        fresh = claim.work.attempts == 0  # after a crash the first attempt's message is adopted
        stream = Stream(
            self.client, place, streams=open_here and fresh and place.thread is not None
        )
        if fresh:
            self._open[claim.work.id] = stream
        stream.session("processing")
        await stream.status(say("thinking", claim.asker["locale"]))
        side = [
            asyncio.create_task(stream.tick()),
            asyncio.create_task(self._look_for_stop(stream, claim)),
        ]
        if place.kind == "im" and place.thread and len(claim.transcript) <= 1:
            side.append(asyncio.create_task(self._title(place, claim)))
        try:
            yield stream, lambda: stream.stopped
        finally:
            for task in side:
                task.cancel()
            await asyncio.gather(*side, return_exceptions=True)
            stream.session("active")

    async def _look_for_stop(self, stream: Stream, claim: Claim) -> None:
        work = claim.work
        while not stream.stopped:
            await asyncio.sleep(_STOP_SECONDS)
            try:
                async with self.services.database.reading(_ACTOR) as session:
                    stream.stopped = await inbox.stopped_since(
                        session, work.conversation_id, work.id
                    )
            except DatabaseUnavailable as error:  # the turn itself meets it, if it lasts
                _log.warning("stop not looked for", error=str(error))

    async def _title(self, place: Place, claim: Claim) -> None:
        words = " ".join(str(claim.work.payload.get("text", "")).split())
        with contextlib.suppress(RefusedError, NotNowError, UnclearError):
            await call(
                self.client,
                "assistant.threads.setTitle",
                channel_id=place.channel,
                thread_ts=place.thread,
                title=plain(inert(shortened(words, _TITLE))) or "–",
            )
