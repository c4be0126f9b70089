"""What stands around a number and changes how it is compared: about, No., of them, crop."""

import re

from agent.grounding.figure import Mark

_APPROXIMATE = re.compile(
    r"(?:\b(?:rund|etwa|ungefähr|circa|ca|zirka|knapp|gut|fast|about|around|roughly|"
    r"approx(?:imately)?|nearly|almost|some|unos|unas|aprox(?:imadamente)?|alrededor de|cerca de|"
    r"casi|más o menos)\b\.?|[~≈])\s*(?:the\s+)?(?:(?:EUR|USD|USc|€|\$|US\$|£)\s?)?$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:\b(?:Nr|No|Nº|n\.?º|ID|Nummer|number|número|Freigabe|Genehmigung|approval|aprobación|"
    r"change ?set|Änderung(?:ssatz)?|conjunto(?: de cambios)?|Karte|card|tarjeta|Vorgang)\b\.?|#)"
    r"\s*(?:(?:Nr|No|number|Nummer|ID)\.?\s*|#)?$",
    re.IGNORECASE,
)
_MINUS = re.compile(r"\b(?:minus|menos)\s+$", re.IGNORECASE)
_CROP = re.compile(
    r"\b(?:Ernte(?:n|jahr)?|crops?|crop year|harvests?|cosechas?|campaña)\s+"
    r"(?:(?:of|from|von|vom|aus|de|des|del|year|Jahr|Jahrgang)\s+)*$",
    re.IGNORECASE,
)
_CROP_AFTER = re.compile(r"[-\s]+(?:crop|harvest|ernte)", re.IGNORECASE)
_PARTIAL = re.compile(
    r"\s*(?:\w+\s+)?(?:davon|darunter|of (?:them|these|those|which)|de (?:ellos|ellas|estos|estas))"
    r"\b",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\s+(?:\w+\s+)?(?:fragen?|rückfragen?|möglichkeiten|optionen|angaben|dinge|schritte|wege|sätze|"
    r"sätzen|questions?|options?|things|details|steps|choices|possibilities|ways|sentences?|"
    r"preguntas?|opciones|cosas|datos|pasos|maneras|frases?|posibilidades)\b",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b(?:Zeile|Position|Platz|Eintrag|row|line|place|rank|item|fila|línea|puesto)\s+(?:Nr\.\s|#)?$",
    re.IGNORECASE,
)
_BEST = (
    r"(?:top|best\w*|erste[nr]?|letzte[nr]?|günstigste[nr]?|teuerste[nr]?|größte[nr]?|neueste[nr]?|"
    r"first|last|latest|cheapest|largest|highest|newest|mejores|primer[oa]s|últim[oa]s|"
    r"más \w+)"
)
_CHOSEN_BEFORE = re.compile(rf"\b{_BEST}\s+$", re.IGNORECASE)
_CHOSEN_AFTER = re.compile(rf"\s+(?:\w+\s+)?{_BEST}\b", re.IGNORECASE)
_LEAD = 40
_BEFORE: tuple[tuple[Mark, re.Pattern[str]], ...] = (
    ("minus", _MINUS),
    ("approximate", _APPROXIMATE),
    ("labelled", _LABEL),
    ("position", _POSITION),
    ("chosen", _CHOSEN_BEFORE),
    ("crop", _CROP),
)
_AFTER: tuple[tuple[Mark, re.Pattern[str]], ...] = (
    ("crop", _CROP_AFTER),
    ("partial", _PARTIAL),
    ("chosen", _CHOSEN_AFTER),
    ("speech", _ABOUT_ITSELF),
)


def marks_of(text: str, begin: int, stop: int, sign: str) -> frozenset[Mark]:
    """Return what stands around a number at `begin`–`stop`; `sign` is what stood before it."""
    lead = text[max(0, begin - _LEAD) : begin]
    found: set[Mark] = {mark for mark, pattern in _BEFORE if pattern.search(lead)}
    found |= {mark for mark, pattern in _AFTER if pattern.match(text, stop)}
    if sign:
        found.add("minus" if sign == "-" else "plus")
    return frozenset(found)
