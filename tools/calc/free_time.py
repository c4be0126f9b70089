"""What it costs that a container stands: days beyond the free time, times the agreed daily rate.

Free days and rates are contract data, never a constant: demurrage runs while the full container is
in the terminal beyond its free time, detention while it is outside until it comes back empty
(Maersk's terms, as read). Whoever enters a rate says which days it is for.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Standing:
    """What standing until a day comes to.

    Attributes:
        until: the last day counted.
        days: days beyond the free time; none within it.
        cost: days × rate; unknown without a rate.
    """

    until: date
    days: int
    cost: Decimal | None


def standing(
    free_until: date, per_day: Decimal | None, on: date, gone_on: date | None = None
) -> Standing:
    """Return what it has cost, or will, when nothing moves before a day.

    Args:
        free_until: the last free day; the day after it is the first that costs.
        per_day: the rate for all containers together, None when it is not known.
        on: the day asked about; it is counted.
        gone_on: the day it was taken away: no day after it is counted.
    """
    until = on if gone_on is None else min(on, gone_on)
    days = max(0, (until - free_until).days)
    return Standing(until, days, Decimal(0) if not days else per_day * days if per_day else None)
