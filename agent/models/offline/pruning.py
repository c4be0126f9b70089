"""What a message says beside its requests: reasons, remarks, the same thing asked twice."""

from collections.abc import Sequence

from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene

_ORDERS = ("change", "raise", "lower", "create", "retire", "clear", "undo", "list")
_ASKS = ("which", "count", "when", "who", "where", "why", "history", "evidence")
_SHAPED = ("where", "sort", "limit", "offset")
_LEANING = (
    "address", "nth", "agg", "sup", "sort", "page", "only", "instead", "happen", "take", "talked",
     "shift", "late", "never",
)  # fmt: skip
_ENDS = ".!?;\n"
_FIRST = 2  # pieces among which an order's verb stands
_WE = frozenset(("ich", "wir", "i", "we", "yo", "nosotros"))


def telling(clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses without remarks: "… , since I will not manage it this week"."""
    kept = [c for n, c in enumerate(clauses) if n == 0 or not _remark(c)]
    kept = [c for c in kept if len(kept) == 1 or not _excuse(c)]
    return kept or list(clauses)


def _remark(clause: Clause) -> bool:
    """Whether a clause only gives a reason or speaks of its writer, and asks for nothing."""
    content = clause.content
    if content and not clause.question and chats(content):
        return True
    if clause.question or not content or any(p.names and not p.values for p in content):
        return False
    if any(p.does("act", *_ORDERS, *_ASKS) and not p.does("stop") for p in content):
        return False
    asks_more = clause.does("take") or clause.does("talked") or clause.does("unsure")
    asks_more = asks_more or clause.does("instead") or clause.does("only") or clause.does("omit")
    first = content[0]
    return not asks_more and (first.does("reason") or first.plain in _WE)


def weighty(pieces: Sequence[Piece]) -> bool:
    """Whether pieces hold anything of the trade, a figure or day, or lean on what was shown."""
    return any(
        p.terms or p.names or p.values or p.day or (p.number and not p.text.isalpha())
        or p.quote or p.code or _leans(p)
        for p in pieces
        if not p.sign
    )  # fmt: skip


def _leans(piece: Piece) -> bool:
    """Whether a piece asks something of what was shown or said: only, the second, and for."""
    alone = piece.does("same") and not piece.does("conj")
    return alone or piece.does("own", "mine") or any(piece.does(role) for role in _LEANING)


def chats(pieces: Sequence[Piece]) -> bool:
    """Whether pieces are only talk: unknown words before any order, nothing of the trade."""
    told = [p for p in pieces if not (p.sign or p.does("stop"))][:_FIRST]
    orders = any(p.does("act") for p in told)
    return any(p.unknown for p in pieces) and not orders and not weighty(pieces)


def requesting(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces without sentences, or an opening up to a colon, that are only talk.

    What changes something keeps every word.
    """
    writes = any(p.does("act", *_ORDERS[:-2]) and not p.does("stop") for p in pieces)
    if writes or any(p.does("talked") or p.does("new") for p in pieces):
        return list(pieces)
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        parts[-1].append(piece)
        if piece.sign and (piece.text in _ENDS or (piece.text == ":" and len(parts) == 1)):
            parts.append([])
    parts = [p for p in parts if p]
    kept = [p for n, p in enumerate(parts) if not (chats(p) or (n and _of_writer(p)))]
    return [p for part in kept for p in part] if kept else list(pieces)


def _of_writer(part: Sequence[Piece]) -> bool:
    """Whether a sentence only says what its writer does or likes: no order, value or question."""
    said = [p for p in part if not p.sign]
    if not said or said[0].plain not in _WE or any(p.sign and p.text == "?" for p in part):
        return False
    acts = any(p.does("act") and not p.does("stop") for p in said)
    held = any(p.number or p.day or p.names or p.values or p.words_any() or p.quote for p in said)
    return not (acts or held or any(_leans(p) for p in said))


def _excuse(clause: Clause) -> bool:
    """Whether a clause only says what cannot be: "I won't make it this week"."""
    content = clause.content
    refused = any(p.does("has", "not") and not p.does("through") for p in content)
    if clause.question or not refused or clause.does("only") or clause.does("omit"):
        return False
    if any(p.does("act", *_ORDERS, *_ASKS) and not p.does("stop") for p in content):
        return False
    return not any(
        p.names or (p.terms and not p.does("happen")) or p.values or p.quote or p.number
        for p in content
    )


def pruned(scene: Scene, calls: Sequence[Call]) -> list[Call]:
    """Return calls without those another one of the message makes superfluous."""
    return [c for c in calls if not any(_covers(scene, o, c) for o in calls if o is not c)]


def _covers(scene: Scene, other: Call, call: Call) -> bool:
    """Whether a call adds nothing to another: a bare list, a record whose history is shown."""
    mine, theirs = scene.vocabulary.tools[call.tool], scene.vocabulary.tools[other.tool]
    if mine.verb == "find" and mine.noun == theirs.noun:
        bare = not any(call.arguments.get(key) for key in _SHAPED)
        same = theirs.verb in {"find", "show", "lookup", "summarize"}
        return bare and (same or theirs.verb in {"create", "retire"})
    told = (other.arguments.get("noun"), other.arguments.get("record"))
    if mine.verb == "show" and theirs.verb in {"history", "evidence"} and not call.wanted:
        return told == (mine.noun, call.arguments.get(mine.noun))
    if mine.name == theirs.name and mine.verb in {"history", "evidence"}:
        here = (call.arguments.get("noun"), call.arguments.get("record"))
        return here == told and "field" not in call.arguments and "field" in other.arguments
    return False
