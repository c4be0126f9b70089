"""Figures that belong together: 8 Euro 70, eight-seventy a kilo, ochenta y seis coma cinco."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.calc.reading.numbers import NumberRead

_WHOLE = frozenset(("EUR", "USD", "GBP", "PEN"))
_POINT = re.compile(r" (?i:komma|coma|point|punto|con) ")
_NEXT = re.compile(r"[ \u00a0\-]|")
_WITH = re.compile(r"[ \u00a0]|| con ")
_AND = re.compile(r" (?:und|and|y|con) ")
_CENTS = re.compile(r" (?i:c[eé]ntimos?|centavos?|cents?)(?!\w)")
_HALF = re.compile(r" (?i:y medi[ao]|and a half)(?!\w)")
# What may follow "8 Euro 70"; before a noun the 70 counts something else.
_ENDS = re.compile(
    r"\s*(?:\Z|[^\w\s]|\n|(?i:pro|je|per|por|el|la|das|the|a|for|für|para|ab|from|bis|auf|on|ist|is)\b)"
)
_LEAST_CENTS, _MOST_CENTS = 10, 99
_MOST_EUROS = 100
_MILLION = 10**6


def joined(text: str, reads: Iterable["NumberRead"]) -> list["NumberRead"]:
    """Return figures with those that are one amount put together."""
    kept: list[NumberRead] = []
    for found in reads:
        if kept and found.begin < kept[-1].stop:
            continue
        read = _and_a_half(text, found)
        both = _pair(text, kept[-1], read) if kept else None
        if both is None:
            kept.append(read)
        else:
            kept[-1] = both
    return kept


def _pair(text: str, first: "NumberRead", last: "NumberRead") -> "NumberRead | None":
    """Return two figures as one, or None when they are two."""
    if "ordinal" in {first.kind, last.kind} or last.value != int(last.value) or last.value < 0:
        return None
    gap = text[first.stop : last.begin]
    if first.unit is None and _POINT.fullmatch(gap):
        large = first.value >= _MOST_CENTS // 5 or last.kind == "money" or "con" not in gap
        return _decimal(text, first, last) if large else None
    if first.unit is None and gap == " " and _continues(first):
        return _decimal(text, first, last, more=True)
    if first.value != int(first.value) or not _LEAST_CENTS <= last.value <= _MOST_CENTS:
        return None
    if first.unit in _WHOLE:
        return _cents(text, first, last, gap)
    spelled = first.text.isalpha() and last.text[:1].isalpha() and 0 < first.value < _MOST_EUROS
    quoted = spelled and first.unit is None and last.unit in {"/kg", "/lb"}
    if quoted and (_NEXT.fullmatch(gap) or gap == " con "):
        return _both(text, first, last, last.value / 100, last.unit)
    return None


def _cents(text: str, first: "NumberRead", last: "NumberRead", gap: str) -> "NumberRead | None":
    """Return euros with the cents behind them."""
    after = _CENTS.match(text, last.stop)
    said = after is not None or (last.unit or "").startswith("USc")
    if after:
        last = replace(last, stop=after.end())
    per = (last.unit or "").partition("/")[2]
    plain = last.unit is None or last.unit.startswith(("/", "USc"))
    ends = bool(per) or said or _ENDS.match(text, last.stop) is not None
    if not plain or not ends or not (_WITH.fullmatch(gap) or (said and _AND.fullmatch(gap))):
        return None
    unit = f"{first.unit}/{per}" if per else first.unit
    return _both(text, first, last, last.value / 100, unit)


def _decimal(
    text: str, first: "NumberRead", last: "NumberRead", *, more: bool = False
) -> "NumberRead | None":
    """Return a figure with the decimals said behind a point; `more` digits may follow one."""
    digits = f"{int(last.value)}"
    if more and len(digits) > 1:
        return None
    places = len(f"{first.value:f}".partition(".")[2]) if more else 0
    part = Decimal(int(digits)).scaleb(-len(digits) - places)
    return _both(text, first, last, part, last.unit)


def _continues(read: "NumberRead") -> bool:
    """Return whether a figure was said with a point in words: eight point seven (five)."""
    return _POINT.search(read.text) is not None and read.value != int(read.value)


def _both(
    text: str, first: "NumberRead", last: "NumberRead", part: Decimal, unit: str | None
) -> "NumberRead":
    sign = -1 if first.value < 0 else 1
    return replace(
        last,
        text=text[first.begin : last.stop],
        begin=first.begin,
        stop=last.stop,
        value=first.value + sign * part,
        unit=unit,
        kind="money" if unit and (unit in _WHOLE or "/" in unit) else last.kind,
        certain=first.certain and last.certain,
        alternatives=(),
    )


def _and_a_half(text: str, read: "NumberRead") -> "NumberRead":
    """Add the half said behind a unit: dos toneladas y media, a million and a half."""
    found = _HALF.match(text, read.stop)
    if found is None or read.kind == "ordinal" or not read.certain:
        return read
    stop, value = found.end(), read.value
    millions = read.unit is None and value >= _MILLION
    value += Decimal("0.5") * (_MILLION if millions else 1)
    return replace(read, text=text[read.begin : stop], stop=stop, value=value)
