"""The turn engine: from an inbox row to a stored reply, once, in order, by one process at a time.

Three transactions frame a turn: `claim` takes the lease, the work and the transcript; the graph
writes as it goes; `finish` stores the answer, marks the work done and lets go of the lease.
Every one of them shows the fence, so a process that was overtaken can write nothing.
"""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date
from typing import Any

import structlog

from agent.budgets import Budget
from agent.compose import reply_of
from agent.decisions import decide
from agent.messages import say
from agent.models.ordered import Ordered
from agent.models.port import Model
from agent.reply import Reply
from agent.speaking import language_of
from agent.turn import Company, Services, Sink, TurnRun
from db.queries import inbox, transcript, turns
from db.queries.inbox import Fence, LeaseLostError
from db.queries.turns import MOST_CHARS, Answer, Claim, Heard
from db.session import Actor, DatabaseUnavailable
from tools.context import Asker
from tools.outcome import replayed
from tools.runner import BERLIN

Json = dict[str, Any]
# How a front end watches the turns of a conversation: what each shows to, and when to stop it.
Watch = Callable[[Claim], AbstractAsyncContextManager[tuple[Sink, Callable[[], bool]]]]
_MAX_ATTEMPTS = 10  # after so many crashes a message is taken for their cause
_RENEW_SECONDS = 5
_LOOK_AGAIN_SECONDS = 0.2
_log = structlog.get_logger()


class Engine:
    """Works conversations. Holds nothing between turns."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.owner = uuid.uuid4().hex

    async def receive(
        self,
        *,
        front: str,
        key: str,
        asker: Asker,
        kind: str,
        payload: Json,
        event_key: str | None = None,
    ) -> tuple[int, int | None]:
        """Store what a front end heard, before anything else happens.

        Returns:
            The conversation's id and the inbox row's; None when this event was heard before.
        """
        actor = Actor.member(asker.id)
        heard = Heard(front, key, kind, payload, event_key or uuid.uuid4().hex)
        return await turns.receive(self.services.database, actor, heard)

    async def respond(
        self, asker: Asker, heard: Heard, sink: Sink, stop: Callable[[], bool] = lambda: False
    ) -> Reply:
        """Store what a front end heard that works its own turns, and return the reply."""
        actor = Actor.member(asker.id)
        conversation, row, claimed = await turns.begin(
            self.services.database, actor, heard, self.owner, self.today()
        )
        replies = await self._drain(claimed, _watched(sink, stop))
        return replies.get(row) or await self.answer(conversation, row, sink, stop)

    async def drain(
        self, conversation_id: int, sink: Sink, stop: Callable[[], bool] = lambda: False
    ) -> dict[int, Reply]:
        """Work a conversation's inbox in order; return the replies by inbox id.

        Empty when another process holds the conversation: that one will find the work. A process
        that was overtaken stops here; what it did not get to write never happened.
        """
        return await self.work(conversation_id, _watched(sink, stop))

    async def work(self, conversation_id: int, watch: Watch) -> dict[int, Reply]:
        """Drain a conversation whose messages may come from several places, each watched there."""
        return await self._drain(await self._claim(conversation_id), watch)

    async def _drain(self, claimed: Claim | None, watch: Watch) -> dict[int, Reply]:
        replies: dict[int, Reply] = {}
        with contextlib.suppress(LeaseLostError):
            while claimed is not None:
                async with self._renewing(claimed.fence), watch(claimed) as (sink, stop):
                    reply, more = await self._work(claimed, sink, stop)
                replies[claimed.work.id] = reply
                fence = claimed.fence
                claimed = await self._claim(fence.conversation_id, fence) if more else None
        return replies

    async def answer(
        self,
        conversation_id: int,
        inbox_id: int,
        sink: Sink,
        stop: Callable[[], bool] = lambda: False,
    ) -> Reply:
        """Return the reply to one inbox row, worked here or, when it is busy there, elsewhere."""
        while True:
            replies = await self.drain(conversation_id, sink, stop)
            if inbox_id in replies:
                return replies[inbox_id]
            stored = await self._stored_reply(inbox_id)
            if stored is not None:
                return stored
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _stored_reply(self, inbox_id: int) -> Reply | None:
        actor = Actor.system("drain")
        async with self.services.database.reading(actor) as session:
            found = await transcript.answer_to(session, inbox_id)
        return None if found is None else Reply.from_stored(found)

    # --- claim ---------------------------------------------------------------------------------

    async def _claim(self, conversation_id: int, held: Fence | None = None) -> Claim | None:
        return await turns.claim(
            self.services.database, conversation_id, self.owner, held, self.today()
        )

    @contextlib.asynccontextmanager
    async def _renewing(self, fence: Fence) -> AsyncGenerator[None]:
        """Keep the lease while a turn runs; a lost lease shows at the turn's next write."""
        task = asyncio.create_task(self._renew(fence))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _renew(self, fence: Fence) -> None:
        held = True
        while held:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                async with self.services.database.writing(Actor.system("drain")) as session:
                    held = await inbox.renew(session, fence)
            except DatabaseUnavailable as error:  # the turn itself meets it, if it lasts
                _log.warning("lease not renewed", error=str(error))

    # --- work ----------------------------------------------------------------------------------

    async def _work(
        self, claimed: Claim, sink: Sink, stop: Callable[[], bool]
    ) -> tuple[Reply, bool]:
        started = self.services.ticks()
        run = self._run(claimed, sink, stop)
        with self.services.tracer.turn(run.work.conversation_id, run.work.id, run.asker.id) as span:
            reply = await self._answer(run)
            span.update(outcome=reply.outcome)
        reply = replace(reply, elapsed_ms=round((self.services.ticks() - started) * 1000))
        return reply, await self._finish(run, reply)

    def _run(self, claimed: Claim, sink: Sink, stop: Callable[[], bool]) -> TurnRun:
        words = str(claimed.work.payload.get("text", ""))
        asker, settings = Asker(**claimed.asker), self.services.settings
        spent = claimed.is_spent(settings.member_daily_tokens, settings.member_daily_usd)
        run = TurnRun(
            services=self.services,
            sink=sink,
            work=claimed.work,
            fence=claimed.fence,
            asker=asker,
            company=Company(**claimed.company),
            locale=language_of(words, asker.locale),
            today=self.today(),
            words=words,
            transcript=claimed.transcript,
            model=self._model(claimed, asker, words, spent=spent),
            budget=Budget(settings, self.services.ticks),
            stop=stop,
        )
        if spent and settings.model != "offline":
            run.said.append(say("budget_day", run.locale))
        return run

    def _model(self, claimed: Claim, asker: Asker, words: str, *, spent: bool) -> Model:
        """Return who plans: the model, or the click itself when a person chose the call."""
        work = claimed.work
        order: Json | None = work.payload.get("order")
        if order is not None:
            return Ordered(str(order["tool"]), order["arguments"])
        if work.kind == "decision":
            return Ordered("", {})  # never asked: a decision runs a stored call
        said = [m.text for m in claimed.transcript if m.role == "member" and m.text]
        return self.services.model_for(asker, spent, "\n".join([*said, words]))

    async def _answer(self, run: TurnRun) -> Reply:
        if run.work.attempts >= _MAX_ATTEMPTS:
            return _plain(run, say("gave_up", run.locale), "failed")
        if run.work.kind == "decision":
            return await decide(run)
        if len(run.words) > MOST_CHARS:
            text = say("too_long", run.locale, size=len(run.words), limit=MOST_CHARS)
            return _plain(run, text, "refused")
        if not any(c.isprintable() and not c.isspace() for c in run.words):
            return _plain(run, say("nothing_said", run.locale), "asked")
        await self._resume(run)
        await self.services.graph().ainvoke(
            {"next": "act" if run.pending else "plan"},
            context=run,
            config={"recursion_limit": 6 * self.services.settings.turn_model_calls},
        )
        return reply_of(run)

    async def _resume(self, run: TurnRun) -> None:
        """Pick up what a crash left: calls proposed but not run, results not yet told."""
        mine = [m for m in run.transcript if m.inbox_id == run.work.id and m.calls]
        calls = [c for m in mine for c in m.calls]
        run.pending = [c for c in calls if c.result is None]
        run.outcomes = [replace(replayed(c), replayed=False) for c in calls if c.result is not None]

    # --- finish --------------------------------------------------------------------------------

    async def _finish(self, run: TurnRun, reply: Reply) -> bool:
        """Store the answer and mark the work done, together; return whether more is waiting."""
        actor = Actor(
            name=f"member:{run.asker.id}",
            member_id=run.asker.id,
            conversation_id=run.work.conversation_id,
        )
        changed = [*reply.changes, *(c for card in reply.cards for c in card.changes)]
        answer = Answer(
            role="assistant" if run.work.kind == "message" else "note",
            text=reply.text,
            model=reply.model,
            usage={"tokens": run.budget.tokens, "cost_microusd": run.budget.cost_microusd},
            reply=reply.stored(),
            outcome=reply.outcome,
            fresh=[(c["entity"], c["id"], c["field"]) for c in changed],
            cards=[card.id for card in reply.cards],
            day=run.today.isoformat(),
            now=self.services.clock().isoformat(),
        )
        return await turns.finish(self.services.database, actor, run.fence, run.work.id, answer)

    def today(self) -> date:
        """Return the day it is in Berlin."""
        return self.services.clock().astimezone(BERLIN).date()


def _watched(sink: Sink, stop: Callable[[], bool]) -> Watch:
    return lambda _: contextlib.nullcontext((sink, stop))


def _plain(run: TurnRun, text: str, outcome: str) -> Reply:
    return Reply(text=text, language=run.locale, outcome=outcome, demo=run.company.demo)
