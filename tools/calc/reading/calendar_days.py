"""The days a said date means: which year, which week, which of two Fridays."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from tools.calc.reading.calendar_wholes import WHOLES, said_year, whole_span
from tools.calc.reading.phrases import Phrase
from tools.calc.reading.spans import (
    DAY,
    NOWHERE,
    Days,
    When,
    month_of,
    moved,
    nearest,
    one_day,
    span_of,
    week_of,
    years_around,
)
from tools.calc.reading.weekdays import WEEKDAYS

HALF_YEAR = 183  # days; a day without a year is only taken for granted this near
_EXACT = frozenset(("day", "week"))


def resolve(phrase: Phrase, when: When) -> Days:
    """Return the days a phrase means; ones that do not exist (30 February) have no start."""
    try:
        return _RESOLVERS[phrase.kind](phrase, when)
    except (ValueError, OverflowError, LookupError, StopIteration):
        return NOWHERE


def _day_in_year(day: int, month: int, when: When) -> Days:
    """Return a day without a year: the coming one, the past one when the words point back."""
    years = range(when.today.year - 8, when.today.year + 9)  # a leap day may be eight years off
    known = [date(y, month, day) for y in years if day <= monthrange(y, month)[1]]
    before = [d for d in known if d <= when.today]
    after = [d for d in known if d >= when.today]
    if not before or not after:
        return NOWHERE
    if when.direction == "past":
        return one_day(before[-1])
    coming = after[0]
    sure = (coming - when.today).days <= HALF_YEAR
    return one_day(coming, certain=sure, alternatives=(before[-1], coming))


def _dated(day: int, month: int, year: int | None, when: When) -> Days:
    year = year or when.year
    return _day_in_year(day, month, when) if year is None else one_day(date(year, month, day))


def _days_called(number: int, today: date) -> list[date]:
    """Return the fifth of the last months and of the next."""
    months = (moved(today.replace(day=1), "month", n) for n in range(-2, 3))
    return [m.replace(day=number) for m in months if number <= monthrange(m.year, m.month)[1]]


def _day(phrase: Phrase, when: When) -> Days:
    """Return the coming fifth; which month is certain only behind since, by and the like."""
    known = _days_called(phrase.number("d") or 0, when.today)
    before = [d for d in known if d <= when.today]
    coming = next(d for d in known if d >= when.today)
    if when.direction == "past":
        return one_day(before[-1])
    return one_day(coming, certain=when.direction == "future", alternatives=(before[-1], coming))


def _weekday_day(phrase: Phrase, when: When) -> Days:
    """Return Tuesday the 1st: the nearest one that is both, or else the first in doubt."""
    known = _days_called(phrase.number("d") or 0, when.today)
    fits = [d for d in known if d.isoweekday() == phrase.number("w")]
    if when.direction == "past":
        fits = [d for d in fits if d <= when.today][-1:]
    fits = [d for d in fits if d >= when.today] or fits[-1:]
    if not fits:
        return _weekday_fits(_day(phrase, When(when.today, "future")), phrase)
    return one_day(fits[0])


def _day_of_span(phrase: Phrase, when: When) -> Days:
    first = span_of(moved(when.today.replace(day=1), "month", phrase.steps), "month").start
    return one_day((first or when.today).replace(day=phrase.number("d") or 0))


def _numeric(phrase: Phrase, when: When) -> Days:
    said = phrase.parts["x"].date
    if said is None:
        return NOWHERE
    if said.shape == "month":
        return month_of(said.year or 0, said.month)
    if said.shape == "weeks":
        return nearest(
            [
                Days(week_of(y, said.day).start, week_of(y, said.month).end)
                for y in years_around(when.today)
            ],
            when,
        )
    if said.shape == "week":
        return week_of(said.year or 0, said.day)
    read = _weekday_fits(_dated(said.day, said.month, said.year, when), phrase)
    if "l" in phrase.parts and read.start is not None:
        return span_of(read.start, "week")
    if read.start is None:
        return read
    if said.other is not None:
        other = _dated(*said.other, said.year, when).start
        both = tuple(d for d in (read.start, other) if d)
        return Days(
            read.start, read.end, said.certain and read.certain, () if said.certain else both
        )
    sure = said.certain and not phrase.parts["x"].doubtful
    return Days(read.start, read.end, read.certain and sure, read.alternatives)


def _weekday_fits(days: Days, phrase: Phrase) -> Days:
    """Doubt a date whose weekday is another one: Friday, 24.11. may be a slip in either."""
    said = phrase.number("w")
    if said is None or days.start is None or days.start.isoweekday() == said:
        return days
    return Days(days.start, days.end, certain=False, alternatives=days.alternatives)


def _day_month(phrase: Phrase, when: When) -> Days:
    day, month = phrase.number("d") or 0, phrase.number("m") or phrase.number("d2") or 0
    read = _weekday_fits(_dated(day, month, said_year(phrase, when), when), phrase)
    if "l" in phrase.parts and read.start is not None:
        return span_of(read.start, "week")
    return read


def _days_of_month(phrase: Phrase, when: When) -> Days:
    days = (phrase.number("d") or 0, phrase.number("d2") or 0)
    return _stretch(days, phrase.number("m") or 0, said_year(phrase, when), when)


def _days_of_numeric(phrase: Phrase, when: When) -> Days:
    said = phrase.parts["x"].date
    if said is None or said.shape != "day":
        return NOWHERE
    return _stretch((phrase.number("d") or 0, said.day), said.month, said.year, when)


def _stretch(days: tuple[int, int], month: int, year: int | None, when: When) -> Days:
    """Return some days of a month; without a year the coming ones, or those just over."""
    years = [year] if year is not None else list(years_around(when.today))
    ends = [m.end.day for y in years if (m := month_of(y, month)).end]
    if days[1] < days[0] or days[1] > min(ends):
        return NOWHERE
    spans = [Days(date(y, month, days[0]), date(y, month, days[1])) for y in years]
    if year is not None:
        return spans[0]
    coming = next(s for s in spans if s.end and s.end >= when.today)
    near = coming.start is not None and (coming.start - when.today).days <= HALF_YEAR
    if near and when.direction != "past":
        return coming
    return nearest(spans, when)


def _week_day(phrase: Phrase, when: When) -> Days:
    monday = whole_span(phrase, when).start or when.today
    return one_day(monday + ((phrase.number("w") or 1) - 1) * DAY)


def _weekday(phrase: Phrase, when: When) -> Days:
    wanted = (phrase.number("w") or 1) - 1
    token = phrase.parts.get("n")
    tag = token.tag if token else ("L" if when.direction == "past" else "")
    return WEEKDAYS[tag](wanted, when.today, phrase.steps)


def _relative(phrase: Phrase, when: When) -> Days:
    return one_day(when.today + (phrase.number("r") or 0) * DAY)


def _counted(phrase: Phrase) -> tuple[str, int, bool]:
    """Return unit and number of a count, and whether they are exact to the day."""
    both = phrase.parts.get("cu")
    if both is not None:
        count, _, unit = str(both.value).partition(" ")
        return unit, int(count), unit in _EXACT
    token, unit = phrase.parts.get("c"), phrase.unit
    if token is None:  # Friday week
        return unit, 1, True
    about = phrase.parts.get("g")
    vague = token.tag == "V" or (about is not None and about.value != 1)
    return unit, int(token.value), unit in _EXACT and not vague


def _counting(phrase: Phrase, when: When, sign: int) -> Days:
    unit, count, exact = _counted(phrase)
    return one_day(moved(when.today, unit, sign * count), certain=exact)


def _ahead(phrase: Phrase, when: When) -> Days:
    return _counting(phrase, when, 1)


def _back(phrase: Phrase, when: When) -> Days:
    return _counting(phrase, when, -1)


def _since_count(phrase: Phrase, when: When) -> Days:
    days = _back(phrase, when)
    return Days(days.start, days.end, days.certain and phrase.kind != "lasting")


def _anchored(phrase: Phrase, when: When) -> Days:
    """Return a count from another day: Freitag in einer Woche, a week tomorrow."""
    base = (_weekday if "w" in phrase.parts else _relative)(phrase, When(when.today))
    unit, count, exact = _counted(phrase)
    count *= -1 if "back" in phrase.parts else 1
    if base.start is None:
        return NOWHERE
    others = tuple(moved(d, unit, count) for d in base.alternatives)
    return one_day(
        moved(base.start, unit, count), certain=base.certain and exact, alternatives=others
    )


def _around(phrase: Phrase, when: When) -> Days:
    """Return the last or next so many days, weeks or months, today included."""
    unit, count, _ = _counted(phrase)
    other = moved(when.today, unit, count if phrase.steps > 0 else -count)
    vague = "c" in phrase.parts and phrase.parts["c"].tag == "V"
    return Days(min(other, when.today), max(other, when.today), certain=not vague)


def _today(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - one signature
    return one_day(when.today)


_RESOLVERS: dict[str, Callable[[Phrase, When], Days]] = {
    **WHOLES,
    "day": _day,
    "numeric": _numeric,
    "day_month": _day_month,
    "month_day": _day_month,
    "days_of_month": _days_of_month,
    "week_day": _week_day,
    "weekday": _weekday,
    "relative": _relative,
    "ahead": _ahead,
    "within": _ahead,
    "back": _back,
    "since_count": _back,
    "lasting": _since_count,
    "anchored": _anchored,
    "now": _today,
    "day_end": _today,
    "weekday_day": _weekday_day,
    "day_of_span": _day_of_span,
    "days_of_numeric": _days_of_numeric,
    "around": _around,
}
