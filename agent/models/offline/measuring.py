"""Days and figures as conditions: which field, which comparison, in which unit."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from agent.models.offline.nouns import unit_fields
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_about, in_time, is_about
from agent.models.offline.vocabulary import FieldInfo, NounInfo
from agent.models.offline.wording import either
from tools.calc.reading.dates import DateRead

Json = dict[str, Any]
_GOOD = Decimal("0.7")  # of the highest score there is; nobody filters for less


@dataclass
class Found:
    """What the filters of a clause came to.

    Attributes:
        where: conditions as tools take them.
        left: pieces nothing could be made of.
        asked: fields mentioned that no condition used: what the member wants to see.
        titles: records of the noun itself.
    """

    where: list[Json] = field(default_factory=list[Json])
    left: list[Piece] = field(default_factory=list[Piece])
    asked: list[FieldInfo] = field(default_factory=list[FieldInfo])
    titles: list[str] = field(default_factory=list[str])


class Measuring:
    """A walk that collects conditions; days and figures here, the rest in `filters`."""

    def __init__(self, scene: Scene, noun: NounInfo, clause: Clause, used: set[int]) -> None:
        self.scene, self.noun, self.clause = scene, noun, clause
        self.content = clause.content
        self.used = set(used)
        self.found = Found()
        self.field: FieldInfo | None = None  # named, waiting for its value
        self.field_used = True
        self.op: str | None = None
        self.loose = False
        self.either = False  # "or" was said since the last condition
        self.without = self.negated = self.holds = False

    def _day(self, place: int, piece: Piece) -> bool:
        if piece.day is None:
            return False
        info = None if self._as_year(piece) else self._date_field(piece)
        first = piece.day.start or piece.day.end
        last = piece.day.end or piece.day.start
        if self.op == "between" and first is not None and last is not None:
            other = self._other_day(place)
            if other is not None and other.day is not None:
                info = self._date_field(other)
                last = other.day.end or other.day.start
            elif first > self.scene.today:
                first = self.scene.today  # between now and Christmas
            if info is not None and last is not None:
                ends = sorted([first.isoformat(), last.isoformat()])
                self._condition(info, "between", ends)
                return True
        if info is not None and first is not None and last is not None:
            first, last = self._in_past(info, piece, first, last)
            self._dated(info, self._day_op(piece.day), first, last)
        elif info is None and self._as_year_field(piece) is None:
            self.found.left.append(piece)
        return True

    def _in_past(self, info: FieldInfo, piece: Piece, first: date, last: date) -> tuple[date, date]:
        """Read a month without a year as the last one for a field that holds what has been."""
        said = any(len(w) == 4 and w.isdigit() for w in piece.plain.split())  # noqa: PLR2004 - a year
        been = is_about(info, "touch") or info.kind == "instant"
        if said or not been or first <= self.scene.today or (first - self.scene.today).days < 60:  # noqa: PLR2004 - days
            return first, last
        return _year_before(first), _year_before(last)

    def _other_day(self, place: int) -> Piece | None:
        """Return the other end of "between today and Friday"."""
        for n in range(place + 1, min(len(self.content), place + 4)):
            if self.content[n].day is not None:
                self.used.add(n)
                return self.content[n]
            if not self.content[n].senses:
                return None
        return None

    def _day_op(self, day: DateRead) -> str | None:
        if day.role == "since" and self.negated:
            self.negated = False
            return "lt"  # "not contacted since May": the last contact was before
        op = {"since": "gte", "until": "lte"}.get(day.role) or self.op
        # "over the last 30 days" means during them
        return None if day.start != day.end and op == "gt" and self.loose else op

    def _dated(self, info: FieldInfo, op: str | None, first: date, last: date) -> None:
        match op:
            case "gt":
                self._condition(info, "gt", last.isoformat())
            case "gte":
                self._condition(info, "gte", first.isoformat())
            case "lt":
                self._condition(info, "lt", first.isoformat())
            case "lte":
                self._condition(info, "lte", last.isoformat())
            case _ if first == last:
                self._condition(info, "is", first.isoformat())
            case _:
                self._condition(info, "between", [first.isoformat(), last.isoformat()])

    def _as_year_field(self, piece: Piece) -> FieldInfo | None:
        """Return the field that holds years when a piece is a bare year."""
        if not piece.text.strip().isdigit():
            return None
        fields = self.noun.fields.values()
        return next((f for f in fields if f.is_number and is_about(f, "year")), None)

    def _as_year(self, piece: Piece) -> bool:
        """Take a bare year for a field that holds years."""
        info = self._as_year_field(piece)
        if info is None:
            return False
        op = "is" if self.op in (None, "between") else self.op
        self._condition(info, op, int(piece.text))
        return True

    def _date_field(self, piece: Piece) -> FieldInfo | None:
        if self.field is not None and self.field.is_date and not self._happening():
            return in_time(self.noun, self.field, _first(piece), self.scene.today)
        dates = [f for f in self.noun.fields.values() if f.is_date]
        said = [
            self.noun.fields[t.key]
            for p in self.content
            if not p.does("happen")
            for t in p.fields(self.noun.key)
            if self.noun.fields[t.key].is_date
        ]
        if said:
            return in_time(self.noun, said[0], _first(piece), self.scene.today)
        happens = [p.value_of("happen") for p in self.content if p.does("happen")]
        for dimension in happens:
            about = [f for f in dates if f in fields_about(self.noun, dimension)]
            coming = self._coming(piece, dimension)
            fits = [
                f for f in about if is_about(f, "expected") == coming and not is_about(f, "first")
            ]
            if fits or about:
                return (fits or about)[0]
        listed = [f for f in dates if f.field.listed]
        return (listed or dates or [None])[0]

    def _coming(self, piece: Piece, dimension: str) -> bool:
        """Whether a span is still to come: arrivals up to its end, departures from its start."""
        if piece.day is None:
            return False
        first, last = piece.day.start, piece.day.end
        day = (first or last) if dimension == "depart" else (last or first)
        return day is not None and day >= self.scene.today

    def _happening(self) -> bool:
        return any(p.does("happen") for p in self.content)

    def _number(self, place: int, piece: Piece) -> bool:
        read = piece.number
        if read is None or read.kind == "ordinal":
            return False
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
        other = self._second(place)
        unit = _unit_of(info, read.unit) or (
            _unit_of(info, other[1].number.unit) if other and other[1].number else None
        )
        if other is not None and other[1].number is not None:
            self.used.add(other[0])
            pair = sorted([value, other[1].number.value])
            self._condition(info, "between", [_plain(v) for v in pair], unit)
            return True
        op = self._tail(place) or self.op or "is"
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
        if self.field is not None and not self.field_used and self.field.is_number:
            return self.field
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
        if self.field is not None and self.field.is_number:
            return self.field
        return self._bounded(piece) or self._scored(piece)

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

    def _condition(
        self, info: FieldInfo, op: str, value: Any = None, unit: str | None = None
    ) -> None:
        made: Json = {"field": info.key, "op": op}
        if value is not None:
            made["value"] = value
        if unit:
            made["unit"] = unit
        self._add(info, made)
        if self.field is info:
            self.field_used = True
        self.op, self.without, self.negated, self.holds = None, False, False, False

    def _add(self, info: FieldInfo, made: Json) -> None:
        """Add a condition; two values of a field that holds one mean either of them."""
        same = next((c for c in self.found.where if c["field"] == info.key), None)
        if self.found.where and self.found.where[-1]["field"] != info.key and self.either:
            raise self.scene.ask("no_or", field=info.label(self.scene.locale))
        self.either = False
        plain = {"is": "in", "in": "in", "contains": "contains"}
        single = info.kind not in {"words", "list"}
        if (
            same is not None
            and single
            and same["op"] in plain
            and made["op"] in {"is", "contains"}
            and "value" in made
        ):
            held = same["value"] if isinstance(same["value"], list) else [same["value"]]
            same |= {"op": plain[same["op"]], "value": [*held, made["value"]]}
            return
        self.found.where.append(made)


def _first(piece: Piece) -> date | None:
    return piece.day.start if piece.day else None


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


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
