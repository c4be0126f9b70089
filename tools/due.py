"""What must be sent now, to whom, and when at the earliest: everything but the sending itself.

A row of the schedule is claimed, what it comes to is handed to the sender, and the run is written,
all in one transaction: after a crash the row is claimed again, and the keys of effects keep what
was handed over once from being sent twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Locale, Role
from db.models import Company, Cooperative, Lot, Member, Reminder, Roaster, Shipment
from db.queries import members, schedule
from db.queries.schedule import DueRow, Ran
from db.session import Actor, Database
from tools.alerts import Alert, Part, alerts_between
from tools.calc.recurrence import (
    BERLIN,
    EVERY_DAY,
    WORKDAYS,
    Quiet,
    at_local,
    next_every,
    next_local,
)
from tools.concerned import Customer
from tools.context import ToolContext, as_asker
from tools.day import day_of
from tools.errors import Said
from tools.public_holidays import is_public_holiday
from tools.spec import Json
from tools.view import said

Kind = Literal["brief", "reminder", "alert"]
STANDING = {"reminders": 1, "alerts": 1, "seal": 5}  # minutes
ACTOR = Actor.system("schedule")
_PROMPT = timedelta(hours=1)  # later than this, a chosen hour no longer counts
_AGAIN, _LONGEST = timedelta(minutes=5), timedelta(hours=1)
_SEALED = 10_000
_ERROR = 500  # letters

_REMINDER = Said(de="Erinnerung: {text}", en="Reminder: {text}", es="Recordatorio: {text}")
_ABOUT = Said(de="Dazu: {record}.", en="About: {record}.", es="Sobre: {record}.")
_LATE = Said(de="Fällig war sie am {day}.", en="It was due on {day}.", es="Era para el {day}.")


@dataclass(frozen=True)
class Order:
    """A tool to run on behalf of the member when it is sent; its result is what is shown."""

    tool: str
    arguments: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Due:
    """Something to be sent.

    Attributes:
        effect_key: the same for the same thing however often it is found; unique in the outbox.
        order: what to run then, None when `parts` say it all.
        parts: sentences in the member's language, see `message`.
        hold_until: not before this instant (quiet hours), None: at once.
        thread_key: what belongs together in one thread, "shipment:SH-26-003".
        acknowledge: what to press when it is seen to, None when there is nothing to press.
    """

    effect_key: str
    member_id: int
    kind: Kind
    order: Order | None = None
    parts: tuple[Part, ...] = ()
    hold_until: datetime | None = None
    thread_key: str | None = None
    acknowledge: Order | None = None

    def message(self, locale: Locale) -> str:
        """Return what is said, in a language; empty when an order says it."""
        return " ".join(said(p.said, p.values, locale) for p in self.parts)


@dataclass(frozen=True)
class Told:
    """A run: what was due, how it ended, what it came to."""

    kind: str
    member_id: int | None
    outcome: str
    due: tuple[Due, ...] = ()


Clock = Callable[[], datetime]
Send = Callable[[AsyncSession, Due], Awaitable[None]]


async def ensure(session: AsyncSession, now: datetime) -> None:
    """Add what the schedule lacks: the standing rows, a brief for everybody, at their hour."""
    for kind, minutes in STANDING.items():
        await schedule.add_standing(session, kind, minutes, now)
    for member_id, clock in await schedule.briefs_to_make(session):
        first = next_local(now, clock, WORKDAYS, is_public_holiday)
        await schedule.add_brief(session, member_id, clock, WORKDAYS, first)
    for number, clock, weekdays, wanted in await schedule.briefs_to_move(session):
        comes = next_local(now, clock, weekdays, is_public_holiday)
        await schedule.move_brief(session, number, clock, comes, active=wanted)


async def tick(database: Database, clock: Clock, send: Send, most: int = 50) -> list[Told]:
    """Run what is due, one row after the other; `most` rows at a time.

    Raises:
        Exception: what a run failed with, once that is written down; the row comes again later.
    """
    async with database.writing(ACTOR) as session:
        await ensure(session, clock())
    told: list[Told] = []
    while len(told) < most:
        ran = await run_next(database, clock, send)
        if ran is None:
            break
        told.append(ran)
    return told


async def run_next(database: Database, clock: Clock, send: Send) -> Told | None:
    """Run the row that waits longest; None when none is due.

    Args:
        database: the application's way in.
        clock: now, UTC.
        send: takes over one thing due, within the transaction: an outbox row under its key.
    """
    claimed: list[DueRow] = []
    started = clock()
    try:
        async with database.writing(ACTOR) as session:
            claimed = await schedule.due(session, started)
            if not claimed:
                return None
            return await _run(session, claimed[0], clock, send)
    except Exception as error:
        if claimed:
            await _failed(database, claimed[0], started, clock(), error)
        raise


async def _run(session: AsyncSession, row: DueRow, clock: Clock, send: Send) -> Told:
    now = clock()
    found, mark, done = await due_of(session, row, now)
    for one in found:
        await send(session, one)
    outcome = "ok" if found or done else "silent"
    how = Ran(now, clock(), outcome, sent=len(found), mark=mark)
    await schedule.ran(session, row, how, next_of(row, now))
    return Told(row.kind, row.member_id, outcome, tuple(found))


async def _failed(
    database: Database, row: DueRow, started: datetime, now: datetime, error: Exception
) -> None:
    again = now + min(_LONGEST, _AGAIN * 2 ** min(row.failures, 6))
    how = Ran(started, now, "failed", error=f"{type(error).__name__}: {error}"[:_ERROR])
    async with database.writing(ACTOR) as session:
        await schedule.ran(session, row, how, min(again, next_of(row, now)))


def next_of(row: DueRow, now: datetime) -> datetime:
    """Return when a row comes next: missed times are left out, not made up for one by one."""
    if row.local_time is not None:
        later = max(now, row.due_at)
        return next_local(later, row.local_time, row.weekdays or EVERY_DAY, is_public_holiday)
    return next_every(now, row.due_at, row.every_minutes or 1)


async def due_of(
    session: AsyncSession, row: DueRow, now: datetime
) -> tuple[list[Due], int | None, bool]:
    """Return what a row comes to, how far the log is read then, whether work was done besides."""
    if row.kind == "brief" and row.member_id is not None:
        return await brief(session, row.member_id, row.due_at, now), None, False
    if row.kind == "reminders":
        return await reminders(session, now), None, False
    if row.kind == "alerts":
        found, mark = await alerts(session, row.mark, now)
        return found, mark, False
    sealed = await session.scalar(text("SELECT audit_seal(:most)"), {"most": _SEALED})
    return [], None, bool(sealed)


async def brief(
    session: AsyncSession, member_id: int, due_at: datetime, now: datetime
) -> list[Due]:
    """Return a member's brief of today, nothing when there is nothing to say or nobody works."""
    member = await members.by_id(session, member_id)
    today = now.astimezone(BERLIN).date()
    if is_public_holiday(today):  # it was due before, and the worker was down
        return []
    await members.act_as(session, member_id)
    context = ToolContext(session, as_asker(member), now, today, call_id=f"brief:{member_id}")
    empty = (await day_of(context)).empty
    await _as_system(session)
    if empty:
        return []
    key = f"brief:{member_id}:{today.isoformat()}"
    hold = _hold(member, due_at, now)
    return [Due(key, member_id, "brief", Order("my_day"), hold_until=hold)]


async def _as_system(session: AsyncSession) -> None:
    await session.execute(
        text("SELECT set_config('app.actor', :actor, true), set_config('app.member', '', true)"),
        {"actor": ACTOR.name},
    )


def quiet_of(member: Member) -> Quiet:
    """Return the hours in which a member wants to hear nothing unasked."""
    hours = member.quiet_from, member.quiet_to
    return Quiet(*hours, member.quiet_weekends, is_public_holiday)


def _hold(member: Member, due_at: datetime, now: datetime) -> datetime | None:
    """Return until when to hold what was to come at an hour the member chose: only when late."""
    return None if now - due_at <= _PROMPT else quiet_of(member).until(now)


async def reminders(session: AsyncSession, now: datetime) -> list[Due]:
    """Return the reminders whose time has come, and note that they are on their way."""
    clock = func.coalesce(Reminder.due_at, Member.brief_at)
    comes = func.timezone("Europe/Berlin", Reminder.due_on + clock)
    about = func.coalesce(Shipment.code, Lot.code, Roaster.name, Cooperative.name)
    rows = await session.execute(
        select(Reminder, Member, about, Shipment.code)
        .join(Member, Member.id == Reminder.member_id)
        .outerjoin(Shipment, Shipment.id == Reminder.shipment_id)
        .outerjoin(Lot, Lot.id == Reminder.lot_id)
        .outerjoin(Roaster, Roaster.id == Reminder.roaster_id)
        .outerjoin(Cooperative, Cooperative.id == Reminder.cooperative_id)
        .where(
            Reminder.delivered_at.is_(None),
            Reminder.retired_at.is_(None),
            Member.active,
            Member.retired_at.is_(None),
            comes <= now,
        )
        .order_by(comes, Reminder.id)
        .limit(200)
        .with_for_update(skip_locked=True, of=Reminder)
    )
    found = [_reminder(r, m, name, code, now) for r, m, name, code in rows]
    numbers = [int(d.effect_key.split(":")[1]) for d in found]
    await session.execute(update(Reminder).where(Reminder.id.in_(numbers)).values(delivered_at=now))
    return found


def _reminder(
    reminder: Reminder, member: Member, about: str | None, shipment: str | None, now: datetime
) -> Due:
    due_at = at_local(reminder.due_on, reminder.due_at or member.brief_at)
    parts = [Part(_REMINDER, {"text": reminder.text})]
    if about and about.casefold() not in reminder.text.casefold():
        parts.append(Part(_ABOUT, {"record": about}))
    if now.astimezone(BERLIN).date() > reminder.due_on:
        parts.append(Part(_LATE, {"day": reminder.due_on}))
    return Due(
        f"reminder:{reminder.id}:{due_at:%Y-%m-%dT%H:%MZ}",
        member.id,
        "reminder",
        parts=tuple(parts),
        hold_until=_hold(member, due_at, now),
        thread_key=f"shipment:{shipment}" if shipment else None,
    )


async def alerts(session: AsyncSession, mark: int | None, now: datetime) -> tuple[list[Due], int]:
    """Return the alerts since a mark, one per member to be told, and the next mark.

    Without a mark, or with one of another server a backup came from, it begins now.
    """
    up_to = await schedule.finished_up_to(session)
    if mark is None or mark > up_to:
        return [], up_to
    found: list[Due] = []
    own_only = bool(await session.scalar(select(Company.own_customers_only)))
    for alert in await alerts_between(session, mark, up_to):
        for member_id in alert.tell:
            member = await members.by_id(session, member_id)
            all_of_them = member.role is Role.ADMIN or not own_only
            seen = [c for c in alert.customers if all_of_them or c.owner_id == member_id]
            found.append(_alert(alert, member, seen, now))
    return found, up_to


def _alert(alert: Alert, member: Member, seen: Sequence[Customer], now: datetime) -> Due:
    return Due(
        f"{alert.key}:{member.id}",
        member.id,
        "alert",
        parts=alert.parts(seen),
        hold_until=quiet_of(member).until(now),
        thread_key=alert.thread_key,
        acknowledge=Order("acknowledge_alert", {"alert": alert.key}),
    )
