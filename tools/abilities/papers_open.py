"""What is still missing on all shipments that are not delivered, the most pressing first."""

from sqlalchemy import select

from db.enums import Locale, Role, ShipmentStatus
from db.models import Shipment
from tools.checklist import Checklist, Item, State, checklists
from tools.context import ToolContext
from tools.errors import Said
from tools.nouns.shipments import SHIPMENT
from tools.spec import Column, Effect, Examples, Json, Result, Shown, Source, Table, tool

_SOME = Said(
    de="Auf {shipments} Sendungen fehlen noch {papers} Papiere.",
    en="{shipments} shipments still lack {papers} papers.",
    es="A {shipments} embarques aún les faltan {papers} documentos.",
)
_NONE = Said(
    de="Auf keiner offenen Sendung fehlt ein Papier.",
    en="No open shipment lacks a paper.",
    es="A ningún embarque abierto le falta un documento.",
)
_MISSING = Said(de="fehlt", en="missing", es="falta")
_OPEN = Said(de="zu klären", en="to be clarified", es="por aclarar")
_COUNT = Said(de="fehlende Papiere", en="papers missing", es="documentos que faltan")
_TITLE = Said(de="Offene Papiere", en="Open papers", es="Documentos pendientes")
_FIRST = Said(de="erstes fällig", en="first due", es="primero para el")


class OpenArgs(Shown):
    """Nothing to say: all shipments that are not delivered."""


@tool(
    OpenArgs,
    verb="check_all",
    noun="paper",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Welche Papiere fehlen?", "Welche Papiere fehlen noch?", "Zeig mir die fehlenden Papiere", "Zeig mir alle fehlenden Papiere", "Welche Papiere sind offen?", "Offene Papiere", "Fehlende Papiere", "Welche Unterlagen fehlen noch?", "Welche Dokumente fehlen noch?"),
        en=("Which papers are missing?", "Which papers are still missing?", "Show me the missing papers", "Show me all missing papers", "Which papers are open?", "Open papers", "Missing papers", "Which documents are still missing?"),
        es=("¿Qué documentos faltan?", "¿Qué documentos faltan todavía?", "¿Qué papeles faltan?", "Muéstrame los documentos que faltan", "Documentos pendientes", "Documentos que faltan"),
    ),
)  # fmt: skip
async def check_all_papers(ctx: ToolContext, args: OpenArgs) -> Result:
    """Which papers are missing or to be clarified on every shipment not delivered yet."""
    numbers = await ctx.session.scalars(
        select(Shipment.id).where(
            Shipment.retired_at.is_(None), Shipment.status != ShipmentStatus.DELIVERED
        )
    )
    found = [c for c in await checklists(ctx.session, list(numbers)) if _lacking(c)]
    rows = [_row(c, ctx.asker.locale) for c in found]
    rows.sort(key=lambda r: (r["due_on"] is None, r["due_on"] or "", r["code"]))
    missing = sum(len(c.of(State.MISSING)) for c in found)
    told: Json = {"shipments": len(rows), "papers": missing, "rows": rows}
    if not rows:
        return Result(told, _NONE)
    columns = [
        Column("code", SHIPMENT.noun.said),
        Column("eta", SHIPMENT.field("eta").names.said, "date"),
        Column("due_on", _FIRST, "date"),
        Column("count", _COUNT, "integer", adds=True),
        Column("missing", _MISSING),
        Column("open", _OPEN),
    ]
    return Result(
        told,
        _SOME,
        {"shipments": len(rows), "papers": missing},
        table=Table(
            "shipment", columns, rows, len(rows), title=_TITLE, groups=("code",), figures=("count",)
        ),
        sources=[Source("row", f"shipment:{r['id']}", str(r["code"])) for r in rows],
    )


def _lacking(found: Checklist) -> bool:
    return bool(found.of(State.MISSING))


def _row(found: Checklist, locale: Locale) -> Json:
    missing = found.of(State.MISSING)
    shipment, days = found.shipment, [i.due for i in missing if i.due]
    return {
        "id": shipment.id,
        "code": shipment.code,
        "eta": shipment.eta.isoformat() if shipment.eta else None,
        "due_on": min(days).isoformat() if days else None,
        "count": len(missing),
        "missing": _named(missing, locale),
        "open": _named(found.of(State.OPEN), locale),
    }


def _named(items: list[Item], locale: Locale) -> str | None:
    return ", ".join(i.wanted.kind.label(locale) for i in items) or None


TOOLS = (check_all_papers,)
