"""Days and figures of a write: which field each belongs to, every doubt a question."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from agent.models.offline.months import holds_months, month_code
from agent.models.offline.nouns import unit_fields
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_about, in_time, is_about
from agent.models.offline.text import stem, words_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo, Term
from agent.models.offline.wording import either
from db.enums import Locale
from tools.calc.reading.format import format_date, format_number

Json = dict[str, Any]


_AGAINST = frozenset(
    (
        "gegen",
        "against",
        "over",
        "on",
        "under",
        "sobre",
        "contra",
        "zu",
        "zum",
        "vs",
        "to",
        "auf",
        "bajo",
    )
)
_NOT = 7  # pieces between "not" and the day until which something is not


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


class Amounts:
    """What a clause sets, taken in step by step; days and figures here, the rest in `values`."""

    def __init__(
        self, scene: Scene, noun: NounInfo, clause: Clause, skip: set[int], *, fresh: bool
    ) -> None:
        self.scene, self.noun, self.clause, self.fresh = scene, noun, clause, fresh
        self.content = clause.content
        self.skip: set[int] = set(skip)
        self.made = Assigned()
        self.priced = -_NOT  # where a figure last brought its unit
        self.slots = self._slots()

    def _slots(self) -> list[Slot]:
        found: list[Slot] = []
        for place, piece in enumerate(self.content):
            if place in self.skip or piece.names or piece.day:
                continue
            terms = [t for t in piece.fields(self.noun.key) if self.noun.fields[t.key].writable]
            if terms and not (piece.number and piece.number.unit):
                best = min(terms, key=lambda t: not t.shown)
                found.append(Slot(place, self.noun.fields[best.key]))
        return found

    def _set(self, info: FieldInfo, value: Any) -> None:
        """Set a field.

        Raises:
            Unclear: it was set already, to something else.
        """
        if info.key in self.made.values and self.made.values[info.key] != value:
            choices = either([str(self.made.values[info.key]), str(value)], self.scene.locale)
            raise self.scene.ask(
                "two_readings", text=info.label(self.scene.locale), choices=choices
            )
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
        if read is not None and read.start is None and self._not_until(place):
            first = read.end + timedelta(days=not _included(piece)) if read.end else None
            read = replace(read, start=first, end=first)
        if read is not None and read.start is None and self._due(place):
            read = replace(read, start=read.end)  # it can wait until then
        if read is None or read.start is None:
            self.made.left.append(piece)
            return
        year = self._near(place, lambda f: f.is_number)
        if year is not None and piece.text.isdigit():
            self._set(year.info, int(piece.text))
            return
        month = self._near(place, holds_months)
        priced = any(
            t.kind == "word"
            for p in self.content
            for t in p.words(self.noun.key)
            if t.value == "differential"
        )
        against = self._against(place)
        if read.start != read.end and (month is not None or priced or against):
            self._month(read.start, month, against=against)
            return
        info = self._date_field(place)
        if info is None:
            self.made.left.append(piece)
            return
        if read.start != read.end or not read.certain:
            raise self._which_day(piece, info)
        self._set(info, read.start.isoformat())

    def _not_until(self, place: int) -> bool:
        """Whether "not" stands before a day until which something is not: it is on that day."""
        return any(p.does("has", "not") for p in self.content[max(0, place - _NOT) : place])

    def _against(self, place: int) -> bool:
        """Whether a month is the one a price is against: "+95 ct/lb against March 2027"."""
        before = self.content[place - 1] if place else None
        priced = any(p.number and p.number.kind == "money" for p in self.content[:place])
        said = {self.content[place].plain.split()[0], before.plain if before else ""}
        return priced and bool(said & _AGAINST)

    def _month(self, first: date, slot: Slot | None, *, against: bool) -> None:
        """Write a month as exchanges do (H7) for a field that holds delivery months."""
        info = slot.info if slot else self._sibling_month()
        if info is None:
            return
        self._set(info, month_code(first))
        basis = self.noun.fields.get(f"{info.key.split('_')[0]}_basis")
        if against and basis is not None and basis.words:
            held = next((w for w in basis.words if str(w) == "differential"), None)
            self.made.values.setdefault(basis.key, str(held)) if held else None

    def _sibling_month(self) -> FieldInfo | None:
        months = [f for f in self.noun.fields.values() if f.writable and holds_months(f)]
        prefix = next(
            (s.info.key.split("_")[0] for s in self.slots if s.info.kind == "money"), None
        )
        mine = [f for f in months if prefix and f.key.startswith(prefix)]
        return (mine or months or [None])[0]

    def _which_day(self, piece: Piece, info: FieldInfo) -> Exception:
        read = piece.day
        days = list(read.alternatives) if read and read.alternatives else []
        if not days and read is not None:
            days = [d for d in (read.start, read.end) if d is not None]
        shown = [format_date(d, self.scene.locale) for d in days]
        choices = either(list(dict.fromkeys(shown)), self.scene.locale)
        return self.scene.ask(
            "two_readings", text=piece.text, choices=choices or info.label(self.scene.locale)
        )

    def _date_field(self, place: int) -> FieldInfo | None:
        slot = self._near(place, lambda f: f.is_date)
        day = self.content[place].day
        if slot is not None:
            return in_time(self.noun, slot.info, day.start if day else None, self.scene.today)
        dates = [f for f in self.noun.fields.values() if f.is_date and f.writable]
        for piece in self.content:
            if piece.does("happen"):
                about = fields_about(self.noun, piece.value_of("happen"))
                told = [f for f in dates if f in about and not is_about(f, "first")]
                coming = self._coming(place)
                fits = [f for f in told if is_about(f, "expected") == coming]
                if fits or told:
                    return (fits or told)[0]
        said = [p for p in self.content if p.words(self.noun.key)]
        for texts in (
            [{p.text} for p in said],
            [
                word_names(self.noun, t, self.scene.locale)
                for p in said
                for t in p.words(self.noun.key)
            ],
        ):
            for names in texts:
                told = [f for f in dates if shares(f, names)]
                if told:
                    return told[0]
        due = [f for f in dates if is_about(f, "next") or is_about(f, "until")]
        if len(due) == 1 and (self._coming(place) or _lasting(self.content[place])):
            return due[0]
        return dates[0] if len(dates) == 1 else None

    def _due(self, place: int) -> bool:
        """Whether a day can only be when something is due next, or until when it holds."""
        slot = self._near(place, lambda f: f.is_date)
        dates = [f for f in self.noun.fields.values() if f.is_date and f.writable]
        told = [f for f in dates if is_about(f, "next") or is_about(f, "until")]
        return len([slot.info] if slot else told) == 1 and (slot is None or slot.info in told)

    def _coming(self, place: int) -> bool:
        """Whether the day at a place is still to come."""
        day = self.content[place].day
        return day is not None and day.start is not None and day.start > self.scene.today

    # --- figures ------------------------------------------------------------------------------

    def _number(self, place: int, piece: Piece) -> None:
        read = piece.number
        if read is None:
            return
        info = self._number_field(place, piece)
        self._relative(place, piece, info)
        if not read.certain:
            shown = [
                format_number(v, self.scene.locale) for v in read.alternatives or (read.value,)
            ]
            raise self.scene.ask(
                "two_readings", text=piece.text, choices=either(shown, self.scene.locale)
            )
        if info is None:
            if self.made.values.get("summary") is None:
                choices = [
                    f.label(self.scene.locale)
                    for f in self.noun.fields.values()
                    if f.is_number and f.writable
                ]
                if not choices:
                    label = self.noun.label(self.scene.locale)
                    raise self.scene.ask("unknown_part", text=piece.text, noun=label)
                raise self.scene.ask(
                    "field_for_number",
                    value=piece.text,
                    choices=either(choices[:6], self.scene.locale),
                )
            return
        number = read.value
        self._set(info, int(number) if number == number.to_integral_value() else float(number))
        if read.unit:
            self._units(info, read.unit)
            self.priced = place

    def _number_field(self, place: int, piece: Piece) -> FieldInfo | None:
        by_unit = [f for f in unit_fields(self.noun, piece) if f.writable]
        unit = piece.number.unit if piece.number else None
        by_unit = by_unit or [
            f for f in self.noun.fields.values()
            if unit and f.is_number and f.writable and f.field.unit == unit
        ]  # fmt: skip
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
        led = before is not None and (before.does("to") or before.plain.split()[-1:] == ["en"])
        by = not led or (before is not None and before.plain in {"en", "por"})
        after = self.content[place + 1] if place + 1 < len(self.content) else None
        compared = after is not None and after.does("op", "gt", "lt")
        if compared and place + 2 < len(self.content):
            following = self.content[place + 2]  # "over May 2027", "nach SCA" compare nothing
            compared = not (following.day or following.words_any())
        by, turned = by or compared, turned or compared
        unit = piece.number.unit if piece.number else None
        percent = unit == "%" and (info is None or info.field.unit != "%")
        if (by and turned) or percent or (before is not None and before.plain in {"um", "by"}):
            label = info.label(self.scene.locale) if info else piece.text
            raise self.scene.ask("relative", field=label, name=self.noun.label(self.scene.locale))

    def _units(self, info: FieldInfo, unit: str) -> None:
        """Set currency, weight and the like of a price as they were said."""
        for key, word in unit_words(info, unit, self.noun.fields.get):
            if self.noun.fields[key].writable:
                self._set(self.noun.fields[key], word)


def unit_words(
    info: FieldInfo, unit: str, field_of: Callable[[str], FieldInfo | None]
) -> Iterator[tuple[str, str]]:
    """Yield the fields that hold the parts of a price's unit, each with the word for it."""
    parts = [p for p in unit.split("/") if p]
    for key in info.field.unit_from:
        inner = field_of(key)
        words = (inner.words if inner else None) or ()
        word = next((str(w) for w in words if str(w) in parts), None)
        if word is not None:
            yield key, word


def _included(piece: Piece) -> bool:
    """Whether "not until" a day names that day itself, unlike "not before" it."""
    return not any(w in {"before", "vor", "antes"} for w in piece.plain.split())


def word_names(noun: NounInfo, term: Term, locale: Locale) -> set[str]:
    """Return what a word of a noun's vocabulary is called."""
    word = next((w for w in noun.fields[term.key].words or () if str(w) == term.value), None)
    return set(word.names(locale)) if word else set()


def shares(info: FieldInfo, names: set[str]) -> bool:
    """Whether a field is called by a word of some names: "lost on" by "lost"."""
    mine = {stem(w) for n in info.called() for w in n.split()}
    theirs = {stem(w) for n in names for w in words_of(n)}
    return bool(mine & theirs)


def _lasting(piece: Piece) -> bool:
    """Whether a piece is a day until which something holds: "bis 11.12."."""
    return piece.day is not None and piece.day.start is None and piece.day.end is not None
