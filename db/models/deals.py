"""What we sell and promise: deals, reservations, and what is lost or drawn from a lot.

Dates decide what counts on which day; the view `stock_held` of the migrations says it as SQL.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record
from db.enums import Basis, Currency, DealStage, Incoterm, MovementKind, Per
from db.prices import price_words, whole_price
from db.types import KILOGRAMS, MONEY, WordType, one_of


class Deal(Record):
    """A sale to a roaster, from offer to invoice; its lines say from which lots."""

    __tablename__ = "deal"
    __table_args__ = (
        CheckConstraint(one_of("stage", DealStage), name="stage"),
        CheckConstraint(one_of("incoterm", Incoterm), name="incoterm"),
        CheckConstraint("bags > 0", name="bags"),
        CheckConstraint("deliver_to >= deliver_from", name="delivery_window"),
        CheckConstraint("stage <> 'offer' OR confirmed_on IS NULL", name="offer_binds_nobody"),
        CheckConstraint("stage IN ('offer', 'lost') OR confirmed_on IS NOT NULL", name="confirmed"),
        CheckConstraint(
            "(stage = 'lost') = (lost_on IS NOT NULL) "
            "AND (stage = 'lost') = (lost_reason IS NOT NULL)",
            name="lost_why",
        ),
        CheckConstraint(whole_price(), name="price_whole"),
        *price_words(),
    )

    code: Mapped[str] = mapped_column(unique=True)
    roaster_id: Mapped[int] = mapped_column(ForeignKey("roaster.id"), index=True)
    stage: Mapped[DealStage] = mapped_column(WordType(DealStage), server_default="offer")
    bags: Mapped[int | None] = mapped_column(Integer)
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    currency: Mapped[Currency | None] = mapped_column(WordType(Currency))
    per: Mapped[Per | None] = mapped_column(WordType(Per))
    basis: Mapped[Basis | None] = mapped_column(WordType(Basis))
    futures_month: Mapped[str | None]
    incoterm: Mapped[Incoterm | None] = mapped_column(WordType(Incoterm))
    place: Mapped[str | None]
    deliver_from: Mapped[date | None]
    deliver_to: Mapped[date | None]
    payment_terms: Mapped[str | None]
    offered_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    invoiced_on: Mapped[date | None]
    lost_on: Mapped[date | None]
    lost_reason: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)


class DealLine(Record):
    """Bags of one lot in a deal; they are sold from the day it is confirmed, or added later."""

    __tablename__ = "deal_line"
    __table_args__ = (CheckConstraint("bags > 0", name="bags"),)

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    bags: Mapped[int] = mapped_column(Integer)
    added_on: Mapped[date]


class Reservation(Record):
    """Bags held for a roaster through a day; it ends by itself, or when its deal is confirmed."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("bags > 0", name="bags"),
        CheckConstraint("until >= reserved_on", name="until"),
        CheckConstraint("released_on >= reserved_on", name="released_on"),
    )

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    roaster_id: Mapped[int] = mapped_column(ForeignKey("roaster.id"), index=True)
    bags: Mapped[int] = mapped_column(Integer)
    until: Mapped[date]
    reserved_on: Mapped[date]
    released_on: Mapped[date | None]
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"), index=True)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)


class StockMovement(Record):
    """Bags or kilos that left a lot other than by sale, or turned up: sampled, lost, counted."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint(one_of("kind", MovementKind), name="kind"),
        CheckConstraint("bags > 0", name="bags"),
        CheckConstraint("weight_kg > 0", name="weight_kg"),
        CheckConstraint("num_nonnulls(bags, weight_kg) = 1", name="quantity"),
    )

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[MovementKind] = mapped_column(WordType(MovementKind))
    bags: Mapped[int | None] = mapped_column(Integer)
    weight_kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    moved_on: Mapped[date]
    reason: Mapped[str] = mapped_column(info=FREE_TEXT)
