"""find_ and summarize_ of every noun: filter, sort, page, count and group, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import Field as Declared
from sqlalchemy import ColumnElement, Select, and_, func

from db.enums import LOCALES, Word
from tools.conditions import Condition, Filter, filter_of, readable_field
from tools.context import ToolContext, allows, require_role
from tools.entity import Entity, Field
from tools.errors import Refused, Said
from tools.selecting import Selecting
from tools.spec import MOST_IN_FILE, Column, Json, Result, Shown, Source, Table

MAX_ROWS = 200
PAGE = 20
FIGURES = frozenset(("integer", "decimal", "money"))
_MAX_SOURCES = 50

NONE = Said(de="Keine {nouns} gefunden.", en="No {nouns} found.", es="No hay {nouns}.")
ALL = Said(de="{total} {nouns}.", en="{total} {nouns}.", es="{total} {nouns}.")
SOME = Said(
    de="{total} {nouns}, davon {first} bis {last}.",
    en="{total} {nouns}; here are {first} to {last}.",
    es="{total} {nouns}; aquí del {first} al {last}.",
)
UNKNOWN = Said(
    de=" Bei {count} ist {field} nicht bekannt.",
    en=" For {count}, {field} is not known.",
    es=" En {count} no se conoce {field}.",
)
_MIXED = Said(
    de="{field} gibt es in verschiedenen Einheiten ({choices}), die sich nicht mischen. Welche?",
    en="{field} is held in different units ({choices}), which are never mixed. Say which one.",
    es="{field} está en distintas unidades ({choices}), que no se mezclan. ¿Cuál?",
)


class FindArgs(Shown):
    """Filters, order and page of a find; narrowed to a noun's fields by `tools.derived`."""

    where: list[Condition] = Declared(default=[], max_length=20)
    sort: str | None = None
    columns: list[str] = Declared(default=[], max_length=30)
    limit: int = Declared(default=PAGE, ge=1, le=MAX_ROWS)
    offset: int = Declared(default=0, ge=0)
    retired: bool = False


@dataclass(frozen=True)
class Filtered:
    """The rows a request means, before they are read."""

    made: Selecting
    filters: Sequence[Filter]
    alive: ColumnElement[bool]

    @property
    def sql(self) -> ColumnElement[bool]:
        """All conditions."""
        return and_(self.alive, *(f.sql for f in self.filters))

    def without(self, left_out: Filter) -> ColumnElement[bool]:
        """All conditions but one, which cannot be told."""
        others = [f.sql for f in self.filters if f is not left_out]
        return and_(
            self.alive, *others, *([left_out.unknown] if left_out.unknown is not None else [])
        )


async def filtered(
    ctx: ToolContext, entity: Entity, where: Sequence[Condition], *, retired: bool = False
) -> Filtered:
    """Return the rows some conditions mean.

    Raises:
        ToolError: a condition does not fit, or the noun is not theirs to see.
    """
    require_role(ctx.asker, entity.read)
    made = Selecting(entity, ctx.today)
    filters = [await filter_of(ctx, made, c) for c in where]
    gone = entity.model.__table__.c.retired_at
    found = Filtered(made, filters, gone.is_not(None) if retired else gone.is_(None))
    for condition, built in zip(where, filters, strict=True):
        if built.field.unit_from and condition.op not in {"missing", "present"}:
            await require_one_unit(ctx, found, built.field)
    return found


async def require_one_unit(ctx: ToolContext, found: Filtered, field: Field) -> None:
    """Refuse to compare prices of different currency, weight or basis (law 10)."""
    made = found.made
    parts = [made.value(made.entity.field(k)) for k in field.unit_from]
    filters = and_(found.alive, *(f.sql for f in found.filters if f.field.key in field.unit_from))
    narrowed = and_(filters, *(f.sql for f in found.filters if f.field is field))
    fitting = func.count().filter(found.sql)
    statement = made.select(*parts, fitting).where(narrowed, made.value(field).is_not(None))
    statement = statement.group_by(*parts).order_by(fitting.desc(), *parts)
    units = (await ctx.session.execute(statement.limit(12))).all()
    if len(units) > 1:
        counted = [(unit_text(row[:-1]), int(row[-1])) for row in units]
        choices = sorted(unit for unit, _ in counted)
        most = counted[0][0] if counted[0][1] > counted[1][1] else ""
        raise Refused(
            "mixed_units", _MIXED.partly(choices=", ".join(choices)), choices=choices,
            likely=most, field=field.names.said,
        )  # fmt: skip


def unit_text(parts: Sequence[Any]) -> str:
    """Return a unit as people write it: EUR/kg, USc/lb differential."""
    said = [str(p) for p in parts if p is not None]
    return " ".join(["/".join(said[:2]), *(p for p in said[2:] if p != "outright")])


def shown_fields(ctx: ToolContext, entity: Entity, more: Sequence[str] = ()) -> list[Field]:
    """Return the fields a table shows: title, the listed ones, and those asked about."""
    keys = [entity.title, *(f.key for f in entity.fields if f.listed), *more]
    fields = [entity.field(k) for k in dict.fromkeys(keys) if entity.has(k)]
    fields = [f for f in fields if allows(ctx.asker.role, f.read) and not entity.free_text(f)]
    units = [k for f in fields for k in f.unit_from if entity.has(k)]
    return [
        *fields,
        *(entity.field(k) for k in dict.fromkeys(units) if entity.field(k) not in fields),
    ]


async def find(ctx: ToolContext, entity: Entity, args: FindArgs) -> Result:
    """Return the rows that fit, a page of them, and how many there are in all.

    Raises:
        ToolError: a filter, sort or column does not fit.
    """
    found = await filtered(ctx, entity, args.where, retired=args.retired)
    for key in args.columns:
        readable_field(ctx, entity, key)
    sort = await _order(ctx, found, args.sort)
    asked = [
        *args.columns,
        *(c.field for c in args.where),
        *([args.sort.lstrip("-")] if args.sort else []),
    ]
    fields = shown_fields(ctx, entity, asked)
    made = found.made
    number = entity.model.__table__.c.id
    columns = made.fields(fields)
    limit, offset = page_of(args)
    statement = made.select(number, *columns).where(found.sql).order_by(*sort, number)
    rows = (await ctx.session.execute(statement.limit(limit).offset(offset))).all()
    total = len(rows)
    if len(rows) == limit or offset:
        total = await count_of(ctx, made, found.sql)
    shown = [row_json(r, fields) for r in rows]
    drawn = tuple(k for k in dict.fromkeys(_figures(entity, args)) if k in {f.key for f in fields})
    table = Table(
        entity.key, [column_of(entity, f) for f in fields], shown, total, offset,
        groups=(entity.title,), figures=drawn[:1],
    )  # fmt: skip
    return await _found(ctx, found, table, fields, whole=args.as_file is not None)


def page_of(args: FindArgs) -> tuple[int, int]:
    """Return how many rows to read and from where: for a file all, unless a number was said."""
    if args.as_file is None or "limit" in args.model_fields_set:
        return args.limit, args.offset
    return MOST_IN_FILE, 0


def _figures(entity: Entity, args: FindArgs) -> list[str]:
    """Return the figures a list is about, best first: what orders it, is asked for, or filters."""
    keys = [(args.sort or "").lstrip("-"), *args.columns, *(c.field for c in args.where)]
    figures = [k for k in keys if entity.has(k) and entity.kind(entity.field(k)) in FIGURES]
    return [k for k in figures if not k.endswith("year")]


async def _found(
    ctx: ToolContext, found: Filtered, table: Table, fields: list[Field], *, whole: bool
) -> Result:
    entity, rows = found.made.entity, table.rows
    unknown = await unknown_of(ctx, found)
    sentence, values = _counted(entity, table.total, table.offset, len(rows))
    for field, count in unknown:
        sentence, values = with_unknown(sentence, values, field, count)
    page = replace(table, rows=rows[:PAGE]) if whole else table
    told: Json = {"total": table.total, "rows": page.rows}
    told |= {"offset": table.offset} if table.offset else {}
    told |= {"unknown": {f.key: n for f, n in unknown}} if unknown else {}
    return Result(
        told,
        sentence,
        values,
        table=page if rows else None,
        whole=table if whole else None,
        sources=sources_of(entity, rows),
        personal=any(entity.personal(f) for f in fields) and bool(rows),
    )


def _counted(entity: Entity, total: int, offset: int, shown: int) -> tuple[Said, Json]:
    nouns = (entity.noun if total == 1 else entity.nouns).said
    if not total:
        return NONE, {"nouns": entity.nouns.said}
    values: Json = {"total": total, "nouns": nouns}
    if shown == total:
        return ALL, values
    return SOME, values | {"first": offset + 1 if shown else 0, "last": offset + shown}


def with_unknown(sentence: Said, values: Json, field: Field, count: int) -> tuple[Said, Json]:
    """Return a sentence that also says how many rows could not be told (law 9)."""
    n = sum(1 for key in values if key.startswith("unknown_count"))
    numbered = Said(
        **{
            lo: getattr(UNKNOWN, lo)
            .replace("{count}", f"{{unknown_count{n}}}")
            .replace("{field}", f"{{unknown_field{n}}}")
            for lo in LOCALES
        }
    )
    return sentence + numbered, values | {
        f"unknown_count{n}": count,
        f"unknown_field{n}": field.names.said,
    }


async def unknown_of(ctx: ToolContext, found: Filtered) -> list[tuple[Field, int]]:
    """Count, per condition, the rows that fit all others and whose value is unknown (law 9)."""
    doubtful = [f for f in found.filters if f.unknown is not None]
    counted = [(f.field, await count_of(ctx, found.made, found.without(f))) for f in doubtful]
    return [(field, n) for field, n in counted if n]


async def count_of(ctx: ToolContext, made: Selecting, where: ColumnElement[bool]) -> int:
    """Return how many rows fit."""
    return int(await ctx.session.scalar(made.select(func.count()).where(where)) or 0)


async def _order(ctx: ToolContext, found: Filtered, sort: str | None) -> list[ColumnElement[Any]]:
    """Return ORDER BY; unknown values come last, prices of one unit only are put in order."""
    entity = found.made.entity
    key = sort or entity.order or entity.title
    field = readable_field(ctx, entity, key.lstrip("-"))
    if field.unit_from and sort:
        await require_one_unit(ctx, found, field)
    value = found.made.value(field)
    value = func.lower(value) if entity.kind(field) == "text" else value
    return [value.desc().nulls_last() if key.startswith("-") else value.asc().nulls_last()]


def row_json(row: Sequence[Any], fields: Sequence[Field]) -> Json:
    """Return a row as JSON: {"id", field: value}."""
    return {"id": row[0], **{f.key: json_value(v) for f, v in zip(fields, row[1:], strict=True)}}


def json_value(value: Any) -> Any:
    """Return a value as JSON holds it: figures as numbers, days as ISO, words as stored."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, list):
        return [json_value(v) for v in value]
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, datetime | date) else value


def column_of(entity: Entity, field: Field) -> Column:
    """Return a table's column for a field."""
    return Column(field.key, field.names.said, entity.kind(field), field.unit, field.unit_from)


def sources_of(entity: Entity, rows: Sequence[Json]) -> list[Source]:
    """Return the rows a result was read from."""
    return [
        Source("row", f"{entity.key}:{r['id']}", str(r.get(entity.title) or f"#{r['id']}"))
        for r in rows[:_MAX_SOURCES]
    ]


def rows_statement(
    entity: Entity, record_id: int, fields: Sequence[Field], today: date
) -> Select[Any]:
    """Return the SELECT of one record's fields, for show."""
    made = Selecting(entity, today)
    columns = made.fields(fields)
    number = entity.model.__table__.c.id
    return made.select(number, *columns).where(number == record_id)
