"""From a mapped table to a plan, and from a plan to rows: all of them or none.

A plan says, without changing anything, which rows would create a record, which would change one
and which say what is there already; which do not fit and why; which resemble a record of another
name. `carry_out` does exactly that in the caller's transaction, so one row too many undoes all.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from db.base import Record
from tools.context import ToolContext, require_role
from tools.entity import Entity, Values, entity_named
from tools.errors import InvalidArguments, Refused, Said, ToolError
from tools.folding import folded, squeezed
from tools.grid import Line, Remark
from tools.known_records import KnownRecords, Missing, titles_alike
from tools.mapping import Mapping
from tools.row_values import RowReader, Wrong
from tools.tables import Sheet
from tools.writing import needed

T = TypeVar("T")
Key = tuple[object, ...]

BATCH = 500
_ALIKE = 90  # of 100, as writing.create asks
# What makes a row the same record again; for all other nouns it is what names it.
_KEYS = {
    "contact": ("name", "roaster", "cooperative"),
    "region_figure": ("metric", "region", "year"),
    "container": ("number", "shipment"),
    "interaction": ("kind", "happened_on", "roaster", "cooperative", "summary"),
}

_NOT_IMPORTED = Said(
    de="{nouns} lassen sich nicht importieren.",
    en="{nouns} cannot be imported.",
    es="{nouns} no se pueden importar.",
)
_NO_KEY = Said(
    de="Keine Spalte ist {field}; daran erkenne ich {nouns} wieder. (--map SPALTE={key})",
    en="No column is {field}, by which {nouns} are recognised. (--map COLUMN={key})",
    es="Ninguna columna es {field}, por lo que se reconocen {nouns}. (--map COLUMNA={key})",
)
_NEEDED = Said(de="{field} fehlt.", en="{field} is missing.", es="Falta {field}.")
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
_ALONE = Said(
    de="{noun} lässt sich nicht allein mit einem Namen anlegen; dafür fehlt {field}.",
    en="{noun} cannot be created by name alone; {field} is needed.",
    es="{noun} no se puede crear solo con un nombre; falta {field}.",
)
_DEFAULTS = Said(
    de="Neue Datensätze erhalten, was die Tabelle nicht sagt: {values}.",
    en="New records get what the table does not say: {values}.",
    es="Los registros nuevos reciben lo que la tabla no dice: {values}.",
)
_ROUNDED = Said(
    de="{count} verschiedene Zahlen sind auf die Stellen gerundet, die wir führen.",
    en="{count} different figures are rounded to the decimals we keep.",
    es="{count} cifras distintas se redondean a los decimales que guardamos.",
)
_IN_LINE = Said(
    de="{title} (Zeile {line})", en="{title} (line {line})", es="{title} (línea {line})"
)


@dataclass(frozen=True)
class Problem:
    """A row that does not fit: where, what it holds and why, in the asker's language."""

    line: int
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class Duplicate:
    """A new record that resembles others: shown before it is created, not refused."""

    line: int
    title: str
    similar: list[str]


@dataclass(frozen=True)
class Planned:
    """A row to write: its line, what it is called, values by column; `record` when it exists."""

    line: int
    title: str
    values: Values
    record: int | None = None


@dataclass
class ImportPlan:
    """What an import would do.

    `missing` holds the records that rows refer to and that are created first.
    """

    entity: Entity
    rows: int
    creates: list[Planned] = field(default_factory=list[Planned])
    updates: list[Planned] = field(default_factory=list[Planned])
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    duplicates: list[Duplicate] = field(default_factory=list[Duplicate])
    missing: list[Missing] = field(default_factory=list[Missing])
    remarks: list[Remark] = field(default_factory=list[Remark])


@dataclass(frozen=True)
class _Held:
    """A record there is: number, name, and whether it is put away."""

    id: int
    title: str
    retired: bool
    parents: Key


async def plan_import(
    ctx: ToolContext,
    entity: Entity,
    sheet: Sheet,
    mapping: Mapping,
    create_missing: Collection[str] = (),
) -> ImportPlan:
    """Return what importing a table would do; nothing is changed.

    Args:
        ctx: who imports; their role decides what may be set.
        entity: what a row is.
        sheet: the table.
        mapping: which column is which field.
        create_missing: nouns whose records are created when a row names one that is not there.

    Raises:
        ToolError: not theirs to import, not importable, or no column tells the records apart.
    """
    _require(ctx, entity, mapping, create_missing)
    records = KnownRecords(ctx, create_missing)
    planning = _Planning(ctx, entity, mapping, RowReader(entity, mapping, records))
    plan = ImportPlan(entity, len(sheet.rows))
    planning.plan = plan
    for remark in sheet.broken:
        plan.problems.append(Problem(remark.line or 0, "", "", remark.text(ctx.asker.locale)))
    await planning.load()
    for lines in _batches(sheet.rows, BATCH):
        await planning.add(lines)
    await planning.finish(records)
    plan.problems.sort(key=lambda p: p.line)
    return plan


def importable(entity: Entity) -> bool:
    """Return whether rows of a noun can be told apart, so that importing again does not double."""
    title = entity.field(entity.title)
    return entity.creatable and (
        entity.key in _KEYS or (entity.stored(title) and title.ref is None)
    )


def _require(
    ctx: ToolContext, entity: Entity, mapping: Mapping, create_missing: Collection[str]
) -> None:
    if not importable(entity):
        raise Refused("not_importable", _NOT_IMPORTED, next="stop", nouns=entity.nouns.said)
    require_role(ctx.asker, entity.write)
    loaded = [*(str(c.field) for c in mapping.mapped), *mapping.constants]
    for key in loaded:
        require_role(ctx.asker, entity.field(key).write or entity.write)
    head = _key_fields(entity)[0]
    if head not in loaded:
        raise InvalidArguments(
            _NO_KEY, field=entity.field(head).names.said, nouns=entity.nouns.said, key=head
        )
    for noun in create_missing:
        target = entity_named(noun)
        require_role(ctx.asker, target.write)
        lacking = [f for f in needed(target) if f.key != target.title]
        if lacking:
            raise InvalidArguments(_ALONE, noun=target.noun.said, field=lacking[0].names.said)


def _key_fields(entity: Entity) -> tuple[str, ...]:
    return _KEYS.get(entity.key, (entity.title,))


class _Planning:
    """Sorts rows into a plan, a batch at a time."""

    plan: ImportPlan

    def __init__(
        self, ctx: ToolContext, entity: Entity, mapping: Mapping, reader: RowReader
    ) -> None:
        self.ctx, self.entity, self.mapping, self.reader = ctx, entity, mapping, reader
        self._key = [entity.column(entity.field(k)).name for k in _key_fields(entity)]
        self._parents = [entity.column(entity.field(p)).name for p in entity.parents]
        self._held: dict[Key, list[_Held]] = {}
        self._lines: dict[Key, int] = {}
        self._unique: dict[str, dict[object, str]] = {}

    async def load(self) -> None:
        """Read what tells the records there are apart, and what may occur once only."""
        table = self.entity.model.__table__
        title = self.entity.field(self.entity.title)
        named = table.c[title.key] if self.entity.stored(title) else table.c.id
        unique = [c for c in table.columns if c.unique and c.name != named.name]
        columns: list[ColumnElement[Any]] = [table.c.id, named, table.c.retired_at]
        columns += [table.c[n] for n in (*self._key, *self._parents)] + unique
        many, after = len(self._key), 3 + len(self._key)
        for row in await self.ctx.session.execute(select(*columns).order_by(table.c.id)):
            values = tuple(row)
            parents = tuple(_norm(v) for v in values[after : after + len(self._parents)])
            held = _Held(values[0], str(values[1]), values[2] is not None, parents)
            key = tuple(_norm(v) for v in values[3 : 3 + many])
            self._held.setdefault(key, []).append(held)
            for column, value in zip(unique, values[after + len(self._parents) :], strict=True):
                if value is not None:
                    self._unique.setdefault(column.name, {})[_norm(value)] = held.title

    async def add(self, lines: Sequence[Line]) -> None:
        """Sort a batch of rows into the plan."""
        read = [(line, *await self.reader.read(line)) for line in lines]
        found = [(line, values, self._match(line, values, wrong)) for line, values, wrong in read]
        numbers = [m for _, _, m in found if isinstance(m, int)]
        records = await _records(self.ctx, self.entity, numbers)
        for line, values, match in found:
            if match is not None:
                await self._sort(line, values, records.get(match))

    def _match(self, line: Line, values: Values, wrong: Sequence[Wrong]) -> int | None:
        """Return the number of the record a row is about, 0 for none, None for a problem."""
        for one in wrong:
            self._problem(line, one.column, one.value, one.error)
        try:
            return None if wrong else self._record_of(line, values)
        except ToolError as error:
            self._problem(line, self._header(), str(values.get(self._key[0], "")), error)
            return None

    def _record_of(self, line: Line, values: Values) -> int:
        if values.get(self._key[0]) is None:
            head = self.entity.field(_key_fields(self.entity)[0])
            raise InvalidArguments(_NEEDED, field=head.names.said)
        key = tuple(_norm(values.get(name)) for name in self._key)
        if key in self._lines:
            raise Refused("repeated", _REPEATED, line=self._lines[key])
        self._lines[key] = line.number
        held = self._held.get(key, [])
        live = [h for h in held if not h.retired]
        if len(live) > 1:
            live = self._told_apart(live, values)
        if not live and held and self._once_only(self._key[0]):
            raise Refused("archived", _ARCHIVED, number=held[0].id)
        return live[0].id if live else 0

    def _told_apart(self, live: Sequence[_Held], values: Values) -> list[_Held]:
        """Return the one of several namesakes that a row's place or party fits."""
        said = [_norm(values.get(name)) for name in self._parents]
        fitting = [
            h
            for h in live
            if all(s is None or s == p for s, p in zip(said, h.parents, strict=True))
        ]
        if len(fitting) != 1 or all(s is None for s in said):
            choices = ", ".join(f"{h.title} (#{h.id})" for h in live[:5])
            raise Refused("several", _SEVERAL, count=len(live), choices=choices)
        return fitting

    def _once_only(self, name: str) -> bool:
        return bool(self.entity.model.__table__.columns[name].unique)

    async def _sort(self, line: Line, values: Values, record: Record | None) -> None:
        title = str(values[self._key[0]])
        if record is not None and not _differing(record, values):
            self.plan.unchanged += 1
            return
        try:
            if record is None:
                self._require_needed(values)
            if self.entity.check:
                await self.entity.check(self.ctx, record, values)
            self._require_unused(line, values, record)
        except ToolError as error:
            self._problem(line, *self._place_of(line, error), error)
            return
        if record is None:
            self.plan.creates.append(Planned(line.number, title, values))
        elif fresh := _differing(record, values):
            self.plan.updates.append(Planned(line.number, title, fresh, record.id))
        else:
            self.plan.unchanged += 1

    def _require_needed(self, values: Values) -> None:
        for found in needed(self.entity):
            if values.get(self.entity.column(found).name) is None:
                raise InvalidArguments(_NEEDED, field=found.names.said)

    def _require_unused(self, line: Line, values: Values, record: Record | None) -> None:
        """Hold values that may occur once to that, within the table too."""
        for column in self.entity.model.__table__.columns:
            value = values.get(column.name)
            if not column.unique or value is None or column.name == self._key[0]:
                continue
            if record is not None and _norm(getattr(record, column.name)) == _norm(value):
                continue
            used = self._unique.setdefault(column.name, {})
            if _norm(value) in used:
                names = self.entity.field(column.name).names.said
                raise Refused(
                    "used", _USED, field=names, value=str(value), other=used[_norm(value)]
                )
            used[_norm(value)] = str(values.get(self._key[0], line.number))

    def _place_of(self, line: Line, error: ToolError) -> tuple[str, str]:
        """Return the column a rule's sentence is about, when it names one, and its cell."""
        said = error.values.get("field")
        for column in self.mapping.mapped:
            if said is not None and self.entity.field(str(column.field)).names.said == said:
                return column.header, str(line.cells[column.position] or "")
        return "", ""

    def _header(self) -> str:
        head = _key_fields(self.entity)[0]
        return next((c.header for c in self.mapping.mapped if c.field == head), "")

    def _problem(self, line: Line, column: str, value: str, error: ToolError) -> None:
        why = error.for_member(self.ctx.asker.locale)
        if error.choices and "choices" not in error.values:
            why = f"{why} ({', '.join(error.choices[:5])})"
        self.plan.problems.append(Problem(line.number, column, value, why))

    async def finish(self, records: KnownRecords) -> None:
        """Add what can only be told of all rows together."""
        self.plan.missing = list(records.missing.values())
        self.plan.duplicates = await _duplicates(self.ctx, self.entity, self.plan, records)
        if self.reader.rounded:
            self.plan.remarks.append(Remark(_ROUNDED, {"count": self.reader.rounded}))
        defaults = _defaults(self.entity, self.mapping) if self.plan.creates else ""
        if defaults:
            self.plan.remarks.append(Remark(_DEFAULTS, {"values": defaults}))


async def _records(ctx: ToolContext, entity: Entity, numbers: Sequence[int]) -> dict[int, Record]:
    wanted = sorted({n for n in numbers if n})
    if not wanted:
        return {}
    found = await ctx.session.scalars(select(entity.model).where(entity.model.id.in_(wanted)))
    return {record.id: record for record in found}


def _differing(record: Record, values: Values) -> Values:
    return {name: v for name, v in values.items() if getattr(record, name) != v}


def _norm(value: object) -> object:
    """Return a value as keys compare: texts without case, accents and signs."""
    return (squeezed(value) or folded(value)) if isinstance(value, str) else value


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]


def _defaults(entity: Entity, mapping: Mapping) -> str:
    """Return what the database sets for new records because no column says it."""
    said = {str(c.field) for c in mapping.mapped} | set(mapping.constants)
    stored = [f for f in entity.fields if entity.stored(f) and f.write and f.key not in said]
    told = [(f.key, getattr(entity.column(f).server_default, "arg", None)) for f in stored]
    return ", ".join(f"{key} = {value}" for key, value in told if value and value != "{}")


async def _duplicates(
    ctx: ToolContext, entity: Entity, plan: ImportPlan, records: KnownRecords
) -> list[Duplicate]:
    """Return the new records whose names resemble one there is, or one of an earlier row."""
    title = entity.field(entity.title)
    if not plan.creates or not entity.stored(title):
        return []
    await records.load(entity.key)
    titles = [p.title for p in plan.creates]
    similar: dict[int, list[str]] = {}
    known = records.titles(entity.key)
    for mine, theirs in titles_alike(titles, known, _ALIKE):
        similar.setdefault(mine, []).append(known[theirs])
    for mine, other in titles_alike(titles, titles, _ALIKE):
        if other < mine:
            told = {"title": titles[other], "line": plan.creates[other].line}
            similar.setdefault(mine, []).append(_IN_LINE.format(ctx.asker.locale, **told))
    return [
        Duplicate(plan.creates[at].line, titles[at], list(dict.fromkeys(names))[:5])
        for at, names in sorted(similar.items())
    ]
