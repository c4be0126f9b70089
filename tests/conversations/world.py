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
}


def futures_code(month: str) -> str:
    """Return "2027-03" as the exchange writes it: H7."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]}{year[-1]}"


def load_world(owner_url: str) -> dict[tuple[str, int], str]:
    """Fill a migrated, empty database; return (noun, id) → title as the expectations name it."""
    world = json.loads(WORLD.read_text("utf8"))
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.actor', 'system:test', true)"))
        return _World(connection).load(world)


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
        for noun in ("port", "region", "cooperative", "roaster", "contact", "lot"):
            for row in world[noun]:
                self._insert(noun, self._prepared(noun, row))
        for row in world["shipment"]:
            self._shipment(dict(row))
        for row in world["interaction"]:
            self._insert("interaction", row)
        return self.titles

    def _prepared(self, noun: str, row: Json) -> Json:
        if noun == "lot":
            row = dict(row)
            for price in ("purchase", "asking"):
                key = f"{price}_futures_month"
                if row.get(key):
                    row[key] = futures_code(row[key])
            if row.get("cup_score") is not None:
                row.setdefault("cup_protocol", "unknown")
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
        title = str(row.get(_TITLES.get(noun, "name"), number))
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
