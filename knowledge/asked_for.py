"""What a question asks for: the thing whose amount, name or nature is wanted.

"Which laboratory tests for ochratoxin?" asks for a laboratory; a passage on ochratoxin that speaks
of none is near in every measure there is and answers nothing. What is asked for in general words (a
rule, a day, a number) is found by other means.
"""

import re
from collections.abc import Iterator
from functools import cache

from db.enums import Locale
from knowledge.idle import is_idle
from knowledge.terms import Term, terms
from knowledge.words import folded

_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_SMALL = r"(?:(?:denn|eigentlich|jetzt|aktuell|derzeit|da|noch|der|die|das|ein|eine|unser\w*)\s+)*"
_STOP = (
    r"(?=\s+(?:for|of|on|in|at|if|when|to|per|from|under|with|by|until|after|before|that|we|you|do|"
    r"does|is|are|was|can|must|should|tests?|has|have|will|did)\b|\s*[?,.;:]|\s*$)"
)
_UP_TO = rf"((?:{_WORD}\s+){{0,4}}?{_WORD}){_STOP}"
_NOUN = rf"((?:{_WORD}\s+){{0,2}}{_WORD})"
_DE_IS = r"(?:ist|sind|war|waren|muss|müssen|darf|dürfen|wird|werden|wäre|fällt|fallen)"
_EN_IS = r"(?:'s|\s+is|\s+was|\s+are|\s+were)"
_ES_ARTICLE = r"\b(?!\s+(?:el|la|los|las|un|una|nuestr\w+)\b)"  # after a verb: "qué dice la ley"


def _patterns(*written: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)


_ASKED: dict[Locale, tuple[re.Pattern[str], ...]] = {
    "de": _patterns(
        rf"\bwelche[rsnm]?\s+{_NOUN}",
        rf"\bwie\s+(?:hoch|teuer|groß|lang)\s+{_DE_IS}\s+{_SMALL}{_NOUN}",
        rf"\b(?:wie\s*viele|gibt\s+es(?:\s+(?:da|denn))?\s+eine?n?)\s+{_NOUN}",
        rf"\b(?:brauch|benötig)(?:e|en|t)\b[^.?!]*?\bk?eine?n?\s+{_NOUN}",
        rf"\bwas\s+(?:ist|sind|war)\s+(?:der|die|das)\s+({_WORD})",
    ),
    "en": _patterns(
        rf"\b(?:what|which){_EN_IS}\s+(?:the|our|an?)\s+{_UP_TO}",
        rf"\b(?:what|which)\s+{_UP_TO}",
        rf"\bhow\s+many\s+({_WORD})",
        rf"\b(?:is|was)\s+there\s+(?:an?|any)\s+{_UP_TO}",
        rf"\bneeds?\s+(?:an?|any)\s+{_UP_TO}",
        rf"\bhow\s+(?:high|big|long)\s+(?:is|are|was|were|must)\s+(?:the|our|an?)\s+{_UP_TO}",
    ),
    "es": _patterns(
        rf"(?:\bqué|^\W*que)\s+({_WORD}){_ES_ARTICLE}",
        rf"\bcuánt[oa]s\s+({_WORD})",
        rf"\b(?:existe|hay)\s+(?:una?|algún|alguna)\s+({_WORD})",
        rf"\bnecesit\w+\s+(?:una?|algún|alguna)\s+({_WORD})",
        rf"\bcuál(?:es)?\s+(?:es|son|era|eran|fue)\s+(?:el|la|los|las)\s+({_WORD})",
    ),
}
# What may be asked for in any matter: a passage answers it without naming it.
_GENERAL = """
betrag summe tag datum termin frist jahr monat woche zeitpunkt uhrzeit nummer zahl code kürzel
regel regeln vorschrift vorschriften verordnung gesetz rechtslage fassung version stelle fall
fälle ding sache sachen kram zettel wisch leute personen jahre tage wochen monate stunden euro
kilo gramm tonnen prozente nachkommastellen ausnahme ausnahmen möglichkeit weg trick people folks
years days weeks months hours euros kilos grams tonnes way catch chance exception exceptions
personas gente familias años días semanas meses horas gramos toneladas excepción manera forma
papiere papier unterlagen dokumente angaben daten infos info land länder prozentsatz prozent
anteil satz sätze stufe unterschied grund voraussetzung voraussetzungen bedingung bedingungen
schritte folge folgen seite position warenwert ware waren fristen abgabe abgaben paragraf artikel
haken amount sum day date deadline year month week time number figure codes rule rules law laws
case cases thing things stuff paper papers document documents data information country countries
share percentage percent rate rates difference reason condition conditions step steps page heading
value applied applies counted happened holds held stood goes comes remains follows matters came
went says said means covers covered includes included required requires happens counts changes
changed needed point limit term terms kind sort type types article paragraph status deal basis
window charge monto suma día fecha plazo año mes semana hora número código regla reglas norma
normas ley versión caso cosa cosas papel papeles documento documentos datos información país
países porcentaje parte tasa diferencia motivo condición condiciones paso pasos página partida
valor tipo tarifa clase artículo pasa regía regían regirá valía valían vale aplicaba aplican exige
exigía exigen pide piden prevé preveía establece establecía cambia ocurre ocurrió sucede implica
falta conviene toca dijo decían hacemos hago debo debemos necesito necesita necesitamos tenemos
tengo pagamos paga cobra cobran cuesta incluye cubre categoría diario nivel base límite tope
tajada rige dice decía aplica cambió significa hay hace
"""
_SLANG = re.compile(r"it[oa]s?$")


def asked_for(question: str, lang: Locale) -> dict[str, Term]:
    """Return what a question asks for, as it says it, with the concepts it may be."""
    found = {w.split()[-1]: t for w in _heads(question, lang) for t in terms(w, lang)[-1:]}
    return {
        said: t for said, t in found.items() if not (lang == "es" and _SLANG.search(t.words[-1]))
    }


@cache
def _general() -> frozenset[str]:
    return frozenset(folded(word) for word in _GENERAL.split())


def _heads(question: str, lang: Locale) -> Iterator[str]:
    text = question if lang != "en" else question.casefold()
    for pattern in _ASKED[lang]:
        for match in pattern.finditer(text):
            words = _noun(match[1]) if lang == "de" else match[1]
            first, last = (folded(words.split()[n]) for n in (0, -1))
            if not any(is_idle(w, lang) or w in _general() for w in (first, last)):
                yield words


def _noun(words: str) -> str:
    """Return the noun of "verbindliche Auskunft": the first word with a capital, else the first."""
    said = words.split()
    return next((w for w in said if w[0].isupper()), said[0])
