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
    **_numbered("september|septembers oktober|oktobers november|novembers dezember|dezembers", 9),
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
    **_numbered("_ tue|tues _ thu|thur|thurs fri"),
}
# Weekdays only before a number or after words such as "am", "by", "el" (see `calendar_tokens`).
SHORT_DAYS: dict[Locale, dict[str, int]] = {
    "de": _numbered("mo di mi do fr sa so"),
    "en": _numbered("mon _ wed|weds _ _ sat sun"),
    "es": _numbered("lun mar mie jue vie sab dom"),
}
DAY_CUES = words(
    """am bis vor seit nachsten diesen kommenden letzten on by until till before since next this last
    el hasta desde proximo este pasado"""
)
SPANISH_NAMES = words("mayo julio abril domingo junio")  # people and places are called so too
TITLES = words("herr herrn frau don dona senor senora sr sra mr mrs ms")
RECURRING = words("every each jeden jede jeder cada todos")
# What German puts behind a month or a weekday in one word: Dezemberhälfte, Freitagabend.
MONTH_TAILS = {
    "halfte": ("H", 0), "woche": ("U", "week"), "anfang": ("P", 0), "beginn": ("P", 0),
    "mitte": ("P", 1), "ende": ("P", 2),
}  # fmt: skip
DAY_TAILS = words("morgen fruh vormittag mittag nachmittag abend nacht")
_RELATIVE = {
    **dict.fromkeys(
        ("heute", "today", "hoy", "tonight", "heute morgen", "esta manana", "esta noche"), 0
    ),
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
    **dict.fromkeys(("mitte", "mid", "middle", "mediados", "a mediados", "a mitad"), 1),
    **dict.fromkeys(
        ("ende", "end", "late", "fin", "fines", "finales", "final", "a fines", "back end"), 2
    ),
    **dict.fromkeys(("a finales", "al final", "a fin"), 2),
}
_NEXT = (
    "nachste nachsten nachster nachstes nachstem next proximo proxima proximos proximas entrante"
    " siguiente"
)
_LAST = (
    "letzte letzten letzter letztes letztem vergangene vergangenen vergangener vergangenes vorige"
    " vorigen voriger voriges last past previous ultimo ultima ultimos ultimas pasado pasada"
    " pasados pasadas"
)
_THIS = (
    "diese diesen dieser dieses diesem this current este esta aktuelle aktuellen laufenden presente"
    " corriente"
)
_COMING = "kommende kommenden kommender kommendes kommendem coming upcoming"
_WORDS: dict[str, str] = {
    "I": "in im en during throughout durante uber",
    "v": "within innerhalb binnen",
    "A": "vor hace",
    "a": "ago zuruck atras",
    "b": "before antes bevor",
    "S": "seit since desde seitdem",
    "Z": "ab fruhestens starting commencing",
    "B": "bis until till til by hasta",
    "J": "between zwischen entre von vom from",
    "j": "and und y",
    "t": "to al through thru",
    "F": "the of de del el la los las der den dem des die das zum zur for",
    "o": "on am after nach despues tras",
    "K": "kw kalenderwoche cw",
    "H": "half halfte mitad quincena",
    "y": "halbjahr halbjahres semestre",
    "n": "now jetzt sofort aqui ahora",
    "d": "cob eod eob eop feierabend",
    "g": "about around roughly etwa ungefahr rund circa ca knapp fast almost casi",
    "l": "w/c",
    "f": "que",
    "r": "bisher bislang",
}
_LASTING = "llevo lleva llevamos llevan"  # tres semanas sin responder
_ARTICLES = "a an ein eine einem einen einer one un una uno"
_PHRASES: dict[str, dict[str, Value]] = {
    "N": {"que viene": 1, "que vienen": 1, "que entra": 1, "week after next": 2},
    "T": dict.fromkeys(
        ("im laufe der", "im laufe des", "im laufe dieser", "im laufe dieses", "a lo largo de la",
         "a lo largo del", "a lo largo de", "in the course of the"), 0),
    "g": {"more than": 1, "mas de": 1, "mehr als": 1, "over": 1},
    "d": {"end of play": 0, "end of day": 0, "close of business": 0, "close of play": 0},
    "r": {
        "so far": 0, "to date": 0, "lo que va": 0, "en lo que va": 0, "lo que llevamos": 0,
        "en lo que llevamos": 0,
    },
    "V": {
        "a couple of": 2, "couple of": 2, "a couple": 2, "un par de": 2, "a few": 3, "few": 3,
        "ein paar": 3, "paar": 3, "einigen": 3, "wenigen": 3, "algunos": 3, "unos": 3, "unas": 3, "algunas": 3,
        "pocos": 3, "pocas": 3,
    },
    "X": {
        "fortnight": "2 week", "half a year": "6 month", "halben jahr": "6 month",
        "halbes jahr": "6 month", "medio ano": "6 month", "anderthalb jahren": "18 month",
        "year and a half": "18 month",
    },
    "U": {
        **dict.fromkeys(("werktage", "werktagen", "arbeitstage", "arbeitstagen"), "workday"),
        **dict.fromkeys(("working days", "business days", "workdays"), "workday"),
        **dict.fromkeys(("week no", "week number", "woche nr", "woche nummer"), "week"),
        **dict.fromkeys(("semana numero", "semana no", "semana n"), "week"),
        **dict.fromkeys(("dias habiles", "dias laborables"), "workday"),
    },
    "z": {
        "is out": 2, "is over": 2, "ends": 2, "um ist": 2, "vorbei ist": 2, "zu ende geht": 2,
        "zu ende ist": 2, "que acabe": 2, "que termine": 2, "acabe": 2, "termine": 2,
    },
    "I": {"dentro de": 0},
    "v": {"innerhalb von": 0, "en el plazo de": 0, "en un plazo de": 0},
    "E": {
        **dict.fromkeys(("weihnachten", "heiligabend", "christmas", "christmas eve"), "24.12."),
        **dict.fromkeys(("xmas", "navidad", "nochebuena"), "24.12."),
        **dict.fromkeys(("silvester", "new year's eve", "nochevieja"), "31.12."),
    },
    "S": {"desde hace": 0, "seit uber": 0, **dict.fromkeys(_LASTING.split(), 0)},
    # 1: may stand behind the day as well
    "Z": {
        "a partir": 0, "not before": 0, "nicht vor": 0, "no antes": 0, "as of": 0,
        "onwards": 1, "onward": 1, "en adelante": 1, "at the earliest": 1,
    },
    "B": {
        "spatestens": 1, "at the latest": 1, "a mas tardar": 1, "como muy tarde": 1,
        "no later than": 0, "not later than": 0, "bis spatestens": 0,
    },
    "x": {
        "guten morgen": 0, "am morgen": 0, "jeden morgen": 0, "por la manana": 0,
        "de la manana": 0, "la manana": 0, "buenos dias": 0, "pro tag": 0, "per day": 0,
        "good day": 0, "guten tag": 0, "buen dia": 0,
        "der morgen": 0, "una manana": 0, "den morgen": 0, "la mar": 0, "el mar": 0, "mar adentro": 0,
    },
}  # fmt: skip
# A part of a span in one word: the last third of the year, Saturday and Sunday of the week.
_ENDS = {
    "year 2": "jahresende|year end|year-end|eoy",
    "year 0": "jahresanfang|jahresbeginn",
    "month 2": "monatsende|month end|month-end|eom",
    "month 1": "monatsmitte",
    "month 0": "monatsanfang|monatsbeginn",
    "quarter 2": "quartalsende|quarter end|quarter-end|eoq",
    "week 0": "wochenanfang|wochenbeginn",
    "week 2": "eow",
    "week 3": "wochenende|weekend|fin de semana",
    "year 3": "jahreswechsel",
    "month 3": "monatswechsel",
}
_SEASONS = {  # the month a season begins with
    3: "spring fruhling fruhjahr primavera",
    6: "summer sommer verano",
    9: "autumn fall herbst otono",
    12: "winter invierno",
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
    found.update(_tagged("e", _ARTICLES, 1))
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
    for month, names in _SEASONS.items():
        found.update(_tagged("u", names, month))
    for part, names in _ENDS.items():
        found.update(dict.fromkeys(names.split("|"), ("w", part)))
    found["ago"] = ("a", 8)  # "two weeks ago", but 12 ago 2026 is Spanish August
    for tag, phrases in _PHRASES.items():
        found.update({phrase: (tag, value) for phrase, value in phrases.items()})
    return found
