"""The day a question is about, when its words say one: "im Juni 2025", "last year", "before 2023".

A day may be said without being meant: a company was founded then, a plot cleared, a claim says so.
What is said is read here; whether it is the day of the rules is learned (`judging.asked_day`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.figures import figures, month_named
from knowledge.words import folded

_LAST_YEAR = re.compile(
    r"\b(?:letztes jahr|letzten jahres|voriges jahr|im vorjahr|vorjahr|last year|previous year|"
    r"(?:el )?ano pasado)\b"
)
_THIS_YEAR = re.compile(r"\b(?:dieses jahres|dieses jahr|this year|este ano|de este ano)\b")
_MONTH_KEY = re.compile(r"\bm:(\d{4})-(\d\d)\b")
_DAY_KEY = re.compile(r"d:(\d{4})-(\d\d)-(\d\d)")
# Not part of an act's number (2023/1115), an amount or a section.
_YEAR = re.compile(r"(?<![\d/.,§])(20[0-3]\d)(?!\d|\s?/\s?\d{3}|[.,]\d|-\d)")
_SHORT_MONTH = re.compile(r"(?<![\d./])(0?[1-9]|1[0-2])[/.](20[0-3]\d|2\d)(?![\d/.])")
_OF = r"(?:(?:de|d|von|vom|of|the|dem|der|el|la)\s+)?"
_BEFORE = re.compile(
    r"\b(?:vor|before|prior to|pre|antes de|antes del|antes d|antes|anterior a|previo a|bis|until|"
    rf"hasta|up to)[\s-]+{_OF}(?:(?:end of|ende|\w+ (?:im|in|of|en|de|von))\s+)?"
    r"(?:\w+\s+(?:de\s+|d\s+)?)?$"
)
_PARTS_OF_YEAR = tuple(
    (re.compile(rf"\b(?:{said})\s+{_OF}(?:\w+\s+)?$"), month, day)
    for said, month, day in (
        ("ende|end of|fines de|finales de|late|spat", 12, 31),
        ("anfang|beginn|early|inicios de|comienzos de|principios de|start of|beginning of", 1, 31),
        ("fruhjahr|fruhling|spring|primavera", 4, 15),
        ("sommer|summer", 7, 15),
        ("herbst|autumn|fall|otono", 10, 15),
    )
)
_MIDDLE = (6, 30)
_MID_MONTH = 15


@dataclass(frozen=True)
class Stretch:
    """A stretch of time a question names: which day stands for it, and the last day before it."""

    at: int
    day: date
    before: date


def days_said(question: str, today: date) -> list[date]:
    """Return the past days a question names, in their order; of a month or year one within."""
    plain = folded(question)
    found: list[date] = []
    for said in sorted(_said(question, plain, today), key=lambda one: one.at):
        day = said.before if _BEFORE.search(plain[: said.at]) else said.day
        if day < today and day not in found:
            found.append(day)
    return found


def _said(question: str, plain: str, today: date) -> Iterator[Stretch]:
    spans: list[tuple[int, int]] = []
    for figure in figures(question):
        at = plain.find(folded(figure.text.strip()))
        for said in (s for key in figure.keys if at >= 0 and (s := _of_key(key, at))):
            spans.append((at, at + len(figure.text)))
            yield said
    for match in (*_SHORT_MONTH.finditer(plain), *_YEAR.finditer(plain)):
        if not any(start <= match.start() < end for start, end in spans):
            spans.append(match.span())
            yield _of_match(match, plain)
    if last := _LAST_YEAR.search(plain):
        yield _year(today.year - 1, last.start(), "")
    if (this := _THIS_YEAR.search(plain)) and (month := month_named(plain)):
        yield _month(today.year, month, this.start())


def _of_key(key: str, at: int) -> Stretch | None:
    if day := _DAY_KEY.fullmatch(key):
        on = date(int(day[1]), int(day[2]), int(day[3]))
        return Stretch(at, on, on - timedelta(1))
    month = _MONTH_KEY.search(key)
    return _month(int(month[1]), int(month[2]), at) if month else None


def _of_match(match: re.Match[str], plain: str) -> Stretch:
    if match.re is _YEAR:
        return _year(int(match[1]), match.start(), plain[: match.start()])
    year = int(match[2])
    return _month(year if year > 100 else 2000 + year, int(match[1]), match.start())  # noqa: PLR2004 - two digits or four


def _month(year: int, month: int, at: int) -> Stretch:
    first = date(year, month, 1)
    return Stretch(at, first.replace(day=_MID_MONTH), first - timedelta(1))


def _year(year: int, at: int, before: str) -> Stretch:
    month, day = next(((m, d) for of, m, d in _PARTS_OF_YEAR if of.search(before)), _MIDDLE)
    return Stretch(at, date(year, month, day), date(year - 1, 12, 31))
