"""Which papers a shipment lacks: the checklist, derived, with the reason and source of each line."""

import mimetypes
from collections.abc import Sequence

from db.enums import LOCALES, PaperKind, Role
from tools import paper_files, references
from tools.abilities.cupping_sessions import joined
from tools.calc.papers import AS_OF, SOURCES, Why
from tools.checklist import Checklist, Item, State, checklists
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import NOTHING, Refused, Said
from tools.nouns.papers import PAPER
from tools.spec import (
    Args,
    Column,
    Effect,
    Examples,
    Json,
    Names,
    Result,
    Shown,
    Source,
    Table,
    tool,
)

_STATES = {
    State.HELD: Said(de="liegt vor", en="held", es="en archivo"),
    State.MISSING: Said(de="fehlt", en="missing", es="falta"),
    State.OPEN: Said(de="zu klären", en="to be clarified", es="por aclarar"),
    State.NOT_NEEDED: Said(de="nicht nötig", en="not needed", es="no hace falta"),
}
_WHY: dict[Why, Said] = {
    Why.USUAL: NOTHING,
    Why.ICO: Said(de="Pflicht des exportierenden ICO-Mitglieds; kein Präferenznachweis", en="duty of the exporting ICO member; no proof of preference", es="obligación del miembro exportador de la OIC; no prueba preferencia"),
    Why.PHYTO: Said(de="ob Rohkaffee in der EU eines braucht, ist nicht bestätigt", en="whether green coffee needs one in the EU is not confirmed", es="no está confirmado si el café verde lo necesita en la UE"),
    Why.INSURED: Said(de="hängt vom Incoterm ab: wer versichert", en="depends on the Incoterm: who insures", es="depende del Incoterm: quién asegura"),
    Why.ORGANIC: Said(de="Bio-Lose an Bord; auszustellen, bevor die Ware das Drittland verlässt", en="organic lots on board; to be issued before the goods leave the third country", es="lotes ecológicos a bordo; se emite antes de que la mercancía salga del tercer país"),
    Why.NOT_ORGANIC: Said(de="kein Bio-Los an Bord", en="no organic lot on board", es="ningún lote ecológico a bordo"),
    Why.ORGANIC_ELSEWHERE: Said(de="nur USDA Organic oder JAS: nötig, wenn als Bio in der EU verkauft", en="only USDA organic or JAS: needed if sold as organic in the EU", es="solo USDA organic o JAS: necesario si se vende como ecológico en la UE"),
    Why.EUDR: Said(de="Referenznummer muss vor der Überlassung zum freien Verkehr vorliegen", en="reference number due before release for free circulation", es="número de referencia antes del despacho a libre práctica"),
    Why.EUDR_BEFORE: Said(de="kommt vor dem 30.12.2026 an: EUDR noch nicht anwendbar", en="arrives before 30 December 2026: EUDR not yet applicable", es="llega antes del 30/12/2026: el EUDR aún no se aplica"),
    Why.EUDR_SIZE: Said(de="ab 30.12.2026, für Kleinst- und Kleinunternehmen (als solche bis 31.12.2024) ab 30.6.2027: für uns zu klären", en="from 30 December 2026, for micro and small firms (such by 31 December 2024) from 30 June 2027: to be clarified for us", es="desde el 30/12/2026; para micro y pequeñas empresas (tales al 31/12/2024) desde el 30/6/2027: por aclarar en nuestro caso"),
    Why.EUDR_DAY: Said(de="ohne ETA nicht zu sagen", en="cannot be told without an ETA", es="no se puede decir sin ETA"),
}  # fmt: skip
_LACKS = Said(
    de="{code}: es fehlen {count} Papiere: {papers}.",
    en="{code} lacks {count} papers: {papers}.",
    es="{code}: faltan {count} documentos: {papers}.",
)
_LACKS_ONE = Said(
    de="{code}: es fehlt {papers}.",
    en="{code} lacks one paper: {papers}.",
    es="{code}: falta {papers}.",
)
_COMPLETE = Said(
    de="{code}: kein Papier fehlt.", en="{code} lacks no paper.", es="{code}: no falta ningún documento."
)  # fmt: skip
_OPEN = Said(de=" Zu klären: {open}.", en=" To be clarified: {open}.", es=" Por aclarar: {open}.")
_HELD = Said(de=" Liegt vor: {held}.", en=" Held: {held}.", es=" En archivo: {held}.")
_TITLE = Said(de="Papiere {code}", en="Papers of {code}", es="Documentos de {code}")
_STATE = Said(de="Stand", en="state", es="estado")
_DUE = Said(de="fällig", en="due", es="para el")
_SINCE = Said(de="seit", en="since", es="desde")
_REASON = Said(de="warum", en="why", es="por qué")
_NOT_THERE = Said(
    de="{kind} zu {shipment}: keine Datei abgelegt.",
    en="{kind} of {shipment}: no file is kept.",
    es="{kind} de {shipment}: no hay archivo guardado.",
)
_HERE = Said(de="{kind} zu {code}: {name}.", en="{kind} of {code}: {name}.", es="{kind} de {code}: {name}.")  # fmt: skip


class ShipmentArgs(Shown):
    """Which shipment: code, container, B/L, or the month it arrives in."""

    shipment: str


class FileArgs(Args):
    """Which paper of which shipment."""

    shipment: str
    kind: PaperKind


@tool(
    ShipmentArgs,
    verb="check",
    noun="paper",
    effect=Effect.READ,
    permission=Role.VIEWER,
    topic=Names(
        "fehlende Papiere|fehlen Papiere|fehlende Dokumente|fehlen Dokumente|Papiere vollständig|Papiere komplett|Papierstand|alles in Ordnung|Unterlagen vollständig",
        "missing papers|papers missing|missing documents|documents missing|papers complete|paperwork complete|paperwork|everything in order|docs missing",
        "papeles que faltan|faltan papeles|documentos que faltan|faltan documentos|documentación completa|todo en regla|en regla|papeles completos",
    ),
    examples=Examples(
        de=("Welche Papiere fehlen für {shipment}?", "Welche Papiere fehlen noch für {shipment}?", "Welche Papiere fehlen {shipment}?", "Welche Papiere fehlen {shipment} noch?", "Welche Papiere fehlen bei {shipment}?", "Welche Papiere fehlen noch bei {shipment}?", "Welche Papiere fehlen im {shipment}?", "Welche Unterlagen fehlen noch für {shipment}?", "Welche Dokumente fehlen noch für {shipment}?", "Was fehlt noch an Papieren für {shipment}?", "Papiere von {shipment}", "Papiere für {shipment}", "Checkliste für {shipment}", "Sind die Papiere für {shipment} vollständig?"),
        en=("Which papers does {shipment} lack?", "Which papers does {shipment} still lack?", "Which papers are missing for {shipment}?", "Which papers are still missing for {shipment}?", "What papers are missing for {shipment}?", "What papers does {shipment} still need?", "Which documents are missing for {shipment}?", "Which documents does {shipment} lack?", "Papers of {shipment}", "Papers for {shipment}", "Checklist for {shipment}", "Are the papers for {shipment} complete?"),
        es=("¿Qué documentos faltan para {shipment}?", "¿Qué documentos faltan de {shipment}?", "¿Qué documentos faltan en {shipment}?", "¿Qué documentos le faltan a {shipment}?", "¿Qué documentos faltan todavía para {shipment}?", "¿Qué documentos faltan aún para {shipment}?", "¿Qué papeles faltan para {shipment}?", "¿Qué papeles le faltan a {shipment}?", "Documentos de {shipment}", "Papeles de {shipment}", "Lista de documentos de {shipment}", "¿Están completos los documentos de {shipment}?"),
    ),
)  # fmt: skip
async def check_papers(ctx: ToolContext, args: ShipmentArgs) -> Result:
    """The papers a shipment needs and which it lacks, derived from its lots and dates: missing,
    to be clarified, held, not needed, each with the reason, its source and when it is due."""
    number = await references.identify(ctx, entity_named("shipment"), args.shipment)
    (found,) = await checklists(ctx.session, [number])
    rows = [_row(ctx, item) for item in _sorted(found)]
    sentence, values = _told(found)
    reasons = {i.wanted.why for i in found.items if i.row is None and i.wanted.why in SOURCES}
    sources = [Source("passage", w.value, SOURCES[w], AS_OF.isoformat()) for w in sorted(reasons)]
    code = found.shipment.code
    told: Json = {
        "shipment": code,
        "missing": [str(i.wanted.kind) for i in found.of(State.MISSING)],
        "to_be_clarified": [str(i.wanted.kind) for i in found.of(State.OPEN)],
        "rows": rows,
    }
    return Result(
        told,
        sentence,
        values,
        table=Table("paper", _COLUMNS, rows, len(rows), title=_TITLE.partly(code=code)),
        sources=[Source("row", f"shipment:{number}", code), *sources],
    )


_COLUMNS = [
    Column("kind", PAPER.field("kind").names.said, "word"),
    Column("state", _STATE),
    Column("due_on", _DUE, "date"),
    Column("held_since", _SINCE, "date"),
    Column("reference", PAPER.field("reference").names.said),
    Column("file_name", PAPER.field("file_name").names.said),
    Column("why", _REASON),
]
_ORDER = (State.MISSING, State.OPEN, State.HELD, State.NOT_NEEDED)


def _sorted(found: Checklist) -> list[Item]:
    return [item for state in _ORDER for item in found.of(state)]


def _row(ctx: ToolContext, item: Item) -> Json:
    locale, row = ctx.asker.locale, item.row
    own = row is not None and (row.not_needed or row.held_since is not None)
    return {
        "id": list(PaperKind).index(item.wanted.kind) + 1,
        "kind": str(item.wanted.kind),
        "state": _STATES[item.state].format(locale),
        "due_on": item.due.isoformat() if item.due and item.state in _WAITING else None,
        "held_since": row.held_since.isoformat() if row and row.held_since else None,
        "reference": row.reference if row else None,
        "file_name": row.file_name if row else None,
        "why": None if own else _WHY[item.wanted.why].format(locale) or None,
    }


_WAITING = {State.MISSING, State.OPEN}


def _told(found: Checklist) -> tuple[Said, Json]:
    code, missing = found.shipment.code, found.of(State.MISSING)
    head = _LACKS if len(missing) > 1 else _LACKS_ONE if missing else _COMPLETE
    values: Json = {"code": code}
    values |= {"count": len(missing), "papers": _named(missing)} if missing else {}
    parts = [(head, values)]
    for said, key, state in ((_OPEN, "open", State.OPEN), (_HELD, "held", State.HELD)):
        items = found.of(state)
        parts += [(said, {key: _named(items)})] if items else []
    return joined(parts)


def _named(items: Sequence[Item]) -> Said:
    return Said(**{lo: ", ".join(i.wanted.kind.label(lo) for i in items) for lo in LOCALES})


@tool(
    FileArgs,
    verb="open",
    noun="paper",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Gib mir {kind} von {shipment}", "Schick mir {kind} von {shipment}", "Öffne {kind} von {shipment}"),
        en=("Give me the {kind} of {shipment}", "Send me the {kind} of {shipment}", "Open the {kind} of {shipment}"),
        es=("Dame el {kind} de {shipment}", "Mándame el {kind} de {shipment}", "Abre el {kind} de {shipment}"),
    ),
)  # fmt: skip
async def open_paper(ctx: ToolContext, args: FileArgs) -> Result:
    """The file kept for one paper of a shipment."""
    number = await references.identify(ctx, entity_named("shipment"), args.shipment)
    (found,) = await checklists(ctx.session, [number])
    row = next(i.row for i in found.items if i.wanted.kind is args.kind)
    kind = Said(**{lo: args.kind.label(lo) for lo in LOCALES})
    code = found.shipment.code
    if row is None or row.file is None or row.file_name is None:
        raise Refused("no_file", _NOT_THERE, next="stop", kind=kind, shipment=code)
    kept = await paper_files.put_out(ctx.session, ctx.files, row.file, row.file_name)
    return Result(
        {"paper": row.id, "file": row.file, "name": row.file_name},
        _HERE,
        {"kind": kind, "code": code, "name": row.file_name},
        files=[{"name": row.file_name, "media_type": _media_type(row.file_name), "kept": kept}],
        sources=[Source("row", f"paper:{row.id}", f"{args.kind} {code}")],
    )


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


TOOLS = (check_papers, open_paper)
