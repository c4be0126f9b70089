"""What members thought of answers."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Feedback


async def give(session: AsyncSession, inbox_id: int, member_id: int, verdict: str) -> None:
    """Store a member's word on an answer; saying the same again adds nothing."""
    last = await session.scalar(
        select(Feedback.verdict)
        .where(Feedback.inbox_id == inbox_id, Feedback.member_id == member_id)
        .order_by(Feedback.id.desc())
        .limit(1)
    )
    if last != verdict:
        session.add(Feedback(inbox_id=inbox_id, member_id=member_id, verdict=verdict))
        await session.flush()
