"""Dates in digits: 24.11.2026, 3/4, 2026-11-24, 11/2026, and which order their parts may have."""

import re
from dataclasses import dataclass
from typing import Literal

from db.enums import Locale

Shape = Literal["day", "month", "week", "weeks"]
# Nothing that makes a longer code may stand at either side.
_OPEN, _CLOSE = r"(?<![\w.,/])(?<!\w-)", r"(?![\w/]|[.,\-]\d)"
NUMERIC = (
    r"(?P<iso>(?<![\w.,/\-])\d{4}-\d{2}-\d{2})(?![\d\-/])(?:T[\d:.+Z\-]*)?"
    rf"|(?P<ymd>{_OPEN}\d{{4}}/\d{{1,2}}/\d{{1,2}}){_CLOSE}"
    rf"|(?P<isoweek>{_OPEN}\d{{4}}-W\d{{2}}){_CLOSE}"
    rf"|(?P<week_year>(?<!\w)(?:KW|Kw|kw|CW|[Ww]oche|[Ww]eek|[Ss]emana) ?\d{{1,2}}/\d{{4}}){_CLOSE}"
    rf"|(?P<weeks>(?<!\w)(?:KW|Kw|kw) ?\d{{1,2}}/\d{{1,2}}){_CLOSE}"
    rf"|(?P<dmy>{_OPEN}\d{{1,2}}(?:\.[ ]?\d{{1,2}}\.[ ]?\d{{4}}|/\d{{1,2}}/\d{{4}}"
    r"|-\d{1,2}-\d{4}"
    rf"|\.\d{{1,2}}\.\d{{2}}|/\d{{1,2}}/\d{{2}})){_CLOSE}"
    rf"|(?P<dm>{_OPEN}\d{{1,2}}\.[ ]?\d{{1,2}}\.)(?!\w)"
    rf"|(?P<my>{_OPEN}\d{{1,2}}/\d{{4}}){_CLOSE}"
    rf"|(?P<slash>{_OPEN}\d{{1,2}}/\d{{1,2}}){_CLOSE}"
    rf"|(?P<open>{_OPEN}\d{{1,2}}\.\d{{1,2}})(?!\w|\.\d|[.,]\d)"
)
_AROUND_THE_CLOCK = (24, 7)
_MOST_MONTHS, _MOST_DAYS, _MOST_WEEKS = 12, 31, 53
_WITH_YEAR = 3  # parts


@dataclass(frozen=True, slots=True)
class Numeric:
    """A date in digits; `other` is the second reading (day, month) where there are two.

    `certain` says whether the writing leaves no choice; whether the day exists is not looked at.
    """

    shape: Shape
    day: int
    month: int
    year: int | None
    certain: bool = True
    other: tuple[int, int] | None = None


def read_numeric(kind: str, text: str, locale: Locale) -> Numeric | None:
    """Return the date some digits are, or None when they are none (24.13., 45/60).

    Args:
        kind: the group of `NUMERIC` that matched.
        text: what it matched.
        locale: decides whether 3/4 is the third of April.
    """
    parts = [int(p) for p in re.findall(r"\d+", text)]
    match kind:
        case "iso" | "ymd":
            return Numeric("day", parts[2], parts[1], parts[0])
        case "isoweek":
            return Numeric("week", parts[1], 0, parts[0]) if parts[1] <= _MOST_WEEKS else None
        case "week_year":
            return Numeric("week", parts[0], 0, parts[1]) if parts[0] <= _MOST_WEEKS else None
        case "weeks":
            rising = parts[0] < parts[1] <= _MOST_WEEKS
            return Numeric("weeks", parts[0], parts[1], None) if rising else None
        case "my":
            return Numeric("month", 1, parts[0], parts[1]) if _is_month(parts[0]) else None
        case _:
            return _by_order(parts, text, locale)


def _by_order(parts: list[int], text: str, locale: Locale) -> Numeric | None:
    """Read day and month in the order that is possible, or the usual one where both are."""
    first, second = parts[:2]
    year = parts[2] if len(parts) == _WITH_YEAR else None
    if year is not None and not re.search(r"\d{4}\Z", text):
        year += 2000
    if year is None and (first, second) == _AROUND_THE_CLOCK:
        return None
    # With points the day comes first in all three languages.
    turns = "." not in text and _is_possible(second, first)
    if _is_possible(first, second):
        if turns and first != second:
            return Numeric("day", first, second, year, locale == "es", (second, first))
        return Numeric("day", first, second, year)
    if turns:
        return Numeric("day", second, first, year, locale == "en")
    return Numeric("day", first, second, year) if re.search(r"\d{4}\Z", text) else None


def _is_month(number: int) -> bool:
    return 1 <= number <= _MOST_MONTHS


def _is_possible(day: int, month: int) -> bool:
    return 1 <= day <= _MOST_DAYS and _is_month(month)
