"""Work to do and who does it: inbox rows, and the fenced lease on a conversation.

All times are the database's own, so a worker with a wrong clock can neither steal nor keep a lease.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Conversation, Inbox, Lease, Member

_KEPT = text(
    "UPDATE inbox SET payload = (payload - 'files') || jsonb_build_object('text', "
    "trim(E' \\n' FROM (payload ->> 'text') || E'\\n' || :text)) WHERE id = :inbox"
)
_DEAD_JOBS = text("""
DELETE FROM queue.procrastinate_jobs j WHERE j.status = 'doing' AND NOT EXISTS (
    SELECT FROM queue.procrastinate_workers w
    WHERE w.id = j.worker_id AND w.last_heartbeat > now() - interval '10 minutes')""")
LEASE_SECONDS = 15  # as in lease_take()
LEASE_LOST = "CSL01"  # the state lease_hold() raises


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


async def acquire(session: AsyncSession, conversation_id: int, owner: str) -> Fence | None:
    """Take the conversation's lease when nobody holds it; a new epoch voids the former holder."""
    taking = select(func.lease_take(conversation_id, owner))
    epoch = await session.scalar(taking)
    return None if epoch is None else Fence(conversation_id, owner, epoch)


async def renew(session: AsyncSession, fence: Fence) -> bool:
    """Prolong a lease; False when it is no longer ours."""
    until = func.clock_timestamp() + text(f"interval '{LEASE_SECONDS} seconds'")
    renewed = await session.scalar(
        update(Lease).where(*_ours(fence)).values(until=until).returning(Lease.epoch)
    )
    return renewed is not None


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


async def stopped_since(session: AsyncSession, conversation_id: int, work_id: int) -> bool:
    """Return whether the member pressed stop after they had sent what is being worked on."""
    found = await session.scalar(
        select(Inbox.id)
        .where(Inbox.conversation_id == conversation_id, Inbox.kind == "stop", Inbox.id > work_id)
        .limit(1)
    )
    return found is not None


async def left_open(session: AsyncSession, waiting_seconds: float) -> list[int]:
    """Return the conversations with work nobody holds: queued too long, or left by a crash."""
    waited = func.clock_timestamp() - text("make_interval(secs => :waited)").bindparams(
        waited=waiting_seconds
    )
    held = select(Lease.epoch).where(
        Lease.conversation_id == Inbox.conversation_id, Lease.until > func.clock_timestamp()
    )
    rows = await session.scalars(
        select(Inbox.conversation_id)
        .join(Conversation, Conversation.id == Inbox.conversation_id)
        .where(
            Inbox.done_at.is_(None),
            Inbox.received_at < waited,
            Conversation.front == "slack",
            ~held.exists(),
        )
        .distinct()
    )
    return list(rows)


async def key_of_event(session: AsyncSession, event_key: str) -> str | None:
    """Return the key of the conversation an event belongs to, None when it was never heard."""
    return await session.scalar(
        select(Conversation.key)
        .join(Inbox, Inbox.conversation_id == Conversation.id)
        .where(Inbox.event_key == event_key)
    )


async def talking_at(session: AsyncSession, front: str, key: str) -> frozenset[int]:
    """Return the members who have a conversation at a place."""
    rows = await session.scalars(
        select(Conversation.member_id).where(Conversation.front == front, Conversation.key == key)
    )
    return frozenset(rows)


@dataclass(frozen=True)
class FilesOf:
    """Files that came with a message still to be worked, and whose it is."""

    inbox_id: int
    member_id: int
    locale: str
    files: list[dict[str, Any]]


async def files_of_open(session: AsyncSession, conversation_id: int) -> list[FilesOf]:
    """Return the files of a conversation's open messages that have not been fetched."""
    rows = await session.execute(
        select(Inbox.id, Inbox.member_id, Member.locale, Inbox.payload["files"])
        .join(Member, Member.id == Inbox.member_id)
        .where(
            Inbox.conversation_id == conversation_id,
            Inbox.done_at.is_(None),
            Inbox.payload.has_key("files"),
        )
    )
    return [FilesOf(number, member, str(locale), files) for number, member, locale, files in rows]


async def files_kept(session: AsyncSession, inbox_id: int, text: str) -> None:
    """Name in a message what was kept of its files; they are not fetched again."""
    await session.execute(_KEPT, {"inbox": inbox_id, "text": text})


async def forget_dead_jobs(session: AsyncSession) -> None:
    """Delete the jobs of workers that are gone: what they pointed at is found without them."""
    await session.execute(_DEAD_JOBS)
