"""Numbers in words inside a sentence: where they stand and whether they count something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from db.enums import Locale
from tools.calc.reading.folding import folded
from tools.calc.reading.numerals import read_german, read_half, read_ordinal, read_spelled
from tools.calc.reading.tails import named, tail_after
from tools.calc.reading.words import (
    ARTICLES,
    COUNTED,
    COUPLES,
    DOUBTFUL_ORDINALS,
    HALVES,
    ONES,
    QUARTERS,
    THANKS,
    TIMES,
)

_WORD = re.compile(r"[^\W\d_]+")
_GAPS = frozenset((" ", "-", "\u00a0", "‑"))
_HALF_AFTER = frozenset((("and", "a", "half"), ("y", "medio"), ("y", "media")))
_HALF = Decimal("0.5")
_MILLION = 10**6
_EUROS, _CENTS = range(1, 20), range(10, 100)
_AROUND = 24  # letters


@dataclass(frozen=True, slots=True)
class Said:
    """A number in words: "zwölf", "the second", "half a tonne" (without its unit)."""

    begin: int
    stop: int
    value: Decimal
    ordinal: bool = False
    certain: bool = True
    unit: str | None = None  # where it stands inside: a tonne and a half


@dataclass(slots=True)
class _Run:
    """Words with nothing but a blank or hyphen between them."""

    text: str
    words: list[str]
    begins: list[int]
    stops: list[int]

    def word(self, index: int) -> str:
        """Return a folded word, "" outside the run."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def said(self, at: int, count: int, value: Decimal | int, *, ordinal: bool = False) -> Said:
        """Return the number some words of the run say."""
        begin, stop = self.begins[at], self.stops[at + count - 1]
        counted = self.text[max(0, begin - 2) : begin - 1].isdigit()  # los 10 primeros
        vague = ordinal and (counted or self._counts_after(at + count))
        return Said(begin, stop, Decimal(value), ordinal, not vague)

    def _counts_after(self, index: int) -> bool:
        """Return whether "the first" is followed by how many, so that it points to none."""
        if index < len(self.words):
            return (
                self.words[index] not in ONES and read_spelled(self.words, index, "en") is not None
            )
        return self.text[self.stops[-1] + 1 : self.stops[-1] + 2].isdigit()


def find_spelled(text: str, locale: Locale, taken: bytearray) -> Iterator[Said]:
    """Yield the numbers written in words, in order.

    Args:
        text: what a person wrote.
        locale: the writer's language; "once" is eleven in Spanish only.
        taken: one byte a letter; 1 where something else was read.
    """
    for run in _runs(text, taken):
        index = 0
        while index < len(run.words):
            found = _at(run, index, locale)
            if found is None:
                index += 1
                continue
            said, count = found
            yield said
            index += count


def _runs(text: str, taken: bytearray) -> Iterator[_Run]:
    run = _Run(text, [], [], [])
    for found in _WORD.finditer(text):
        begin, stop = found.span()
        if taken[begin]:
            continue
        if run.stops and text[run.stops[-1] : begin] not in _GAPS:
            yield run
            run = _Run(text, [], [], [])
        run.words.append(folded(found.group()))
        run.begins.append(begin)
        run.stops.append(stop)
    if run.words:
        yield run


def _at(run: _Run, at: int, locale: Locale) -> tuple[Said, int] | None:
    word = run.word(at)
    halved = read_half(word)
    if halved is not None:
        return run.said(at, 1, halved), 1
    if word in HALVES:
        return _halved(run, at)
    found = _part(run, at) or _unit_and_a_half(run, at)
    return found or _cardinal(run, at, locale) or _priced(run, at, locale) or _ordinal(run, at)


def _part(run: _Run, at: int) -> tuple[Said, int] | None:
    """Read drei Viertel, a quarter of, un cuarto de; a couple of bags is about two."""
    for size in range(4, 0, -1):
        part = QUARTERS.get(" ".join(run.words[at : at + size]))
        if part is not None and at + size <= len(run.words):
            return run.said(at, size, part), size
    pair = at + 3 <= len(run.words) and " ".join(run.words[at : at + 3]) in COUPLES
    if not pair or not (_is_counted(run.word(at + 3)) or tail_after(run.text, run.stops[at + 2])):
        return None
    return replace(run.said(at, 3, 2), certain=False), 3


def _unit_and_a_half(run: _Run, at: int) -> tuple[Said, int] | None:
    """Read tonelada y media, a tonne and a half."""
    first = at + 1 if run.word(at) in {"a", "an"} else at
    unit = named(run.word(first))
    for half in _HALF_AFTER:
        size = first - at + 1 + len(half)
        if unit and tuple(run.words[first + 1 : at + size]) == half:
            return replace(run.said(at, size, 1 + _HALF), unit=unit.unit), size
    return None


def _priced(run: _Run, at: int, locale: Locale) -> tuple[Said, int] | None:
    """Read achtfünfzig: 8.50 in one German word."""
    word = run.word(at)
    if locale != "de":
        return None
    for cut in range(3, len(word) - 2):
        whole, part = read_german(word[:cut]) or 0, read_german(word[cut:]) or 0
        if whole in _EUROS and part in _CENTS:
            return run.said(at, 1, whole + Decimal(part) / 100), 1
    return None


def _is_counted(word: str) -> bool:
    return (
        word in COUNTED or word.removesuffix("s") in COUNTED or word.removesuffix("es") in COUNTED
    )


def _halved(run: _Run, at: int) -> tuple[Said, int] | None:
    """Read half a million, media docena, half a bag, halbe Tonne."""
    count = 2 if run.word(at + 1) in ONES or run.word(at + 1) == "de" else 1
    times = TIMES.get(run.word(at + count))
    if times:
        return run.said(at, count + 1, times * _HALF), count + 1
    if at + count > len(run.words) or tail_after(run.text, run.stops[at + count - 1]) is None:
        return None
    return run.said(at, count, _HALF), count


def _cardinal(run: _Run, at: int, locale: Locale) -> tuple[Said, int] | None:
    spelled = read_spelled(run.words, at, locale)
    if spelled is None:
        return None
    value, count = spelled
    if (
        run.word(at + count) in THANKS
        or run.word(at - 1) == "halb"
        or (count == 1 and _is_name(run, at))
    ):
        return None
    last = read_ordinal(run.word(at + count))
    if last and last < 10 <= value and value % 10 == 0:  # noqa: PLR2004 - twenty-first
        return run.said(at, count + 1, value + last, ordinal=True), count + 1
    for half in _HALF_AFTER:
        if tuple(run.words[at + count : at + count + len(half)]) == half:
            times = _MILLION if value >= _MILLION and value % _MILLION == 0 else 1
            return run.said(at, count + len(half), value + _HALF * times), count + len(half)
    if count == 1 and run.word(at) in ONES and not _counts(run, at):
        return None
    return run.said(at, count, value), count


def _is_name(run: _Run, at: int) -> bool:
    """Return whether a number begins a name: Tres Cabezas, Five Elephant."""
    if read_german(run.word(at)) is not None or at + 1 >= len(run.words):
        return False
    capital = run.text[run.begins[at]].isupper() and run.text[run.begins[at + 1]].isupper()
    return capital and not _is_counted(run.word(at + 1)) and not tail_after(run.text, run.stops[at])


def _counts(run: _Run, at: int) -> bool:
    """Return whether a one counts something, or is all that was said."""
    begin, stop = run.begins[at], run.stops[at]
    around = run.text[max(0, begin - _AROUND) : begin] + run.text[stop : stop + _AROUND]
    if run.word(at) not in {"a", "an"} and not any(c.isalnum() for c in around):
        return True
    return run.word(at + 1) in COUNTED or tail_after(run.text, stop) is not None


def _ordinal(run: _Run, at: int) -> tuple[Said, int] | None:
    word = run.word(at)
    value = read_ordinal(word)
    if value is None or (word in DOUBTFUL_ORDINALS and run.word(at - 1) not in ARTICLES):
        return None
    return run.said(at, 1, value, ordinal=True), 1
