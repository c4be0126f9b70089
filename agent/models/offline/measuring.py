"""Figures as conditions: which field, which comparison, in which unit."""

import re
from decimal import Decimal
from typing import Any

from agent.models.offline.dating import OF, Dating
from agent.models.offline.nouns import unit_fields
from agent.models.offline.reading import Piece
from agent.models.offline.scene import fields_about, is_about
from agent.models.offline.vocabulary import FieldInfo
from agent.models.offline.wording import either

Json = dict[str, Any]
_VINTAGE = re.compile(r"(?:(?:19|20)\d\d|\d\d)(?:er|s|'s)")
_PAST = frozenset(
    ("last", "past", "previous", "prior", "old", "pasada", "anterior", "vieja", "letzte", "letzter",
     "letzten", "vorige", "vorigen", "vorjahrige", "alte", "alten", "vergangene", "vergangenen")
)  # fmt: skip
_PRESENT = frozenset(
    ("current", "this", "actual", "presente", "esta", "aktuelle", "aktuellen", "aktueller",
     "diesjahrige", "diesjahrigen", "heurige", "heurigen", "laufende", "laufenden")
)  # fmt: skip
_GOOD = Decimal("0.7")  # of the highest score there is; nobody filters for less


class Measuring(Dating):
    """A walk that collects conditions; days and figures, the rest in `filters`."""

    def _number(self, place: int, piece: Piece) -> bool:
        read = piece.number
        if read is None or (read.kind == "ordinal" and self._vintage(piece) is None):
            return False
        if self._elapsed(place, piece):
            return True
        self.op = self._tail(place) or self.op
        info = self._number_field(place, piece)
        if info is None:
            choices = [f.label(self.scene.locale) for f in self.noun.fields.values() if f.is_number]
            raise self.scene.ask(
                "field_for_number", value=piece.text, choices=either(choices[:6], self.scene.locale)
            )
        if not read.certain and read.alternatives:
            value = _plausible(info, read.alternatives)
            if value is None:
                choices = either([str(v) for v in read.alternatives], self.scene.locale)
                raise self.scene.ask("two_readings", text=piece.text, choices=choices)
        else:
            value = read.value
        if yearly(info) and value < 100:  # noqa: PLR2004 - a year in short
            value += 2000
        other = self._second(place)
        unit = _unit_of(info, read.unit) or (
            _unit_of(info, other[1].number.unit) if other and other[1].number else None
        )
        if other is not None and other[1].number is not None:
            self.used.add(other[0])
            pair = sorted([value, other[1].number.value])
            self._condition(info, "between", [_plain(v) for v in pair], unit)
            return True
        op = self.op or "is"
        op = "is" if yearly(info) and self._merely(OF) and op == self.op else op
        op = "is" if op == "between" else op
        op = "is_not" if op == "is" and self.negated else op
        self._condition(info, op, _plain(value), unit)
        return True

    def _second(self, place: int) -> tuple[int, Piece] | None:
        """Return the other end of "between a and b", "a to b", "a-b"."""
        for n in range(place + 1, min(len(self.content), place + 4)):
            piece = self.content[n]
            if piece.number is not None:
                ranged = (
                    self.op == "between"
                    or any(p.does("op", "lte") or p.does("to") for p in self.content[place + 1 : n])
                    or n == place + 1
                )
                return (n, piece) if ranged else None
            if not piece.senses:
                return None
        return None

    def _tail(self, place: int) -> str | None:
        for n in range(place + 1, min(len(self.content), place + 3)):
            piece = self.content[n]
            if piece.does("tail"):
                self.used.add(n)
                return piece.value_of("tail")
            if not piece.fields(self.noun.key):
                return None
        return None

    def _number_field(self, place: int, piece: Piece) -> FieldInfo | None:
        other = self._second(place)
        by_unit = unit_fields(self.noun, piece) or (
            unit_fields(self.noun, other[1]) if other else []
        )
        waiting = self.field if self.field is not None and not self.field_used else None
        if self._vintage(piece) is not None:
            return self._vintage(piece)
        if (
            waiting
            and waiting.is_number
            and _takes(waiting, piece)
            and (not by_unit or waiting in by_unit)
        ):
            return waiting
        if by_unit:
            return self._container(place, by_unit) or self._nearest_of(by_unit)
        own = [self.noun.fields[t.key] for t in piece.fields(self.noun.key)]
        numbers = [f for f in own if f.is_number]
        if numbers:
            return numbers[0]
        for n in (place + 1, place + 2):
            after = self.content[n] if n < len(self.content) else None
            fields = [self.noun.fields[t.key] for t in after.fields(self.noun.key)] if after else []
            numbers = [f for f in fields if f.is_number]
            if numbers:
                self.used.add(n)
                return numbers[0]
        if other is not None and other[0] + 1 < len(self.content):
            after = self.content[other[0] + 1]
            numbers = [self.noun.fields[t.key] for t in after.fields(self.noun.key)]
            numbers = [f for f in numbers if f.is_number]
            if numbers:
                self.used.add(other[0] + 1)
                return numbers[0]
        if self.field is not None and self.field.is_number and _takes(self.field, piece):
            return self.field
        return self._bounded(piece) or self._scored(piece)

    def _spoken_year(self, place: int, info: FieldInfo) -> int | None:
        """Return the year a field is said to be without a figure: past crop, cosecha pasada."""
        near = [*self.content[max(0, place - 1) : place], *self.content[place + 1 : place + 2]]
        words = {w for p in near for w in p.plain.split()}
        if not yearly(info):
            return None
        if any(p.number or p.day for p in self.content[place + 1 : place + 4]):
            self.op = None if words & _PAST else self.op  # past crop, the 2025s
            return None
        year = self.scene.today.year
        if not words & (_PAST | _PRESENT):
            return None
        for piece in (p for p in near if set(p.plain.split()) & (_PAST | _PRESENT)):
            self.found.left = [p for p in self.found.left if p is not piece]
            self.used.update(n for n, p in enumerate(self.content) if p is piece)
        return year - 1 if words & _PAST else year

    def _vintage(self, piece: Piece) -> FieldInfo | None:
        """Return the field that holds years for a year said as a kind: 26er, 2026er."""
        word = piece.text.split()[0].casefold() if piece.text else ""
        if not _VINTAGE.fullmatch(word):
            return None
        return next((f for f in self.noun.fields.values() if yearly(f)), None)

    def _container(self, place: int, fields: list[FieldInfo]) -> FieldInfo | None:
        """Return the field of what a weight stands before: 69 kilo bags."""
        after = self.content[place + 1] if place + 1 < len(self.content) else None
        for term in after.fields(self.noun.key) if after else ():
            info = next((f for f in fields if f.key.startswith(f"{term.key.rstrip('s')}_")), None)
            if info is not None:
                self.used.add(place + 1)
                return info
        return None

    def _nearest_of(self, fields: list[FieldInfo]) -> FieldInfo:
        """Return the field of several that the clause names, else the first."""
        said = {t.key for p in self.content for t in p.fields(self.noun.key)}
        return next((f for f in fields if f.key in said), fields[0])

    def _scored(self, piece: Piece) -> FieldInfo | None:
        """Return the score a bare figure in the range of good scores can only mean: over 85."""
        value = piece.number.value if piece.number else Decimal(0)
        scores = [f for f in fields_about(self.noun, "score") if f.is_number and f.field.most]
        fits = [f for f in scores if _GOOD * (f.field.most or 0) <= value <= (f.field.most or 0)]
        return fits[0] if len(fits) == 1 and self.op else None

    def _bounded(self, piece: Piece) -> FieldInfo | None:
        """Return the field a bare year can only mean."""
        value = piece.number.value if piece.number else Decimal(0)
        whole = value == int(value) and 1990 <= value <= 2100  # noqa: PLR2004 - years people write
        years = [f for f in self.noun.fields.values() if f.is_number and is_about(f, "year")]
        return years[0] if whole and years else None


def yearly(info: FieldInfo) -> bool:
    """Whether a field holds years."""
    return info.field.least is not None and info.field.least >= 1900  # noqa: PLR2004 - such a field holds years


def _takes(info: FieldInfo, piece: Piece) -> bool:
    """Whether a figure lies within what a field may hold; a year may be said in two digits."""
    if piece.number is None:
        return False
    value, low, high = piece.number.value, info.field.least, info.field.most
    if yearly(info):
        return value in range(2100) and (value > 1900 or value < 50) and not piece.number.unit  # noqa: PLR2004 - years people write
    return (low is None or value >= low) and (high is None or value <= high)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _unit_of(info: FieldInfo, unit: str | None) -> str | None:
    """Return the unit to say with a condition: of prices, and of weights not in kilograms."""
    if unit is None:
        return None
    if info.field.unit_from:
        return unit if "/" in unit or unit.isupper() else None
    return unit if info.field.unit == "kg" and unit in {"t", "lb", "qq", "g"} else None


def _plausible(info: FieldInfo, values: tuple[Decimal, ...]) -> Decimal | None:
    """Return the only reading that a field's bounds allow."""
    low, high = info.field.least, info.field.most
    fits = [
        v for v in values
        if (low is None or v >= low) and (high is None or v <= high)
        and (info.kind != "integer" or v == v.to_integral_value())
    ]  # fmt: skip
    return fits[0] if len(fits) == 1 else None
