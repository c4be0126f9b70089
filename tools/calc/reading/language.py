"""Which language a message is written in, told from its small words and its letters."""

import re

from db.enums import LOCALES, Locale

_WORDS: dict[Locale, str] = {
    "de": """aber alle allen alles als an anlegen archiviere andere andern angebot auch auf aus bei beim bis bitte brauche
        brauchen da damit danke dann das dass dem der deren des dezember dich die dienstag dies
        diese diesem diesen dieser dieses dir do doch donnerstag durch ein eine einem einen
        einer eines entwurf er erhohe erinnere ernte erst es etwas euch euer februar finde
        freitag fur gegen genossenschaft genossenschaften gestern gewaschene gibt gut guten habe
        haben hast hat heute hier ich ihm ihn ihnen ihr ihre ihren im immer ist ja januar jede
        jeden jetzt juli juni kann kannst kein keine keinen konnen konnte kosten kostet lass leg lege legt
        liefern lieferung liegt liste los loschen lose mach mache man marz mehr mein meine
        meinen merke mich mir mit mittwoch mochte montag morgen muss mussen nach nein nicht
        nichts noch nur oben oder ohne oktober pfund preis preise rechne rohkaffee roster sack
        sacke samstag schick schicke schon sehr seid sein seine seit senke setz setze sich sie
        sind sobald soll sollen sonntag stell suche tag trage uber um und uns unser unsere unten
        unter vergleiche vertrag viel viele vom von vor wann warum was wegen welche welchem
        welchen welcher welches wenn wer werden wie wieder wieviel wir wird wo woche wollen
        wurde zeig zeige zu zum zur zwischen verkostung verkostungen verkostet
        verkoster gecuppt muster papiere fehlen fehlt hang sendung standgeld""",
    "en": """a about above add after ago all also an and any are as at bags be been before below
        between but by can compare coops could create december delete did do does draft each
        every february find for friday from get give had harvest has have hello help her here
        his how i if into is it its january july june last let list log lots make many march me
        merge monday month more much my need next not october of on only or our out over please
        price raise remind roaster roasters saturday send set she shipment shipments should show
        since sunday tell than thank thanks that the their them then there these they this those
        thursday to today tomorrow tuesday under until up update us was washed we wednesday week
        cupped cuppings cuppers sample samples papers lack lacks missing attach arrived demurrage
        were what when where which who why will with would yes yesterday you your""",
    "es": """a agosto ahora al algo algun alguna antes aqui aun baja bien borra cada cambia como
        compara con contra cosecha crea cual cuales cuando cuanta cuantas cuanto cuantos cuesta
        dame de debe del desde despues dia diciembre domingo donde dos el ella ellos embarque en
        enero entonces entre envia enviar era es esa ese eso esta estan estas este esto estos
        favor febrero finca fincas fines fue gracias ha hace han hasta hay hemos hola hoy jueves
        julio junio la las lavado lavados le les lista llega llegan lo los lote lotes lunes
        manana martes marzo mas mayo me mes mi mientras miercoles muestra muestrame muy necesito
        ni nos nosotros noviembre nuestra nuestras nuestro nuestros o octubre otra otro para
        pasado pero por porque precio proximo puede puedes que quien quiero recuerda registra
        sabado sacos se semana septiembre ser si siempre sin sobre solo somos son su sube sus
        tambien te tenemos tengo tiene tienen todas todo todos tostador tostadores tu un una
        unas uno unos usted viernes y ya cata catas catamos catadores llego recibimos muestras
        documentos papeles falta faltan adjunta demora demoras""",
}
_ACCENTS = str.maketrans("áàâéèêíìîóòôúùûñäöüç", "aaaeeeiiiooouuunaouc")
_WORD = re.compile(r"[^\W\d_]+")
_SHARED = 0.5  # what a word says that two of the languages use
_IN_A_NAME = 0.2  # what "de" says, which is in every other cooperative's name
_IN_NAMES = [
    "de",
    "del",
    "el",
    "la",
    "las",
    "los",
    "san",
    "santa",
    "y",
]  # San Martín de Pangoa is nobody's Spanish
_LETTERS: dict[Locale, tuple[str, float]] = {
    "de": ("äöüß", 1.0),
    "en": ("", 0.0),
    "es": ("ñáéíóú", 1.0),
}
_ENDINGS: dict[str, Locale] = {
    "ungen": "de", "ung": "de", "lich": "de", "keit": "de", "schaft": "de",
    "ción": "es", "ciones": "es", "mente": "es", "iendo": "es",
    "ought": "en", "ould": "en",
}  # fmt: skip
_DOUBT = 0.35  # how much one clear word leaves open
_LONGEST_SHORT = 3  # letters of an abbreviation
_LONGEST_READ = 4_000  # letters; more of them decide nothing


def guess_language(text: str) -> tuple[Locale, float]:
    """Return the language of a text and how sure that is, 0 to 1.

    Below 0.6 it cannot be told (codes, names, "ok") and the caller keeps the member's own.
    """
    scores: dict[Locale, float] = dict.fromkeys(LOCALES, 0.0)
    text = text[:_LONGEST_READ]
    for sign in "¿¡":
        scores["es"] += text.count(sign)
    for word in _WORD.findall(text):
        _weigh(word, scores)
    best = max(LOCALES, key=lambda locale: scores[locale])
    if not scores[best]:
        return "en", 0.0
    share = scores[best] / sum(scores.values())
    return best, round(share * (1 - _DOUBT ** scores[best]), 3)


def _weigh(word: str, scores: dict[Locale, float]) -> None:
    if word.isupper() and 1 < len(word) <= _LONGEST_SHORT:
        return  # US, IT and AM are no words
    lowered = word.lower()
    plain = lowered.translate(_ACCENTS)
    known = _EVIDENCE.get(plain)
    if known is not None:
        for locale, weight in known.items():
            scores[locale] += weight
        return
    if word[0].isupper():
        return  # a name's letters say where it comes from, not what is being spoken
    for locale, (letters, weight) in _LETTERS.items():
        if any(c in letters for c in lowered):
            scores[locale] += weight
    for ending, locale in _ENDINGS.items():
        if len(lowered) > len(ending) + 2 and lowered.endswith(ending):
            scores[locale] += _SHARED


def _evidence() -> dict[str, dict[Locale, float]]:
    found: dict[str, dict[Locale, float]] = {}
    for locale, words in _WORDS.items():
        for word in words.split():
            found.setdefault(word, {})[locale] = 1.0
    for weights in found.values():
        if len(weights) > 1:
            weights.update(dict.fromkeys(weights, _SHARED))
    for word in _IN_NAMES:
        found.setdefault(word, {})["es"] = _IN_A_NAME
    return found


_EVIDENCE = _evidence()
