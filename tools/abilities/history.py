"""Who changed what and when: a record's life as the audit log of the database tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field as Declared
from sqlalchemy import ColumnElement, select

from db.enums import Locale, Role
from db.models import AuditEntry, ChangeSet, Member
from db.queries.audit import LogEntry, select_entries
from tools.calc.reading.format import format_number
from tools.catalog import catalog
from tools.changes import titles
from tools.context import ToolContext, allows, require_role
from tools.entity import Entity, Field, entity_named
from tools.errors import Said
from tools.finding import unit_text
from tools.meant import Noun, field_meant, record_meant, title_of
from tools.shown import cell
from tools.spec import Column, Effect, Examples, Json, Result, Shown, Source, Table, tool

BERLIN = ZoneInfo("Europe/Berlin")
_MOST_ENTRIES = 500
_DONE = {
    "created": Said(de="angelegt", en="created", es="creado"),
    "retired": Said(de="archiviert", en="archived", es="archivado"),
    "restored": Said(de="wiederhergestellt", en="restored", es="restaurado"),
    "removed": Said(de="gelöscht", en="removed", es="eliminado"),
}
_SYSTEM = Said(de="System", en="System", es="Sistema")
_NONE = Said(
    de="Zu {what} ist keine Änderung verzeichnet.",
    en="No change of {what} is on record.",
    es="No consta ningún cambio de {what}.",
)
_LAST = Said(
    de="{what}: zuletzt am {day} um {time} von {who} geändert, {before} → {after}. Änderungen: {count}.",
    en="{what}: last changed on {day} at {time} by {who}, {before} → {after}. Changes: {count}.",
    es="{what}: último cambio el {day} a las {time} por {who}, {before} → {after}. Cambios: {count}.",
)
_LAST_OP = Said(
    de="{what}: {done} am {day} um {time} von {who}. Änderungen: {count}.",
    en="{what}: {done} on {day} at {time} by {who}. Changes: {count}.",
    es="{what}: {done} el {day} a las {time} por {who}. Cambios: {count}.",
)
_OF = Said(de="{field} von {title}", en="{field} of {title}", es="{field} de {title}")
_TITLE = Said(de="Verlauf", en="History", es="Historial")
_WHEN = Said(de="Wann", en="When", es="Cuándo")
_WHO = Said(de="Wer", en="Who", es="Quién")
_WHAT = Said(de="Was", en="What", es="Qué")
_BEFORE = Said(de="vorher", en="before", es="antes")
_AFTER = Said(de="nachher", en="after", es="después")
_UNIT = Said(de="Einheit", en="unit", es="unidad")
_SET = Said(de="Änderungssatz", en="change set", es="conjunto de cambios")
_UNDONE = Said(de="zurückgenommen", en="undone", es="deshecho")


class HistoryArgs(Shown):
    """A record, perhaps one field of it."""

    noun: Noun
    record: str
    field: str | None = None
    limit: int = Declared(default=20, ge=1, le=100)


@dataclass(frozen=True)
class Step:
    """One thing that happened to a record.

    Attributes:
        entry: the audit entry.
        op: created, changed, retired, restored or removed.
        field: what changed, None when it is about the whole record.
        before, after: the values, as the audit image holds them.
        unit: of a price, as it was then.
    """

    entry: LogEntry
    op: str
    field: Field | None
    before: Any = None
    after: Any = None
    unit: str | None = None


@tool(
    HistoryArgs,
    verb="history",
    noun="record",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Wer hat {field} von {record} geändert und wann?", "Wer hat {record} zuletzt geändert?", "Was wurde an {record} geändert?", "Verlauf von {record}"),
        en=("Who changed {field} of {record} and when?", "Who changed {record} last?", "What was changed on {record}?", "History of {record}"),
        es=("¿Quién cambió {field} de {record} y cuándo?", "¿Quién modificó {record} por última vez?", "¿Qué se cambió en {record}?", "Historial de {record}"),
    ),
)  # fmt: skip
async def history(ctx: ToolContext, args: HistoryArgs) -> Result:
    """Who changed a record (or one field of it), when, from what to what; newest first."""
    entity = entity_named(args.noun)
    record = await record_meant(ctx, entity, args.record)
    if entity.key == "member" and record.id != ctx.asker.id:
        require_role(ctx.asker, Role.ANALYST)  # the log shows viewers only their own entries
    field = field_meant(ctx, entity, args.field) if args.field else None
    steps = await steps_of(ctx, entity, record.id, field)
    what = await _about(ctx, entity, record.id, field)
    if not steps:
        return Result({"total": 0, "rows": []}, _NONE, {"what": what})
    shown = steps if args.as_file else steps[: args.limit]
    rows = await _rows(ctx, entity, shown)
    title = await title_of(ctx, entity, record.id)
    sentence, values = _sentence(entity, shown[0], rows[0])
    return Result(
        {"record": title, "total": len(steps), "rows": rows[: args.limit]},
        sentence,
        values | {"what": what, "count": len(steps)},
        table=_table(ctx, entity, shown, rows, len(steps)),
        sources=_sources(entity, record.id, title, rows),
        personal=any(s.field is not None and entity.personal(s.field) for s in shown),
    )


async def steps_of(
    ctx: ToolContext, entity: Entity, number: int, field: Field | None = None
) -> list[Step]:
    """Return what happened to a record that this member may see, newest first.

    Args:
        ctx: decides which entries and fields are visible.
        entity: the noun.
        number: the record.
        field: only changes of this field.
    """
    table = entity.model.__tablename__
    wanted: list[ColumnElement[bool]] = [
        AuditEntry.kind == "change",
        AuditEntry.entity == table,
        AuditEntry.record_id == number,
    ]
    if field is not None:
        moved = [_column(entity, f) for f in (field, *_units(entity, field))]
        wanted.append(_any_differs(moved))
    entries = await select_entries(ctx.session, *wanted, limit=_MOST_ENTRIES)
    fields = [field] if field else [f for f in entity.fields if _visible(ctx, entity, f)]
    found = [_steps(entity, e, fields, only=field) for e in entries]
    return await _with_titles(ctx, [s for steps in found for s in steps])


def _any_differs(columns: Sequence[str]) -> ColumnElement[bool]:
    before, after = AuditEntry.before, AuditEntry.after
    differs = [before[c].as_string().is_distinct_from(after[c].as_string()) for c in columns]
    first, *others = differs
    for other in others:
        first = first | other
    return first


def _visible(ctx: ToolContext, entity: Entity, field: Field) -> bool:
    told = entity.stored(field) and allows(ctx.asker.role, field.read)
    return told and not entity.free_text(field) and entity.column(field).computed is None


def _column(entity: Entity, field: Field) -> str:
    return entity.column(field).name


def _units(entity: Entity, field: Field) -> list[Field]:
    return [entity.field(k) for k in field.unit_from if entity.has(k)]


def _steps(
    entity: Entity, entry: LogEntry, fields: Sequence[Field], only: Field | None
) -> list[Step]:
    before, after = entry.before or {}, entry.after or {}
    if entry.op == "I" and only is None:
        return [Step(entry, "created", None)]
    steps: list[Step] = []
    if entry.op == "D":
        steps.append(Step(entry, "removed", None))
    elif entry.op == "U" and before.get("retired_at") != after.get("retired_at"):
        steps.append(Step(entry, "retired" if after.get("retired_at") else "restored", None))
    if entry.op == "D" or (only and steps):
        return steps if only is None else []
    return steps + [_step(entity, entry, f) for f in fields if _moved(entity, entry, f, only)]


def _moved(entity: Entity, entry: LogEntry, field: Field, only: Field | None) -> bool:
    """Whether an entry changed a field, or what its figure is counted in when asked about it."""
    before, after = entry.before or {}, entry.after or {}
    columns = [_column(entity, f) for f in (field, *(_units(entity, field) if only else ()))]
    known = [c for c in columns if c in before or c in after]
    return any(before.get(c) != after.get(c) for c in known) and (
        entry.op != "I" or after.get(columns[0]) not in (None, [])
    )


def _step(entity: Entity, entry: LogEntry, field: Field) -> Step:
    column = _column(entity, field)
    before, after = entry.before or {}, entry.after or {}
    op = "created" if entry.op == "I" else "changed"
    unit = _unit(entity, field, before, after)
    return Step(entry, op, field, before.get(column), after.get(column), unit)


def _unit(entity: Entity, field: Field, before: Json, after: Json) -> str | None:
    """Return what a figure is counted in; both when that changed as well."""
    if not field.unit_from:
        return field.unit
    columns = [_column(entity, f) for f in _units(entity, field)]
    said = [unit_text([image.get(c) for c in columns]) for image in (before, after)]
    told = list(dict.fromkeys(u for u in said if u))
    return " → ".join(told) or None


async def _with_titles(ctx: ToolContext, steps: list[Step]) -> list[Step]:
    """Return steps with references read as what the records are called."""
    wanted: dict[str, set[int]] = {}
    for step in steps:
        if step.field is not None and step.field.ref:
            numbers = {v for v in (step.before, step.after) if isinstance(v, int)}
            wanted.setdefault(step.field.ref, set()).update(numbers)
    names = {ref: await titles(ctx.session, entity_named(ref), ids) for ref, ids in wanted.items()}
    return [_titled(step, names) for step in steps]


def _titled(step: Step, names: dict[str, dict[int, str]]) -> Step:
    if step.field is None or step.field.ref is None:
        return step
    called = names[step.field.ref]

    def told(value: Any) -> Any:
        return called.get(value, f"#{value}") if isinstance(value, int) else value

    return replace(step, before=told(step.before), after=told(step.after))


async def who_did(ctx: ToolContext, entries: Sequence[LogEntry]) -> list[str]:
    """Return who made each entry, by name; the system by what it was doing."""
    ids = {e.member_id for e in entries if e.member_id is not None}
    rows = await ctx.session.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    names: dict[int, str] = {row[0]: row[1] for row in rows}
    return [_who(e, names, ctx.asker.locale) for e in entries]


def _who(entry: LogEntry, names: dict[int, str], locale: Locale) -> str:
    if entry.member_id is not None:
        return names.get(entry.member_id, f"#{entry.member_id}")
    doing = entry.actor.partition(":")[2]
    return _SYSTEM.format(locale) + (f" ({doing})" if doing else "")


async def _rows(ctx: ToolContext, entity: Entity, steps: Sequence[Step]) -> list[Json]:
    """Return steps as the model reads them: values as stored."""
    who = await who_did(ctx, [s.entry for s in steps])
    undone = await _undone(ctx, {s.entry.change_set_id for s in steps})
    rows: list[Json] = []
    for step, name in zip(steps, who, strict=True):
        row: Json = {
            "id": step.entry.id,
            "at": step.entry.at.isoformat(),
            "who": name,
            "op": step.op,
            "field": step.field.key if step.field else None,
            "before": step.before,
            "after": step.after,
            "unit": step.unit,
            "change_set": step.entry.change_set_id,
            "undone": undone.get(step.entry.change_set_id),
        }
        rows.append({k: v for k, v in row.items() if v is not None})
    return rows


async def _undone(ctx: ToolContext, sets: set[int | None]) -> dict[int | None, bool]:
    """Return whether change sets were taken back; those the member may not see are left out."""
    numbers = [n for n in sets if n is not None]
    seen = await ctx.session.scalars(select(ChangeSet.id).where(ChangeSet.id.in_(numbers)))
    back = await ctx.session.scalars(
        select(ChangeSet.undoes_id).where(ChangeSet.undoes_id.in_(numbers))
    )
    taken = set(back)
    return {n: n in taken for n in seen}


def _sentence(entity: Entity, step: Step, row: Json) -> tuple[Said, Json]:
    at = datetime.fromisoformat(row["at"]).astimezone(BERLIN)
    values: Json = {"day": at.date(), "time": f"{at:%H:%M}", "who": row["who"]}
    if step.field is None:
        return _LAST_OP, values | {"done": _DONE[step.op]}
    sides = {"before": step.before, "after": step.after}
    told = {side: _told(entity, step, value) for side, value in sides.items()}
    return _LAST, values | told


def _told(entity: Entity, step: Step, value: Any) -> Said:
    """Return a value in all languages, with its unit when there is one and it did not change."""
    plain = {lo: _cell(entity, step, value, lo) for lo in ("de", "en", "es")}
    unit = step.unit if step.unit and "→" not in step.unit and value is not None else None
    return Said(**{lo: f"{text} {unit}" if unit else str(text) for lo, text in plain.items()})


def _cell(entity: Entity, step: Step, value: Any, locale: Locale) -> str:
    field = step.field
    if field is not None and isinstance(value, int | float) and entity.kind(field) == "money":
        return format_number(_to_cents(Decimal(str(value))), locale)
    return cell(catalog(), entity.key, {"key": field.key if field else ""}, value, locale)


def _to_cents(price: Decimal) -> Decimal:
    """Return a price with the two places people expect, or the finer ones it has."""
    cents = price.quantize(Decimal("0.01"))
    return cents if cents == price else price


def _table(
    ctx: ToolContext, entity: Entity, steps: Sequence[Step], rows: list[Json], total: int
) -> Table:
    locale = ctx.asker.locale
    shown = [
        row | {"what": _what(s, locale)} | _sides(entity, s, locale)
        for s, row in zip(steps, rows, strict=True)
    ]
    columns = [Column("at", _WHEN, "instant"), Column("who", _WHO), Column("what", _WHAT)]
    further = (
        Column("before", _BEFORE),
        Column("after", _AFTER),
        Column("unit", _UNIT),
        Column("change_set", _SET),
        Column("undone", _UNDONE, "flag"),
    )
    columns += [c for c in further if any(r.get(c.key) not in (None, False) for r in shown)]
    return Table("history", columns, shown, total, title=_TITLE)


def _what(step: Step, locale: Locale) -> str:
    if step.field is None:
        return _DONE[step.op].format(locale)
    label = step.field.names.label(locale)
    return f"{label} ({_DONE['created'].format(locale)})" if step.op == "created" else label


def _sides(entity: Entity, step: Step, locale: Locale) -> Json:
    """Return before and after for a table: figures as figures, words and days as people read."""
    sides = {"before": step.before, "after": step.after}
    return {
        side: value
        if value is None or isinstance(value, bool | int | float)
        else _cell(entity, step, value, locale)
        for side, value in sides.items()
    }


async def _about(ctx: ToolContext, entity: Entity, number: int, field: Field | None) -> Said:
    title = await title_of(ctx, entity, number)
    if field is None:
        noun = entity.noun
        return Said(*(f"{noun.label(lo)} {title}" for lo in ("de", "en", "es")))
    said = [_OF.format(lo, field=field.names.said, title=title) for lo in ("de", "en", "es")]
    return Said(*(s[:1].upper() + s[1:] for s in said))


def _sources(entity: Entity, number: int, title: str, rows: Sequence[Json]) -> list[Source]:
    record = Source("row", f"{entity.key}:{number}", title)
    return [record, *(Source("row", f"audit:{r['id']}", title, r["at"][:10]) for r in rows)]


TOOLS = (history,)
