"""The days a said date means: which year, which week, which of two Fridays."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tools.calc.reading.phrases import Phrase

Direction = Literal["past", "future"] | None
HALF_YEAR = 183  # days; a day without a year is only taken for granted this near
_SURELY = 120  # days; the next May is surely meant when it is nearer than the last one by far
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_PART_OF_MONTH = ((1, 10), (11, 20), (21, 31))
_PART_OF_WEEK = ((0, 1), (2, 3), (4, 6))
_EXACT = frozenset(("day", "week"))


@dataclass(frozen=True, slots=True)
class When:
    """What a date is read against: today, and whether the words point back or ahead."""

    today: date
    direction: Direction = None
    year: int | None = None  # said further on: "Mai bis Juli 2025"


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day meant; both None when that day does not exist."""

    start: date | None
    end: date | None
    certain: bool = True
    alternatives: tuple[date, ...] = ()


NOWHERE = Days(None, None, certain=False)


def resolve(phrase: Phrase, when: When) -> Days:
    """Return the days a phrase means; ones that do not exist (30 February) have no start."""
    try:
        return _RESOLVERS[phrase.kind](phrase, when)
    except (ValueError, OverflowError):
        return NOWHERE


def _one(day: date, *, certain: bool = True, alternatives: tuple[date, ...] = ()) -> Days:
    return Days(day, day, certain, () if certain else alternatives)


def month_of(year: int, month: int) -> Days:
    """Return a whole month."""
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _moved_month(day: date, by: int) -> date:
    index = day.year * 12 + day.month - 1 + by
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _moved(day: date, unit: str, by: int) -> date:
    match unit:
        case "day":
            return day + timedelta(days=by)
        case "week":
            return day + by * _WEEK
        case "month":
            return _moved_month(day, by)
        case "quarter":
            return _moved_month(day, 3 * by)
        case _:
            return _moved_month(day, 12 * by)


def _span(day: date, unit: str) -> Days:
    """Return the whole week, month, quarter or year a day lies in."""
    match unit:
        case "day":
            return _one(day)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Days(monday, monday + 6 * _DAY)
        case "month":
            return month_of(day.year, day.month)
        case "quarter":
            return _quarter_of(day.year, (day.month - 1) // 3 + 1)
        case _:
            return Days(date(day.year, 1, 1), date(day.year, 12, 31))


def _quarter_of(year: int, quarter: int) -> Days:
    last = month_of(year, 3 * quarter)
    return Days(date(year, 3 * quarter - 2, 1), last.end)


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
        return _one(before[-1])
    coming = after[0]
    sure = (coming - when.today).days <= HALF_YEAR
    return _one(coming, certain=sure, alternatives=(before[-1], coming))


def _dated(day: int, month: int, year: int | None, when: When) -> Days:
    year = year or when.year
    return _day_in_year(day, month, when) if year is None else _one(date(year, month, day))


def _nearest(options: list[Days], when: When) -> Days:
    """Return the span nearest to today in the direction the words point to."""
    today = when.today
    spans = [(s.start, s.end) for s in options if s.start is not None and s.end is not None]
    if when.direction == "past":
        spans = [s for s in spans if s[0] <= today]
    elif when.direction == "future":
        spans = [s for s in spans if s[1] >= today]
    if not spans:
        return NOWHERE
    ranked = sorted(spans, key=lambda s: _distance(s, today))
    start, end = ranked[0]
    sure = when.direction is not None or _distance(ranked[0], today) <= _SURELY
    others = tuple(sorted(s[0] for s in ranked[:2]))
    return Days(start, end, sure, () if sure else others)


def _distance(span: tuple[date, date], today: date) -> int:
    start, end = span
    return max((start - today).days, (today - end).days, 0)


def _years_around(today: date) -> range:
    return range(today.year - 1, today.year + 2)


def _numeric(phrase: Phrase, when: When) -> Days:
    said = phrase.parts["x"].date
    if said is None:
        return NOWHERE
    if said.shape == "month":
        return month_of(said.year or 0, said.month)
    if said.shape == "week":
        return _week_of(said.year or 0, said.day)
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
    if year is not None:
        return month_of(year, month)
    steps = phrase.parts.get("n")
    options = [month_of(y, month) for y in _years_around(when.today)]
    if steps is None or steps.tag == "T":
        return _nearest(options, when)
    return _stepped_month(options, steps.tag, when.today)


def _stepped_month(options: list[Days], tag: str, today: date) -> Days:
    """Return next or last March: the first that is wholly ahead, the last that is wholly over."""
    if tag == "L":
        return [s for s in options if s.end and s.end < today][-1]
    return next(s for s in options if s.start and s.start > today)


def _part_month(phrase: Phrase, when: When) -> Days:
    whole = _month(phrase, when)
    return _part(whole, "month", phrase.number("p") or 0)


def _part(whole: Days, unit: str, part: int) -> Days:
    """Return the first, middle or last third of a span; never certain to the day."""
    if whole.start is None or whole.end is None:
        return whole
    start, end = whole.start, whole.end
    match unit:
        case "month":
            first, last = _PART_OF_MONTH[part]
            start, end = start.replace(day=first), start.replace(day=min(last, end.day))
        case "week":
            first, last = _PART_OF_WEEK[part]
            start, end = start + first * _DAY, start + last * _DAY
        case _:
            months = 4 if unit == "year" else 1
            start = _moved_month(start, months * part)
            end = _moved_month(start, months) - _DAY
    return Days(start, end, certain=False, alternatives=whole.alternatives)


def _part_span(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    whole = _span(_moved(when.today, unit, _steps(phrase)), unit)
    return _part(whole, unit, phrase.number("p") or 0)


def _part_year(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - a year needs no today
    year = phrase.number("y") or 0
    return _part(_span(date(year, 1, 1), "year"), "year", phrase.number("p") or 0)


def _quarter(phrase: Phrase, when: When) -> Days:
    quarter, year = phrase.number("q") or 0, phrase.number("y") or when.year
    if year is not None:
        return _quarter_of(year, quarter)
    return _nearest([_quarter_of(y, quarter) for y in _years_around(when.today)], when)


def _week_of(year: int, week: int) -> Days:
    monday = date.fromisocalendar(year, week, 1)
    return Days(monday, monday + 6 * _DAY)


def _week(phrase: Phrase, when: When) -> Days:
    week, year = phrase.number("d") or 0, phrase.number("y") or when.year
    if year is not None:
        return _week_of(year, week)
    existing = [y for y in _years_around(when.today) if week <= _weeks_in(y)]
    return _nearest([_week_of(y, week) for y in existing], when)


def _weeks_in(year: int) -> int:
    return date(year, 12, 28).isocalendar().week


def _whole(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    start_of = _span(when.today, unit).start or when.today
    return _span(_moved(start_of, unit, _steps(phrase)), unit)


def _week_day(phrase: Phrase, when: When) -> Days:
    monday = _whole(phrase, when).start or when.today
    return _one(monday + ((phrase.number("w") or 1) - 1) * _DAY)


def _weekday(phrase: Phrase, when: When) -> Days:
    wanted = (phrase.number("w") or 1) - 1
    token = phrase.parts.get("n")
    tag = token.tag if token else ("L" if when.direction == "past" else "")
    return _WEEKDAYS[tag](wanted, when.today, _steps(phrase))


def _coming_weekday(wanted: int, today: date, steps: int) -> Days:  # noqa: ARG001 - one signature
    """Return the coming one; asked on that very weekday, today is possible too."""
    day = today + ((wanted - today.weekday() - 1) % 7 + 1) * _DAY
    return _one(day, certain=wanted != today.weekday(), alternatives=(today, day))


def _next_weekday(wanted: int, today: date, steps: int) -> Days:
    """Return next Friday: open while this week's Friday is still to come."""
    day = today + ((wanted - today.weekday() - 1) % 7 + 1) * _DAY
    if steps > 1:
        return _one(day + _WEEK, certain=False, alternatives=(day + _WEEK, day + 2 * _WEEK))
    return _one(day, certain=wanted <= today.weekday(), alternatives=(day, day + _WEEK))


def _last_weekday(wanted: int, today: date, steps: int) -> Days:
    """Return last Friday: open while this week's Friday is just over."""
    day = today - ((today.weekday() - wanted - 1) % 7 + 1) * _DAY
    if steps < -1:
        return _one(day - _WEEK, certain=False, alternatives=(day - _WEEK, day - 2 * _WEEK))
    if steps == 0:  # "since Tuesday", said on a Tuesday, may mean today
        return _one(day, certain=wanted != today.weekday(), alternatives=(day, today))
    return _one(day, certain=wanted >= today.weekday(), alternatives=(day, day - _WEEK))


def _this_weekday(wanted: int, today: date, steps: int) -> Days:  # noqa: ARG001 - one signature
    day = today + (wanted - today.weekday()) * _DAY
    return _one(day, certain=day >= today, alternatives=(day, day + _WEEK))


def _sure_weekday(wanted: int, today: date, steps: int) -> Days:
    days = _coming_weekday(wanted, today, steps)
    return Days(days.start, days.end)


_WEEKDAYS: dict[str, Callable[[int, date, int], Days]] = {
    "": _coming_weekday,
    "N": _next_weekday,
    "L": _last_weekday,
    "T": _this_weekday,
    "c": _sure_weekday,
}


def _relative(phrase: Phrase, when: When) -> Days:
    return _one(when.today + (phrase.number("r") or 0) * _DAY)


def _counted(phrase: Phrase) -> int:
    token = phrase.parts["c"]
    return 1 if token.tag == "e" else int(token.value)


def _ahead(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    return _one(_moved(when.today, unit, _counted(phrase)), certain=unit in _EXACT)


def _back(phrase: Phrase, when: When) -> Days:
    unit = _unit(phrase)
    return _one(_moved(when.today, unit, -_counted(phrase)), certain=unit in _EXACT)


def _around(phrase: Phrase, when: When) -> Days:
    """Return the last or next so many days, weeks or months, today included."""
    count = _counted(phrase) * (1 if _steps(phrase) > 0 else -1)
    other = _moved(when.today, _unit(phrase), count)
    return Days(min(other, when.today), max(other, when.today))


def _year(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - a year needs no today
    return _span(date(phrase.number("y") or 0, 1, 1), "year")


_RESOLVERS: dict[str, Callable[[Phrase, When], Days]] = {
    "numeric": _numeric,
    "day_month": _day_month,
    "month_day": _day_month,
    "days_of_month": _days_of_month,
    "month": _month,
    "part_month": _part_month,
    "part_span": _part_span,
    "part_year": _part_year,
    "quarter": _quarter,
    "week": _week,
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
