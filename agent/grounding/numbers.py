"""Numbers in a text with their unit, and number words that count something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from agent.grounding.around import marks_of
from agent.grounding.dates import day
from agent.grounding.figure import Mark, Reading, Unit
from agent.grounding.plain import folded, squeezed
from agent.grounding.vocabulary import MONEY, number_words, unit_word

_NUMBER = re.compile(
    r"(?<![\w])(?<!\d[.,])(?<!\.)(?P<sign>(?<![\w)])[+-](?=\d))?"
    r"(?P<body>\d{1,3}(?:(?P<sep>[.,'’ ])\d{3})(?:(?P=sep)\d{3})*(?!\d)(?:[.,]\d+)?(?!\d)"
    r"|\d+(?:[.,]\d+)?(?!\d))"
)
_GLUED_MONEY = re.compile(r"(?:EUR|USD|USc|GBP|PEN|CHF)(?=\d)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SCALE = re.compile(
    r"\s?(?P<word>k(?![\w/])|(?:mio|mill)\.?(?!\w)|millionen|million|millions|millones|millón|"
    r"tsd\.?(?!\w)|tausend\b|thousand\b|mil\b)",
    re.IGNORECASE,
)
_SCALES = {"k": 3, "t": 3, "m": 6}
_CURRENCY = r"(?:US[- ]?\$|€|\$|£|¢|S/|[^\W\d_]+(?:[- ](?:Dollars?|cents?|ct|dollars?)\b)?)"
_BEFORE = re.compile(
    r"(?:(?P<c>US\$|€|\$|£|S/|\b(?:EUR|USD|USc|GBP|PEN|CHF|Euro))\s?"
    r"(?:/\s?(?P<per>[^\W\d_]{1,12})\s?)?)$"
)
_MEASURE = re.compile(r"\s?-?\s?(?P<word>%|°C|'(?!\w)|[^\W\d_]+(?:\s(?:cent|ciento|points)\b)?)")
_MONEY = re.compile(rf"\s?-?(?P<word>{_CURRENCY})")
_PER = re.compile(
    r"\s?(?:/\s?|(?:pro|je|per|por|a|el|la|das|the|an|each|cada|à)\s+)"
    r"(?P<word>[^\W\d_]{1,14})\b",
    re.IGNORECASE,
)
_STOPS = frozenset(
    folded(
        "und oder bei für mit von vom im in am an auf zu zum zur aus nach der die das den dem des "
        "ist sind hat haben liegt liegen wird werden kommt bis je pro à als wie statt seit um "
        "and or at for with of from in on to by is are has have was were the per than as that "
        "y o en de del con para por a al el la los las es son está están tiene tienen que más"
    ).split()
)
_NO_COUNT = frozenset(folded("und oder and or y o bis to").split())
_YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Counted:
    """A number found in a text with everything the text says about it."""

    begin: int
    stop: int
    readings: tuple[Reading, ...]
    unit: Unit | None = None
    marks: frozenset[Mark] = field(default_factory=frozenset[Mark])


def numbers(text: str, locale: str, *, every: bool) -> Iterator[Counted]:
    """Yield the numbers written in digits, left to right.

    Args:
        text: plain text; what is taken already is blanked out.
        locale: decides what a comma is.
        every: take both readings of `1.234` (for sources).
    """
    for match in _NUMBER.finditer(_GLUED_MONEY.sub(lambda m: f"{m[0][:-1]} ", text)):
        yield _counted(text, match, locale, every=every)


def _counted(text: str, match: re.Match[str], locale: str, *, every: bool) -> Counted:
    sign, body = match["sign"] or "", match["body"]
    begin, stop = match.span()
    scale = _SCALE.match(text, stop)
    power, after = 0, stop
    if scale:
        power = _SCALES[scale["word"][0].casefold()] if scale["word"] != "mil" else 3
        power = 6 if scale["word"].casefold().startswith("mill") else power
        after = scale.end()
    unit, end = unit_after(text, after, begin)
    marks = marks_of(text, begin, after, sign)
    negative = "minus" in marks
    readings = [_number(v, negative, power) for v in readings_of(body, locale, every=every)]
    readings += _other_readings(body, unit, power)
    return Counted(begin, max(after, end), tuple(readings), unit, marks)


def _number(digits: str, negative: bool, power: int) -> Reading:
    value = Decimal(digits).scaleb(power) if power else Decimal(digits)
    exponent = Decimal(digits).as_tuple().exponent
    places = (-exponent if isinstance(exponent, int) else 0) - power
    return Reading("number", f"{-value if negative else value:f}", places=places)


def readings_of(body: str, locale: str, *, every: bool) -> list[str]:
    """Return the plain decimals a written number may mean, the likelier first."""
    marks = [c for c in body if not c.isdigit()]
    kinds = set(marks)
    if not kinds or kinds <= {" ", "'", "’"}:
        return ["".join(c for c in body if c.isdigit())]
    last = marks[-1]
    whole, _, fraction = body.rpartition(last)
    decimal = f"{''.join(c for c in whole if c.isdigit())}.{fraction}"
    grouped = "".join(c for c in body if c.isdigit())
    if len(kinds) > 1:
        return [decimal]
    if len(marks) > 1:
        return [grouped]
    if len(fraction) != 3 or len(whole) > 3 or whole.startswith("0"):  # noqa: PLR2004 - groups
        return [decimal]
    group_mark = {"de": ".", "en": ","}.get(locale)
    if every or group_mark is None:
        return [decimal, grouped]
    return [grouped] if last == group_mark else [decimal]


def _other_readings(body: str, unit: Unit | None, power: int) -> list[Reading]:
    """Return what else bare digits may be: a year, a code, a day and month."""
    if unit is not None or power:
        return []
    found: list[Reading] = []
    if body.isdigit():
        if len(body) == 4 and int(body) in _YEARS:  # noqa: PLR2004 - a year
            found.append(Reading("year", body))
        if len(body) > 5 or body.startswith("0"):  # noqa: PLR2004 - long numbers are references
            found.append(Reading("code", squeezed(body)))
    pair = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", body)
    date = day(None, int(pair[2]), int(pair[1])) if pair else None
    return [*found, date] if date else found


def unit_after(text: str, stop: int, begin: int) -> tuple[Unit | None, int]:
    """Return what a number measures or counts, from the words around it, and where that ends."""
    before = _BEFORE.search(text, max(0, begin - 16), begin)
    currency = unit_word(before["c"], "money") if before else None
    if before and currency:
        per = unit_word(before["per"], "measure", "noun") if before["per"] else None
        return (Unit(currency, per), stop) if per else _per(text, stop, currency)
    money = _MONEY.match(text, stop)
    if money:
        for word in (money["word"], re.split(r"[- ]", money["word"])[0]):
            base = _money(text, word, money.start("word") + len(word))
            if base:
                return _per(text, money.start("word") + len(word), base)
    return _measured(text, stop)


def _money(text: str, word: str, stop: int) -> str | None:
    if word == "c":
        return "ct" if text.startswith("/", stop) else None
    return unit_word(word, "money")


def _per(text: str, stop: int, currency: str) -> tuple[Unit, int]:
    match = _PER.match(text, stop)
    per = unit_word(match["word"], "measure", "noun", "soft") if match else None
    return Unit(currency, per), match.end() if match and per else stop


def _measured(text: str, stop: int) -> tuple[Unit | None, int]:
    match = _MEASURE.match(text, stop)
    if match:
        word = match["word"]
        for said in (word, word.split()[0]):
            base = unit_word(said, "measure", "soft")
            if base and not _is_single_letter_noise(text, match, said):
                return Unit(base), match.start("word") + len(said)
    return _noun(text, stop), stop


def _is_single_letter_noise(text: str, match: re.Match[str], word: str) -> bool:
    """Whether `a 5 m` is not metres: single letters count only when no letter or dash follows."""
    stop = match.start("word") + len(word)
    return word == "to" or (
        len(word) == 1 and word.isalpha() and text[stop : stop + 1] in {"'", "’"}
    )


def _noun(text: str, stop: int) -> Unit | None:
    """Return the noun that is counted, past up to two adjectives: 7 washed organic lots."""
    place = stop
    for _ in range(3):
        gap = re.compile(r"\s{0,2}[-x×]?\s{0,2}").match(text, place)
        match = _WORD.match(text, gap.end() if gap else place)
        if match is None or folded(match.group()) in _STOPS:
            return None
        noun = unit_word(match.group(), "noun") or unit_word(match.group().split("-")[-1], "noun")
        if noun:
            return Unit(noun)
        place = match.end()
    return None


_SPELT = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+| y [^\W\d_]+)?(?![\w])")


def spelt_numbers(text: str, locale: str) -> Iterator[Counted]:
    """Yield number words from two up that count something; articles do not count."""
    words = number_words(locale)
    for match in _SPELT.finditer(text):
        for shown in (match.group(), re.split(r"[- ]", match.group())[0]):
            value = words.get(folded(shown))
            stop = match.start() + len(shown)
            if value is None or (text[stop : stop + 1] == "-"):
                continue
            if _counts(text, stop):
                unit, _ = unit_after(text, stop, match.start())
                marks = marks_of(text, match.start(), stop, "")
                yield Counted(match.start(), stop, (Reading("number", str(value)),), unit, marks)
            break


def _counts(text: str, stop: int) -> bool:
    """Whether a number word is followed by what it counts."""
    match = re.compile(r"\s{1,3}").match(text, stop)
    word = _WORD.match(text, match.end()) if match else None
    return word is not None and folded(word.group()) not in _NO_COUNT


def is_money(unit: Unit | None) -> bool:
    """Whether a unit is an amount of money."""
    return unit is not None and unit.base in MONEY
