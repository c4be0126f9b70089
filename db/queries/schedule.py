"""The schedule: what is due, claimed so that two workers never run it both, and what ran.

A row is claimed for the length of the transaction that runs it: what a crash leaves is claimed
again. When it comes next is for the caller to say, so a missed row runs once however long it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Member, Schedule, ScheduleRun


@dataclass(frozen=True)
class DueRow:
    """A row of the schedule whose time has come.

    Attributes:
        due_at: when that was.
        local_time: Berlin's time of day it comes at, None when it comes every few minutes.
        failures: how often in a row it failed before.
        mark: how far alerts have read the log.
    """

    id: int
    kind: str
    member_id: int | None
    due_at: datetime
    local_time: time | None
    every_minutes: int | None
    weekdays: tuple[int, ...]
    failures: int
    mark: int | None


@dataclass(frozen=True)
class Ran:
    """How a run went; `mark` is kept when it is None."""

    started_at: datetime
    finished_at: datetime
    outcome: str
    sent: int = 0
    error: str | None = None
    mark: int | None = None


@dataclass(frozen=True)
class RunSeen:
    """A run as it is told."""

    id: int
    kind: str
    member: str | None
    due_at: datetime
    finished_at: datetime
    outcome: str
    sent: int
    error: str | None


async def due(session: AsyncSession, now: datetime, limit: int = 1) -> list[DueRow]:
    """Claim what is due, the longest waiting first; what others have claimed is passed over."""
    active: ColumnElement[bool] = or_(
        Schedule.member_id.is_(None), and_(Member.active, Member.retired_at.is_(None))
    )
    found = await session.scalars(
        select(Schedule)
        .outerjoin(Member, Member.id == Schedule.member_id)
        .where(Schedule.active, Schedule.next_at <= now, active)
        .order_by(Schedule.next_at, Schedule.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Schedule)
    )
    return [
        DueRow(
            s.id, s.kind, s.member_id, s.next_at, s.local_time, s.every_minutes,
            tuple(s.weekdays), s.failures, s.mark,
        )
        for s in found
    ]  # fmt: skip


async def ran(session: AsyncSession, row: DueRow, how: Ran, next_at: datetime) -> bool:
    """Write a run and when the row comes next, in the transaction that ran it.

    A steady rhythm that had nothing to say leaves no line: there would be one every minute.

    Returns:
        False when somebody else has run the row since, so that nothing was written.
    """
    failures = row.failures + 1 if how.outcome == "failed" else 0
    mark = row.mark if how.mark is None else how.mark
    moved = await session.scalar(
        update(Schedule)
        .where(Schedule.id == row.id, Schedule.next_at == row.due_at)
        .values(next_at=next_at, last_at=how.finished_at, failures=failures, mark=mark)
        .returning(Schedule.id)
    )
    if moved is None:
        return False
    if how.outcome != "silent" or row.local_time is not None or row.failures > 0:
        await session.execute(
            insert(ScheduleRun).values(
                schedule_id=row.id,
                due_at=row.due_at,
                started_at=how.started_at,
                finished_at=how.finished_at,
                outcome=how.outcome,
                sent=how.sent,
                error=how.error,
            )
        )
    return True


async def add_standing(
    session: AsyncSession, kind: str, every_minutes: int, next_at: datetime
) -> None:
    """Add a row that belongs to nobody, unless it is there."""
    row = insert(Schedule).values(kind=kind, every_minutes=every_minutes, next_at=next_at)
    await session.execute(row.on_conflict_do_nothing())


async def briefs_to_make(session: AsyncSession) -> list[tuple[int, time]]:
    """Return the active members without a brief, and when they want it."""
    has = select(Schedule.id).where(Schedule.member_id == Member.id).exists()
    rows = await session.execute(
        select(Member.id, Member.brief_at)
        .where(Member.active, Member.retired_at.is_(None), ~has)
        .order_by(Member.id)
    )
    return [(row[0], row[1]) for row in rows]


async def briefs_to_move(session: AsyncSession) -> list[tuple[int, time, tuple[int, ...], bool]]:
    """Return the briefs whose member wants them at another time, or no more, or again."""
    rows = await session.execute(
        select(Schedule.id, Member.brief_at, Schedule.weekdays, Member.wants_brief)
        .join(Member, Member.id == Schedule.member_id)
        .where(or_(Schedule.local_time != Member.brief_at, Schedule.active != Member.wants_brief))
        .with_for_update(skip_locked=True, of=Schedule)
    )
    return [(row[0], row[1], tuple(row[2]), row[3]) for row in rows]


async def add_brief(
    session: AsyncSession,
    member_id: int,
    clock: time,
    weekdays: Sequence[int],
    next_at: datetime,
) -> None:
    """Add a member's brief, unless it is there."""
    row = insert(Schedule).values(
        kind="brief",
        member_id=member_id,
        local_time=clock,
        weekdays=list(weekdays),
        next_at=next_at,
    )
    await session.execute(row.on_conflict_do_nothing())


async def move_brief(
    session: AsyncSession, number: int, clock: time, next_at: datetime, *, active: bool
) -> None:
    """Put a brief at another time, or let it rest."""
    await session.execute(
        update(Schedule)
        .where(Schedule.id == number)
        .values(local_time=clock, next_at=next_at, active=active)
    )


async def finished_up_to(session: AsyncSession) -> int:
    """Return the newest transaction that, like all before it, has ended."""
    snapshot = text("SELECT txid_snapshot_xmin(txid_current_snapshot()) - 1")
    return int(await session.scalar(snapshot) or 0)


async def recent_runs(session: AsyncSession, since: datetime, limit: int = 50) -> list[RunSeen]:
    """Return what ran since an instant, newest first."""
    rows = await session.execute(
        select(ScheduleRun, Schedule.kind, Member.name)
        .join(Schedule, Schedule.id == ScheduleRun.schedule_id)
        .outerjoin(Member, Member.id == Schedule.member_id)
        .where(ScheduleRun.finished_at >= since)
        .order_by(ScheduleRun.id.desc())
        .limit(limit)
    )
    return [
        RunSeen(r.id, kind, name, r.due_at, r.finished_at, r.outcome, r.sent, r.error)
        for r, kind, name in rows
    ]


async def last_runs(session: AsyncSession) -> list[tuple[str, datetime | None, datetime, int]]:
    """Return when the rows that belong to nobody ran last, come next, and failed in a row."""
    rows = await session.execute(
        select(Schedule.kind, Schedule.last_at, Schedule.next_at, Schedule.failures)
        .where(Schedule.member_id.is_(None), Schedule.active)
        .order_by(Schedule.kind)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def counted(session: AsyncSession, since: datetime) -> dict[str, int]:
    """Return how many runs ended how since an instant."""
    rows = await session.execute(
        select(ScheduleRun.outcome, func.count())
        .where(ScheduleRun.finished_at >= since)
        .group_by(ScheduleRun.outcome)
    )
    return {row[0]: row[1] for row in rows}
