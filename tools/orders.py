"""Whether a message orders something to be done, or only asks: code's reading, not a model's.

Naming a record and a figure is not yet an order: "what does PE-24-017 cost above 84 points?" names
both. So a message that is plainly a question or a look-up changes nothing at once, and archiving and
undoing, which need no value that could be found in the words, have to be said.
"""

import re

_ASKING = frozenset(
    # German
    "was wie wer wem wen wo woher wohin wann warum wieso welche welcher welches welchen welchem "
    "wieviel wieviele gibt ist sind hat haben kann steht stimmt "
    # English
    "what which who whose when where why how is are does do did has have was were "
    # Spanish
    "qué que cuál cuáles cual cuales quién quiénes quien dónde donde cuándo cuando cuánto cuánta "
    "cuántos cuántas cómo como hay está están es son tiene muestra lista busca lee resume".split()
)
_LOOKING = frozenset(
    "zeig zeige zeigt liste such suche finde nenn nenne lies lese vorlesen zusammenfassen fass fasse "
    "show list find search read summarise summarize tell look "
    "muéstrame muestrame dime enséñame".split()
)
_FILLERS = frozenset(
    "bitte und also ok okay hallo hi hey moin mal please and so hello y por favor pues hola".split()
)
_ORDERS = tuple(
    # German
    "setze setzen setz änder aender erhöh erhoeh anheb anzuheb hebe steiger senk verringer reduzier "
    "runter rauf hochstuf herabsetz umstell einstell stelle stellen eintrag einzutrag trage trag leg "
    "anleg anzuleg verleg verschieb markier aktualisier korrigier notier vermerk protokollier "
    "erfass füge hinzufüg ergänz hinterleg umbenenn zuordn zuweis übertrag anpass anzupass mache "
    "nimm aufnehm registrier verbuch speicher archivier lösch loesch entfern streich deaktivier "
    "zusammenführ zusammenleg schreib antworte "
    # English
    "set change update move mark put make correct fix switch push reschedule assign reassign rename "
    "edit adjust modify postpone raise increase bump lower decrease reduce add create register log "
    "archive retire delete remove erase deactivate merge write answer save enter "
    # Spanish
    "cambi modific actualiz corrig correg pon ponle sube subir súbe súbelo aument increment bajar "
    "bájal reduc marca marcar mueve mover asign renombr edita ajust anota añad agreg crea crear "
    "registr archiv borr elimin quita quitar retir suprim desactiv escrib contest guarda fusion".split()
)
_EXACT = 6  # shorter stems must be the whole word: "set" is not "settled", "leg" not "legal"
_RETIRE = tuple(
    "archivier lösch loesch entfern streich stillleg ausmuster deaktivier rausnehm wegnehm retir "
    "archiv delet remov eras discard scrap borr bórra elimin elimín quita quítal suprim "
    "desactiv".split()
)
_RETIRE_PHRASES = (
    "weg mit", "weg damit", " weg", " raus", "get rid", "take off", "throw out", "de baja", "still",
)  # fmt: skip
_UNDO = tuple(
    "undo rückgängig rueckgaengig widerruf zurücknehm zurücksetz zurückdreh zurückhol wiederherst "
    "stornier revert reverse "
    "deshac deshaz desház deshag deshic reviert anula anular revoc redo rehac rehaz restore restaur".split()
)
_UNDO_PHRASES = (
    ("zurück", ("nimm", "nehm", "setz", "dreh", "mach", "hol", "roll", "änderung")),
    ("back", ("take", "put", "roll", "bring", "change")),
    ("nicht", ("doch",)),
    ("wieder", ("stell",)),
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
        word == stem or (len(stem) >= _EXACT and word.startswith(stem)) or word == f"{stem}n"
        for stem in _ORDERS
    )


def says_retire(text: str) -> bool:
    """Return whether a message says that something is to be put away."""
    words = _words(text)
    joined = f" {' '.join(words)} "
    return any(w.startswith(_RETIRE) for w in words) or any(
        f"{p} " in joined for p in _RETIRE_PHRASES
    )


def says_undo(text: str) -> bool:
    """Return whether a message says that something is to be taken back."""
    words = _words(text)
    if any(w.startswith(_UNDO) for w in words):
        return True
    return any(
        any(w == place for w in words) and any(w.startswith(verbs) for w in words)
        for place, verbs in _UNDO_PHRASES
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
