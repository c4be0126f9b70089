"""What a clause wants computed, how it is grouped and sorted, how much of it is wanted."""

from dataclasses import dataclass, field
from typing import Any

from agent.models.offline.nouns import weights_of
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_about, fields_to, is_about
from agent.models.offline.text import words_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo

Json = dict[str, Any]
_FUNCTIONS = {"avg": "average", "sum": "sum", "min": "minimum", "max": "maximum"}
_NEAR = 3


@dataclass
class Shape:
    """Measures, groups, order and number of rows; `used` are places in the clause's content."""

    measures: list[Json] = field(default_factory=list[Json])
    by: list[str] = field(default_factory=list[str])
    sort: str | None = None
    limit: int | None = None
    used: set[int] = field(default_factory=set[int])


def shape_of(scene: Scene, noun: NounInfo, clause: Clause, *, figures: bool = False) -> Shape:
    """Return what a clause wants of a noun besides conditions.

    Args:
        scene: what it is read against.
        noun: what is listed or computed.
        clause: the clause.
        figures: figures were asked for before, so "by" groups rather than sorts.
    """
    return _Shaper(scene, noun, clause, figures=figures).run()


class _Shaper:
    def __init__(self, scene: Scene, noun: NounInfo, clause: Clause, *, figures: bool) -> None:
        self.scene, self.noun, self.clause, self.figures = scene, noun, clause, figures
        self.content = clause.content
        self.shape = Shape()

    def run(self) -> Shape:
        """Find groups first, then measures, then order and limit."""
        for place, piece in enumerate(self.content):
            mine = any(t.entity == self.noun.key for t in piece.nouns())
            if mine and not (piece.names or piece.words(self.noun.key)):
                self.shape.used.add(place)
        self._groups()
        self._measures()
        self._order()
        return self.shape

    def _fields(self, piece: Piece) -> list[FieldInfo]:
        return [self.noun.fields[t.key] for t in piece.fields(self.noun.key)]

    # --- groups -------------------------------------------------------------------------------

    def _groups(self) -> None:
        for place, piece in enumerate(self.content[:-1] if self.content else []):
            ordering = piece.does("sort") and not piece.does("group")
            if not (piece.does("group", "by") or ordering) or place in self.shape.used:
                continue
            sorting = piece.does("sort") or self._sorting(place)
            end = place + 1
            while end < len(self.content) and self._grouped(end, sorting=sorting, first=place):
                end += 1
        for place, piece in enumerate(self.content):
            members = self.noun.refs_to("member")
            if piece.does("group", "who") and members:
                self._by(place, members[-1] if len(members) > 1 else members[0])

    def _sorting(self, place: int) -> bool:
        """Whether "by" orders rather than groups: sort words near, or a list is wanted."""
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
                and (self.shape.by or self._extremes())
                and self._near_number(place)
            ):
                down = piece.value_of("sup").startswith("desc")
                self._measure(place, "maximum" if down else "minimum", self._near_number(place))
        if not self.shape.measures:
            self._totals()
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

    def _counted(self, place: int) -> None:
        """Read "how many": of a figure it is the sum, of anything else the number of records."""
        if self.clause.does("agg", "avg", "min", "max"):
            return
        info = self._counted_field(place)
        if info is not None:
            self._measure(place, "sum", info)
        elif not self.clause.does("agg") or self._own_noun(place):
            self.shape.measures.append({"function": "count"})
            self.shape.used.add(place)

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
        info = self._near_number(place)
        if info is None and function == "sum":
            return  # "in total" next to a count says nothing more
        if info is None:
            choices = [f.label(self.scene.locale) for f in self.noun.fields.values() if f.is_number]
            raise self.scene.ask("which_measure", choices=", ".join(choices[:6]))
        if any(m.get("field") == info.key and m["function"] == "sum" for m in self.shape.measures):
            return
        self._measure(place, function, info)

    def _near_number(self, place: int) -> FieldInfo | None:
        order = [*range(place + 1, len(self.content)), *range(place - 1, -1, -1)]
        for n in order:
            piece = self.content[n]
            if piece.number is not None:
                continue
            numbers = [f for f in self._fields(piece) if f.is_number and f.key not in self.shape.by]
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

    # --- order --------------------------------------------------------------------------------

    def _order(self) -> None:
        for place, piece in enumerate(self.content):
            if self.shape.measures and not self.shape.by:
                break
            if place in self.shape.used or self.shape.sort is not None:
                continue
            if piece.does("sup"):
                self._superlative(place, piece.value_of("sup"))
            elif piece.does("nth", "-1") and self._latest(place):
                self._superlative(place, "desc date")
        self._limit()

    def _latest(self, place: int) -> bool:
        """Whether "last" stands before what happened on a day: the last call with Vits."""
        after = [p for p in self.content[place + 1 : place + 3] if not p.does("stop")]
        dates = [f for f in self.noun.fields.values() if f.is_date]
        return len(dates) == 1 and any(p.nouns() or p.words(self.noun.key) for p in after[:1])

    def _superlative(self, place: int, said: str) -> None:
        way, _, dimension = said.partition(" ")
        info = self._ranked(place, dimension)
        if info is None:
            return
        self.shape.sort = f"{'-' if way == 'desc' else ''}{info.key}"
        self.shape.used.add(place)
        if not self._ordering(place) and not self._plural():
            self.shape.limit = 1

    def _ranked(self, place: int, dimension: str) -> FieldInfo | None:
        """Return the field a superlative speaks of: the one named beside it, else by meaning."""
        for n in [*range(place + 1, len(self.content)), *range(place - 1, -1, -1)]:
            if n in self.shape.used:
                continue
            ranked = [f for f in self._fields(self.content[n]) if f.is_number or f.is_date]
            fits = [
                f for f in ranked if dimension == "any" or f in fields_about(self.noun, dimension)
            ]
            if fits and self.content[n].number is None:
                self.shape.used.add(n)
                return fits[0]
        if dimension == "any":
            return None
        happens = next((p.value_of("happen") for p in self.content if p.does("happen")), None)
        if dimension == "date" and happens:
            told = [f for f in fields_about(self.noun, happens) if f.is_date]
            told = [f for f in told if not is_about(f, "first")]
            coming = next((f for f in told if is_about(f, "expected")), None)
            return coming or (told[0] if told and happens == "touch" else None)
        about = [f for f in fields_about(self.noun, dimension) if f.is_number or f.is_date]
        about.sort(key=lambda f: dimension not in f.called())
        listed = [f for f in about if f.field.listed and f.is_number == (dimension != "date")]
        return (listed or about or [None])[0]

    def _ordering(self, place: int) -> bool:
        """Whether a superlative only says what comes first: "best first", "schwerste oben"."""
        near = self.content[place + 1 : place + 3]
        return any(p.does("nth", "1") or p.does("first") for p in near)

    def _plural(self) -> bool:
        return any(
            t.plural and t.entity == self.noun.key and not self._both(p)
            for p in self.content
            for t in p.nouns()
            if t.locale == self.scene.locale
        ) or any(self._several(p) for p in self.content)

    def _several(self, piece: Piece) -> bool:
        """Whether a word that stands for records is in the plural: visits, Anrufe, llamadas."""
        entity = self.noun.entity
        if entity.stored(entity.field(entity.title)):
            return False
        for term in piece.words(self.noun.key):
            info = self.noun.fields[term.key]
            word = next((w for w in info.words or () if str(w) == term.value), None)
            label = words_of(word.label(self.scene.locale)) if word else ()
            ends = {f"{label[0]}{e}" for e in ("s", "e", "en", "n", "es")} if label else set[str]()
            if piece.plain in ends:
                return True
        return False

    def _both(self, piece: Piece) -> bool:
        """Whether a noun's singular and plural are the same word."""
        forms = {t.plural for t in piece.nouns() if t.entity == self.noun.key}
        return len(forms) > 1

    def _limit(self) -> None:
        for place, piece in enumerate(self.content):
            read = piece.number
            if read is None or read.unit or piece.terms or read.kind != "cardinal":
                continue
            if not 0 < read.value <= 200 or read.value != int(read.value):  # noqa: PLR2004 - rows a page can hold
                continue
            if self._counts_rows(place):
                self.shape.limit = int(read.value)
                self.shape.used.add(place)
                return

    def _counts_rows(self, place: int) -> bool:
        """Whether a figure says how many rows: beside a superlative, "first 5", "5 at a time"."""
        before = self.content[place - 1] if place else None
        after = self.content[place + 1] if place + 1 < len(self.content) else None
        if before is not None and (before.does("op") or before.does("tail")):
            return False
        for near in (before, after):
            if near is not None and (
                near.does("sup") or near.does("nth", "1", "-1") or near.does("page")
            ):
                return True
        return after is not None and (
            after.does("paging")
            or any(t.entity == self.noun.key and t.plural for t in after.nouns())
        )
