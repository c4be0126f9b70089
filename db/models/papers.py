"""The papers of a shipment: what is recorded of each; what it needs is derived."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Base, Record
from db.enums import PaperKind
from db.types import WordType, one_of


class Paper(Record):
    """What is known of one paper of one shipment; without a row it is simply not there yet."""

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint(one_of("kind", PaperKind), name="kind"),
        CheckConstraint("NOT (not_needed AND held_since IS NOT NULL)", name="held_or_not_needed"),
        CheckConstraint("NOT not_needed OR reason IS NOT NULL", name="not_needed_because"),
        CheckConstraint("file ~ '^sha256:[0-9a-f]{64}$'", name="file"),
        CheckConstraint("(file IS NULL) = (file_name IS NULL)", name="file_named"),
        Index(
            "uq_paper_shipment_kind",
            "shipment_id",
            "kind",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    kind: Mapped[PaperKind] = mapped_column(WordType(PaperKind))
    due_on: Mapped[date | None]
    held_since: Mapped[date | None]
    reference: Mapped[str | None]
    file: Mapped[str | None]
    file_name: Mapped[str | None]
    not_needed: Mapped[bool] = mapped_column(server_default="false")
    reason: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)


class PaperFile(Base):
    """What a file that papers refer to holds: once, under its own SHA-256, never changed.

    It lies in the database, so that every process on every machine has it and every backup, too.
    """

    __tablename__ = "paper_file"
    __table_args__ = (
        CheckConstraint("reference = 'sha256:' || encode(sha256(content), 'hex')", name="content"),
        CheckConstraint("length(content) BETWEEN 1 AND 20971520", name="size"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    content: Mapped[bytes]
