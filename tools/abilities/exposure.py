"""What is bought against Coffee C and not fixed yet: in kilos and in futures lots."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import func, select

from db.enums import Basis, ContractStatus, Role
from db.models import Contract
from tools.conditions import Condition
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import NOTHING, Said
from tools.finding import MAX_ROWS, FindArgs, find, json_value
from tools.nouns.contracts import open_kg, open_lots
from tools.spec import Column, Effect, Examples, Json, Names, Result, Shown, Table, tool

_OPEN = Said(
    de="Offen zu fixieren: {contracts} Einkaufskontrakte, {kilos} kg, {lots} Futures-Kontrakte („C“, je 17.009,7 kg).",
    en="Still to be fixed: {contracts} purchase contracts, {kilos} kg, {lots} futures lots (ICE C, 17,009.7 kg each).",
    es="Por fijar: {contracts} contratos de compra, {kilos} kg, {lots} contratos de futuros («C», de 17.009,7 kg).",
)
_NONE = Said(
    de="Alles ist fixiert; es gibt kein offenes Preisrisiko aus Einkaufskontrakten.",
    en="Everything is fixed; no purchase contract has an open price.",
    es="Todo está fijado; ningún contrato de compra tiene precio abierto.",
)
_UNKNOWN = Said(
    de=" Bei {unknown} weiteren ist die Menge nicht bekannt.",
    en=" For {unknown} more the quantity is not known.",
    es=" En {unknown} más no se conoce la cantidad.",
)
_MONTH = Said(de="Terminmonat", en="futures month", es="mes de futuros")
_CONTRACTS = Said(de="Einkaufskontrakte", en="purchase contracts", es="contratos de compra")
_LOTS = Said(
    de="offene Futures-Kontrakte", en="open futures lots", es="contratos de futuros abiertos"
)
_KILOS = Said(de="offene Kilo", en="open kilos", es="kilos abiertos")
_TITLE = Said(de="Offen zu fixieren", en="Still to be fixed", es="Por fijar")
_MONTHS = Said(de="Nach Terminmonat", en="By futures month", es="Por mes de futuros")
_BINDING = Contract.status.in_([ContractStatus.CONFIRMED, ContractStatus.COMPLETED])


class ExposureArgs(Shown):
    """Of all contracts, or of one futures month."""

    futures_month: str | None = None


@tool(
    ExposureArgs,
    verb="exposure",
    noun="exposure",
    effect=Effect.READ,
    permission=Role.ANALYST,
    topic=Names(
        "Exposure|offenes Exposure|Preisrisiko|offenes Preisrisiko|unfixiert|unfixierte|unfixierten|nicht fixiert|noch nicht fixiert|noch zu fixieren|offene Fixierungen",
        "exposure|exposed|open exposure|price risk|unfixed|not fixed|not yet fixed|still to fix|to be fixed|open fixations",
        "exposición|exposición abierta|riesgo de precio|sin fijar|por fijar|no fijado|fijaciones pendientes",
    ),
    examples=Examples(
        de=("Was ist noch zu fixieren?", "Wie hoch ist unser offenes Exposure?", "Wie viel haben wir noch unfixiert?", "Welches Preisrisiko ist offen?"),
        en=("What is still to be fixed?", "What is our open exposure?", "How much do we have unfixed?", "Show our unfixed exposure"),
        es=("¿Qué falta por fijar?", "¿Cuál es nuestra exposición abierta?", "¿Cuánto tenemos sin fijar?", "Muestra la exposición sin fijar"),
    ),
)  # fmt: skip
async def open_exposure(ctx: ToolContext, args: ExposureArgs) -> Result:
    """Tell what is bought against Coffee C and not fixed: open kilos and futures lots (ICE C,
    17,009.7 kg each), by futures month and by purchase contract. Never an invented price."""
    where = [Condition(field="unfixed", value=True)]
    if args.futures_month:
        where.append(Condition(field="futures_month", value=args.futures_month))
    columns = ["futures_month", "fixing_call", "fix_by", "futures_lots", "level"]
    wanted = FindArgs(where=where, columns=columns, limit=MAX_ROWS)
    if args.as_file is not None:
        wanted = FindArgs(where=where, columns=columns, as_file=args.as_file)
    contracts = await find(ctx, entity_named("contract"), wanted)
    months = await _by_month(ctx, args.futures_month)
    unknown = await _unknown(ctx)
    tail = _UNKNOWN if unknown else NOTHING
    if not months:
        return Result({"total": 0, "unknown": unknown}, _NONE + tail, {"unknown": unknown})
    values = {
        "contracts": sum(m["contracts"] for m in months),
        "kilos": round(sum((m["open_kg"] for m in months), Decimal(0)), 1),
        "lots": sum(m["open_lots"] for m in months),
        "unknown": unknown,
    }
    table = [
        Column("futures_month", _MONTH),
        Column("contracts", _CONTRACTS, "integer"),
        Column("open_lots", _LOTS, "integer"),
        Column("open_kg", _KILOS, "decimal", "kg"),
    ]
    rows: list[Json] = [{k: json_value(v) for k, v in m.items()} for m in months]
    told: Json = {k: json_value(v) for k, v in values.items()}
    return Result(
        told | {"months": rows, "rows": contracts.data["rows"]},
        _OPEN + tail,
        values,
        table=_drawn(contracts.table),
        whole=_drawn(contracts.whole),
        title=_TITLE,
        more=[Table("exposure", table, rows, len(rows), title=_MONTHS)],
        sources=contracts.sources,
    )


def _drawn(table: Table | None) -> Table | None:
    return table and replace(table, figures=("open_kg",))


async def _by_month(ctx: ToolContext, month: str | None) -> list[Json]:
    lots, kilos = open_lots(ctx.today), open_kg(ctx.today)
    narrowed = (Contract.futures_month == month,) if month else ()
    statement = (
        select(
            Contract.futures_month, func.count(), func.sum(lots), func.coalesce(func.sum(kilos), 0)
        )
        .where(_BINDING, Contract.retired_at.is_(None), lots > 0, *narrowed)
        .group_by(Contract.futures_month)
        .order_by(Contract.futures_month)
    )
    found = await ctx.session.execute(statement)
    keys = ("futures_month", "contracts", "open_lots", "open_kg")
    return [{"id": n} | dict(zip(keys, row, strict=True)) for n, row in enumerate(found, start=1)]


async def _unknown(ctx: ToolContext) -> int:
    """Count binding contracts against C whose quantity nobody entered."""
    lots = open_lots(ctx.today)
    held = (_BINDING, Contract.retired_at.is_(None), Contract.basis == Basis.DIFFERENTIAL)
    return int(await ctx.session.scalar(select(func.count()).where(*held, lots.is_(None))) or 0)


TOOLS = (open_exposure,)
