"""The days a said date means: which year, which week, which of two Fridays."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from tools.calc.reading.phrases import Phrase
from tools.calc.reading.spans import (
    DAY,
    NOWHERE,
    WEEK,
    Days,
    When,
    month_of,
    moved,
    nearest,
    one_day,
    part_of,
    quarter_of,
    span_of,
    week_of,
    weeks_in,
    years_around,
)
from tools.calc.reading.weekdays import WEEKDAYS

HALF_YEAR = 183  # days; a day without a year is only taken for granted this near
_EXACT = frozenset(("day", "week"))


def resolve(phrase: Phrase, when: When) -> Days:
    """Return the days a phrase means; ones that do not exist (30 February) have no start."""
    try:
        return _RESOLVERS[phrase.kind](phrase, when)
    except (ValueError, OverflowError):
        return NOWHERE


def _steps(phrase: Phrase) -> int:
    """Return how far next, last or this points: 1, -1, 0; übernächste 2, vorletzte -2."""
    token = phrase.parts.get("n")
    if token is None:
        return 0
    return -int(token.value) if token.tag == "L" else int(token.value)


def _unit(phrase: Phrase) -> str:
    return str(phrase.parts["u"].value)


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


def _day(phrase: Phrase, when: When) -> Days:
    """Return the coming fifth; which month is never certain."""
    number = phrase.number("d") or 0
    months = (moved(when.today.replace(day=1), "month", n) for n in range(3))
    known = [m.replace(day=number) for m in months if number <= monthrange(m.year, m.month)[1]]
    return one_day(next(d for d in known if d >= when.today), certain=False)


def _numeric(phrase: Phrase, when: When) -> Days:
    said = phrase.parts["x"].date
    if said is None:
        return NOWHERE
    if said.shape == "month":
        return month_of(said.year or 0, said.month)
    if said.shape == "week":
        return week_of(said.year or 0, said.day)
    read = _weekday_fits(_dated(said.day, said.month, said.year, when), phrase)
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
    day, month = phrase.number("d") or 0, phrase.number("m") or 0
    return _weekday_fits(_dated(day, month, phrase.number("y"), when), phrase)


def _days_of_month(phrase: Phrase, when: When) -> Days:
    month, year = phrase.number("m") or 0, phrase.number("y")
    first = _dated(phrase.number("d") or 0, month, year, when)
    if first.start is None:
        return first
    last = date(first.start.year, month, phrase.number("d2") or 0)
    if last < first.start:
        return NOWHERE
    return Days(first.start, last, first.certain, first.alternatives)


def _month(phrase: Phrase, when: When) -> Days:
    month, year = phrase.number("m") or 0, phrase.number("y") or when.year
    if "u" in phrase.parts:
        year = when.today.year + _steps(phrase)
    steps = phrase.parts.get("n")
    if year is not None or steps is None or steps.tag == "T":
        return _nearest_month(month, year, when)
    today = when.today
    options = [month_of(y, month) for y in years_around(today)]
    if steps.tag == "L":  # wholly over
        return [s for s in options if s.end and s.end < today][-1]
    return next(s for s in options if s.start and s.start > today)


def _nearest_month(month: int, year: int | None, when: When) -> Days:
    if year is not None:
        return month_of(year, month)
    return nearest([month_of(y, month) for y in years_around(when.today)], when)


def _part_month(phrase: Phrase, when: When) -> Days:
    whole = _month(phrase, when)
    return part_of(whole, "month", phrase.number("p") or 0)


def _part_span(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    whole = span_of(moved(when.today, unit, _steps(phrase)), unit)
    return part_of(whole, unit, phrase.number("p") or 0)


def _part_word(phrase: Phrase, when: When) -> Days:
    unit, _, part = str(phrase.parts["z"].value).partition(" ")
    return part_of(span_of(when.today, unit), unit, int(part))


def _part_year(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - a year needs no today
    year = phrase.number("y") or 0
    return part_of(span_of(date(year, 1, 1), "year"), "year", phrase.number("p") or 0)


def _quarter(phrase: Phrase, when: When) -> Days:
    quarter, year = phrase.number("q") or 0, phrase.number("y") or when.year
    if year is not None:
        return quarter_of(year, quarter)
    return nearest([quarter_of(y, quarter) for y in years_around(when.today)], when)


def _week(phrase: Phrase, when: When) -> Days:
    week, year = phrase.number("d") or 0, phrase.number("y") or when.year
    if year is not None:
        return week_of(year, week)
    existing = [y for y in years_around(when.today) if week <= weeks_in(y)]
    return nearest([week_of(y, week) for y in existing], when)


def _week_of_month(phrase: Phrase, when: When) -> Days:
    """Return days 1-7, 8-14 and so on; the last seven for the last week. It is never exact."""
    whole = _nearest_month(phrase.number("m") or 0, phrase.number("y") or when.year, when)
    if whole.start is None or whole.end is None:
        return whole
    first = whole.end - 6 * DAY
    if "n" not in phrase.parts:
        first = whole.start + ((phrase.number("d") or 1) - 1) * WEEK
    return Days(first, min(first + 6 * DAY, whole.end), certain=False)


def _whole(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    start_of = span_of(when.today, unit).start or when.today
    return span_of(moved(start_of, unit, _steps(phrase)), unit)


def _week_day(phrase: Phrase, when: When) -> Days:
    monday = _whole(phrase, when).start or when.today
    return one_day(monday + ((phrase.number("w") or 1) - 1) * DAY)


def _weekday(phrase: Phrase, when: When) -> Days:
    wanted = (phrase.number("w") or 1) - 1
    token = phrase.parts.get("n")
    tag = token.tag if token else ("L" if when.direction == "past" else "")
    return WEEKDAYS[tag](wanted, when.today, _steps(phrase))


def _relative(phrase: Phrase, when: When) -> Days:
    return one_day(when.today + (phrase.number("r") or 0) * DAY)


def _counted(phrase: Phrase) -> int:
    token = phrase.parts["c"]
    return 1 if token.tag == "e" else int(token.value)


def _ahead(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    return one_day(moved(when.today, unit, _counted(phrase)), certain=unit in _EXACT)


def _back(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    return one_day(moved(when.today, unit, -_counted(phrase)), certain=unit in _EXACT)


def _around(phrase: Phrase, when: When) -> Days:
    """Return the last or next so many days, weeks or months, today included."""
    count = _counted(phrase) * (1 if _steps(phrase) > 0 else -1)
    other = moved(when.today, _unit(phrase), count)
    return Days(min(other, when.today), max(other, when.today))


def _year(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - a year needs no today
    return span_of(date(phrase.number("y") or 0, 1, 1), "year")


_RESOLVERS: dict[str, Callable[[Phrase, When], Days]] = {
    "day": _day,
    "numeric": _numeric,
    "day_month": _day_month,
    "month_day": _day_month,
    "days_of_month": _days_of_month,
    "month": _month,
    "part_month": _part_month,
    "part_span": _part_span,
    "part_word": _part_word,
    "part_year": _part_year,
    "quarter": _quarter,
    "week": _week,
    "week_of_month": _week_of_month,
    "span": _whole,
    "week_day": _week_day,
    "weekday": _weekday,
    "relative": _relative,
    "ahead": _ahead,
    "within": _ahead,
    "back": _back,
    "since_count": _back,
    "around": _around,
    "year": _year,
}
