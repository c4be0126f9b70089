"""An offer in one sentence: a deal and its first lot, one change set."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field as Declared
from pydantic import WithJsonSchema

from db.enums import Currency, Incoterm, Per, Role
from tools.context import ToolContext
from tools.errors import Said
from tools.nouns.deals import DEAL, DEAL_LINE
from tools.spec import Approval, Args, Been, Effect, Examples, Json, Names, Result, tool
from tools.writing import add, values_of, written

Price = Annotated[Decimal, Declared(gt=0, le=1_000_000), WithJsonSchema({"type": "number"})]
_OFFERED = Said(
    de="{deal}: {bags} Sack {lot} sind {roaster} angeboten; reserviert ist damit nichts.",
    en="{deal}: {bags} bags of {lot} are offered to {roaster}; nothing is reserved by that.",
    es="{deal}: se ofrecieron {bags} sacos de {lot} a {roaster}; con eso no se reserva nada.",
)
_DEAL = ("roaster", "bags", "price", "currency", "per", "incoterm", "place", "deliver_from",
         "deliver_to", "offered_on")  # fmt: skip


class OfferArgs(Args):
    """To whom, how many bags of which lot, at which outright price, delivered when and how."""

    roaster: str
    lot: str
    bags: int = Declared(ge=1, le=100_000)
    price: Price
    currency: Currency
    per: Per
    incoterm: Incoterm | None = None
    place: str | None = Declared(None, max_length=200)
    deliver_from: date | None = None
    deliver_to: date | None = None
    offered_on: Been | None = None


@tool(
    OfferArgs,
    verb="offer",
    noun="deal",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    topic=Names(
        "angeboten|biete an|bieten an|anbieten|offeriert|Angebot an",
        "offered|quoted|quote|offer to",
        "cotizamos|cotizar|cotiza|cotizó|ofrecimos|ofrecer|ofrece|ofrecido",
    ),
    examples=Examples(
        de=("Biete {roaster} {bags} Sack {lot} zu {price} {currency} je {per} an",),
        en=("Offer {roaster} {bags} bags of {lot} at {price} {currency} per {per}",),
        es=("Ofrece a {roaster} {bags} sacos de {lot} a {price} {currency} por {per}",),
    ),
)
async def offer_lot(ctx: ToolContext, args: OfferArgs) -> Result:
    """Record an offer of one lot to a roaster: a deal at stage offer with its line. It binds
    nobody and reserves nothing. For further lots add create_deal_line; for a differential use
    create_deal."""
    told = args.model_dump(mode="json", exclude_none=True)
    values = await values_of(ctx, DEAL, {k: told[k] for k in _DEAL if k in told})
    deal = await add(ctx, DEAL, values)
    line: Json = {"deal": f"#{deal.id}", "lot": args.lot, "bags": args.bags}
    made = await add(ctx, DEAL_LINE, await values_of(ctx, DEAL_LINE, line))
    code = str(values["code"])
    said = {"bags": args.bags, "lot": args.lot, "roaster": args.roaster, "deal": code}
    result = written(DEAL_LINE, made, _OFFERED)
    return Result(result.data | {"deal": code}, _OFFERED, said)


TOOLS = (offer_lot,)
