"""What was sold, by month and customer: bags, kilos, and what it comes to in each currency."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field as Declared
from sqlalchemy import ColumnElement, Select, Subquery, case, func, select

from db.enums import Basis, DealStage, Per, Role
from db.models import Deal, DealLine, Lot, Roaster
from tools import references
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import NOTHING, Said
from tools.finding import json_value
from tools.nouns.deals import per_kg
from tools.spec import Column, Effect, Examples, Json, Result, Shown, Source, Table, tool

_SOLD = Said(
    de="{deals} Verkäufe in {months} Monaten: {bags} Sack, {weight_kg} kg.",
    en="{deals} sales in {months} months: {bags} bags, {weight_kg} kg.",
    es="{deals} ventas en {months} meses: {bags} sacos, {weight_kg} kg.",
)
_HEAVY = Said(
    de=" Bei {weightless} davon ist das Gewicht nicht bekannt.",
    en=" For {weightless} of them the weight is not known.",
    es=" En {weightless} de ellas no se conoce el peso.",
)
_OPEN = Said(
    de=" {unpriced} haben noch keinen Preis (Differential oder nicht eingetragen) und zählen im Umsatz nicht mit.",
    en=" {unpriced} have no price yet (a differential, or none entered) and are not in the turnover.",
    es=" {unpriced} aún no tienen precio (diferencial o sin anotar) y no cuentan en la facturación.",
)
_NONE = Said(
    de="Dazu gibt es keine Verkäufe.", en="There are no such sales.", es="No hay ventas así."
)
_TITLE = Said(
    de="Verkäufe nach Monat und Kunde",
    en="sales by month and customer",
    es="ventas por mes y cliente",
)
_MONTH = Said(de="Monat", en="month", es="mes")
_CUSTOMER = Said(de="Kunde", en="customer", es="cliente")
_DEALS = Said(de="Verkäufe", en="sales", es="ventas")
_BAGS = Said(de="Sack", en="bags", es="sacos")
_KILOS = Said(de="verkauft", en="sold", es="vendidos")
_TURNOVER = Said(de="Umsatz", en="turnover", es="facturación")
_CURRENCY = Said(de="Währung", en="currency", es="moneda")
_UNPRICED = Said(de="ohne Preis", en="not priced", es="sin precio")


class SalesArgs(Shown):
    """Of all years or one, of all customers or one."""

    year: int | None = Declared(default=None, ge=1990, le=2100)
    roaster: str | None = None


@tool(
    SalesArgs,
    verb="sales",
    noun="deal",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Verkäufe nach Monat und Kunde", "Verkäufe pro Monat und Kunde", "Verkäufe nach Kunde und Monat", "Umsatz nach Monat und Kunde", "Umsatz pro Monat und Kunde", "Absatz nach Monat und Kunde", "Zeig die Verkäufe nach Monat und Kunde", "Verkäufe {year} nach Monat und Kunde", "Verkäufe an {roaster} nach Monat", "Umsatz mit {roaster} pro Monat", "Was haben wir pro Monat und Kunde verkauft?"),
        en=("Sales by month and customer", "Sales per month and customer", "Sales by customer and month", "Turnover by month and customer", "Show the sales by month and customer", "Sales in {year} by month and customer", "Sales to {roaster} by month", "Turnover with {roaster} by month", "What did we sell by month and customer?"),
        es=("Ventas por mes y cliente", "Ventas por cliente y mes", "Facturación por mes y cliente", "Muestra las ventas por mes y cliente", "Ventas de {year} por mes y cliente", "Ventas a {roaster} por mes", "¿Qué vendimos por mes y cliente?"),
    ),
)  # fmt: skip
async def sales_by_month(ctx: ToolContext, args: SalesArgs) -> Result:
    """Tell what was sold by month and customer: deals, bags, kilos, turnover per currency. A deal
    counts in the month it was confirmed; offers and lost deals do not."""
    rows = await _read(ctx, args)
    if not rows:
        return Result({"total": 0, "rows": []}, _NONE)
    told: Json = {k: sum(r[k] for r in rows) for k in ("deals", "unpriced", "weightless", "bags")}
    told["weight_kg"] = sum((r["known_kg"] for r in rows), Decimal(0))
    told["months"] = len({r["month"] for r in rows})
    sentence = _SOLD + (_HEAVY if told["weightless"] else NOTHING)
    sentence += _OPEN if told["unpriced"] else NOTHING
    kept = [
        {k: json_value(v) for k, v in r.items() if k not in {"known_kg", "weightless"}}
        for r in rows
    ]
    table = Table(
        "sales", _COLUMNS, kept, len(kept),
        title=_TITLE, groups=("month", "roaster"), figures=("weight_kg",),
    )  # fmt: skip
    source = Source("row", "deal:summary", f"{told['deals']} deals")
    plain = {k: json_value(v) for k, v in told.items() if k != "months"}
    return Result(plain | {"rows": kept}, sentence, told, table=table, sources=[source])


_COLUMNS = [
    Column("month", _MONTH, "month"),
    Column("roaster", _CUSTOMER),
    Column("deals", _DEALS, "integer", adds=True),
    Column("bags", _BAGS, "integer", adds=True),
    Column("weight_kg", _KILOS, "decimal", "kg", adds=True),
    Column("value", _TURNOVER, "money", unit_keys=("currency",), adds=True),
    Column("currency", _CURRENCY),
    Column("unpriced", _UNPRICED, "integer", adds=True),
]


def _lines() -> Subquery:
    """Return bags and kilos of each deal; kilos are unknown when one lot's bag weight is."""
    whole = func.count() == func.count(Lot.bag_weight_kg)
    kilos = case((whole, func.sum(DealLine.bags * Lot.bag_weight_kg)))
    statement = select(
        DealLine.deal_id, func.sum(DealLine.bags).label("bags"), kilos.label("kilos")
    )
    of = statement.join(Lot, Lot.id == DealLine.lot_id).where(DealLine.retired_at.is_(None))
    return of.group_by(DealLine.deal_id).subquery("lines")


def _worth(lines: Subquery) -> ColumnElement[Any]:
    """Return what a deal is worth, outright prices only, as a deal's own value says."""
    each = case((Deal.per == Per.BAG, Deal.price * lines.c.bags), else_=per_kg() * lines.c.kilos)
    return case((Deal.basis == Basis.OUTRIGHT, func.round(each, 2)))


async def _read(ctx: ToolContext, args: SalesArgs) -> list[Json]:
    sold = (await _sold(ctx, args)).subquery("sold")
    kilos = sold.c.kilos
    keys = (sold.c.month, sold.c.roaster, sold.c.currency)
    statement = (
        select(
            *keys,
            func.count().label("deals"),
            func.coalesce(func.sum(sold.c.bags), 0).label("bags"),
            case((func.count() == func.count(kilos), func.sum(kilos))).label("weight_kg"),
            func.coalesce(func.sum(kilos), 0).label("known_kg"),
            func.sum(sold.c.worth).label("value"),
            func.count().filter(sold.c.worth.is_(None)).label("unpriced"),
            func.count().filter(kilos.is_(None)).label("weightless"),
        )
        .group_by(sold.c.roaster_id, *keys)
        .order_by(*keys)
    )
    found = (await ctx.session.execute(statement)).mappings()
    return [{"id": n} | dict(r) for n, r in enumerate(found, start=1)]


async def _sold(ctx: ToolContext, args: SalesArgs) -> Select[*tuple[Any, ...]]:
    """Return each deal that is sold today, with its month and what it comes to."""
    lines = _lines()
    worth = _worth(lines)
    statement = (
        select(
            func.to_char(Deal.confirmed_on, "YYYY-MM").label("month"),
            Deal.roaster_id,
            Roaster.name.label("roaster"),
            lines.c.bags,
            lines.c.kilos,
            worth.label("worth"),
            case((worth.is_not(None), Deal.currency)).label("currency"),
        )
        .join(Roaster, Roaster.id == Deal.roaster_id)
        .outerjoin(lines, lines.c.deal_id == Deal.id)
        .where(
            Deal.confirmed_on <= ctx.today, Deal.stage != DealStage.LOST, Deal.retired_at.is_(None)
        )
    )
    if args.year is not None:
        first, last = date(args.year, 1, 1), date(args.year, 12, 31)
        statement = statement.where(Deal.confirmed_on.between(first, last))
    if args.roaster is not None:
        number = await references.identify(ctx, entity_named("roaster"), args.roaster)
        statement = statement.where(Deal.roaster_id == number)
    return statement


TOOLS = (sales_by_month,)
