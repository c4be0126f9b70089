"""Conditions of a read: which field, which comparison, which value, yes or no."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agent.models.offline.nouns import unit_fields
from agent.models.offline.reading import Piece
from agent.models.offline.scene import (
    Clause,
    Scene,
    fields_about,
    fields_to,
    is_about,
    places_of,
)
from agent.models.offline.vocabulary import FieldInfo, NounInfo, Term
from agent.models.offline.wording import either

Json = dict[str, Any]
_NEAR = 4
_MEASURES = frozenset(("kg", "lb", "bag"))


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


def filters_of(scene: Scene, noun: NounInfo, clause: Clause, used: set[int]) -> Found:
    """Return the conditions a clause puts on a noun.

    Args:
        scene: what it is read against.
        noun: what is listed or counted.
        clause: the clause.
        used: places in `clause.content` already spoken for.

    Raises:
        Unclear: a record or figure could be several things.
    """
    return _Walk(scene, noun, clause, used).run()


class _Walk:
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

    def run(self) -> Found:
        """Walk the clause from left to right."""
        for place, piece in enumerate(self.content):
            if place not in self.used:
                self._take(place, piece)
        self._flush()
        self._never_since()
        return self.found

    def _never_since(self) -> None:
        """Read "not contacted" with "since May" as: the last contact was before May."""
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

    def _take(self, place: int, piece: Piece) -> None:
        if self._mood(place, piece):
            return
        for step in (self._day, self._number, self._word, self._value, self._named, self._field):
            if step(place, piece):
                return
        if piece.does("conj", "or"):
            self.either = bool(self.found.where)
        if piece.unknown:
            self._unknown(place, piece)
        elif piece.words_any() and not piece.senses and not piece.nouns() and not piece.number:
            self.found.left.append(piece)

    # --- particles ----------------------------------------------------------------------------

    def _mood(self, place: int, piece: Piece) -> bool:
        """Take in negations and comparisons."""
        if piece.terms and not piece.does("has", "without") and not piece.does("op"):
            return False
        if piece.names or piece.values or piece.day or piece.number:
            return False
        if piece.does("op") and self._comparing(place):
            self.op = piece.value_of("op")
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
        if piece.does("has", "not"):
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

    # --- values -------------------------------------------------------------------------------

    def _day(self, place: int, piece: Piece) -> bool:
        if piece.day is None:
            return False
        if self._as_year(piece):
            return True
        info = self._date_field(piece)
        if info is None:
            self.found.left.append(piece)
            return True
        first = piece.day.start or piece.day.end
        last = piece.day.end or piece.day.start
        if first is None or last is None:
            self.found.left.append(piece)
            return True
        op = {"since": "gte", "until": "lte"}.get(piece.day.role) or self.op
        if piece.day.role == "since" and self.negated:
            op, self.negated = "lt", False  # "not contacted since May": the last contact was before
        if first != last and op == "gt" and self.loose:
            op = None  # "over the last 30 days" means during them
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
        return True

    def _as_year(self, piece: Piece) -> bool:
        """Take a bare year for a field that holds years."""
        if piece.day is None or not piece.text.strip().isdigit():
            return False
        info = next(
            (f for f in self.noun.fields.values() if f.is_number and is_about(f, "year")), None
        )
        if info is None:
            return False
        self._condition(info, self.op or "is", int(piece.text))
        return True

    def _date_field(self, piece: Piece) -> FieldInfo | None:
        if self.field is not None and self.field.is_date and not self._happening():
            return self._in_time(self.field, piece)
        dates = [f for f in self.noun.fields.values() if f.is_date]
        said = [
            self.noun.fields[t.key]
            for p in self.content
            if not p.does("happen")
            for t in p.fields(self.noun.key)
            if self.noun.fields[t.key].is_date
        ]
        if said:
            return self._in_time(said[0], piece)
        happens = [p.value_of("happen") for p in self.content if p.does("happen")]
        for dimension in happens:
            about = [f for f in dates if f in fields_about(self.noun, dimension)]
            last = (piece.day.end or piece.day.start) if piece.day else None
            coming = last is not None and last >= self.scene.today
            fits = [
                f for f in about if is_about(f, "expected") == coming and not is_about(f, "first")
            ]
            if fits or about:
                return (fits or about)[0]
        listed = [f for f in dates if f.field.listed]
        return (listed or dates or [None])[0]

    def _in_time(self, info: FieldInfo, piece: Piece) -> FieldInfo:
        """Return the expected day instead of the actual one for a day that is still to come."""
        first = piece.day.start if piece.day else None
        if first is None or first <= self.scene.today or is_about(info, "expected"):
            return info
        for dimension in ("arrive", "depart"):
            about = [f for f in fields_about(self.noun, dimension) if f.is_date]
            coming = [f for f in about if is_about(f, "expected") and not is_about(f, "first")]
            if info in about and coming:
                return coming[0]
        return info

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
            return self._nearest_of(by_unit)
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
        return self._bounded(piece)

    def _nearest_of(self, fields: list[FieldInfo]) -> FieldInfo:
        """Return the field of several that the clause names, else the first."""
        said = {t.key for p in self.content for t in p.fields(self.noun.key)}
        return next((f for f in fields if f.key in said), fields[0])

    def _bounded(self, piece: Piece) -> FieldInfo | None:
        """Return the field a bare year can only mean."""
        value = piece.number.value if piece.number else Decimal(0)
        whole = value == int(value) and 1990 <= value <= 2100  # noqa: PLR2004 - years people write
        years = [f for f in self.noun.fields.values() if f.is_number and is_about(f, "year")]
        return years[0] if whole and years else None

    def _word(self, place: int, piece: Piece) -> bool:
        words = [t for t in piece.words(self.noun.key) if t.value not in _MEASURES]
        if not words or place in self.used:
            return False
        if piece.nouns() and self._otherwise(place, words[0].key):
            return True
        dated = any(self.noun.fields[t.key].is_date for t in piece.fields(self.noun.key))
        if dated and any(p.day for p in self.content):
            return False
        term = self._meant(words)
        if term is None:
            return False
        info = self.noun.fields[term.key]
        more = self._joined(place, info)
        self._members(info, [term.value, *more])
        return True

    def _otherwise(self, place: int, key: str) -> bool:
        """Whether another word of the same field is said: "customers in negotiation"."""
        others = [p for n, p in enumerate(self.content) if n != place]
        grouped = any(p.does("group") for p in others)
        return any(t.key == key for p in others for t in p.words(self.noun.key)) or (
            grouped and any(t.key == key for p in others for t in p.fields(self.noun.key))
        )

    def _meant(self, words: list[Term]) -> Term | None:
        """Return which field's word it is: of the field named, of a price named, else the first."""
        if self.field is not None:
            mine = [t for t in words if t.key == self.field.key]
            if mine:
                return mine[0]
        priced = [
            t
            for t in words
            for p in self.content
            for f in p.fields(self.noun.key)
            if t.key in self.noun.fields[f.key].field.unit_from
        ]
        return (priced or words)[0]

    def _joined(self, place: int, info: FieldInfo) -> list[str]:
        """Return further words of the same field said in the same breath: "or", or one value field."""
        values: list[str] = []
        either_or = False
        for n in range(place + 1, len(self.content)):
            piece = self.content[n]
            mine = [t for t in piece.words(self.noun.key) if t.key == info.key]
            if mine and (either_or or info.kind == "word"):
                values.append(mine[0].value)
                self.used.add(n)
            elif piece.does("conj"):
                either_or = either_or or piece.does("conj", "or")
            elif not piece.does("stop"):
                break
        return values

    def _members(self, info: FieldInfo, values: list[str]) -> None:
        against = self.negated or self.without
        listed = info.kind in {"words", "list"}
        if against:
            self._condition(info, "is_not", values if len(values) > 1 else values[0])
        elif len(values) > 1:
            self._condition(info, "in", values)
        else:
            self._condition(info, "contains" if listed else "is", values[0])

    def _value(self, place: int, piece: Piece) -> bool:
        """Take a known value of one of the noun's text fields."""
        mine = [v for v in piece.values if v.entity.split(".")[0] == self.noun.key]
        if not mine or self._refers(piece):
            return False
        keys = [v.entity.split(".")[1] for v in mine]
        key = self.field.key if self.field is not None and self.field.key in keys else keys[0]
        title = next(v.title for v in mine if v.entity.endswith(f".{key}"))
        if self.field is not None and self.field.kind == "text" and not self.field.field.ref:
            key = self.field.key if self.field in places_of(self.noun) else key
        self._text(self.noun.fields[key], title)
        return True

    def _refers(self, piece: Piece) -> bool:
        return any(fields_to(self.noun, e, self.scene.vocabulary) for e in piece.entities())

    def _text(self, info: FieldInfo, text: str) -> None:
        if self.negated or self.without:
            self._condition(info, "is_not", text)
        else:
            self._condition(
                info,
                "contains" if info.kind == "list" or info in places_of(self.noun) else "is",
                text,
            )

    def _named(self, place: int, piece: Piece) -> bool:
        """Take a record: through a reference, as the record itself, or as a place's name."""
        if not piece.names:
            return False
        fits = [n for n in piece.names if fields_to(self.noun, n.entity, self.scene.vocabulary)]
        if fits:
            record = self.scene.one(fits, piece.text)
            info = self._ref_field(place, record.entity)
            self._condition(info, "is_not" if self.negated or self.without else "is", record.title)
            return True
        if self.noun.key in piece.entities():
            mine = [n for n in piece.names if n.entity == self.noun.key]
            self.found.titles.append(self.scene.one(mine, piece.text).title)
            return True
        places = places_of(self.noun)
        owned = any(self.scene.noun(e).refs_to("member") for e in piece.entities())
        if places and not owned and not any(c.isdigit() for c in piece.text):
            info = self.field if self.field in places else places[0]
            self._text(info or places[0], piece.names[0].title)
            return True
        self.found.left.append(piece)
        return True

    def _ref_field(self, place: int, entity: str) -> FieldInfo:
        fields = fields_to(self.noun, entity, self.scene.vocabulary)
        if self.field in fields and self.field is not None:
            return self.field
        if len(fields) == 1:
            return fields[0]
        before = self.content[max(0, place - 2) : place]
        left = any(p.does("happen", "depart") for p in self.content)
        said = [f for f in fields if is_about(f, "from")]
        if left and said and not any(p.does("move") for p in before[-1:]):
            return said[0]
        for way in ("from", "to"):
            if any(p.does("move", way) for p in before):
                about = [f for f in fields if is_about(f, way)]
                if about:
                    return about[0]
        return next((f for f in fields if f.field.listed), fields[0])

    # --- fields -------------------------------------------------------------------------------

    def _field(self, place: int, piece: Piece) -> bool:
        terms = piece.fields(self.noun.key)
        if not terms or (piece.does("happen") and any(p.day for p in self.content)):
            return False
        info = self.noun.fields[sorted(terms, key=lambda t: not t.shown)[0].key]
        if info.kind == "flag":
            self._condition(info, "is", not (self.negated or self.without))
            return True
        if self.without:
            self._condition(info, "missing")
            return True
        self._flush()
        self.field, self.field_used = info, False
        return True

    def _unknown(self, place: int, piece: Piece) -> None:
        """Take an unknown word for the text of the field named, or for a place after "in"."""
        if self.field is not None and not self.field_used and self.field.kind in {"text", "list"}:
            self._condition(self.field, "is_not" if self.negated else "contains", piece.text)
            return
        before = self.content[place - 1] if place else None
        places = places_of(self.noun)
        if before is not None and before.does("place") and places and piece.text[:1].isupper():
            self._text(places[0], piece.text)
            return
        self.found.left.append(piece)

    def _flush(self) -> None:
        """Settle a field that got no value: lacking when negated, else merely asked about."""
        if self.field is None or self.field_used:
            return
        if self.negated or self.without:
            self._condition(self.field, "missing")
        elif self.holds:
            self._condition(self.field, "present")
        else:
            self.found.asked.append(self.field)
        self.field_used = True

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
