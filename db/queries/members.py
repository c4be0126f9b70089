"""Who is who: members as askers, the company's own row."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Role
from db.models import Company, Member


class NoSuchMemberError(Exception):
    """Nobody active is known by that address or number."""


async def by_id(session: AsyncSession, member_id: int) -> Member:
    """Return an active member.

    Raises:
        NoSuchMemberError: unknown, deactivated, or not to be seen by the actor.
    """
    return await _one(session, Member.id == member_id, f"member {member_id}")


async def by_email(session: AsyncSession, email: str) -> Member:
    """Return an active member by e-mail address, whatever its case."""
    return await _one(session, Member.email == email.strip().lower(), repr(email))


async def _one(session: AsyncSession, condition: object, what: str) -> Member:
    found = await session.scalar(
        select(Member).where(condition, Member.active, Member.retired_at.is_(None))  # type: ignore[arg-type]
    )
    if found is None:
        raise NoSuchMemberError(f"{what} is not an active member")
    return found


async def first_admin(session: AsyncSession) -> Member | None:
    """Return the oldest active admin, None in an empty database."""
    return await session.scalar(
        select(Member)
        .where(Member.role == Role.ADMIN, Member.active, Member.retired_at.is_(None))
        .order_by(Member.id)
        .limit(1)
    )


async def company(session: AsyncSession) -> tuple[str, bool]:
    """Return the company's name and whether this is the demo database."""
    row = (await session.execute(select(Company.name, Company.is_demo))).one()
    return row[0], row[1]


async def act_as(session: AsyncSession, member_id: int) -> None:
    """Continue this transaction as a member: row-level security and audit see them from here."""
    await session.execute(
        text("SELECT set_config('app.actor', :actor, true), set_config('app.member', :id, true)"),
        {"actor": f"member:{member_id}", "id": str(member_id)},
    )


async def by_slack_id(session: AsyncSession, slack_id: str) -> Member | None:
    """Return the active member an admin linked to a Slack user, None when there is none."""
    return await session.scalar(
        select(Member).where(
            Member.slack_id == slack_id, Member.active, Member.retired_at.is_(None)
        )
    )


async def name_of(session: AsyncSession, member_id: int) -> str:
    """Return what a member is called, also when they have left."""
    return await session.scalar(select(Member.name).where(Member.id == member_id)) or ""


async def private_channels(session: AsyncSession) -> frozenset[str]:
    """Return the Slack channels in which prices and personal data may be shown."""
    return frozenset(await session.scalar(select(Company.slack_channels)) or ())
