"""Fixing the price of coffee bought or sold against Coffee C, and what is still open.

A lot is coffee; a futures lot is one contract of ICE Coffee C: 37,500 lb (ICE Futures U.S.,
specification sheet of 20 September 2024). Levels and differentials are US cents per pound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

KG_PER_LB = Decimal("0.45359237")  # exactly (international yard and pound agreement of 1959)
FUTURES_LOT_LB = 37_500
FUTURES_LOT_KG = FUTURES_LOT_LB * KG_PER_LB  # 17,009.713875 kg
_CENTS = 100


@dataclass(frozen=True, slots=True)
class Fixing:
    """Futures lots fixed at a level in US cents per pound."""

    futures_lots: int
    level: Decimal


@dataclass(frozen=True, slots=True)
class Exposure:
    """What of a contract is priced and what is open; None is unknown, never zero.

    Attributes:
        futures_lots: how many the contract is fixed on.
        fixed_lots, open_lots: of these.
        priced_kg, open_kg: kilos whose price is fixed, and those whose price is not.
        level: average level of what is fixed, weighted by futures lots.
        price: level plus differential, once everything is fixed.
    """

    futures_lots: int | None
    fixed_lots: int
    open_lots: int | None
    priced_kg: Decimal | None
    open_kg: Decimal | None
    level: Decimal | None
    price: Decimal | None


def usd_per_kg(cents_per_lb: Decimal) -> Decimal:
    """Return a price in US cents per pound as US dollars per kilo."""
    return cents_per_lb / _CENTS / KG_PER_LB


def cents_per_lb(usd_per_kilo: Decimal) -> Decimal:
    """Return a price in US dollars per kilo as US cents per pound."""
    return usd_per_kilo * KG_PER_LB * _CENTS


def futures_lots_for(kilos: Decimal) -> int:
    """Return on how many futures lots so much coffee is fixed: rounded, one at least.

    A container of 18,975 kg is 1.1 futures lots and is fixed on one, as only whole ones trade.
    """
    rounded = (kilos / FUTURES_LOT_KG).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return max(1, int(rounded))


def exposure(
    kilos: Decimal | None,
    differential: Decimal | None,
    fixings: Sequence[Fixing],
    agreed_lots: int | None = None,
) -> Exposure:
    """Return what of a contract to be fixed is priced and what is open.

    Each futures lot prices its own 17,009.7 kg; the last one also what no futures lot is left for.

    Args:
        kilos: the contract's quantity.
        differential: US cents per pound over or under Coffee C.
        fixings: those that count.
        agreed_lots: futures lots the contract names; else its kilos decide.
    """
    lots = agreed_lots or (futures_lots_for(kilos) if kilos is not None else None)
    fixed = sum(f.futures_lots for f in fixings)
    done = lots is not None and fixed >= lots
    weighed = sum((f.level * f.futures_lots for f in fixings), Decimal(0))
    level = weighed / fixed if fixed else None
    priced = None
    if kilos is not None and lots is not None:
        priced = kilos if done else min(kilos, fixed * FUTURES_LOT_KG)
    return Exposure(
        futures_lots=lots,
        fixed_lots=fixed,
        open_lots=None if lots is None else max(0, lots - fixed),
        priced_kg=priced,
        open_kg=None if priced is None or kilos is None else kilos - priced,
        level=level,
        price=_sum(level, differential) if done else None,
    )


def _sum(level: Decimal | None, differential: Decimal | None) -> Decimal | None:
    return None if level is None or differential is None else level + differential
