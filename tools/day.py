"""What a day holds for a member: due, moving, waiting, changed since the workday before."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from db.enums import Role, ShipmentStatus
from db.models import AuditEntry, Cooperative, Lot, Member, Reminder, Roaster, Shipment
from knowledge.upkeep import rechecks_due
from tools.calc.recurrence import BERLIN, WORKDAYS
from tools.catalog import catalog
from tools.context import ToolContext, allows
from tools.nouns.shipments import delay_days, is_delayed
from tools.spec import Json
from tools.waiting import approvals_waiting, followups, papers_due

_SOON = timedelta(days=1)
_PAPERS_AHEAD = timedelta(days=7)
_MOST = 100


@dataclass(frozen=True)
class Day:
    """What a day holds, as rows; `since` is when the changes told of begin."""

    followups: list[Json]
    shipments: list[Json]
    approvals: list[Json]
    reminders: list[Json]
    papers: list[Json]
    changes: list[Json]
    since: date
    rechecks: list[Json] = field(default_factory=list[Json])

    @property
    def overdue(self) -> int:
        """How many follow-ups should have been before."""
        return sum(1 for r in self.followups if r["overdue"])

    @property
    def late(self) -> int:
        """How many shipments are late."""
        return sum(1 for r in self.shipments if r["delayed"])

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say: a shipment that sails as planned is no news."""
        news = any(r["delayed"] or r["soon"] for r in self.shipments)
        news = news or any(r["today"] for r in self.rechecks)  # one that waits on is no news
        waiting = self.followups or self.approvals or self.reminders or self.papers
        return not (news or waiting or self.changes)


async def day_of(ctx: ToolContext) -> Day:
    """Return what today holds for the asking member; an admin sees everybody's follow-ups."""
    since = before(ctx.today)
    waiting = await approvals_waiting(ctx)
    return Day(
        followups=await followups(ctx, ctx.today, mine=ctx.asker.role is not Role.ADMIN),
        shipments=await _shipments(ctx),
        approvals=[a for a in waiting if not (a["own"] and a["four_eyes"])],
        reminders=await _reminders(ctx),
        papers=await papers_due(ctx, ctx.today + _PAPERS_AHEAD),
        changes=await _changes(ctx, since),
        since=since,
        rechecks=await _rechecks(ctx),
    )


async def _rechecks(ctx: ToolContext) -> list[Json]:
    """Return the documents whose source is to be read again, for those who can say that it was."""
    if not allows(ctx.asker.role, Role.ANALYST):
        return []
    due = await ctx.session.run_sync(lambda s: rechecks_due(s, ctx.today))
    return [
        {
            "id": d.id,
            "title": d.title,
            "next_recheck": d.next_recheck.isoformat(),
            "today": d.next_recheck == ctx.today,
        }
        for d in due
        if d.next_recheck is not None
    ]


def before(today: date) -> date:
    """Return the workday before a day: on Monday, Friday."""
    found = today - timedelta(days=1)
    while found.isoweekday() not in WORKDAYS:
        found -= timedelta(days=1)
    return found


async def _shipments(ctx: ToolContext) -> list[Json]:
    days, late = delay_days(ctx.today), is_delayed(ctx.today)
    moving = Shipment.status.in_([ShipmentStatus.IN_TRANSIT, ShipmentStatus.CUSTOMS])
    open_ones = Shipment.status != ShipmentStatus.DELIVERED
    rows = await ctx.session.execute(
        select(Shipment, days.label("days"), func.coalesce(late, False).label("late"))
        .where(Shipment.retired_at.is_(None), open_ones, or_(moving, late))
        .order_by(func.coalesce(late, False).desc(), Shipment.eta.nulls_last(), Shipment.id)
        .limit(_MOST)
    )
    return [
        {
            "id": s.id,
            "code": s.code,
            "status": str(s.status),
            "eta": s.eta.isoformat() if s.eta else None,
            "delayed": delayed,
            "delay_days": days_late if delayed else None,
            "soon": s.eta is not None and ctx.today <= s.eta <= ctx.today + _SOON,
        }
        for s, days_late, delayed in rows
    ]


async def _reminders(ctx: ToolContext) -> list[Json]:
    """Return the member's reminders for today, and older ones that have not come yet."""
    about = func.coalesce(Shipment.code, Lot.code, Roaster.name, Cooperative.name)
    rows = await ctx.session.execute(
        select(Reminder, about)
        .outerjoin(Shipment, Shipment.id == Reminder.shipment_id)
        .outerjoin(Lot, Lot.id == Reminder.lot_id)
        .outerjoin(Roaster, Roaster.id == Reminder.roaster_id)
        .outerjoin(Cooperative, Cooperative.id == Reminder.cooperative_id)
        .where(
            Reminder.member_id == ctx.asker.id,
            Reminder.retired_at.is_(None),
            or_(
                Reminder.due_on == ctx.today,
                and_(Reminder.due_on < ctx.today, Reminder.delivered_at.is_(None)),
            ),
        )
        .order_by(Reminder.due_on, Reminder.due_at.nulls_first(), Reminder.id)
        .limit(_MOST)
    )
    return [reminder_row(r, name) for r, name in rows]


def reminder_row(reminder: Reminder, about: str | None) -> Json:
    """Return a reminder as a row for the member; its text is theirs, not the model's."""
    return {
        "id": reminder.id,
        "due_on": reminder.due_on.isoformat(),
        "due_at": reminder.due_at.isoformat("minutes") if reminder.due_at else None,
        "text": reminder.text,
        "record": about,
    }


async def _changes(ctx: ToolContext, since: date) -> list[Json]:
    """Count the records others changed, by noun and by whom, as far as the member may see."""
    begin = datetime.combine(since, datetime.min.time(), BERLIN)
    records = func.count(AuditEntry.record_id.distinct())
    rows = await ctx.session.execute(
        select(AuditEntry.entity, Member.name, records)
        .join(Member, Member.id == AuditEntry.member_id)
        .where(
            AuditEntry.at >= begin,
            AuditEntry.kind == "change",
            AuditEntry.member_id != ctx.asker.id,
            AuditEntry.entity != Reminder.__tablename__,
        )
        .group_by(AuditEntry.entity, Member.name)
        .order_by(records.desc(), AuditEntry.entity, Member.name)
    )
    nouns = ((catalog().entity_of_table(str(table)), who, count) for table, who, count in rows)
    return [
        {"id": n, "entity": e.key, "who": who, "count": count}
        for n, (e, who, count) in enumerate(nouns, start=1)
        if e is not None
    ]
