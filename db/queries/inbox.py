"""Work to do and who does it: inbox rows, and the fenced lease on a conversation.

All times are the database's own, so a worker with a wrong clock can neither steal nor keep a lease.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Inbox, Lease
from db.storable import storable

LEASE_SECONDS = 15


class LeaseLostError(Exception):
    """Another process works this conversation now; whatever this one still holds is void."""


@dataclass(frozen=True)
class Fence:
    """Proof of holding a conversation: every write of a turn shows it."""

    conversation_id: int
    owner: str
    epoch: int


@dataclass(frozen=True)
class Work:
    """One inbox row to be worked on."""

    id: int
    conversation_id: int
    member_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


async def receive(
    session: AsyncSession,
    *,
    event_key: str,
    conversation_id: int,
    member_id: int,
    kind: str,
    payload: dict[str, Any],
) -> int | None:
    """Store what a front end received; return its id, None when it had been received before."""
    row = insert(Inbox).values(
        event_key=event_key,
        conversation_id=conversation_id,
        member_id=member_id,
        kind=kind,
        payload=storable(payload),
    )
    return await session.scalar(row.on_conflict_do_nothing().returning(Inbox.id))


async def acquire(session: AsyncSession, conversation_id: int, owner: str) -> Fence | None:
    """Take the conversation's lease when nobody holds it; a new epoch voids the former holder."""
    until = func.clock_timestamp() + text(f"interval '{LEASE_SECONDS} seconds'")
    row = insert(Lease).values(conversation_id=conversation_id, owner=owner, epoch=1, until=until)
    taken = row.on_conflict_do_update(
        index_elements=[Lease.conversation_id],
        set_={"owner": owner, "epoch": Lease.epoch + 1, "until": until},
        where=Lease.until < func.clock_timestamp(),
    ).returning(Lease.epoch)
    epoch = await session.scalar(taken)
    return None if epoch is None else Fence(conversation_id, owner, epoch)


async def renew(session: AsyncSession, fence: Fence) -> bool:
    """Prolong a lease; False when it is no longer ours."""
    until = func.clock_timestamp() + text(f"interval '{LEASE_SECONDS} seconds'")
    renewed = await session.scalar(
        update(Lease).where(*_ours(fence)).values(until=until).returning(Lease.epoch)
    )
    return renewed is not None


async def release(session: AsyncSession, fence: Fence) -> bool:
    """Let go unless work came in meanwhile; False means: look again."""
    await assert_held(session, fence)
    if await next_work(session, fence.conversation_id) is not None:
        return False
    await session.execute(
        update(Lease)
        .where(*_ours(fence))
        .values(until=func.clock_timestamp() - text("interval '1 ms'"))
    )
    return True


async def assert_held(session: AsyncSession, fence: Fence | None) -> None:
    """Refuse to write for a conversation another process has taken over.

    The row stays locked until the transaction ends, so nobody can take over in between.
    """
    if fence is None:
        return
    held = await session.scalar(select(Lease.epoch).where(*_ours(fence)).with_for_update(read=True))
    if held is None:
        raise LeaseLostError(f"conversation {fence.conversation_id} is worked by someone else now")


def _ours(fence: Fence) -> tuple[Any, ...]:
    return (
        Lease.conversation_id == fence.conversation_id,
        Lease.owner == fence.owner,
        Lease.epoch == fence.epoch,
    )


async def next_work(session: AsyncSession, conversation_id: int) -> Work | None:
    """Return the oldest open inbox row of a conversation."""
    row = await session.scalar(
        select(Inbox)
        .where(Inbox.conversation_id == conversation_id, Inbox.done_at.is_(None))
        .order_by(Inbox.id)
        .limit(1)
    )
    if row is None:
        return None
    return Work(row.id, row.conversation_id, row.member_id, row.kind, row.payload, row.attempts)


async def begin(session: AsyncSession, inbox_id: int) -> None:
    """Count an attempt, so that work which keeps killing its worker ends one day."""
    await session.execute(
        update(Inbox).where(Inbox.id == inbox_id).values(attempts=Inbox.attempts + 1)
    )


async def finish(session: AsyncSession, inbox_id: int, outcome: str) -> None:
    """Mark an inbox row as answered, in the transaction that stores the answer."""
    await session.execute(
        update(Inbox)
        .where(Inbox.id == inbox_id)
        .values(done_at=func.clock_timestamp(), outcome=outcome)
    )
