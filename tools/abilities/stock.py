"""How much of which lot is free, sold, promised, on the water or in the warehouse, on any day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as Declared
from sqlalchemy import cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from db.enums import Role
from db.models import Cooperative, Lot
from tools import references
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import Said
from tools.finding import MAX_ROWS, json_value
from tools.spec import Args, Column, Effect, Examples, Json, Result, Source, Table, tool

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
    rows = await _of_many(ctx, args, day)
    if not rows:
        return Result({"total": 0, "rows": []}, _NONE)
    told = _totals(rows)
    shown = rows if args.by == "lot" else _grouped(rows, args.by)
    sentence = _MANY_UNKNOWN if told["unknown"] else _MANY
    return Result(
        {"on": day.isoformat(), "total": len(rows), **_plain(told), "rows": _told(shown)},
        sentence,
        told | {"day": day, "total": len(rows)},
        table=Table("lot", _columns(args.by), _told(shown)[:MAX_ROWS], len(shown)),
        sources=[Source("row", f"lot:{r['id']}", str(r["code"])) for r in rows[:50]],
    )


async def _of_one(ctx: ToolContext, text: str, day: date) -> Result:
    number = await references.identify(ctx, entity_named("lot"), text)
    (row,) = await _positions(ctx, day, [number])
    values = row | {"lot": row["code"], "day": day, "bags": row["purchased"]}
    known = row["free"] is not None
    sentence = _ONE if row["free_kg"] is not None else _ONE_IN_BAGS if known else _ONE_UNKNOWN
    holders = await _holders(ctx, number, day)
    return Result(
        {"on": day.isoformat(), "rows": _told([row]), "held": holders.rows},
        sentence,
        values,
        table=Table("lot", _columns("lot"), _told([row]), 1),
        more=[holders] if holders.rows else [],
        sources=[Source("row", f"lot:{number}", str(row["code"]))],
        outcome=None if known else "partial",
    )


async def _of_many(ctx: ToolContext, args: StockArgs, day: date) -> list[Json]:
    lots: list[int] | None = None
    if args.cooperative or args.crop_year:
        wanted = select(Lot.id).where(Lot.retired_at.is_(None))
        if args.cooperative:
            coop = await references.identify(ctx, entity_named("cooperative"), args.cooperative)
            wanted = wanted.where(Lot.cooperative_id == coop)
        if args.crop_year:
            wanted = wanted.where(Lot.crop_year == args.crop_year)
        lots = list(await ctx.session.scalars(wanted))
    return await _positions(ctx, day, lots)


_FIGURES = tuple(_LABELS)


async def _positions(ctx: ToolContext, day: date, lots: Sequence[int] | None) -> list[Json]:
    """Return the positions of some lots, or of all, by code."""
    which = None if lots is None else list(lots)
    stock = func.stock_on(
        day, cast(literal(which, ARRAY(BigInteger)), ARRAY(BigInteger))
    ).table_valued("lot_id", *_FIGURES)
    statement = (
        select(Lot.id, Lot.code, Lot.crop_year, Cooperative.name, *(stock.c[f] for f in _FIGURES))
        .join(stock, stock.c.lot_id == Lot.id)
        .outerjoin(Cooperative, Cooperative.id == Lot.cooperative_id)
        .order_by(Lot.code)
    )
    keys = ("id", "code", "crop_year", "cooperative", *_FIGURES)
    return [dict(zip(keys, r, strict=True)) for r in await ctx.session.execute(statement)]


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


def _totals(rows: Sequence[Json]) -> dict[str, Any]:
    known = [r for r in rows if r["free"] is not None]
    weighed = [r for r in known if r["free_kg"] is not None]
    told: dict[str, Any] = {k: sum(r[k] for r in known) for k in ("free", "reserved", "sold")}
    told["free_kg"] = sum((r["free_kg"] for r in weighed), Decimal(0))
    return told | {"unknown": len(rows) - len(weighed)}


def _grouped(rows: Sequence[Json], by: str) -> list[Json]:
    """Return sums per cooperative or harvest; lots of which the bags are unknown are counted."""
    groups: dict[Any, list[Json]] = defaultdict(list)
    for row in rows:
        groups[row[by]].append(row)
    found: list[Json] = []
    for n, (key, members) in enumerate(sorted(groups.items(), key=lambda g: str(g[0]))):
        sums = {f: _sum([m[f] for m in members if m["free"] is not None]) for f in _FIGURES}
        found.append({"id": n + 1, by: key, "lots": len(members)} | sums)
    return found


def _sum(values: Sequence[Any]) -> Any:
    return None if not values or any(v is None for v in values) else sum(values)


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


def _told(rows: Sequence[Json]) -> list[Json]:
    return [_plain(r) for r in rows[:MAX_ROWS]]


def _plain(row: Json) -> Json:
    return {k: json_value(v) for k, v in row.items()}


TOOLS = (stock_position,)
