"""Every figure a person wrote, in digits or in words, with its unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from typing import Literal

from db.enums import Locale
from tools.calc.reading.figures import Figure, find_figures, multiply, take
from tools.calc.reading.folding import folded
from tools.calc.reading.joining import joined
from tools.calc.reading.tails import Tail, currency_before, tail_after
from tools.calc.reading.words import ARTICLES, COUNTED
from tools.calc.reading.writing import Written, read_writing

Kind = Literal["cardinal", "ordinal", "percent", "money"]
_WORD_BEFORE = r"(\A|\n|[^\W\d_]+)[ \t\u00a0]*\Z"
_NOUN_AFTER = r"\.[ \u00a0]([^\W\d_]+)"
_MINUS = r"(?i:\bminus|\bmenos)[ \u00a0]\Z"
_LOOK_BACK = 24
_PER_WEIGHT = frozenset(("kg", "lb"))
_MOST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A figure found in a text.

    `text` is `source[begin:stop]`, currency and unit included. `unit` is canonical ("kg", "EUR",
    "EUR/kg", "%"). `certain` is False when the writing can be read in two ways, which
    `alternatives` then lists, or is too long for anyone to have meant it.
    """

    text: str
    begin: int
    stop: int
    value: Decimal
    unit: str | None
    kind: Kind
    certain: bool
    alternatives: tuple[Decimal, ...] = ()


def read_numbers(text: str, locale: Locale) -> list[NumberRead]:
    """Return the figures of a text in the order they stand.

    Codes (PE-24-017), dates, times, tariff and phone numbers are left out; a bare year is a figure.

    Args:
        text: what a person wrote, in any of the three languages.
        locale: decides how 1.500 and 1,500 are read.
    """
    from tools.calc.reading.phrases import calendar_spans
    from tools.calc.reading.spelled import find_spelled

    taken = bytearray(len(text))
    for begin, stop in calendar_spans(text, locale):
        take(taken, begin, stop)
    found = list(_in_digits(text, locale, taken))
    for said in find_spelled(text, locale, taken):
        tail = None if said.ordinal or said.unit else tail_after(text, said.stop)
        stop = said.stop + (tail.size if tail else 0)
        written = Written(
            said.value.copy_negate() if _negated(text, said.begin) else said.value, said.certain
        )
        unit = tail or (Tail(said.unit, 0) if said.unit else None)
        found.append(_read(text, said.begin, stop, written, unit, ordinal=said.ordinal))
    return joined(text, sorted(found, key=lambda n: n.begin))


def _negated(text: str, begin: int) -> bool:
    return _compiled(_MINUS).search(text[max(0, begin - _LOOK_BACK) : begin]) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _in_digits(text: str, locale: Locale, taken: bytearray) -> Iterator[NumberRead]:
    figures = find_figures(text, taken, german=locale == "de")
    for figure, following in zip_longest(figures, figures[1:]):
        multiply(text, figure)
        begin, unit, stop = _measured(text, figure, following, taken)
        take(taken, begin, stop)
        yield from _figure(text, figure, locale, (begin, stop), unit)


def _measured(
    text: str, figure: Figure, following: Figure | None, taken: bytearray
) -> tuple[int, Tail | None, int]:
    """Return where a figure with its unit begins, the unit and where it ends."""
    head = currency_before(text, figure.first)
    if head is not None and (taken[figure.first - head.size] or _is_ordinal(text, figure)):
        head = None
    begin = figure.begin if head is None else min(figure.begin, figure.first - head.size)
    if figure.ranged and following is not None:
        multiply(text, following)
        return begin, head or tail_after(text, following.stop), figure.stop
    if head is not None and head.per:
        return begin, head, figure.stop
    tail = tail_after(text, figure.stop, priced=head is not None)
    if head is None or tail is None:
        return begin, head or tail, figure.stop + (tail.size if tail else 0)
    joined = head._replace(unit=head.unit + tail.unit, per=tail.per)
    return begin, joined, figure.stop + tail.size


def _figure(
    text: str, figure: Figure, locale: Locale, span: tuple[int, int], unit: Tail | None
) -> Iterator[NumberRead]:
    begin, stop = span
    if figure.ordinal or _is_ordinal(text, figure):
        stop = figure.stop + (text[figure.stop : figure.stop + 1] == "." and not figure.ordinal)
        yield _read(text, begin, stop, Written(Decimal(figure.digits), True), None, ordinal=True)
        return
    per_weight = unit is not None and (unit.per in _PER_WEIGHT or unit.unit == "%")
    written = read_writing(figure.digits, locale, per_weight=per_weight)
    if written is None:
        yield from _listed(text, figure, locale)
        return
    negative = figure.negative or _negated(text, figure.begin)
    values = [_valued(v, figure, negative) for v in (written.value, *written.alternatives)]
    certain = written.certain and not figure.power
    yield _read(text, begin, stop, Written(values[0], certain, tuple(values[1:])), unit)


def _valued(value: Decimal, figure: Figure, negative: bool) -> Decimal:
    if figure.part or figure.times != 1:
        value = (value + figure.part) * figure.times
    if figure.power:
        exponent = int(figure.power[1:])
        value = value.scaleb(exponent) if figure.power[0] in "eE" else _raised(value, exponent)
    return value.copy_negate() if negative else value


def _raised(value: Decimal, exponent: int) -> Decimal:
    return value**exponent if value else Decimal(0)


def _listed(text: str, figure: Figure, locale: Locale) -> Iterator[NumberRead]:
    """Read 1,2,3 as three figures; what has two points in it (1.2.3) is a version or a code."""
    begin, whole = figure.first, figure.digits.replace(",", "").isdigit()
    for piece in figure.digits.split(","):
        written = read_writing(piece, locale)
        if written is not None:
            written = written._replace(certain=written.certain and whole)
            yield _read(text, begin, begin + len(piece), written, None)
        begin += len(piece) + 1


def _is_ordinal(text: str, figure: Figure) -> bool:
    """Return whether "2." stands where it means the second: der 2. Röster, or at a line's start."""
    after = text[figure.stop : figure.stop + 3]
    if figure.joined or after[:1] != "." or len(figure.digits) > 2:  # noqa: PLR2004 - up to 99th
        return False
    if not figure.digits.isdigit() or figure.begin != figure.first:
        return False
    noun = _compiled(_NOUN_AFTER).match(text, figure.stop)
    if noun and folded(noun[1]) in COUNTED:
        return True
    before = _compiled(_WORD_BEFORE).search(text[max(0, figure.begin - _LOOK_BACK) : figure.begin])
    if before is None:
        return False
    if before[1] in {"", "\n"}:
        opens = before[1] == "\n" or figure.begin <= _LOOK_BACK
        return opens and after[1:2].isspace() and after[2:3].isalpha()
    return folded(before[1]) in ARTICLES


def _read(
    text: str, begin: int, stop: int, written: Written, unit: Tail | None, *, ordinal: bool = False
) -> NumberRead:
    kind: Kind = "cardinal"
    if ordinal:
        kind = "ordinal"
    elif unit is not None and (unit.currency or unit.per):
        kind = "money"
    elif unit is not None and unit.unit == "%":
        kind = "percent"
    return NumberRead(
        text=text[begin:stop],
        begin=begin,
        stop=stop,
        value=written.value,
        unit=unit.unit if unit else None,
        kind=kind,
        certain=written.certain and written.value.copy_abs() < _MOST,
        alternatives=written.alternatives,
    )
