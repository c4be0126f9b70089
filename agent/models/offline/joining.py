"""Sentences that belong together: an explanation and the order beside it are one request."""

import re
from collections.abc import Sequence

from agent.models.offline.logs import loggable
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene
from agent.models.offline.text import fold

_ORDERS = ("change", "raise", "lower", "create", "retire", "clear")
_ASKS = ("which", "count", "when", "who", "where", "why")
_ENDED = re.compile(r"\w{3,}(?:l[aeo]s?)$")  # verbs of Spanish orders: ponla, cámbiales
_HEAD = 4  # pieces before which "new" stands in an order to make something
_SHORT = 12  # pieces of an order that holds nothing of its own


def joined(
    scene: Scene, clauses: Sequence[Clause], pieces: Sequence[Piece], text: str
) -> list[Clause]:
    """Return clauses, an order that lacks its record put together with what explains it."""
    made: list[Clause] = []
    for clause in clauses:
        if made and _belong(scene, made[-1], clause):
            made[-1] = _one(made[-1], clause, pieces, text)
        else:
            made.append(clause)
    return made


def _one(first: Clause, second: Clause, pieces: Sequence[Piece], text: str) -> Clause:
    begin, end = first.pieces[0].start, second.pieces[-1].end
    inside = [p for p in pieces if begin <= p.start and p.end <= end]
    return Clause(inside, text[begin:end])


def _belong(scene: Scene, first: Clause, second: Clause) -> bool:
    """Whether one of two sentences orders what the other explains."""
    if _orders(first) and _named(first) and not _valued(first) and _tells(second):
        return _valued(second) and not _named(second) and not second.does("act", "retire", "undo")
    if _makes(first) and not (_asks(second) or _orders(second) or _worked(scene, second)):
        return _tells(second)
    if _tells(first) and _orders(second) and not _named(second):
        if _bare(scene, second):
            return True
        both = _valued(first) and _valued(second)
        return _named(first) and not _orders(first) and (not both or _points(second))
    return _bare(scene, first) and not _named(first) and _tells(second) and not _orders(second)


def _makes(clause: Clause) -> bool:
    """Whether a sentence makes a record, so that what follows tells more of it."""
    begin = [p for p in clause.content if not p.does("stop") or p.does("new")][:_HEAD]
    return not _asks(clause) and any(p.does("new") for p in begin) and not clause.does("talked")


def _worked(scene: Scene, clause: Clause) -> bool:
    """Whether a sentence names a record that is worked on, not a colleague or place."""
    named = {e for p in clause.content for e in p.entities()}
    return any(not scene.background(e) for e in named)


def _points(clause: Clause) -> bool:
    """Whether an order says "it" or "them", or has a pronoun at its verb's end: ponla."""
    ended = any(p.does("act", *_ORDERS) and _ENDED.search(fold(p.text)) for p in clause.content)
    return clause.does("ana") or ended


def _asks(clause: Clause) -> bool:
    return clause.question or clause.does("act", *_ASKS)


def _tells(clause: Clause) -> bool:
    """Whether a sentence only tells something: no question, nothing to look up or take back."""
    if clause.question or clause.does("act", "undo", "evidence"):
        return False
    return not any(p.does("act", "list", *_ASKS) and not p.does("stop") for p in clause.content)


def _orders(clause: Clause) -> bool:
    """Whether a sentence orders a write, be it as a polite question."""
    content = clause.content
    if any(p.does("act", *_ASKS) and not p.does("stop") for p in content):
        return False
    if clause.does("act", "undo"):
        return False
    return any(p.does("act", *_ORDERS) and not _refused(content, n) for n, p in enumerate(content))


def _refused(content: Sequence[Piece], place: int) -> bool:
    """Whether a verb is only what cannot be: "can't make it"."""
    return any(p.does("has", "not") for p in content[max(0, place - 1) : place])


def _named(clause: Clause) -> bool:
    return any(p.names or p.code or p.does("nth") for p in clause.content)


def _valued(clause: Clause) -> bool:
    return any(_value(p) for p in clause.content)


def _value(piece: Piece) -> bool:
    held = piece.number or piece.day or piece.quote or piece.does("address") or piece.values
    return bool(held) or (bool(piece.words_any()) and not piece.does("act", *_ORDERS))


def _bare(scene: Scene, clause: Clause) -> bool:
    """Whether an order holds neither record nor value: "please correct it", "log the call"."""
    if not _orders(clause) or len(clause.content) > _SHORT or _named(clause):
        return False
    notes = {n.key for n in loggable(scene)}
    for piece in clause.content:
        only_kind = bool(piece.words_any()) and any(piece.words(k) for k in notes)
        if _value(piece) and not (only_kind and not (piece.number or piece.day)):
            return False
    return True


def gathered(scene: Scene, calls: Sequence[Call]) -> list[Call]:
    """Return calls, changes of one record made one, a note said twice written once."""
    made: list[Call] = []
    for call in calls:
        tool = scene.vocabulary.tools[call.tool]
        place = next(
            (
                n
                for n, c in enumerate(made)
                if c.tool == call.tool and _meet(tool.verb, tool.noun, c, call)
            ),
            None,
        )
        if place is None:
            made.append(call)
        else:
            before = made[place]
            unread = tuple(dict.fromkeys((*before.unread, *call.unread)))
            made[place] = Call(call.tool, before.arguments | call.arguments, unread)
    return made


def _meet(verb: str, noun: str, one: Call, other: Call) -> bool:
    """Whether two calls of a tool can be one: the same record, nothing set to two values."""
    shared = one.arguments.keys() & other.arguments.keys()
    agree = all(one.arguments[k] == other.arguments[k] for k in shared)
    if verb == "change":
        return agree and noun in shared
    if verb != "create" or not agree:
        return False
    return (
        one.arguments.items() <= other.arguments.items()
        or other.arguments.items() <= one.arguments.items()
    )
