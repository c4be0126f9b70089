"""Figures written in digits, told apart from the codes, times and fractions around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tools.calc.reading.folding import folded
from tools.calc.reading.tails import currency_before, tail_after
from tools.calc.reading.words import FRACTIONS, MULTIPLIERS

# A chunk is what stands between blanks and brackets; a comma or colon parts it unless it stands
# between digits (8,90 and 14:30 stay whole, "Preis:8,90" does not).
_CHUNK = re.compile(r"(?:[^\s;=|()\[\]{}<>\"„“”«»…!?*`~¿¡,:]|(?<=[0-9])[,:](?=[0-9]))+")
_START = re.compile(
    r"(?P<sign>[+\-−–]?)(?P<money>(?:US\$|[€$£]|S/\.?|(?:EUR|USD|PEN|GBP|USc)(?=[0-9]))?)"
    r"(?P<inner>[+\-−]?)(?P<digits>[0-9]+(?:[.,'’][0-9]+)*)?(?P<part>[½¼¾]?)"
)
_NEXT = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|te[nrs]?|er|ra|ro|do|da|\.?[ºª])(?!\w)")
_NOTHING = re.compile(r"[.'’+_/\-–°″′]*\Z")
_HYPHENATED = re.compile(r"[-‑][^\W\d_]{3,}(?:-[^\W\d_]+)*[.]?\Z")
_POWER = re.compile(r"(?:[eE]|\^)([+\-]?[0-9]{1,2})\Z")
_TARIFF = re.compile(r"(?<![\w.,])(?:0[0-9]{3}(?:[ .][0-9]{2}){1,3}|[0-9]{4}(?: [0-9]{2}){2,3})(?![\w])")
_PHONE = re.compile(r"(?<!\w)(?:\+|00)[1-9][0-9]{0,2}(?:[ \-/][0-9]{2,}){2,5}")
_CLOCK = re.compile(r"[ \u00a0]?(?:Uhr|[ap]\.m\.|[ap]m(?=\W|\Z)|o['’]clock|hrs\b|h\b|horas\b)")
_LABELS = frozenset("lot lots los lose lote lotes nr no number nummer numero num n partie partida".split())
_LETTERS_BEFORE = re.compile(r"([^\W\d_]+)[.:]?[ \u00a0]\Z")
_CODE_LETTERS = 4


@dataclass(slots=True)
class Figure:
    """A figure in a text: digits as written, its sign, what it is multiplied with."""

    begin: int
    stop: int
    digits: str
    negative: bool = False
    part: Decimal = Decimal(0)
    power: int | None = None
    times: int = 1
    ordinal: bool = False
    joined: bool = False  # something is glued to it, so no group of digits can follow

    @property
    def coded(self) -> bool:
        """Whether a leading zero says that this is a code, not an amount (017, 0901)."""
        return len(self.digits) > 1 and self.digits[0] == "0" and self.digits[1].isdigit()


def find_figures(text: str, taken: bytearray) -> list[Figure]:
    """Return the figures of a text in order, those in codes left out.

    Args:
        text: what a person wrote.
        taken: one byte a letter; 1 where a date stands. Codes found here are marked too.
    """
    for pattern in (_TARIFF, _PHONE):
        for found in pattern.finditer(text):
            _take(taken, found.start(), found.end())
    found = [f for chunk in _CHUNK.finditer(text) for f in _in_chunk(text, chunk, taken)]
    return [f for f in _joined(text, found) if not f.coded and not _CLOCK.match(text, f.stop)]


def _in_chunk(text: str, chunk: re.Match[str], taken: bytearray) -> Iterator[Figure]:
    word = chunk.group()
    if not any(c in "0123456789½¼¾" for c in word):
        return
    begin = chunk.start()
    if any(taken[begin : chunk.end()]):
        return
    begin += len(word) - len(word.lstrip("_'’‘#№≥≤≈±"))
    figures = list(_read(text, begin, chunk.end()))
    if not figures:
        _take(taken, chunk.start(), chunk.end())
    yield from figures
