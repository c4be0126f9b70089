"""What it costs that a shipment stands: demurrage or detention after its free time, on a day."""

from datetime import date

from sqlalchemy import select

from db.enums import Role
from db.models import Shipment
from tools import references
from tools.calc.free_time import standing
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import Said
from tools.finding import json_value
from tools.spec import Args, Effect, Examples, Json, Names, Result, Source, tool

_UNKNOWN = Said(
    de="Zu {code} ist kein Ende der Freizeit eingetragen; was Standzeit kostet, ist darum nicht bekannt.",
    en="No end of free time is entered for {code}, so what standing costs is not known.",
    es="Para {code} no consta el fin del tiempo libre; por eso no se sabe cuánto cuesta la demora.",
)
_NO_RATE = Said(
    de="{code} steht am {until} {days} Tage über die Freizeit (bis {free}) hinaus; ein Satz pro Tag ist nicht eingetragen, die Kosten sind darum nicht bekannt.",
    en="On {until} {code} is {days} days beyond its free time (until {free}); no daily rate is entered, so the cost is not known.",
    es="El {until} {code} lleva {days} días más allá del tiempo libre (hasta el {free}); no consta una tarifa diaria, así que no se conoce el costo.",
)
_FREE = Said(
    de="{code} steht am {until} noch in der Freizeit (bis {free}): keine Kosten.",
    en="On {until} {code} is still within its free time (until {free}): no cost.",
    es="El {until} {code} sigue en tiempo libre (hasta el {free}): sin costo.",
)
_COSTS = Said(
    de="{code}: bis {until} {days} Tage über die Freizeit (bis {free}) hinaus, zu {rate} {currency} pro Tag: {cost} {currency}.",
    en="{code}: until {until} {days} days beyond its free time (until {free}), at {rate} {currency} a day: {cost} {currency}.",
    es="{code}: hasta el {until} {days} días más allá del tiempo libre (hasta el {free}), a {rate} {currency} por día: {cost} {currency}.",
)


class StandingArgs(Args):
    """Which shipment, until which day; today unless another one is said."""

    shipment: str
    on: date | None = None


@tool(
    StandingArgs,
    verb="cost_standing",
    noun="standing",
    effect=Effect.READ,
    permission=Role.VIEWER,
    topic=Names(
        "Standzeit|Standgeld|Demurrage|Detention|freie Zeit|Freistandzeit|freie Tage|Containermiete",
        "demurrage|detention|free time|free days|standing costs",
        "sobrestadía|sobreestadía|demora del contenedor|días libres|tiempo libre|estadía",
    ),
    examples=Examples(
        de=("Was kostet {shipment} an Standgeld?", "Wie viel Standgeld kostet {shipment}?", "Was kostet {shipment} an Standgeld bis {on}?", "Wie viel Standgeld kostet {shipment} bis {on}?", "Wie viel Standgeld kostet {shipment} am {on}?", "Was kostet es, wenn {shipment} bis {on} steht?", "Standgeld für {shipment} bis {on}"),
        en=("What does {shipment} cost in demurrage?", "What will {shipment} cost in demurrage by {on}?", "What will {shipment} cost in demurrage on {on}?", "How much demurrage does {shipment} cost by {on}?", "How much demurrage is due for {shipment}?", "What does it cost if {shipment} stands until {on}?", "Demurrage of {shipment} on {on}"),
        es=("¿Cuánto cuesta la demora de {shipment}?", "¿Cuánto costará la demora de {shipment} hasta el {on}?", "¿Cuánto cuesta la demora de {shipment} hasta el {on}?", "¿Cuánto cuesta si {shipment} se queda hasta el {on}?", "Demora de {shipment} hasta el {on}"),
    ),
)  # fmt: skip
async def cost_standing(ctx: ToolContext, args: StandingArgs) -> Result:
    """What demurrage or detention of a shipment comes to on a day, from its free time and daily
    rate as entered; unknown stays unknown."""
    number = await references.identify(ctx, entity_named("shipment"), args.shipment)
    shipment = (await ctx.session.scalars(select(Shipment).where(Shipment.id == number))).one()
    source = [Source("row", f"shipment:{number}", shipment.code)]
    told: Json = {"shipment": shipment.code}
    if shipment.free_until is None:
        return Result(told | {"cost": None}, _UNKNOWN, {"code": shipment.code}, sources=source)
    found = standing(
        shipment.free_until,
        shipment.demurrage_per_day,
        args.on or ctx.today,
        shipment.delivered_on,
    )
    told |= {
        "until": found.until.isoformat(),
        "free_until": shipment.free_until.isoformat(),
        "days": found.days,
        "cost": json_value(found.cost),
        "currency": shipment.demurrage_currency and str(shipment.demurrage_currency),
    }
    values: Json = {
        "code": shipment.code,
        "until": found.until,
        "free": shipment.free_until,
        "days": found.days,
    }
    if not found.days:
        return Result(told, _FREE, values, sources=source)
    if found.cost is None:
        return Result(told, _NO_RATE, values, sources=source)
    values |= {
        "rate": shipment.demurrage_per_day,
        "cost": found.cost,
        "currency": str(shipment.demurrage_currency),
    }
    return Result(told, _COSTS, values, sources=source)


TOOLS = (cost_standing,)
