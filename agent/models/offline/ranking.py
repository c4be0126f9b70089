"""Which of a kind has the most of another: the region with most cooperatives, by counting."""

from typing import Any

from agent.models.offline.figures import Shape
from agent.models.offline.filters import filters_of
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_to
from agent.models.offline.vocabulary import FieldInfo, NounInfo

Json = dict[str, Any]
_NEAR = 3


def most_of(scene: Scene, clause: Clause) -> tuple[NounInfo, Shape, list[Json]] | None:
    """Return noun, shape and conditions of "which region has the most cooperatives", else None.

    What is had the most of stands behind "most"; it is counted, or its figure added up, by
    the field that ties it to what is asked for.
    """
    content = clause.content
    place = next((n for n, p in enumerate(content) if p.does("sup", "desc any", "asc any")), None)
    if place is None or not clause.does("act", "which", "who"):
        return None
    asked = content[:place]
    for n in range(place + 1, min(len(content), place + _NEAR)):
        for key, field in _counted(scene, content[n], asked):
            noun = scene.noun(key)
            by = _tie(scene, noun, asked)
            if by is None:
                continue
            measure: Json = {"function": "sum", "field": field} if field else {"function": "count"}
            shape = Shape(measures=[measure], by=[by.key])
            if content[place].value_of("sup").startswith("asc"):
                shape.sort = field or "count"
            used = {place, n, *(k for k, p in enumerate(asked) if p.terms and not p.words_any())}
            return noun, shape, filters_of(scene, noun, clause, used).where
    return None


def _counted(scene: Scene, piece: Piece, asked: list[Piece]) -> list[tuple[str, str]]:
    """Return nouns a piece may be, or has a figure of, with that figure; none of what is asked."""
    mine = {t.entity for p in asked for t in p.nouns()}
    nouns = [(t.entity, "") for t in piece.nouns() if t.plural and t.entity not in mine]
    if nouns or piece.names or piece.number:
        return nouns
    terms = [t for t in piece.terms if t.kind == "field"]
    if any(t.entity in mine for t in terms):
        return []
    figures = [t for t in terms if scene.noun(t.entity).fields[t.key].is_number]
    return [(t.entity, t.key) for t in figures if scene.noun(t.entity).fields[t.key].field.listed]


def _tie(scene: Scene, noun: NounInfo, asked: list[Piece]) -> FieldInfo | None:
    """Return the field of a noun that says which of what is asked for it belongs to."""
    for piece in asked:
        for term in piece.nouns():
            fields = fields_to(noun, term.entity, scene.vocabulary)
            if fields:
                return fields[0]
        own = [noun.fields[t.key] for t in piece.fields(noun.key)]
        own = [f for f in own if not (f.free_text or f.is_number or f.is_date)]
        if own and not piece.nouns():
            return own[0]
    members = noun.refs_to("member")
    return members[0] if members and any(p.does("act", "who") for p in asked) else None
