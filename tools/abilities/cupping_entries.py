"""A score said in one sentence, as a cupping of its own."""

from pydantic import Field as Declared

from db.enums import LOCALES, CuppingKind, Protocol, Role
from db.models import Cupping, Lot
from tools import references
from tools.abilities.sample_entries import Points
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import Said
from tools.nouns.cuppings import CUPPING
from tools.spec import Approval, Args, Been, Effect, Examples, Names, Result, Source, tool
from tools.writing import add

_ENTERED = Said(
    de="Verkostung von {lot} am {day}: {score} Punkte ({protocol}), nur als Gesamtpunkte. Die Punktzahl am Los bleibt, wie sie ist.",
    en="Cupping of {lot} on {day}: {score} points ({protocol}), a total only. The lot's own score stays as it is.",
    es="Cata de {lot} del {day}: {score} puntos ({protocol}), solo como total. El puntaje del lote queda como está.",
)


class EnterArgs(Args):
    """Which lot, what it scored, on which form, when and by whom."""

    lot: str
    cup_score: Points
    cup_protocol: Protocol | None = None
    cupped_on: Been | None = None
    cupper: str | None = Declared(None, max_length=200)


@tool(
    EnterArgs,
    verb="enter",
    noun="cupping",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    topic=Names(
        "verkostet|gecuppt|Verkostung|Cupping|verkostet gesamt",
        "cupped today|cupped yesterday|cupping of today",
        "catación|catado|cata|catamos|cató",
    ),
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Verkostung {lot}: {cup_score}", "Verkostung {lot}: {cup_score} Punkte, {cup_protocol}", "Verkostung von {lot}: {cup_score} {cup_protocol}", "Verkostung von {lot} am {cupped_on}: {cup_score} {cup_protocol}", "Verkostung von {lot} am {cupped_on}: {cup_score} Punkte", "Wir haben {lot} verkostet: {cup_score} {cup_protocol}", "Wir haben {lot} verkostet: {cup_score} Punkte", "Trag eine Verkostung von {lot} ein: {cup_score} Punkte, {cup_protocol}"),
        en=("Cupping {lot}: {cup_score}", "Cupping of {lot}: {cup_score} {cup_protocol}", "Cupping of {lot} on {cupped_on}: {cup_score} {cup_protocol}", "Cupping of {lot} on {cupped_on}: {cup_score} points", "We cupped {lot}: {cup_score} {cup_protocol}", "We cupped {lot}: {cup_score} points", "We cupped {lot} at {cup_score}", "Enter a cupping of {lot}: {cup_score} points, {cup_protocol}"),
        es=("Cata {lot}: {cup_score}", "Cata de {lot}: {cup_score} {cup_protocol}", "Cata de {lot} del {cupped_on}: {cup_score} {cup_protocol}", "Cata de {lot} del {cupped_on}: {cup_score} puntos", "Catamos {lot}: {cup_score} {cup_protocol}", "Catamos {lot}: {cup_score} puntos", "Anota una cata de {lot}: {cup_score} puntos, {cup_protocol}"),
    ),
)  # fmt: skip
async def enter_cupping(ctx: ToolContext, args: EnterArgs) -> Result:
    """Enter a cupping of which only the total is known; a whole sheet is create_cupping."""
    lot = await references.resolve(ctx, entity_named("lot"), args.lot)
    if not isinstance(lot, Lot):
        raise TypeError(lot)
    values = {
        "lot_id": lot.id,
        "kind": CuppingKind.TOTAL,
        "cup_score": args.cup_score,
        "cup_protocol": args.cup_protocol,
        "cupped_on": args.cupped_on,
        "cupper": args.cupper,
    }
    made = await add(ctx, CUPPING, {k: v for k, v in values.items() if v is not None})
    if not isinstance(made, Cupping):
        raise TypeError(made)
    protocol = Said(**{lo: made.cup_protocol.label(lo) for lo in LOCALES})
    return Result(
        {"id": made.id, "record": f"#{made.id}", "lot": lot.code},
        _ENTERED,
        {"lot": lot.code, "day": made.cupped_on, "score": made.cup_score, "protocol": protocol},
        sources=[Source("row", f"cupping:{made.id}", lot.code)],
    )


TOOLS = (enter_cupping,)
