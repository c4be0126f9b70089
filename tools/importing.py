"""From a mapped table to a plan, and from a plan to rows: all of them or none.

A plan says, without changing anything, which rows would create a record, which would change one
and which say what is there already; which do not fit and why; which resemble a record of another
name. `carry_out` does exactly that in the caller's transaction, so one row too many undoes all.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from db.base import Record
from tools.context import ToolContext, require_role
from tools.entity import Entity, Values, entity_named
from tools.errors import InvalidArguments, Refused, Said, ToolError
from tools.grid import Line, Remark
from tools.known_records import KnownRecords, Missing, titles_alike
from tools.mapping import Mapping
from tools.matching import NEEDED, Matching, importable, key_fields
from tools.row_values import RowReader, Wrong
from tools.tables import Sheet
from tools.writing import needed

BATCH = 500
_ALIKE = 90  # of 100, as writing.create asks

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
    reader = RowReader(entity, mapping, records)
    plan = ImportPlan(entity, len(sheet.rows))
    planning = _Planning(ctx, plan, mapping, reader)
    for remark in sheet.broken:
        plan.problems.append(Problem(remark.line or 0, "", "", remark.text(ctx.asker.locale)))
    await planning.matching.load(ctx.session)
    for begin in range(0, len(sheet.rows), BATCH):
        await planning.add(sheet.rows[begin : begin + BATCH])
    plan.problems.sort(key=lambda p: p.line)
    plan.missing = list(records.missing.values())
    plan.duplicates = await _duplicates(ctx, entity, plan, records)
    plan.remarks = _remarks(plan, mapping, reader)
    return plan


def _require(
    ctx: ToolContext, entity: Entity, mapping: Mapping, create_missing: Collection[str]
) -> None:
    if not importable(entity):
        raise Refused("not_importable", _NOT_IMPORTED, next="stop", nouns=entity.nouns.said)
    require_role(ctx.asker, entity.write)
    loaded = [*(str(c.field) for c in mapping.mapped), *mapping.constants]
    for key in loaded:
        require_role(ctx.asker, entity.field(key).write or entity.write)
    head = key_fields(entity)[0]
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


class _Planning:
    """Sorts rows into a plan, a batch at a time."""

    def __init__(
        self, ctx: ToolContext, plan: ImportPlan, mapping: Mapping, reader: RowReader
    ) -> None:
        self.ctx, self.plan, self.mapping, self.reader = ctx, plan, mapping, reader
        self.entity = plan.entity
        self.matching = Matching(plan.entity)
        self._loaded = {str(c.field) for c in mapping.mapped}

    async def add(self, lines: Sequence[Line]) -> None:
        """Sort a batch of rows into the plan."""
        found: list[tuple[Line, Values, int]] = []
        for line in lines:
            values, wrong = await self.reader.read(line)
            match = self._match(line, values, wrong)
            if match is not None:
                found.append((line, values, match))
        records = await _records(self.ctx, self.entity, [m for _, _, m in found])
        for line, values, match in found:
            await self._sort(line, values, records.get(match))
        await asyncio.sleep(0)  # a lease is kept meanwhile

    def _match(self, line: Line, values: Values, wrong: Sequence[Wrong]) -> int | None:
        """Return the number of the record a row is about, 0 for none, None for a problem."""
        for one in wrong:
            self._problem(line, one.column, one.value, one.error)
        try:
            return None if wrong else self.matching.record_of(line.number, values)
        except ToolError as error:
            value = str(values.get(self.matching.key[0]) or "")
            self._problem(line, self._header(), value, error)
            return None

    async def _sort(self, line: Line, values: Values, record: Record | None) -> None:
        title = self._title(line, values)
        if record is not None and not _differing(record, values):
            self.plan.unchanged += 1
            return
        try:
            if record is None:
                _require_needed(self.entity, values, self._loaded)
            if self.entity.check:
                await self.entity.check(self.ctx, record, values)
            self.matching.require_unused(title, values, record)
        except ToolError as error:
            self._problem(line, *self._place_of(line, error), error)
            return
        if record is None:
            self.plan.creates.append(Planned(line.number, title, values))
        elif fresh := _differing(record, values):
            self.plan.updates.append(Planned(line.number, title, fresh, record.id))
        else:
            self.plan.unchanged += 1

    def _title(self, line: Line, values: Values) -> str:
        """Return what a row is called: a reference as it is written, not by its number."""
        head = key_fields(self.entity)[0]
        written = (c for c in self.mapping.mapped if c.field == head)
        column = next(written, None) if self.entity.field(head).ref else None
        said = line.cells[column.position] if column else values[self.matching.key[0]]
        return str(said or "")

    def _place_of(self, line: Line, error: ToolError) -> tuple[str, str]:
        """Return the column a rule's sentence is about, when it names one, and its cell."""
        said = error.values.get("field")
        for column in self.mapping.mapped:
            if said is not None and self.entity.field(str(column.field)).names.said == said:
                return column.header, str(line.cells[column.position] or "")
        return "", ""

    def _header(self) -> str:
        head = key_fields(self.entity)[0]
        return next((c.header for c in self.mapping.mapped if c.field == head), "")

    def _problem(self, line: Line, column: str, value: str, error: ToolError) -> None:
        why = error.for_member(self.ctx.asker.locale)
        if error.choices and not any(c in why for c in error.choices):
            why = f"{why} ({', '.join(error.choices[:5])})"
        self.plan.problems.append(Problem(line.number, column, value, why))


def _require_needed(entity: Entity, values: Values, loaded: set[str]) -> None:
    """Hold a new record to what it cannot be without.

    A country is one of these where the table has a column for it: an empty cell is not our usual
    country.
    """
    must = [*needed(entity), *(f for f in entity.fields if f.key == "country" and f.key in loaded)]
    for found in must:
        if values.get(entity.column(found).name) is None:
            raise InvalidArguments(NEEDED, field=found.names.said)


async def _records(ctx: ToolContext, entity: Entity, numbers: Sequence[int]) -> dict[int, Record]:
    wanted = sorted({n for n in numbers if n})
    if not wanted:
        return {}
    found = await ctx.session.scalars(select(entity.model).where(entity.model.id.in_(wanted)))
    return {record.id: record for record in found}


def _differing(record: Record, values: Values) -> Values:
    return {name: v for name, v in values.items() if getattr(record, name) != v}


def _remarks(plan: ImportPlan, mapping: Mapping, reader: RowReader) -> list[Remark]:
    told: list[Remark] = []
    if reader.rounded:
        told.append(Remark(_ROUNDED, {"count": reader.rounded}))
    defaults = _defaults(plan.entity, mapping) if plan.creates else ""
    if defaults:
        told.append(Remark(_DEFAULTS, {"values": defaults}))
    return told


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
