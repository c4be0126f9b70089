"""A pasted arrival notice or forwarder's mail: what it says, beside what our records say.

It only reads. What is to be changed after it, a member says or approves on a card (law 7).
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from db.enums import Locale, Role
from db.models import Container, Message, Shipment
from tools.calc.notices import Noticed, read_notice
from tools.calc.reading.format import format_date
from tools.context import ToolContext
from tools.errors import Said
from tools.nouns.shipments import SHIPMENT
from tools.spec import Args, Column, Effect, Examples, Json, Result, Source, Table, tool

_BELONGS = Said(
    de="Im Text steht zu Sendung {shipment}, was die Tabelle zeigt; anders als bei uns: {differs}. Geändert ist nichts.",
    en="The text says of shipment {shipment} what the table shows; other than ours: {differs}. Nothing was changed.",
    es="El texto dice del embarque {shipment} lo que muestra la tabla; distinto de lo nuestro: {differs}. No se cambió nada.",
)
_NO_SHIPMENT = Said(
    de="Erkannt ist, was die Tabelle zeigt; zu einer unserer Sendungen führt es nicht.",
    en="The table shows what was recognised; it leads to none of our shipments.",
    es="La tabla muestra lo reconocido; no corresponde a ningún embarque nuestro.",
)
_NOTHING = Said(
    de="Im Text ist kein Container, B/L, Schiff und kein Tag zu erkennen; alles andere braucht ein Sprachmodell. Sag mir in einem Satz, was ich tun soll.",
    en="No container, B/L, vessel or day is recognised in the text; anything else needs a model. Tell me in one sentence what to do.",
    es="En el texto no se reconoce contenedor, B/L, buque ni fecha; todo lo demás necesita un modelo. Dime en una frase qué debo hacer.",
)
_EQUAL = Said(de="nichts", en="nothing", es="nada")
_WHAT = Said(de="Angabe", en="what", es="dato")
_SAYS = Said(de="im Text", en="in the text", es="en el texto")
_OURS = Said(de="bei uns", en="ours", es="lo nuestro")
_LINE = Said(de="Zeile", en="line", es="línea")
_DOUBT = Said(de="unsicher", en="uncertain", es="dudoso")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_KINDS = {
    "container": Said(de="Container", en="container", es="contenedor"),
    "house_bl": Said(de="House-B/L", en="house B/L", es="B/L hijo"),
    "bags": Said(de="Säcke", en="bags", es="sacos"),
    "free_until": Said(de="frei bis", en="free until", es="libre hasta"),
    "date": Said(de="Datum", en="date", es="fecha"),
}


class PastedArgs(Args):
    """Nothing: the text is the member's message."""


@tool(
    PastedArgs,
    verb="read_pasted",
    noun="shipment",
    effect=Effect.READ,
    permission=Role.VIEWER,
    free_text=True,
    examples=Examples(
        de=("Was steht in dieser Ankunftsanzeige?", "Lies diese Mail vom Spediteur"),
        en=("What does this arrival notice say?", "Read this mail from the forwarder"),
        es=("¿Qué dice este aviso de llegada?", "Lee este correo del transitario"),
    ),
)
async def recognise_pasted(ctx: ToolContext, args: PastedArgs) -> Result:
    """Recognise containers, B/L, vessel, voyage, bags and days in the text the member pasted with
    this message, find the shipment it is about and compare with our record. Changes nothing:
    propose changes to the member afterwards."""
    seen = read_notice(await _pasted(ctx), ctx.asker.locale, ctx.today)
    if not seen:
        return Result({"seen": []}, _NOTHING)
    shipment = await _shipment(ctx, seen)
    ours = await _ours(ctx, shipment) if shipment else {}
    rows = [_row(ctx, n, one, ours) for n, one in enumerate(seen)]
    differs = [row["what"] for row in rows if row["differs"]]
    told: Json = {"seen": [_told(one, ours) for one in seen]}
    table = Table("notice", _columns(), [_shown(row) for row in rows], len(rows))
    if shipment is None:
        return Result(told, _NO_SHIPMENT, table=table)
    return Result(
        told | {"shipment": shipment.code},
        _BELONGS,
        {"shipment": shipment.code, "differs": ", ".join(differs) or _EQUAL},
        table=table,
        sources=[Source("row", f"shipment:{shipment.id}", shipment.code)],
    )


async def _pasted(ctx: ToolContext) -> str:
    """Return what the member wrote in this turn; outside of a turn nobody wrote anything."""
    words = await ctx.session.scalar(
        select(Message.text)
        .where(Message.inbox_id == ctx.inbox_id, Message.role == "member")
        .order_by(Message.id.desc())
        .limit(1)
    )
    return words or ""


async def _shipment(ctx: ToolContext, seen: Sequence[Noticed]) -> Shipment | None:
    """Return the shipment a text is about: by B/L, then container, then vessel and voyage.

    Two different shipments are no answer: then the member sees the finds alone.
    """
    said = {kind: [n.value for n in seen if n.kind == kind] for kind in ("bl_number", "container")}
    in_box = select(Container.shipment_id).where(
        Container.number.in_(said["container"]), Container.retired_at.is_(None)
    )
    vessels = [n.value for n in seen if n.kind == "vessel"]
    voyages = [n.value for n in seen if n.kind == "voyage"]
    for where in (
        Shipment.bl_number.in_(said["bl_number"]),
        Shipment.id.in_(in_box),
        Shipment.vessel.in_(vessels) & Shipment.voyage.in_(voyages),
    ):
        live = select(Shipment).where(where, Shipment.retired_at.is_(None)).limit(2)
        found = (await ctx.session.scalars(live)).all()
        if found:
            return found[0] if len(found) == 1 else None
    return None


async def _ours(ctx: ToolContext, shipment: Shipment) -> dict[str, list[str]]:
    """Return what our record says, by kind; several containers are several values."""
    boxes = await ctx.session.scalars(
        select(Container.number).where(
            Container.shipment_id == shipment.id, Container.retired_at.is_(None)
        )
    )
    kept: dict[str, Any] = {
        key: getattr(shipment, key, None)
        for key in (
            "bl_number", "vessel", "voyage", "eta", "etd", "arrived_on", "departed_on", "free_until",
        )
    }  # fmt: skip
    ours = {k: [str(v)] for k, v in kept.items() if v is not None}
    return ours | {"container": list(boxes)}


def _differs(one: Noticed, ours: dict[str, list[str]]) -> bool:
    """Return whether the text says something else than a record that could say it."""
    comparable = bool(ours) and one.kind not in {"date", "house_bl", "bags"}
    return comparable and one.value.casefold() not in {v.casefold() for v in ours.get(one.kind, ())}


def _told(one: Noticed, ours: dict[str, list[str]]) -> Json:
    told: Json = {"what": one.kind, "value": one.value, "line": one.line}
    if not one.certain:
        told["certain"] = False
    if _differs(one, ours):
        told["ours"] = ours.get(one.kind)
    return told


def _row(ctx: ToolContext, n: int, one: Noticed, ours: dict[str, list[str]]) -> Json:
    locale = ctx.asker.locale
    doubt = "" if one.certain else f" ({_DOUBT.format(locale)})"
    return {
        "id": n,
        "what": _name(one.kind).format(locale),
        "says": f"{_read(one.value, locale)}{doubt}",
        "ours": ", ".join(_read(v, locale) for v in ours.get(one.kind, ())) or None,
        "line": one.line,
        "differs": _differs(one, ours),
    }


def _read(value: str, locale: Locale) -> str:
    """Return a value as a person reads it: days in their own notation."""
    return format_date(date.fromisoformat(value), locale) if _DAY.fullmatch(value) else value


def _shown(row: Json) -> Json:
    return {key: value for key, value in row.items() if key != "differs"}


def _name(kind: str) -> Said:
    if kind in _KINDS:
        return _KINDS[kind]
    return next(f.names.said for f in SHIPMENT.fields if f.key == kind)


def _columns() -> list[Column]:
    return [
        Column("what", _WHAT),
        Column("says", _SAYS),
        Column("ours", _OURS),
        Column("line", _LINE),
    ]


TOOLS = (recognise_pasted,)
