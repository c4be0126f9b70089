"""Fairtrade minimum prices of green arabica as dated facts; what they do not cover is unknown."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from db.enums import Process


@dataclass(frozen=True, slots=True)
class MinimumPrice:
    """One published minimum price, US dollars per pound FOB, for contracts from a day on."""

    process: Process
    minimum: Decimal
    organic_differential: Decimal
    premium: Decimal
    valid_from: date
    source: str


_SOURCE = (
    "Fairtrade International, coffee minimum prices for contracts from 1 August 2023, as published "
    "by fairtradeanz.org, hacofco.de and johnburton.co.nz; read in November 2026"
)
MINIMUM_PRICES = (
    MinimumPrice(
        Process.WASHED, Decimal("1.80"), Decimal("0.40"), Decimal("0.20"), date(2023, 8, 1), _SOURCE
    ),
    MinimumPrice(
        Process.NATURAL,
        Decimal("1.75"),
        Decimal("0.40"),
        Decimal("0.20"),
        date(2023, 8, 1),
        _SOURCE,
    ),
)


def minimum_price(process: Process, on: date) -> MinimumPrice | None:
    """Return the minimum price in force for contracts of a day, None when none is known here."""
    known = [m for m in MINIMUM_PRICES if m.process is process and m.valid_from <= on]
    return max(known, key=lambda m: m.valid_from, default=None)


def floor(found: MinimumPrice, *, organic: bool, with_premium: bool) -> Decimal:
    """Return the least a pound costs: minimum, organic differential and, if included, the premium.

    The trade often quotes FOB with the premium inside, Fairtrade's own minimum price excludes it.
    """
    base = found.minimum + (found.organic_differential if organic else 0)
    return base + (found.premium if with_premium else 0)
