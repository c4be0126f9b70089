"""A turn as tools see it, and what came of a call."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.queries.inbox import Fence
from db.queries.transcript import StoredCall
from db.queries.turns import Ended
from db.session import Actor
from tools.approval import Origin
from tools.context import Asker
from tools.errors import NotAllowed, Refused, ToolError
from tools.house_rules import TOGETHER

Json = dict[str, Any]
_MOST_ECHOED = 20


@dataclass(frozen=True)
class Turn:
    """The turn a call belongs to: who asks, where, and proof of holding the conversation."""

    asker: Asker
    conversation_id: int
    inbox_id: int
    origin: Origin
    fence: Fence | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a call; `data` is what the model reads, `view` what the front end shows."""

    call_id: str
    tool: str
    status: str
    data: Json
    view: Json | None = None
    changes: Sequence[Json] = ()
    change_set_id: int | None = None
    approval_id: int | None = None
    error: ToolError | None = None
    replayed: bool = False
    free_text: bool = False
    personal: bool = False
    answer: Json | None = None


def failure_of(turn: Turn, call: StoredCall, error: ToolError) -> Outcome:
    """Return the outcome of a call that could not be done."""
    status = "refused" if isinstance(error, NotAllowed) else "failed"
    told = error.for_model(turn.origin.locale)
    return Outcome(call.id, call.tool, status, told, error=error)


def not_done(turn: Turn, calls: Sequence[StoredCall]) -> list[Outcome]:
    """Return the outcomes of calls not done because another one of the same message was not."""
    return [failure_of(turn, c, Refused("not_done", TOGETHER)) for c in calls]


def actor_of(turn: Turn, call_id: str | None = None) -> Actor:
    """Return who acts, for row-level security and the audit triggers."""
    return Actor(
        name=f"member:{turn.asker.id}",
        member_id=turn.asker.id,
        call_id=call_id,
        conversation_id=turn.conversation_id,
        today=turn.origin.today,
    )


def echoed(changes: Sequence[Json]) -> Json:
    """Return what a model is told of changes, side effects included; long lists are cut."""
    keys = ("entity", "label", "field", "before", "after")
    shown = [{k: c[k] for k in keys} for c in changes[:_MOST_ECHOED]]
    return {"changes": shown} if shown else {}


def change_set_of(outcome: Outcome, change_set: int | None) -> int | None:
    """Return the change set a call's changes count towards; an undo names the one it opened."""
    return (change_set or outcome.data.get("change_set")) if outcome.changes else None


def replayed(call: StoredCall) -> Outcome:
    """Return the stored outcome of a call that has run: nothing happens twice."""
    stored = call.result
    if stored is None:
        raise RuntimeError(f"call {call.id!r} has no result to replay")
    data = {k: v for k, v in stored.data.items() if k != "_view"}
    return Outcome(
        call.id,
        call.tool,
        stored.status,
        data,
        view=stored.data.get("_view"),
        changes=stored.changes,
        change_set_id=stored.change_set_id,
        approval_id=data.get("approval"),
        replayed=True,
    )


def ended_of(outcome: Outcome) -> Ended:
    """Return what came of a call as it is stored, and its entry in the log."""
    stored = outcome.data | ({"_view": outcome.view} if outcome.view else {})
    detail: Json = {"tool": outcome.tool, "status": outcome.status}
    taken = [str(f["name"]) for f in (outcome.view or {}).get("files", ())]
    detail |= {"files": taken} if taken else {}
    return Ended(
        call=outcome.call_id,
        status=outcome.status,
        data=stored,
        changes=list(outcome.changes),
        change_set=outcome.change_set_id,
        kind={"ok": "call", "refused": "denied"}.get(outcome.status, "failed"),
        detail=detail | ({"personal": True} if outcome.personal else {}),
        answer=outcome.answer and outcome.answer | {"call_id": outcome.call_id},
    )


async def during(session: AsyncSession, call_id: str) -> None:
    """Name the call in the session, so that audit entries of this transaction carry it."""
    await session.execute(text("SELECT set_config('app.call', :call, true)"), {"call": call_id})


async def event(session: AsyncSession, kind: str, tool: str | None, detail: Json) -> None:
    """Write an application event to the audit log, in this transaction."""
    await session.execute(
        text("SELECT audit_event(:kind, NULL, NULL, CAST(:detail AS jsonb))"),
        {"kind": kind, "detail": _json({"tool": tool} | detail)},
    )


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


class CardNeededError(Exception):
    """Leaves the unit of work without a trace; the preview travels along."""

    def __init__(self, previews: list[tuple[str, list[Json], str]]) -> None:
        self.previews = previews


class CallFailedError(Exception):
    """One call of a unit of work failed; the unit is rolled back."""

    def __init__(self, call: StoredCall, error: ToolError) -> None:
        super().__init__(str(error))
        self.call, self.error = call, error
