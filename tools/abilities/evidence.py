"""Why do we believe a value? Every source named for it, contradictions included (law 9)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select

from db.base import Record
from db.enums import Role, SourceKind
from db.models import Evidence, Member
from tools import references
from tools.abilities.history import BERLIN, steps_of, who_did
from tools.catalog import catalog
from tools.context import ToolContext, allows
from tools.entity import Entity, Field, entity_named
from tools.errors import InvalidArguments, Said
from tools.fields import parsed
from tools.finding import json_value
from tools.folding import folded
from tools.meant import Noun, field_meant, record_meant, title_of
from tools.shown import cell
from tools.spec import (
    Approval,
    Args,
    Column,
    Effect,
    Examples,
    Json,
    Result,
    Shown,
    Source,
    Table,
    tool,
)

_AGREE = Said(
    de="Belege zu {what}: {count}.",
    en="Evidence for {what}: {count}.",
    es="Fuentes sobre {what}: {count}.",
)
_CONFLICT = Said(
    de="Die Quellen zu {what} widersprechen sich ({fields}); alle {count} Belege stehen in der Liste.",
    en="The sources for {what} contradict each other ({fields}); all {count} are listed.",
    es="Las fuentes sobre {what} se contradicen ({fields}); las {count} están en la lista.",
)
_NO_SOURCE = Said(
    de="Zu {what} ist kein Beleg hinterlegt.",
    en="No source is on record for {what}.",
    es="No consta ninguna fuente sobre {what}.",
)
_ENTERED = Said(
    de="Zu {what} ist kein Beleg hinterlegt; {value} hat {who} am {day} eingetragen.",
    en="No source is on record for {what}; {value} was entered by {who} on {day}.",
    es="No consta ninguna fuente sobre {what}; {value} lo anotó {who} el {day}.",
)
_NOTED = Said(
    de="Beleg notiert: {what} = {value} ({source}). Der Wert selbst ist nicht geändert.",
    en="Evidence noted: {what} = {value} ({source}). The value itself is not changed.",
    es="Fuente anotada: {what} = {value} ({source}). El valor en sí no cambia.",
)
_NO_TEXT = Said(
    de="Ein Beleg braucht Wert und Quelle.",
    en="Evidence needs a value and a source.",
    es="Una fuente necesita un valor y de dónde viene.",
)
_OF = Said(de="{field} von {title}", en="{field} of {title}", es="{field} de {title}")
_FIELD = Said(de="Feld", en="Field", es="Campo")
_VALUE = Said(de="Wert", en="Value", es="Valor")
_SOURCE = Said(de="Quelle", en="Source", es="Fuente")
_KIND = Said(de="Art", en="Kind", es="Tipo")
_TITLE = Said(de="Belege", en="Evidence", es="Fuentes")
_AS_OF = Said(de="Stand", en="As of", es="A fecha de")
_BY = Said(de="notiert von", en="noted by", es="anotado por")
_MANY = {"list", "words"}


class EvidenceArgs(Shown):
    """A record, perhaps one field of it."""

    noun: Noun
    record: str
    field: str | None = None


@tool(
    EvidenceArgs,
    verb="show",
    noun="evidence",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Woher haben wir {field} von {record}?", "Warum glauben wir {field} bei {record}?", "Welche Belege gibt es zu {record}?", "Quelle für {field} von {record}?"),
        en=("Where do we have {field} of {record} from?", "Why do we believe {field} of {record}?", "What evidence is there for {record}?", "Source for {field} of {record}?"),
        es=("¿De dónde sale {field} de {record}?", "¿Por qué creemos {field} de {record}?", "¿Qué fuentes hay sobre {record}?", "¿Fuente de {field} de {record}?"),
    ),
)  # fmt: skip
async def show_evidence(ctx: ToolContext, args: EvidenceArgs) -> Result:
    """Why we believe a value: every source named for a record's field (or all fields), newest
    first, with date and who noted it; contradictions are shown."""
    entity = entity_named(args.noun)
    record = await record_meant(ctx, entity, args.record)
    field = field_meant(ctx, entity, args.field) if args.field else None
    what = await _about(ctx, entity, record.id, field)
    rows = await _rows(ctx, entity, record.id, field)
    if not rows:
        return await _without(ctx, entity, record, field, what)
    fields = [f for f in entity.fields if any(r["field"] == f.key for r in rows)]
    differing = [f for f in fields if _contradict(entity, f, rows)]
    current = {f.key: await _current(ctx, entity, record, f) for f in fields}
    told: Json = {"total": len(rows), "current": current, "rows": rows}
    told |= {"conflicting": [f.key for f in differing]} if differing else {}
    return Result(
        told,
        _CONFLICT if differing else _AGREE,
        {"what": what, "count": len(rows), "fields": _labels(differing)},
        table=_table(ctx, entity, rows, field),
        sources=[_source_of(r) for r in rows],
        outcome="conflict" if differing else None,
    )


async def _rows(ctx: ToolContext, entity: Entity, number: int, field: Field | None) -> list[Json]:
    """Return the evidence this member may see, newest first; undated sources come last."""
    where = [] if field is None else [Evidence.field == field.key]
    found = await ctx.session.execute(
        select(Evidence, Member.name)
        .outerjoin(Member, Member.id == Evidence.noted_by_id)
        .where(Evidence.entity == entity.key, Evidence.record_id == number, *where)
        .where(Evidence.retired_at.is_(None))
        .order_by(Evidence.as_of.desc().nulls_last(), Evidence.id.desc())
    )
    rows = [_row(e, name) for e, name in found if _readable(ctx, entity, e.field)]
    places = [f.key for f in entity.fields]
    return sorted(rows, key=lambda r: places.index(str(r["field"])))  # stable: newest stays first


def _row(evidence: Evidence, noted_by: str | None) -> Json:
    return {
        "id": evidence.id,
        "field": evidence.field,
        "value": evidence.value,
        "source": evidence.source,
        "source_kind": str(evidence.source_kind),
        "as_of": evidence.as_of.isoformat() if evidence.as_of else None,
        "noted_by": noted_by,
    }


def _readable(ctx: ToolContext, entity: Entity, key: str) -> bool:
    if not entity.has(key):
        return False
    field = entity.field(key)
    return allows(ctx.asker.role, field.read) and not entity.free_text(field)


def _contradict(entity: Entity, field: Field, rows: Sequence[Json]) -> bool:
    """Whether the two newest values differ; of a list every source may tell another part."""
    if entity.kind(field) in _MANY:
        return False
    newest = [_comparable(str(r["value"])) for r in rows if r["field"] == field.key][:2]
    return len(set(newest)) > 1


def _comparable(value: str) -> str | Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        return folded(value)


async def _current(ctx: ToolContext, entity: Entity, record: Record, field: Field) -> Any:
    """Return what the record says now, references by title."""
    value = getattr(record, entity.column(field).name) if entity.stored(field) else None
    if field.ref and value is not None:
        return await title_of(ctx, entity_named(field.ref), value)
    return json_value(value)


async def _without(
    ctx: ToolContext, entity: Entity, record: Record, field: Field | None, what: Said
) -> Result:
    """Say that no source is named, and who entered the value when the audit log knows."""
    told: Json = {"total": 0, "rows": []}
    if field is None:
        return Result(told, _NO_SOURCE, {"what": what})
    value = await _current(ctx, entity, record, field)
    steps = await steps_of(ctx, entity, record.id, field)
    if value in (None, []) or not steps:
        return Result(told | {"current": {field.key: value}}, _NO_SOURCE, {"what": what})
    who = (await who_did(ctx, [steps[0].entry]))[0]
    day = steps[0].entry.at.astimezone(BERLIN).date()
    said = Said(
        *(cell(catalog(), entity.key, {"key": field.key}, value, lo) for lo in ("de", "en", "es"))
    )
    told |= {"current": {field.key: value}, "entered_by": who, "entered_on": day.isoformat()}
    sources = [Source("row", f"{entity.key}:{record.id}", what.en, day.isoformat())]
    values: Json = {"what": what, "value": said, "who": who, "day": day}
    return Result(told, _ENTERED, values, sources=sources)


async def _about(ctx: ToolContext, entity: Entity, number: int, field: Field | None) -> Said:
    title = await title_of(ctx, entity, number)
    if field is None:
        return Said(*(f"{entity.noun.label(lo)} {title}" for lo in ("de", "en", "es")))
    return Said(*(_OF.format(lo, field=field.names.said, title=title) for lo in ("de", "en", "es")))


def _labels(fields: Sequence[Field]) -> Said:
    return Said(*(", ".join(f.names.label(lo) for f in fields) for lo in ("de", "en", "es")))


def _table(ctx: ToolContext, entity: Entity, rows: list[Json], field: Field | None) -> Table:
    locale = ctx.asker.locale
    shown: list[Json] = []
    for row in rows:
        key = str(row["field"])
        value = cell(catalog(), entity.key, {"key": key, "kind": "text"}, row["value"], locale)
        label = entity.field(key).names.label(locale)
        kind = SourceKind(row["source_kind"]).label(locale)
        shown.append(row | {"field": label, "value": value, "source_kind": kind})
    columns = [Column("value", _VALUE), Column("source", _SOURCE), Column("source_kind", _KIND)]
    if field is None:
        columns.insert(0, Column("field", _FIELD))
    columns += [Column("as_of", _AS_OF, "date"), Column("noted_by", _BY)]
    return Table("evidence", columns, shown, len(shown), title=_TITLE)


def _source_of(row: Json) -> Source:
    kind = "url" if row["source_kind"] == SourceKind.URL else "row"
    ref = str(row["source"]) if kind == "url" else f"evidence:{row['id']}"
    return Source(kind, ref, str(row["source"]), row["as_of"])


class NoteEvidenceArgs(Args):
    """A value as somebody or something says it, and who or what that is."""

    noun: Noun
    record: str
    field: str
    value: str
    source: str
    source_kind: SourceKind | None = None
    as_of: date | None = None
    note: str | None = None


@tool(
    NoteEvidenceArgs,
    verb="note",
    noun="evidence",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Notier als Beleg: {field} von {record} ist {value}, Quelle {source}", "Laut {source} hat {record} {value} {field}, halt das als Beleg fest"),
        en=("Note as evidence: {field} of {record} is {value}, source {source}", "According to {source}, {field} of {record} is {value}; keep that as evidence"),
        es=("Anota como fuente: {field} de {record} es {value}, según {source}", "Según {source}, {field} de {record} es {value}; guárdalo como fuente"),
    ),
)  # fmt: skip
async def note_evidence(ctx: ToolContext, args: NoteEvidenceArgs) -> Result:
    """Keep where a value of a record's field was read (source, as_of). The field itself stays as
    it is: change it with the record's own change tool."""
    entity = entity_named(args.noun)
    record = await record_meant(ctx, entity, args.record)
    field = field_meant(ctx, entity, args.field)
    if not args.value or not args.source:
        raise InvalidArguments(_NO_TEXT)
    values = await _stored(ctx, entity, field, args.value)
    kind = args.source_kind or (SourceKind.URL if "://" in args.source else SourceKind.PERSON)
    for value in values:
        ctx.session.add(
            Evidence(
                entity=entity.key,
                record_id=record.id,
                field=field.key,
                value=value,
                source_kind=kind,
                source=args.source,
                as_of=args.as_of,
                noted_by_id=ctx.asker.id,
                note=args.note or None,
            )
        )
    await ctx.session.flush()
    what = await _about(ctx, entity, record.id, field)
    told: Json = {"entity": entity.key, "id": record.id, "field": field.key, "values": values}
    said: Json = {"what": what, "value": ", ".join(values), "source": args.source}
    return Result(told, _NOTED, said)


async def _stored(ctx: ToolContext, entity: Entity, field: Field, said: str) -> list[str]:
    """Return a value as evidence holds it: words as stored, figures plain, prices as written."""
    if field.ref:
        record = await references.resolve(ctx, entity_named(field.ref), said)
        return [await title_of(ctx, entity_named(field.ref), record.id)]
    if entity.kind(field) == "money":
        return [said]
    value = parsed(entity, field, said)
    return [str(json_value(v)) for v in (value if isinstance(value, list) else [value])]


TOOLS = (show_evidence, note_evidence)
