"""What we bought: purchase contracts with cooperatives, and the fixing of their prices.

A lot is coffee. A futures lot is one contract of ICE Coffee C, 37,500 lb: never the same column.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Numeric, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record
from db.enums import (
    Basis,
    Certification,
    ContractStatus,
    Currency,
    FixingCall,
    Incoterm,
    Per,
    Process,
)
from db.prices import price_words, whole_price
from db.types import KILOGRAMS, MONEY, WordsType, WordType, one_of, some_of


class Contract(Record):
    """A purchase contract: what, how much, when and at which price, or how it will be fixed."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint(one_of("incoterm", Incoterm), name="incoterm"),
        CheckConstraint(one_of("process", Process), name="process"),
        CheckConstraint(one_of("fixing_call", FixingCall), name="fixing_call"),
        CheckConstraint(one_of("status", ContractStatus), name="status"),
        CheckConstraint(some_of("certifications", Certification), name="certifications"),
        CheckConstraint("bags > 0", name="bags"),
        CheckConstraint("bag_weight_kg > 0 AND bag_weight_kg <= 1500", name="bag_weight_kg"),
        CheckConstraint(
            "weight_kg > 0 AND (bags IS NULL OR bag_weight_kg IS NULL "
            "OR weight_kg = bags * bag_weight_kg)",
            name="weight_kg",
        ),
        CheckConstraint("tolerance_pct BETWEEN 0 AND 100", name="tolerance_pct"),
        CheckConstraint("crop_year BETWEEN 1990 AND 2100", name="crop_year"),
        CheckConstraint("ship_to >= ship_from", name="shipment_window"),
        CheckConstraint("futures_lots > 0", name="futures_lots"),
        CheckConstraint(
            "basis IS NOT DISTINCT FROM 'differential' OR "
            "num_nonnulls(futures_lots, fixing_call, fix_by) = 0",
            name="to_be_fixed",
        ),
        CheckConstraint(
            "basis IS DISTINCT FROM 'differential' OR (currency = 'USc' AND per = 'lb')",
            name="differential_unit",
        ),
        CheckConstraint(whole_price(), name="price_whole"),
        *price_words(),
    )

    code: Mapped[str] = mapped_column(unique=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    seller_number: Mapped[str | None]
    signed_on: Mapped[date | None]
    status: Mapped[ContractStatus] = mapped_column(
        WordType(ContractStatus), server_default="confirmed"
    )
    incoterm: Mapped[Incoterm | None] = mapped_column(WordType(Incoterm))
    place: Mapped[str | None]
    bags: Mapped[int | None] = mapped_column(Integer)
    bag_weight_kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    weight_kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    tolerance_pct: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    process: Mapped[Process | None] = mapped_column(WordType(Process))
    certifications: Mapped[list[Certification]] = mapped_column(
        WordsType(Certification), server_default="{}"
    )
    premium_included: Mapped[bool | None]
    crop_year: Mapped[int | None] = mapped_column(SmallInteger)
    ship_from: Mapped[date | None]
    ship_to: Mapped[date | None]
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    currency: Mapped[Currency | None] = mapped_column(WordType(Currency))
    per: Mapped[Per | None] = mapped_column(WordType(Per))
    basis: Mapped[Basis | None] = mapped_column(WordType(Basis))
    futures_month: Mapped[str | None]
    futures_lots: Mapped[int | None] = mapped_column(Integer)
    fixing_call: Mapped[FixingCall | None] = mapped_column(WordType(FixingCall))
    fix_by: Mapped[date | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    quality: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)


class Fixation(Record):
    """Some futures lots of a contract got their level, in US cents per pound."""

    __tablename__ = "fixation"
    __table_args__ = (
        CheckConstraint("futures_lots > 0", name="futures_lots"),
        CheckConstraint("level > 0", name="level"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    fixed_on: Mapped[date]
    futures_lots: Mapped[int] = mapped_column(Integer)
    futures_month: Mapped[str]
    level: Mapped[Decimal] = mapped_column(MONEY)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)
