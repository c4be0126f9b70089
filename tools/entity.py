"""One declaration per noun: which model, what people call it, which fields tools may touch.

CRUD tools, filters, tables, import headers, planner vocabulary and `schema --json` derive from it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean as BooleanType
from sqlalchemy import ColumnElement, Date, DateTime, Integer, Numeric, SmallInteger, Time
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import KeyedColumnElement

from db.base import Record
from db.enums import Role, Word
from db.types import WordsType, WordType
from tools.context import ToolContext
from tools.spec import Kind, Names

Values = dict[str, Any]
Rule = Callable[[ToolContext, Record | None, Values], Awaitable[None]]


@dataclass(frozen=True)
class Field:
    """One field of a noun.

    Attributes:
        key: its name for tools: `region` for column region_id, else the column's name.
        names: what people call it.
        unit: kg, m, points … for figures with a fixed unit.
        unit_from: keys of the fields that hold currency and weight of a price; figures are never
            compared or summed across them.
        scale_from: keys of the fields that hold the scale a figure was given on, such as a cupping
            form; summaries never mix figures of two of them.
        ref: key of the entity a reference points to.
        via: (reference field, field there) for a value read through a reference, such as a lot's
            region; read-only.
        sql: for a value computed by the database: given today, returns the expression; read-only,
            its kind is `sql_kind`. An overdue follow-up, a shipment's delay.
        read: the least role that sees it; write: the least role that sets it, None when derived.
        listed: shown in tables unless other columns are asked for.
        least, most: bounds of a figure; beyond them it is a slip, not a fact.
    """

    key: str
    names: Names
    unit: str | None = None
    unit_from: tuple[str, ...] = ()
    scale_from: tuple[str, ...] = ()
    ref: str | None = None
    via: tuple[str, str] | None = None
    sql: Callable[[date], ColumnElement[Any]] | None = None
    sql_kind: Kind = "flag"
    read: Role = Role.VIEWER
    write: Role | None = Role.ANALYST
    listed: bool = False
    least: Decimal | int | None = None
    most: Decimal | int | None = None


@dataclass(frozen=True)
class Entity:
    """A noun of the trade.

    Attributes:
        key: lot, cooperative …; the noun in tool calls and `--json`.
        model: its table.
        noun, nouns: what people call one and several of them.
        title: key of the field that names a record (code, name, number).
        aliases: column of further names, when there is one.
        parents: reference fields that tell twins apart ("MSKU… on SH-26-003").
        read, write: the least roles.
        check: the noun's own rules, called with (context, record or None, new values) before a
            write; may complete the values, raises Refused.
        filled: keys of fields `check` can fill in itself, so that a new record need not name them.
        after: called with (context, record, new values) once the write is flushed.
        order: default sort, `-` for descending.
        part_of: the reference field to what a record is a part of and may be named for: a container
            for its shipment.
        dated: fields by whose month a record may be called, the first that fits counts: "the
            January container" is the shipment whose ETA is in January.
        told_by: reference fields whose records one may be called by: "the deal with Vits".
        current: which records are meant when a name fits several, given today: those still open.
        apart: meant only when it is named, never because it refers to what is asked about: a
            member's own affair, or what is written down about a lot, a customer or a coop.
        spoken: False when its records' names are words of every sentence, such as titles of laws
            or texts of reminders:
            they are then found by tools, not heard in what a member says.
    """

    key: str
    model: type[Record]
    noun: Names
    nouns: Names
    title: str
    fields: tuple[Field, ...]
    aliases: str | None = None
    parents: tuple[str, ...] = ()
    read: Role = Role.VIEWER
    write: Role = Role.ANALYST
    check: Rule | None = None
    after: Rule | None = None
    filled: tuple[str, ...] = ()
    order: str = ""
    creatable: bool = True
    retirable: bool = True
    part_of: str = ""
    dated: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    current: Callable[[date], ColumnElement[bool]] | None = None
    apart: bool = False
    spoken: bool = True

    def field(self, key: str) -> Field:
        """Return a field by key; KeyError when there is none."""
        return next(f for f in self.fields if f.key == key) if self.has(key) else _missing(key)

    def has(self, key: str) -> bool:
        """Return whether a field of that key exists."""
        return any(f.key == key for f in self.fields)

    def column(self, field: Field) -> KeyedColumnElement[Any]:
        """Return the table column behind a field that is not read through a reference."""
        return self.model.__table__.columns[f"{field.key}_id" if field.ref else field.key]

    def stored(self, field: Field) -> bool:
        """Return whether the field is a column of its own, not read through others or computed."""
        return field.via is None and field.sql is None

    def kind(self, field: Field) -> Kind:
        """Return how a field's values read and compare."""
        if field.sql is not None:
            return field.sql_kind
        if field.ref or field.via:
            return "ref" if field.ref else "text"
        return _kind(self.column(field), field)

    def words(self, field: Field) -> type[Word] | None:
        """Return the closed vocabulary of a field, None when it has none."""
        if not self.stored(field) or field.ref:
            return None
        kind = self.column(field).type
        return kind.words if isinstance(kind, WordType | WordsType) else None

    def free_text(self, field: Field) -> bool:
        """Return whether a field holds text written by outsiders (law 7)."""
        return self.stored(field) and bool(self.column(field).info.get("free_text"))

    def personal(self, field: Field) -> bool:
        """Return whether a field holds personal data."""
        return self.stored(field) and bool(self.column(field).info.get("personal"))


def entity_named(key: str) -> Entity:
    """Return the noun of a key, for tools derived from one noun that refer to another."""
    from tools.catalog import catalog  # built from the modules that import this one

    return catalog().entity(key)


def _missing(key: str) -> Field:
    raise KeyError(key)


_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (WordType, "word"),
    (WordsType, "words"),
    (ARRAY, "list"),
    (BooleanType, "flag"),
    (Date, "date"),
    (Time, "time"),
    (DateTime, "instant"),
    (SmallInteger, "integer"),
    (Integer, "integer"),
    (Numeric, "decimal"),
)


def _kind(column: KeyedColumnElement[Any], field: Field) -> Kind:
    if field.unit_from:
        return "money"
    for sql_type, kind in _KINDS:
        if isinstance(column.type, sql_type):
            return kind
    return "text"
