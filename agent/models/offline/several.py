"""One message about several records of a kind: the same values for all, or each its own."""

import itertools
from collections.abc import Sequence

from agent.models.offline.piece import Piece
from agent.models.offline.scene import Clause, Scene

_MOST = 3


def several(scene: Scene, clause: Clause) -> list[Clause]:
    """Return a clause as one clause per record it changes, empty when it is about one.

    Each record may have its own value ("A to high, B to low"), or all share what is said
    ("A and B go to Emily"); then they are named in a row. Anything else is left to be asked.
    """
    places = _places(scene, clause.pieces)
    if not 1 < len(places) <= _MOST or clause.does("conj", "or") or clause.does("instead"):
        return []
    own = _each(clause, places)
    if own:
        return own
    between = [clause.pieces[a + 1 : b] for a, b in itertools.pairwise(places)]
    if not all(_row(part) for part in between):
        return []
    return [_without(clause, places, keep) for keep in places]


def _places(scene: Scene, pieces: Sequence[Piece]) -> list[int]:
    """Return where the records of the one kind are named that is worked on and named twice."""
    named: dict[str, list[int]] = {}
    for n, piece in enumerate(pieces):
        for entity in piece.entities():
            noun = scene.vocabulary.nouns.get(entity)
            if noun and "change" in noun.tools and not scene.background(entity):
                named.setdefault(entity, []).append(n)
    rows = [_distinct(pieces, places) for places in named.values()]
    rows = [r for r in rows if len(r) > 1]
    return rows[0] if len(rows) == 1 else []


def _distinct(pieces: Sequence[Piece], places: Sequence[int]) -> list[int]:
    """Return the places of different records, the first mention of each."""
    seen: dict[frozenset[tuple[str, int]], int] = {}
    for n in places:
        seen.setdefault(frozenset((k.entity, k.id) for k in pieces[n].names), n)
    return sorted(seen.values())


def _row(part: Sequence[Piece]) -> bool:
    """Whether only "and", commas and articles stand between two records of a row."""
    joins = [p for p in part if p.does("conj", "and")]
    return bool(joins) and all(p.does("conj", "and") or p.does("stop") or p.nouns() for p in part)


def _each(clause: Clause, places: Sequence[int]) -> list[Clause]:
    """Return a clause per record with the value beside it, and the fields said for all."""
    pieces = clause.pieces
    kinds = pieces[places[0]].entities()

    def _valued(part: Sequence[Piece]) -> bool:
        return any(_value(p, kinds) for p in part)

    ends = [*places[1:], len(pieces)]
    parts = [list(pieces[a:b]) for a, b in zip(places, ends, strict=True)]
    head, shared = list(pieces[: places[0]]), list[Piece]()
    if not all(_valued(p) for p in parts):
        if not _valued(head) or _valued(parts[-1]):
            return []
        begins = [0, *(p + 1 for p in places[:-1])]  # the value comes first: high for A, low for B
        parts = [list(pieces[a : b + 1]) for a, b in zip(begins, places, strict=True)]
        head, shared = [], list(pieces[places[-1] + 1 :])
        if not all(_valued(p) for p in parts):
            return []
    elif _valued(head):
        return []
    last = parts[-1]
    marks = [n for n in range(len(last) - 1, 0, -1) if last[n].sign and last[n].text in ",–"]
    cut = marks[0] if marks else len(last)
    if not _valued(last[:cut]) or _valued(last[cut:]):
        cut = len(last)
    parts, tail = [*parts[:-1], last[:cut]], last[cut:]  # "…, as for priority" goes for all
    return [_clause(clause, [*head, *part, *tail, *shared]) for part in parts]


def _value(piece: Piece, kinds: set[str]) -> bool:
    """Whether a piece may be what a record of a kind gets: a figure, day, word or colleague."""
    if piece.number or piece.day or "member" in piece.entities():
        return True
    return any(piece.words(k) and not (piece.fields(k) or piece.does("new")) for k in kinds)


def _without(clause: Clause, places: Sequence[int], keep: int) -> Clause:
    """Return a clause with only one of its records."""
    kept = [p for n, p in enumerate(clause.pieces) if n == keep or n not in places]
    return _clause(clause, kept)


def _clause(whole: Clause, pieces: list[Piece]) -> Clause:
    """Return some pieces of a clause as one, its text beginning where they do."""
    begin = pieces[0].start - whole.pieces[0].start
    return Clause(pieces, whole.text[begin:], whole.question)
