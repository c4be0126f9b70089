"""The grammar of dates: which sequences of calendar words make a day, a week, a month, a span.

A sentence becomes a string of tags, one letter a token, and each kind of phrase is a pattern in
that string; the longest wins. What the letters stand for is told in `months`.
"""

import re
from dataclasses import dataclass
from functools import cache

from db.enums import Locale
from tools.calc.reading.calendar_tokens import Token, read_tokens
from tools.calc.reading.months import ENGLISH_MONTHS, PLURALS
from tools.calc.reading.tails import tail_after
from tools.calc.reading.words import words

_WEEKDAY = "(?:(?P<w>W)p?k?[Fo]{0,2})?"
_YEAR = "(?:p?[kFhs]{0,2}(?P<y>Y))?"
_DAY = "(?P<d>[DO])p?"
_COUNT = "(?P<c>[CDGe])(?P<u>U)"
# kind → patterns; a letter class is a choice of tags, F and o are small words in between
PATTERNS: dict[str, tuple[str, ...]] = {
    "numeric": (f"{_WEEKDAY}(?P<x>E)",),
    "day_month": (
        f"{_WEEKDAY}{_DAY}[Fh]{{0,2}}(?P<m>[Mm]){_YEAR}",
        f"{_WEEKDAY}(?P<d>O)F?(?P<m>q){_YEAR}",
        f"{_WEEKDAY}(?P<d>D)(?P<m>q)(?:k?(?P<y>Y)|(?=[pknh]|$))",
        "(?P<d>D)[Fh]?(?P<m>a)[Fh]?(?P<y>Y)",
    ),
    "day": ("oF?(?P<d>O)(?=[pk]|$)", "oF?(?P<d>D)p(?=x|$)"),
    "month_day": (f"{_WEEKDAY}(?<!I)(?P<m>[Mmq])p?F?(?P<d>[DO])(?:k?(?P<y>Y))?",),
    "days_of_month": (
        f"J?F?{_DAY}F?[tBhe]F{{0,2}}(?P<d2>[DO])p?F{{0,2}}(?P<m>[Mm]){_YEAR}",
        f"JF?{_DAY}F?jF{{0,2}}(?P<d2>[DO])p?F{{0,2}}(?P<m>[Mm]){_YEAR}",
        "(?<!I)(?P<m>[Mmq])p?(?P<d>[DO])[htB](?P<d2>[DO])(?:k?(?P<y>Y))?",
    ),
    "month": (
        f"(?P<m>M){_YEAR}",
        "(?P<m>[mq])p?F?(?P<y>Y)",
        "I[Fo]{0,2}(?P<m>[mq])",
        "(?<=[SBZJbA])(?P<m>[mq])",
        "(?<=[SBZJb]F)(?P<m>[mq])",
        "(?P<n>[NLc])F?(?P<m>[Mmq])",
        "(?P<n>T)F?(?P<m>[Mm])",
        "(?P<m>M)(?P<n>[NL])",
        "(?P<m>[Mm])F{0,2}(?P<n>[NLT])F?(?P<u>U)",
        "(?P<m>[Mm])F{0,2}(?P<u>U)(?P<n>[NL])",
        "(?P<n>[NLT])F?(?P<u>U)[Ik]F?(?P<m>[Mmq])",
        "(?P<u>U)(?P<n>[NL])[Ik]F?(?P<m>[Mmq])",
    ),
    "part_month": (f"(?P<p>P)[hFIo]{{0,3}}(?P<m>[Mmq]){_YEAR}",),
    "part_span": (
        "(?P<p>P)[hFIo]{0,3}(?P<n>[NLTc])F?(?P<u>U)",
        "(?P<p>P)[hFIo]{0,3}(?P<u>U)(?P<n>[NL])?",
    ),
    "part_word": ("(?P<z>w)",),
    "part_year": ("(?P<p>P)[hF]{0,2}(?P<y>Y)",),
    "quarter": ("(?P<q>Q)[sFhk]?(?P<y>Y)?", "(?P<q>[ODC])p?(?P<u>U)(?:[Fk]{0,2}(?P<y>Y))?"),
    "week": (
        "K[pF]?(?P<d>D)(?:[skF]{0,2}(?P<y>Y))?",
        "(?<![NLTcCDe])(?P<u>U)(?P<d>D)(?:[skF]{0,2}(?P<y>Y))?",
    ),
    "week_of_month": (
        f"(?P<d>[ODC])p?(?P<u>U)F{{0,2}}(?P<m>[Mmq]){_YEAR}",
        f"(?P<n>L)(?P<u>U)F{{0,2}}(?P<m>[Mmq]){_YEAR}",
    ),
    "span": ("(?P<n>[NLTc])F?(?P<u>U)", "(?P<u>U)(?P<n>[NL])"),
    "week_day": (
        "(?P<w>W)[FIo]{0,2}(?P<n>[NLTc])F?(?P<u>U)",
        "(?P<w>W)[FIo]{0,3}(?P<u>U)(?P<n>[NL])",
        "(?P<n>[NLTc])F?(?P<u>U)k?[oF]{0,2}(?P<w>W)",
    ),
    "weekday": ("(?P<n>[NLTc])F?(?P<w>W)", "(?P<w>W)(?P<n>[NL])", "(?P<w>W)"),
    "relative": ("(?P<r>R)",),
    "ahead": (f"IF?{_COUNT}", f"{_COUNT}f"),
    "within": (f"v[FJ]{{0,2}}{_COUNT}",),
    "back": (f"AF?{_COUNT}", f"{_COUNT}a"),
    "since_count": (f"SF{{0,2}}{_COUNT}",),
    "around": ("F?(?P<n>[LN])F?(?P<c>[CDG])F?(?P<u>U)", "(?P<c>[CDG])(?P<n>[LN])(?P<u>U)"),
    "year": ("I?F{0,2}(?P<u>U)F?(?P<y>Y)", "(?P<y>Y)"),
}
_UNITS_OF = {
    "quarter": "quarter",
    "week": "week",
    "week_day": "week",
    "week_of_month": "week",
    "year": "year",
    "month": "year",
}
_ACRONYM = r"(?<!\w)[A-Z]{2,} \Z"  # SCA 2004 is a form, not a year
_LOOK_BACK = 10
_DAYS = range(1, 32)
_NO_COUNT = frozenset(("span", "part_span"))
_IN_DIGITS = words(
    "numeric day_month month_day days_of_month month part_month quarter week week_of_month"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A date as said: its kind, the tokens from `first` up to `after`, and the parts by name.

    Parts: d/d2 day, m month, y year, w weekday, n next/last/this, u unit, c count, p part of a
    span, q quarter, r days from today, x a date in digits, z a part of a span in one word.
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
    parts = {name: tokens[match.start(name)] for name, tag in match.groupdict().items() if tag}
    return Phrase(kind, first, after, tokens[first].begin, tokens[after - 1].stop, parts)


def _holds(text: str, phrase: Phrase) -> bool:
    """Return whether a match means what its kind says: the right unit, a day that is one."""
    parts = phrase.parts
    unit = parts.get("u")
    if unit and _UNITS_OF.get(phrase.kind, unit.value) != unit.value:
        return False
    if unit and phrase.kind in _NO_COUNT and (unit.value == "day" or unit.word in PLURALS):
        return False
    day = phrase.number("d")
    if day is not None and phrase.kind != "week" and day not in _DAYS:
        return False
    if phrase.kind == "month_day":
        return parts["m"].word in ENGLISH_MONTHS and tail_after(text, parts["d"].stop) is None
    figure = parts.get("y") or parts.get("d")
    if phrase.kind not in {"year", "week"} or figure is None:
        return True
    before = text[max(0, phrase.begin - _LOOK_BACK) : phrase.begin]
    named = phrase.kind == "year" and re.search(_ACRONYM, before) is not None
    return not named and tail_after(text, figure.stop) is None
