"""Whole weeks, months, quarters and years: where they begin and end, which is nearest."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Direction = Literal["past", "future"] | None
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
_SURELY = 120  # days; the next May is surely meant when it is nearer than the last one by far
_PART_OF_MONTH = ((1, 10), (11, 20), (21, 31))
TURN = 3  # of the month or year: its last day and the next one
_PART_OF_WEEK = ((0, 1), (2, 3), (4, 6), (5, 6))  # the last is the weekend


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


def one_day(day: date, *, certain: bool = True, alternatives: tuple[date, ...] = ()) -> Days:
    """Return a single day; the alternatives count only when it is not certain."""
    return Days(day, day, certain, () if certain else alternatives)


def month_of(year: int, month: int) -> Days:
    """Return a whole month."""
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _moved_month(day: date, by: int) -> date:
    index = day.year * 12 + day.month - 1 + by
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(day: date, unit: str, by: int) -> date:
    """Return a day moved by some units; a month on from 31 May is 30 June."""
    match unit:
        case "day":
            return day + timedelta(days=by)
        case "week":
            return day + by * WEEK
        case "workday":
            return _workday(day, by)
        case "month":
            return _moved_month(day, by)
        case "quarter":
            return _moved_month(day, 3 * by)
        case _:
            return _moved_month(day, 12 * by)


def _workday(day: date, by: int) -> date:
    """Return a day so many weekdays on; holidays differ from place to place."""
    weeks, days = divmod(abs(by), 5)
    step = DAY if by > 0 else -DAY
    day += (WEEK if by > 0 else -WEEK) * weeks
    while days:
        day += step
        days -= day.weekday() < 5  # noqa: PLR2004 - Saturday
    return day


def span_of(day: date, unit: str) -> Days:
    """Return the whole week, month, quarter or year a day lies in."""
    match unit:
        case "day":
            return one_day(day)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Days(monday, monday + 6 * DAY)
        case "month":
            return month_of(day.year, day.month)
        case "quarter":
            return quarter_of(day.year, (day.month - 1) // 3 + 1)
        case _:
            return Days(date(day.year, 1, 1), date(day.year, 12, 31))


def quarter_of(year: int, quarter: int) -> Days:
    """Return a quarter, 1 to 4."""
    last = month_of(year, 3 * quarter)
    return Days(date(year, 3 * quarter - 2, 1), last.end)


def week_of(year: int, week: int) -> Days:
    """Return an ISO week, Monday to Sunday."""
    monday = date.fromisocalendar(year, week, 1)
    return Days(monday, monday + 6 * DAY)


def weeks_in(year: int) -> int:
    """Return how many ISO weeks a year has, 52 or 53."""
    return date(year, 12, 28).isocalendar().week


def nearest(options: list[Days], when: When) -> Days:
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


def years_around(today: date) -> range:
    """Return last year, this one and the next."""
    return range(today.year - 1, today.year + 2)


def part_of(whole: Days, unit: str, part: int) -> Days:
    """Return the first, middle or last third of a span; never certain to the day."""
    if whole.start is None or whole.end is None:
        return whole
    start, end = whole.start, whole.end
    match unit:
        case "month" | "year" if part == TURN:
            start, end = end, end + DAY
        case "month":
            first, last = _PART_OF_MONTH[part]
            start, end = start.replace(day=first), start.replace(day=min(last, end.day))
        case "week":
            first, last = _PART_OF_WEEK[part]
            start, end = start + first * DAY, start + last * DAY
        case _:
            months = 4 if unit == "year" else 1
            start = _moved_month(start, months * part)
            end = _moved_month(start, months) - DAY
    return Days(start, end, certain=False, alternatives=whole.alternatives)


def half_of(whole: Days, half: int) -> Days:
    """Return the first or second half of a month, year or week (Monday to Wednesday, the rest)."""
    if whole.start is None or whole.end is None or half not in {1, 2}:
        return NOWHERE
    days = (whole.end - whole.start).days
    if days < 7:  # noqa: PLR2004 - a week's halves are nowhere laid down
        middle, certain = whole.start + 3 * DAY, False
    elif days < 31:  # noqa: PLR2004 - a month
        middle, certain = whole.start.replace(day=16), whole.certain
    else:
        middle, certain = whole.start.replace(month=7), whole.certain
    start, end = (whole.start, middle - DAY) if half == 1 else (middle, whole.end)
    return Days(start, end, certain, whole.alternatives)
