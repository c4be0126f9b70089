"""The one door: nothing happens but through here (law 1).

checked   validate → permission → the call as it is to be stored
read      read-only transaction; store: calls, results and their entries in the log, in one
write     unit of work: store → run → changes → ask the approval rule → audit → commit, or a card
approved  the stored call again, by the stored approval, only with the effect that was shown
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Locale
from db.queries import approvals, transcript, turns
from db.queries.changes import open_change_set
from db.queries.inbox import assert_held
from db.queries.transcript import StoredCall, StoredMessage
from db.queries.turns import Proposed
from db.session import Database
from knowledge.meaning import Meaning
from tools import permissions
from tools.approval import Origin, Proposal, card_reason
from tools.arguments import validated
from tools.cards import Wanted, request_card
from tools.catalog import Catalog
from tools.changes import changes_of, digest, fingerprint
from tools.context import Asker, ToolContext
from tools.deciding import Decision, recorded
from tools.errors import Refused, ToolError
from tools.house_rules import INTERNAL, STALE, rule_broken
from tools.named import proposal_of
from tools.outcome import (
    CallFailedError,
    CardNeededError,
    Outcome,
    Turn,
    actor_of,
    change_set_of,
    during,
    echoed,
    ended_of,
    failure_of,
    not_done,
    replayed,
)
from tools.reports import making
from tools.spec import AnyTool, Effect, Result
from tools.view import told, viewed

Json = dict[str, Any]
Clock = Callable[[], datetime]
Rule = Callable[[Proposal, Origin], str | None]
Unstored = tuple[Proposed, list[Outcome]]  # calls as checked, outcomes of those that do not fit
BERLIN = ZoneInfo("Europe/Berlin")
_log = structlog.get_logger()


class Runner:
    """Runs stored calls.

    Args:
        database: the application's connection, under row-level security.
        catalog: all tools.
        clock: returns now, UTC.
        rule: why a person must approve a call, None when it may run at once (law 4).
        files: folder of the files members hand in.
        meaning: which vectors a search in documents uses.
    """

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        clock: Clock,
        rule: Rule = card_reason,
        files: Path | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self.database, self.catalog, self.clock = database, catalog, clock
        self.rule, self.files = rule, files
        self.meaning = meaning or Meaning()

    # --- propose -------------------------------------------------------------------------------

    def checked(
        self, turn: Turn, said: str, model: str | None, calls: Sequence[StoredCall]
    ) -> tuple[Proposed, list[Outcome]]:
        """Validate and class proposed calls; nothing is stored yet (see `store`).

        Returns:
            The proposal as it is to be stored, and the outcomes of the calls that do not fit.
        """
        failed: list[Outcome] = []
        checked: list[StoredCall] = []
        intents: dict[str, Json] = {}
        for call in calls:
            arguments = call.arguments
            try:
                tool, arguments = self._checked(turn.asker, call)
                if tool.effect is not Effect.READ:
                    intents[call.id] = {
                        "tool": tool.name,
                        "arguments_hash": fingerprint(arguments),
                    }
            except ToolError as error:
                failed.append(failure_of(turn, call, error))
            arguments_hash = fingerprint(arguments)
            checked.append(replace(call, arguments=arguments, arguments_hash=arguments_hash))
        return Proposed(said, model, checked, intents), failed

    def _checked(self, asker: Asker, call: StoredCall) -> tuple[AnyTool, Json]:
        tool = self.catalog.tool(call.tool)
        permissions.require(asker, tool)
        return tool, validated(tool, call.arguments).model_dump(mode="json", exclude_unset=True)

    async def store(
        self, turn: Turn, proposal: Proposed | None, outcomes: Sequence[Outcome]
    ) -> StoredMessage:
        """Commit proposed calls, what came of calls, or both; return their message as it stands."""
        ended = [ended_of(o) for o in outcomes if not o.replayed]
        return await turns.record(
            self.database, actor_of(turn), turn.fence, turn.inbox_id, proposal, ended
        )

    # --- read ----------------------------------------------------------------------------------

    async def read(self, turn: Turn, call: StoredCall) -> Outcome:
        """Run a READ in a read-only transaction; nothing is stored yet (see `store`)."""
        if call.result is not None:
            return replayed(call)
        actor = actor_of(turn, call.id)
        try:
            async with self.database.reading(actor) as session:
                context = self._context(session, turn.asker, call, turn.origin)
                tool, result = await self._call(context, call)
                wish = await making.wish_of(context, tool, call.arguments)
            if wish is not None:
                making_it = making.made(self.catalog, result, wish, self.files)
                result = await _unless_broken(call, making_it)
        except ToolError as error:
            return replace(failure_of(turn, call, error), status="failed")
        return self._succeeded(call, tool, result, turn.origin.locale)

    # --- write ---------------------------------------------------------------------------------

    async def write(
        self, turn: Turn, calls: Sequence[StoredCall], unstored: Unstored | None = None
    ) -> tuple[list[Outcome], StoredMessage | None]:
        """Run the changes of one message together: all of them, or cards, or none.

        One transaction, one change set, and with it the calls themselves when they are not stored
        yet. When any of them needs a person, each gets a card; when one fails, none is done.

        Returns:
            What came of the calls, and their message as it stands (None: nothing left to do).
        """
        done = [replayed(c) for c in calls if c.result is not None]
        todo = [c for c in calls if c.result is None]
        if not todo:
            return done, None
        try:
            async with self._unit(turn, todo, unstored, opens=True) as (session, change_set):
                outcomes = await self._write_all(session, turn, todo, change_set)
                message = await self._end(session, turn, outcomes)
        except CardNeededError as needed:
            outcomes, message = await self._ask(turn, todo, unstored, needed.previews)
        except CallFailedError as failed:
            outcomes, message = await self._fail_together(turn, todo, unstored, failed)
        return done + outcomes, message

    def _unit(
        self,
        turn: Turn,
        calls: Sequence[StoredCall],
        unstored: Unstored | None,
        *,
        opens: bool = False,
    ) -> AbstractAsyncContextManager[tuple[AsyncSession, int | None]]:
        """Begin a unit of work; it gives the session and the change set it opened."""
        proposal, unfit = unstored or (None, [])
        # An undo opens its own, naming what it undoes.
        undoes = any(self.catalog.tool(c.tool).verb == "undo" for c in calls)
        where = actor_of(turn), turn.fence, turn.inbox_id
        ended = [ended_of(o) for o in unfit]
        unit = turns.Unit(*where, proposal, ended, opens and not undoes, calls[0].id)
        return turns.unit_of_work(self.database, unit)

    async def _end(
        self, session: AsyncSession, turn: Turn, outcomes: Sequence[Outcome]
    ) -> StoredMessage:
        where = turn.conversation_id, turn.inbox_id
        return await turns.end_all(session, *where, [ended_of(o) for o in outcomes])

    async def _write_all(
        self,
        session: AsyncSession,
        turn: Turn,
        calls: Sequence[StoredCall],
        change_set: int | None,
    ) -> list[Outcome]:
        outcomes: list[Outcome] = []
        previews: list[tuple[str, list[Json], str]] = []
        for place, call in enumerate(calls):
            if place:  # the first was named when the unit began
                await during(session, call.id)
            origin = replace(
                turn.origin,
                tainted=turn.origin.tainted or call.tainted,
                fallback=turn.origin.fallback or call.fallback,
                doubtful=call.doubtful,
            )
            outcome, reason = await self._effect(session, turn.asker, call, origin)
            outcomes.append(replace(outcome, change_set_id=change_set_of(outcome, change_set)))
            if outcome.changes or reason in {"external", "always"}:
                previews.append((call.id, list(outcome.changes), reason or ""))
        if any(reason for _, _, reason in previews):
            raise CardNeededError(previews)
        return outcomes

    async def _effect(
        self, session: AsyncSession, asker: Asker, call: StoredCall, origin: Origin
    ) -> tuple[Outcome, str | None]:
        """Run one change inside the unit of work and ask the rule about what it really did."""
        context = self._context(session, asker, call, origin)
        try:
            tool, result = await self._call(context, call)
            await session.flush()
        except ToolError as error:
            raise CallFailedError(call, error) from error
        except (IntegrityError, DataError) as error:
            raise CallFailedError(call, rule_broken(error)) from error
        changes = await changes_of(session, self.catalog, call.id)
        proposal: Proposal = await proposal_of(
            context, self.catalog, tool, call.arguments or {}, changes
        )
        outcome = self._succeeded(call, tool, result, origin.locale)
        told = outcome.data | echoed(changes)
        return replace(outcome, changes=changes, data=told), self.rule(proposal, origin)

    async def _ask(
        self,
        turn: Turn,
        calls: Sequence[StoredCall],
        unstored: Unstored | None,
        previews: list[tuple[str, list[Json], str]],
    ) -> tuple[list[Outcome], StoredMessage]:
        """Store a card per change: the exact content, bound to its digest."""
        shared = next(reason for _, _, reason in previews if reason)
        by_call = {c.id: c for c in calls}
        cards: list[Outcome] = []
        async with self._unit(turn, calls, unstored) as (session, _):
            for call_id, changes, reason in previews:
                call = by_call[call_id]
                await during(session, call_id)
                tool = self.catalog.tool(call.tool)
                wanted = Wanted(call, tool, changes, reason or shared, self.clock())
                cards.append(await request_card(session, turn, wanted))
            asked = {p[0] for p in previews}
            undone = not_done(turn, [c for c in calls if c.id not in asked])
            return cards + undone, await self._end(session, turn, undone)

    async def _fail_together(
        self,
        turn: Turn,
        calls: Sequence[StoredCall],
        unstored: Unstored | None,
        failed: CallFailedError,
    ) -> tuple[list[Outcome], StoredMessage]:
        """Record in a transaction of its own that one call failed, so the others were not done."""
        others = not_done(turn, [c for c in calls if c is not failed.call])
        outcomes = [failure_of(turn, failed.call, failed.error), *others]
        async with self._unit(turn, calls, unstored) as (session, _):
            return outcomes, await self._end(session, turn, outcomes)

    async def decide(
        self, decider: Asker, approval_id: int, verdict: str, reason: str | None = None
    ) -> approvals.StoredApproval:
        """Record a person's decision; the first one wins (see `tools.deciding`)."""
        decision = Decision(decider, approval_id, verdict, reason, self.clock())
        return await recorded(self.database, self.catalog, decision)

    async def approved(self, turn: Turn, approval: approvals.StoredApproval) -> Outcome:
        """Run the stored call of an approved approval as its requester, once, as it was shown."""
        actor = actor_of(turn, approval.call_id)
        try:
            async with self.database.writing(actor) as session:
                await assert_held(session, turn.fence)
                return await self._run_approved(session, turn, approval)
        except CallFailedError as failure:
            outcome = failure_of(turn, failure.call, failure.error)
            # A card may be read in another language than the approver's.
            outcome = replace(outcome, view={"why": failure.error.in_all_languages()})
            async with self.database.writing(actor) as session:
                await assert_held(session, turn.fence)
                await turns.end(session, ended_of(outcome))
            return outcome

    async def _run_approved(
        self, session: AsyncSession, turn: Turn, approval: approvals.StoredApproval
    ) -> Outcome:
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:call, 0))"),
            {"call": approval.call_id},
        )
        call = await transcript.call(session, approval.call_id)
        fits = call is not None and call.arguments_hash == approval.arguments_hash
        if call is None or not fits or approval.status != "approved":
            raise RuntimeError(f"approval {approval.id} does not fit its call")
        if call.result is not None and call.result.phase == "final":
            return replayed(call)
        change_set = await self._change_set(session, turn, call)
        try:
            permissions.require(turn.asker, self.catalog.tool(call.tool))
        except ToolError as error:
            raise CallFailedError(call, error) from error
        outcome, _ = await self._effect(session, turn.asker, call, turn.origin)
        if digest(call.tool, call.arguments or {}, outcome.changes) != approval.digest:
            raise CallFailedError(call, Refused("stale_approval", STALE, next="stop"))
        number = change_set_of(outcome, change_set)
        outcome = replace(outcome, change_set_id=number, approval_id=approval.id)
        await turns.end(session, ended_of(outcome))
        return outcome

    async def _change_set(self, session: AsyncSession, turn: Turn, call: StoredCall) -> int | None:
        if self.catalog.tool(call.tool).verb == "undo":
            return None  # it opens its own, naming what it undoes
        return await open_change_set(
            session,
            member_id=turn.asker.id,
            conversation_id=turn.conversation_id,
            inbox_id=turn.inbox_id,
        )

    async def _call(self, context: ToolContext, call: StoredCall) -> tuple[AnyTool, Result]:
        """Validate again and run."""
        tool = self.catalog.tool(call.tool)
        permissions.require(context.asker, tool)
        arguments = validated(tool, call.arguments)
        return tool, await _unless_broken(call, tool.run(context, arguments))

    def _context(
        self, session: AsyncSession, asker: Asker, call: StoredCall, origin: Origin
    ) -> ToolContext:
        return ToolContext(
            session=session,
            asker=asker,
            now=self.clock(),
            today=origin.today,  # the turn's, as the database was told: midnight is between turns
            call_id=call.id,
            conversation_id=call.conversation_id,
            inbox_id=call.inbox_id,
            files=self.files,
            meaning=self.meaning,
        )

    def _succeeded(
        self, call: StoredCall, tool: AnyTool, result: Result, locale: Locale
    ) -> Outcome:
        return Outcome(
            call.id,
            call.tool,
            "ok",
            told(result, locale),
            view=viewed(result),
            free_text=tool.free_text,
            personal=result.personal,
            answer=result.answer,
        )


async def _unless_broken(call: StoredCall, work: Awaitable[Result]) -> Result:
    """Wait for a tool; an unforeseen error is logged with the call id and told plainly."""
    try:
        return await work
    except DataError as error:
        raise rule_broken(error) from error
    except (ToolError, DBAPIError, OSError):
        raise
    except Exception as error:  # one of three named edges: told with the call id, logged whole
        _log.exception("tool failed", call=call.id, tool=call.tool)
        raise ToolError("internal", INTERNAL, next="stop", call=call.id) from error
