"""Conditions of a read: which field, which comparison, which value, yes or no."""

from typing import Any

from agent.models.offline.conditions import Found
from agent.models.offline.moods import Moods
from agent.models.offline.nouns import is_price_unit, wanting
from agent.models.offline.reading import Piece
from agent.models.offline.scene import (
    Clause,
    Scene,
    fields_to,
    is_about,
    places_of,
)
from agent.models.offline.vocabulary import FieldInfo, NounInfo, Term

Json = dict[str, Any]
_NEAR = 4
_MEASURES = frozenset(("kg", "lb", "bag"))


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


class _Walk(Moods):
    """The walk: particles, words, records, values and fields."""

    def run(self) -> Found:
        """Walk the clause from left to right."""
        for place, piece in enumerate(self.content):
            if place not in self.used and not wanting(self.content, place):
                self._take(place, piece)
        self._flush()
        self._never()
        self._late()
        if self.negated and self.found.asked and not self.found.titles:
            self._condition(self.found.asked.pop(), "missing")
        self._never_since()
        return self.found

    def _take(self, place: int, piece: Piece) -> None:
        if self._mood(place, piece):
            return
        self._still_negated(place)
        for step in (self._day, self._number, self._word, self._value, self._named, self._field):
            if step(place, piece):
                return
        if piece.does("conj", "or"):
            self.either = bool(self.found.where)
        if piece.does("omit"):
            self._omitted(place)
            return
        if piece.unknown:
            self._unknown(place, piece)
        elif piece.does("nobody"):
            self._nobody()
        elif (
            {t.value for t in piece.words_any()} - _MEASURES
            and not piece.senses
            and not piece.nouns()
            and not piece.number
        ):
            self.found.left.append(piece)

    # --- values -------------------------------------------------------------------------------

    def _word(self, place: int, piece: Piece) -> bool:
        if place in self.used or self._per(place, piece):
            return place not in self.used
        words = [t for t in piece.words(self.noun.key) if t.value not in _MEASURES]
        if not words:
            return False
        if piece.nouns() and self._otherwise(place, words[0].key):
            return True
        self.negated = self.negated or self._left_out(place)
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

    def _per(self, place: int, piece: Piece) -> bool:
        """Take the weight a price just said in a currency is for: in euros per kilo."""
        last = self.found.where[-1]["field"] if self.found.where else ""
        if not is_price_unit(self.noun, self.content, place):
            return False
        money = [f.field.unit_from for f in self.noun.fields.values() if last in f.field.unit_from]
        fits = [t for t in piece.words(self.noun.key) if any(t.key in u for u in money)]
        fits = [t for t in fits if t.key != last]
        if not fits:
            return False
        self._condition(self.noun.fields[fits[0].key], "is", fits[0].value)
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
        """Return further words of the same field said in the same breath."""
        values: list[str] = []
        either_or = False
        for n in range(place + 1, len(self.content)):
            piece = self.content[n]
            mine = [t for t in piece.words(self.noun.key) if t.key == info.key]
            if (
                mine
                and not (self._left_out(n) and not self.negated)
                and (either_or or info.kind == "word" or self.negated)
            ):
                values.append(mine[0].value)
                self.used.add(n)
            elif mine and self._left_out(n):
                break
            elif piece.does("conj"):
                self.used |= {n} if self._continues(n, info) else set()
                either_or = either_or or piece.does("conj", "or")
            elif not (piece.does("stop") or (self.negated and piece.does("has", "not"))):
                break
        return values

    def _continues(self, place: int, info: FieldInfo) -> bool:
        """Whether another word of the same field follows: natural or honey."""
        after = self.content[place + 1 : place + 2]
        return any(t.key == info.key for p in after for t in p.words(self.noun.key))

    def _members(self, info: FieldInfo, values: list[str]) -> None:
        against = self.negated or self.without
        listed = info.kind in {"words", "list"}
        if against:
            self._condition(info, "is_not", values if len(values) > 1 else values[0])
        elif len(values) > 1:
            self._condition(info, "in", values)
        else:
            self._condition(info, "contains" if listed else "is", values[0])

    def _value(self, _place: int, piece: Piece) -> bool:
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
            title = self.scene.one(mine, piece.text).title
            if self.negated or self.without:
                self._condition(self.noun.title, "is_not", title)
            else:
                self.found.titles.append(title)
            return True
        places = places_of(self.noun)
        owned = any(self.scene.noun(e).refs_to("member") for e in piece.entities())
        if places and not owned and not any(c.isdigit() for c in piece.text):
            named = next((f for f in places if f == self.field), places[0])
            self._text(named, piece.names[0].title)
            return True
        self.found.left.append(piece)
        return True

    def _ref_field(self, place: int, entity: str) -> FieldInfo:
        fields = fields_to(self.noun, entity, self.scene.vocabulary)
        named = next((f for f in fields if f == self.field), None)
        if named is not None:
            return named
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
        info = self.noun.fields[min(terms, key=lambda t: not t.shown).key]
        year = self._spoken_year(place, info)
        if year is not None:
            self._condition(info, "is", year)
            return True
        if info.kind == "flag":
            self._condition(info, "is", not (self.negated or self.without))
            return True
        if self.without:
            self._condition(info, "missing")
            return True
        self._flush()
        self.field, self.field_used = info, False
        return True

    def _awaits_text(self, field: FieldInfo, place: int) -> bool:
        """Whether a field just named, in the same sentence, waits for a text."""
        if self.field_used or field.kind not in {"text", "list"}:
            return False
        key, here = field.key, self.clause.pieces.index(self.content[place])
        told = [
            n
            for n, p in enumerate(self.clause.pieces[:here])
            if any(t.key == key for t in p.fields(self.noun.key))
        ]
        between = self.clause.pieces[told[-1] + 1 : here] if told else []
        return not any(p.sign and p.text in ".?!;" for p in between)

    def _unknown(self, place: int, piece: Piece) -> None:
        """Take an unknown word for the text of the field named, or for a place after "in"."""
        if self.field is not None and self._awaits_text(self.field, place):
            self._condition(self.field, "is_not" if self.negated else "contains", piece.text)
            return
        before = self.content[place - 1] if place else None
        places = places_of(self.noun)
        if before is not None and before.does("place") and places and piece.text[:1].isupper():
            self._text(places[0], piece.text)
            return
        self.found.left.append(piece)
