"""A sentence as tokens of the calendar, each with a tag: the letters the grammar of dates reads."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from db.enums import Locale
from tools.calc.reading.folding import folded
from tools.calc.reading.months import Value, lexicon
from tools.calc.reading.numerals import read_german, read_ordinal, read_spelled
from tools.calc.reading.numeric_dates import NUMERIC, Numeric, read_numeric
from tools.calc.reading.tails import tail_after
from tools.calc.reading.words import ONES, PARTS, words

_TOKEN = (
    NUMERIC + r"|(?P<quarter>(?<!\w)[Qq][1-4](?!\w))"
    r"|(?P<week>(?<!\w)(?:KW|kw|Kw|CW)(?=\d{1,2}(?!\w)))"
    r"|(?P<number>(?:(?<![^\W\d_])|(?<=KW)|(?<=kw)|(?<=Kw)|(?<=CW))(?<![.,]\d)\d+(?:[.,:'’/]\d+)*(?P<suffix>(?:st|nd|rd|th|\.?[ºª])(?!\w))?)"
    r"|(?P<word>(?i:twen|thir|for|fif)ty-[a-z]+|[^\W\d_]+)|(?P<line>\n)|(?P<sign>\S)"
)
_SIGNS = {".": "p", ",": "k", "-": "h", "–": "h", "—": "h", "/": "s"}
_OPENERS = frozenset(("am", "vom", "zum", "dem", "seit", "ab"))  # "am 24.11", but "auf 24.11"
_AMOUNT_CUES = words("auf um zu fur mit preis to at by price for a precio por")
_YEARS = range(1900, 2200)
_MOST_WORDS = 4


@dataclass(slots=True)
class Token:
    """A word, number or sign: `tag` is one letter (see `months`), `value` what it stands for."""

    begin: int
    stop: int
    word: str
    tag: str = "x"
    value: Value = 0
    date: Numeric | None = None
    doubtful: bool = False  # may be an amount at the end of a sentence: "auf 9.10."


def read_tokens(text: str, locale: Locale) -> list[Token]:
    """Return the tokens of a text, words that belong together as one."""
    raw = [_raw(text, found, locale) for found in _pattern().finditer(text)]
    tokens: list[Token] = []
    at = 0
    while at < len(raw):
        token, count = _worded(text, raw, at, locale)
        if token.date is not None and token.tag == "E":
            _doubt(text, token, tokens)
        tokens.append(token)
        at += count
    return tokens


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_TOKEN)


@cache
def _lexicon(locale: Locale) -> dict[str, tuple[str, Value]]:
    return lexicon(locale)


@cache
def _phrase_starts(locale: Locale) -> frozenset[str]:
    return frozenset(entry.split()[0] for entry in _lexicon(locale) if " " in entry)


def _raw(text: str, found: re.Match[str], locale: Locale) -> Token:
    kind = found.lastgroup or "sign"
    token = Token(found.start(), found.end(), folded(found.group()))
    match kind:
        case "word":
            token.tag = "?"
        case "number" | "suffix":
            _number(token, found)
        case "quarter":
            token.tag, token.value = "Q", int(token.word[1])
        case "week":
            token.tag = "K"
        case "sign" | "line":
            token.tag = _SIGNS.get(token.word, "x")
        case _:
            _numeric(text, token, kind, locale)
    return token


def _number(token: Token, found: re.Match[str]) -> None:
    digits = found["number"][: len(found["number"]) - len(found["suffix"] or "")]
    glued = found.string[found.end() : found.end() + 1].isalpha()
    if glued or not digits.isascii() or not digits.isdigit() or len(digits) > 4:  # noqa: PLR2004 - a year's digits
        return
    token.value = int(digits)
    if len(digits) <= 2:  # noqa: PLR2004 - a day's digits
        token.tag = "O" if found["suffix"] else "D"
    elif len(digits) == 3:  # noqa: PLR2004 - in 100 days
        token.tag = "G"
    elif token.value in _YEARS:
        token.tag = "Y"


def _numeric(text: str, token: Token, kind: str, locale: Locale) -> None:
    token.date = read_numeric(kind, text[token.begin : token.stop], locale)
    if token.date is None or (kind == "slash" and tail_after(text, token.stop)):
        token.date = None
        return
    token.tag = "?" if kind == "open" else "E"
    token.word = kind


def _worded(text: str, raw: list[Token], at: int, locale: Locale) -> tuple[Token, int]:
    """Return the token at a place with its tag, and how many raw ones it takes."""
    token = raw[at]
    if token.date is not None and token.tag == "?":
        before = raw[at - 1].word if at else ""
        token.tag = "E" if before in _OPENERS and locale == "de" else "x"
        return token, 1
    if token.tag != "?":
        return token, 1
    together = _together(text, raw, at)
    if len(together) > 1 and token.word in _phrase_starts(locale):
        for count in range(min(len(together), _MOST_WORDS), 1, -1):
            found = _lexicon(locale).get(" ".join(together[:count]))
            if found:
                return _tagged(token, raw[at + count - 1].stop, found), count
    return _single(text, raw, at, together, locale)


def _single(
    text: str, raw: list[Token], at: int, together: list[str], locale: Locale
) -> tuple[Token, int]:
    token = raw[at]
    found = _lexicon(locale).get(token.word)
    if found:
        if token.word == "may":
            found = (_may(text, raw, at), found[1])
        return _tagged(token, token.stop, found), 1
    ordinal = _ordinal(token.word, locale)
    if ordinal:
        return _tagged(token, token.stop, ("O", ordinal)), 1
    together = [*token.word.split("-"), *together[1:]]
    spelled = read_spelled(together, 0, locale) if _is_numeral(token.word) else None
    if spelled:
        count = max(1, spelled.words - token.word.count("-"))
        return _tagged(token, raw[at + count - 1].stop, ("C", spelled.value)), count
    token.tag = "x"
    return token, 1


def _ordinal(word: str, locale: Locale) -> int | None:
    """Return which one a word names: twenty-first is 21."""
    tens, _, last = word.rpartition("-")
    ordinal = read_ordinal(last)
    spelled = read_spelled([tens], 0, locale) if tens and ordinal else None
    return ordinal + spelled.value if ordinal and spelled else ordinal


def _is_numeral(word: str) -> bool:
    word = word.partition("-")[0]
    return (word in PARTS and word not in ONES) or read_german(word) is not None


def _together(text: str, raw: list[Token], at: int) -> list[str]:
    """Return the words that follow with one blank or hyphen between them, at most a few."""
    together = [raw[at].word]
    for before, token in pairwise(raw[at : at + _MOST_WORDS + 1]):
        if token.tag != "?" or token.date or text[before.stop : token.begin] != " ":
            break
        together.append(token.word)
    return together


def _tagged(token: Token, stop: int, found: tuple[str, Value]) -> Token:
    return Token(token.begin, stop, token.word, *found)


def _may(text: str, raw: list[Token], at: int) -> str:
    """Return the tag of "may": surely a month only when written May inside a sentence."""
    starts = at == 0 or raw[at - 1].tag in {"p", "x"}
    return "M" if text[raw[at].begin] == "M" and not starts else "q"


def _doubt(text: str, token: Token, before: list[Token]) -> None:
    """Mark "auf 9.10." at a sentence's end, which may be a price with a full stop."""
    if token.word != "dm" or " " in text[token.begin : token.stop]:
        return
    after = text[token.stop : token.stop + 3].lstrip(" )\"'*_")
    ends = not after or after[0] == "\n" or after[0].isupper()
    token.doubtful = ends and bool(before) and before[-1].word in _AMOUNT_CUES
