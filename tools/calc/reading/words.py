"""The words for numbers in German, English and Spanish, as tables (folded: no case, no accents)."""

from decimal import Decimal
from typing import Literal

from db.enums import Locale

Part = tuple[Literal["add", "times"], int]


def words(listed: str) -> frozenset[str]:
    """Return the words of a blank-separated list."""
    return frozenset(listed.split())


def _counted(listed: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + step * i for i, word in enumerate(listed.split())}


GERMAN: dict[str, int] = {
    **_counted("null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf", 0),
    **_counted("dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn", 13),
    **_counted("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", 20, 10),
    "eins": 1,
    "zwo": 2,
    "fuenf": 5,
    "zwoelf": 12,
    "fuenfzehn": 15,
    "fuenfzig": 50,
}
_ENGLISH: dict[str, int] = {
    **_counted("zero one two three four five six seven eight nine ten eleven twelve", 0),
    **_counted("thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 13),
    **_counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
}
_SPANISH: dict[str, int] = {
    **_counted("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece", 0),
    **_counted("catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno", 14),
    **_counted("veintidos veintitres veinticuatro veinticinco veintiseis veintisiete", 22),
    **_counted("veintiocho veintinueve treinta", 28),
    **_counted("cuarenta cincuenta sesenta setenta ochenta noventa cien", 40, 10),
    **_counted("doscientos trescientos cuatrocientos quinientos seiscientos", 200, 100),
    **_counted("doscientas trescientas cuatrocientas quinientas seiscientas", 200, 100),
    **_counted("setecientos ochocientos novecientos", 700, 100),
    **_counted("setecientas ochocientas novecientas", 700, 100),
    **{
        f"{ten}{link}{one}": 10 * tens + n
        for tens, ten in enumerate(
            ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"], 3
        )
        for n, one in enumerate(
            ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"], 1
        )
        for link in "iy"
    },
    "veinti": 20,
    "ciento": 100,
    "veintiun": 21,
    "veintiuna": 21,
    "un": 1,
    "una": 1,
}
TIMES: dict[str, int] = {
    **dict.fromkeys(("hundred", "hundert"), 100),
    **dict.fromkeys(("dozen", "dutzend", "docena", "docenas"), 12),
    **dict.fromkeys(("thousand", "tausend", "mil"), 1_000),
    **dict.fromkeys(("million", "millions", "millionen", "millon", "millones"), 10**6),
}
OF_ONE_LANGUAGE: dict[str, Locale] = {"once": "es"}  # eleven in Spanish, "one time" in English
PARTS: dict[str, Part] = {
    **{word: ("add", n) for table in (_ENGLISH, _SPANISH) for word, n in table.items()},
    **{word: ("times", n) for word, n in TIMES.items()},
}

# A one that is also an article counts only before something that is counted.
ONES = words("one un una uno ein eine einen einem einer eines a an")
COUNTED = words(
    """lot lots coop cooperative roaster shipment container sample email mail contract deal los
    lose kooperative genossenschaft roster rosterei lieferung sendung muster probe vertrag
    lote cooperativa tostador tostadora envio contenedor muestra correo contrato pallet
    palette palet"""
)
LINKS = frozenset(("and", "y", "und"))
HALVES = words("half halbe halber halben halbes media medio")
QUARTERS: dict[str, Decimal] = {
    **dict.fromkeys(("ein viertel", "a quarter of", "a quarter of a"), Decimal("0.25")),
    **dict.fromkeys(("un cuarto de", "una cuarta parte"), Decimal("0.25")),
    **dict.fromkeys(("drei viertel", "dreiviertel", "three quarters of"), Decimal("0.75")),
    **dict.fromkeys(("three quarters of a", "tres cuartos de"), Decimal("0.75")),
}
COUPLES = frozenset(("a couple of", "un par de"))
THANKS = frozenset(("dank", "gracias", "thanks"))
FRACTIONS: dict[str, Decimal] = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
MULTIPLIERS: dict[str, int] = {
    **dict.fromkeys(("k", "K", "tsd", "Tsd", "Tsd."), 1_000),
    **dict.fromkeys(("Mio", "Mio.", "mio", "mln", "mn"), 10**6),
    **TIMES,
}

GERMAN_ORDINALS = {"erst": 1, "zweit": 2, "dritt": 3, "siebt": 7, "acht": 8}
ORDINALS: dict[str, int] = {
    **_counted("first second third fourth fifth sixth seventh eighth ninth tenth eleventh", 1),
    **_counted("twelfth thirteenth fourteenth fifteenth sixteenth seventeenth", 12),
    **_counted("eighteenth nineteenth twentieth", 18),
    "thirtieth": 30,
    **{
        stem + ending: n
        for stem, n in _counted(
            "primer segund tercer cuart quint sext septim octav noven decim undecim duodecim", 1
        ).items()
        for ending in ("o", "a")
    },
    "primer": 1,
    "primeros": 1,
    "primeras": 1,
    "tercer": 3,
    "vigesimo": 20,
    "vigesima": 20,
}
# "achten" is also a verb: an ordinal that could be something else needs an article before it.
DOUBTFUL_ORDINALS = frozenset(("achte", "achten", "achtes", "achter"))
ARTICLES = words("der die das den dem des am im zum zur vom the el la los las")
LABELS = words(
    """lot lots los lose lote lotes nr no number nummer numero num n partie partida charge
    id deal container contenedor kw"""
)
