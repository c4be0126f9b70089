"""summarize_ of every noun: counts, sums, averages, minima and maxima, grouped, in the database."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as Declared
from sqlalchemy import ColumnElement, Select, and_, func

from db.enums import LOCALES
from tools.conditions import Condition, readable_field
from tools.context import ToolContext
from tools.entity import Entity, Field
from tools.errors import InvalidArguments, Said
from tools.finding import (
    ALL,
    FIGURES,
    MAX_ROWS,
    NONE,
    Filtered,
    column_of,
    count_of,
    filtered,
    json_value,
    unit_text,
    unknown_of,
    with_unknown,
)
from tools.periods import period_of
from tools.reports.words import AND, BY
from tools.selecting import Selecting
from tools.spec import MOST_IN_FILE, Args, Column, Json, Kind, Result, Shown, Source, Table

GROUPS = Said(
    de="{total} {nouns} in {groups} Gruppen.",
    en="{total} {nouns} in {groups} groups.",
    es="{total} {nouns} en {groups} grupos.",
)
APART = Said(
    de=" Verschiedene Formulare werden nie gemischt, darum getrennt.",
    en=" Different forms are never mixed, so they are kept apart.",
    es=" Las fichas distintas nunca se mezclan, por eso van por separado.",
)
_NEEDS_FIELD = Said(
    de="Für {function} fehlt das Feld.",
    en="{function} needs a field.",
    es="Falta el campo para {function}.",
)
_NOT_SUMMED = Said(
    de="{field} lässt sich nicht zusammenrechnen.",
    en="{field} is not a figure; only count, minimum and maximum of dates fit.",
    es="{field} no se puede calcular.",
)


class Measure(Args):
    """One figure per group."""

    function: Literal["count", "sum", "average", "minimum", "maximum"]
    field: str | None = None


class SummarizeArgs(Shown):
    """Measures, groups and filters of a summary."""

    measures: list[Measure] = Declared(default=[Measure(function="count")], max_length=6)
    by: list[str] = Declared(default=[], max_length=3)
    where: list[Condition] = Declared(default=[], max_length=20)
    sort: str | None = None
    limit: int = Declared(default=50, ge=1, le=MAX_ROWS)


async def summarize(ctx: ToolContext, entity: Entity, args: SummarizeArgs) -> Result:
    """Return counts, sums, averages, minima and maxima, grouped; prices never across units.

    Raises:
        ToolError: a filter, group or measure does not fit.
    """
    found = await filtered(ctx, entity, args.where)
    made = found.made
    groups = [_group(ctx, made, k) for k in args.by]
    measures = [(m, _measured(ctx, entity, m)) for m in args.measures]
    units = [entity.field(k) for m, f in measures if f for k in kept_apart(m, f)]
    groups = list(dict.fromkeys([*groups, *units]))
    keys = [made.value(g).label(f"g{n}") for n, g in enumerate(groups)]
    figures = [_aggregate(made, m, f).label(f"m{n}") for n, (m, f) in enumerate(measures)]
    statement = made.select(*keys, *figures, func.count().label("rows")).where(found.sql)
    statement = statement.group_by(*keys) if keys else statement
    rows = (await ctx.session.execute(_sorted(statement, args, groups, measures))).all()
    return await _summary(ctx, found, groups, measures, rows, args)


def _group(ctx: ToolContext, made: Selecting, key: str) -> Field:
    """Return what is grouped by: a field, or a period of a date as `eta:month`."""
    name, _, period = key.partition(":")
    field = readable_field(ctx, made.entity, name)
    return period_of(made, field, period) if period else field


def kept_apart(measure: Measure, field: Field) -> tuple[str, ...]:
    """Return the fields a measure is grouped by of itself: unit of a price, scale of a score."""
    return field.unit_from if measure.function == "count" else field.unit_from + field.scale_from


def _measured(ctx: ToolContext, entity: Entity, measure: Measure) -> Field | None:
    if measure.field is None:
        if measure.function != "count":
            raise InvalidArguments(_NEEDS_FIELD, function=measure.function)
        return None
    field = readable_field(ctx, entity, measure.field)
    kind = entity.kind(field)
    ordered = kind in FIGURES or (kind in {"date", "instant"} and measure.function[0] == "m")
    if measure.function != "count" and not ordered:
        raise InvalidArguments(_NOT_SUMMED, field=field.names.said)
    return field


def _aggregate(made: Selecting, measure: Measure, field: Field | None) -> ColumnElement[Any]:
    value = made.value(field) if field is not None else None
    match measure.function:
        case "count":
            return func.count() if value is None else func.count(value)
        case "sum":
            return func.sum(value)
        case "average":
            return func.round(func.avg(value), 2)
        case "minimum":
            return func.min(value)
        case "maximum":
            return func.max(value)


def _sorted(
    statement: Select[Any],
    args: SummarizeArgs,
    groups: Sequence[Field],
    measures: Sequence[tuple[Measure, Field | None]],
) -> Select[Any]:
    """Order by the first measure, largest first, periods in time, unless something was named."""
    periods = [k.replace(":", "_") for k in args.by if ":" in k]
    sort = args.sort or (periods[0] if periods else "-")
    wanted = sort.lstrip("-").replace(":", "_")
    names = {g.key: n for n, g in enumerate(groups)}
    down = sort.startswith("-")
    if wanted in names:
        place = names[wanted] + 1
    else:
        named = [
            n for n, (m, f) in enumerate(measures) if wanted in {m.function, f.key if f else ""}
        ]
        place = len(groups) + (named[0] if named else 0) + 1
    column = list(statement.selected_columns)[place - 1]
    ordered = column.desc().nulls_last() if down else column.asc().nulls_last()
    return statement.order_by(ordered, *list(statement.selected_columns)[: len(groups)])


async def _summary(
    ctx: ToolContext,
    found: Filtered,
    groups: list[Field],
    measures: list[tuple[Measure, Field | None]],
    rows: Sequence[Any],
    args: SummarizeArgs,
) -> Result:
    entity = found.made.entity
    names = [_measure_key(m) for m, _ in measures]
    keys = [g.key for g in groups]
    total = sum(row[-1] for row in rows)
    rows = _scaled(groups, measures, rows)
    most = max(args.limit, MOST_IN_FILE) if args.as_file else args.limit
    every = [
        dict(zip([*keys, *names], map(json_value, row[:-1]), strict=True)) for row in rows[:most]
    ]
    shown = every[: args.limit]
    unknown = await unknown_of(ctx, found)
    lacking = await _lacking(ctx, found, [f for _, f in measures if f])
    sentence, values = _said(entity, groups, measures, shown, total)
    for field, count in [*unknown, *lacking]:
        sentence, values = with_unknown(sentence, values, field, count)
    if len({tuple(row[k] for k in _scales(measures)) for row in shown}) > 1:
        sentence += APART
    columns = [column_of(entity, g) for g in groups]
    columns += [measure_column(entity, m, f) for m, f in measures]
    told: Json = {"total": total, "groups": shown}
    told |= {"unknown": {f.key: n for f, n in [*unknown, *lacking]}} if unknown or lacking else {}
    source = Source("row", f"{entity.key}:summary", f"{total} {entity.nouns.label('en')}")
    if not (groups or len(measures) > 1 or args.as_file):
        return Result(told, sentence, values, sources=[source])
    title = _title(entity, [g for g in groups if g.key not in _unit_keys(measures)])
    table = Table(entity.key, columns, shown, len(rows), title=title, figures=tuple(names))
    whole = replace(table, rows=every) if args.as_file else None
    return Result(told, sentence, values, table=table, whole=whole, sources=[source])


def _scales(measures: Sequence[tuple[Measure, Field | None]]) -> list[str]:
    """Return the fields that hold the scales of the figures measured."""
    found = [k for m, f in measures if f and m.function != "count" for k in f.scale_from]
    return list(dict.fromkeys(found))


def _scaled(
    groups: Sequence[Field], measures: Sequence[tuple[Measure, Field | None]], rows: Sequence[Any]
) -> Sequence[Any]:
    """Leave out the groups that only hold records without a figure: they have no scale either."""
    scales = set(_scales(measures))
    places = [n for n, g in enumerate(groups) if g.key in scales]
    if not places:
        return rows
    figures = slice(len(groups), len(groups) + len(measures))
    kept = [
        r
        for r in rows
        if any(r[n] is not None for n in places) or any(v is not None for v in r[figures])
    ]
    return kept or rows[:1]


def _title(entity: Entity, groups: Sequence[Field]) -> Said | None:
    """Return what a summary is called: lots by region and process."""
    if not groups:
        return None
    named = {lo: AND.format(lo).join(g.names.label(lo) for g in groups) for lo in LOCALES}
    said = {lo: BY.format(lo, what=entity.nouns.label(lo), groups=named[lo]) for lo in LOCALES}
    return Said(**said)


async def _lacking(
    ctx: ToolContext, found: Filtered, fields: Sequence[Field]
) -> list[tuple[Field, int]]:
    """Count the rows a measure had to leave out because the value is unknown."""
    made = found.made
    counted = [
        (f, await count_of(ctx, made, and_(found.sql, made.value(f).is_(None))))
        for f in dict.fromkeys(fields)
    ]
    return [(f, n) for f, n in counted if n]


def _measure_key(measure: Measure) -> str:
    return f"{measure.function}_{measure.field}" if measure.field else measure.function


FUNCTIONS: dict[str, Said] = {
    "count": Said(de="Anzahl", en="count", es="cantidad"),
    "sum": Said(de="Summe", en="sum", es="suma"),
    "average": Said(de="Durchschnitt", en="average", es="promedio"),
    "minimum": Said(de="Minimum", en="minimum", es="mínimo"),
    "maximum": Said(de="Maximum", en="maximum", es="máximo"),
}
_ONE = Said(
    de="{function} {field}: {value}{unit} ({total} {nouns}).",
    en="{function} {field}: {value}{unit} ({total} {nouns}).",
    es="{function} {field}: {value}{unit} ({total} {nouns}).",
)


def measure_column(entity: Entity, measure: Measure, field: Field | None) -> Column:
    """Return a table's column for a measure."""
    function = FUNCTIONS[measure.function]
    if field is None:
        return Column(_measure_key(measure), function, "integer", adds=True)
    name = field.names.said
    label = Said(
        **{lo: f"{getattr(function, lo)} {getattr(name, lo)}" for lo in ("de", "en", "es")}
    )
    kind: Kind = "integer" if measure.function == "count" else entity.kind(field)
    units = () if measure.function == "count" else field.unit_from
    adds = measure.function in {"count", "sum"}
    unit = None if measure.function == "count" else field.unit
    return Column(_measure_key(measure), label, kind, unit, units, adds)


def _said(
    entity: Entity,
    groups: Sequence[Field],
    measures: Sequence[tuple[Measure, Field | None]],
    rows: Sequence[Json],
    total: int,
) -> tuple[Said, Json]:
    """Return the sentence: the one figure asked for, or how much was grouped."""
    nouns = (entity.noun if total == 1 else entity.nouns).said
    if not total:
        return NONE, {"nouns": entity.nouns.said}
    units = [g.key for g in groups if g.key in _unit_keys(measures)]
    if len(rows) == 1 and len(measures) == 1 and len(groups) == len(units):
        measure, field = measures[0]
        value = rows[0][_measure_key(measure)]
        if field is None:
            return ALL, {"total": total, "nouns": nouns}
        unit = unit_text([rows[0][k] for k in field.unit_from]) if field.unit_from else field.unit
        scale = _scale_said(entity, measures, rows[0])
        return _ONE, {
            "function": FUNCTIONS[measure.function],
            "field": field.names.said,
            "value": Decimal(str(value)) if isinstance(value, int | float) else value,
            "unit": _unit_said(unit or "", scale),
            "total": total,
            "nouns": nouns,
        }
    if len(rows) == 1:
        return ALL, {"total": total, "nouns": nouns}
    return GROUPS, {"total": total, "nouns": nouns, "groups": len(rows)}


def _unit_keys(measures: Sequence[tuple[Measure, Field | None]]) -> set[str]:
    return {k for m, f in measures if f for k in kept_apart(m, f)}


def _scale_said(
    entity: Entity, measures: Sequence[tuple[Measure, Field | None]], row: Json
) -> Said | None:
    """Return the scale a single figure was given on."""
    for key in _scales(measures):
        words = entity.words(entity.field(key))
        word = next((w for w in words or () if str(w) == row[key]), None)
        if word is not None:
            return Said(**{lo: word.label(lo) for lo in LOCALES})
    return None


def _unit_said(unit: str, scale: Said | None) -> Said:
    parts = {lo: [unit, f"({getattr(scale, lo)})" if scale else ""] for lo in LOCALES}
    return Said(**{lo: "".join(f" {p}" for p in said if p) for lo, said in parts.items()})
