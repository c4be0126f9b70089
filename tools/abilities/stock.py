"""How much of which lot is free, sold, promised, on the water or in the warehouse, on any day."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field as Declared
from sqlalchemy import Subquery, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from db.enums import Role
from db.models import Cooperative, Lot
from tools import references
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import Said
from tools.finding import MAX_ROWS, json_value
from tools.spec import Args, Column, Effect, Examples, Json, Names, Result, Source, Table, tool

_ONE = Said(
    de="Von {lot} sind am {day} {free} von {bags} Sack frei ({free_kg} kg): {sold} verkauft, {reserved} reserviert, {sampled} als Muster, {lost} verloren.",
    en="Of {lot}, {free} of {bags} bags ({free_kg} kg) are free on {day}: {sold} sold, {reserved} reserved, {sampled} sampled, {lost} lost.",
    es="De {lot} quedan libres el {day} {free} de {bags} sacos ({free_kg} kg): {sold} vendidos, {reserved} reservados, {sampled} en muestras, {lost} perdidos.",
)
_ONE_IN_BAGS = Said(
    de="Von {lot} sind am {day} {free} von {bags} Sack frei: {sold} verkauft, {reserved} reserviert, {sampled} als Muster, {lost} verloren. Das Sackgewicht ist nicht bekannt.",
    en="Of {lot}, {free} of {bags} bags are free on {day}: {sold} sold, {reserved} reserved, {sampled} sampled, {lost} lost. The bag weight is not known.",
    es="De {lot} quedan libres el {day} {free} de {bags} sacos: {sold} vendidos, {reserved} reservados, {sampled} en muestras, {lost} perdidos. No se conoce el peso por saco.",
)
_ONE_UNKNOWN = Said(
    de="Wie viele Sack {lot} hat, ist nicht bekannt; also auch nicht, wie viele frei sind.",
    en="How many bags {lot} has is not known, so neither is how many are free.",
    es="No se sabe cuántos sacos tiene {lot}, así que tampoco cuántos quedan libres.",
)
_MANY = Said(
    de="Bestand am {day}: {total} Lose, {free} Sack frei ({free_kg} kg), {reserved} reserviert, {sold} verkauft.",
    en="Stock on {day}: {total} lots, {free} bags free ({free_kg} kg), {reserved} reserved, {sold} sold.",
    es="Existencias al {day}: {total} lotes, {free} sacos libres ({free_kg} kg), {reserved} reservados, {sold} vendidos.",
)
_MANY_UNKNOWN = Said(
    de=_MANY.de + " Bei {unknown} Losen ist Sackzahl oder Sackgewicht nicht bekannt.",
    en=_MANY.en + " For {unknown} lots, bags or bag weight are not known.",
    es=_MANY.es + " En {unknown} lotes no se conocen los sacos o su peso.",
)
_NONE = Said(de="Dazu gibt es keine Lose.", en="There are no such lots.", es="No hay lotes así.")

_LABELS: dict[str, Said] = {
    "purchased": Said(de="gekauft", en="purchased", es="comprados"),
    "sold": Said(de="verkauft", en="sold", es="vendidos"),
    "reserved": Said(de="reserviert", en="reserved", es="reservados"),
    "sampled": Said(de="Muster", en="sampled", es="muestras"),
    "lost": Said(de="verloren", en="lost", es="perdidos"),
    "free": Said(de="frei", en="free", es="libres"),
    "free_kg": Said(de="frei (kg)", en="free (kg)", es="libres (kg)"),
    "afloat": Said(de="schwimmend", en="afloat", es="a flote"),
    "in_warehouse": Said(de="im Lager", en="in warehouse", es="en almacén"),
}
_KIND = Said(de="Art", en="kind", es="tipo")
_BAGS = Said(de="Sack", en="bags", es="sacos")
_WHO = Said(de="für", en="for", es="para")
_UNTIL = Said(de="bis", en="until", es="hasta")
_DEAL = Said(de="Geschäft", en="deal", es="venta")
_LOTS = Said(de="Lose", en="lots", es="lotes")


class StockArgs(Args):
    """Of one lot, of a cooperative's or a harvest's, of all; grouped; on a day, today if unsaid."""

    lot: str | None = None
    cooperative: str | None = None
    crop_year: int | None = Declared(default=None, ge=1990, le=2100)
    on: date | None = None
    by: Literal["lot", "cooperative", "crop_year"] = "lot"


@tool(
    StockArgs,
    verb="stock",
    noun="stock",
    effect=Effect.READ,
    permission=Role.VIEWER,
    topic=Names(
        "Bestand|Bestandsliste|Lagerbestand|Lagerliste|Bestandsübersicht|Position|frei|freie|freie Ware|noch frei|verfügbar|verfügbare Ware|disponibel|übrig|noch da|noch zu haben|noch anbieten|noch verkaufen|noch abgeben",
        "stock|stock list|stock position|stock sheet|inventory|position|free|still free|available|availability|left|left over|still offer|can I offer|still sell|to sell|up for grabs",
        "existencias|lista de existencias|inventario|posición|libre|libres|disponible|disponibles|disponibilidad|queda|quedan|quedan libres|por vender|para ofrecer",
    ),
    examples=Examples(
        de=("Wie viel Sack {lot} sind noch frei?", "Wie viele Sack {lot} sind noch frei?", "Wie viel Sack von {lot} sind frei?", "Wie viele Sack von {lot} sind frei?", "Wie viele Säcke von {lot} sind frei?", "Wie viele Säcke {lot} sind frei?", "Wie viele Säcke von {lot} sind noch frei?", "Wie viele Säcke {lot} sind noch frei?", "Wie viel Sack von {lot} sind noch frei?", "Wie viel ist von {lot} noch frei?", "Wie viel Sack {lot} sind noch da?", "Wer hat {lot} reserviert?", "Wer hat Sack von {lot} reserviert?", "Bestand von {lot}", "Wie viel Sack {lot} waren am {on} frei?", "Bestand von {lot} am {on}", "Wie ist der Bestand?", "Zeig die Bestandsliste", "Bestand von {cooperative}", "Bestand der Ernte {crop_year}"),
        en=("How many bags of {lot} are still free?", "How many bags of {lot} are free?", "How much of {lot} is left?", "How many bags of {lot} are left?", "Who has reserved {lot}?", "Who holds {lot}?", "Stock position of {lot}", "How many bags of {lot} were free on {on}?", "Stock position of {lot} on {on}", "What is our stock position?", "Show the stock list", "Stock position of {cooperative}", "Stock position of harvest {crop_year}"),
        es=("¿Cuántos sacos de {lot} quedan libres?", "¿Cuántos sacos quedan libres de {lot}?", "¿Cuántos sacos de {lot} quedan?", "¿Cuánto queda de {lot}?", "¿Quién tiene reservado {lot}?", "¿Quién reservó {lot}?", "Existencias de {lot}", "¿Cuántos sacos de {lot} estaban libres el {on}?", "Existencias de {lot} al {on}", "¿Cuáles son las existencias?", "Muestra la lista de existencias", "Existencias de {cooperative}", "Existencias de la cosecha {crop_year}"),
    ),
)  # fmt: skip
async def stock_position(ctx: ToolContext, args: StockArgs) -> Result:
    """Tell the stock position of one lot (with who holds what), or of all or some lots, on a day:
    purchased, sold, reserved, sampled, lost, free bags and kilos, afloat, in warehouse; by lot,
    cooperative or crop_year. An offer binds nobody; a reservation holds through its last day."""
    day = args.on or ctx.today
    if args.lot:
        return await _of_one(ctx, args.lot, day)
    part = await _part(ctx, args)
    rows = await (_lots if args.by == "lot" else _groups)(ctx, day, part, args.by)
    if not rows:
        return Result({"total": 0, "rows": []}, _NONE)
    told = _totals(rows)
    shown = [_plain({k: v for k, v in r.items() if not k.startswith("all_")}) for r in rows]
    many = told["total"] if args.by == "lot" else len(rows)
    return Result(
        {"on": day.isoformat(), **_plain(told), "rows": shown},
        _MANY_UNKNOWN if told["unknown"] else _MANY,
        told | {"day": day},
        table=Table("lot", _columns(args.by), shown, many),
        sources=[Source("row", f"lot:{r['id']}", str(r["code"])) for r in rows[:50]]
        if args.by == "lot"
        else [],
    )


async def _of_one(ctx: ToolContext, text: str, day: date) -> Result:
    number = await references.identify(ctx, entity_named("lot"), text)
    (row,) = await _lots(ctx, day, [number], "lot")
    values = row | {"lot": row["code"], "day": day, "bags": row["purchased"]}
    known = row["free"] is not None
    sentence = _ONE if row["free_kg"] is not None else _ONE_IN_BAGS if known else _ONE_UNKNOWN
    holders = await _holders(ctx, number, day)
    shown = [_plain({k: v for k, v in row.items() if not k.startswith("all_")})]
    return Result(
        {"on": day.isoformat(), "rows": shown, "held": holders.rows},
        sentence,
        values,
        table=Table("lot", _columns("lot"), shown, 1),
        more=[holders] if holders.rows else [],
        sources=[Source("row", f"lot:{number}", str(row["code"]))],
        outcome=None if known else "partial",
    )


async def _part(ctx: ToolContext, args: StockArgs) -> list[int] | None:
    """Return the lots of a cooperative or harvest, None for all."""
    if not (args.cooperative or args.crop_year):
        return None
    wanted = select(Lot.id).where(Lot.retired_at.is_(None))
    if args.cooperative:
        coop = await references.identify(ctx, entity_named("cooperative"), args.cooperative)
        wanted = wanted.where(Lot.cooperative_id == coop)
    if args.crop_year:
        wanted = wanted.where(Lot.crop_year == args.crop_year)
    return list(await ctx.session.scalars(wanted))


_FIGURES = tuple(_LABELS)
_SUMMED = ("free", "free_kg", "reserved", "sold")


def _positions(day: date, lots: Sequence[int] | None) -> Subquery:
    """Return the positions of some lots, or of all, with what they are called."""
    which = None if lots is None else list(lots)
    stock = func.stock_on(day, literal(which, ARRAY(BigInteger))).table_valued("lot_id", *_FIGURES)
    return (
        select(
            Lot.id,
            Lot.code,
            Lot.crop_year,
            Cooperative.name.label("cooperative"),
            *(stock.c[f] for f in _FIGURES),
        )
        .join(stock, stock.c.lot_id == Lot.id)
        .outerjoin(Cooperative, Cooperative.id == Lot.cooperative_id)
        .subquery("p")
    )


async def _lots(ctx: ToolContext, day: date, lots: Sequence[int] | None, _by: str) -> list[Json]:
    """Return the first positions by code; each also holds the sums over all of them."""
    p = _positions(day, lots)
    sums = [func.sum(p.c[f]).over().label(f"all_{f}") for f in _SUMMED]
    whole = [
        func.count().over().label("all_total"),
        func.count(p.c.free_kg).over().label("all_known"),
    ]
    statement = select(p, *sums, *whole).order_by(p.c.code).limit(MAX_ROWS)
    found = (await ctx.session.execute(statement)).mappings()
    return [dict(r) for r in found]


async def _groups(ctx: ToolContext, day: date, lots: Sequence[int] | None, by: str) -> list[Json]:
    """Return sums per cooperative or harvest; what one of the lots does not know is unknown."""
    p = _positions(day, lots)
    known = p.c.free.is_not(None)
    figures = [
        case(
            (
                func.count(p.c[f]).filter(known) == func.count().filter(known),
                func.sum(p.c[f]).filter(known),
            )
        ).label(f)
        for f in _FIGURES
    ]
    whole = [func.sum(p.c[f]).label(f"all_{f}") for f in _SUMMED]
    counted = [func.count().label("all_total"), func.count(p.c.free_kg).label("all_known")]
    statement = select(p.c[by], func.count().label("lots"), *figures, *whole, *counted)
    grouped = statement.group_by(p.c[by]).order_by(p.c[by])
    found = (await ctx.session.execute(grouped)).mappings()
    return [{"id": n} | dict(r) for n, r in enumerate(found, start=1)]


async def _holders(ctx: ToolContext, lot: int, day: date) -> Table:
    held = func.stock_holders(lot, day).table_valued(
        "kind", "bags", "until", "deal", "roaster", "source_id"
    )
    rows = [
        {
            "id": r.source_id,
            "kind": _LABELS[r.kind].format(ctx.asker.locale),
            "bags": r.bags,
            "roaster": r.roaster,
            "until": r.until.isoformat() if r.until else None,
            "deal": r.deal,
        }
        for r in await ctx.session.execute(select(*held.c))
    ]
    columns = [
        Column("kind", _KIND),
        Column("bags", _BAGS, "integer"),
        Column("roaster", _WHO),
        Column("until", _UNTIL, "date"),
        Column("deal", _DEAL),
    ]
    return Table("stock_held", columns, rows, len(rows))


def _totals(rows: Sequence[Json]) -> Json:
    """Return the sums over all lots: in every row of a list of lots, or the groups together."""
    whole = rows[:1] if "lots" not in rows[0] else rows
    told: Json = {f: sum(r[f"all_{f}"] or 0 for r in whole) for f in _SUMMED}
    lots = sum(r["all_total"] for r in whole)
    return told | {"total": lots, "unknown": lots - sum(r["all_known"] for r in whole)}


def _columns(by: str) -> list[Column]:
    lot = entity_named("lot")
    heads = ["code", "cooperative"] if by == "lot" else [by]
    named = [
        Column(k, lot.field(k).names.said, "integer" if k == "crop_year" else "text") for k in heads
    ]
    counted = [] if by == "lot" else [Column("lots", _LOTS, "integer")]
    figures = [
        Column(k, said, "decimal" if k == "free_kg" else "integer") for k, said in _LABELS.items()
    ]
    return [*named, *counted, *figures]


def _plain(row: Json) -> Json:
    return {k: json_value(v) for k, v in row.items()}


TOOLS = (stock_position,)
