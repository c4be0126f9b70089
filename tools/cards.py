"""Asking a person: the exact content of a call, stored and bound to its digest (law 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import approvals, transcript
from db.queries.transcript import StoredCall
from tools import permissions
from tools.changes import digest, fingerprint
from tools.outcome import Outcome, Turn, event
from tools.spec import AnyTool

Json = dict[str, Any]
APPROVAL_LIVES = timedelta(hours=24)


@dataclass(frozen=True)
class Wanted:
    """A call that waits for a person: what it would change, and why a person is asked."""

    call: StoredCall
    tool: AnyTool
    changes: list[Json]
    reason: str
    now: datetime


async def request_card(session: AsyncSession, turn: Turn, wanted: Wanted) -> Outcome:
    """Store an approval request and the call's result "awaiting"; return it as the outcome."""
    call, changes, arguments = wanted.call, wanted.changes, wanted.call.arguments or {}
    bound, expires = digest(call.tool, arguments, changes), wanted.now + APPROVAL_LIVES
    number = await approvals.request(
        session,
        conversation_id=turn.conversation_id,
        call_id=call.id,
        requested_by_id=turn.asker.id,
        tool=call.tool,
        arguments=arguments,
        arguments_hash=fingerprint(arguments),
        preview=changes,
        digest=bound,
        reason=wanted.reason,
        four_eyes=await permissions.four_eyes(session, wanted.tool),
        expires_at=expires,
    )
    data: Json = {
        "status": "awaiting_approval",
        "approval": number,
        "reason": wanted.reason,
        "changes": changes,
        "digest": bound,
        "expires_at": expires.isoformat(),
    }
    await transcript.add_result(
        session, call_id=call.id, phase="awaiting", status="awaiting", data=data, changes=changes
    )
    await event(session, "approval", call.tool, {"approval": number, "asked": wanted.reason})
    return Outcome(call.id, call.tool, "awaiting", data, changes=changes, approval_id=number)
