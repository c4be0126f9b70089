"""A person decided on a card: do exactly what it showed, once, and say so."""

from dataclasses import replace
from typing import Any

from agent.compose import call_json
from agent.messages import say
from agent.reply import Card, Reply
from agent.turn import TurnRun
from db.queries import members, transcript
from db.queries.approvals import StoredApproval
from db.session import Actor
from tools.approval import Origin
from tools.context import Asker, as_asker
from tools.errors import NotAllowed, ToolError
from tools.outcome import Outcome, Turn

Json = dict[str, Any]


async def decide(run: TurnRun) -> Reply:
    """Work a decision row: payload {"approval", "verdict", "reason"?}."""
    payload = run.work.payload
    runner = run.services.runner
    number, verdict = int(payload["approval"]), str(payload["verdict"])
    run.locale = run.asker.locale
    try:
        approval = await _decided(run, number, verdict)
    except ToolError as error:
        outcome = "refused" if isinstance(error, NotAllowed) else "failed"
        return _reply(run, error.for_member(run.locale), outcome)
    if verdict != "approved":
        return _reply(run, _rejected(run), "answered", approval)
    requester = await _requester(run, approval)
    outcome = await runner.approved(await _turn(run, approval, requester), approval)
    return _told(run, approval, outcome)


def _rejected(run: TurnRun) -> str:
    """Say who rejected it and why; a model reads that in the next turn, so it can do better."""
    reason = " ".join(str(run.work.payload.get("reason") or "").split())
    if not reason:
        return say("rejected_by", run.locale, who=run.asker.name)
    sentence = reason if reason[-1] in ".!?…" else f"{reason}."
    return say("rejected_because", run.locale, who=run.asker.name, reason=sentence)


async def _decided(run: TurnRun, number: int, verdict: str) -> StoredApproval:
    """Record the decision, or find it recorded by this very row before a crash."""
    stored = await _earlier(run, number, verdict)
    if stored is not None:
        return stored
    return await run.services.runner.decide(
        run.asker, number, verdict, run.work.payload.get("reason")
    )


async def _earlier(run: TurnRun, number: int, verdict: str) -> StoredApproval | None:
    from db.queries import approvals

    if not run.work.attempts:
        return None
    async with run.services.database.reading(_actor(run)) as session:
        found = await approvals.get(session, number, run.services.clock())
    mine = found is not None and found.decided_by_id == run.asker.id
    return found if found is not None and mine and found.status == verdict else None


async def _requester(run: TurnRun, approval: StoredApproval) -> Asker:
    async with run.services.database.reading(Actor.system("drain")) as session:
        return as_asker(await members.by_id(session, approval.requested_by_id))


async def _turn(run: TurnRun, approval: StoredApproval, requester: Asker) -> Turn:
    async with run.services.database.reading(_actor(run)) as session:
        call = await transcript.call(session, approval.call_id)
    inbox_id = call.inbox_id if call else run.work.id
    origin = Origin(words="", locale=run.locale, today=run.today)
    return Turn(requester, approval.conversation_id, inbox_id, origin, run.fence)


def _actor(run: TurnRun) -> Actor:
    return Actor(name=f"member:{run.asker.id}", member_id=run.asker.id)


def _told(run: TurnRun, approval: StoredApproval, outcome: Outcome) -> Reply:
    said = (
        outcome.error.for_member(run.locale) if outcome.error else str(outcome.data.get("said", ""))
    )
    run.outcomes = [replace(outcome, approval_id=approval.id)]
    text = f"{say('approved_by', run.locale, who=run.asker.name)} {said}".strip()
    result = "answered" if outcome.status == "ok" else "failed"
    reply = _reply(run, text, result, replace(approval, status="approved"))
    reply.tool_calls = [call_json(run, outcome)]
    if outcome.status == "ok":
        reply.changes = [dict(c) for c in outcome.changes]
        reply.undo = outcome.change_set_id
        reply.tables = _shown(outcome)
    return reply


def _shown(outcome: Outcome) -> list[Json]:
    """Return the tables a change came with, such as what a new version changes.

    Where a card is decided others may read along: prices and personal data are asked for apart.
    """
    view = outcome.view or {}
    tables = [t for t in (view.get("table"), *view.get("more", ())) if t]
    open_ = [t for t in tables if not any(c.get("kind") == "money" for c in t["columns"])]
    return [] if outcome.personal else open_


def _reply(run: TurnRun, text: str, outcome: str, approval: StoredApproval | None = None) -> Reply:
    cards = [card_of_row(approval)] if approval else []
    return Reply(
        text=text, language=run.locale, outcome=outcome, cards=cards, demo=run.company.demo
    )


def card_of_row(approval: StoredApproval) -> Card:
    """Return the card of an approval row, whatever became of it."""
    return Card(
        id=approval.id,
        tool=approval.tool,
        args=approval.arguments,
        digest=approval.digest,
        changes=approval.preview,
        reason=approval.reason,
        status=approval.status,
        expires_at=approval.expires_at.isoformat(),
    )
