"""The words of a note, apart from with whom and when, and from the order to write it down."""

from collections.abc import Sequence

from agent.models.offline.certainty import parts_of
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Clause, Scene
from agent.models.offline.vocabulary import NounInfo

_MARKS = ".,;:!?–—\n"
_AFTER = ".,;–—\n"
_LONGEST = 10  # pieces of an order to write something down
_SHORTEST = 2  # pieces that can be a note
_STATES = frozenset(("soll", "sollen", "sollte", "wird", "gilt", "gelten", "muss auf"))
_THAT = frozenset(("dass", "that", "que", "quienes", "who"))
_ABOUT = frozenset(
    ("about", "regarding", "concerning", "re", "uber", "bezuglich", "wegen", "sobre", "acerca de")
)


def core_of(scene: Scene, clause: Clause) -> tuple[Clause, list[Piece]]:
    """Return what is told without the order to log it, and the pieces of that order.

    "Please log this: …" stands before, "… Can you write that down?" behind; a polite question
    is an order.
    """
    asks = ("which", "count", "when", "who", "where", "why")
    parts = parts_of(clause.pieces, _MARKS)
    first, last = 0, len(parts)
    ends = last
    while ends - first > 1 and _begs(parts[ends - 1]):
        ends -= 1  # "write it down, if you would be so kind"
    last = ends if _orders(scene, parts[ends - 1]) else last
    while last - first > 1 and _orders(scene, parts[last - 1]):
        last -= 1
    if last - first > 1 and _orders(scene, parts[0]):
        first = 1
    kept = parts[first:last]
    removed = [p for part in (*parts[:first], *parts[last:]) for p in part]
    if not removed or not kept:
        asked = any(p.does("act", *asks) and not p.does("stop") for p in clause.content)
        polite = clause.question and clause.does("act", "create") and not asked
        return (Clause(clause.pieces, clause.text) if polite else clause), []
    begin, end = kept[0][0].start, kept[-1][-1].end
    inside = [p for p in clause.pieces if begin <= p.start and p.end <= end]
    offset = clause.pieces[0].start
    return Clause(inside, clause.text[begin - offset : end - offset]), removed


def _begs(part: Sequence[Piece]) -> bool:
    """Whether a part is nothing but politeness: please, se lo ruego."""
    return all(p.does("polite") or p.does("stop") or p.does("talk") for p in part)


def _orders(scene: Scene, part: Sequence[Piece]) -> bool:
    """Whether a part only orders that something be written down."""
    if len(part) > _LONGEST or any(p.names or p.day or p.number or p.quote for p in part):
        return False
    if any(p.unknown and p.text[:1].isupper() for p in part) and scene.locale != "de":
        return False
    created = any(p.does("act", "create") for p in part)
    changed = any(p.does("act", "change") and p.plain not in _STATES for p in part)
    return created or (changed and not any(p.unknown for p in part))


def note_of(noun: NounInfo, clause: Clause, kind: Piece) -> str:
    """Return the note: what stands behind a colon, else behind kind and party."""
    pieces = clause.pieces
    party = any(_party(noun, p) for p in pieces)
    for marks in (":", _AFTER):
        for n, piece in enumerate(pieces):
            before = pieces[:n]
            named = any(_party(noun, p) for p in before) or not party
            ready = (kind in before or kind not in pieces) and named
            if marks == ":":
                ready = any(p is kind or p.names for p in before) or n == 1
            if piece.sign and piece.text in marks and ready and n + 1 < len(pieces):
                return _from(clause, pieces[n + 1])
    named = next((n for n, p in enumerate(pieces) if p.names), len(pieces))
    about = next((p for p in pieces[named:] if p.plain in _ABOUT), None)
    if about is not None and about is not pieces[-1]:
        return _from(clause, about)
    return _running_on(noun, clause, kind)


def _running_on(noun: NounInfo, clause: Clause, kind: Piece) -> str:
    """Return a note that no mark parts from who and when: "and they want a sample"."""
    pieces = clause.pieces
    heads = [n for n, p in enumerate(pieces) if p is kind or _party(noun, p) or p.day]
    said = [n for n, p in enumerate(pieces) if p is kind or _party(noun, p)]
    if kind not in pieces:  # the order named it: what is left is what was said
        return clause.text.strip(" .;") if any(p.unknown or p.terms for p in pieces) else ""
    if not said:
        return ""
    first_party = next((n for n, p in enumerate(pieces) if _party(noun, p)), 0)
    start = max(pieces.index(kind), first_party)
    while any(n in heads for n in range(start + 1, start + 3)):
        start = max(n for n in heads if n <= start + 2)
    rest = pieces[start + 1 :]
    while rest and (rest[0].does("conj", "and") or rest[0].plain in _THAT):
        rest = rest[1:]
    telling = [p for p in rest if p.unknown or p.terms or p.number]
    return _from(clause, rest[0]) if len(rest) >= _SHORTEST and telling else ""


def _from(clause: Clause, piece: Piece) -> str:
    return clause.text[piece.start - clause.pieces[0].start :].strip(" .;")


def _party(noun: NounInfo, piece: Piece) -> bool:
    """Whether a piece names somebody a note can be about: a roaster or contact, no region."""
    return any(noun.refs_to(entity) for entity in piece.entities())
