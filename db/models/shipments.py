"""Shipments: one B/L, its containers, its lots, what happened to it, how its ETA moved."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record
from db.enums import Classifier, ContainerSize, Currency, EventCode, ShipmentStatus
from db.types import MONEY, WordType, one_of


class Shipment(Record):
    """One bill of lading. `delayed` is derived from ETA, first ETA and the company's threshold."""

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint(one_of("status", ShipmentStatus), name="status"),
        CheckConstraint("arrived_on >= departed_on", name="arrival_after_departure"),
        CheckConstraint(one_of("demurrage_currency", Currency), name="demurrage_currency"),
        CheckConstraint(
            "(demurrage_per_day IS NULL) = (demurrage_currency IS NULL)", name="demurrage_whole"
        ),
        CheckConstraint("demurrage_per_day > 0", name="demurrage_per_day"),
        Index(
            "uq_shipment_bl_number",
            "bl_number",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    code: Mapped[str] = mapped_column(unique=True)
    bl_number: Mapped[str | None]
    carrier: Mapped[str | None]
    forwarder: Mapped[str | None]
    vessel: Mapped[str | None]
    voyage: Mapped[str | None]
    port_of_loading_id: Mapped[int | None] = mapped_column(ForeignKey("port.id"))
    port_of_discharge_id: Mapped[int | None] = mapped_column(ForeignKey("port.id"))
    etd: Mapped[date | None]
    departed_on: Mapped[date | None]
    first_eta: Mapped[date | None]
    eta: Mapped[date | None]
    arrived_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    status: Mapped[ShipmentStatus] = mapped_column(
        WordType(ShipmentStatus), server_default="planned"
    )
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)
    # The last day without demurrage or detention, and what a day after it costs: contract data.
    free_until: Mapped[date | None] = mapped_column(sort_order=92)
    demurrage_per_day: Mapped[Decimal | None] = mapped_column(MONEY, sort_order=93)
    demurrage_currency: Mapped[Currency | None] = mapped_column(WordType(Currency), sort_order=94)


class Container(Record):
    """A container on a bill of lading."""

    __tablename__ = "container"
    __table_args__ = (
        CheckConstraint("number ~ '^[A-Z]{3}[UJZ][0-9]{7}$'", name="number"),
        CheckConstraint(one_of("size", ContainerSize), name="size"),
        Index(
            "uq_container_shipment_number",
            "shipment_id",
            "number",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    number: Mapped[str] = mapped_column(index=True)
    size: Mapped[ContainerSize | None] = mapped_column(WordType(ContainerSize))
    seal: Mapped[str | None]


class ShipmentLot(Record):
    """Bags of a lot on a shipment, and the roaster they travel for."""

    __tablename__ = "shipment_lot"
    __table_args__ = (
        CheckConstraint("bags > 0", name="bags"),
        Index("ix_shipment_lot_lot", "lot_id"),
        Index("ix_shipment_lot_shipment", "shipment_id"),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    bags: Mapped[int | None] = mapped_column(Integer)
    roaster_id: Mapped[int | None] = mapped_column(ForeignKey("roaster.id"))


class TransportEvent(Record):
    """Something that happened, or is expected, on the way (DCSA code and classifier)."""

    __tablename__ = "transport_event"
    __table_args__ = (
        CheckConstraint(one_of("code", EventCode), name="code"),
        CheckConstraint(one_of("classifier", Classifier), name="classifier"),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    container_id: Mapped[int | None] = mapped_column(ForeignKey("container.id"))
    code: Mapped[EventCode] = mapped_column(WordType(EventCode))
    classifier: Mapped[Classifier] = mapped_column(WordType(Classifier), server_default="ACT")
    happened_at: Mapped[datetime]
    location: Mapped[str | None]
    source: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(info=FREE_TEXT)


class EtaChange(Record):
    """One step of a shipment's ETA history."""

    __tablename__ = "eta_change"

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    eta: Mapped[date | None]
    previous: Mapped[date | None]
    source: Mapped[str | None]
