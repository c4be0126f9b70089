"""Words that say nothing about what is asked: articles, pronouns, auxiliaries, chat."""

from db.enums import LOCALES, Locale
from knowledge.words import folded_words

_DE = """
ab aber ach also alle allem allen aller alles als am an ander andere anderen auch auf aus bei beim
bin bis bist bitte brauch brauche brauchen braucht bzw da dabei dafur damit danach dann daran
darauf darf das dass davon dazu dein dem den denn der des deswegen die dies diese diesem diesen
dieser dieses dir doch dort du durch durfen eben eher eig eigentlich ein eine einem einen einer
eines einfach einmal er es etwas euch fur gab ganz gar geht gehts gel genau gerade gern gibt gibts
gilt gelten grad grade hab habe haben hallo hast hat hatte hatten hey hi hier hin hinter ich ihm
ihn ihnen ihr ihre im immer in ins irgendwie is ist ja je jede jeden jeder jedes jedoch jemand
jetzt kann kannst kein keine keinem keinen klar kommt kommen konnen konnte kurz lang lange macht
machen mal man manche mehr mein meine mich mir mit moin muss musst mussen mussten nach naturlich
ne nein nem nen ner nicht nichts noch nochmal nun nur ob oder ohne okay ok passt paar quasi rein
richtig sag sagt schon sehr seid sein seine seit selber selbst sich sie sieht sind so sogar sollen
sollte sollten sonst sowas sozusagen steht stimmt the trifft tun tut uber uberhaupt um und uns
unser unsere unserem unseren unserer unter viel viele vom von vor war waren warum was weil welche
welchem welchen welcher welches wem wen wenn wer werden weiss wie wieder wieviel wieviele will wir
wird wirklich wo woher wohin wollen wollt worden wurde wurden ziemlich zu zum zur zwar zwischen
"""
_EN = """
a about actually after again all also am an and any anybody anyone anything are around as at back
be because been before being best between both but by came can cannot could did do does doing don
done down each either else ever every exactly fine for from further get gets getting give given go
goes going gonna got had has have having he hello her here hey hi him his how i if in instead into
is isn it its just keep know let like ll long look looks lot m make makes many may maybe me mean
might more most much must my myself need needed needs never no nor not now of off ok okay on once
one only or other our ours out over own please pls quick quite re really right s same say says see
seem seems shall she should silly since so some somebody someone something sort sounds still such
sure t take takes tell than that the their them then there these they thing things this those
though through thx to too under until up us use used ve very was wasn way we well were what when
where whether which while who whom whose why will with without won wondering would yes yet you
your yours
"""
_ES = """
a acaso adonde ahi ahora al alg algo alguien algun alguna algunas alguno algunos alla alli antes
aparte aqui asi aun aunque bien bueno cada casi como con cosa cosas creo cual cuales cualquier
cuando cuanta cuantas cuanto cuantos da dan de debe debemos deben debo decir del demas desde
despues dice dicen digo donde dos e ella ellas ellos en entonces entra entre era eran es esa esas
ese eso esos esta estaba estan estar estas este esto estos fue fueron gracias ha hace hacen hacer
haber habia han has hasta hay haya hicieron hola igual ir junto la las le les lo los luego mas me
mejor mi mientras mis mismo mucha mucho muchos muy nada nadie necesita necesitamos necesito ni no
nos nosotros nuestra nuestras nuestro nuestros o oye otra otras otro otros para pasa pero poco
podemos poder por porfa porque pregunta puede pueden puedo pues que quien quienes quiere quiero
rato recien sabe saber se sea segun ser si sido siempre sin sobre sola solo somos son su sus tal
tambien tampoco tan tanto te tenemos tener tengo ti tiene tienen toca toda todas todavia todo
todos tu tus un una unas uno unos usted ustedes va vale vamos van varios ve ver verdad vez vez y
ya yo
"""
_IDLE: dict[Locale, frozenset[str]] = {
    "de": frozenset(_DE.split()),
    "en": frozenset(_EN.split()),
    "es": frozenset(_ES.split()),
}


_LETTERS: dict[Locale, str] = {"de": "äöüß", "es": "áéíóúñ¿¡"}


def is_idle(word: str, lang: Locale) -> bool:
    """Return whether a folded word says nothing in a language."""
    return word in _IDLE[lang]


def language_of(text: str) -> Locale:
    """Return the language of a sentence or two: whose small words and letters it is made of."""
    words, letters = folded_words(text), text.casefold()

    def counted(lang: Locale) -> int:
        own = sum(c in _LETTERS.get(lang, "") for c in letters)
        return own + sum(w in _IDLE[lang] for w in words)

    return max(LOCALES, key=counted)


def telling(text: str, lang: Locale) -> list[str]:
    """Return the words of a text that say what it is about, folded, in their order."""
    return [w for w in folded_words(text) if not is_idle(w, lang)]
