"""Every figure of a text, left to right."""

import re
from collections.abc import Iterable, Iterator

from agent.grounding.around import marks_of
from agent.grounding.codes import codes, links
from agent.grounding.dates import Found, clocks, dates, days_before
from agent.grounding.figure import Figure, Mark, Reading, Unit
from agent.grounding.numbers import Counted, numbers, spelt_numbers, unit_after
from agent.grounding.plain import Plain, plain

_ENUMERATOR = re.compile(r"^[ \t>]*(?:[-•#]+[ \t]+)?\(?\d{1,2}[.)](?=[ \t])", re.MULTILINE)
_MARKER = re.compile(r"\[(\d{1,2})\]")
_IDIOM = re.compile(
    r"\b4-Augen\w*(?:-\w+)?|\b24/7\b|\bB2B\b|\bCO2\b|(?<=\s)[:;]-?[)(D](?!\w)"
    r"|\b1\s?(?:EUR|USD|€|\$|kg|lb|qq)\s?="  # 1 EUR = …: a unit, not an amount
    r"|(?<=\d)/100\b(?![.,]?\d|\s?(?:k?g|lb)\b)",  # a score of 86/100
    re.IGNORECASE,
)
_ORDINAL_NOUN = re.compile(
    r"\b(?:[1-9]|1[0-2])\.\s(?=(?:Quartal|Los|Container|Zeile|Woche|Mal|Platz|Rate|Stelle)\b)"
    r"|\b(?:[1-9]|1[0-2])(?:st|nd|rd|th)\b(?=\s[a-z])"
)
_JOINED = re.compile(
    r"(?:[-–—]|\s(?:bis|und|oder|to|and|or|a|al|y|o|auf|statt|instead of)\s)"
    r"(?:(?:EUR|USD|€|\$)\s?)?"
)


def figures_in(text: str, locale: str, *, every: bool = False) -> list[Figure]:
    """Return the numbers, amounts, dates, codes and addresses of a text.

    Args:
        text: anything; markup and invisible characters are read through.
        locale: de, en or es; decides what a comma and `once` mean.
        every: take all readings of doubtful numbers (for sources).
    """
    bare = plain(text)
    taken = _Taken(bare)
    for match in (*_IDIOM.finditer(bare.text), *_ORDINAL_NOUN.finditer(bare.text)):
        taken.blank(match.start(), match.end())
    taken.add(links(taken.text))
    for match in _MARKER.finditer(taken.text):
        taken.take(Found(match.start(), match.end(), (Reading("mark", match[1]),)))
    taken.add_dates(locale, every=every)
    for match in _ENUMERATOR.finditer(taken.text):
        taken.blank(match.start(), match.end())
    taken.add(clocks(taken.text))
    taken.add(codes(taken.text))
    taken.add(numbers(taken.text, locale, every=every))
    taken.add(spelt_numbers(taken.text, locale))
    return _with_shared_units(bare, sorted(taken.figures, key=lambda f: f.begin), text)


class _Taken:
    """Figures found so far; what they take is blanked out for the scanners that follow."""

    def __init__(self, bare: Plain) -> None:
        self.bare = bare
        self.text = bare.text
        self.figures: list[Figure] = []

    def blank(self, begin: int, stop: int) -> None:
        """Let later scanners see nothing here; the length stays."""
        self.text = self.text[:begin] + "\x00" * (stop - begin) + self.text[stop:]

    def add(self, found: Iterable[Found | Counted]) -> None:
        """Take what does not overlap anything taken."""
        for one in list(found):
            self.take(one)

    def add_dates(self, locale: str, *, every: bool) -> None:
        """Take dates, and the first day of a span whose month stands with the second."""
        for one in list(dates(self.text, locale, every=every)):
            if self.take(one):
                first = days_before(self.text, one)
                if first is not None:
                    self.take(first)

    def take(self, one: Found | Counted) -> bool:
        """Take one figure unless its place is taken; return whether it was."""
        if one.begin >= one.stop or "\x00" in self.text[one.begin : one.stop]:
            return False
        self.blank(one.begin, one.stop)
        unit: Unit | None = None
        marks: frozenset[Mark] = frozenset()
        if isinstance(one, Counted):
            unit, marks = one.unit, one.marks
        elif any(r.kind == "number" for r in one.readings):
            unit, _ = unit_after(self.bare.text, one.stop, one.begin)
            marks = marks_of(self.bare.text, one.begin, one.stop, "")
        self.figures.append(
            Figure(
                self.bare.text[one.begin : one.stop], one.begin, one.stop, one.readings, unit, marks
            )
        )
        return True


def _with_shared_units(bare: Plain, figures: list[Figure], text: str) -> list[Figure]:
    """Give `84–86 points` its unit on both sides, and every figure its place in the original."""
    shared: Unit | None = None
    done: list[Figure] = []
    following: Figure | None = None
    for figure in reversed(figures):
        joined = following is not None and _JOINED.fullmatch(
            bare.text, figure.stop, following.begin
        )
        shared = shared if joined and shared else None
        unit = figure.unit or (shared if figure.readings[0].kind == "number" else None)
        shared = unit
        following = figure
        begin, stop = bare.span(figure.begin, figure.stop)
        done.append(Figure(text[begin:stop], begin, stop, figure.readings, unit, figure.marks))
    return list(_ordered(done))


def _ordered(figures: list[Figure]) -> Iterator[Figure]:
    yield from reversed(figures)
