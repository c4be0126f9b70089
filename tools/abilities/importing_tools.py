"""The team's own tables: what a file would do, and doing it, whole or not at all."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field as Declared

from db.enums import Role
from tools.carrying_out import carry_out, problems_of
from tools.context import ToolContext
from tools.entity import Entity, entity_named
from tools.errors import InvalidArguments, Said
from tools.gateways import files
from tools.grid import Remark
from tools.importing import ImportPlan, plan_import
from tools.mapping import MappedColumn, Mapping, map_columns
from tools.meant import Noun
from tools.spec import Approval, Args, Column, Effect, Examples, Json, Result, Table, tool
from tools.tables import Sheet, read_table

SHOWN = 50  # problems, duplicates and columns a person looks through

_PREVIEW = Said(
    de="„{name}“: {rows} Zeilen ({nouns}), davon neu: {created}, geändert: {changed}, "
    "unverändert: {unchanged}, fehlerhaft: {wrong}. Mögliche Doppelte: {alike}.",
    en="“{name}”: {rows} rows ({nouns}), of which new: {created}, changed: {changed}, "
    "unchanged: {unchanged}, wrong: {wrong}. Possible duplicates: {alike}.",
    es="«{name}»: {rows} filas ({nouns}), nuevas: {created}, modificadas: {changed}, "
    "sin cambios: {unchanged}, con error: {wrong}. Posibles duplicados: {alike}.",
)
_DONE = Said(
    de="„{name}“ ist geladen ({nouns}). Neu: {created}, geändert: {changed}, "
    "unverändert: {unchanged}, dazu angelegt: {referred}.",
    en="“{name}” is loaded ({nouns}). New: {created}, changed: {changed}, "
    "unchanged: {unchanged}, created besides: {referred}.",
    es="«{name}» está cargado ({nouns}). Nuevos: {created}, modificados: {changed}, "
    "sin cambios: {unchanged}, creados además: {referred}.",
)
_DOUBTFUL = Said(
    de="Vorher zu klären: {doubts}",
    en="To be settled first: {doubts}",
    es="Antes hay que aclarar: {doubts}",
)
_HEADER = Said(de="Spalte", en="column", es="columna")
_FIELD = Said(de="Feld", en="field", es="campo")
_READ_AS = Said(de="gelesen als", en="read as", es="leído como")
_SURE = Said(de="sicher", en="sure", es="seguridad")
_LINE = Said(de="Zeile", en="line", es="línea")
_VALUE = Said(de="Wert", en="value", es="valor")
_WHY = Said(de="Grund", en="reason", es="motivo")
_NAME = Said(de="Name", en="name", es="nombre")
_ALIKE = Said(de="ähnlich wie", en="similar to", es="parecido a")
_NOTED = Said(de="Hinweis", en="note", es="nota")
_ORDERS = {
    "dmy": Said(de="Tag/Monat/Jahr", en="day/month/year", es="día/mes/año"),
    "mdy": Said(de="Monat/Tag/Jahr", en="month/day/year", es="mes/día/año"),
}
_MARKS = {
    ",": Said(de="Dezimalkomma", en="decimal comma", es="coma decimal"),
    ".": Said(de="Dezimalpunkt", en="decimal point", es="punto decimal"),
}


class TableArgs(Args):
    """A kept file, what its rows are, and what its columns mean where the guess is wrong."""

    noun: Noun
    file: str = Declared(pattern="^sha256:[0-9a-f]{64}$", description="reference of a kept file")
    name: str = Declared(max_length=200)
    mapping: dict[str, str] | None = Declared(
        None, description="heading → field, 'field unit', '-' to leave out; '+field' → value"
    )
    create_missing: list[Noun] = Declared(default=[], max_length=5)


@dataclass(frozen=True)
class _Opened:
    """A file as far as it is understood."""

    entity: Entity
    sheet: Sheet
    mapping: Mapping
    plan: ImportPlan


@tool(
    TableArgs,
    verb="preview",
    noun="table",
    effect=Effect.READ,
    permission=Role.ANALYST,
    free_text=True,
    examples=Examples(
        de=("Was stünde nach dem Import von {name} drin?", "Prüfe die Tabelle {name} ({noun})"),
        en=("What would importing {name} do?", "Check the table {name} ({noun})"),
        es=("¿Qué haría la importación de {name}?", "Revisa la tabla {name} ({noun})"),
    ),
)
async def preview_table(ctx: ToolContext, args: TableArgs) -> Result:
    """Say what importing a kept file would do: columns, counts, rows that do not fit, possible
    duplicates. Changes nothing."""
    opened = await _opened(ctx, args)
    plan, mapping = opened.plan, opened.mapping
    counts = _counts(opened, args.name)
    tables = [
        _columns(ctx, opened.entity, mapping),
        _remarks(ctx, [*opened.sheet.warnings, *plan.remarks, *mapping.doubts]),
        _problems(plan),
        _duplicates(plan),
    ]
    told = {k: v for k, v in counts.items() if isinstance(v, int)}
    told |= {
        "doubts": [d.text(ctx.asker.locale) for d in mapping.doubts],
        "problems": [vars(p) for p in plan.problems[:SHOWN]],
        "duplicates": [vars(d) for d in plan.duplicates[:SHOWN]],
    }
    return Result(
        told,
        _PREVIEW,
        counts,
        table=tables[0],
        more=[t for t in tables[1:] if t.rows],
        outcome="conflict" if plan.problems or mapping.doubts else None,
        personal=any(opened.entity.personal(f) for f in opened.entity.fields),
    )


@tool(
    TableArgs,
    verb="import",
    noun="table",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Importiere {name} als {noun}", "Lade die Tabelle {name} ({noun})"),
        en=("Import {name} as {noun}", "Load the table {name} ({noun})"),
        es=("Importa {name} como {noun}", "Carga la tabla {name} ({noun})"),
    ),
)
async def import_table(ctx: ToolContext, args: TableArgs) -> Result:
    """Load a kept CSV or XLSX file: every row or none; importing it again changes records instead
    of doubling them."""
    opened = await _opened(ctx, args)
    if opened.mapping.doubts:
        raise _doubtful(ctx, opened.mapping.doubts)
    if opened.plan.problems:
        raise problems_of(opened.plan)
    written = await carry_out(ctx, opened.plan)
    told: Json = vars(written)
    values = {"name": args.name, "nouns": opened.entity.nouns.said}
    return Result(told, _DONE, values | told)


async def _opened(ctx: ToolContext, args: TableArgs) -> _Opened:
    """Read, map and plan a kept file; reading is done beside the event loop."""
    entity = entity_named(args.noun)
    data = files.load(ctx.files, args.file, args.name)
    sheet = await asyncio.to_thread(read_table, args.name, data)
    mapping = await asyncio.to_thread(map_columns, entity, sheet, args.mapping)
    plan = await plan_import(ctx, entity, sheet, mapping, args.create_missing)
    return _Opened(entity, sheet, mapping, plan)


def _doubtful(ctx: ToolContext, doubts: Sequence[Remark]) -> InvalidArguments:
    told = {lo: " ".join(d.text(lo) for d in doubts[:5]) for lo in ("de", "en", "es")}
    choices = [d.text(ctx.asker.locale) for d in doubts]
    return InvalidArguments(_DOUBTFUL, choices=choices, doubts=Said(**told))


def _counts(opened: _Opened, name: str) -> Json:
    plan = opened.plan
    return {
        "name": name,
        "nouns": opened.entity.nouns.said,
        "rows": plan.rows,
        "created": len(plan.creates),
        "changed": len(plan.updates),
        "unchanged": plan.unchanged,
        "wrong": len({p.line for p in plan.problems}),
        "alike": len(plan.duplicates),
        "referred": len(plan.missing),
    }


# --- what a person looks through -----------------------------------------------------------------


def _columns(ctx: ToolContext, entity: Entity, mapping: Mapping) -> Table:
    rows = [_column_row(ctx, entity, c) for c in mapping.columns]
    for key, value in mapping.constants.items():
        label = entity.field(key).names.label(ctx.asker.locale)
        rows.append({"header": "+", "field": f"{label} ({key})", "read_as": value, "sure": 100})
    columns = [
        Column("header", _HEADER),
        Column("field", _FIELD),
        Column("read_as", _READ_AS),
        Column("sure", _SURE, "integer", "%"),
    ]
    return Table("import_column", columns, rows, len(rows))


def _column_row(ctx: ToolContext, entity: Entity, column: MappedColumn) -> Json:
    locale = ctx.asker.locale
    if column.field is None:
        why = column.why.text(locale) if column.why else None
        return {"header": column.header, "field": None, "read_as": why, "sure": None}
    label = entity.field(column.field).names.label(locale)
    how = (
        [column.unit, *column.means.also.values()] if column.unit else [*column.means.also.values()]
    )
    how += [_MARKS[column.decimal].format(locale)] if column.decimal else []
    how += [_ORDERS[column.dates].format(locale)] if column.dates else []
    return {
        "header": column.header,
        "field": f"{label} ({column.field})",
        "read_as": ", ".join(h for h in how if h) or None,
        "sure": round(column.confidence * 100),
    }


def _remarks(ctx: ToolContext, remarks: Sequence[Remark]) -> Table:
    rows: list[Json] = [{"note": r.text(ctx.asker.locale)} for r in remarks]
    return Table("import_note", [Column("note", _NOTED)], rows, len(rows))


def _problems(plan: ImportPlan) -> Table:
    columns = [
        Column("line", _LINE),
        Column("column", _HEADER),
        Column("value", _VALUE),
        Column("why", _WHY),
    ]
    rows = [vars(p) | {"line": str(p.line)} for p in plan.problems[:SHOWN]]
    return Table("import_problem", columns, rows, len(plan.problems))


def _duplicates(plan: ImportPlan) -> Table:
    columns = [Column("line", _LINE), Column("title", _NAME), Column("similar", _ALIKE, "list")]
    rows = [vars(d) | {"line": str(d.line)} for d in plan.duplicates[:SHOWN]]
    return Table("import_duplicate", columns, rows, len(plan.duplicates))


TOOLS = (preview_table, import_table)
