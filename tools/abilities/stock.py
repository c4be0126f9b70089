"""How much of which lot is free, sold, promised, and where it lies, on any day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field as Declared
from sqlalchemy import func, select

from db.enums import LOCALES, Role
from db.models import Lot
from tools import positions, references
from tools.calc.reading.format import format_number
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import NOTHING, Said
from tools.finding import MAX_ROWS, json_value
from tools.positions import FIGURES, PLACES, Positions
from tools.spec import (
    MOST_IN_FILE,
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

_KIND = Said(de="Art", en="kind", es="tipo")
_BAGS = Said(de="Sack", en="bags", es="sacos")
_WHO = Said(de="für", en="for", es="para")
_UNTIL = Said(de="bis", en="until", es="hasta")
_DEAL = Said(de="Geschäft", en="deal", es="venta")
_LOTS = Said(de="Lose", en="lots", es="lotes")
_TITLE = Said(de="Bestand", en="stock position", es="existencias")
_BY_HARVEST = Said(
    de="Bestand nach Ernte und Kooperative",
    en="stock position by harvest and cooperative",
    es="existencias por cosecha y cooperativa",
)
_THERE = Said(
    de=" Wo sie liegen: {there}.", en=" Where they are: {there}.", es=" Dónde están: {there}."
)
_NOBODY_KNOWS = Said(
    de=" Wo sie liegen, ist nicht bekannt.",
    en=" Where they are is not known.",
    es=" No se sabe dónde están.",
)


class DayArgs(Shown):
    """On a day, today if unsaid."""

    on: date | None = None


class StockArgs(DayArgs):
    """Of one lot, of a cooperative's or a harvest's, of all; grouped; on a day, today if unsaid."""

    lot: str | None = None
    cooperative: str | None = None
    crop_year: int | None = Declared(default=None, ge=1990, le=2100)
    by: Literal["lot", "cooperative", "crop_year", "warehouse"] = "lot"


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
        de=("Wie viel Sack {lot} sind noch frei?", "Wie viele Sack {lot} sind noch frei?", "Wie viel Sack von {lot} sind frei?", "Wie viele Sack von {lot} sind frei?", "Wie viele Säcke von {lot} sind frei?", "Wie viele Säcke {lot} sind frei?", "Wie viele Säcke von {lot} sind noch frei?", "Wie viele Säcke {lot} sind noch frei?", "Wie viel Sack von {lot} sind noch frei?", "Wie viel ist von {lot} noch frei?", "Wie viel Sack {lot} sind noch da?", "Wer hat {lot} reserviert?", "Wer hat Sack von {lot} reserviert?", "Bestand von {lot}", "Wie viel Sack {lot} waren am {on} frei?", "Bestand von {lot} am {on}", "Wie ist der Bestand?", "Zeig die Bestandsliste", "Bestandsliste", "Bestand", "Lagerbestand", "Bestand von {cooperative}", "Bestand der Ernte {crop_year}"),
        en=("How many bags of {lot} are still free?", "How many bags of {lot} are free?", "How much of {lot} is left?", "How many bags of {lot} are left?", "Who has reserved {lot}?", "Who holds {lot}?", "Stock position of {lot}", "How many bags of {lot} were free on {on}?", "Stock position of {lot} on {on}", "What is our stock position?", "Show the stock list", "Stock list", "Stock position", "Stock position of {cooperative}", "Stock position of harvest {crop_year}"),
        es=("¿Cuántos sacos de {lot} quedan libres?", "¿Cuántos sacos quedan libres de {lot}?", "¿Cuántos sacos de {lot} quedan?", "¿Cuánto queda de {lot}?", "¿Quién tiene reservado {lot}?", "¿Quién reservó {lot}?", "Existencias de {lot}", "¿Cuántos sacos de {lot} estaban libres el {on}?", "Existencias de {lot} al {on}", "¿Cuáles son las existencias?", "Muestra la lista de existencias", "Lista de existencias", "Existencias", "Existencias de {cooperative}", "Existencias de la cosecha {crop_year}"),
    ),
)  # fmt: skip
async def stock_position(ctx: ToolContext, args: StockArgs) -> Result:
    """Tell the stock position of one lot (with who holds what), or of all or some lots, on a day:
    purchased, sold, reserved, sampled, lost, free bags and kilos, and where the bags are: at
    origin, afloat, at port or customs, in warehouse, delivered; by lot, cooperative, crop_year or
    warehouse. An offer binds nobody; a reservation holds through its last day."""
    day = args.on or ctx.today
    if args.lot:
        return await _of_one(ctx, args.lot, day)
    part = await _part(ctx, args)
    if args.by != "lot":
        found = await positions.summed(ctx.session, day, part, [args.by])
        return _told(day, found, _table(found, [args.by], _TITLE))
    most = MAX_ROWS if args.as_file is None else MOST_IN_FILE
    found = await positions.of_lots(ctx.session, day, part, most)
    table = _table(found, ["code", "cooperative"], _TITLE)
    shown = replace(table, rows=table.rows[:MAX_ROWS])
    sources = [Source("row", f"lot:{r['id']}", str(r["code"])) for r in found.rows[:50]]
    told = _told(day, found, shown)
    return replace(told, sources=sources, whole=table if args.as_file else None)


@tool(
    DayArgs,
    verb="stock_by_harvest",
    noun="stock",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Bestand nach Ernte und Kooperative", "Bestand nach Kooperative und Ernte", "Position nach Ernte und Kooperative", "Wie ist der Bestand nach Ernte und Kooperative?", "Zeig den Bestand nach Ernte und Kooperative", "Bestand nach Ernte und Kooperative am {on}"),
        en=("Stock position by harvest and cooperative", "Stock by harvest and cooperative", "Position by harvest and cooperative", "Position by cooperative and harvest", "Show the stock by harvest and cooperative", "Stock position by harvest and cooperative on {on}"),
        es=("Existencias por cosecha y cooperativa", "Existencias por cooperativa y cosecha", "Posición por cosecha y cooperativa", "Muestra las existencias por cosecha y cooperativa", "Existencias por cosecha y cooperativa al {on}"),
    ),
)  # fmt: skip
async def stock_by_harvest(ctx: ToolContext, args: DayArgs) -> Result:
    """Tell the stock position on a day by harvest and cooperative together: lots, what is sold,
    reserved and free in bags and kilos, and where the bags are."""
    day = args.on or ctx.today
    by = ["crop_year", "cooperative"]
    found = await positions.summed(ctx.session, day, None, by)
    return _told(day, found, _table(found, by, _BY_HARVEST))


def _told(day: date, found: Positions, table: Table) -> Result:
    """Return positions with the sentence about all of them; what holds nothing is not shown."""
    if not found.rows:
        return Result({"total": 0, "rows": []}, _NONE)
    return Result(
        {"on": day.isoformat(), **_plain(found.totals), "rows": table.rows},
        _MANY_UNKNOWN if found.totals["unknown"] else _MANY,
        found.totals | {"day": day},
        table=_narrow(table),
        whole=table,
    )


def _table(found: Positions, heads: Sequence[str], title: Said) -> Table:
    rows = [_plain(r) for r in found.rows]
    by_lot = heads[0] == "code"
    total = found.totals["total"] if by_lot else len(rows)
    groups = tuple(heads[:1] if by_lot else heads)
    columns = [*_heads(heads), *([] if by_lot else [_LOT_COUNT]), *_FIGURE_COLUMNS]
    return Table("lot", columns, rows, total, title=title, groups=groups, figures=("free",))


def _narrow(table: Table) -> Table:
    """Return a table without the figures that are nought in every row: a file has them all."""
    kept = [c for c in table.columns if not c.adds or any(r[c.key] != 0 for r in table.rows)]
    return replace(table, columns=kept)


async def _of_one(ctx: ToolContext, text: str, day: date) -> Result:
    number = await references.identify(ctx, entity_named("lot"), text)
    found = await positions.of_lots(ctx.session, day, [number], 1)
    (row,) = found.rows
    values = row | {"lot": row["code"], "day": day, "bags": row["purchased"]}
    known = row["free"] is not None
    sentence = _ONE if row["free_kg"] is not None else _ONE_IN_BAGS if known else _ONE_UNKNOWN
    there, places = _there(row)
    holders = await _holders(ctx, number, day)
    table = _table(found, ["code", "cooperative"], _TITLE)
    return Result(
        {"on": day.isoformat(), "rows": table.rows, "held": holders.rows},
        sentence + there,
        values | places,
        table=_narrow(table),
        more=[holders] if holders.rows else [],
        whole=table,
        sources=[Source("row", f"lot:{number}", str(row["code"]))],
        outcome=None if known else "partial",
    )


def _there(row: Json) -> tuple[Said, Json]:
    """Return where the bags of a lot are; what nobody knows is said to be unknown."""
    if not row["purchased"]:
        return NOTHING, {}
    if any(row[place] is None for place in PLACES):
        return _NOBODY_KNOWS, {}
    names = dict.fromkeys(PLACES, "")
    names["in_warehouse"] = f" ({row['warehouse']})" if row["warehouse"] else ""
    named = {
        lo: ", ".join(
            f"{format_number(Decimal(row[p]), lo)} {FIGURES[p].format(lo)}{names[p]}"
            for p in PLACES
            if row[p]
        )
        for lo in LOCALES
    }
    return (_THERE, {"there": Said(**named)}) if named["en"] else (NOTHING, {})


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


async def _holders(ctx: ToolContext, lot: int, day: date) -> Table:
    held = func.stock_holders(lot, day).table_valued(
        "kind", "bags", "until", "deal", "roaster", "source_id"
    )
    rows = [
        {
            "id": r.source_id,
            "kind": FIGURES[r.kind].format(ctx.asker.locale),
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


_LOT_COUNT = Column("lots", _LOTS, "integer", adds=True)
_FIGURE_COLUMNS = [
    Column(k, said, "decimal" if k == "free_kg" else "integer", adds=True)
    for k, said in FIGURES.items()
]


def _heads(keys: Sequence[str]) -> list[Column]:
    lot = entity_named("lot")
    kinds = {"crop_year": "integer"}
    return [Column(k, lot.field(k).names.said, kinds.get(k, "text")) for k in keys]  # type: ignore[arg-type]


def _plain(row: Json) -> Json:
    return {k: json_value(v) for k, v in row.items()}


TOOLS = (stock_position, stock_by_harvest)
