"""Figures of a text as keys that compare across languages: numbers, dates, months, codes.

"2,19 EUR/kg" and "2.19 EUR/kg" share a key, so do "30. Dezember 2026", "30 de diciembre de 2026"
and "2026-12-30". What can be read in two ways ("1.234") has both readings.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge.words import folded

_MONTH_NAMES = (
    "januar january enero janner jan|februar february febrero feb|marz march marzo maerz|"
    "april abril apr|mai may mayo|juni june junio jun|juli july julio jul|august agosto aug|"
    "september septiembre setiembre sept sep|oktober october octubre okt oct|"
    "november noviembre nov|dezember december diciembre dez dec dic"
)
_MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES.split("|"), 1) for name in names.split()}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(r"\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})\b"),
    re.compile(r"\b(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:de |of )?(?P<name>{_NAMED})\b"
        r"(?:,?\s+(?:de |del )?(?P<y>\d{4}))?"
    ),
    re.compile(
        rf"\b(?P<name>{_NAMED})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>\d{{4}}))?"
    ),
    re.compile(rf"\b(?P<name>{_NAMED})\s+(?:de |del )?(?P<y>\d{{4}})\b"),
)
# Codes keep their letters: C644, N954, EUR.1, 0901 11 00, 2023/1115, ISO 6780.
_CODES = (
    re.compile(r"\b(?P<code>\d{4}[ .]\d\d(?:[ .]\d\d)?(?:[ .]\d\d)?)(?![\d.,]*\d)"),
    re.compile(r"\b(?P<code>\d{3,4}/\d{3,4})\b"),
    re.compile(r"\b(?P<code>[a-z]{1,4}\d{2,5})\b"),
)
_LAST_MONTH, _LAST_DAY = 12, 31
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?(?![\w])|\d+(?:[.,]\d+)*")
_GROUPED = {c: re.compile(rf"\d+|\d{{1,3}}(?:{re.escape(c)}\d{{3}})+") for c in ",."}


@dataclass(frozen=True)
class Figure:
    """A figure as it stands in a text, and every key it can be found by."""

    text: str
    keys: frozenset[str]


def figures(text: str) -> list[Figure]:
    """Return the figures of a text in any of our languages."""
    plain = folded(unicodedata.normalize("NFKC", text).replace("−", "-"))
    found: list[Figure] = []
    for pattern in (*_DATES, *_CODES):
        plain = _taken(plain, pattern, found)
    for match in _NUMBER.finditer(plain):
        keys = frozenset(f"n:{value}" for value in _values(match[0]))
        if keys:
            found.append(Figure(match[0], keys))
    return found


def _taken(plain: str, pattern: re.Pattern[str], found: list[Figure]) -> str:
    """Note what a pattern finds and blank it out, so that nothing is read twice."""

    def note(match: re.Match[str]) -> str:
        keys = _keys(match)
        if not keys:
            return match[0]
        found.append(Figure(match[0], frozenset(keys)))
        return " " * len(match[0])

    return pattern.sub(note, plain)


def _keys(match: re.Match[str]) -> set[str]:
    parts = match.groupdict()
    if code := parts.get("code"):
        return {f"c:{re.sub('[^a-z0-9/]', '', code)}"}
    month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["m"])
    year, day = parts.get("y"), parts.get("d")
    if not 1 <= month <= _LAST_MONTH or (day and not 1 <= int(day) <= _LAST_DAY):
        return set()
    if day is None:
        return {f"m:{year}-{month:02}"}
    if year is None:
        return {f"d:{month:02}-{int(day):02}"}
    try:
        return {f"d:{date(int(year), month, int(day)).isoformat()}"}
    except ValueError:
        return set()


def _values(text: str) -> Iterator[Decimal]:
    """Return the values a number can have: 1.234 is 1234 in German and 1.234 in English."""
    bare = text.replace("'", "").replace(" ", "")
    for thousands, point in ((",", "."), (".", ",")):
        whole, _, part = bare.partition(point)
        if not _GROUPED[thousands].fullmatch(whole) or (part and not part.isdigit()):
            continue
        yield Decimal(f"{whole.replace(thousands, '')}.{part or 0}").normalize()


def month_named(text: str) -> int | None:
    """Return the month a text names, None when it names none or several."""
    named = {_MONTHS[w] for w in re.findall(rf"\b(?:{_NAMED})\b", folded(text))}
    return named.pop() if len(named) == 1 else None


def backed_by(text: str) -> frozenset[str]:
    """Return every key a text backs: a full date backs its month, year and day as well."""
    keys: set[str] = set()
    for figure in figures(text):
        keys |= figure.keys
        for key in figure.keys:
            kind, _, value = key.partition(":")
            if kind == "d" and len(value) == len("2026-12-30"):
                keys |= {f"m:{value[:7]}", f"d:{value[5:]}", f"n:{Decimal(value[:4]).normalize()}"}
            if kind == "m":
                keys.add(f"n:{Decimal(value[:4]).normalize()}")
            if kind == "c" and value.isdigit():
                # A heading is part of its subheadings: 0901 of 0901 11 00.
                keys |= {f"c:{value[:n]}" for n in (4, 6, 8) if n < len(value)}
                keys.add(f"n:{Decimal(value[:4]).normalize()}")
    return frozenset(keys)


def unbacked(text: str, quote: str) -> list[str]:
    """Return the figures of a text that do not stand in a quote."""
    backed = backed_by(quote)
    return [f.text for f in figures(text) if not f.keys & backed]
