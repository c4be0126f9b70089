"""The grammar of dates: which sequences of calendar words make a day, a week, a month, a span.

A sentence becomes a string of tags, one letter a token, and each kind of phrase is a pattern in
that string; the longest wins. What the letters stand for is told in `months`.
"""

import re
from dataclasses import dataclass
from functools import cache

from db.enums import Locale
from tools.calc.reading.calendar_tokens import read_tokens
from tools.calc.reading.calendar_words import Token
from tools.calc.reading.grammar import PATTERNS
from tools.calc.reading.months import ENGLISH_MONTHS, PLURALS
from tools.calc.reading.tails import tail_after
from tools.calc.reading.words import words

_UNITS_OF = {
    "quarter": ("quarter",),
    "part_quarter": ("quarter",),
    "week": ("week",),
    "week_day": ("week",),
    "week_of_month": ("week",),
    "first_of_month": ("week", "day"),
    "day_of_span": ("month",),
    "day": ("day",),
    "half": ("week", "month", "year"),
    "nth": ("week", "month", "quarter", "year"),
    "year": ("year",),
    "month": ("year",),
}
_ACRONYM = r"(?<!\w)[A-Z]{2,} \Z"  # SCA 2004 is a form, not a year
_LOOK_BACK = 10
_DAYS = range(1, 32)
_YEARS = range(1900, 2200)
_NO_COUNT = frozenset(("quarter", "span", "part_span", "half", "nth", "so_far", "day_of_span"))
_IN_DIGITS = words(
    """numeric day_month month_day days_of_month days_of_numeric month part_month part_quarter
    quarter week week_of_month first_of_month half half_year nth weekday_day day_of_span"""
)
_AGAIN = {"n2": "n", "u2": "u", "l2": "l"}  # one part, two places it may stand in
# "for three weeks" tells since when only after what has or has not been.
_HAS_BEEN = (
    r"(?i:\b(?:have|has|had|haven|hasn|been|nothing|not|no|without|silent|quiet|open|overdue)\b)"
)
_SENTENCE = 120


@dataclass(frozen=True, slots=True)
class Phrase:
    """A date as said: its kind, the tokens from `first` up to `after`, and the parts by name.

    Parts: d/d2 day, m month, y/yy year, w weekday, n next/last/this, u unit, c count, cu both, p
    part of a span, q quarter, h half, k which one, v day, s season, l week of, r days from today,
    x a date in digits, z a part of a span in one word, back where a count goes back.
    """

    kind: str
    first: int
    after: int
    begin: int
    stop: int
    parts: dict[str, Token]

    def number(self, part: str) -> int | None:
        """Return the value of a part, or None where it was not said."""
        token = self.parts.get(part)
        return None if token is None else int(token.value)

    @property
    def steps(self) -> int:
        """How far next, last or this points: 1, -1, 0; übernächste 2, vorletzte -2."""
        token = self.parts.get("n")
        if token is None:
            return 0
        return -int(token.value) if token.tag == "L" else int(token.value)

    @property
    def unit(self) -> str:
        """Day, week, month, quarter or year, where one was said."""
        return str(self.parts["u"].value)


def read_phrases(text: str, locale: Locale) -> tuple[list[Token], list[Phrase]]:
    """Return the tokens of a text and the dates among them in order, none overlapping another."""
    tokens = read_tokens(text, locale)
    tags = "".join(t.tag for t in tokens)
    found = [
        phrase
        for kind, pattern in _compiled()
        for match in pattern.finditer(tags)
        if (phrase := _phrase(kind, match, tokens)) and _holds(text, phrase)
    ]
    found.sort(key=lambda p: (p.first - p.after, p.first))
    kept: list[Phrase] = []
    used = bytearray(len(tokens))
    for phrase in found:
        if not any(used[phrase.first : phrase.after]):
            used[phrase.first : phrase.after] = b"\1" * (phrase.after - phrase.first)
            kept.append(phrase)
    return tokens, sorted(kept, key=lambda p: p.first)


def calendar_spans(text: str, locale: Locale) -> list[tuple[int, int]]:
    """Return where dates stand whose digits are no figures (24.11., 5 May, KW 50, March 2026)."""
    _, phrases = read_phrases(text, locale)
    return [
        (p.begin, p.stop)
        for p in phrases
        if p.kind in _IN_DIGITS and not (p.kind == "numeric" and p.parts["x"].doubtful)
    ]


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(p)) for kind, patterns in PATTERNS.items() for p in patterns)


def _phrase(kind: str, match: re.Match[str], tokens: list[Token]) -> Phrase:
    first, after = match.span()
    parts = {
        _AGAIN.get(name, name): tokens[match.start(name)]
        for name, tag in match.groupdict().items()
        if tag
    }
    return Phrase(kind, first, after, tokens[first].begin, tokens[after - 1].stop, parts)


def _holds(text: str, phrase: Phrase) -> bool:
    """Return whether a match means what its kind says: the right unit, a day that is one."""
    parts = phrase.parts
    if not (_unit_holds(phrase) and _figures_hold(text, phrase)):
        return False
    match phrase.kind:
        case "month_day":
            return parts["m"].word in ENGLISH_MONTHS and tail_after(text, parts["d"].stop) is None
        case "anchored":
            return "c" in parts or "cu" in parts or parts["u"].word == "week"
        case "lasting":
            before = text[max(0, phrase.begin - _SENTENCE) : phrase.begin]
            said = text[phrase.begin : phrase.begin + 4].lower() == "for "
            return said and re.search(_HAS_BEEN, re.split(r"[.!?]", before)[-1]) is not None
        case "day" if "u" in parts:
            return parts["u"].word == "dia"
        case "nth" if "v" in parts:
            return parts["v"].value == "day"
        case "year" | "week":
            figure = parts.get("y") or parts.get("d")
            before = text[max(0, phrase.begin - _LOOK_BACK) : phrase.begin]
            named = phrase.kind == "year" and re.search(_ACRONYM, before) is not None
            return not named and (figure is None or tail_after(text, figure.stop) is None)
        case _:
            return True


def _unit_holds(phrase: Phrase) -> bool:
    unit, week = phrase.parts.get("u"), phrase.parts.get("l")
    if week is not None and week.tag == "U" and (week.value != "week" or week.word in PLURALS):
        return False
    if unit is None:
        return True
    allowed = _UNITS_OF.get(phrase.kind, (unit.value,))
    if "m" in phrase.parts and "n" in phrase.parts and phrase.kind != "week_of_month":
        allowed = ("year",)
    if unit.value not in allowed:
        return False
    counts = unit.value == "day" or unit.word in PLURALS
    return not (phrase.kind in _NO_COUNT and counts)


def _figures_hold(text: str, phrase: Phrase) -> bool:
    day, year, short = (phrase.parts.get(p) for p in ("d", "y", "yy"))
    if short is not None and not text[: short.begin].endswith("del "):
        return False
    if year is not None and int(year.value) not in _YEARS:
        return False
    if day is None or phrase.kind == "week":
        return True
    if day.tag in {"C", "e"} and phrase.kind == "day_month":
        counted = text[: day.begin].lower().endswith(("los ", "las "))
        if counted or (day.tag == "e" and day.word != "uno"):
            return False
    return int(day.value) in _DAYS
