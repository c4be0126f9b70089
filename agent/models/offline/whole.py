"""A question a tool takes whole, when it is about none of our records.

The tool says which words it has an ear for; those the records do not know decide. Nothing here
knows what such questions are about.
"""

from collections.abc import Sequence

from agent.models.offline.ordinary import Words
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Scene
from agent.models.offline.text import fold, words_of
from tools.spec import AnyTool, Effect, Hearing

_ORDERS = ("create", "retire", "change", "raise", "lower", "clear", "undo", "list", "history")
_ASKS = ("which", "count", "when", "who", "where", "why")
# What a question without a question mark begins with.
_OPENS = frozenset(
    """
    ist sind war waren gilt gelten galt darf dürfen durfte muss müssen musste kann können soll
    sollen brauche brauchen braucht hat haben wird werden fällt zahlt zahlen reicht wie was
    wer ab bis is are was were do does did can could may must should has have what how until
    from es son era está están hay puede puedo podemos debe debemos necesito necesitamos tiene
    tenemos rige vale sirve qué cuándo cuánto cuánta cuántos quién cómo desde hasta
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def whole_question(scene: Scene, pieces: Sequence[Piece], words: str) -> Call | None:
    """Return the call that takes a question whole: it says what only the tool knows."""
    tool, hearing = _hearing(scene)
    if tool is None or hearing is None or _is_order(pieces) or _tells(scene, pieces):
        return None
    if not _is_question(pieces):
        return None
    if _lists(scene, pieces) and not hearing.asks(words):
        return None
    heard = hearing.speaks(words, scene.locale)
    if _names_records(scene, pieces, heard):
        return None
    return Call(tool.name, {hearing.argument: words}) if _new(scene, heard) else None


def otherwise_whole(
    scene: Scene, pieces: Sequence[Piece], words: str, *, unclear: bool = False
) -> Call | None:
    """Return that call for a question nothing, or only a part, could be made of.

    A list that left words of the tool's unread is not what was asked. Where only something of
    our records is `unclear`, that is asked, unless words of the tool's own are said.
    """
    tool, hearing = _hearing(scene)
    if tool is None or hearing is None or _is_order(pieces) or _tells(scene, pieces):
        return None
    if scene.told and not any(c.unread for c in scene.told):
        return None
    known = hearing.speaks(words, scene.locale)
    if not _is_question(pieces) and _names_records(scene, pieces, known):
        return None
    if _lists(scene, pieces) and not hearing.asks(words):
        return None  # "which lots have …" is about our lots, whatever they are asked for
    if scene.told:
        known = _left_unread(scene, pieces, hearing, words, known)
        tools = (scene.vocabulary.tools[c.tool] for c in scene.told)
        if any(t.effect is not Effect.READ for t in tools) or _names_records(scene, pieces, known):
            return None
    elif unclear and not hearing.asks(words):
        known = _new(scene, known)
    elif not known and _is_question(pieces) and not _pointing(pieces):
        known = _nameless(scene, hearing.knows(words, scene.locale))
    if not known and not _is_meant(scene, pieces, hearing, words):
        return None
    return Call(tool.name, {hearing.argument: words})


def _left_unread(
    scene: Scene, pieces: Sequence[Piece], hearing: Hearing, words: str, heard: Sequence[str]
) -> list[str]:
    """Return the tool's words, of those heard, that what was understood left unread."""
    unread = {w for c in scene.told for part in c.unread for w in words_of(part)}
    known = [k for k in heard if unread & set(k.split())]
    if not known and unread and _asks(scene, pieces, hearing, words):
        return hearing.knows(words, scene.locale)
    return known


def _is_meant(scene: Scene, pieces: Sequence[Piece], hearing: Hearing, words: str) -> bool:
    """Whether a question with none of the tool's words sounds like one for it all the same."""
    if not _is_question(pieces) or _lists(scene, pieces) or _names_records(scene, pieces, ()):
        return False
    return hearing.meant(words, scene.locale)


def _pointing(pieces: Sequence[Piece]) -> bool:
    """Whether records are spoken of, or what was shown before: "and all that together"."""
    return any(p.nouns() or p.names or p.does("ana", "them") for p in pieces)


def _hearing(scene: Scene) -> tuple[AnyTool | None, Hearing | None]:
    tool = next((t for t in scene.vocabulary.specials if t.hears is not None and t.final), None)
    return tool, tool.hears if tool else None


def _asks(scene: Scene, pieces: Sequence[Piece], hearing: Hearing, words: str) -> bool:
    """Whether it is asked what the tool tells; "which lots must …" is a list all the same."""
    if not _is_question(pieces) or not hearing.asks(words):
        return False
    return not _lists(scene, pieces) or hearing.surely(words)


def _lists(scene: Scene, pieces: Sequence[Piece]) -> bool:
    """Whether records are asked for: "which lots …"."""
    content = [p for p in pieces if not p.sign]
    first = next((n for n, p in enumerate(content) if p.does("act", *_ASKS)), None)
    near = content[first + 1 : first + 3] if first is not None else []
    said = [p for p in near if tuple(p.plain.split()) in scene.vocabulary.phrases]
    return any(t.plural and fold(p.text) == p.plain for p in said for t in p.nouns())


def _tells(scene: Scene, pieces: Sequence[Piece]) -> bool:
    """Whether something is told or ordered: a code; no question, but a figure, day or record."""
    if any(p.code for p in pieces):
        return True
    told = (p.number or p.day or not all(map(scene.background, p.entities())) for p in pieces)
    return not _is_question(pieces) and any(told)


def _is_question(pieces: Sequence[Piece]) -> bool:
    content = [p for p in pieces if not p.sign]
    if content and content[0].text.split()[0].casefold() in _OPENS:
        return True
    return any((p.sign and "?" in p.text) or p.does("act", *_ASKS) for p in pieces)


def _is_order(pieces: Sequence[Piece]) -> bool:
    """Whether a message begins with what is to be done: "show …", "setz …"."""
    content = [p for p in pieces if not p.sign]
    first = next((p for p in content if not p.does("stop") or p.does("act")), None)
    asks = any(p.sign and "?" in p.text for p in pieces)
    return first is not None and first.does("act", *_ORDERS) and not asks


def _names_records(scene: Scene, pieces: Sequence[Piece], heard: Sequence[str]) -> bool:
    """Whether a record of ours is named; a word the tool knows is no part of a name."""
    known = {w for h in heard for w in h.split()}
    for piece in pieces:
        if piece.values and not piece.terms and len(piece.text.split()) > 1:
            return True  # a vessel, a carrier: no ordinary words
        if not piece.names or all(map(scene.background, piece.entities())):
            continue
        chance = not piece.whole and (piece.text.islower() or known & set(words_of(piece.text)))
        if not chance:
            return True
    return False


def _new(scene: Scene, heard: Sequence[str]) -> list[str]:
    """Return what was heard that everyday requests have no word for: no term, verb, name."""
    ordinary = Words.of(scene.vocabulary, scene.locale)
    heard = _nameless(scene, heard)
    several = [h for h in heard if " " in h and scene.vocabulary.lookup(tuple(h.split())) == ()]
    return [h for h in heard if h in several or not ordinary.has(h)]


def _nameless(scene: Scene, heard: Sequence[str]) -> list[str]:
    if not heard:
        return []  # most questions: there may be very many names to go through
    named = {w for known in scene.known for name in known.names for w in words_of(name)}
    return [h for h in heard if any(w not in named for w in h.split())]
