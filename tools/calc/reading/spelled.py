"""Numbers in words inside a sentence: where they stand and whether they count something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from db.enums import Locale
from tools.calc.reading.folding import folded
from tools.calc.reading.numerals import read_ordinal, read_spelled
from tools.calc.reading.tails import tail_after
from tools.calc.reading.words import (
    AND_A_HALF,
    ARTICLES,
    COUNTED,
    DOUBTFUL_ORDINALS,
    HALVES,
    ONES,
    TIMES,
)

_WORD = re.compile(r"[^\W\d_]+")
_GAPS = frozenset((" ", "-", "\u00a0", "‑"))
_HALF_AFTER = frozenset((("and", "a", "half"), ("y", "medio"), ("y", "media")))
_HALF = Decimal("0.5")
_AROUND = 24  # letters


@dataclass(frozen=True, slots=True)
class Said:
    """A number in words: "zwölf", "the second", "half a tonne" (without its unit)."""

    begin: int
    stop: int
    value: Decimal
    ordinal: bool = False
    certain: bool = True


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
    if word in AND_A_HALF:
        return run.said(at, 1, AND_A_HALF[word]), 1
    if word in HALVES:
        return _halved(run, at)
    return _cardinal(run, at, locale) or _ordinal(run, at)


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
    last = read_ordinal(run.word(at + count))
    if last and last < 10 <= value and value % 10 == 0:  # noqa: PLR2004 - twenty-first
        return run.said(at, count + 1, value + last, ordinal=True), count + 1
    if count == 1 and run.word(at) in ONES and not _counts(run, at):
        return None
    for half in _HALF_AFTER:
        if tuple(run.words[at + count : at + count + len(half)]) == half:
            return run.said(at, count + len(half), value + _HALF), count + len(half)
    return run.said(at, count, value), count


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
