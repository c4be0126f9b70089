"""What members used of their daily model budget, counted where a crash cannot reset it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Spend

_MICRO = 1_000_000


async def add(session: AsyncSession, member_id: int, day: date, tokens: int, microusd: int) -> None:
    """Count one turn."""
    row = insert(Spend).values(
        member_id=member_id, day=day.isoformat(), turns=1, tokens=tokens, cost_microusd=microusd
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[Spend.member_id, Spend.day],
            set_={
                "turns": Spend.turns + 1,
                "tokens": Spend.tokens + tokens,
                "cost_microusd": Spend.cost_microusd + microusd,
            },
        )
    )


async def is_spent(
    session: AsyncSession, member_id: int, day: date, max_tokens: int, max_usd: float
) -> bool:
    """Return whether a member's budget of a day is used up."""
    row = await session.scalar(select(Spend).filter_by(member_id=member_id, day=day.isoformat()))
    return row is not None and (row.tokens >= max_tokens or row.cost_microusd >= max_usd * _MICRO)
