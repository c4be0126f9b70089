"""Values of a write: which field gets what, every doubt a question."""

import itertools
from typing import Any

from agent.models.offline.amounts import Assigned, Slot
from agent.models.offline.nouns import unit_fields
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, is_about, places_of
from agent.models.offline.texts import Texts
from agent.models.offline.vocabulary import FieldInfo, NounInfo, Term
from agent.models.offline.wording import either

Json = dict[str, Any]
_PLACE_BEFORE = 2
_COMPARED = frozenset(("höher", "hoeher", "niedriger", "tiefer", "higher", "lower"))
_MINE = frozenset(("mine", "mio", "mia", "mios", "mias", "meiner", "meins"))
_NOW = frozenset(("jetzt", "nun", "now", "ahora"))
_FROM = frozenset(("from", "de", "von", "vom", "aus"))
_UNIT_ENDS = 2  # pieces behind a figure that may still be its unit
_MEASURES = frozenset(("kg", "lb", "bag"))


def values_of(
    scene: Scene, noun: NounInfo, clause: Clause, skip: set[int], *, fresh: bool = False
) -> Assigned:
    """Return what a clause sets on a record of a noun.

    Args:
        scene: what it is read against.
        noun: the record's noun.
        clause: the clause.
        skip: places in `clause.content` already spoken for (the record, its title).
        fresh: the record is being created, so lists are whole and references need no field's name.

    Raises:
        Unclear: a value or its field can be read in several ways.
    """
    return _Assigner(scene, noun, clause, skip, fresh=fresh).run()


class _Assigner(Texts):
    def run(self) -> Assigned:
        """Take in texts of named fields, then every value from left to right."""
        self._addresses()
        self._texts()
        sure = [n for n, p in enumerate(self.content) if p.number and unit_fields(self.noun, p)]
        for place in [*sure, *(n for n in range(len(self.content)) if n not in sure)]:
            if place not in self.skip:
                self._take(place, self.content[place])
        self._owner()
        self._nouns_as_words()
        self._places()
        self.made.empty = [s.info for s in self.slots if not s.filled and s.info.kind != "flag"]
        return self.made

    def _take(self, place: int, piece: Piece) -> None:
        before = self.content[place - 1] if place else None
        if before is not None and before.does("instead") and (piece.number or piece.day):
            return  # what it was until now
        if piece.day is not None:
            self._day(place, piece)
        elif piece.number is not None and piece.number.kind != "ordinal":
            self._number(place, piece)
        elif piece.names:
            self._record(place, piece)
        elif self.fresh and piece.values:
            self._known(piece)
        elif self.fresh and piece.does("new"):
            return
        elif piece.words(self.noun.key) and (not piece.nouns() or self._becomes(place)):
            self._word(place, piece)
        elif self._slot_at(place) is not None:
            self._flag(place)
        elif self._unexplained(piece):
            self.made.left.append(piece)

    def _known(self, piece: Piece) -> None:
        """Set a value only one field of a new record is known to hold: a carrier, a city."""
        mine = {v.entity: v for v in piece.values if v.entity.split(".")[0] == self.noun.key}
        keys = [k.split(".")[1] for k in mine]
        infos = [self.noun.fields[k] for k in keys if self.noun.fields[k].writable]
        if len(infos) != 1 or infos[0].key in self.made.values:
            self.made.left.append(piece)
            return
        self._set(infos[0], mine[f"{self.noun.key}.{infos[0].key}"].title)

    def _by_now(self, place: int) -> bool:
        """Whether a place is where the record is now, not where something happened."""
        return any(p.plain in _NOW for p in self.content[max(0, place - 3) : place])

    def _unexplained(self, piece: Piece) -> bool:
        """Whether nothing explains a piece: a write is proposed only when everything is."""
        strange = piece.terms and not (piece.nouns() or piece.fields(self.noun.key) or piece.senses)
        if self.fresh:
            return (piece.unknown and len(piece.text) > 1) or bool(strange)
        held = bool(piece.values) and not piece.terms
        return (piece.unknown and len(piece.text) > 1) or held or bool(strange)

    def _slot_at(self, place: int) -> Slot | None:
        return next((s for s in self.slots if s.place == place), None)

    def _flag(self, place: int) -> None:
        slot = self._slot_at(place)
        if slot is not None and slot.info.kind == "flag":
            before = self.content[max(0, place - 3) : place]
            self._set(slot.info, not any(p.does("has", "not") for p in before))

    # --- words, records, people, texts --------------------------------------------------------

    def _word(self, place: int, piece: Piece) -> None:
        terms = [t for t in piece.words(self.noun.key) if self.noun.fields[t.key].writable]
        terms = [t for t in terms if t.value not in _MEASURES]
        if not terms:
            return
        term = self._meant(terms)
        info = self.noun.fields[term.key]
        if info.key in self.made.values and 0 < place - self.priced <= _UNIT_ENDS:
            return  # "cents of a dollar a pound": the figure's unit is said already
        if self._passed(place):
            return
        if self._denied(place) or self._compared(place, piece):
            raise self.scene.ask(
                "which_value",
                field=info.label(self.scene.locale),
                name=self.noun.label(self.scene.locale),
            )
        if info.kind == "words":
            self._listed(info, term.value)
        else:
            self._set(info, term.value)

    def _compared(self, place: int, piece: Piece) -> bool:
        """Whether a word only says higher or lower than now, so that what it becomes is open."""
        if piece.text.casefold() in _COMPARED:
            return True
        turned = piece.does("act", "raise", "lower")
        return turned and any(s.place > place for s in self.slots)

    def _passed(self, place: int) -> bool:
        """Whether a state is one the record has left behind: "through customs"."""
        near = self.content[max(0, place - 2) : place]
        before = [p for p in near if not p.does("stop") or p.does("through")]
        before = before or near[-1:]
        return any(p.does("through") for p in before[-1:]) or self._left_for(place)

    def _left_for(self, place: int) -> bool:
        """Whether a state is left for another one said behind it: from lead to contacted."""
        before = self.content[place - 1] if place else None
        if before is None or before.plain not in _FROM:
            return False
        keys = {t.key for t in self.content[place].words(self.noun.key)}
        later = [t for p in self.content[place + 1 :] for t in p.words(self.noun.key)]
        return any(t.key in keys for t in later)

    def _becomes(self, place: int) -> bool:
        """Whether a word that is also a noun is what the record becomes: "is now customer"."""
        before = self.content[place - 1] if place else None
        if before is None or self.fresh:
            return False
        if before.does("to") and not before.does("own"):
            return True
        article = before.does("stop") and place > 1
        return (
            article
            and self.content[place - 2].does("to")
            and not self.content[place - 2].does("with")
        )

    def _denied(self, place: int) -> bool:
        before = self.content[max(0, place - 2) : place]
        return any(p.does("has", "not") and not p.does("through") for p in before)

    def _listed(self, info: FieldInfo, value: str) -> None:
        """Set a list only when it is whole: of a new record, or said to be all there is.

        Raises:
            Unclear: what is there already would be lost.
        """
        if not (self.fresh or self.clause.does("only")):
            raise self.scene.ask(
                "which_value",
                field=info.label(self.scene.locale),
                name=self.noun.label(self.scene.locale),
            )
        self.made.values[info.key] = [*self.made.values.get(info.key, []), value]
        for slot in self.slots:
            slot.filled = slot.filled or slot.info.key == info.key

    def _meant(self, terms: list[Term]) -> Term:
        keys = list(dict.fromkeys(t.key for t in terms))
        if len(keys) == 1:
            return terms[0]
        slots = [s.info.key for s in self.slots]
        direct = [t for t in terms if t.key in slots]
        prefixes = {s.info.key.split("_")[0] for s in self.slots if s.info.kind == "money"}
        priced = [t for t in terms if t.key.split("_")[0] in prefixes]
        if direct or priced:
            return (direct or priced)[0]
        labels = [self.noun.fields[k].label(self.scene.locale) for k in keys]
        raise self.scene.ask(
            "field_for_value",
            name=self.noun.label(self.scene.locale),
            value=terms[0].value,
            choices=either(labels, self.scene.locale),
        )

    def _record(self, place: int, piece: Piece) -> None:
        slot = self._near(place, lambda f: f.field.ref in piece.entities())
        fields = [
            f for f in self.noun.fields.values()
            if f.writable and f.field.ref in piece.entities()
        ]  # fmt: skip
        info = slot.info if slot else None
        handed = bool(fields) and fields[0].field.ref == "member" and self._handed(place)
        if info is None and fields and (self.fresh or handed):
            info = fields[0] if self.fresh or len(fields) == 1 else fields[-1]
        if self.fresh and len(fields) > 1:
            info = self._way(place, fields) or info
        if info is None:
            told = self.noun.entity.told_by
            whose = any(self.noun.fields[f].field.ref in piece.entities() for f in told)
            if self.fresh or not (whose or self._after_place(place) or piece.values):
                self.made.left.append(piece)
            return
        mine = [n for n in piece.names if n.entity == info.field.ref]
        self._set(info, self.scene.one(mine, piece.text).title)

    def _handed(self, place: int) -> bool:
        """Whether a colleague gets a record: named behind "to", or as who takes it."""
        before = self.content[place - 1] if place else None
        if self.clause.does("take") or self.clause.does("own"):
            return True
        return before is not None and (before.does("to") or before.does("with"))

    def _way(self, place: int, fields: list[FieldInfo]) -> FieldInfo | None:
        """Return the field "from" or "to" right before a record speaks of."""
        before = self.content[place - 1] if place else None
        for way in ("from", "to"):
            if before is not None and before.does("move", way):
                return next((f for f in fields if is_about(f, way)), None)
        return None

    def _after_place(self, place: int) -> bool:
        before = self.content[max(0, place - _PLACE_BEFORE) : place]
        return any(p.does("place") or p.does("move") for p in before)

    def _owner(self) -> None:
        """Let the member take a record over: "I take it", "assign it to me"."""
        members = [f for f in self.noun.refs_to("member") if f.writable]
        if not members or any(f.key in self.made.values for f in members):
            return
        slot = any(s.info in members for s in self.slots)
        taken = self.clause.does("own", "me") and (slot or self.clause.does("take"))
        if taken or (not self.clause.question and self._mine()):
            self._set(members[0], "me")

    def _mine(self) -> bool:
        """Whether a record is said to be the member's: "Vits is mine now", "…, mine"."""
        pairs = itertools.pairwise([*self.content, None])
        return any(a and a.plain in _MINE and not (b and b.nouns()) for a, b in pairs)

    def _belongs(self, piece: Piece) -> bool:
        """Whether a record is one the noun refers to, or no place at all."""
        refs = {f.field.ref for f in self.noun.fields.values() if f.writable}
        coded = any(c.isdigit() for c in piece.text)
        owned = any(self.scene.noun(e).refs_to("member") for e in piece.entities())
        return bool(refs & piece.entities()) or coded or (owned and not piece.values)

    def _place_field(self, places: list[FieldInfo], piece: Piece) -> FieldInfo:
        """Return the place's field a value is known from, else the only or first one."""
        keys = [
            v.entity.split(".")[1] for v in piece.values if v.entity.startswith(f"{self.noun.key}.")
        ]
        return next((f for f in places if f.key in keys), places[0])

    def _addresses(self) -> None:
        """Take an e-mail address, telephone number or web address for the field that holds such."""
        for place, piece in enumerate(self.content):
            info = self.noun.fields.get(piece.value_of("address"))
            if info is not None and info.writable and place not in self.skip:
                self._set(info, piece.text.strip(" ."))
                self.skip.add(place)

    def _nouns_as_words(self) -> None:
        """Read "customer" as a word of a field when it is the only value: make Vits a customer."""
        if self.made.values:
            return
        for place, piece in enumerate(self.content):
            if piece.nouns() and piece.words(self.noun.key) and place not in self.skip:
                self._word(place, piece)
                return

    def _places(self) -> None:
        """Read "in Bremen" as where the record is, when nothing else was said."""
        places = [f for f in places_of(self.noun) if f.writable]
        if not places or any(f.key in self.made.values for f in places):
            return
        moved = self.made.values and not self.fresh
        left = [n for n in range(1, len(self.content)) if self.content[n - 1].plain in _FROM]
        order = [n for n in range(len(self.content)) if n not in left]
        for place, piece in ((n, self.content[n]) for n in [*order, *left]):
            if moved and not self._by_now(place):
                continue
            if place in self.skip or not self._after_place(place) or self._belongs(piece):
                continue
            known = next(
                (v.title for v in piece.values if v.entity.startswith(f"{self.noun.key}.")), None
            )
            named = piece.names[0].title if piece.names and self.scene.vocabulary.nouns else None
            if not known and len(places) > 1:
                continue  # which of the places it is would be a guess
            if known or named or (piece.unknown and piece.text[:1].isupper()):
                self._set(self._place_field(places, piece), known or named or piece.text)
                gone = [piece, *(self.content[n] for n in left)]  # and where it was before
                self.made.left = [p for p in self.made.left if not any(p is g for g in gone)]
                return
