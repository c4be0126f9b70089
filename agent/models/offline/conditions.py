"""What a walk over a clause collects: conditions, what was asked about, what was left."""

from dataclasses import dataclass, field
from typing import Any

from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene
from agent.models.offline.vocabulary import FieldInfo, NounInfo

Json = dict[str, Any]


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


class Conditions:
    """A walk that collects conditions, and what it holds on to between two pieces."""

    def __init__(self, scene: Scene, noun: NounInfo, clause: Clause, used: set[int]) -> None:
        self.scene, self.noun, self.clause = scene, noun, clause
        self.content = clause.content
        self.used: set[int] = set(used)
        self.found = Found()
        self.field: FieldInfo | None = None  # named, waiting for its value
        self.field_used = True
        self.op: str | None = None
        self.said = ""  # the words of the comparison
        self.loose = False
        self.either = False  # "or" was said since the last condition
        self.without = self.negated = self.holds = False

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
        self.said = ""

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
