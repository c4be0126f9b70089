"""A sentence as tokens of the calendar, each with a tag: the letters the grammar of dates reads."""

import re
from functools import cache

from db.enums import Locale
from tools.calc.reading.calendar_words import Token, parted, worded
from tools.calc.reading.folding import folded
from tools.calc.reading.numeric_dates import NUMERIC, read_numeric
from tools.calc.reading.tails import tail_after
from tools.calc.reading.words import words

_TOKEN = (
    NUMERIC + r"|(?P<quarter>(?<!\w)[QqHh][1-4](?!\w))"
    r"|(?P<week>(?<!\w)(?:KW|kw|Kw|CW|[Ww]k)(?=\d{1,2}(?!\w)))"
    r"|(?P<short>(?<!\w)['’]\d\d(?![\w'’]))"
    r"|(?P<number>(?:(?<![^\W\d_])|(?<=KW)|(?<=kw)|(?<=Kw)|(?<=CW)|(?<=[Ww]k))(?<![.,]\d)\d+(?:[.,:'’/]\d+)*(?P<suffix>(?:st|nd|rd|th|ro|do|da|ra|\.?[ºª°])(?!\w))?)"
    r"|(?P<word>(?i:w/c(?!\w)|(?:year|month|quarter)-end(?!\w)|(?:twen|thir|for|fif)ty-[a-z]+)|[^\W\d_]+)|(?P<line>\n)|(?P<sign>\S)"
)
_SIGNS = {".": "p", ",": "k", "-": "h", "–": "h", "—": "h", "/": "s"}
_OPENERS = frozenset(("am", "vom", "zum", "dem", "seit", "ab"))  # "am 24.11", but "auf 24.11"
_AMOUNT_CUES = words("auf um zu fur mit preis to at by price for a precio por")
_YEARS = range(1900, 2200)


def read_tokens(text: str, locale: Locale) -> list[Token]:
    """Return the tokens of a text, words that belong together as one."""
    raw = [
        part
        for found in _pattern().finditer(text)
        for part in parted(_raw(text, found, locale), locale)
    ]
    tokens: list[Token] = []
    at = 0
    while at < len(raw):
        token, count = _placed(text, raw, at, locale)
        if token.date is not None and token.tag == "E":
            _doubt(text, token, tokens)
        tokens.append(token)
        at += count
    return tokens


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_TOKEN)


def _raw(text: str, found: re.Match[str], locale: Locale) -> Token:
    kind = found.lastgroup or "sign"
    token = Token(found.start(), found.end(), folded(found.group()))
    match kind:
        case "word":
            token.tag = "?"
        case "number" | "suffix":
            _number(token, found)
        case "quarter":
            _part_of_year(token)
        case "week":
            token.tag = "K"
        case "short":
            token.tag, token.value = "Y", 2000 + int(token.word[1:])
        case "sign" | "line":
            token.tag = _SIGNS.get(token.word, "x")
        case _:
            _numeric(text, token, kind, locale)
    return token


def _part_of_year(token: Token) -> None:
    """Take Q1 to Q4 for a quarter, H1 and H2 for half a year."""
    token.value = int(token.word[1])
    if token.word[0] == "q":
        token.tag = "Q"
    elif token.value <= 2:  # noqa: PLR2004 - halves
        token.tag = "i"


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


def _placed(text: str, raw: list[Token], at: int, locale: Locale) -> tuple[Token, int]:
    """Return the token at a place with its tag, and how many raw ones it takes."""
    token = raw[at]
    if token.date is not None and token.tag == "?":
        before = raw[at - 1].word if at else ""
        token.tag = "E" if before in _OPENERS and locale == "de" else "x"
        return token, 1
    return worded(text, raw, at, locale) if token.tag == "?" else (token, 1)


def _doubt(text: str, token: Token, before: list[Token]) -> None:
    """Mark "auf 9.10." at a sentence's end, which may be a price with a full stop."""
    if token.word != "dm" or " " in text[token.begin : token.stop]:
        return
    after = text[token.stop : token.stop + 3].lstrip(" )\"'*_")
    ends = not after or after[0] == "\n" or after[0].isupper()
    token.doubtful = ends and bool(before) and before[-1].word in _AMOUNT_CUES
