"""Coffee drawn from a lot is entered once: as a sample, or as a movement when it went to nobody."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select

from db.enums import MovementKind, SampleKind
from db.models import Lot, Sample, StockMovement
from tools.context import ToolContext
from tools.entity import Values
from tools.errors import Refused, Said

_GRAMS = 1000
_TWICE = Said(
    de="{grams} g von {lot} sind am {day} schon als Muster abgezogen; einmal genügt.",
    en="{grams} g of {lot} are off the lot as a sample on {day} already; once is enough.",
    es="{grams} g de {lot} ya están descontados como muestra el {day}; con una vez basta.",
)


def is_ours(sample: Values) -> bool:
    """Return whether a sample is coffee of ours, as `stock_held` says: sent on, or drawn here."""
    return sample["roaster_id"] is not None or sample["kind"] is SampleKind.ARRIVAL


async def refuse_moved(ctx: ToolContext, sample: Values) -> None:
    """Refuse a sample whose grams a movement has taken off the lot that day."""
    day, grams = sample["sent_on"] or sample["received_on"], sample["weight_g"]
    if sample["lot_id"] is None or day is None or grams is None or not is_ours(sample):
        return
    moved = select(StockMovement.id).where(
        StockMovement.lot_id == sample["lot_id"],
        StockMovement.kind == MovementKind.SAMPLE,
        StockMovement.moved_on == day,
        StockMovement.weight_kg * _GRAMS == grams,
        StockMovement.retired_at.is_(None),
    )
    if await ctx.session.scalar(moved.limit(1)) is not None:
        await _refuse(ctx, sample["lot_id"], day, grams)


async def refuse_sampled(ctx: ToolContext, movement: Values) -> None:
    """Refuse a movement of kind sample whose grams a sample has taken off the lot that day."""
    if movement["kind"] is not MovementKind.SAMPLE or movement["weight_kg"] is None:
        return
    grams = movement["weight_kg"] * _GRAMS
    sent = select(Sample.id).where(
        Sample.lot_id == movement["lot_id"],
        Sample.weight_g == grams,
        func.coalesce(Sample.sent_on, Sample.received_on) == movement["moved_on"],
        or_(Sample.roaster_id.is_not(None), Sample.kind == SampleKind.ARRIVAL),
        Sample.retired_at.is_(None),
    )
    if await ctx.session.scalar(sent.limit(1)) is not None:
        await _refuse(ctx, movement["lot_id"], movement["moved_on"], grams)


async def _refuse(ctx: ToolContext, lot: int, day: date, grams: Decimal) -> None:
    code = await ctx.session.scalar(select(Lot.code).where(Lot.id == lot))
    whole = grams.to_integral_value() if grams == grams.to_integral_value() else grams
    raise Refused("sampled_already", _TWICE, next="stop", grams=whole, lot=code, day=day)
