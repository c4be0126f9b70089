"""What is in the database, in one sentence, and requests that work on the rows that are there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from db.base import Record
from db.enums import Locale, Role, ShipmentStatus, Stage
from db.models import Cooperative, Lot, Region, Roaster, Shipment
from db.queries import approvals
from tools.calc.reading.format import format_date
from tools.context import ToolContext, allows
from tools.errors import Said

_MOST_EXAMPLES = 5

_HELD = Said(
    de="Lose: {lots} · Kooperativen: {cooperatives} · Röstereien: {roasters} · "
    "offene Sendungen: {shipments} · überfällige Wiedervorlagen: {overdue} · "
    "offene Freigaben: {approvals}.",
    en="Lots: {lots} · cooperatives: {cooperatives} · roasters: {roasters} · "
    "open shipments: {shipments} · overdue follow-ups: {overdue} · open approvals: {approvals}.",
    es="Lotes: {lots} · cooperativas: {cooperatives} · tostadores: {roasters} · "
    "embarques abiertos: {shipments} · seguimientos vencidos: {overdue} · "
    "aprobaciones pendientes: {approvals}.",
)
_EMPTY = Said(
    de="Die Datenbank ist noch leer.",
    en="The database is still empty.",
    es="La base de datos todavía está vacía.",
)


@dataclass(frozen=True)
class Overview:
    """What the database holds: a sentence and the counts that fill it.

    Attributes:
        summary: the sentence, with a place per count.
        values: lots, cooperatives, roasters, shipments (open), overdue (follow-ups), approvals.
    """

    summary: Said
    values: dict[str, int]


async def overview_of(ctx: ToolContext) -> Overview:
    """Return what is in the database, as far as the asker may see."""
    open_ones = Shipment.status != ShipmentStatus.DELIVERED
    values = {
        "lots": await _count(ctx, Lot),
        "cooperatives": await _count(ctx, Cooperative),
        "roasters": await _count(ctx, Roaster),
        "shipments": await _count(ctx, Shipment, open_ones),
        "overdue": await _count(ctx, Roaster, Roaster.next_followup_on < ctx.today)
        + await _count(ctx, Cooperative, Cooperative.next_followup_on < ctx.today),
        "approvals": len(await approvals.pending(ctx.session, ctx.now)),
    }
    return Overview(_HELD if any(values.values()) else _EMPTY, values)


async def _count(ctx: ToolContext, model: type[Record], *where: ColumnElement[bool]) -> int:
    alive = model.retired_at.is_(None)
    counted = select(func.count()).select_from(model).where(alive, *where)
    return int(await ctx.session.scalar(counted) or 0)


_REQUESTS: dict[str, Said] = {
    "lot": Said(de="Zeig Los {lot}", en="Show lot {lot}", es="Muestra el lote {lot}"),
    "region": Said(
        de="Welche Lose kommen aus {region}?",
        en="Which lots come from {region}?",
        es="¿Qué lotes vienen de {region}?",
    ),
    "shipment": Said(
        de="Wo ist {shipment}?", en="Where is {shipment}?", es="¿Dónde está {shipment}?"
    ),
    "history": Said(
        de="Wer hat den Preis von {lot} geändert und wann?",
        en="Who changed the price of {lot} and when?",
        es="¿Quién cambió el precio de {lot} y cuándo?",
    ),
    "roaster": Said(
        de="Zeig Rösterei {roaster}",
        en="Show roaster {roaster}",
        es="Muestra el tostador {roaster}",
    ),
    "followup": Said(
        de="Setz die Wiedervorlage von {roaster} auf den {day}",
        en="Set the follow-up of {roaster} to {day}",
        es="Pon el próximo seguimiento de {roaster} el {day}",
    ),
    "cooperative": Said(
        de="Zeig Kooperative {cooperative}",
        en="Show cooperative {cooperative}",
        es="Muestra la cooperativa {cooperative}",
    ),
}
# What a first day looks like; the names are made up and say so.
_FIRST = (
    Said(
        de="Leg die Kooperative Beispielkooperative an",
        en="Add the cooperative Example Coop",
        es="Crea la cooperativa Cooperativa Ejemplo",
    ),
    Said(
        de="Leg die Rösterei Musterrösterei in Hamburg an",
        en="Add the roaster Example Roastery in Hamburg",
        es="Crea el tostador Tostador Ejemplo en Hamburgo",
    ),
    Said(de="Leg Los BEISPIEL-1 an", en="Add lot EXAMPLE-1", es="Crea el lote EJEMPLO-1"),
)
_ALWAYS = (
    Said(de="Was kannst du?", en="What can you do?", es="¿Qué puedes hacer?"),
    Said(de="Wer ist im Team?", en="Who is in the team?", es="¿Quién está en el equipo?"),
)


async def examples_from(ctx: ToolContext) -> list[str]:
    """Return four or five requests in the asker's language that work on the rows there are.

    Only what their role may do; an empty database gives requests to begin with.
    """
    locale, writes = ctx.asker.locale, allows(ctx.asker.role, Role.ANALYST)
    named = await _names(ctx)
    if not any(named.get(key) for key in ("lot", "roaster", "cooperative", "shipment")):
        first = (*_FIRST, *_ALWAYS) if writes else _ALWAYS
        return [said.format(locale) for said in first]
    wanted = ["lot", "region", "shipment", "history", "followup" if writes else "roaster"]
    spare = ["roaster", "cooperative"]
    made = [_request(key, named, locale) for key in (*wanted, *spare)]
    return list(dict.fromkeys(r for r in made if r))[:_MOST_EXAMPLES]


def _request(key: str, named: dict[str, Any], locale: Locale) -> str | None:
    sentence = _REQUESTS[key]
    places = [n for n in named if f"{{{n}}}" in sentence.en]
    if any(named[p] is None for p in places):
        return None
    day = format_date(named["day"], locale)
    return sentence.format(locale, **(named | {"day": day}))


async def _names(ctx: ToolContext) -> dict[str, Any]:
    """Return a telling record of each kind, None where there is none, and a day to come."""
    priced = Lot.asking_price.is_not(None).desc()
    moving = (Shipment.status == ShipmentStatus.IN_TRANSIT).desc()
    courted = Roaster.stage.in_([Stage.NEGOTIATING, Stage.SAMPLING, Stage.CUSTOMER]).desc()
    with_lots = (
        select(Region.name)
        .join(Cooperative, Cooperative.region_id == Region.id)
        .join(Lot, Lot.cooperative_id == Cooperative.id)
        .where(Lot.retired_at.is_(None), Region.retired_at.is_(None))
        .group_by(Region.name)
        .order_by(func.count().desc(), Region.name)
    )
    return {
        "lot": await _first(ctx, _alive(Lot, Lot.code).order_by(priced, Lot.id.desc())),
        "region": await _first(ctx, with_lots),
        "shipment": await _first(
            ctx, _alive(Shipment, Shipment.code).order_by(moving, Shipment.id.desc())
        ),
        "roaster": await _first(ctx, _alive(Roaster, Roaster.name).order_by(courted, Roaster.id)),
        "cooperative": await _first(
            ctx, _alive(Cooperative, Cooperative.name).order_by(Cooperative.id)
        ),
        "day": ctx.today + timedelta(days=7),
    }


def _alive(model: type[Record], name: Any) -> Select[Any]:
    return select(name).where(model.retired_at.is_(None))


async def _first(ctx: ToolContext, names: Select[Any]) -> str | None:
    return await ctx.session.scalar(names.limit(1))
