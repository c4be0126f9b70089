"""Writing what an import plan says, in the caller's transaction: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from db.base import Record
from db.enums import LOCALES
from tools.context import ToolContext
from tools.entity import Entity, Values, entity_named
from tools.errors import Refused, Said
from tools.importing import BATCH, ImportPlan, Planned
from tools.known_records import Missing
from tools.refusals import refusal_of

_REFUSED = Said(
    de="Zeile {line} ({title}): die Datenbank lässt das nicht zu (Regel {rule}). Nichts geladen.",
    en="Line {line} ({title}): the database does not allow that (rule {rule}). Nothing was loaded.",
    es="Línea {line} ({title}): la base de datos no lo permite (regla {rule}). No se cargó nada.",
)
_PROBLEMS = Said(
    de="Nichts geladen: {count} von {rows} Zeilen passen nicht. Zeile {line}{column}: {why}",
    en="Nothing was loaded: {count} of {rows} rows do not fit. Line {line}{column}: {why}",
    es="No se cargó nada: {count} de {rows} filas no encajan. Línea {line}{column}: {why}",
)
_IN_LINE = Said(
    de="Zeile {line} ({title}): {why} Nichts geladen.",
    en="Line {line} ({title}): {why} Nothing was loaded.",
    es="Línea {line} ({title}): {why} No se cargó nada.",
)
_MOST_LISTED = 10


@dataclass(frozen=True)
class Written:
    """How many records an import wrote."""

    created: int
    changed: int
    unchanged: int
    referred: int


async def carry_out(ctx: ToolContext, plan: ImportPlan) -> Written:
    """Write a plan; the caller's transaction makes it all or nothing.

    Raises:
        Refused: a row does not fit, or the database refuses one; it is named.
    """
    if plan.problems:
        raise problems_of(plan)
    made = await _create_missing(ctx, plan.missing)
    for begin in range(0, len(plan.creates), BATCH):
        await _create(ctx, plan.entity, plan.creates[begin : begin + BATCH], made)
    for begin in range(0, len(plan.updates), BATCH):
        await _update(ctx, plan.entity, plan.updates[begin : begin + BATCH], made)
    return Written(len(plan.creates), len(plan.updates), plan.unchanged, len(made))


def problems_of(plan: ImportPlan) -> Refused:
    """Return the refusal of a plan with problems: the first in the sentence, more as choices."""
    first = plan.problems[0]
    listed = [f"{p.line} {p.column}: {p.why}" for p in plan.problems[:_MOST_LISTED]]
    return Refused(
        "rows_do_not_fit",
        _PROBLEMS,
        next="fix",
        choices=listed,
        count=len({p.line for p in plan.problems}),
        rows=plan.rows,
        line=str(first.line),
        column=f", {first.column}" if first.column else "",
        why=first.why,
    )


async def _create_missing(ctx: ToolContext, missing: Sequence[Missing]) -> dict[Missing, int]:
    """Create the records that rows name and that are not there, by their names alone."""
    made: dict[Missing, Record] = {}
    for wanted in missing:
        entity = entity_named(wanted.noun)
        made[wanted] = entity.model(**{entity.title: wanted.title})
    ctx.session.add_all(made.values())
    await ctx.session.flush()
    return {wanted: record.id for wanted, record in made.items()}


def _final(values: Values, made: dict[Missing, int]) -> Values:
    return {k: made[v] if isinstance(v, Missing) else v for k, v in values.items()}


async def _create(
    ctx: ToolContext, entity: Entity, rows: Sequence[Planned], made: dict[Missing, int]
) -> None:
    records = await _added(ctx, entity, rows, made)
    if records is None:  # find the row: one savepoint each, in this batch alone
        for row in rows:
            await _added(ctx, entity, [row], made, last=True)
        raise AssertionError("a batch failed whose rows do not")
    if entity.after:
        for record, row in zip(records, rows, strict=True):
            await entity.after(ctx, record, row.values)
        await ctx.session.flush()


async def _added(
    ctx: ToolContext,
    entity: Entity,
    rows: Sequence[Planned],
    made: dict[Missing, int],
    *,
    last: bool = False,
) -> list[Record] | None:
    """Insert rows together; None when the database refuses one of them."""
    records = [entity.model(**_final(row.values, made)) for row in rows]
    try:
        async with ctx.session.begin_nested():
            ctx.session.add_all(records)
            await ctx.session.flush()
    except (IntegrityError, DataError) as error:
        if last:
            raise _refusal(rows[0], error) from error
        return None
    return records


async def _update(
    ctx: ToolContext, entity: Entity, rows: Sequence[Planned], made: dict[Missing, int]
) -> None:
    """Change records together, locked first, so that nobody's change in between is lost."""
    numbers = [row.record for row in rows]
    locked = select(entity.model).where(entity.model.id.in_(numbers)).with_for_update()
    fresh = locked.execution_options(populate_existing=True)
    records = {r.id: r for r in await ctx.session.scalars(fresh)}
    try:
        async with ctx.session.begin_nested():
            for row in rows:
                _set(records[row.record or 0], _final(row.values, made))
            await ctx.session.flush()
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            raise _refusal(rows[0], error) from error
        for row in rows:  # find the row, in this batch alone
            await _update(ctx, entity, [row], made)
        raise AssertionError("a batch failed whose rows do not") from error
    if entity.after:
        for row in rows:
            await entity.after(ctx, records[row.record or 0], row.values)
        await ctx.session.flush()


def _set(record: Record, values: Values) -> None:
    for name, value in values.items():
        setattr(record, name, value)


def _refusal(row: Planned, error: IntegrityError | DataError) -> Refused:
    diagnostics = getattr(error.orig, "diag", None)
    rule = getattr(diagnostics, "constraint_name", None) or "data"
    told = refusal_of(rule, getattr(diagnostics, "message_detail", None))
    if told is not None:
        why = Said(**{lo: told.for_member(lo) for lo in LOCALES})
        return Refused(told.code, _IN_LINE, line=str(row.line), title=row.title, why=why)
    return Refused("rule_broken", _REFUSED, line=str(row.line), title=row.title, rule=rule)
