"""Approval cards where they stand: what each shows, and how things really are.

A card is a view of its approval and of what came of the call. Whoever rewrites one claims it first
and says afterwards that it did: who was overtaken in between may have shown an older state, so the
card is then rewritten again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, case, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Approval, ApprovalDecision, Inbox, Outbox, ToolResult

Json = dict[str, Any]
Standing = Literal[
    "pending", "approved", "done", "failed", "dropped", "rejected", "expired", "superseded"
]
_MOVING = ("pending", "approved")  # what is shown of a card that has more to come
_SHOWN = Outbox.receipt["shown"].astext


@dataclass(frozen=True)
class ShownCard:
    """A card that shows something else than how things are.

    Attributes:
        receipt: where it stands and what it shows: {channel, ts, shown, locale}.
        standing: how things are: approved while the call is being carried out, then done or
            failed; dropped when nobody tries any more.
        attempts: how often somebody set out to rewrite it; the fence.
        ended_at: when the call came to its end, None before that.
        result: what it came to.
    """

    approval_id: int
    receipt: Json
    standing: Standing
    attempts: int
    ended_at: datetime | None
    result: Json


async def card_shown(session: AsyncSession, approval_id: int, receipt: Json) -> None:
    """Store where a card stands and what it shows, unless that is known."""
    row = insert(Outbox).values(
        effect_key=_key(approval_id),
        kind="card",
        payload={"approval": approval_id},
        state="sent",
        receipt=receipt,
    )
    await session.execute(row.on_conflict_do_nothing())


async def outdated(session: AsyncSession, now: datetime) -> list[ShownCard]:
    """Return the cards to be rewritten, but for those somebody is just rewriting."""
    standing = _standing(now)
    rows = await session.execute(
        select(
            Approval.id,
            Outbox.receipt,
            standing,
            Outbox.attempts,
            ToolResult.at,
            ToolResult.data,
        )
        .select_from(Outbox)
        .join(Approval, Approval.id == Outbox.payload["approval"].as_integer())
        .outerjoin(ApprovalDecision, ApprovalDecision.approval_id == Approval.id)
        .outerjoin(
            ToolResult,
            and_(ToolResult.call_id == Approval.call_id, ToolResult.phase == "final"),
        )
        .where(
            Outbox.kind == "card",
            _SHOWN.in_(_MOVING),
            Outbox.not_before <= func.clock_timestamp(),
            standing != _SHOWN,
        )
        .order_by(Approval.id)
    )
    return [
        ShownCard(number, receipt or {}, standing, attempts, ended_at, result or {})
        for number, receipt, standing, attempts, ended_at, result in rows
    ]


def _standing(now: datetime) -> Any:
    """Return the SQL of how things are with an approval.

    A decision is open as long as somebody works it, a crash or ten notwithstanding.
    """
    worked = (
        select(Inbox.id)
        .where(
            Inbox.kind == "decision",
            Inbox.done_at.is_(None),
            Inbox.payload["approval"].as_integer() == Approval.id,
            Inbox.member_id == ApprovalDecision.member_id,
        )
        .exists()
    )
    verdict = ApprovalDecision.verdict
    return case(
        (verdict.is_(None) & (Approval.expires_at < now), literal("expired")),
        (verdict.is_(None), literal("pending")),
        (verdict != "approved", verdict),
        (ToolResult.status == "ok", literal("done")),
        (ToolResult.status.is_not(None), literal("failed")),
        (worked, literal("approved")),
        else_=literal("dropped"),
    )


async def claim(session: AsyncSession, card: ShownCard, seconds: float) -> int | None:
    """Set out to rewrite a card; None when somebody else has since.

    Returns:
        The fence for `rewritten` and `put_off`.
    """
    return await _change(
        session, card.approval_id, card.attempts, attempts=Outbox.attempts + 1, wait=seconds
    )


async def rewritten(session: AsyncSession, card: ShownCard, fence: int) -> None:
    """Store what a card shows now; when that may be older than what it showed, show it anew."""
    shown = card.receipt | {"shown": card.standing}
    if await _change(session, card.approval_id, fence, receipt=shown) is None:
        unsure = card.receipt | {"shown": "pending"}
        await _change(session, card.approval_id, None, receipt=unsure, attempts=Outbox.attempts + 1)


async def put_off(session: AsyncSession, card: ShownCard, fence: int, seconds: float) -> None:
    """Leave a card as it is for a while."""
    await _change(session, card.approval_id, fence, wait=seconds)


async def _change(
    session: AsyncSession, approval_id: int, fence: int | None, *, wait: float = 0, **values: Any
) -> int | None:
    """Change a card's row when the fence still stands; return the new fence, else None."""
    ours = () if fence is None else (Outbox.attempts == fence,)
    later = func.clock_timestamp() + text("make_interval(secs => :wait)").bindparams(wait=wait)
    return await session.scalar(
        update(Outbox)
        .where(Outbox.effect_key == _key(approval_id), *ours)
        .values(changed_at=func.clock_timestamp(), not_before=later, **values)
        .returning(Outbox.attempts)
    )


def _key(approval_id: int) -> str:
    return f"card:{approval_id}"
