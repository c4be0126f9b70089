"""Which language a message is written in, told from its small words and its letters."""

import re

from db.enums import LOCALES, Locale

_WORDS: dict[Locale, str] = {
    "de": """aber alle allen alles als auch auf aus bei beim bis bitte da damit danke dann das dass
        dem der deren des dich die dies diese diesem diesen dieser dieses dir doch durch ein
        eine einem einen einer eines er erst es etwas euch euer fur gegen gibt gut guten haben
        habe hast hat heute hier ich ihm ihn ihnen ihr ihre ihren im immer ist ja jede jeden
        jetzt kann kannst kein keine keinen konnen konnte lass mach mache man mehr mein meine
        meinen mich mir mit morgen nach nein nicht nichts noch nur oder ohne schick schicke
        schon sehr sein seine seit setz setze sich sie sind sobald soll sollen stell suche finde
        tag uber um und uns unser unsere unter viel viele vom von vor wann warum was wegen
        welche welchem welchen welcher welches wenn wer werden wie wieder wieviel wird wo wollen
        woche wurde zeig zeige zu zum zur zwischen gestern kostet kosten preis preise los ernte
        sacke sack roster lose vertrag lieferung angebot entwurf liegt liste andere andern
        loschen genossenschaft genossenschaften""",
    "en": """a about add after all also an and any are as at be been before but by can could create
        delete did do does draft each every find for from get give had has have hello help her
        here his how i if into is it its last let list make me merge more my need next not of on
        only or our out over please raise send set she should show tell than thank thanks that
        the their them then there these they this those to today tomorrow under up update us was
        we were what when where which who why will with would yes yesterday you your much many
        harvest bags roaster roasters shipment shipments month week price""",
    "es": """al algo algun alguna ahora antes aqui bien cada como con contra cual cuales cuando
        cuanta cuantas cuanto cuantos cuesta dame de debe del desde despues dia donde dos el
        ella ellos en entre envia enviar era es esa ese eso esta estan estas este esto estos
        favor fue gracias ha han hasta hay hola hoy la las le les lista lo los lote lotes manana
        mas me mes mi mientras muestra muestrame muy necesito ni nos nosotros nuestra nuestro o
        otra otro para pero por porque precio puede puedes que quien quiero sacos se semana ser
        si siempre sin sobre solo son su sus tambien te tenemos tengo tiene tienen todas todo
        todos tostador tostadores tu un una unas uno unos usted viernes y ya cosecha pasado
        proximo borra cambia crea sube baja""",
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
