"""Change sets: what one message or one approval changes together, and Undo takes back together."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AuditEntry, ChangeSet

_OPEN = text("""
WITH opened AS (
    INSERT INTO change_set (member_id, conversation_id, inbox_id, undoes_id)
    VALUES (:member, :conversation, :inbox, :undoes) RETURNING id)
SELECT id, set_config('app.change_set', id::text, true) FROM opened""")


async def open_change_set(
    session: AsyncSession,
    *,
    member_id: int,
    conversation_id: int | None,
    inbox_id: int | None,
    undoes_id: int | None = None,
) -> int:
    """Open a change set and return its id; from here on this transaction's audit entries carry it.

    Args:
        session: a writing transaction.
        member_id: on whose behalf the changes are made.
        conversation_id: where they were asked for, None outside conversations.
        inbox_id: the inbox row being worked on, None outside turns.
        undoes_id: the change set this one takes back; taking one back twice is an IntegrityError.
    """
    values = {
        "member": member_id,
        "conversation": conversation_id,
        "inbox": inbox_id,
        "undoes": undoes_id,
    }
    return (await session.scalars(_OPEN, values)).one()


async def recent_sets(
    session: AsyncSession, member_id: int, most: int
) -> list[tuple[int, datetime, str]]:
    """Return a member's last change sets, newest first: number, instant, table changed first."""
    rows = await session.execute(
        select(ChangeSet.id, ChangeSet.at, func.min(AuditEntry.entity))
        .join(AuditEntry, AuditEntry.change_set_id == ChangeSet.id)
        .where(ChangeSet.member_id == member_id, AuditEntry.kind == "change")
        .group_by(ChangeSet.id, ChangeSet.at)
        .order_by(ChangeSet.id.desc())
        .limit(most)
    )
    return [(number, at, str(table)) for number, at, table in rows]
