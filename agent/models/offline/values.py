"""Values of a write: which field gets what, every doubt a question."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from agent.models.offline.nouns import unit_fields
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_about, places_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo, Term
from agent.models.offline.wording import either
from tools.calc.reading.format import format_date, format_number

Json = dict[str, Any]
_MONTHS = "FGHJKMNQUVXZ"  # the letters exchanges name delivery months with, January to December
_PLACE_BEFORE = 2
_ADDRESSES = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(r"\+\d[\d ()/-]{6,}\d"),
}
_MEASURES = frozenset(("kg", "lb", "bag"))


@dataclass
class Slot:
    """A field mentioned, waiting for its value."""

    place: int
    info: FieldInfo
    filled: bool = False


@dataclass
class Assigned:
    """What a clause sets.

    Attributes:
        values: field → JSON value.
        left: pieces that might matter and were not used.
        empty: fields mentioned that got no value.
    """

    values: Json = field(default_factory=dict[str, Any])
    left: list[Piece] = field(default_factory=list[Piece])
    empty: list[FieldInfo] = field(default_factory=list[FieldInfo])


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


class _Assigner:
    def __init__(
        self, scene: Scene, noun: NounInfo, clause: Clause, skip: set[int], *, fresh: bool
    ) -> None:
        self.scene, self.noun, self.clause, self.fresh = scene, noun, clause, fresh
        self.content = clause.content
        self.skip = set(skip)
        self.made = Assigned()
        self.slots = self._slots()

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

    def _slots(self) -> list[Slot]:
        found: list[Slot] = []
        for place, piece in enumerate(self.content):
            if place in self.skip or piece.names or piece.day:
                continue
            terms = [t for t in piece.fields(self.noun.key) if self.noun.fields[t.key].writable]
            if terms and not (piece.number and piece.number.unit):
                best = sorted(terms, key=lambda t: not t.shown)[0]
                found.append(Slot(place, self.noun.fields[best.key]))
        return found

    def _take(self, place: int, piece: Piece) -> None:
        if piece.day is not None:
            self._day(place, piece)
        elif piece.number is not None and piece.number.kind != "ordinal":
            self._number(place, piece)
        elif piece.names:
            self._record(place, piece)
        elif self.fresh and piece.does("new"):
            return
        elif piece.words(self.noun.key) and (not piece.nouns() or self._becomes(place)):
            self._word(place, piece)
        elif self._slot_at(place) is not None:
            self._flag(place)
        elif piece.unknown and (self.fresh or _weighty(piece, place, self.scene.locale)):
            self.made.left.append(piece)
        elif self.fresh and piece.terms and not (piece.nouns() or piece.fields(self.noun.key) or piece.senses):
            self.made.left.append(piece)

    def _slot_at(self, place: int) -> Slot | None:
        return next((s for s in self.slots if s.place == place), None)

    def _flag(self, place: int) -> None:
        slot = self._slot_at(place)
        if slot is not None and slot.info.kind == "flag":
            before = self.content[max(0, place - 3) : place]
            self._set(slot.info, not any(p.does("has", "not") for p in before))

    def _set(self, info: FieldInfo, value: Any) -> None:
        """Set a field.

        Raises:
            Unclear: it was set already, to something else.
        """
        if info.key in self.made.values and self.made.values[info.key] != value:
            choices = either([str(self.made.values[info.key]), str(value)], self.scene.locale)
            raise self.scene.ask("two_readings", text=info.label(self.scene.locale), choices=choices)
        self.made.values[info.key] = value
        for slot in self.slots:
            slot.filled = slot.filled or slot.info.key == info.key

    def _near(self, place: int, fits: Any) -> Slot | None:
        """Return the open slot a value belongs to: the last before it, else the first after."""
        open_slots = [s for s in self.slots if not s.filled and fits(s.info)]
        before = [s for s in open_slots if s.place <= place]
        after = [s for s in open_slots if s.place > place]
        return before[-1] if before else after[0] if after else None

    # --- days ---------------------------------------------------------------------------------

    def _day(self, place: int, piece: Piece) -> None:
        read = piece.day
        if read is None or read.start is None:
            self.made.left.append(piece)
            return
        year = self._near(place, lambda f: f.is_number)
        if year is not None and piece.text.isdigit():
            self._set(year.info, int(piece.text))
            return
        month = self._near(place, lambda f: _holds_months(f))
        priced = any(t.kind == "word" for p in self.content for t in p.words(self.noun.key) if t.value == "differential")
        if read.start != read.end and (month is not None or priced):
            self._month(place, read.start, month)
            return
        info = self._date_field(place)
        if info is None:
            self.made.left.append(piece)
            return
        if read.start != read.end or not read.certain:
            raise self._which_day(piece, info)
        self._set(info, read.start.isoformat())

    def _month(self, place: int, first: date, slot: Slot | None) -> None:
        """Write a month as exchanges do (H7) for a field that holds delivery months."""
        info = slot.info if slot else self._sibling_month()
        if info is not None:
            self._set(info, f"{_MONTHS[first.month - 1]}{first.year % 10}")

    def _sibling_month(self) -> FieldInfo | None:
        months = [f for f in self.noun.fields.values() if f.writable and _holds_months(f)]
        prefix = next((s.info.key.split("_")[0] for s in self.slots if s.info.kind == "money"), None)
        mine = [f for f in months if prefix and f.key.startswith(prefix)]
        return (mine or months or [None])[0]

    def _which_day(self, piece: Piece, info: FieldInfo) -> Exception:
        read = piece.day
        days = list(read.alternatives) if read and read.alternatives else []
        firsts = [d if isinstance(d, date) else getattr(d, "start", None) for d in days]
        shown = [format_date(d, self.scene.locale) for d in firsts if d]
        if not shown and read is not None:
            shown = [format_date(d, self.scene.locale) for d in (read.start, read.end)]
        choices = either(list(dict.fromkeys(shown)), self.scene.locale)
        return self.scene.ask("two_readings", text=piece.text, choices=choices or info.label(self.scene.locale))

    def _date_field(self, place: int) -> FieldInfo | None:
        slot = self._near(place, lambda f: f.is_date)
        if slot is not None:
            return slot.info
        dates = [f for f in self.noun.fields.values() if f.is_date and f.writable]
        for piece in self.content:
            if piece.does("happen"):
                past = [f for f in dates if f in fields_about(self.noun, piece.value_of("happen"))]
                if past:
                    return past[0]
        said = [p for p in self.content if p.words(self.noun.key)]
        for texts in ([{p.text} for p in said], [self._names(t) for p in said for t in p.words(self.noun.key)]):
            for names in texts:
                told = [f for f in dates if _shares(f, names)]
                if told:
                    return told[0]
        return dates[0] if len(dates) == 1 else None

    def _names(self, term: Term) -> set[str]:
        info = self.noun.fields[term.key]
        word = next((w for w in info.words or () if str(w) == term.value), None)
        return set(word.names(self.scene.locale)) if word else set()

    # --- figures ------------------------------------------------------------------------------

    def _number(self, place: int, piece: Piece) -> None:
        read = piece.number
        if read is None:
            return
        info = self._number_field(place, piece)
        self._relative(place, piece, info)
        if not read.certain:
            shown = [format_number(v, self.scene.locale) for v in read.alternatives or (read.value,)]
            raise self.scene.ask("two_readings", text=piece.text, choices=either(shown, self.scene.locale))
        if info is None:
            if self.made.values.get("summary") is None:
                choices = [f.label(self.scene.locale) for f in self.noun.fields.values() if f.is_number and f.writable]
                raise self.scene.ask("field_for_number", value=piece.text, choices=either(choices[:6], self.scene.locale))
            return
        number = read.value
        self._set(info, int(number) if number == number.to_integral_value() else float(number))
        if read.unit:
            self._units(info, read.unit)

    def _number_field(self, place: int, piece: Piece) -> FieldInfo | None:
        by_unit = [f for f in unit_fields(self.noun, piece) if f.writable]
        slot = self._near(place, lambda f: f.is_number and (not by_unit or f in by_unit))
        if slot is not None:
            return slot.info
        if by_unit:
            return next((f for f in by_unit if f.field.listed), by_unit[0])
        own = [self.noun.fields[t.key] for t in piece.fields(self.noun.key)]
        return next((f for f in own if f.is_number and f.writable), None)

    def _relative(self, place: int, piece: Piece, info: FieldInfo | None) -> None:
        """Ask for the final value when only a difference was given.

        Raises:
            Unclear: it was.
        """
        before = self.content[place - 1] if place else None
        turned = self.clause.does("act", "raise", "lower")
        by = before is None or not before.does("to") or before.plain in {"en", "por"}
        unit = piece.number.unit if piece.number else None
        percent = unit == "%" and (info is None or info.field.unit != "%")
        if (by and turned) or percent or (before is not None and before.plain in {"um", "by"}):
            label = info.label(self.scene.locale) if info else piece.text
            raise self.scene.ask("relative", field=label, name=self.noun.label(self.scene.locale))

    def _units(self, info: FieldInfo, unit: str) -> None:
        """Set currency, weight and the like of a price as they were said."""
        parts = [p for p in unit.split("/") if p]
        for key in info.field.unit_from:
            inner = self.noun.fields.get(key)
            if inner is None or inner.words is None or not inner.writable:
                continue
            word = next((w for w in inner.words if str(w) in parts), None)
            if word is not None:
                self._set(inner, str(word))

    # --- words, records, people, texts --------------------------------------------------------

    def _word(self, place: int, piece: Piece) -> None:
        terms = [t for t in piece.words(self.noun.key) if self.noun.fields[t.key].writable]
        terms = [t for t in terms if t.value not in _MEASURES]
        if not terms:
            return
        term = self._meant(place, terms)
        info = self.noun.fields[term.key]
        if any(p.does("through") for p in self.content[max(0, place - 2) : place]):
            return
        if self._denied(place):
            raise self.scene.ask("which_value", field=info.label(self.scene.locale), name=self.noun.label(self.scene.locale))
        if info.kind == "words":
            self._listed(info, term.value)
        else:
            self._set(info, term.value)

    def _becomes(self, place: int) -> bool:
        """Whether a word that is also a noun is what the record becomes: "is now customer"."""
        before = self.content[place - 1] if place else None
        if before is None or self.fresh:
            return False
        if before.does("to") and not before.does("own"):
            return True
        article = before.does("stop") and place > 1
        return article and self.content[place - 2].does("to") and not self.content[place - 2].does("with")

    def _denied(self, place: int) -> bool:
        return any(p.does("has", "not") for p in self.content[max(0, place - 2) : place])

    def _listed(self, info: FieldInfo, value: str) -> None:
        """Set a list only when it is whole: of a new record, or said to be all there is.

        Raises:
            Unclear: what is there already would be lost.
        """
        if not (self.fresh or self.clause.does("only")):
            raise self.scene.ask("which_value", field=info.label(self.scene.locale), name=self.noun.label(self.scene.locale))
        self.made.values[info.key] = [*self.made.values.get(info.key, []), value]
        for slot in self.slots:
            slot.filled = slot.filled or slot.info.key == info.key

    def _meant(self, place: int, terms: list[Term]) -> Term:
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
        if info is None and fields and (self.fresh or fields[0].field.ref == "member"):
            info = fields[0] if self.fresh or len(fields) == 1 else fields[-1]
        if info is None:
            if not (self._after_place(place) or piece.values):
                self.made.left.append(piece)
            return
        mine = [n for n in piece.names if n.entity == info.field.ref]
        self._set(info, self.scene.one(mine, piece.text).title)

    def _after_place(self, place: int) -> bool:
        before = self.content[max(0, place - _PLACE_BEFORE) : place]
        return any(p.does("place") or p.does("move") for p in before)

    def _owner(self) -> None:
        """Let the member take a record over: "I take it", "assign it to me"."""
        members = [f for f in self.noun.refs_to("member") if f.writable]
        if not members or any(f.key in self.made.values for f in members):
            return
        slot = any(s.info in members for s in self.slots)
        if self.clause.does("own", "me") and (slot or self.clause.does("take")):
            self._set(members[0], "me")

    def _texts(self) -> None:
        """Take what follows a text field's name up to the next comma or field."""
        for slot in self.slots:
            if slot.info.kind not in {"text", "list"} or slot.info.field.ref or slot.filled:
                continue
            text, places = self._text_after(slot.place)
            if text:
                self._set(slot.info, [text] if slot.info.kind == "list" else text)
                self.skip |= places

    def _text_after(self, place: int) -> tuple[str, set[int]]:
        pieces = self.clause.pieces
        start = pieces.index(self.content[place]) + 1
        taken: list[Piece] = []
        for piece in pieces[start:]:
            if piece.quote:
                return piece.quote, {self.content.index(piece)}
            if piece.sign and piece.text in ",;:" and (taken or piece.text == ","):
                break
            if self._slot_of(piece) or piece.does("conj", "and"):
                break
            if not taken and (piece.sign or piece.does("to") or piece.does("called") or piece.does("stop")):
                continue
            if not taken and (piece.names or piece.day) and not piece.values:
                return "", set()
            taken.append(piece)
        while taken and (taken[-1].sign or taken[-1].does("act")):
            taken.pop()
        if not taken:
            return "", set()
        text = pieces and self._raw(taken[0], taken[-1])
        return text, {n for n, p in enumerate(self.content) if p in taken}

    def _raw(self, first: Piece, last: Piece) -> str:
        offset = self.clause.pieces[0].start
        return self.clause.text[first.start - offset : last.end - offset].strip(" .,;:")

    def _slot_of(self, piece: Piece) -> bool:
        return any(self.content[s.place] is piece for s in self.slots)

    def _place_field(self, places: list[FieldInfo], piece: Piece) -> FieldInfo:
        """Return the place's field a value is known from, else the only or first one."""
        keys = [v.entity.split(".")[1] for v in piece.values if v.entity.startswith(f"{self.noun.key}.")]
        return next((f for f in places if f.key in keys), places[0])

    def _addresses(self) -> None:
        """Take an e-mail address or a telephone number for the field that holds such."""
        offset = self.clause.pieces[0].start
        for key, pattern in _ADDRESSES.items():
            info = self.noun.fields.get(key)
            found = pattern.search(self.clause.text)
            if info is None or found is None or not info.writable:
                continue
            self._set(info, found.group().strip(" ."))
            begin, end = found.start() + offset, found.end() + offset
            self.skip |= {n for n, p in enumerate(self.content) if begin <= p.start < end}

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
        if self.made.values and not self.fresh:
            return
        for place, piece in enumerate(self.content):
            if place in self.skip or not self._after_place(place):
                continue
            known = next((v.title for v in piece.values if v.entity.startswith(f"{self.noun.key}.")), None)
            named = piece.names[0].title if piece.names and self.scene.vocabulary.nouns else None
            if known or named or (piece.unknown and piece.text[:1].isupper()):
                self._set(self._place_field(places, piece), known or named or piece.text)
                self.made.left = [p for p in self.made.left if p is not piece]
                return


def _weighty(piece: Piece, place: int, locale: str) -> bool:
    """Whether an unknown word may be a name or value: a digit, or a capital where it tells."""
    if any(c.isdigit() for c in piece.text):
        return True
    return locale != "de" and place > 0 and piece.text[:1].isupper()


def _holds_months(info: FieldInfo) -> bool:
    """Whether a text field holds months, going by its name."""
    return info.kind == "text" and "month" in info.key.split("_")


def _shares(info: FieldInfo, names: set[str]) -> bool:
    from agent.models.offline.text import stem, words_of

    mine = {stem(w) for n in info.called() for w in n.split()}
    theirs = {stem(w) for n in names for w in words_of(n)}
    return bool(mine & theirs)
