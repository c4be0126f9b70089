"""What the lots taste like: samples on their way, and cuppings as they were written down."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, PERSONAL, Record
from db.enums import CuppingKind, Protocol, SampleKind, SampleVerdict
from db.types import SCORE, WordType, one_of

POINTS = Numeric(4, 2)  # an attribute of a cupping form, the mean of a panel included


class Sample(Record):
    """Some coffee sent to be tasted: from a cooperative to us, or from us to a roaster."""

    __tablename__ = "sample"
    __table_args__ = (
        CheckConstraint(one_of("kind", SampleKind), name="kind"),
        CheckConstraint(one_of("verdict", SampleVerdict), name="verdict"),
        CheckConstraint("num_nonnulls(cooperative_id, roaster_id) <= 1", name="party"),
        CheckConstraint("num_nonnulls(lot_id, cooperative_id) >= 1", name="of"),
        CheckConstraint("received_on >= sent_on", name="received_after_sent"),
        CheckConstraint("weight_g > 0 AND weight_g <= 100000", name="weight_g"),
    )

    kind: Mapped[SampleKind] = mapped_column(WordType(SampleKind))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"), index=True)
    roaster_id: Mapped[int | None] = mapped_column(ForeignKey("roaster.id"), index=True)
    reference: Mapped[str | None]
    weight_g: Mapped[Decimal | None] = mapped_column(Numeric(9, 1))
    sent_on: Mapped[date | None]
    received_on: Mapped[date | None]
    verdict: Mapped[SampleVerdict] = mapped_column(
        WordType(SampleVerdict), server_default="pending"
    )
    reason: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)


class Cupping(Record):
    """One entry of a tasting: a cupper's sheet, a panel's mean, or a total alone.

    A session is what shares lot, day and protocol. `cup_score` is the total of the form named by
    `cup_protocol`; a column both forms know means what that form means by it. The columns up to
    `defective_cups` are the 2004 form's and the affective form's, empty when only a total is known.
    """

    __tablename__ = "cupping"
    __table_args__ = (
        CheckConstraint(one_of("kind", CuppingKind), name="kind"),
        CheckConstraint(one_of("cup_protocol", Protocol), name="cup_protocol"),
        CheckConstraint("cup_score BETWEEN 0 AND 100", name="cup_score"),
        CheckConstraint("cup_protocol <> 'unknown' OR kind = 'total'", name="form_named"),
        CheckConstraint("moisture_pct BETWEEN 0 AND 100", name="moisture_pct"),
        CheckConstraint("water_activity BETWEEN 0 AND 1", name="water_activity"),
        Index("ix_cupping_session", "lot_id", "cupped_on", "cup_protocol"),
    )

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("sample.id"), index=True)
    cupped_on: Mapped[date]
    cupper: Mapped[str | None] = mapped_column(info=PERSONAL)
    kind: Mapped[CuppingKind] = mapped_column(WordType(CuppingKind))
    cup_protocol: Mapped[Protocol] = mapped_column(WordType(Protocol))
    cup_score: Mapped[Decimal] = mapped_column(SCORE)
    fragrance: Mapped[Decimal | None] = mapped_column(POINTS)
    aroma: Mapped[Decimal | None] = mapped_column(POINTS)
    flavor: Mapped[Decimal | None] = mapped_column(POINTS)
    aftertaste: Mapped[Decimal | None] = mapped_column(POINTS)
    acidity: Mapped[Decimal | None] = mapped_column(POINTS)
    body: Mapped[Decimal | None] = mapped_column(POINTS)
    mouthfeel: Mapped[Decimal | None] = mapped_column(POINTS)
    balance: Mapped[Decimal | None] = mapped_column(POINTS)
    uniformity: Mapped[Decimal | None] = mapped_column(POINTS)
    clean_cup: Mapped[Decimal | None] = mapped_column(POINTS)
    sweetness: Mapped[Decimal | None] = mapped_column(POINTS)
    overall: Mapped[Decimal | None] = mapped_column(POINTS)
    tainted_cups: Mapped[Decimal | None] = mapped_column(POINTS)
    faulty_cups: Mapped[Decimal | None] = mapped_column(POINTS)
    non_uniform_cups: Mapped[Decimal | None] = mapped_column(POINTS)
    defective_cups: Mapped[Decimal | None] = mapped_column(POINTS)
    category_1: Mapped[int | None] = mapped_column(SmallInteger)
    category_2: Mapped[int | None] = mapped_column(SmallInteger)
    quakers: Mapped[int | None] = mapped_column(SmallInteger)
    moisture_pct: Mapped[Decimal | None] = mapped_column(SCORE)
    water_activity: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    descriptors: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)
