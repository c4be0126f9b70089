"""The declarative base and what every domain row has in common.

A column says here what the rest of the product derives from it: `personal` columns leave the audit
images for an erasable side table, `free_text` columns are data the model only reads on request
(law 7), `internal` columns are hidden from tools.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PERSONAL: dict[str, Any] = {"personal": True}
FREE_TEXT: dict[str, Any] = {"free_text": True}
INTERNAL: dict[str, Any] = {"internal": True}

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the database."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
    }


class Record(Base):
    """A domain row: numbered, never deleted but retired, audited by a trigger."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), sort_order=90, info=INTERNAL
    )
    retired_at: Mapped[datetime | None] = mapped_column(sort_order=91, info=INTERNAL)


def audited_tables() -> list[type[Record]]:
    """Return every domain model, in dependency order, for triggers, policies and tests."""
    order = {table: n for n, table in enumerate(Base.metadata.sorted_tables)}
    found = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Record)]
    return sorted(found, key=lambda model: order[model.__table__])  # type: ignore[index]


def columns_marked(model: type[Base], mark: str) -> list[str]:
    """Return the names of a model's columns that carry a mark, such as `personal`."""
    return [c.name for c in model.__table__.columns if c.info.get(mark)]
