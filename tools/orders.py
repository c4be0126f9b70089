"""Whether a message orders something to be done, or only asks: code's reading, not a model's.

Naming a record and a figure is not yet an order: "what does PE-24-017 cost above 84 points?" names
both. So a plain question or look-up changes nothing at once, and putting away and taking back,
which need no value that could be found in the words, have to be said.
"""

import re


def _stems(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What a question or a look-up begins with.
_ASKING = frozenset(
    _stems(
        """
        was wie wer wem wen wo woher wohin wann warum wieso welche welcher welches welchen welchem
        wieviel wieviele gibt ist sind hat haben kann steht stimmt
        what which who whose when where why how is are does do did has have was were
        qué que cuál cuáles cual cuales quién quiénes quien dónde donde cuándo cuando cuánto cuánta
        cuántos cuántas cómo como hay está están es son tiene muestra lista busca lee resume
        """
    )
)
# What makes it a look-up wherever it stands.
_LOOKING = frozenset(
    _stems(
        """
        zeig zeige zeigt liste such suche finde nenn nenne lies lese vorlesen fass fasse
        show list find search read summarise summarize tell look
        muéstrame muestrame dime enséñame
        """
    )
)
_FILLERS = frozenset(
    _stems("bitte und also ok okay hallo hi hey moin mal please and so hello y por favor pues hola")
)
# What is ordered even in a question ("can you set …?") or beside a look-up.
_ORDERS = _stems(
    """
    setze setzen setz änder aender erhöh erhoeh anheb anzuheb hebe steiger senk senke verringer
    reduzier runter rauf hochstuf herabsetz
    umstell einstell stelle stellen eintrag einzutrag trage trag leg
    lege anleg anzuleg verleg verschieb markier aktualisier korrigier notier vermerk protokollier
    erfass füge hinzufüg ergänz hinterleg umbenenn zuordn zuweis übertrag anpass anzupass mache
    nimm aufnehm registrier verbuch speicher archivier lösch loesch entfern streich deaktivier
    zusammenführ zusammenleg schreib antworte
    erinner remind recuérd recuerd
    set change update move mark put make correct fix switch push reschedule assign reassign rename
    edit adjust modify postpone raise increase bump lower decrease reduce add create register log
    archive retire delete remove erase deactivate merge write answer save enter
    cambi modific actualiz corrig correg pon ponle sube subir súbe súbelo aument increment bajar
    bájal reduc marca marcar mueve mover asign renombr edita ajust anota añad agreg crea crear
    registr archiv borra borrar elimin quita quitar retir suprim desactiv escrib contest guarda
    fusion
    """
)
_PREFIX = 5  # shorter stems must be the whole word: "set" is not "settled", "leg" not "legal"
_RETIRE = _stems(
    """
    archivier lösch loesch entfern streich stillleg ausmuster deaktivier rausnehm wegnehm
    retir archiv delet remov eras discard scrap cancel
    borr bórra elimin elimín quita quítal suprim desactiv
    """
)
_RETIRE_PHRASES = (
    ("weg", ("nimm", "nehm", "wirf", "werf", "kann", "soll", "muss", "damit", "mit")),
    ("raus", ("nimm", "nehm", "wirf", "werf", "kann", "soll", "muss", "damit")),
    ("heraus", ("nimm", "nehm")),
    ("still", ("leg",)),
    ("rid", ("get",)),
    ("off", ("take",)),
    ("out", ("throw",)),
    ("baja", ("da", "dar", "dé")),
)
# The road, and what happened already: "auf dem Weg", "archiviert", "was it deleted?", "el archivo".
_NOT_THE_VERB = re.compile(
    r"\b(?:auf|unter|de[mnrs])\s+weg\w*|\b\w+iert\b|\bentfernt\b|\b\w+ed\b|\bundone\b"
    r"|\b\w+[ai]d[oa]s?\b|\barchivos?\b|\brückgängig\s+gemacht\b"
)
_UNDO = _stems(
    """
    undo rückgängig rueckgaengig widerruf zurücknehm zurücksetz zurückdreh zurückhol wiederherst
    stornier revert reverse restore redo
    deshac deshaz desház deshag deshic reviert anula anular revoc rehac rehaz restaur
    """
)
_UNDO_PHRASES = (
    ("zurück", ("nimm", "nehm", "setz", "dreh", "mach", "hol", "roll", "änderung")),
    ("nicht", ("doch",)),
    ("wieder", ("stell",)),
    ("back", ("take", "put", "roll", "bring", "change")),
    ("atrás", ("cambio", "da", "echa", "vuelve")),
)


def asks_only(text: str) -> bool:
    """Return whether a message is plainly a question or a look-up, with nothing ordered in it."""
    words = _words(text)
    first = next((w for w in words if w not in _FILLERS), "")
    asking = "?" in text or first in _ASKING or any(w in _LOOKING for w in words)
    return asking and not any(_ordered(w) for w in words)


def _ordered(word: str) -> bool:
    return any(
        word in {stem, f"{stem}n"} or (len(stem) >= _PREFIX and word.startswith(stem))
        for stem in _ORDERS
    )


def says_retire(text: str) -> bool:
    """Return whether a message says that something is to be put away."""
    return _says(text, _RETIRE, _RETIRE_PHRASES)


def says_undo(text: str) -> bool:
    """Return whether a message says that something is to be taken back."""
    return _says(text, _UNDO, _UNDO_PHRASES)


def _says(
    text: str, stems: tuple[str, ...], phrases: tuple[tuple[str, tuple[str, ...]], ...]
) -> bool:
    words = _words(_NOT_THE_VERB.sub(" ", text.casefold()))
    if any(w.startswith(stems) for w in words):
        return True
    return any(
        particle in words and any(w.startswith(verbs) for w in words) for particle, verbs in phrases
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
