"""Entries told in a few words: "Muster 26-008 heute an elbgold raus, 300 g", "fixed 1 H7 at 322".

A writing tool declares the words such an entry is told by; what stands beside them fills its
arguments by what it is (a record, a day, a figure with its unit, a word of a vocabulary). It is
meant only when all of it is used, and always shown on a card first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from agent.models.offline.amounts import unit_words
from agent.models.offline.piece import Piece
from agent.models.offline.reasons import without_reason
from agent.models.offline.scene import Call, Clause, Scene, is_about
from agent.models.offline.topics import COMPARES, MEASURES, told_tools
from agent.models.offline.vocabulary import FieldInfo
from tools.spec import AnyTool, Effect

Json = dict[str, Any]
_ASKS = ("which", "count", "when", "who", "where", "why", "list", "history", "evidence", "undo")
_POINTS = "pt"  # scores and prices are said without their unit, weights are not
_SPANS = ("_from", "_to")  # two days that belong together
_NUMBERS = ("integer", "decimal", "money")


def by_form(scene: Scene, clause: Clause) -> Call | None:
    """Return the entry a clause tells, None when it tells none or says more.

    Raises:
        Unclear: one thing the entry cannot be without is missing.
    """
    first = next((p for p in clause.content if not p.does("stop") or p.does("act")), None)
    asked = clause.question or first is None or first.does("act", *_ASKS)
    if (
        asked
        or clause.does("compose")
        or clause.does("talked")
        or any(p.does("op", *COMPARES) for p in clause.content)
    ):
        return None
    for tool, said in told_tools(scene, clause, Effect.WRITE):
        form = _Form(scene, tool)
        told = form.reasoned(clause)
        form.words([p for n, p in enumerate(told.content) if n in said])
        call = form.filled([p for n, p in enumerate(told.content) if n not in said])
        if call is not None:
            return call
    return None


@dataclass
class _Form:
    scene: Scene
    tool: AnyTool
    arguments: Json = field(default_factory=dict[str, Any])

    def reasoned(self, clause: Clause) -> Clause:
        """Return a clause without the reason told behind it, which is taken."""
        noun = self.scene.vocabulary.nouns.get(self.tool.noun)
        if noun is None:
            return clause
        kept, info, reason = without_reason(noun, clause)
        if info is None or info.key not in self.tool.args.model_fields:
            return clause
        self.arguments[info.key] = reason
        return kept

    def words(self, pieces: Sequence[Piece]) -> None:
        """Take what the telling words themselves say: a loss is a movement, and its kind."""
        for piece in pieces:
            self._word(piece)

    def filled(self, pieces: Sequence[Piece]) -> Call | None:
        """Return the call when every piece found its place, or adds nothing."""
        for piece in sorted(pieces, key=self._plain_number):
            if not (self._taken(piece) or self._light(piece)):
                return None
        needed = [k for k, f in self.tool.args.model_fields.items() if f.is_required()]
        lacking = self._wholes([k for k in needed if k not in self.arguments])
        if not self._telling() or len(lacking) > 1:
            return None
        if lacking:
            noun, info = self.scene.noun(self.tool.noun), self._field(lacking[0])
            label = info.label(self.scene.locale) if info else lacking[0]
            raise self.scene.ask("missing", noun=noun.label(self.scene.locale), fields=label)
        return Call(self.tool.name, self.arguments, implied=True)

    def _wholes(self, keys: list[str]) -> list[str]:
        """Return what is lacking, a price's currency and weight being part of it."""
        infos = [i for k in keys if (i := self._field(k)) is not None]
        parts = {p for i in infos for p in i.field.unit_from}
        return [k for k in keys if k not in parts]

    def _telling(self) -> bool:
        """Whether more than records is said: a figure, a day or a word."""
        return any(self.scene.referred(self.tool, k) is None for k in self.arguments) and any(
            self.scene.referred(self.tool, k) for k in self.arguments
        )

    def _plain_number(self, piece: Piece) -> bool:
        """Figures without a unit come last: what is left for them then is plain."""
        return piece.number is not None and not piece.number.unit and piece.day is None

    def _field(self, key: str) -> FieldInfo | None:
        return self.scene.argument(self.tool, key)

    def _open(self) -> list[str]:
        return [k for k in self.tool.args.model_fields if k not in self.arguments]

    def _taken(self, piece: Piece) -> bool:
        return (
            self._record(piece)
            or self._word(piece)
            or self._value(piece)
            or self._day(piece)
            or self._number(piece)
        )

    def _record(self, piece: Piece) -> bool:
        """Take a record, or one that tells which record is meant: a coop for its contract."""
        for key in self._open():
            target = self.scene.referred(self.tool, key)
            if target is None:
                continue
            entity = self.scene.noun(target).entity
            wider = {str(entity.field(f).ref) for f in entity.told_by}
            for kinds in ({target}, wider):
                named = {(n.entity, n.id): n.title for n in piece.names if n.entity in kinds}
                if len(named) == 1:
                    self.arguments[key] = next(iter(named.values()))
                    return True
        return False

    def _word(self, piece: Piece) -> bool:
        for term in piece.words(self.tool.noun):
            if term.key in self._open() and term.value not in MEASURES:
                self.arguments[term.key] = term.value
                return True
        return False

    def _value(self, piece: Piece) -> bool:
        for value in piece.values:
            noun, _, key = value.entity.partition(".")
            if noun == self.tool.noun and key in self._open():
                self.arguments[key] = value.title
                return True
        return False

    def _day(self, piece: Piece) -> bool:
        read = piece.day
        infos = [i for k in self._open() if (i := self._field(k)) is not None and i.is_date]
        if read is None or not infos:
            return False
        ends = [i for i in infos if is_about(i, "until") or is_about(i, "next")]
        begins = [i for i in infos if i not in ends and not i.key.endswith(_SPANS)]
        lasting = read.start is None or read.start > self.scene.today
        day = read.end if read.start is None else read.start
        whole = read.start is not None and read.start != read.end
        if whole and read.end is not None and read.certain:
            return self._span(read.start, read.end)
        fits = ends if lasting else begins
        if day is None or whole or not read.certain or not fits:
            return False
        self.arguments[fits[0].key] = day.isoformat()
        return True

    def _span(self, first: date | None, last: date) -> bool:
        """Take a month for two days that belong together: delivery from, delivery to."""
        for key in self._open():
            stem = key.removesuffix("_from")
            if first is not None and stem != key and f"{stem}_to" in self._open():
                self.arguments |= {key: first.isoformat(), f"{stem}_to": last.isoformat()}
                return True
        return False

    def _number(self, piece: Piece) -> bool:
        read = piece.number
        if read is None or not read.certain:
            return False
        infos = [i for k in self._open() if (i := self._field(k)) is not None]
        infos = [i for i in infos if i.kind in _NUMBERS and _holds(i, read.value, read.unit)]
        said = [i for i in infos if any(t.key == i.key for t in piece.fields(self.tool.noun))]
        whole = read.value == read.value.to_integral_value()
        counts = [i for i in infos if i.kind == "integer" and whole]
        infos = said or counts or infos
        needed = [i for i in infos if self.tool.args.model_fields[i.key].is_required()]
        fits = needed or infos
        if not fits or len(fits) > 1:
            return False
        self.arguments[fits[0].key] = int(read.value) if whole else float(read.value)
        self._units(fits[0], read.unit or "")
        return True

    def _units(self, info: FieldInfo, unit: str) -> None:
        """Take currency and weight of a price as they were said."""
        words = unit_words(info, unit, self._field)
        self.arguments |= {key: word for key, word in words if key in self._open()}

    def _light(self, piece: Piece) -> bool:
        """Whether a piece adds nothing: a common word, a field's name, a unit."""
        if piece.names or piece.day or piece.number or piece.quote or piece.values:
            return False
        if piece.does("has", "not"):
            return False
        mine = piece.fields(self.tool.noun) or piece.words(self.tool.noun)
        if not mine and any(t.value not in MEASURES for t in piece.words_any()):
            return False
        return bool(piece.senses or piece.terms) or piece.idle


def _holds(info: FieldInfo, value: Decimal, unit: str | None) -> bool:
    """Whether a field may hold a figure: its unit, and from least to most."""
    least, most = info.field.least, info.field.most
    if (least is not None and value < least) or (most is not None and value > most):
        return False
    if unit is None:
        usual = info.field.unit or ""
        return usual in {"", _POINTS} or "/" in usual or info.kind == "money"
    if unit == "bag":
        return "bags" in info.key.split("_")
    return info.field.unit == unit or (info.kind == "money" and "/" in unit)
