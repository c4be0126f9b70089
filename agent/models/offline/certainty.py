"""What makes a write doubtful: a hedge, a negation, a word that might have been a value."""

from collections.abc import Sequence
from datetime import date

from agent.models.offline.piece import Piece
from agent.models.offline.scene import Clause

_ORDERS = ("change", "raise", "lower", "create", "retire", "clear", "undo")
_UNTIL = frozenset(("hasta", "until", "till", "before", "vor", "antes", "erst"))
_SENTENCES = ".:;!?¿¡\n"
_PARTS = _SENTENCES + ",–—()…"
_REACH = 7  # pieces between "not" and the day until which something is not


def core_of(clause: Clause) -> Clause:
    """Return an order without its reasons: "can't this week, push it to Tuesday".

    A part that is negated, or begins with a reason, says nothing that is set once another part
    orders a value; only the records it names are kept.
    """
    parts = parts_of(clause.pieces, _PARTS)
    ordered = [n for n, part in enumerate(parts) if _sets(part)]
    orders = [n for n, part in enumerate(parts) if _verbs(part)]
    dropped = {
        id(p)
        for n, part in enumerate(parts)
        if (ordered and n not in ordered and _explains(part))
        or (any(k < n for k in orders) and n not in orders and part[0].does("reason"))
        for p in part
        if not p.names
    }
    kept = [p for p in clause.pieces if id(p) not in dropped]
    if not dropped or not kept:
        return clause
    begin = kept[0].start - clause.pieces[0].start
    return Clause(kept, clause.text[begin:], clause.question)


def _sets(part: Sequence[Piece]) -> bool:
    """Whether a part orders, and holds a value."""
    return bool(_verbs(part)) and any(p.number or p.day or p.quote or p.words_any() for p in part)


def _verbs(part: Sequence[Piece]) -> list[int]:
    """Return where a part orders something: "can't make it" orders nothing."""
    return [
        n for n, p in enumerate(part)
        if p.does("act", *_ORDERS) and not (n and part[n - 1].does("has", "not"))
    ]  # fmt: skip


def _explains(part: Sequence[Piece]) -> bool:
    refused = any(p.does("has", "not") and not p.does("through") for p in part)
    return refused or part[0].does("reason")


def hedged(clause: Clause) -> bool:
    """Whether something is only perhaps meant; a polite "if you could" is no condition."""
    content = clause.content
    for place, piece in enumerate(content):
        if not piece.does("unsure") or piece.text.casefold() == "sí":
            continue
        if not any(p.does("polite") for p in content[max(0, place - 2) : place]):
            return True
    return False


def denied(clause: Clause) -> bool:
    """Whether what is ordered is negated: the "not" stands in the order, or beside its value.

    "Will not arrive before the 13th" says when it does; a reason in a part of its own
    ("he no longer works there, remove him") negates nothing that is ordered.
    """
    return any(_denies(part) for part in parts_of(clause.pieces))


def _denies(part: Sequence[Piece]) -> bool:
    place = next(
        (n for n, p in enumerate(part) if p.does("has", "not") and not p.does("through")), None
    )
    if place is None:
        return False
    after = part[place + 1 : place + 1 + _REACH]
    day = next((n for n, p in enumerate(after) if p.day), None)
    if day is not None and any(_until(p) for p in after[: day + 1]):
        return False
    return any(_weighs(p) for p in part)


def _until(piece: Piece) -> bool:
    return any(w in _UNTIL for w in piece.plain.split())


def _weighs(piece: Piece) -> bool:
    if piece.does("act", *_ORDERS) and not piece.does("stop"):
        return True
    held = piece.number or piece.day or piece.words_any() or piece.quote or piece.does("address")
    return bool(held) and not piece.does("has", "not")


def parts_of(pieces: Sequence[Piece], marks: str = _PARTS) -> list[list[Piece]]:
    """Return the parts of a clause between marks of punctuation."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.sign and piece.text in marks:
            found.append([])
        else:
            found[-1].append(piece)
    return [part for part in found if part]


def vital(clause: Clause, left: Sequence[Piece], locale: str, today: date) -> Piece | None:
    """Return the first word left over that might be a value or a name, so that it must be asked."""
    opening = {id(part[0]) for part in parts_of(clause.pieces, _SENTENCES)}
    for piece in left:
        if (
            piece.idle
            or _aside(piece)
            or (piece.unknown and id(piece) in opening and piece.text.isalpha())
        ):
            continue
        if piece.day is not None and _been(piece, today):
            continue
        if locale == "de" and _common(clause, piece):
            continue
        return piece
    return None


def _aside(piece: Piece) -> bool:
    """Whether a piece is a common word for something of another noun: at the warehouse."""
    named = bool(piece.terms) and not (piece.words_any() or piece.values or piece.names)
    return named and piece.text.islower() and piece.text.isalpha() and piece.number is None


def _been(piece: Piece, today: date) -> bool:
    """Whether a day is today or past: since when, or what happened before, not a value to set."""
    day = piece.day
    return day is not None and day.start is not None and day.start <= today


def _common(clause: Clause, piece: Piece) -> bool:
    """Whether a German word with a capital is a noun like any other: no second one beside it."""
    if (
        not piece.unknown
        or not piece.text.replace("-", "").isalpha()
        or not piece.text[1:].islower()
    ):
        return False
    place = clause.pieces.index(piece)
    beside = [*clause.pieces[max(0, place - 1) : place], *clause.pieces[place + 1 : place + 2]]
    return not any(p.unknown and p.text[:1].isupper() for p in beside)
