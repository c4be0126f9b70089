"""Figures written in digits, told apart from the codes, times and fractions around them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from tools.calc.reading.folding import folded
from tools.calc.reading.tails import currency_before, tail_after
from tools.calc.reading.words import FRACTIONS, LABELS, MULTIPLIERS

# A chunk is what stands between blanks and brackets; a comma or colon parts it unless it stands
# between digits (8,90 and 14:30 stay whole, "Preis:8,90" does not).
_CHUNK = r"(?:[^\s;=|()\[\]{}<>\"„“”«»…!?*`~¿¡,:]|(?<=[0-9])[,:](?=[0-9]))+"
_START = (
    r"(?P<sign>[+\-−–]?)(?:US\$|[€$£]|S/\.?|(?i:EUR|USD|PEN|GBP|USc)(?=[0-9]))?(?P<inner>[+\-−]?)"
    r"(?P<digits>[0-9]+(?:[.,'’][0-9]+)*)?(?P<part>[½¼¾]?)"
)
_PARTNER = r"(?:[\-–x×](?:US\$|[€$£])?|(?P<sign>[€$£])(?=[0-9]{2}(?![0-9])))(?P<digits>[0-9]+(?:[.,][0-9]+)*)"
_EURO_CENTS = r"[€$£][0-9]{2}(?![0-9.,])"
_ORDINAL = r"(?:st|nd|rd|th|te[nrs]?|(?<=[13])er|ra|ro|do|da|\.?[ºª])(?!\w)"
_NOTHING = r"(?:er)?[.'’+_/\-–°″′]*\Z"  # 69er Säcke
_HYPHENATED = r"[-‑][^\W\d_]{3,}(?:-[^\W\d_]+)*\.?\Z"
_POWER = r"[eE^][+\-]?[0-9]{1,2}\Z"
_TARIFF = r"(?<![\w.,])(?:0[0-9]{3}(?:[ .][0-9]{2}){1,3}|[0-9]{4}(?: [0-9]{2}){2,3})(?!\w)"
_PHONE = r"(?<!\w)(?:\+|00)[1-9][0-9]{0,2}(?:[ \-/][0-9]{2,}){2,5}"
_LINK = r"(?:https?://|www\.)[^\s<>|]+"
_CONTAINER = r"(?<!\w)[A-Z]{3}[UJZ] [0-9]{6}[ -]?[0-9](?!\w)"
_CLOCK = r"[ \u00a0]?(?:Uhr\b|[ap]\.m\.|[ap]m(?=\W|\Z)|o['’]clock|hrs?\b|h\b|horas\b)"
_CLOCK_GERMAN = r"[ \u00a0]?(?:Uhr|h)\b"
_WORD_BEFORE = r"([^\W\d_]+)[.:]?[ \u00a0]\Z"
_GROUPING_BLANKS = " \u00a0\u202f\u2009"
_LOOK_BACK = 24
_CODE_LETTERS = 4
_LONGEST_BASE = 16


@dataclass(slots=True)
class Figure:
    """A figure in a text: digits as written, its sign, what it is multiplied with."""

    begin: int
    stop: int
    digits: str
    first: int  # where its digits start, a currency sign before them left out
    negative: bool = False
    part: Decimal = Decimal(0)
    power: str = ""  # e30 or ^30, as written
    times: int = 1
    ordinal: bool = False
    joined: bool = False  # something is glued to it, so no group of digits can follow
    ranged: bool = False  # the first of two, as in 10-12 bags

    @property
    def coded(self) -> bool:
        """Whether a leading zero says that this is a code, not an amount (017, 0901)."""
        return len(self.digits) > 1 and self.digits[0] == "0" and self.digits[1].isdigit()


def find_figures(text: str, taken: bytearray, *, german: bool = False) -> list[Figure]:
    """Return the figures of a text in order, those in codes left out.

    Args:
        text: what a person wrote.
        taken: one byte a letter; 1 where a date stands. Codes found here are marked too.
        german: "5 am" is a preposition, not five in the morning.
    """
    for pattern in (_TARIFF, _PHONE, _CONTAINER, _LINK):
        for found in _compiled(pattern).finditer(text):
            take(taken, found.start(), found.end())
    chunks = _compiled(_CHUNK).finditer(text)
    figures = _grouped(text, [f for chunk in chunks for f in _in_chunk(text, chunk, taken)])
    clock = _compiled(_CLOCK_GERMAN if german else _CLOCK)
    return [f for f in figures if not f.coded and not clock.match(text, f.stop)]


def take(taken: bytearray, begin: int, stop: int) -> None:
    """Mark letters as read."""
    taken[begin:stop] = b"\1" * (stop - begin)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _in_chunk(text: str, chunk: re.Match[str], taken: bytearray) -> list[Figure]:
    word = chunk.group()
    if not any(c in "0123456789½¼¾" for c in word) or any(taken[chunk.start() : chunk.end()]):
        return []
    begin = chunk.start() + len(word) - len(word.lstrip("_'’‘#№≥≤≈±"))
    figures = _read(text, begin, chunk.end())
    if not figures:
        take(taken, chunk.start(), chunk.end())
    return figures


def _read(text: str, begin: int, end: int) -> list[Figure]:
    start = _compiled(_START).match(text, begin, end)
    if start is None or not (start["digits"] or start["part"]):
        return []
    first = Figure(
        begin=begin,
        stop=start.end(),
        digits=start["digits"] or "0",
        first=start.start("inner"),
        negative=(start["sign"] or start["inner"] or "+") != "+",
        part=FRACTIONS.get(start["part"], Decimal(0)),
    )
    cents = _compiled(_EURO_CENTS).match(text, first.stop, end)
    if cents is None and _closes(text, first, end):
        return [first]
    return _pair(text, first, end)


def _pair(text: str, first: Figure, end: int) -> list[Figure]:
    """Return both figures of 10-12 or 275x69, nothing when it is a code."""
    found = _compiled(_PARTNER).match(text, first.stop, end)
    if found is None or first.joined:
        return []
    begin = found.start("digits")
    second = Figure(begin=begin, stop=found.end(), digits=found["digits"], first=begin)
    if first.coded or second.coded or not _closes(text, second, end):
        return []
    first.joined, first.ranged = True, not found["sign"]
    return [first, second]


def _closes(text: str, figure: Figure, end: int) -> bool:
    """Take what is glued to a figure into it; False when that makes it a code."""
    rest = text[figure.stop : end]
    if _compiled(_NOTHING).match(rest):
        return True
    if ordinal := _compiled(_ORDINAL).match(rest):
        figure.ordinal = figure.joined = True
        figure.stop += ordinal.end()
        return True
    power = _compiled(_POWER).match(rest)
    if power and len(figure.digits) < _LONGEST_BASE:
        figure.power, figure.joined = power.group(), True
        figure.stop += power.end()
        return True
    if multiply(text, figure, blank=False):
        figure.joined = True
    rest = text[figure.stop : end]
    closed = _compiled(_NOTHING).match(rest) or _compiled(_HYPHENATED).match(rest)
    return bool(closed or tail_after(text, figure.stop))


def multiply(text: str, figure: Figure, *, blank: bool = True) -> bool:
    """Take a word that multiplies a figure into it: 20k, 3 Mio., 20 mil."""
    found = _multipliers(blank).match(text, figure.stop)
    if found is None or figure.times != 1:
        return False
    figure.times = (
        MULTIPLIERS[found[1]] if found[1] in MULTIPLIERS else MULTIPLIERS[folded(found[1])]
    )
    figure.stop = found.end()
    return True


@cache
def _multipliers(blank: bool) -> re.Pattern[str]:
    names = "|".join(re.escape(n) for n in sorted(MULTIPLIERS, key=len, reverse=True))
    words = names + "|[Mm]illón|[DdTt](?:utzend|ausend)|Millionen"
    return re.compile(("[ \u00a0]?" if blank else "") + f"({words})(?!\\w)")


def _grouped(text: str, figures: list[Figure]) -> list[Figure]:
    """Put groups of three digits parted by a blank together: 1 500 is one figure."""
    kept: list[Figure] = []
    growing = False  # the last one kept is a head that may still take groups
    for figure in figures:
        if growing and _continues(text, kept[-1], figure):
            growing = _extend(text, kept[-1], figure)
            continue
        if kept and _spaced_code(text, kept[-1], figure):
            kept.pop()
            growing = False
            continue
        kept.append(figure)
        growing = _may_head(text, figure)
    return kept


def _may_head(text: str, figure: Figure) -> bool:
    digits = figure.digits
    return (
        len(digits) <= 3  # noqa: PLR2004 - the first group of thousands
        and digits.isdigit()
        and digits[0] != "0"
        and not (figure.joined or figure.part)
        and not _labelled(text, figure.begin)
    )


def _continues(text: str, head: Figure, group: Figure) -> bool:
    whole = group.digits[:3]
    return (
        group.begin == head.stop + 1
        and text[head.stop] in _GROUPING_BLANKS
        and len(whole) == 3  # noqa: PLR2004 - groups of thousands
        and whole.isdigit()
        and not group.digits[3:4].isdigit()
        and text[group.begin].isdigit()
    )


def _extend(text: str, head: Figure, group: Figure) -> bool:
    head.digits += text[head.stop] + group.digits
    head.stop, head.part, head.times = group.stop, group.part, group.times
    head.ordinal, head.ranged = group.ordinal, group.ranged
    head.joined = group.joined or not group.digits.isdigit()
    return not head.joined


def _labelled(text: str, begin: int) -> bool:
    """Return whether the word before names a thing by number, so that a figure ends there."""
    found = _compiled(_WORD_BEFORE).search(text[max(0, begin - _LOOK_BACK) : begin])
    if found is None:
        return False
    letters = found[1]
    coded = letters.isupper() and len(letters) <= _CODE_LETTERS and letters != "I"
    return folded(letters) in LABELS or (coded and not currency_before(text, begin))


def _spaced_code(text: str, head: Figure, group: Figure) -> bool:
    """Return whether two groups are a code written with blanks: PE 24 017."""
    return group.coded and group.begin == head.stop + 1 and _labelled(text, head.begin)
