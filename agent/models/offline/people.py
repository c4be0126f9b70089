"""People a message brings up who are not known yet: their name, and what they are."""

from collections.abc import Sequence

from agent.models.offline.certainty import parts_of
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Clause

_LEAST = 2  # words of a person's name
_GAP = 2  # common words inside a description: head of coffee, jefe de tueste


def person(clause: Clause) -> list[Piece]:
    """Return the pieces of a person's name: at least two unknown words with a capital in a row."""
    pieces = clause.pieces
    run: list[Piece] = []
    for n, piece in enumerate(pieces):
        begins = n == 0 or (pieces[n - 1].sign and pieces[n - 1].text in ".!?\n")
        if _namelike(piece, alone=not begins or bool(run)):
            run.append(piece)
            continue
        hyphen = piece.sign and piece.text in "-'’" and bool(run) and run[-1].end == piece.start
        if hyphen and n + 1 < len(pieces) and pieces[n + 1].start == piece.end:
            continue
        if len(run) >= _LEAST:
            return run
        run = []
    return run if len(run) >= _LEAST else []


def _namelike(piece: Piece, *, alone: bool) -> bool:
    capital = piece.text[:1].isupper() and piece.text.replace("-", "").isalpha()
    known = piece.names or piece.values or piece.terms or (piece.senses and not piece.does("stop"))
    return capital and not known and not piece.does("stop") and (alone or piece.unknown)


def described(clause: Clause, left: Sequence[Piece]) -> list[list[Piece]]:
    """Return what is said of somebody: stretches of words nothing else was made of."""
    found: list[list[Piece]] = []
    for part in parts_of(clause.pieces):
        run: list[Piece] = []
        gap: list[Piece] = []
        for piece in part:
            if piece in left or (run and not gap[1:] and _adds(piece)):
                run = [*run, *gap, piece] if run else [piece]
                gap = []
            elif run and not (piece.names or piece.does("conj") or piece.day or piece.number):
                gap.append(piece)
            if (run and len(gap) > _GAP) or (run and not gap and piece not in left):
                found.append(run)
                run, gap = [], []
        found += [run] if run else []
    return found


def _adds(piece: Piece) -> bool:
    """Whether a word of the trade goes on with a description: head roaster, jefe de tueste."""
    return bool(piece.nouns()) and not (piece.names or piece.senses)
