"""Warehouses: where coffee lies that has arrived."""

from sqlalchemy import CheckConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, Record


class Warehouse(Record):
    """A place for coffee that has arrived: who runs it, and how long it lies there free."""

    __tablename__ = "warehouse"
    __table_args__ = (CheckConstraint("free_days >= 0", name="free_days"),)

    name: Mapped[str] = mapped_column(unique=True)
    operator: Mapped[str | None]
    place: Mapped[str | None]
    free_days: Mapped[int | None] = mapped_column(Integer)
    notes: Mapped[str | None] = mapped_column(info=FREE_TEXT)
