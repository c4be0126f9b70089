"""What members thought of answers."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Feedback, Inbox

_NUMBERS = 2**63  # what a number in the database stays below


async def give(session: AsyncSession, inbox_id: int, member_id: int, verdict: str) -> bool:
    """Store a member's word on an answer; saying the same again adds nothing.

    Returns:
        Whether there is such an answer.
    """
    known = select(Inbox.id).where(Inbox.id == inbox_id, Inbox.done_at.is_not(None))
    if not inbox_id < _NUMBERS or await session.scalar(known) is None:
        return False
    last = await session.scalar(
        select(Feedback.verdict)
        .where(Feedback.inbox_id == inbox_id, Feedback.member_id == member_id)
        .order_by(Feedback.id.desc())
        .limit(1)
    )
    if last != verdict:
        session.add(Feedback(inbox_id=inbox_id, member_id=member_id, verdict=verdict))
        await session.flush()
    return True
