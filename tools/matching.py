"""Which record a row of a table is about: by what names it, so that importing again changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Record
from tools.entity import Entity, Values
from tools.errors import InvalidArguments, Refused, Said
from tools.folding import folded, squeezed

Key = tuple[object, ...]

# What makes a row the same record again; for all other nouns it is what names it.
_KEYS = {
    "contact": ("name", "roaster", "cooperative"),
    "region_figure": ("metric", "region", "year"),
    "container": ("number", "shipment"),
    "sample": ("kind", "lot", "cooperative", "roaster", "sent_on", "received_on"),
    "cupping": ("lot", "cupped_on", "cup_protocol", "cupper"),
    "paper": ("kind", "shipment"),
    "fixation": ("fixed_on", "contract", "level"),
    "deal_line": ("deal", "lot"),
    "reservation": ("lot", "roaster", "until"),
    "stock_movement": ("moved_on", "lot", "kind", "bags", "weight_kg"),
    "interaction": ("kind", "happened_on", "roaster", "cooperative", "summary"),
}

NEEDED = Said(de="{field} fehlt.", en="{field} is missing.", es="Falta {field}.")
_REPEATED = Said(
    de="Dasselbe steht schon in Zeile {line}.",
    en="The same is in line {line} already.",
    es="Lo mismo está ya en la línea {line}.",
)
_SEVERAL = Said(
    de="So heißen {count}: {choices}.",
    en="{count} are called that: {choices}.",
    es="{count} se llaman así: {choices}.",
)
_ARCHIVED = Said(
    de="Gibt es schon, archiviert (#{number}).",
    en="Exists already, archived (#{number}).",
    es="Ya existe, archivado (#{number}).",
)
_USED = Said(
    de="{field} „{value}“ gehört schon zu {other}.",
    en="{field} “{value}” belongs to {other} already.",
    es="{field} «{value}» ya pertenece a {other}.",
)


@dataclass(frozen=True)
class _Held:
    """A record there is: number, name, whether it is put away, and what it belongs to."""

    id: int
    title: str
    retired: bool
    parents: Key


def importable(entity: Entity) -> bool:
    """Return whether rows of a noun can be told apart, so that importing again does not double."""
    title = entity.field(entity.title)
    named = entity.stored(title) and title.ref is None
    return entity.creatable and (entity.key in _KEYS or named)


def key_fields(entity: Entity) -> tuple[str, ...]:
    """Return the keys of the fields that tell a noun's records apart; the first is a must."""
    return _KEYS.get(entity.key, (entity.title,))


class Matching:
    """Finds the record of each row of a table, and rows that say the same record twice.

    Attributes:
        key: names of the columns by which records are recognised.
    """

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.key = [entity.column(entity.field(k)).name for k in key_fields(entity)]
        self._parents = [entity.column(entity.field(p)).name for p in entity.parents]
        columns = entity.model.__table__.columns
        self._unique = [c.name for c in columns if c.unique and c.name != self.key[0]]
        self._held: dict[Key, list[_Held]] = {}
        self._lines: dict[object, int] = {}
        self._used: dict[str, dict[object, str]] = {name: {} for name in self._unique}

    async def load(self, session: AsyncSession) -> None:
        """Read what tells the records there are apart, and what may occur once only."""
        table = self.entity.model.__table__
        title = self.entity.field(self.entity.title)
        named = table.c[title.key] if self.entity.stored(title) else table.c.id
        names = [*self.key, *self._parents, *self._unique]
        columns: list[ColumnElement[Any]] = [table.c.id, named, table.c.retired_at]
        statement = select(*columns, *(table.c[n] for n in names)).order_by(table.c.id)
        for number, called, retired, *more in await session.execute(statement):
            normal = [_norm(v) for v in more]
            key, rest = tuple(normal[: len(self.key)]), normal[len(self.key) :]
            parents = tuple(rest[: len(self._parents)])
            held = _Held(number, str(called), retired is not None, parents)
            self._held.setdefault(key, []).append(held)
            for name, value in zip(self._unique, rest[len(parents) :], strict=True):
                if value is not None:
                    self._used[name][value] = held.title

    def record_of(self, line: int, values: Values) -> int:
        """Return the number of the record a row is about, 0 when there is none yet.

        Raises:
            ToolError: it is not named, named by an earlier line, put away, or one of several.
        """
        if values.get(self.key[0]) is None:
            head = self.entity.field(key_fields(self.entity)[0])
            raise InvalidArguments(NEEDED, field=head.names.said)
        key = tuple(_norm(values.get(name)) for name in self.key)
        held = self._held.get(key, [])
        live = [h for h in held if not h.retired]
        if len(live) > 1:
            live = [self._told_apart(live, values)]
        self._require_once(line, live[0].id if live else (key, self._said(values)))
        if not live and held and self.entity.model.__table__.columns[self.key[0]].unique:
            raise Refused("archived", _ARCHIVED, number=str(held[0].id))
        return live[0].id if live else 0

    def _require_once(self, line: int, place: object) -> None:
        """Hold every record to one row; new namesakes in other places are different records."""
        if place in self._lines:
            raise Refused("repeated", _REPEATED, line=str(self._lines[place]))
        self._lines[place] = line

    def _said(self, values: Values) -> Key:
        return tuple(_norm(values.get(name)) for name in self._parents)

    def _told_apart(self, live: Sequence[_Held], values: Values) -> _Held:
        """Return the one of several namesakes that a row's place or party fits."""
        said = self._said(values)
        fitting = [
            h
            for h in live
            if all(s is None or s == p for s, p in zip(said, h.parents, strict=True))
        ]
        if len(fitting) != 1:
            choices = ", ".join(f"{h.title} (#{h.id})" for h in live[:5])
            raise Refused("several", _SEVERAL, count=len(live), choices=choices)
        return fitting[0]

    def require_unused(self, title: str, values: Values, record: Record | None) -> None:
        """Hold values that may occur once only to that, within the table too.

        Raises:
            Refused: another record or row has it.
        """
        for name in self._unique:
            value = _norm(values.get(name))
            if value is None or (record is not None and _norm(getattr(record, name)) == value):
                continue
            if value in self._used[name]:
                names = self.entity.field(name).names.said
                other = self._used[name][value]
                raise Refused("used", _USED, field=names, value=str(values[name]), other=other)
            self._used[name][value] = title


def _norm(value: object) -> object:
    """Return a value as keys compare: texts without case, accents and signs."""
    return (squeezed(value) or folded(value)) if isinstance(value, str) else value
