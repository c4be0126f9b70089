"""Lots of green coffee."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record
from db.enums import Basis, Certification, Currency, Per, Process, Protocol
from db.prices import kg_per, price_words, whole_price
from db.types import KILOGRAMS, MONEY, SCORE, WordsType, WordType, one_of, some_of


def _per_bag(price: str) -> str:
    """Return SQL for an outright price per bag, NULL for a differential: it is not a price yet."""
    per_bag = f"{price}_price / ({kg_per(f'{price}_')}) * bag_weight_kg"
    return (
        f"CASE WHEN {price}_basis <> 'outright' THEN NULL "
        f"WHEN {price}_per = 'bag' THEN {price}_price ELSE {per_bag} END"
    )


class Lot(Record):
    """A lot of green coffee: what it is, how much, what we pay and what we ask, kept apart."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("crop_year BETWEEN 1990 AND 2100", name="crop_year"),
        CheckConstraint("bags > 0", name="bags"),
        CheckConstraint("bag_weight_kg > 0 AND bag_weight_kg <= 1500", name="bag_weight_kg"),
        CheckConstraint("cup_score BETWEEN 0 AND 100", name="cup_score"),
        CheckConstraint("moisture_pct BETWEEN 0 AND 100", name="moisture_pct"),
        CheckConstraint(one_of("process", Process), name="process"),
        CheckConstraint(one_of("cup_protocol", Protocol), name="cup_protocol"),
        CheckConstraint(some_of("certifications", Certification), name="certifications"),
        CheckConstraint("(cup_score IS NULL) = (cup_protocol IS NULL)", name="cup_named"),
        *price_words("purchase_"),
        *price_words("asking_"),
        CheckConstraint(whole_price("purchase_"), name="purchase_whole"),
        CheckConstraint(whole_price("asking_"), name="asking_whole"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"), index=True)
    crop_year: Mapped[int | None] = mapped_column(SmallInteger)
    process: Mapped[Process | None] = mapped_column(WordType(Process))
    varieties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    certifications: Mapped[list[Certification]] = mapped_column(
        WordsType(Certification), server_default="{}"
    )
    bags: Mapped[int | None] = mapped_column(Integer)
    bag_weight_kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    weight_kg: Mapped[Decimal | None] = mapped_column(
        KILOGRAMS, Computed("bags * bag_weight_kg", persisted=True)
    )
    cup_score: Mapped[Decimal | None] = mapped_column(SCORE)
    cup_protocol: Mapped[Protocol | None] = mapped_column(WordType(Protocol))
    moisture_pct: Mapped[Decimal | None] = mapped_column(SCORE)
    purchase_price: Mapped[Decimal | None] = mapped_column(MONEY)
    purchase_currency: Mapped[Currency | None] = mapped_column(WordType(Currency))
    purchase_per: Mapped[Per | None] = mapped_column(WordType(Per))
    purchase_basis: Mapped[Basis | None] = mapped_column(WordType(Basis))
    purchase_futures_month: Mapped[str | None]
    asking_price: Mapped[Decimal | None] = mapped_column(MONEY)
    asking_currency: Mapped[Currency | None] = mapped_column(WordType(Currency))
    asking_per: Mapped[Per | None] = mapped_column(WordType(Per))
    asking_basis: Mapped[Basis | None] = mapped_column(WordType(Basis))
    asking_futures_month: Mapped[str | None]
    bag_price: Mapped[Decimal | None] = mapped_column(
        MONEY, Computed(_per_bag("asking"), persisted=True)
    )
    location: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    contract_id: Mapped[int | None] = mapped_column(
        ForeignKey("contract.id"), index=True, sort_order=92
    )
    warehouse_id: Mapped[int | None] = mapped_column(
        ForeignKey("warehouse.id"), index=True, sort_order=93
    )
