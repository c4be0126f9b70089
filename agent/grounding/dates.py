"""Dates, months, weekdays and times of day in a text, as people of three languages write them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from agent.grounding.figure import Reading
from agent.grounding.plain import folded
from agent.grounding.vocabulary import MONTHS, SPELT_MONTHS, SPELT_WEEKDAYS, WEEKDAYS


@dataclass(frozen=True)
class Found:
    """A span of a text with its readings."""

    begin: int
    stop: int
    readings: tuple[Reading, ...]


def _names(words: dict[str, int] | frozenset[str]) -> str:
    spelt = sorted(words, key=len, reverse=True)
    accented = {"maerz": "märz", "jaenner": "jänner", "miercoles": "mi[eé]rcoles"}
    accented |= {"sabado": "s[aá]bado"}
    return "|".join(accented.get(w, w) for w in spelt)


_MONTH = rf"(?P<month>{_names(MONTHS)})"
_YEAR = r"(?:19|20)\d{2}"
_WEEKDAY = rf"(?P<weekday>{_names(WEEKDAYS)})"
_FLAGS = re.IGNORECASE
_ISO = re.compile(
    r"(?<![\w-])(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})"
    r"(?:[T ](?P<H>\d{2}):(?P<M>\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
)
_ISO_MONTH = re.compile(rf"(?<![\w-])(?P<y>{_YEAR})-(?P<m>0[1-9]|1[0-2])(?![\w-])")
_DOTTED = re.compile(
    r"(?<![\w.,])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>(?:19|20)\d{2}|\d{2}(?![\d.,]))(?!\w)"
)
_DAY_MONTH = re.compile(r"(?<![\w.,])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?![\d])")
_SLASHED = re.compile(
    r"(?<![\w.,/-])(?P<d>\d{1,2})(?P<sep>[/-])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})(?![\w/-])"
)
_SLASHED_SHORT = re.compile(r"(?<![\w.,/-])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\w/,.-]\d|\w|/)")
_MONTH_SLASH = re.compile(rf"(?<![\w.,/-])(?P<m>0?[1-9]|1[0-2])[/.](?P<y>{_YEAR})(?![\w/])")
_NAMED = re.compile(
    rf"(?<![\w.,-])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th|º|°)?(?:\s{{0,3}}(?:de\s+|of\s+)?|-){_MONTH}\b\.?"
    rf"(?:(?:\s{{0,3}},?\s{{0,3}}(?:del?\s+)?|-)(?P<y>{_YEAR})(?!\d)|\s?'(?P<yy>\d{{2}})\b|-(?P<y2>\d{{2}})\b)?",
    _FLAGS,
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y>{_YEAR})(?!\d))?"
    r"(?![\d.,:]*\d|\w)",
    _FLAGS,
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH}\.?\s{{0,3}}(?:del?\s+|,\s?|/)?(?P<y>{_YEAR})(?!\w)", _FLAGS)
_MONTH_ALONE = re.compile(rf"\b(?P<month>{_names(SPELT_MONTHS)})\b(?!\s+(?:I|we|you)\b)", _FLAGS)
_WEEKDAY_ALONE = re.compile(rf"\b(?P<weekday>{_names(SPELT_WEEKDAYS)})s?\b", _FLAGS)
_BEFORE = re.compile(rf"\b{_WEEKDAY}\.?,?\s+(?:(?:der|dem|den|the|el|d[ií]a|am|on)\s+)*$", _FLAGS)
_AFTER = re.compile(
    rf"\s*(?:\(\s*{_WEEKDAY}\.?\s*\)|,\s*(?:a |an? |einem? |un )?"
    rf"(?P<w2>{_names(SPELT_WEEKDAYS)})\b)",
    _FLAGS,
)
_DAYS_BEFORE = re.compile(
    r"(?<![\w.,-])(?P<d>\d{1,2})(?:\.|st|nd|rd|th)?\s*"
    r"(?:-|–|—|/|,|bis(?: zum)?|und|oder|to|and|or|until|al|y|o)\s*(?:the |el |den |dem )?$",
    _FLAGS,
)
_DAY_ONLY = re.compile(
    r"\b(?:(?:am|vom|zum|den|dem|der|bis|ab|seit)\s+(?P<d>\d{1,2})\.(?=\s|$|[,;)])"
    r"|(?:on|by|until|from)\s+(?:the\s+)(?P<d2>\d{1,2})(?:st|nd|rd|th)\b(?!\s+[a-z]+\s+lot))",
    _FLAGS,
)
_CLOCK = re.compile(
    r"(?<![\w:.,])(?P<H>[01]?\d|2[0-4]):(?P<M>[0-5]\d)(?::[0-5]\d)?(?P<half>\s?[ap]\.?m\b)?(?![\d:])"
    r"|(?<![\w:.,])(?P<H2>[01]?\d|2[0-4])(?:\.(?P<M2>[0-5]\d))?\s(?:Uhr|hrs)\b"
    r"|(?<![\w:.,])(?P<H3>1[0-2]|0?\d)\s?(?P<half3>[ap]\.?m)\b",
    _FLAGS,
)
_MAY = re.compile(r"\b(?:in|im|by|until|since|from|early|mid|late|of|for|ende|anfang|mitte)\s+$", 2)
_LEAP_YEAR = 2024


def day(year: int | None, month: int, number: int, weekday: int | None = None) -> Reading | None:
    """Return the reading of a day; None when the calendar has no such day."""
    try:
        date(year or _LEAP_YEAR, month, number)
    except ValueError:
        return None
    return Reading("day", f"{year or '*'}-{month:02d}-{number:02d}", weekday=weekday)


def dates(text: str, locale: str, *, every: bool) -> Iterator[Found]:
    """Yield dates, longest forms first; spans may overlap, the first taken wins.

    Args:
        text: plain text.
        locale: the reply's language; it decides whether `8.9.` may be a date.
        every: read all forms, whatever the language (for sources).
    """
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            readings = tuple(r for r in read(match) if r is not None)
            if readings:
                yield _widened(text, Found(match.start(), match.end(), readings))
    if every or locale != "en":
        yield from _day_months(text)
    if every or locale == "en":
        for match in _MONTH_FIRST.finditer(text):
            yield from _from_named(text, match)
    yield from _lone(text)


def _widened(text: str, found: Found) -> Found:
    """Take in a weekday before or after; it has to fit the date."""
    before, after = (
        _BEFORE.search(text, max(0, found.begin - 40), found.begin),
        _AFTER.match(text, found.stop),
    )
    if before is None and after is None:
        return found
    names = [m.group("weekday") or m.groupdict().get("w2") for m in (before, after) if m]
    weekday = WEEKDAYS[folded(str(names[0]))]
    begin = before.start() if before else found.begin
    stop = after.end() if after else found.stop
    named = tuple(
        Reading(r.kind, r.value, weekday=weekday) if r.kind == "day" else r for r in found.readings
    )
    return Found(begin, stop, named)


def days_before(text: str, found: Found) -> Found | None:
    """Return the first day of `24.–28. November`, whose month stands with the second."""
    match = _DAYS_BEFORE.search(text, max(0, found.begin - 24), found.begin)
    if match is None or found.readings[0].kind != "day":
        return None
    year, month, _ = found.readings[0].value.split("-")
    if month == "*":
        return None
    reading = day(int(year) if year != "*" else None, int(month), int(match["d"]))
    begin = match.start("d")
    return Found(begin, match.end("d"), (reading,)) if reading else None


def _day_months(text: str) -> Iterator[Found]:
    for match in _DAY_MONTH.finditer(text):
        found = day(None, int(match["m"]), int(match["d"]))
        if found:
            decimal = f"{match['d']}.{match['m']}"
            number = Reading("number", decimal, places=len(match["m"]))
            yield _widened(text, Found(match.start(), match.end(), (found, number)))


def _from_named(text: str, match: re.Match[str]) -> Iterator[Found]:
    reading = day(_year(match["y"]), MONTHS[folded(match["month"])], int(match["d"]))
    if reading:
        yield _widened(text, Found(match.start(), match.end(), (reading,)))


def _lone(text: str) -> Iterator[Found]:
    for match in _MONTH_YEAR.finditer(text):
        value = f"{match['y']}-{MONTHS[folded(match['month'])]:02d}"
        yield Found(match.start(), match.end(), (Reading("month", value),))
    for match in _DAY_ONLY.finditer(text):
        group = "d" if match["d"] else "d2"
        number = Reading("number", match[group])
        yield Found(*match.span(group), (Reading("day", f"*-*-{int(match[group]):02d}"), number))
    for match in _MONTH_ALONE.finditer(text):
        if _is_month(text, match):
            value = f"*-{MONTHS[folded(match['month'])]:02d}"
            yield Found(match.start(), match.end(), (Reading("month", value),))
    for match in _WEEKDAY_ALONE.finditer(text):
        weekday = str(WEEKDAYS[folded(match["weekday"])])
        yield Found(match.start(), match.end(), (Reading("weekday", weekday),))


def _is_month(text: str, match: re.Match[str]) -> bool:
    """Whether a lone month name is one; `may` and names such as April need a preposition."""
    name = match["month"]
    if name.casefold() in {"may", "mayo", "mai"}:
        return bool(_MAY.search(text, max(0, match.start() - 12), match.start()))
    return True


def _year(said: str | None) -> int | None:
    if not said:
        return None
    return int(said) if len(said) > 2 else 2000 + int(said)  # noqa: PLR2004 - 26 is 2026


def _iso(match: re.Match[str]) -> list[Reading | None]:
    return [day(int(match["y"]), int(match["m"]), int(match["d"]))]


def _dotted(match: re.Match[str]) -> list[Reading | None]:
    return [day(_year(match["y"]), int(match["m"]), int(match["d"]))]


def _slashed(match: re.Match[str]) -> list[Reading | None]:
    year = _year(match.groupdict().get("y"))
    one, two = int(match["d"]), int(match["m"])
    return [day(year, two, one), day(year, one, two)]


def _month(match: re.Match[str]) -> list[Reading | None]:
    return [Reading("month", f"{match['y']}-{int(match['m']):02d}")]


def _named(match: re.Match[str]) -> list[Reading | None]:
    year = _year(match["y"] or match["yy"] or match["y2"])
    return [day(year, MONTHS[folded(match["month"])], int(match["d"]))]


_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], list[Reading | None]]]] = [
    (_ISO, _iso),
    (_ISO_MONTH, _month),
    (_DOTTED, _dotted),
    (_SLASHED, _slashed),
    (_NAMED, _named),
    (_MONTH_SLASH, _month),
    (_SLASHED_SHORT, _slashed),
]


def clocks(text: str) -> Iterator[Found]:
    """Yield times of day as `14:30`."""
    for match in _CLOCK.finditer(text):
        hour = int(match["H"] or match["H2"] or match["H3"])
        minute = int(match["M"] or match["M2"] or 0)
        half = (match["half"] or match["half3"] or "").strip().casefold()
        if half:
            hour = hour % 12 + (12 if half[0] == "p" else 0)
        yield Found(match.start(), match.end(), (Reading("clock", f"{hour:02d}:{minute:02d}"),))
