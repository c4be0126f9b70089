"""Yes and no in conditions: negations, comparisons, what is left out, what never was."""

from agent.models.offline.measuring import Measuring
from agent.models.offline.reading import Piece
from agent.models.offline.scene import fields_about, is_about, says

_NEAR = 4


class Moods(Measuring):
    """The particles of a walk; the words and records are in `filters`."""

    def _mood(self, place: int, piece: Piece) -> bool:
        """Take in negations and comparisons."""
        if piece.terms and not piece.does("has", "without") and not piece.does("op"):
            return False
        if piece.names or piece.values or piece.day or piece.number:
            return False
        if piece.does("op") and self._comparing(place):
            self.op, self.said = piece.value_of("op"), piece.plain
            self.loose = (
                piece.does("place")
                or piece.does("stop")
                or piece.plain in {"over", "uber", "sobre"}
            )
            return True
        if piece.does("has", "without"):
            if self.field is not None and not self.field_used and not self._field_next(place):
                self._condition(self.field, "missing")
                self.field_used = True
            else:
                self._flush()
                self.without = True
            return True
        if piece.does("has", "not") and not piece.does("nobody"):
            self._flush()
            self.negated = True
            return True
        if piece.does("has", "with") and not piece.does("stop"):
            self.holds = True
            return True
        return False

    def _comparing(self, place: int) -> bool:
        """Whether a figure or a day follows soon."""
        for piece in self.content[place + 1 : place + 1 + _NEAR]:
            if piece.number or piece.day:
                return True
            if not (piece.senses or piece.fields(self.noun.key)) or piece.does("has"):
                return False
        return False

    def _field_next(self, place: int) -> bool:
        after = self.content[place + 1 : place + 3]
        return any(p.fields(self.noun.key) for p in after)

    def _still_negated(self, place: int) -> None:
        """Carry a negation over "and": outside Hamburg and Berlin."""
        before = self.content[place - 1] if place > 1 else None
        last = self.found.where[-1] if self.found.where else None
        if before is None or last is None or last["op"] != "is_not":
            return
        two = self.content[place - 2]
        if before.does("conj") and (two.values or two.names) and not self.negated:
            here = self.content[place]
            self.negated = bool(here.values or here.names)

    def _left_out(self, place: int) -> bool:
        """Whether what is said is left out at the end of its part: "…, mails I don't need"."""
        here = self.content[place]
        later = self.clause.pieces[self.clause.pieces.index(here) + 1 :]
        end = next((n for n, p in enumerate(later) if p.sign), len(later))
        return any(p.does("omit") for p in later[:end])

    def _omitted(self, place: int) -> None:
        """Turn the next condition round, else the last: "the sleepers you can leave out"."""
        after = self.content[place + 1 : place + 3]
        if any(p.words(self.noun.key) or p.values or p.names for p in after):
            self.negated = True
            return
        last = self.found.where[-1] if self.found.where else None
        if last is not None and last["op"] in {"is", "contains"}:
            last["op"] = "is_not"
        elif last is None or last["op"] != "is_not":
            self.negated = True

    def _nobody(self) -> None:
        """Read "that nobody looks after" as: without anyone responsible."""
        members = self.noun.refs_to("member")
        if members:
            self._condition(members[0], "missing")

    def _never(self) -> None:
        """Read "never spoken to" as: the day of the last contact is missing."""
        touched = any(p.does("happen", "touch") for p in self.content)
        touched = touched or any(says(p.plain, "touch") for p in self.content)
        about = [
            f for f in fields_about(self.noun, "touch") if f.is_date and not is_about(f, "next")
        ]
        if not self.clause.does("never") or not about:
            return
        said = any(f in self.found.asked for f in about)
        dated = any(c["field"] == about[0].key for c in self.found.where)
        if (touched or said) and not dated:
            self.found.asked = [f for f in self.found.asked if f not in about]
            self._condition(about[0], "missing")

    def _late(self) -> None:
        """Read "whose date has gone by" as what the noun calls overdue or delayed."""
        flags = [f for f in fields_about(self.noun, "late") if f.kind == "flag"]
        said = self.clause.does("late")
        if not said or not flags or any(c["field"] == flags[0].key for c in self.found.where):
            return
        self.negated = False
        self._condition(flags[0], "is", True)

    def _never_since(self) -> None:
        """Read "not contacted" with "since May" as: the last contact was before May."""
        for told in self.found.where if self.negated else ():
            span = told["value"] if told["op"] == "between" else None
            touched = is_about(self.noun.fields[told["field"]], "touch")
            if span and touched and span[0] <= self.scene.today.isoformat() <= span[1]:
                told |= {"op": "lt", "value": span[0]}  # this year, not yet
                self.negated = False
        for lacking in [c for c in self.found.where if c["op"] == "missing"]:
            since = next(
                (
                    c
                    for c in self.found.where
                    if c["field"] == lacking["field"] and c["op"] == "gte"
                ),
                None,
            )
            if since is not None and self.noun.fields[lacking["field"]].is_date:
                since["op"] = "lt"
                self.found.where.remove(lacking)
