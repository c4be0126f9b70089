"""What the cells of one column mean, told from all of them: decimal marks and orders of dates.

A cell that can be read in one way only is read that way. One that can be read in two (1.500,
03/04/2026) is read as its column is, and not at all when the column does not tell.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from tools.folding import folded
from tools.grid import Cell

Mark = Literal[",", "."]
Order = Literal["dmy", "mdy"]
MARKS: tuple[Mark, ...] = (",", ".")
ORDERS: tuple[Order, ...] = ("dmy", "mdy")
UNKNOWN = frozenset(("-", "–", "—", "n/a", "#n/a", "k.a.", "k. a.", "s/d", "n.a.", "#nv", "null"))

_GROUPS = " '’\u00a0\u202f\u2009"
_FIGURE = re.compile(
    r"(?P<head>[^\d+\-−.,]{0,20}(?:/\w{1,9} )?)(?P<sign>[+\-−]?)(?P<head2>[^\d+\-−.,]{0,20})"
    rf"(?P<digits>[.,]?[0-9](?:[0-9.,{_GROUPS}]*[0-9])?)(?P<tail>\D{{0,40}})"
)
_WRITTEN: dict[Mark, re.Pattern[str]] = {
    mark: re.compile(
        rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?P<group>[{other}{_GROUPS}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|(?=[{mark}]))"
        rf"(?:[{mark}](?P<fraction>[0-9]+))?"
    )
    for mark, other in zip(MARKS, reversed(MARKS), strict=True)
}  # fmt: skip
_UNGROUPED = str.maketrans("", "", f".,{_GROUPS}")
_DAY = re.compile(r"(\d{1,2})([./\-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})([./\-])(\d{1,2})\2(\d{1,2})")
_CLOCK = re.compile(
    r"[T ,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[ap]m|Uhr|[+\-]\d{2}:?\d{2}))?\Z", re.IGNORECASE
)
_NAMED = (
    re.compile(
        r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th|º)?(?: ?-?(?:de|del)?)?[ \-]?"
        r"(?P<month>[^\W\d_]{3,})\.?(?:,? ?(?:de|del) | |-|, )(?P<year>\d{4})"
    ),
    re.compile(r"(?P<month>[^\W\d_]{3,})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
)
_MONTHS = (
    "jan januar january enero ene",
    "feb februar february febrero",
    "mar marz march marzo mrz",
    "apr april abril abr",
    "mai may mayo",
    "jun juni june junio",
    "jul juli july julio",
    "aug august agosto ago",
    "sep september sept septiembre setiembre set",
    "okt oct oktober october octubre",
    "nov november noviembre",
    "dez dec dezember december diciembre dic",
)
_MONTH = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
_CENTURY = 69  # two digits of a year: 00 to 68 are this century, as POSIX reads them


def is_unknown(cell: Cell) -> bool:
    """Return whether a cell says that nothing is known."""
    return cell is None or (isinstance(cell, str) and cell.casefold() in UNKNOWN)


@lru_cache(maxsize=65_536)
def figures(text: str) -> tuple[dict[Mark, Decimal], str]:
    """Return the readings of a figure by decimal mark, and the unit around it.

    No readings when the text is not one figure; both marks with one value when it does not matter.
    """
    if text.isdecimal() and text.isascii():
        return dict.fromkeys(MARKS, Decimal(text)), ""
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        return {}, ""
    readings: dict[Mark, Decimal] = {}
    for mark in MARKS:
        plain = _plain(found["digits"], mark)
        if plain is not None:
            readings[mark] = -plain if found["sign"] in ("-", "−") else plain
    unit = " ".join(f"{found['head']} {found['head2']} {found['tail']}".split())
    return readings, unit


def _plain(digits: str, mark: Mark) -> Decimal | None:
    """Return the value of digits under a decimal mark, None when they do not fit it."""
    found = _WRITTEN[mark].fullmatch(digits)
    if found is None:
        return None
    whole, fraction = found["whole"].translate(_UNGROUPED), found["fraction"]
    return Decimal(f"{whole or 0}.{fraction or 0}") if fraction else Decimal(whole)


def is_figure(cell: Cell) -> bool:
    """Return whether a cell is a figure and nothing else."""
    if isinstance(cell, str):
        readings, unit = figures(cell)
        return bool(readings) and not unit
    return isinstance(cell, Decimal)


def decisive(cells: Iterable[Cell]) -> set[Mark]:
    """Return the decimal marks some cell can only be read with."""
    said: set[Mark] = set()
    for cell in cells:
        if isinstance(cell, str):
            readings, _ = figures(cell)
            said |= set(readings) if len(readings) == 1 else set()
    return said


def undecided(cells: Iterable[Cell]) -> str | None:
    """Return a cell whose value depends on the decimal mark, None when there is none."""
    for cell in cells:
        if isinstance(cell, str):
            readings, _ = figures(cell)
            if len(set(readings.values())) > 1:
                return cell
    return None


@lru_cache(maxsize=65_536)
def days(text: str) -> dict[Order, date]:
    """Return the readings of a day by order; none when the text is no day there is."""
    plain = _CLOCK.sub("", text.strip())
    iso = _ISO.fullmatch(plain)
    if iso:
        return _same(_day(iso[1], iso[3], iso[4]))
    for pattern in _NAMED:
        named = pattern.fullmatch(plain)
        month = named and _MONTH.get(folded(named["month"]))
        if named and month:
            return _same(_day(named["year"], month, named["day"]))
    found = _DAY.fullmatch(plain)
    return _numeric(found) if found else {}


def _numeric(found: re.Match[str]) -> dict[Order, date]:
    first, sign, second, year = found.groups()
    dmy = _day(year, second, first)
    if sign == ".":
        return _same(dmy)
    mdy = _day(year, first, second)
    readings: dict[Order, date | None] = {"dmy": dmy, "mdy": mdy}
    return {order: day for order, day in readings.items() if day is not None}


def _same(day: date | None) -> dict[Order, date]:
    return {} if day is None else {"dmy": day, "mdy": day}


def _day(year: str, month: str | int, day: str) -> date | None:
    whole = int(year)
    if len(year) == 2:  # noqa: PLR2004 - 26 for 2026
        whole += 2000 if whole < _CENTURY else 1900
    try:
        return date(whole, int(month), int(day))
    except ValueError:
        return None


def decisive_orders(cells: Iterable[Cell]) -> set[Order]:
    """Return the orders of day and month some cell can only be read in."""
    said: set[Order] = set()
    for cell in cells:
        if isinstance(cell, str):
            readings = days(cell)
            said |= set(readings) if len(readings) == 1 else set()
    return said


def undecided_day(cells: Iterable[Cell]) -> str | None:
    """Return a cell that is two different days, None when there is none."""
    for cell in cells:
        if isinstance(cell, str) and len(set(days(cell).values())) > 1:
            return cell
    return None
