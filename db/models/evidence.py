"""Why we believe a value: every source that was named for a field, contradicting ones included."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record
from db.enums import SourceKind
from db.types import WordType, one_of


class Evidence(Record):
    """One value of one field, with where, when and by whom it was read."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(one_of("source_kind", SourceKind), name="source_kind"),
        Index("ix_evidence_record", "entity", "record_id", "field"),
    )

    entity: Mapped[str]
    record_id: Mapped[int]
    field: Mapped[str]
    value: Mapped[str]
    source_kind: Mapped[SourceKind] = mapped_column(WordType(SourceKind))
    source: Mapped[str]
    as_of: Mapped[date | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    note: Mapped[str | None] = mapped_column(info=FREE_TEXT)
