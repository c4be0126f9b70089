"""Which Friday is meant: the coming one, this week's, next week's or the last."""

from collections.abc import Callable
from datetime import date

from tools.calc.reading.spans import DAY, WEEK, Days, one_day


def _coming_weekday(wanted: int, today: date, steps: int) -> Days:  # noqa: ARG001 - one signature
    """Return the coming one; asked on that very weekday, today is possible too."""
    day = today + ((wanted - today.weekday() - 1) % 7 + 1) * DAY
    return one_day(day, certain=wanted != today.weekday(), alternatives=(today, day))


def _next_weekday(wanted: int, today: date, steps: int) -> Days:
    """Return next Friday: open while this week's Friday is still to come."""
    day = today + ((wanted - today.weekday() - 1) % 7 + 1) * DAY
    if steps > 1:
        return one_day(day + WEEK, certain=False, alternatives=(day + WEEK, day + 2 * WEEK))
    return one_day(day, certain=wanted <= today.weekday(), alternatives=(day, day + WEEK))


def _last_weekday(wanted: int, today: date, steps: int) -> Days:
    """Return last Friday: open while this week's Friday is just over."""
    day = today - ((today.weekday() - wanted - 1) % 7 + 1) * DAY
    if steps < -1:
        return one_day(day - WEEK, certain=False, alternatives=(day - WEEK, day - 2 * WEEK))
    if steps == 0:  # "since Tuesday", said on a Tuesday, may mean today
        return one_day(day, certain=wanted != today.weekday(), alternatives=(day, today))
    return one_day(day, certain=wanted >= today.weekday(), alternatives=(day, day - WEEK))


def _this_weekday(wanted: int, today: date, steps: int) -> Days:  # noqa: ARG001 - one signature
    day = today + (wanted - today.weekday()) * DAY
    return one_day(day, certain=day >= today, alternatives=(day, day + WEEK))


def _sure_weekday(wanted: int, today: date, steps: int) -> Days:
    days = _coming_weekday(wanted, today, steps)
    return Days(days.start, days.end)


WEEKDAYS: dict[str, Callable[[int, date, int], Days]] = {
    "": _coming_weekday,
    "N": _next_weekday,
    "L": _last_weekday,
    "T": _this_weekday,
    "c": _sure_weekday,
}
