"""Whom we sell to and talk with: roasters, contacts, interactions."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, PERSONAL, Record
from db.enums import InteractionKind, Priority, Stage
from db.types import WordType, one_of


class Roaster(Record):
    """A roaster and its place in the sales pipeline."""

    __tablename__ = "roaster"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage"),
        CheckConstraint(one_of("priority", Priority), name="priority"),
        Index("ix_roaster_name", text("lower(name)")),
    )

    name: Mapped[str]
    city: Mapped[str | None]
    country: Mapped[str] = mapped_column(server_default="DE")
    website: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    stage: Mapped[Stage] = mapped_column(WordType(Stage), server_default="lead")
    priority: Mapped[Priority] = mapped_column(WordType(Priority), server_default="medium")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    last_contact_on: Mapped[date | None]
    next_followup_on: Mapped[date | None]
    direct_importer: Mapped[bool] = mapped_column(server_default="false")
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)


_ONE_PARTY = "num_nonnulls(cooperative_id, roaster_id) = 1"


class Contact(Record):
    """A person at a cooperative or a roaster."""

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint(_ONE_PARTY, name="party"),)

    name: Mapped[str] = mapped_column(info=PERSONAL)
    position: Mapped[str | None] = mapped_column(info=PERSONAL)
    email: Mapped[str | None] = mapped_column(info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(info=PERSONAL)
    language: Mapped[str | None]
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"), index=True)
    roaster_id: Mapped[int | None] = mapped_column(ForeignKey("roaster.id"), index=True)


class Interaction(Record):
    """A call, visit, meeting, mail or note."""

    __tablename__ = "interaction"
    __table_args__ = (
        CheckConstraint(one_of("kind", InteractionKind), name="kind"),
        CheckConstraint(_ONE_PARTY, name="party"),
    )

    kind: Mapped[InteractionKind] = mapped_column(WordType(InteractionKind))
    happened_on: Mapped[date] = mapped_column(index=True)
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"), index=True)
    roaster_id: Mapped[int | None] = mapped_column(ForeignKey("roaster.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    summary: Mapped[str | None] = mapped_column(info=FREE_TEXT | PERSONAL)
