"""Texts of a write: what stands behind a text field's name, and no word more."""

import re

from agent.models.offline.amounts import Amounts
from agent.models.offline.reading import Piece

_TOLD_BY = frozenset(("laut", "gemass", "per", "according to", "says", "segun"))
_NO_LINK = frozenset(("am", "den", "fur", "for", "on", "por", "para", "hasta", "with"))


class Texts(Amounts):
    """A walk that sets fields; the texts, the rest in `values`."""

    def _texts(self) -> None:
        """Take what follows a text field's name up to the next comma or field."""
        for slot in self.slots:
            if slot.info.kind not in {"text", "list"} or slot.info.field.ref or slot.filled:
                continue
            listed = slot.info.kind == "list"
            text, places = self._text_after(slot.place, listed=listed)
            if text:
                self._set(slot.info, _parts(text) if listed else text)
                self.skip |= places

    def _text_after(self, place: int, *, listed: bool) -> tuple[str, set[int]]:
        """Return the text behind a field's name, only what plainly is it, and its places.

        It follows at once or behind "to", "is", a colon; it ends at a comma, a verb, a day.
        """
        pieces = self.clause.pieces
        start = pieces.index(self.content[place]) + 1
        taken: list[Piece] = []
        linked = not self._by_the_way(place)
        start, said = self._corrected(start)
        for piece in pieces[start:]:
            if piece.quote:
                return piece.quote, {self.content.index(piece)}
            joins = piece.does("conj", "and")
            if listed and joins and taken:
                taken.append(piece)
                continue
            if piece.sign and piece.text in ",;:.?!()" and (taken or piece.text != ":"):
                break
            if self._slot_of(piece) or joins or piece.day or piece.does("address"):
                break
            if taken and (self._verb(piece) or self._placed(taken[0], piece)):
                break
            if not taken and self._leads(piece):
                said = said or self._links(piece)
                linked = (linked and piece is pieces[start]) or said
                continue
            apposed = not said and not self.fresh
            if not taken and (
                not linked
                or (piece.names and not piece.values)
                or (apposed and (piece.idle or piece.senses))
            ):
                return "", set()
            taken.append(piece)
        while taken and (taken[-1].sign or _trails(taken[-1]) or taken[-1].does("conj")):
            taken.pop()
        text = self._raw(taken[0], taken[-1]) if taken else ""
        return text, {n for n, p in enumerate(self.content) if p in taken}

    def _corrected(self, start: int) -> tuple[int, bool]:
        """Return where a text begins, past "is wrong, it …", and whether that was said."""
        pieces = self.clause.pieces
        wrong = next((n for n, p in enumerate(pieces[start : start + 2]) if p.does("wrong")), None)
        if wrong is None:
            return start, False
        start += wrong + 1
        while start < len(pieces) and pieces[start].sign:
            start += 1
        return start, True

    def _by_the_way(self, place: int) -> bool:
        """Whether a field's name only says who told it: "according to the carrier"."""
        before = self.content[max(0, place - 2) : place]
        return any(p.plain in _TOLD_BY for p in before)

    def _links(self, piece: Piece) -> bool:
        """Whether a piece leads from a field's name to its text: to, is, called, a colon."""
        return (
            piece.does("called")
            or piece.does("act", "change")
            or (piece.does("to") and piece.plain not in _NO_LINK)
        )

    def _verb(self, piece: Piece) -> bool:
        return piece.does("act", "change", "retire", "create") and not piece.text[:1].isupper()

    def _placed(self, first: Piece, piece: Piece) -> bool:
        """Whether a known value is said already and only common words follow."""
        return bool(first.values or first.names) and (piece.idle or piece.does("stop"))

    def _leads(self, piece: Piece) -> bool:
        """Whether a piece only leads up to a text: the record, a verb, "to", "called"."""
        if piece.sign or self.content.index(piece) in self.skip:
            return True
        return any(piece.does(role) for role in ("act", "to", "called", "stop", "polite"))

    def _raw(self, first: Piece, last: Piece) -> str:
        offset = self.clause.pieces[0].start
        return self.clause.text[first.start - offset : last.end - offset].strip(" .,;:")

    def _slot_of(self, piece: Piece) -> bool:
        return any(self.content[s.place] is piece for s in self.slots)


def _trails(piece: Piece) -> bool:
    """Whether a word at a text's end is not part of it: a verb, "please", "from now on"."""
    if piece.text[:1].isupper() and not piece.does("polite"):
        return False
    return any(piece.does(role) for role in ("act", "stop", "polite", "to"))


def _parts(text: str) -> list[str]:
    """Return the items of a list as people write it: Caturra, Bourbon und Typica."""
    return [p.strip() for p in re.split(r",|;|\s(?:und|and|y|e|sowie)\s", text) if p.strip()]
