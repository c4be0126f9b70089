"""What stands around a figure: its unit, currency or price basis, as people write them.

The tables are data; the patterns made of them are compiled on first use.
"""

import re
from functools import cache
from typing import NamedTuple

from tools.calc.reading.folding import folded

# canonical name → how it is written; names are matched without case, longest first
MEASURES: dict[str, str] = {
    "kg": "kg|kgs|Kilo|Kilos|Kilogramm|kilogram|kilograms|kilogramme|kilogrammes|kilogramo"
    "|kilogramos",
    "t": "t|tonne|tonnes|Tonnen|tonelada|toneladas|ton|tons|mt|tonelada métrica|toneladas métricas"
    "|metric ton|metric tons|metric tonnes",
    "lb": "lb|lbs|Pfund|pound|pounds|libra|libras",
    "qq": "qq|Quintal|Quintale|Quintalen|quintals|quintales",
    "g": "g|gr|Gramm|gram|grams|gramo|gramos",
    "bag": "Sack|Säcke|Säcken|Saecke|Saecken|bag|bags|saco|sacos",
    "%": "%|Prozent|percent|per cent|pct|por ciento",
    "m": "m|m ü. M.|m ü.M.|m ü. M|m ü.M|müM|m ü. NN|Meter|Metern|Meter über dem Meer"
    "|Meter über Meer|Meter über dem Meeresspiegel|masl|m.a.s.l.|m a.s.l.|metres|meters|metros"
    "|metres above sea level|meters above sea level|msnm|m.s.n.m.|m s. n. m."
    "|metros sobre el nivel del mar",
    "days": "Tag|Tage|Tagen|day|days|día|días|dia|dias",
    "weeks": "Woche|Wochen|week|weeks|semana|semanas",
    "months": "Monat|Monate|Monaten|month|months|mes|meses",
    "years": "Jahr|Jahre|Jahren|year|years|año|años",
}
CURRENCIES: dict[str, str] = {
    "EUR": "€|EUR|Euro|Euros",
    "USD": "US$|$|USD|US-Dollar|US dollar|US dollars|US-Dollars|Dollar|dollars|dólar|dólares"
    "|dolares",
    "USc": "USc|US-Cent|US-Cents|US cent|US cents|cent|cents|ct|cts|¢|centavo|centavos|ctvs|ctv|centavos de dólar|centavo de dólar|centavos de dolar",
    "PEN": "PEN|S/.|S/|Sol|Soles|nuevos soles",
    "GBP": "GBP|£|pound sterling|pounds sterling|Pfund Sterling|libra esterlina|libras esterlinas",
}
# These are a currency only when a weight follows: 3 pounds per kilo, 315 c/lb.
_ONLY_WITH_WEIGHT = {"GBP": "pound|pounds|libras|quid", "USc": "c"}
PER_WEIGHTS = ("kg", "lb", "qq", "bag")
_PER_WORDS = "pro|je|per|por|el|la|das|der|a|an|the|al|each"
_BARE_PER_WORDS = "pro|je|per|por"
_BARE_ARTICLES = "das|el|la|the|a|al"  # 8,90 das Kilo
_BLANK = "[ \u00a0\u202f\u2009]"
_LONGEST = 64  # letters behind a figure that are looked at
_BEFORE = 20


class Tail(NamedTuple):
    """A unit found: `unit` is canonical ("kg", "EUR", "EUR/kg", "/kg"), `size` its letters."""

    unit: str
    size: int
    currency: str | None = None
    per: str | None = None


def tail_after(text: str, at: int, *, priced: bool = False) -> Tail | None:
    """Return the unit that starts at a position, blanks before it included.

    Args:
        text: the whole text.
        at: where the figure ends.
        priced: a currency stood before the figure, so only a price basis may follow.
    """
    found = (_per_pattern() if priced else _tail_pattern()).match(text[at : at + _LONGEST])
    return _tail(found) if found else None


def currency_before(text: str, at: int) -> Tail | None:
    """Return the currency or price that ends right before a position (€8.90, USc/lb 315)."""
    found = _head_pattern().search(text[max(0, at - _BEFORE) : at])
    return _tail(found) if found else None


def named(text: str) -> Tail | None:
    """Return the unit a whole text names ("Säcke", "€ pro Kilo"), nothing else around it."""
    text = " ".join(text.split())
    found = _tail_pattern().fullmatch(text) if len(text) <= _LONGEST else None
    return _tail(found) if found else None


def _tail(found: re.Match[str]) -> Tail:
    groups = found.groupdict()
    measure = _measures().get(folded(groups.get("measure") or ""))
    currency = _currencies().get(
        folded(groups.get("currency") or groups.get("guarded") or groups.get("late") or "")
    )
    per = _measures().get(
        folded(groups.get("per") or groups.get("bare") or groups.get("article") or "")
    )
    unit = measure or (currency or "") + (f"/{per}" if per else "")
    return Tail(unit, found.end() - found.start(), currency, per)


def _names(table: dict[str, str], keys: tuple[str, ...] | None = None) -> str:
    names = [n for key in keys or tuple(table) for n in table[key].split("|")]
    bounded = (re.escape(n) + ("" if not n[-1].isalnum() else r"(?!\w)") for n in _longest(names))
    return "|".join(bounded)


def _longest(names: list[str]) -> list[str]:
    return sorted(set(names), key=len, reverse=True)


_ALL_CURRENCIES = {
    key: names + (f"|{_ONLY_WITH_WEIGHT[key]}" if key in _ONLY_WITH_WEIGHT else "")
    for key, names in CURRENCIES.items()
}


@cache
def _measures() -> dict[str, str]:
    return _index(MEASURES)


@cache
def _currencies() -> dict[str, str]:
    return _index(_ALL_CURRENCIES)


def _index(table: dict[str, str]) -> dict[str, str]:
    return {folded(name): key for key, names in table.items() for name in names.split("|")}


def _per(words: str, group: str) -> str:
    weights = _names(MEASURES, PER_WEIGHTS)
    return f"(?:{_BLANK}?/{_BLANK}?|{_BLANK}(?:{words}){_BLANK})(?P<{group}>{weights})"


@cache
def _tail_pattern() -> re.Pattern[str]:
    guarded = "|".join(_longest([n for v in _ONLY_WITH_WEIGHT.values() for n in v.split("|")]))
    per = _per(_PER_WORDS, "per")
    weight = per.replace("?P<per>", "?:")
    weights = _names(MEASURES, ("kg", "lb"))
    return re.compile(
        f"{_BLANK}{{0,2}}(?:-(?=[^\\W\\d_]))?(?:"
        f"(?:(?P<currency>{_names(CURRENCIES)})|(?P<guarded>{guarded})(?={weight}))(?:{per})?"
        f"|(?P<measure>{_names(MEASURES)}))"
        f"|{_per(_BARE_PER_WORDS, 'bare')}|{_BLANK}(?:{_BARE_ARTICLES}){_BLANK}(?P<article>{weights})"
        f"(?:{_BLANK}(?P<late>{_names(CURRENCIES)}))?",
        re.IGNORECASE,
    )


@cache
def _per_pattern() -> re.Pattern[str]:
    return re.compile(_per(_PER_WORDS, "per"), re.IGNORECASE)


@cache
def _head_pattern() -> re.Pattern[str]:
    symbols = _names(CURRENCIES)
    return re.compile(
        f"(?<!\\w)(?P<currency>{symbols})(?:{_per(_PER_WORDS, 'per')})?:?{_BLANK}?\\Z",
        re.IGNORECASE,
    )
