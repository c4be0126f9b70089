"""The company's own settings and its members."""

from datetime import datetime, time

from sqlalchemy import ARRAY, CheckConstraint, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import INTERNAL, PERSONAL, Record
from db.enums import Currency, Language, Role, SizeClass
from db.types import WordType, one_of


class Company(Record):
    """The one row of company settings."""

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("delayed_after_days BETWEEN 0 AND 60", name="delayed_after_days"),
        CheckConstraint(one_of("size_class", SizeClass), name="size_class"),
        CheckConstraint(one_of("currency", Currency), name="currency"),
    )

    name: Mapped[str]
    size_class: Mapped[SizeClass | None] = mapped_column(WordType(SizeClass))
    home_country: Mapped[str] = mapped_column(server_default="DE")
    currency: Mapped[Currency] = mapped_column(WordType(Currency), server_default="EUR")
    imprint: Mapped[str | None]
    delayed_after_days: Mapped[int] = mapped_column(SmallInteger, server_default="3")
    own_customers_only: Mapped[bool] = mapped_column(server_default="false")
    four_eyes: Mapped[bool] = mapped_column(server_default="false")
    is_demo: Mapped[bool] = mapped_column(server_default="false", info=INTERNAL)
    slack_channels: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", sort_order=95
    )


class Member(Record):
    """A person of the team who may talk to CoffeeStudio."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint(one_of("locale", Language), name="locale"),
        CheckConstraint("email = lower(email)", name="email"),
    )

    email: Mapped[str] = mapped_column(unique=True, info=PERSONAL)
    name: Mapped[str] = mapped_column(info=PERSONAL)
    role: Mapped[Role] = mapped_column(WordType(Role), server_default="viewer")
    locale: Mapped[Language] = mapped_column(WordType(Language), server_default="de")
    active: Mapped[bool] = mapped_column(server_default="true")
    last_seen_at: Mapped[datetime | None] = mapped_column(info=INTERNAL)
    # When the brief comes, and when nothing else may: local time, by night and at the weekend.
    wants_brief: Mapped[bool] = mapped_column(server_default="true", sort_order=92)
    brief_at: Mapped[time] = mapped_column(server_default="07:30", sort_order=93)
    quiet_from: Mapped[time] = mapped_column(server_default="19:00", sort_order=94)
    quiet_to: Mapped[time] = mapped_column(server_default="07:00", sort_order=95)
    quiet_weekends: Mapped[bool] = mapped_column(server_default="true", sort_order=96)
    slack_id: Mapped[str | None] = mapped_column(unique=True, info=PERSONAL, sort_order=97)
