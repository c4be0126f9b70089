"""What comes back by itself: reminders, the schedule, what ran, and who saw an alert."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, PERSONAL, Base, Record
from db.models.journal import Entry


class Reminder(Record):
    """What a member wants to be told on a day; without a time, when their brief comes."""

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(roaster_id, cooperative_id, lot_id, shipment_id) <= 1", name="about"
        ),
        Index(
            "ix_reminder_waiting",
            "due_on",
            postgresql_where=text("delivered_at IS NULL AND retired_at IS NULL"),
        ),
    )

    text: Mapped[str] = mapped_column(info=FREE_TEXT | PERSONAL)
    due_on: Mapped[date]
    due_at: Mapped[time | None]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    roaster_id: Mapped[int | None] = mapped_column(ForeignKey("roaster.id"))
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"))
    delivered_at: Mapped[datetime | None]


class Schedule(Base):
    """What is to be run again and again: at a local time of some weekdays, or every few minutes.

    `weekdays` are ISO numbers, Monday 1. `mark` is how far alerts have read the log: the newest
    transaction whose entries, and those of all before it, were considered.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("kind IN ('brief', 'reminders', 'alerts', 'seal')", name="kind"),
        CheckConstraint("(kind = 'brief') = (member_id IS NOT NULL)", name="member"),
        CheckConstraint("num_nonnulls(local_time, every_minutes) = 1", name="rhythm"),
        CheckConstraint("every_minutes > 0", name="every_minutes"),
        CheckConstraint(
            "cardinality(weekdays) > 0 AND weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]",
            name="weekdays",
        ),
        Index("uq_schedule_brief", "member_id", unique=True),
        Index(
            "uq_schedule_standing",
            "kind",
            unique=True,
            postgresql_where=text("member_id IS NULL"),
        ),
        Index("ix_schedule_due", "next_at", postgresql_where=text("active")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    local_time: Mapped[time | None]
    every_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    weekdays: Mapped[list[int]] = mapped_column(
        ARRAY(SmallInteger), server_default="{1,2,3,4,5,6,7}"
    )
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(server_default="true")
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    mark: Mapped[int | None]


class ScheduleRun(Entry):
    """One run: when it was due, how it ended. What had nothing to say is silent, not ok."""

    __tablename__ = "schedule_run"
    __table_args__ = (
        CheckConstraint("outcome IN ('ok', 'silent', 'failed')", name="outcome"),
        Index("ix_schedule_run_schedule", "schedule_id", "id"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    outcome: Mapped[str]
    sent: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    error: Mapped[str | None]


class AlertAck(Entry):
    """A member saw an alert and takes care of it."""

    __tablename__ = "alert_ack"
    __table_args__ = (Index("uq_alert_ack_once", "alert_key", "member_id", unique=True),)

    alert_key: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
