"""What comes first, and how many rows: superlatives, "the last", "the five best"."""

from dataclasses import dataclass, field
from typing import Any

from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_about, is_about
from agent.models.offline.text import words_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo

Json = dict[str, Any]
_IS = frozenset(("is", "ist", "es"))


@dataclass
class Shape:
    """Measures, groups, order and number of rows; `used` are places in the clause's content."""

    measures: list[Json] = field(default_factory=list[Json])
    by: list[str] = field(default_factory=list[str])
    sort: str | None = None
    limit: int | None = None
    used: set[int] = field(default_factory=set[int])


class Ordering:
    """The order and number of rows a clause wants of a noun."""

    def __init__(self, scene: Scene, noun: NounInfo, clause: Clause) -> None:
        self.scene, self.noun, self.clause = scene, noun, clause
        self.content = clause.content
        self.shape = Shape()

    def _fields(self, piece: Piece) -> list[FieldInfo]:
        return [self.noun.fields[t.key] for t in piece.fields(self.noun.key)]

    def _order(self) -> None:
        if self.shape.sort and self._only_first():
            self.shape.limit = 1
        for place, piece in enumerate(self.content):
            if self.shape.measures and not self.shape.by:
                break
            if place in self.shape.used or self.shape.sort is not None:
                continue
            if piece.does("sup") and not self._limits(place):
                self._superlative(place, piece.value_of("sup"))
            elif piece.does("nth", "-1") and self._latest(place):
                self._superlative(place, "desc date")
        self._limit()

    def _limits(self, place: int) -> bool:
        """Whether a word bounds the figure behind it rather than ranks: min. 85, máximo 11 %."""
        after = self.content[place + 1] if place + 1 < len(self.content) else None
        return self.content[place].does("op") and after is not None and after.number is not None

    def _only_first(self) -> bool:
        """Whether one is asked for: the dearest lot by asking price."""
        firsts = [n for n, p in enumerate(self.content) if p.does("sup")]
        near = [p for n in firsts for p in self.content[n + 1 : n + 3]]
        one = self.clause.does("act", "which") and any(p.plain in _IS for p in self.content)
        return (one and bool(firsts)) or (
            not self._plural() and any(t.entity == self.noun.key for p in near for t in p.nouns())
        )

    def _latest(self, place: int) -> bool:
        """Whether "last" stands before what happened on a day: the last call with Vits."""
        after = [p for p in self.content[place + 1 : place + 3] if not p.does("stop")]
        dates = [f for f in self.noun.fields.values() if f.is_date]
        return len(dates) == 1 and any(p.nouns() or p.words(self.noun.key) for p in after[:1])

    def _superlative(self, place: int, said: str) -> None:
        way, _, dimension = said.partition(" ")
        after = self.content[place + 1] if place + 1 < len(self.content) else None
        figures = [f for f in self._fields(after) if f.is_number] if after is not None else []
        if dimension == "date" and figures:
            way, dimension = "desc", "any"  # the longest delay
        if place + 1 < len(self.content) and self._lateness(self.content[place + 1]):
            dimension = "late"  # the most delayed one
            self.shape.used.add(place + 1)
        info = self._ranked(place, dimension)
        if info is None:
            return
        if dimension == "late" and info.is_date:
            way = "asc"  # the longest overdue is the one whose day is the earliest
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
        if dimension == "late":
            return self._behind()
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

    def _lateness(self, piece: Piece) -> bool:
        fields = self._fields(piece)
        return bool(fields) and fields[0].kind == "flag" and is_about(fields[0], "late")

    def _behind(self) -> FieldInfo | None:
        """Return how late something is: a figure of its own, else the day that has gone by."""
        fields = self.noun.fields.values()
        late = [f for f in fields_about(self.noun, "late") if f.is_number]
        due = [f for f in fields if f.is_date and is_about(f, "next")]
        return (late or due or [None])[0]

    def _ordering(self, place: int) -> bool:
        """Whether a superlative only says what comes first: "best first", "schwerste oben"."""
        near = self.content[place + 1 : place + 3]
        return any(p.does("nth", "1") or p.does("first") for p in near)

    def _plural(self) -> bool:
        if self.clause.does("act", "which", "who") and any(p.plain in _IS for p in self.content):
            return False  # which of our lots is the dearest
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
        if self.shape.sort and self.clause.does("both") and self.clause.does("sup"):
            self.shape.limit = 2  # los dos más caros
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
