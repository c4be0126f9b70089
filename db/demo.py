"""The demo database: real places and companies, invented people and business figures.

The rows are files in `demo_data/`, one per table; its README says what is fact and how cells are
read. Dates are told in days from the day of loading, so that the demo is always about now.
"""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, create_engine, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.pool import NullPool

from db.base import Base
from db.models import Company, EtaChange, Member, Port, Shipment
from db.session import driver_url
from db.startup import DatabaseRefused
from db.types import WordsType

_FILES = Path(__file__).parent / "demo_data"
# After the company's own row, in this order: a file refers to rows of those before it.
_TABLES = (
    "member",
    "region",
    "region_figure",
    "cooperative",
    "roaster",
    "contact",
    "contract",
    "warehouse",
    "lot",
    "fixation",
    "deal",
    "deal_line",
    "reservation",
    "stock_movement",
    "shipment",
    "container",
    "shipment_lot",
    "transport_event",
    "sample",
    "cupping",
    "paper",
    "interaction",
    "evidence",
    "reminder",
)
# Two processes that start at once must not load at once; any number will do.
_LOCK = 7_311_945


def _quiet(_step: str) -> None:
    """Tell nobody."""


def load_demo(owner_url: str, today: date, on_step: Callable[[str], None] = _quiet) -> None:
    """Fill a migrated, empty database with the demo, all of it or nothing; once is enough.

    Args:
        owner_url: address with the owner role.
        today: the day the demo is about; the same day gives the same rows.
        on_step: called when there is something to load.

    Raises:
        DatabaseRefused: the database holds a company's own data.
    """
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        for setting, value in (("app.actor", "system:demo"), ("app.today", today.isoformat())):
            connection.execute(select(func.set_config(setting, value, True)))
        is_demo = connection.scalar(select(Company.is_demo))
        if connection.scalar(select(Member.id).limit(1)) is not None:
            if is_demo:
                return
            raise DatabaseRefused(
                f"database {engine.url.database!r} holds a company's own data: the demo is loaded "
                "into an empty database of its own only"
            )
        on_step("demo data")
        loader = _Loader(connection, today)
        loader.name_company()
        for table in _TABLES:
            loader.insert(Base.metadata.tables[table])
        loader.move_etas()


class _Loader:
    """Turns files into rows, and remembers each row by the first cell of its line."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._connection = connection
        self._today = today
        ports = connection.execute(select(Port.locode, Port.id))
        self._ids: dict[tuple[str, str], int] = {("port", code): row for code, row in ports}

    def name_company(self) -> None:
        """Tell the company's one row, which every database has, that it is the demo."""
        table = Base.metadata.tables["company"]
        for line in _lines(table):
            self._connection.execute(table.update().values(self._values(table, line)))

    def insert(self, table: Table) -> None:
        """Insert a table's file."""
        for line in _lines(table):
            values = {"created_at": self._moment("0 06:00")} | self._values(table, line)
            made = self._connection.execute(table.insert().values(values).returning(table.c.id))
            self._ids[table.name, next(iter(line.values()))] = made.scalar_one()

    def move_etas(self) -> None:
        """Give every shipment its ETAs in turn; a trigger writes the history, we date its rows."""
        for line in _lines(Base.metadata.tables["eta_change"]):
            values = self._values(Base.metadata.tables["eta_change"], line)
            moved = update(Shipment).where(Shipment.id == values["shipment_id"])
            self._connection.execute(moved.values(eta=values["eta"]))
            written = update(EtaChange).where(
                EtaChange.shipment_id == values["shipment_id"], EtaChange.source.is_(None)
            )
            self._connection.execute(written.values(values))

    def _values(self, table: Table, line: dict[str, str]) -> dict[str, Any]:
        """Return what a line says; an empty cell says nothing, so the column keeps its default."""
        return {name: self._value(table.c[name], line) for name, cell in line.items() if cell}

    def _value(self, column: Column[Any], line: dict[str, str]) -> Any:
        cell = line[column.name]
        if column.name == "record_id":
            return self._ids[line["entity"], cell]
        for key in column.foreign_keys:
            return self._ids[key.column.table.name, cell]
        if isinstance(column.type, WordsType | ARRAY):
            return cell.split("|")
        readers: dict[type, Callable[[str], Any]] = {
            bool: lambda word: word == "true",
            date: lambda days: self._today + timedelta(int(days)),
            datetime: self._moment,
            Decimal: Decimal,
            int: int,
            time: time.fromisoformat,
        }
        return readers.get(column.type.python_type, str)(cell)

    def _moment(self, cell: str) -> datetime:
        """Return an instant told as days from today and a time of day in UTC."""
        days, clock = cell.split()
        day = self._today + timedelta(int(days))
        return datetime.combine(day, time.fromisoformat(clock), UTC)


def _lines(table: Table) -> list[dict[str, str]]:
    with (_FILES / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
