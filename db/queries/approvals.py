"""Approvals: requested once, decided once; what is pending follows from the rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Approval, ApprovalDecision

Json = dict[str, Any]


@dataclass(frozen=True)
class StoredApproval:
    """An approval and its state: pending, approved, rejected, expired or superseded."""

    id: int
    conversation_id: int
    call_id: str
    requested_by_id: int
    tool: str
    arguments: Json
    arguments_hash: str
    preview: list[Json]
    digest: str
    reason: str
    four_eyes: bool
    expires_at: datetime
    status: str
    decided_by_id: int | None
    decided_at: datetime | None
    note: str | None


async def request(session: AsyncSession, **values: Any) -> int:
    """Store a request for approval; columns as in `Approval`. Return its number."""
    return (await session.scalars(insert(Approval).values(**values).returning(Approval.id))).one()


async def decide(
    session: AsyncSession,
    approval_id: int,
    *,
    verdict: str,
    member_id: int | None,
    digest: str,
    reason: str | None = None,
) -> bool:
    """Store a decision; False when somebody decided before: the first click wins."""
    row = insert(ApprovalDecision).values(
        approval_id=approval_id, verdict=verdict, member_id=member_id, digest=digest, reason=reason
    )
    made = await session.scalar(row.on_conflict_do_nothing().returning(ApprovalDecision.id))
    return made is not None


async def get(session: AsyncSession, approval_id: int, now: datetime) -> StoredApproval | None:
    """Return an approval by its number, None when the asker may not see it or there is none."""
    found = await _select(session, now, Approval.id == approval_id)
    return found[0] if found else None


async def of_call(session: AsyncSession, call_id: str, now: datetime) -> StoredApproval | None:
    """Return the approval of a call."""
    found = await _select(session, now, Approval.call_id == call_id)
    return found[0] if found else None


async def pending(
    session: AsyncSession, now: datetime, conversation_id: int | None = None
) -> list[StoredApproval]:
    """Return what waits for a decision and has not expired, oldest first."""
    here = () if conversation_id is None else (Approval.conversation_id == conversation_id,)
    open_ones = await _select(session, now, ApprovalDecision.id.is_(None), *here)
    return [a for a in open_ones if a.status == "pending"]


async def _select(session: AsyncSession, now: datetime, *conditions: Any) -> list[StoredApproval]:
    rows = await session.execute(
        select(Approval, ApprovalDecision, Approval.expires_at < now)
        .outerjoin(ApprovalDecision, ApprovalDecision.approval_id == Approval.id)
        .where(*conditions)
        .order_by(Approval.id)
    )
    return [_stored(a, d, late) for a, d, late in rows]


def _stored(a: Approval, d: ApprovalDecision | None, late: bool) -> StoredApproval:
    status = d.verdict if d else ("expired" if late else "pending")
    return StoredApproval(
        a.id,
        a.conversation_id,
        a.call_id,
        a.requested_by_id,
        a.tool,
        a.arguments,
        a.arguments_hash,
        a.preview,
        a.digest,
        a.reason,
        a.four_eyes,
        a.expires_at,
        status,
        d.member_id if d else None,
        d.at if d else None,
        d.reason if d else None,
    )
