"""Days off for all of Germany; of those that only some states keep, nobody has said which apply."""

from datetime import date
from functools import cache


def is_public_holiday(day: date) -> bool:
    """Whether a day is a public holiday in every German state."""
    return day in _of(day.year)


@cache
def _of(year: int) -> frozenset[date]:
    from holidays import country_holidays  # takes half a second to import

    return frozenset(country_holidays("DE", years=year))
