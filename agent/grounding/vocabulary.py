"""Words around figures in German, English and Spanish: units, nouns, number words, months."""

import re
from functools import cache
from itertools import chain

from agent.grounding.plain import folded
from db.enums import LOCALES
from tools.entity import Entity

_MONEY = {
    "EUR": "eur|euro|euros|€",
    "USD": r"usd|us-dollar|us dollars?|us\$|dollars?|dolar(?:es)?|\$",
    "USc": "usc|us-cents?|us cents?|us-ct|usct",
    "ct": "ct|cts|cents?|centavos?|ctvs?|¢",
    "PEN": "pen|soles|s/",
    "GBP": "gbp|£",
    "CHF": "chf",
}
_MEASURE = {
    "%": "%|prozentpunkten?|prozents?|percentage points?|percent|per cent|por ciento",
    "kg": "kg|kgs|kilos?|kilogramm|kilograms?|kilogramos?",
    "g": "g|gramm|grams?|gramos?",
    "t": "t|to|tonnen?|tons?|tonnes?|toneladas?|mt",
    "lb": "lbs?|pfund|pounds?|libras?",
    "qq": "qq|quintals?|quintales?",
    "ft": "ft|fuss|foot|feet|pies?|hc|'",
    "m": "m|meter|metern|metres?|meters?|metros?|masl|msnm",
    "km": "km|kilometer|kilometern|kilometros?|kilometres?|kilometers?",
    "ha": "ha|hektar|hectares?|hectareas?",
    "°C": "°c|grad|degrees?|grados?",
}
_SOFT = {
    "point": "punkte?n?|pkt|points?|pts?|puntos?",
    "day": "tage?n?|days?|dias?",
    "week": "wochen?|weeks?|semanas?",
    "month": "monate?n?|months?|mes(?:es)?",
    "year": "jahre?n?|years?|anos?",
    "hour": "stunden?|hours?|horas?|std",
    "minute": "minuten?|minutes?|minutos?|min",
}
_NOUN = {
    "bag": "sacks?|saecke?n?|sacke?n?|bags?|sacos?|bolsas?",
    "certificate": "zertifikate?n?|zertifizierung(?:en)?|certificates?|certifications?"
    "|certificacion(?:es)?|certificados?",
    "variety": "varietat(?:en)?|sorten?|variet(?:y|ies)|variedad(?:es)?",
    "change": "anderung(?:en)?|changes?|cambios?",
    "group": "gruppen?|groups?|grupos?",
    "event": "ereignis(?:se|sen)?|events?|eventos?",
    "entry": "treffern?|eintrage?n?|ergebnis(?:se|sen)?|results?|hits?|entries|entry|records?"
    "|rows?|resultados?|registros?|zeilen?|datensatze?n?",
}
HARD = frozenset([*_MONEY, *_MEASURE])
MONEY = frozenset(_MONEY)

_MONTHS = (
    "januar|jaenner|january|enero|jan|ene",
    "februar|february|febrero|feb",
    "maerz|marz|march|marzo|mar|mrz",
    "april|abril|apr|abr",
    "mai|may|mayo",
    "juni|june|junio|jun",
    "juli|july|julio|jul",
    "august|agosto|aug|ago",
    "september|septiembre|setiembre|sept|sep|set",
    "oktober|october|octubre|okt|oct",
    "november|noviembre|nov",
    "dezember|december|diciembre|dez|dec|dic",
)
_WEEKDAYS = (
    "montag|monday|lunes|mo|mon|lun",
    "dienstag|tuesday|martes|di|tue|tues|mar",
    "mittwoch|wednesday|miercoles|mi|wed|mie",
    "donnerstag|thursday|jueves|do|thu|thur|thurs|jue",
    "freitag|friday|viernes|fr|fri|vie",
    "samstag|saturday|sabado|sonnabend|sa|sat|sab",
    "sonntag|sunday|domingo|so|sun|dom",
)
_SPELT = 5  # shorter names are abbreviations
MONTHS = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split("|")}
WEEKDAYS = {name: n for n, names in enumerate(_WEEKDAYS) for name in names.split("|")}
SPELT_MONTHS = frozenset(
    n for n in MONTHS if len(n) >= _SPELT or n in {"mai", "juni", "juli", "june", "july", "mayo"}
) - {"march"}
SPELT_WEEKDAYS = frozenset(n for n in WEEKDAYS if len(n) >= _SPELT)


@cache
def nouns() -> dict[str, str]:
    """Return what can be counted: the nouns the tools declare, then words of any table."""
    from tools.catalog import catalog  # only a reply that counts something needs the declarations

    declared = {e.key: _called(e) for e in catalog().entities.values()}
    return declared | {k: v for k, v in _NOUN.items() if k not in declared}


def _called(entity: Entity) -> str:
    """Return a pattern of everything a noun is called, with the endings of German cases."""
    names = {n for lo in LOCALES for n in (*entity.noun.all(lo), *entity.nouns.all(lo))}
    said = sorted(re.escape(folded(n)) for n in {*names, entity.key, f"{entity.key}s"})
    return f"(?:{'|'.join(said)})(?:e?n|e?s)?"


@cache
def _matchers(group: str) -> list[tuple[str, re.Pattern[str]]]:
    tables = {"money": _MONEY, "measure": _MEASURE, "soft": _SOFT}
    return [(base, re.compile(names)) for base, names in (tables.get(group) or nouns()).items()]


@cache
def unit_word(word: str, *groups: str) -> str | None:
    """Return the canonical unit or noun a word stands for, looked up in the named groups."""
    wanted = folded(word).strip(".")
    found = chain.from_iterable(_matchers(g) for g in groups)
    return next((base for base, pattern in found if pattern.fullmatch(wanted)), None)


_DE_ONES = ["", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_DE_TEENS = [
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]
_DE_TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
_EN_ONES = ["", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_EN_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ES_ONES = ["", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
_ES_TEENS = [
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
]
_ES_TENS = [
    "veinte",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
]


def _named(ones: list[str], teens: list[str], tens: list[str]) -> dict[str, int]:
    words = {w: n for n, w in enumerate(ones, 1) if w}
    words |= {w: n for n, w in enumerate(teens, 10)}
    return words | {w: n * 10 for n, w in enumerate(tens, 2)}


def _german() -> dict[str, int]:
    words = _named(_DE_ONES, _DE_TEENS, _DE_TENS)
    ones = ["ein", *_DE_ONES[1:]]
    for tens, ten in enumerate(_DE_TENS, 2):
        words |= {f"{one}und{ten}": tens * 10 + n for n, one in enumerate(ones, 1)}
    for n, one in enumerate(["", *_DE_ONES[1:], *_DE_TEENS], 1):
        words[f"{one}hundert"], words[f"{one}tausend"] = n * 100, n * 1000
    return words | {"dutzend": 12, "einhundert": 100, "eintausend": 1000}


def _english() -> dict[str, int]:
    words = _named(_EN_ONES, _EN_TEENS, _EN_TENS)
    ones = ["one", *_EN_ONES[1:]]
    for tens, ten in enumerate(_EN_TENS, 2):
        words |= {f"{ten}-{one}": tens * 10 + n for n, one in enumerate(ones, 1)}
    return words | {"dozen": 12, "hundred": 100, "thousand": 1000}


def _spanish() -> dict[str, int]:
    words = _named(_ES_ONES, _ES_TEENS, _ES_TENS)
    ones = ["uno", *_ES_ONES[1:]]
    words |= {f"veinti{folded(one)}": 20 + n for n, one in enumerate(ones, 1)}
    for tens, ten in enumerate(_ES_TENS[1:], 3):
        words |= {f"{ten} y {one}": tens * 10 + n for n, one in enumerate(ones, 1)}
    return words | {"docena": 12, "cien": 100, "doscientos": 200, "quinientos": 500, "mil": 1000}


@cache
def number_words(locale: str) -> dict[str, int]:
    """Return the number words of a reply's language, folded; `once` is eleven in Spanish only."""
    own = {"de": _german, "en": _english, "es": _spanish}
    others = {k: v for lo in own if lo != locale for k, v in own[lo]().items() if v <= 12}  # noqa: PLR2004 - the everyday ones
    for homonym in ("once", "acht", "elf", "ten", "sieben", "seis", "mil", "cien"):
        others.pop(homonym, None)
    return {folded(k): v for k, v in (others | own[locale]()).items()}
