"""Where coffee comes from: regions, ports, cooperatives."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record
from db.enums import Certification, CooperativeStatus
from db.types import WordsType, WordType, one_of, some_of


class Port(Record):
    """A port by its UN/LOCODE."""

    __tablename__ = "port"
    __table_args__ = (CheckConstraint("locode ~ '^[A-Z]{2}[A-Z2-9]{3}$'", name="locode"),)

    locode: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    country: Mapped[str]


class Region(Record):
    """A growing region. Its numbers are `RegionFigure`s, each with source and year."""

    __tablename__ = "region"
    __table_args__ = (Index("uq_region_country_name", "country", "name", unique=True),)

    name: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="PE")
    main_port_id: Mapped[int | None] = mapped_column(ForeignKey("port.id"))
    places: Mapped[str | None]
    harvest: Mapped[str | None]
    varieties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    cup_profile: Mapped[str | None]


class RegionFigure(Record):
    """One published number about a region, never without its year and source."""

    __tablename__ = "region_figure"
    __table_args__ = (CheckConstraint("year BETWEEN 1900 AND 2100", name="year"),)

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    metric: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(16, 4))
    unit: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str]


class Cooperative(Record):
    """A producer organisation we buy from or might buy from."""

    __tablename__ = "cooperative"
    __table_args__ = (
        CheckConstraint(one_of("status", CooperativeStatus), name="status"),
        CheckConstraint(some_of("certifications", Certification), name="certifications"),
        CheckConstraint("members > 0", name="members"),
        CheckConstraint("altitude_m BETWEEN 0 AND 6000", name="altitude_m"),
        Index("ix_cooperative_name", text("lower(name)")),
    )

    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    province: Mapped[str | None]
    town: Mapped[str | None]
    country: Mapped[str] = mapped_column(server_default="PE")
    certifications: Mapped[list[Certification]] = mapped_column(
        WordsType(Certification), server_default="{}"
    )
    varieties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[CooperativeStatus] = mapped_column(
        WordType(CooperativeStatus), server_default="prospect"
    )
    members: Mapped[int | None] = mapped_column(Integer)
    altitude_m: Mapped[int | None] = mapped_column(Integer)
    website: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    last_contact_on: Mapped[date | None]
    next_followup_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)
