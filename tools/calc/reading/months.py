"""The words of the calendar in German, English and Spanish, each with a tag the grammar reads.

Tags are single letters so that a sentence becomes a string of them and a date is a pattern in that
string (see `phrases`). Words are folded: no case, no accents.
"""

from db.enums import Locale
from tools.calc.reading.words import words

Value = int | str


def _numbered(names: str, first: int = 1) -> dict[str, int]:
    """Number groups parted by blanks; `|` parts the names of one."""
    found: dict[str, int] = {}
    for number, group in enumerate(names.split(), first):
        found.update(dict.fromkeys(group.split("|"), number))
    return found


# M: surely a month. m: a month only next to a number or after "in", "since" and the like.
_MONTHS = {
    **_numbered("januar|janner februar|feber marz|maerz april mai juni|juno juli|julei august"),
    **_numbered("september oktober november dezember", 9),
    **_numbered("january february march april _ june july august september october november"),
    "december": 12,
    **_numbered("enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre"),
    **_numbered("noviembre diciembre", 11),
}
_SHORT_MONTHS = {
    **_numbered("jan|ene feb mar|mrz|mae apr|abr may jun jul aug sep|sept oct|okt nov dec|dez|dic"),
}
_SHORT_IN: dict[Locale, dict[str, int]] = {"de": {}, "en": {}, "es": {"set": 9}}
_DAYS = {
    **_numbered("montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag"),
    **_numbered("monday tuesday wednesday thursday friday saturday sunday"),
    **_numbered("lunes martes miercoles jueves viernes sabado domingo"),
    **_numbered("mon tue|tues _ thu|thur|thurs fri"),
}
_RELATIVE = {
    **dict.fromkeys(("heute", "today", "hoy", "tonight", "heute morgen", "esta manana"), 0),
    **dict.fromkeys(("morgen", "tomorrow", "manana", "morgen fruh", "manana por la manana"), 1),
    **dict.fromkeys(("ubermorgen", "uebermorgen", "day after tomorrow", "pasado manana"), 2),
    **dict.fromkeys(("gestern", "yesterday", "ayer", "gestern morgen"), -1),
    **dict.fromkeys(("vorgestern", "day before yesterday", "anteayer", "antier"), -2),
    "antes de ayer": -2,
}
_SPANS = {
    "day": "tag tage tagen day days dia dias",
    "week": "woche wochen week weeks semana semanas wk",
    "month": "monat monate monaten monats month months mes meses",
    "quarter": "quartal quartale quartals quarter quarters trimestre trimestres",
    "year": "jahr jahre jahren jahres year years ano anos",
}
_PARTS = {
    **dict.fromkeys(("anfang", "beginn", "beginning", "start", "early", "inicio", "inicios"), 0),
    **dict.fromkeys(("principios", "comienzos", "a principios", "a inicios", "principio"), 0),
    **dict.fromkeys(("mitte", "mid", "middle", "mediados", "a mediados"), 1),
    **dict.fromkeys(("ende", "end", "late", "fin", "fines", "finales", "final", "a fines"), 2),
    **dict.fromkeys(("a finales", "al final", "a fin"), 2),
}
_NEXT = "nachste nachsten nachster nachstes nachstem next proximo proxima proximos proximas"
_LAST = (
    "letzte letzten letzter letztes letztem vergangene vergangenen vergangener vergangenes vorige"
    " vorigen voriger voriges last past previous ultimo ultima ultimos ultimas pasado pasada"
    " pasados pasadas"
)
_THIS = "diese diesen dieser dieses diesem this current este esta aktuelle aktuellen"
_COMING = "kommende kommenden kommender kommendes kommendem coming upcoming"
_WORDS: dict[str, str] = {
    "I": "in im en",
    "v": "within innerhalb binnen",
    "A": "vor hace",
    "a": "ago zuruck atras",
    "b": "before antes",
    "S": "seit since desde seitdem",
    "Z": "ab",
    "B": "bis until till til by hasta",
    "J": "between zwischen entre von vom from",
    "j": "and und y",
    "t": "to al through thru",
    "F": "the of de del el la los las der den dem des die das zum zur for",
    "o": "on am",
    "e": "a an ein eine einem einen einer one un una uno",
    "K": "kw kalenderwoche cw",
}
_PHRASES: dict[str, dict[str, Value]] = {
    "N": {"que viene": 1, "que vienen": 1, "week after next": 2},
    "I": {"dentro de": 0},
    "v": {"innerhalb von": 0},
    "f": {"from now": 0, "from today": 0},
    "S": {"desde hace": 0},
    "Z": {"a partir de": 0, "a partir del": 0},
    "B": {"bis zum": 0, "bis zur": 0, "spatestens am": 0, "a mas tardar el": 0, "no later than": 0},
    "b": {"antes de": 0, "antes del": 0},
    "x": {
        "guten morgen": 0, "am morgen": 0, "jeden morgen": 0, "por la manana": 0,
        "de la manana": 0, "la manana": 0, "buenos dias": 0, "pro tag": 0, "per day": 0,
        "good day": 0, "guten tag": 0, "buen dia": 0,
    },
}  # fmt: skip
# A part of a span in one word: the last third of the year, Saturday and Sunday of the week.
_ENDS = {
    "year 2": "jahresende|year end|year-end",
    "year 0": "jahresanfang|jahresbeginn",
    "month 2": "monatsende|month end",
    "month 0": "monatsanfang|monatsbeginn",
    "quarter 2": "quartalsende|quarter end",
    "week 3": "wochenende|weekend|fin de semana",
}
PLURALS = words(
    """tage tagen days dias wochen weeks semanas monate monaten months meses quartale quarters
    trimestres jahre jahren years anos"""
)
ENGLISH_MONTHS = words(
    """january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec"""
)
AFTER_NEXT = _numbered("_ ubernachste|ubernachsten|ubernachster|ubernachstes|uebernachste")
BEFORE_LAST = _numbered("_ vorletzte|vorletzten|vorletzter|vorletztes|antepasado|antepasada")


def _tagged(tag: str, names: str, value: Value = 0) -> dict[str, tuple[str, Value]]:
    return dict.fromkeys(names.split(), (tag, value))


def _valued(tag: str, values: dict[str, int]) -> dict[str, tuple[str, Value]]:
    return {word: (tag, value) for word, value in values.items() if word != "_"}


def lexicon(locale: Locale) -> dict[str, tuple[str, Value]]:
    """Return every calendar word and phrase with its tag and value, for writers of a language."""
    found: dict[str, tuple[str, Value]] = {}
    for tag, names in _WORDS.items():
        found.update(_tagged(tag, names))
    for unit, names in _SPANS.items():
        found.update(_tagged("U", names, unit))
    for tag, names, value in (("N", _NEXT, 1), ("L", _LAST, 1), ("T", _THIS, 0), ("c", _COMING, 1)):
        found.update(_tagged(tag, names, value))
    for tag, values in (
        ("M", _MONTHS), ("m", _SHORT_MONTHS), ("W", _DAYS), ("R", _RELATIVE), ("P", _PARTS),
        ("N", AFTER_NEXT), ("L", BEFORE_LAST),
    ):  # fmt: skip
        found.update(_valued(tag, values))
    found.update(_valued("m", _SHORT_IN[locale]))
    for part, names in _ENDS.items():
        found.update(dict.fromkeys(names.split("|"), ("w", part)))
    found["ago"] = ("a", 8)  # "two weeks ago", but 12 ago 2026 is Spanish August
    for tag, phrases in _PHRASES.items():
        found.update({phrase: (tag, value) for phrase, value in phrases.items()})
    return found
