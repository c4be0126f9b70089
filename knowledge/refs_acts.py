"""Acts by number and laws by name: `(EU) 2023/1115`, `VO 834/2007`, `KaffeeStG`, `UZK`, `CAU`."""

import re
from collections.abc import Iterator

from knowledge.reference import Reference

_TYPE = (
    r"Durchführungsverordnung|Verordnung(?:en)?|VO|Richtlinie|RL|Beschluss|R(?=\d)|"
    r"Reg(?:ulations?|\.)?|Directive|Decision|Reglamentos?|Directiva|Decisión"
)
_CUE = (
    rf"(?P<cue>(?:\b(?:{_TYPE})\s*)?(?:\((?:EU|UE|EG|EC|CE|EWG|EEC|CEE)\)\s*|\b(?:EU|UE)\s)?"
    r"(?:(?:Nr|No|n\.?\s?º|nº|núm)\.?\s*)?)"
)
_ACT = re.compile(
    rf"{_CUE}(?<![\d/,.-])(?P<a>\d{{1,4}})/(?P<b>\d{{1,4}})(?![\d/]|\s?%)", re.IGNORECASE
)
_OF_LAW = re.compile(rf"{_TYPE}|^R$|\(", re.IGNORECASE)  # a bare "Nr." stands before invoices too
_PAPER = re.compile(
    r"\b(?:BT-?\s?(?:Drs\.?|Drucksache)|Bundestagsdrucksache)\s*(\d{1,2}/\d{1,5})\b"
)
_NEW_STYLE = 2015  # since then acts are numbered year/number, before that number/year
_YEARS = range(1952, 2100)
_SURE = 100  # without a word before it, a number this large after a year is an act, not a season

# law → its names, then the acts that are it or amend it
_LAWS = {
    "eudr": (
        (
            r"EUDR|RDUE|(?:EU-?)?Entwaldungsverordnung|(?:EU )?deforestation regulation|"
            r"reglamento (?:de|contra la|sobre) (?:la )?deforestación"
        ),
        ("2023/1115", "2024/3234", "2025/2650"),
    ),
    "ucc": (
        r"UZK|UCC|CAU|Unionszollkodex|Union Customs Code|Código Aduanero de la Unión",
        ("952/2013",),
    ),
    "ppwr": (r"PPWR|EU-Verpackungsverordnung", ("2025/40",)),
    "organic": (
        r"(?:EU-)?Öko-Verordnung|(?:EU-)?Bio-Verordnung|EU organic regulation",
        ("2018/848",),
    ),
    "kaffeestg": (r"KaffeeStG|Kaffeesteuergesetz(?:es)?|coffee tax act", ()),
    "kaffeestv": (r"KaffeeStV|Kaffeesteuerverordnung|coffee tax regulation", ()),
    "ustg": (r"UStG|Umsatzsteuergesetz(?:es)?|German VAT Act", ()),
    "lksg": (r"LkSG|Lieferkettengesetz(?:es)?|Lieferkettensorgfaltspflichtengesetz(?:es)?", ()),
    "csddd": (r"CSDDD|EU-Lieferkettenrichtlinie", ()),
    "verpackg": (r"VerpackG|Verpackungsgesetz(?:es)?", ()),
    "verpackdg": (r"VerpackDG", ()),
    "escc": (r"ESCC", ()),
    "incoterms": (r"Incoterms?(?: 2020)?", ()),
}
_NAMES = re.compile(
    "|".join(rf"(?P<{law}>\b(?:{names})\b)" for law, (names, _) in _LAWS.items()), re.IGNORECASE
)
_LAW_OF = {act: law for law, (_, acts) in _LAWS.items() for act in acts}


def acts(text: str) -> Iterator[Reference]:
    """Find acts by their number; one that has a name, or amends one that has, gets it as well."""
    for found in _PAPER.finditer(text):
        yield Reference((f"btdrs:{found[1]}",), *found.span())
    for found in _ACT.finditer(text):
        number = _number(found["a"], found["b"], cued=bool(_OF_LAW.search(found["cue"])))
        if number:
            law = (f"law:{_LAW_OF[number]}",) if number in _LAW_OF else ()
            yield Reference((f"reg:{number}", *law), *found.span())


def laws(text: str) -> Iterator[Reference]:
    """Find laws by name or abbreviation; a name with one act behind it gives its number too."""
    for found in _NAMES.finditer(text):
        law = found.lastgroup or ""
        number = tuple(f"reg:{act}" for act in _LAWS[law][1][:1])
        yield Reference((f"law:{law}", *number), *found.span())


def _number(first: str, second: str, *, cued: bool) -> str | None:
    """Return an act's number as it is cited, None for a season, a fraction or a share."""
    a, b = int(first), int(second)
    if a in _YEARS and len(first) == 4 and (a >= _NEW_STYLE or b not in _YEARS):  # noqa: PLR2004
        season = b in (a + 1, (a + 1) % 100)
        return f"{a}/{b}" if b and (cued or (b >= _SURE and not season)) else None
    if b in _YEARS and b < _NEW_STYLE and (cued or a >= _SURE):
        return f"{a}/{b}"
    return _short(first, b) if cued and len(second) == 2 else None  # noqa: PLR2004


def _short(number: str, year: int) -> str:
    """Return the number of an act cited with two digits of its year: R2204/99, R1227/25."""
    if year >= _YEARS.start % 100:
        return f"{number}/{1900 + year}"
    return f"{2000 + year}/{number}" if 2000 + year >= _NEW_STYLE else f"{number}/{2000 + year}"
