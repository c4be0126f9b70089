"""What leaves the house: taken in order, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Inbox, Member, Message, Outbox

Json = dict[str, Any]
STALE_SECONDS = 20  # a sender that has not come back by then is taken for dead
_TAKE = text("SELECT * FROM outbox_take(:most, :stale, :mine)")


@dataclass(frozen=True)
class Parcel:
    """One thing to be delivered.

    Attributes:
        effect_key: names it for ever, so that a second delivery can be told.
        attempts: how often it was taken; more than once means it may have arrived.
        receipt: what is known to have arrived.
    """

    id: int
    effect_key: str
    kind: str
    payload: Json
    conversation_id: int | None
    attempts: int
    receipt: Json = field(default_factory=dict[str, Any])


async def take(
    session: AsyncSession, most: int, stale: int = STALE_SECONDS, mine: int | None = None
) -> list[Parcel]:
    """Take what may leave now, of each conversation only the oldest.

    Args:
        session: a writing transaction.
        most: how many at once.
        stale: seconds after which a sender that has not come back is taken for dead.
        mine: a conversation just worked here: its answers go first, and only they are taken.
    """
    rows = await session.execute(_TAKE, {"most": most, "stale": stale, "mine": mine})
    return [_parcel(row) for row in rows]


def _parcel(row: Row[Any]) -> Parcel:
    number, key, kind, payload, conversation, attempts, receipt = tuple(row)
    return Parcel(number, key, kind, payload, conversation, attempts, receipt or {})


async def put(
    session: AsyncSession,
    effect_key: str,
    kind: str,
    payload: Json,
    *,
    not_before: datetime | None = None,
) -> bool:
    """Store something to be delivered once; False when it is known already."""
    held = {} if not_before is None else {"not_before": not_before}
    row = insert(Outbox).values(effect_key=effect_key, kind=kind, payload=payload, **held)
    made = await session.scalar(row.on_conflict_do_nothing().returning(Outbox.id))
    return made is not None


class OvertakenError(Exception):
    """Another sender has taken this parcel since; whatever this one still holds is void."""


async def arrived(session: AsyncSession, parcel: Parcel, receipt: Json, *, done: bool) -> None:
    """Store what has arrived of a parcel; `done` when that is all of it."""
    state = {"state": "sent"} if done else {}
    await _set(session, parcel, receipt=receipt, error=None, **state)


async def put_off(session: AsyncSession, parcel: Parcel, error: str, seconds: float) -> None:
    """Try a parcel again later; what may have arrived is looked for then."""
    later = func.clock_timestamp() + text("make_interval(secs => :wait)").bindparams(wait=seconds)
    await _set(session, parcel, state="queued", not_before=later, error=error)


async def give_up(session: AsyncSession, parcel: Parcel, error: str) -> None:
    """Stop trying: Slack said no, and would again."""
    await _set(session, parcel, state="failed", error=error)


async def _set(session: AsyncSession, parcel: Parcel, **values: Any) -> None:
    """Change a parcel that is ours; how often it was taken is the fence.

    Raises:
        OvertakenError: it is not.
    """
    ours = (Outbox.id == parcel.id, Outbox.attempts == parcel.attempts, Outbox.state == "sending")
    changed = await session.scalar(
        update(Outbox)
        .where(*ours)
        .values(changed_at=func.clock_timestamp(), **values)
        .returning(Outbox.id)
    )
    if changed is None:
        raise OvertakenError(parcel.effect_key)


@dataclass(frozen=True)
class Answered:
    """An answer to be delivered: where it was asked, by whom, and what it says."""

    payload: Json
    kind: str
    attempts: int
    member_id: int
    role: str
    locale: str
    slack_id: str | None
    reply: Json


async def answered(session: AsyncSession, inbox_id: int) -> Answered:
    """Return the answer to an inbox row."""
    row = (
        await session.execute(
            select(
                Inbox.payload,
                Inbox.kind,
                Inbox.attempts,
                Member.id,
                Member.role,
                Member.locale,
                Member.slack_id,
                Message.reply,
            )
            .join(Member, Member.id == Inbox.member_id)
            .join(Message, (Message.inbox_id == Inbox.id) & Message.final)
            .where(Inbox.id == inbox_id)
        )
    ).one()
    return Answered(row[0], row[1], row[2], row[3], str(row[4]), str(row[5]), row[6], row[7] or {})


async def root_of(session: AsyncSession, kind: str, member_id: int, thread_key: str) -> str | None:
    """Return the message a thread about something began with, None when this is the first."""
    receipt = await session.scalar(
        select(Outbox.receipt)
        .where(
            Outbox.kind == kind,
            Outbox.state == "sent",
            Outbox.payload["thread_key"].astext == thread_key,
            Outbox.payload["member"].as_integer() == member_id,
        )
        .order_by(Outbox.id)
        .limit(1)
    )
    return next(iter(receipt.values()), None) if receipt else None
