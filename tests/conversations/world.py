"""The world the requests speak about, as rows of a database of its own."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, select, text
from sqlalchemy.pool import NullPool

import db.models  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the metadata
from db.base import Base
from db.session import driver_url

Json = dict[str, Any]
TODAY = date(2026, 11, 24)
WORLD = Path(__file__).parent / "world.json"
BOOK = Path(__file__).parent / "world_book.json"
_MONTHS = "FGHJKMNQUVXZ"
_EVENTS = {
    "loaded": "LOAD",
    "departed": "DEPA",
    "discharged": "DISC",
    "transshipment": "DISC",
    "delivered": "GTOT",
    "customs": "CUSS",
}
_TITLES = {
    "lot": "code",
    "shipment": "code",
    "interaction": "summary",
    "container": "number",
    "port": "name",
    "contract": "code",
    "fixation": "contract fixed_on",
    "deal": "code",
    "deal_line": "deal",
    "reservation": "called",
    "stock_movement": "called",
    "sample": "reference",
    "cupping": "called",
    "paper": "shipment kind",
}
# What is loaded in which order: what a noun refers to comes before it, a contract before its lots.
_BEFORE = ("port", "region", "cooperative", "roaster", "contact", "contract", "lot")
_AFTER = ("interaction", "deal", "reservation", "stock_movement", "sample", "cupping", "paper")
_PARTS = {"contract": ("fixation", "fixations"), "deal": ("deal_line", "lines")}


def futures_code(month: str) -> str:
    """Return "2027-03" as the exchange writes it: H7."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]}{year[-1]}"


def load_world(owner_url: str, *, book: bool = False) -> dict[tuple[str, int], str]:
    """Fill a migrated, empty database; return (noun, id) → title as the expectations name it.

    With `book` the trading book is loaded on top, which the other sets do not know.
    """
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with engine.begin() as connection:
        told = "SELECT set_config('app.actor', 'system:test', true), set_config('app.today', :on, true)"
        connection.execute(text(told), {"on": TODAY.isoformat()})
        return _World(connection).load(world_of(book=book))


def world_of(*, book: bool) -> dict[str, list[Json]]:
    """Return the world; the book adds records, and says more of lots and shipments there are."""
    world = json.loads(WORLD.read_text("utf8"))
    for noun, rows in json.loads(BOOK.read_text("utf8")).items() if book else ():
        known = {row["code"]: row for row in world.get(noun, [])}
        more = [row for row in rows if row.get("code") not in known]
        for row in rows:
            known.get(row.get("code"), {}).update(row)
        world[noun] = [*world.get(noun, []), *more]
    return world


class _World:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ids: dict[tuple[str, str], int] = {}
        self.titles: dict[tuple[str, int], str] = {}

    def load(self, world: dict[str, list[Json]]) -> dict[tuple[str, int], str]:
        company = Base.metadata.tables["company"]
        self.connection.execute(company.update().values(delayed_after_days=0))
        for row in world["member"]:
            self._insert(
                "member",
                {k: row[k] for k in ("name", "email", "role")} | {"locale": row["language"]},
            )
        for noun in _BEFORE:
            self._rows(noun, world.get(noun, []))
        for row in world["shipment"]:
            self._shipment(dict(row))
        for noun in _AFTER:
            self._rows(noun, world.get(noun, []))
        return self.titles

    def _rows(self, noun: str, rows: list[Json]) -> None:
        """Insert records and their parts, each part called after its whole."""
        part, held = _PARTS.get(noun, ("", ""))
        for row in rows:
            self._insert(noun, self._prepared(noun, row))
            for own in row.get(held, []):
                self._insert(part, self._prepared(part, own | {noun: row["code"]}))

    def _prepared(self, noun: str, row: Json) -> Json:
        if noun == "lot":
            row = dict(row)
            for price in ("purchase", "asking"):
                key = f"{price}_futures_month"
                if row.get(key):
                    row[key] = futures_code(row[key])
            if row.get("cup_score") is not None:
                row.setdefault("cup_protocol", "unknown")
        elif row.get("futures_month"):
            row = row | {"futures_month": futures_code(row["futures_month"])}
        if noun == "contract":  # a column of its own, which the noun's rule fills in
            row = row | {"weight_kg": row["bags"] * row["bag_weight_kg"]}
        return row

    def _shipment(self, row: Json) -> None:
        parts = {k: row.pop(k) for k in ("containers", "lots", "events")}
        eta = row.pop("eta")
        number = self._insert("shipment", row | {"eta": row["first_eta"]})
        if eta != row["first_eta"]:
            table = Base.metadata.tables["shipment"]
            self.connection.execute(
                table.update().where(table.c.id == number).values(eta=date.fromisoformat(eta))
            )
        for held in parts["containers"]:
            self._insert("container", held | {"shipment": row["code"]})
        for held in parts["lots"]:
            self._insert("shipment_lot", held | {"shipment": row["code"]})
        for held in parts["events"]:
            happened = datetime.combine(date.fromisoformat(held["happened_on"]), time(), UTC)
            self._insert(
                "transport_event",
                {
                    "shipment": row["code"],
                    "code": _EVENTS[held["kind"]],
                    "happened_at": happened,
                    "location": held["place"],
                },
            )

    def _insert(self, noun: str, row: Json) -> int:
        table = Base.metadata.tables[noun]
        values = {}
        for key, value in row.items():
            column, stored = self._cell(table, key, value)
            if stored is not None and column in table.c:
                values[column] = stored
        if noun == "port":
            known = self.connection.scalar(
                select(table.c.id).where(table.c.locode == row["locode"])
            )
            if known is not None:
                return self._remember(noun, row, int(known))
        made = self.connection.execute(
            table.insert().values(values).returning(table.c.id)
        ).scalar_one()
        return self._remember(noun, row, int(made))

    def _remember(self, noun: str, row: Json, number: int) -> int:
        keys = _TITLES.get(noun, "name").split()
        title = " ".join(str(row[k]) for k in keys if k in row) or str(number)
        self.ids[noun, title] = number
        self.titles[noun, number] = title
        return number

    def _cell(self, table: Table, key: str, value: Any) -> tuple[str, Any]:
        if f"{key}_id" in table.c:
            targets = [k.column.table.name for k in table.c[f"{key}_id"].foreign_keys]
            return f"{key}_id", self.ids[targets[0], value] if value else None
        if key not in table.c or value is None:
            return key, value
        kind = table.c[key].type.python_type
        if kind is date and isinstance(value, str):
            return key, date.fromisoformat(value)
        return key, Decimal(str(value)) if kind is Decimal else value
