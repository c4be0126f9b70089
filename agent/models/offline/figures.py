"""What a clause wants computed, how it is grouped and sorted, how much of it is wanted."""

from typing import Any

from agent.models.offline.nouns import is_price_unit, weights_of
from agent.models.offline.ordering import Shape
from agent.models.offline.periods import Periods
from agent.models.offline.scene import Clause, Scene, fields_about, fields_to
from agent.models.offline.vocabulary import FieldInfo, NounInfo

Json = dict[str, Any]
_FUNCTIONS = {"avg": "average", "sum": "sum", "min": "minimum", "max": "maximum"}
_NEAR = 3
_PER = frozenset(("pro", "je", "per", "cada", "por cada", "para cada", "for each", "each"))
_MUCH = frozenset(("how much", "wie viel", "wieviel", "cuanto", "cuanta"))


def shape_of(scene: Scene, noun: NounInfo, clause: Clause, *, figures: bool = False) -> Shape:
    """Return what a clause wants of a noun besides conditions.

    Args:
        scene: what it is read against.
        noun: what is listed or computed.
        clause: the clause.
        figures: figures were asked for before, so "by" groups rather than sorts.
    """
    return _Shaper(scene, noun, clause, figures=figures).run()


class _Shaper(Periods):
    def __init__(self, scene: Scene, noun: NounInfo, clause: Clause, *, figures: bool) -> None:
        super().__init__(scene, noun, clause)
        self.figures = figures

    def run(self) -> Shape:
        """Find groups first, then measures, then order and limit."""
        for place, piece in enumerate(self.content):
            mine = any(t.entity == self.noun.key for t in piece.nouns())
            if mine and not (piece.names or piece.words(self.noun.key)):
                self.shape.used.add(place)
        self._groups()
        for place in self.periods():
            end = place + 1
            while end < len(self.content) and self._grouped(end, sorting=False, first=place):
                end += 1
        self._measures()
        self._order()
        return self.shape

    # --- groups -------------------------------------------------------------------------------

    def _groups(self) -> None:
        for place, piece in enumerate(self.content[:-1] if self.content else []):
            ordering = piece.does("sort") and not piece.does("group")
            if not (piece.does("group", "by") or ordering) or place in self.shape.used:
                continue
            if is_price_unit(self.noun, self.content, place + 1) or self._coded(place):
                continue
            sorting = piece.does("sort") or self._sorting(place)
            end = place + 1
            while end < len(self.content) and self._grouped(end, sorting=sorting, first=place):
                end += 1
        for place, piece in enumerate(self.content):
            members = self.noun.refs_to("member")
            if piece.does("group", "who") and members:
                self._by(place, members[-1] if len(members) > 1 else members[0])
        if self.clause.does("spread") and not self.shape.by:
            self._spread()

    def _coded(self, place: int) -> bool:
        """Whether a field is only said before its value: asks for B/L MAEU917733015."""
        after = self.content[place + 1 : place + 3]
        return len(after) > 1 and bool(after[0].terms) and bool(after[1].names)

    def _spread(self) -> None:
        """Group by what is named when it is asked how records are spread, without any "by"."""
        for place, piece in enumerate(self.content):
            fields = [
                f for f in self._fields(piece) if not (f.free_text or f.is_number or f.is_date)
            ]
            if not fields and not piece.names:
                kinds = [t.entity for t in piece.nouns() if t.entity != self.noun.key]
                fields = [f for k in kinds for f in fields_to(self.noun, k, self.scene.vocabulary)]
            if fields and not piece.names and fields[0].kind != "flag":
                self._by(place, fields[0])

    def _sorting(self, place: int) -> bool:
        """Whether "by" orders rather than groups: sort words near, or a list is wanted."""
        if self.content[place].plain in _PER:
            return False
        near = self.content[max(0, place - 2) : place + 4]
        if any(p.does("sort") for p in near):
            return True
        if not self.content[place].does("place", "in") and self._computes():
            return False
        return not self._computes()

    def _computes(self) -> bool:
        return (
            self.figures
            or self.clause.does("act", "count")
            or self.clause.does("agg")
            or self._extremes()
        )

    def _extremes(self) -> bool:
        return sum(p.does("sup") for p in self.content) > 1

    def _grouped(self, place: int, *, sorting: bool, first: int) -> bool:
        piece = self.content[place]
        if piece.does("conj") or (piece.does("stop") and not piece.terms):
            return True
        fields = [f for f in self._fields(piece) if not f.free_text]
        if not fields and not piece.names:
            kinds = [t.entity for t in piece.nouns() if t.entity != self.noun.key]
            fields = [f for k in kinds for f in fields_to(self.noun, k, self.scene.vocabulary)]
        coming = any(self._fields(p) for p in self.content[place + 1 : place + 3])
        if not fields and not piece.names and place == first + 1 and coming and not piece.number:
            self.shape.used.add(place)  # by growing region, por tipo de beneficio
            return True
        if not fields or piece.names or piece.number or piece.day:
            return False
        info = fields[0]
        measurable = info.is_number or info.is_date
        if sorting and (measurable or self.content[first].does("sort")):
            self.shape.sort = f"{self._sign(info)}{info.key}"
            self.shape.used |= {first, place}
            return False
        if measurable and not self._year(info):
            return False
        self._by(place, info)
        self.shape.used.add(first)
        return True

    def _year(self, info: FieldInfo) -> bool:
        return info.field.least is not None and info.field.least >= 1900  # noqa: PLR2004 - such a field holds years

    def _by(self, place: int, info: FieldInfo) -> None:
        if info.key not in self.shape.by:
            self.shape.by.append(info.key)
        self.shape.used.add(place)

    def _sign(self, info: FieldInfo) -> str:
        for piece in self.content:
            if piece.does("direction"):
                return "-" if piece.value_of("direction") == "desc" else ""
            if piece.does("sup"):
                return "-" if piece.value_of("sup").startswith("desc") else ""
        return "-" if info.is_number and info.kind != "money" else ""

    # --- measures -----------------------------------------------------------------------------

    def _measures(self) -> None:
        for place, piece in enumerate(self.content):
            if piece.does("act", "count") and self.clause.first("act", "count") is piece:
                self._counted(place)
            elif piece.does("agg"):
                self._aggregated(place, _FUNCTIONS[piece.value_of("agg")])
            elif (
                piece.does("sup")
                and (self.shape.by or self._extremes() or self.clause.does("agg", "avg"))
                and (self._near_number(place) or self._only_number())
            ):
                down = piece.value_of("sup").startswith("desc")
                info = self._near_number(place) or self._only_number()
                self._measure(place, "maximum" if down else "minimum", info)
        if not self.shape.measures:
            self._totals()
        if not self.shape.measures:
            self._extreme()
        if self.shape.by and not self.shape.measures:
            self._bare_groups()
        weighed = any(p.does("unit") or "kg" in p.plain.split() for p in self.content)
        if self.shape.by and not self.shape.measures and weighed and weights_of(self.noun):
            self.shape.measures.append({"function": "sum", "field": weights_of(self.noun)[0].key})

    def _totals(self) -> None:
        """Take a field whose very name is a total: total weight, Gesamtgewicht, peso total."""
        for place, piece in enumerate(self.content):
            words = piece.plain.split()
            total = piece.plain.startswith("gesamt") or "total" in words
            numbers = [f for f in self._fields(piece) if f.is_number]
            if total and numbers and not any(p.does("sort") or p.does("sup") for p in self.content):
                self._measure(place, "sum", numbers[0])
                return

    def _extreme(self) -> None:
        """Take the highest or lowest of a figure asked of several: "longest delay on our …".

        It stands first, with the records named behind it; prices are listed, as units may differ.
        """
        told = [n for n, p in enumerate(self.content) if not (p.does("stop") or p.does("act"))]
        first = told[0] if told else 0
        if len(told) < 2 or not self.content[first].does("sup"):  # noqa: PLR2004 - and its figure
            return
        numbers = [f for f in self._fields(self.content[told[1]]) if f.is_number]
        behind = [t for n in told[2:] for t in self.content[n].nouns()]
        several = any(t.plural and t.entity == self.noun.key for t in behind)
        if numbers and several and len(numbers[0].field.unit_from) < 2:  # noqa: PLR2004 - a price
            down = self.content[first].value_of("sup").startswith("desc")
            longest = self.content[first].value_of("sup") == "asc date"
            function = "maximum" if down or longest else "minimum"
            self.shape.used.add(told[1])
            self._measure(first, function, numbers[0])

    def _counted(self, place: int) -> None:
        """Read "how many": of a figure it is the sum, of anything else the number of records."""
        if self.clause.does("agg", "avg", "min", "max"):
            return
        info = self._counted_field(place)
        if info is not None and self._of_first(info):
            return
        if info is None and self.content[place].plain in _MUCH and not self._plural():
            info = next(iter(weights_of(self.noun)), None)  # how much coffee
        if info is not None:
            self._measure(place, self._extreme_of(info), info)
        elif not self.clause.does("agg") or self._own_noun(place):
            self.shape.measures.append({"function": "count"})
            self.shape.used.add(place)

    def _of_first(self, info: FieldInfo) -> bool:
        """Whether a figure is asked of the one record that comes first by something else."""
        sup = self.clause.first("sup")
        if sup is None or self._plural():
            return False
        dimension = sup.value_of("sup").partition(" ")[2]
        ranked = fields_about(self.noun, dimension) if dimension not in {"any", "size"} else []
        return bool(ranked) and info not in ranked

    def _extreme_of(self, info: FieldInfo) -> str:
        """Return "maximum" for how many members the biggest has, else the sum."""
        sup = self.clause.first("sup")
        if sup is None or self.shape.by:
            return "sum"
        place = self.content.index(sup)
        dimension = sup.value_of("sup").partition(" ")[2]
        if dimension != "any" and info not in fields_about(self.noun, dimension):
            return "sum"
        self.shape.used.add(place)
        return "maximum" if sup.value_of("sup").startswith("desc") else "minimum"

    def _own_noun(self, place: int) -> bool:
        return any(p.nouns() for p in self.content[place + 1 : place + 3])

    def _counted_field(self, place: int) -> FieldInfo | None:
        for n in range(place + 1, min(len(self.content), place + _NEAR)):
            piece = self.content[n]
            numbers = [f for f in self._fields(piece) if f.is_number]
            numbers = numbers or (weights_of(self.noun) if piece.does("unit") else [])
            if piece.nouns() and any(t.entity == self.noun.key for t in piece.nouns()):
                return None
            if numbers:
                self.shape.used.add(n)
                return numbers[0]
            if not piece.senses:
                return None
        return None

    def _aggregated(self, place: int, function: str) -> None:
        if any(m["function"] == function for m in self.shape.measures):
            self.shape.used.add(place)
            return
        info = self._near_number(place) or self._only_number()
        if info is None and function == "sum":
            return  # "in total" next to a count says nothing more
        if info is None:
            choices = [f.label(self.scene.locale) for f in self.noun.fields.values() if f.is_number]
            raise self.scene.ask("which_measure", choices=", ".join(choices[:6]))
        if any(m.get("field") == info.key and m["function"] == "sum" for m in self.shape.measures):
            return
        self._measure(place, function, info)

    def _only_number(self) -> FieldInfo | None:
        """Return the noun's one field that holds figures, or but for prices: days of delay."""
        numbers = [f for f in self.noun.fields.values() if f.is_number]
        plain = [f for f in numbers if f.kind != "money"]
        return next((few[0] for few in (numbers, plain) if len(few) == 1), None)

    def _near_number(self, place: int) -> FieldInfo | None:
        order = [*range(place + 1, len(self.content)), *range(place - 1, -1, -1)]
        for n in order:
            piece = self.content[n]
            if piece.number is not None:
                continue
            numbers = [f for f in self._fields(piece) if f.is_number and f.key not in self.shape.by]
            numbers = [f for f in numbers if not self._year(f)]
            if numbers:
                self.shape.used.add(n)
                return numbers[0]
        return None

    def _measure(self, place: int, function: str, info: FieldInfo | None) -> None:
        if info is not None:
            self.shape.measures.append({"function": function, "field": info.key})
            self.shape.used.add(place)

    def _bare_groups(self) -> None:
        """Take a figure named beside groups: weights and counts add up, the rest is averaged."""
        for place, piece in enumerate(self.content):
            numbers = [f for f in self._fields(piece) if f.is_number and f.key not in self.shape.by]
            if place not in self.shape.used and numbers and piece.number is None:
                info = numbers[0]
                adds = info.kind == "integer" or info.field.unit == "kg"
                self._measure(place, "sum" if adds else "average", info)
                return
