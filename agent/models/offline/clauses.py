"""Cutting a message into requests: where a second one begins, and where talk just goes on."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from agent.models.offline.lexicon import Sense
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause

_ENDS = ".;?!\n"
_OPENERS = (
    "list", "which", "count", "when", "who", "where", "change", "raise", "lower", "create",
    "retire", "undo", "clear",
)  # fmt: skip
_ASKING = ("which", "count", "when", "who", "where", "why")
_ORDERS = ("change", "raise", "lower", "create", "retire", "undo", "clear", "list")
_NO = frozenset(("no", "nein", "nee", "ne", "nope", "nah", "ach nee"))
_RELATIVES = frozenset(
    ("welche", "welcher", "welches", "welchen", "welchem", "which", "that", "que")
)
_LOOK = 3
# What only a question begins with, be its mark forgotten; "can you …" may be an order.
_OPENING = (["did"], ["does"], ["is"], ["are"], ["was"], ["were"], ["has"])
_HANDED = 5  # pieces of "give X to Tomás"
MOST = 3


def clauses_of(pieces: Sequence[Piece], text: str) -> list[Clause]:
    """Return the requests of a message in order."""
    cuts = [0, *(n for n in range(1, len(pieces)) if _starts(pieces, n)), len(pieces)]
    parts = [list(pieces[a:b]) for a, b in itertools.pairwise(cuts) if b > a]
    parts = [p for p in parts if any(not x.sign for x in p)]
    kept = [p for p in parts if not all(x.sign or _joins(x) or x.does("conj") for x in p)]
    parts = kept or parts
    return [_clause(p, text) for p in parts]


def _clause(pieces: list[Piece], text: str) -> Clause:
    """Return pieces as a clause, a leading "no," taken for the correction it announces."""
    asked = any(p.sign and p.text in "?¿" for p in pieces) or _asks(pieces)
    if len(pieces) > 2 and pieces[0].plain in _NO and pieces[1].sign:  # noqa: PLR2004 - no, and something
        pieces[0] = replace(pieces[0], senses=(Sense("instead", "instead"),))
    while pieces and (pieces[0].sign or (len(pieces) > 1 and _joins(pieces[0]))):
        if pieces[0].plain in "+-" and pieces[0].sign and len(pieces) == 1:
            break
        pieces = pieces[1:]
    said = text[pieces[0].start : pieces[-1].end] if pieces else ""
    return Clause(pieces, said, asked)


def _joins(piece: Piece) -> bool:
    """Whether a piece only ties a clause to the one before: and, then, besides."""
    return piece.does("also") or (piece.does("conj") and not piece.does("same"))


def _asks(pieces: Sequence[Piece]) -> bool:
    """Whether a clause begins with a question word, unless an order stands before it."""
    content = [p for p in pieces if not p.sign]
    if content and content[0].plain.split()[:1] in _OPENING and len(content) > 1:
        return True
    for piece in content[:3]:
        if piece.does("act", *_ASKING):
            return True
        if piece.does("act", *_ORDERS):
            return False
    return False


def _starts(pieces: Sequence[Piece], n: int) -> bool:
    """Whether a new request starts at a piece."""
    before, here = pieces[n - 1], pieces[n]
    if before.sign and before.text in _ENDS:
        return _stands(pieces[n:]) and _stands(pieces[:n])
    rest = [p for p in pieces[n + 1 :] if not p.sign]
    if here.does("also") and n > 0 and not here.terms:
        return _weighs(rest) and _stands(pieces[:n])
    joined = here.does("conj", "and") and not here.sign
    comma = here.sign and here.text == ","
    if not (joined or comma) or (joined and before.sign and before.text == ","):
        return False
    if not _told(pieces[:n]) or not _tells(pieces[n + 1 :]):
        return False
    if comma and _paired(pieces, n):
        return True
    if _telling(pieces[:n]) and not any(p.does("act", *_ORDERS[:-1]) for p in rest[:_LOOK]):
        return False
    if comma and _goes_on(pieces, n):
        return False
    return _opens(pieces[n + 1 :], pieces[:n], strong=comma) and _stands(pieces[:n])


def _told(before: Sequence[Piece]) -> bool:
    """Whether something was said that can be done: not only "tell me, please" or "by whom"."""
    return any(
        _weighs([p])
        or p.does("ana")
        or p.does("page")
        or p.does("act", "undo", "evidence", "history")
        for p in before
    )


def _tells(after: Sequence[Piece]) -> bool:
    """Whether something follows: a thing, a value, or how many the member has."""
    part = _until_end(after)
    mine = any(p.does("act", "count") for p in part) and any(p.does("own") for p in part)
    return mine or any(_weighs([p]) for p in part)


def _goes_on(pieces: Sequence[Piece], n: int) -> bool:
    """Whether a comma stands within one request: before more about it, or behind its topic."""
    before, after = pieces[:n], pieces[n + 1 :]
    if _colon(before) and not _questioned(pieces, n):
        return True
    if _relative(pieces, n) or _sourced(after, before) or _topic(before):
        return True
    return any(p.does("also") for p in after[:2])


def _questioned(pieces: Sequence[Piece], n: int) -> bool:
    """Whether a question stands before a comma already, behind the colon."""
    colon = max((k for k in range(n) if pieces[k].sign and pieces[k].text == ":"), default=-1)
    return any(p.does("act", *_ASKING) for p in pieces[colon + 1 : n])


def _relative(pieces: Sequence[Piece], n: int) -> bool:
    """Whether what follows a comma only says more: ", which are late", "welche, deren …".

    A question word begins a request of its own when a thing, or another verb, stands beside it.
    """
    after = pieces[n + 1 : n + 3]
    if not after or not after[0].does("act", "which") or " " in after[0].plain:
        return False
    if len(after) > 1 and after[1].sign:
        return True
    announced = [
        p for p in pieces[max(0, n - 2) : n] if p.does("act", "list") and not p.does("stop")
    ]
    if announced and not any(_weighs([p]) for p in pieces[: n - 1] if not p.does("act")):
        return True
    named = len(after) > 1 and (after[1].terms or after[1].does("ana", "them"))
    return bool(after[0].plain in _RELATIVES and not named)


def _sourced(after: Sequence[Piece], before: Sequence[Piece]) -> bool:
    """Whether a statement is only told to ask where it is from, or who made it so."""
    asked = any(p.does("act", "evidence", "history") for p in _until_end(after))
    orders = any(p.does("act", *_ORDERS) and not p.does("stop") for p in before)
    return asked and not orders and not any(p.names for p in _until_end(after))


def _telling(before: Sequence[Piece]) -> bool:
    """Whether a talk is told of: what follows a comma is what was said, not a request."""
    asked = any(p.does("act", "list", *_ASKING) and not p.does("stop") for p in before)
    return any(p.does("talked") for p in before) and not asked


def _topic(before: Sequence[Piece]) -> bool:
    """Whether pieces only say what a question is about: "of the roasters Emily runs, which …"."""
    content = [p for p in before if not p.sign]
    acts = any(p.does("act") and not p.does("stop") for p in content)
    return bool(content) and content[0].does("place") and not acts


def _paired(pieces: Sequence[Piece], n: int) -> bool:
    """Whether a comma parts two records with a value each: A to 8.80, B to 8.30."""
    before, after = pieces[:n], list(pieces[n + 1 :])
    named = bool(after) and bool(after[0].names)
    valued = all(any(p.number or p.day for p in part) for part in (before, after))
    return named and valued and any(p.names for p in before)


def _other(piece: Piece, before: Sequence[Piece]) -> bool:
    """Whether a noun begins a list of its own: other nouns, or records, were spoken of before."""
    kinds = {t.entity for t in piece.nouns()}
    listed = {t.entity for p in before for t in p.nouns()}
    named = any(p.names for p in before)
    return bool(listed and not listed & kinds) or (named and not listed)


def _colon(pieces: Sequence[Piece]) -> bool:
    return any(p.sign and p.text == ":" for p in pieces)


def _opens(pieces: Sequence[Piece], before: Sequence[Piece], *, strong: bool) -> bool:
    """Whether a request's own verb or question word comes at once."""
    end = next((k for k, p in enumerate(pieces) if k and p.sign and p.text == ","), len(pieces))
    for piece in [p for p in pieces[: end if strong else None] if not p.sign or p.text == "¿"][
        :_LOOK
    ]:
        if piece.names or piece.number or piece.day or piece.nouns():
            return not strong and any(t.plural for t in piece.nouns()) and _other(piece, before)
        if piece.does("act", *_ASKING) and not piece.does("has"):
            return True
        if piece.does("act", *_OPENERS) and not (strong and piece.does("stop")):
            return True
        after = pieces[pieces.index(piece) + 1 :][:_LOOK]
        if piece.does("act", "list") and any(t.plural for p in after for t in p.nouns()):
            return True
        if not (piece.sign or piece.senses):
            return False
    return False


def _weighs(pieces: Sequence[Piece]) -> bool:
    """Whether something besides particles is said."""
    return any(p.terms or p.names or p.values or p.day or p.number or p.unknown for p in pieces)


def _until_end(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces up to the end of the sentence."""
    end = next((n for n, p in enumerate(pieces) if p.sign and p.text in _ENDS), len(pieces))
    return [p for p in pieces[:end] if not p.sign]


def _stands(pieces: Sequence[Piece]) -> bool:
    """Whether pieces can be a request of their own."""
    content = [p for p in pieces if not p.sign]
    if any(p.does("act", *_ASKING, "history", "evidence") or p.nouns() for p in content):
        return True
    if any(p.does("act", *_OPENERS) and not p.does("stop") for p in content):
        return True
    fielded = any(t.kind == "field" for p in content for t in p.terms)
    valued = any(p.number or p.day or p.words_any() for p in content)
    named = any(p.names for p in content)
    handed = named and any("member" in p.entities() for p in content) and len(content) <= _HANDED
    if handed and sum(bool(p.names) for p in content) > 1:
        return True
    owned = any(p.does("own", "mine") or p.does("take") for p in content)
    worked = any(p.entities() - {"member"} for p in content)
    return (fielded and (valued or named)) or (named and valued) or (worked and owned)
