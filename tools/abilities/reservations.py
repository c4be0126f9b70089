"""Ending a reservation: its bags are free again, or become a line of a deal."""

from sqlalchemy import select

from db.enums import DealStage, Role
from db.models import Deal, DealLine, Lot, Reservation, Roaster
from tools import references
from tools.conditions import Condition
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import AmbiguousRecord, Refused, Said
from tools.finding import MAX_ROWS, FindArgs, find
from tools.nouns.deals import DEAL_LINE, RESERVATION, check_line, is_active
from tools.spec import Approval, Args, Effect, Examples, Result, tool
from tools.writing import written

_RELEASED = Said(
    de="{bags} Sack {lot} sind nicht mehr für {roaster} reserviert.",
    en="{bags} bags of {lot} are no longer reserved for {roaster}.",
    es="{bags} sacos de {lot} ya no están reservados para {roaster}.",
)
_BOOKED = Said(
    de="{bags} Sack {lot} stehen jetzt in {deal}.",
    en="{bags} bags of {lot} are now in {deal}.",
    es="{bags} sacos de {lot} están ahora en {deal}.",
)
_NONE = Said(
    de="Für {roaster} ist von {lot} nichts reserviert.",
    en="Nothing of {lot} is reserved for {roaster}.",
    es="No hay nada de {lot} reservado para {roaster}.",
)
_NOTHING = Said(
    de="Für {roaster} ist nichts reserviert.",
    en="Nothing is reserved for {roaster}.",
    es="No hay nada reservado para {roaster}.",
)
_OTHERS = Said(
    de="{deal} ist kein Geschäft mit {roaster}.",
    en="{deal} is no deal with {roaster}.",
    es="{deal} no es una venta a {roaster}.",
)


class ReleaseArgs(Args):
    """Whose reservation, and of which lot when they hold several."""

    roaster: str
    lot: str | None = None


class HeldArgs(Args):
    """For whom."""

    roaster: str


@tool(
    HeldArgs,
    verb="held",
    noun="reservation",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Was hat {roaster} reserviert?", "Was ist für {roaster} reserviert?", "Was halten wir für {roaster} zurück?"),
        en=("What has {roaster} reserved?", "What is reserved for {roaster}?", "What do we hold for {roaster}?"),
        es=("¿Qué tiene reservado {roaster}?", "¿Qué está reservado para {roaster}?", "¿Qué reservó {roaster}?"),
    ),
)  # fmt: skip
async def reserved_for(ctx: ToolContext, args: HeldArgs) -> Result:
    """List what is reserved for a roaster today: lots, bags, until when."""
    where = [
        Condition(field="roaster", value=args.roaster),
        Condition(field="active", value=True),
    ]
    return await find(ctx, RESERVATION, FindArgs(where=where, limit=MAX_ROWS))


class BookArgs(Args):
    """Whose reservation of which lot, and the deal it becomes a line of."""

    roaster: str
    lot: str
    deal: str


@tool(
    ReleaseArgs,
    verb="release",
    noun="reservation",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Gib die Reservierung von {roaster} auf {lot} frei", "Heb die Reservierung von {lot} für {roaster} auf", "Lös die Reservierung {lot} für {roaster}", "Gib die Reservierung von {roaster} frei", "Lass die Option von {roaster} verfallen", "Storniere die Reservierung von {roaster}", "Storniere die Reservierung von {roaster} auf {lot}"),
        en=("Release the reservation of {lot} for {roaster}", "Release the hold on {lot} for {roaster}", "Lift the reservation of {roaster} on {lot}", "Release {roaster}'s reservation", "Release {roaster}'s hold", "Cancel the reservation of {roaster}", "Let {roaster}'s option lapse"),
        es=("Libera la reserva de {lot} para {roaster}", "Libera la reserva de {roaster} de {lot}", "Anula la reserva de {lot} para {roaster}", "Libera la reserva de {roaster}", "Cancela la reserva de {roaster}", "Suelta la reserva de {roaster}"),
    ),
)  # fmt: skip
async def release_reservation(ctx: ToolContext, args: ReleaseArgs) -> Result:
    """End a roaster's reservation of a lot today: its bags are free again."""
    held, lot, roaster = await _held(ctx, args)
    held.released_on = ctx.today
    await ctx.session.flush()
    told = {"bags": held.bags, "lot": lot.code, "roaster": roaster.name}
    return Result({"id": held.id, **told}, _RELEASED, told)


@tool(
    BookArgs,
    verb="book",
    noun="reservation",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Buch die Reservierung von {roaster} auf {lot} in {deal}", "Übernimm die Reservierung von {lot} für {roaster} in {deal}"),
        en=("Book the reservation of {lot} for {roaster} into {deal}", "Turn the reservation of {lot} for {roaster} into a line of {deal}"),
        es=("Pasa la reserva de {lot} para {roaster} a {deal}", "Convierte la reserva de {lot} para {roaster} en línea de {deal}"),
    ),
)  # fmt: skip
async def book_reservation(ctx: ToolContext, args: BookArgs) -> Result:
    """Make a roaster's reservation of a lot a line of a deal: sold at once when that is confirmed,
    held on until it is when it is an offer."""
    held, lot, roaster = await _held(ctx, args)
    number = await references.identify(ctx, entity_named("deal"), args.deal)
    deal = await ctx.session.get_one(Deal, number, with_for_update=True)
    if deal.roaster_id != roaster.id:
        raise Refused("other_customer", _OTHERS, deal=deal.code, roaster=roaster.name)
    line = DealLine(deal_id=deal.id, lot_id=lot.id, bags=held.bags, added_on=ctx.today)
    await check_line(ctx, None, {"deal_id": deal.id, "lot_id": lot.id})
    held.deal_id = deal.id
    if deal.stage is not DealStage.OFFER:
        held.released_on = ctx.today
    await ctx.session.flush()  # frees the bags before the line takes them
    ctx.session.add(line)
    await ctx.session.flush()
    told = {"bags": held.bags, "lot": lot.code, "deal": deal.code}
    made = written(DEAL_LINE, line, _BOOKED)
    return Result(made.data | told, _BOOKED, told)


async def _held(ctx: ToolContext, args: ReleaseArgs | BookArgs) -> tuple[Reservation, Lot, Roaster]:
    """Return the reservation of a roaster, on a lot if told, that holds today.

    Raises:
        Refused: there is none. AmbiguousRecord: there are several.
    """
    roaster_id = await references.identify(ctx, entity_named("roaster"), args.roaster)
    roaster = await ctx.session.get_one(Roaster, roaster_id)
    wanted = (
        select(Reservation, Lot)
        .join(Lot, Lot.id == Reservation.lot_id)
        .where(Reservation.roaster_id == roaster_id)
        .where(Reservation.retired_at.is_(None), is_active(ctx.today))
        .with_for_update(of=Reservation)
    )
    if args.lot is not None:
        lot_id = await references.identify(ctx, entity_named("lot"), args.lot)
        wanted = wanted.where(Lot.id == lot_id)
    found = (await ctx.session.execute(wanted)).all()
    if not found:
        message = _NONE if args.lot else _NOTHING
        raise Refused("nothing_reserved", message, next="stop", lot=args.lot, roaster=roaster.name)
    if len(found) > 1:
        choices = [f"#{r.id} ({r.bags} {lot.code}, {r.until.isoformat()})" for r, lot in found]
        raise AmbiguousRecord(RESERVATION.noun.said, roaster.name, choices)
    held, lot = found[0]
    return held, lot, roaster


TOOLS = (reserved_for, release_reservation, book_reservation)
