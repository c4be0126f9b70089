"""What a single word of a sentence is to the calendar: its tag and value."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from db.enums import Locale
from tools.calc.reading.mending import mended
from tools.calc.reading.months import (
    DAY_CUES,
    DAY_TAILS,
    MONTH_TAILS,
    RECURRING,
    SHORT_DAYS,
    SPANISH_NAMES,
    TITLES,
    Value,
    lexicon,
)
from tools.calc.reading.numerals import read_german, read_ordinal, read_spelled
from tools.calc.reading.numeric_dates import Numeric
from tools.calc.reading.words import ONES, PARTS, words

_MOST_WORDS = 4
_AHEAD = words("on ahead forward into off")
_WHO = words("they we you i will must who")
_NUMBERS = "DOGEY"
_LOWER_TOO = words("fr mo")
_CENTURIES = (19, 20)
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))

Entry = tuple[str, Value]


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


def parted(token: Token, locale: Locale) -> list[Token]:
    """Return a German compound as its two words: Dezemberhälfte, Märzende."""
    if locale != "de" or token.tag != "?" or token.date is not None:
        return [token]
    tail = next((t for t in MONTH_TAILS if token.word.endswith(t) and t != token.word), None)
    head = _known(token.word.removesuffix(tail), locale) if tail else None
    if tail is None or head is None or head[0] != "M":
        return [token]
    middle = token.stop - len(tail)
    return [
        Token(token.begin, middle, token.word.removesuffix(tail), *head),
        Token(middle, token.stop, tail, *MONTH_TAILS[tail]),
    ]


def worded(text: str, raw: list[Token], at: int, locale: Locale) -> tuple[Token, int]:
    """Return the word at a place with its tag, and how many raw ones it takes."""
    token = raw[at]
    together = _together(text, raw, at)
    if len(together) > 1 and token.word in _phrase_starts(locale):
        for count in range(min(len(together), _MOST_WORDS), 1, -1):
            found = _lexicon(locale).get(" ".join(together[:count]))
            if found:
                return _tagged(token, raw[at + count - 1].stop, found), count
    return _single(text, raw, at, together, locale)


@cache
def _lexicon(locale: Locale) -> dict[str, Entry]:
    return lexicon(locale)


@cache
def _phrase_starts(locale: Locale) -> frozenset[str]:
    return frozenset(entry.split()[0] for entry in _lexicon(locale) if " " in entry)


def _known(word: str, locale: Locale) -> Entry | None:
    """Return what a word is, ue written for ü and a slip allowed."""
    known = _lexicon(locale)
    if word in known:
        return known[word]
    if locale == "de":
        plain = word
        for written, meant in _UMLAUTS:
            plain = plain.replace(written, meant)
        if plain in known:
            return known[plain]
        tail = max((t for t in DAY_TAILS if word.endswith(t)), key=len, default="")
        day = known.get(word.removesuffix(tail)) if tail else None
        if day is not None and day[0] == "W":
            return day
    meant = mended(word, locale)
    return known[meant] if meant else None


def _single(
    text: str, raw: list[Token], at: int, together: list[str], locale: Locale
) -> tuple[Token, int]:
    token = raw[at]
    found = _known(token.word, locale) or _short_day(text, raw, at, locale)
    if found:
        return _tagged(token, token.stop, (_in_place(text, raw, at, found, locale), found[1])), 1
    ordinal = _ordinal(token.word, locale)
    if ordinal:
        return _tagged(token, token.stop, ("O", ordinal)), 1
    spelled = _spelled(together, locale) if _is_numeral(token.word) else None
    if spelled is None:
        return replace(token, tag="x"), 1
    value, count = spelled
    return _tagged(token, raw[at + count - 1].stop, ("C", value)), count


def _spelled(together: list[str], locale: Locale) -> tuple[int, int] | None:
    """Return the number some words begin with, and how many words it takes."""
    flat = [part for word in together for part in word.split("-")]
    spelled = read_spelled(flat, 0, locale)
    if spelled is None:
        return None
    value, size = spelled
    rest = read_spelled(flat, size, locale) if value in _CENTURIES else None
    if rest and rest.value in range(10, 100):  # twenty twenty-six
        value, size = value * 100 + rest.value, size + rest.words
    count = 0
    while size > 0:
        size -= together[count].count("-") + 1
        count += 1
    return value, count


def _in_place(text: str, raw: list[Token], at: int, found: Entry, locale: Locale) -> str:
    """Return the tag of a word that is something else in some places: may, march, Julio, viernes."""
    token, tag = raw[at], found[0]
    before = raw[at - 1].word if at else ""
    after = raw[at + 1] if at + 1 < len(raw) else None
    if token.word == "may":
        return _may(text, raw, at)
    if token.word == "march" and (before in _WHO or (after and after.word in _AHEAD)):
        return "x"
    if tag in "WMu" and before in TITLES:
        return "x"
    if tag == "W" and _recurs(before, after, locale):
        return "x"
    if token.word in SPANISH_NAMES and text[token.begin].isupper():
        return _of_name(text, raw, at, tag)
    return tag


def _recurs(before: str, after: Token | None, locale: Locale) -> bool:
    """Return whether a weekday comes again and again: jeden Freitag, los viernes."""
    counted = after is not None and after.tag in _NUMBERS
    return before in RECURRING or (locale == "es" and before == "los" and not counted)


def _of_name(text: str, raw: list[Token], at: int, tag: str) -> str:
    """Return the tag of Mayo, Julio, Domingo in capitals: none when the name goes on around it."""
    begin, stop = raw[at].begin, raw[at].stop
    if at and text[raw[at - 1].stop : begin] == " " and text[raw[at - 1].begin].isupper():
        head = _known(raw[at - 1].word, "es")
        if head is None or head[0] in {"M", "W"}:
            return "x"
    if at + 1 < len(raw) and text[stop : raw[at + 1].begin] == " ":
        return "x" if text[raw[at + 1].begin].isupper() else tag
    alone = len(raw) == 1 and raw[at].word == "mayo"
    return "x" if alone else tag


def _short_day(text: str, raw: list[Token], at: int, locale: Locale) -> Entry | None:
    """Return the weekday "Fr" or "vie" stands for before a number or after "am", "by", "el"."""
    token = raw[at]
    day = SHORT_DAYS[locale].get(token.word)
    if day is None or text[token.stop : token.stop + 1] in {"-", "‑"}:
        return None
    following = (t for t in raw[at + 1 : at + 4] if t.tag not in {"p", "k"})
    number = next(following, None)
    if number is not None and number.tag in _NUMBERS and (number.tag != "Y"):
        return ("W", day)
    cued = at > 0 and raw[at - 1].word in DAY_CUES and token.word != "mar"
    capital = text[token.begin].isupper() or locale != "de" or token.word in _LOWER_TOO
    return ("W", day) if cued and capital else None


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
        if token.tag != "?" or token.date or text[before.stop : token.begin] not in {" ", "-"}:
            break
        together.append(token.word)
    return together


def _tagged(token: Token, stop: int, found: Entry) -> Token:
    tag, value = found
    feast = None
    if tag == "E":
        day, month = (int(n) for n in str(value).split(".")[:2])
        feast = Numeric("day", day, month, None)
    return Token(token.begin, stop, token.word, tag, value, feast)


def _may(text: str, raw: list[Token], at: int) -> str:
    """Return the tag of "may": surely a month only when written May inside a sentence."""
    starts = at == 0 or raw[at - 1].tag in {"p", "x"}
    return "M" if text[raw[at].begin] == "M" and not starts else "q"
