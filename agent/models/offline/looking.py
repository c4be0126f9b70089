"""Look-ups: the shipment a lot, a container or somebody's coffee is on."""

from typing import Any

from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, Scene, fields_to
from agent.models.offline.vocabulary import NounInfo


def looked_up(scene: Scene, clause: Clause, key: str | None) -> Call | None:
    """Return a look-up of a noun by a record of another kind: the shipment a lot is on."""
    records = [p for p in clause.content if p.names]
    records = [p for p in records if _coded(p)] or records
    if len(records) != 1:
        return None
    entities = records[0].entities()
    for tool in scene.vocabulary.specials:
        if tool.verb != "lookup" or tool.noun not in scene.vocabulary.nouns:
            continue
        noun = scene.noun(tool.noun)
        asked = any(p.fields(noun.key) and not p.fields(_first(entities)) for p in clause.content)
        about = key == noun.key or (
            key in (None, *entities)
            and (asked or (clause.does("act", "where") and _coded(records[0])))
        )
        about = about or _asked_where(scene, clause, key, entities, noun)
        tied = key is not None and any(
            fields_to(scene.noun(key), e, scene.vocabulary) for e in entities
        )
        about = about or (asked and key is not None and key not in entities and not tied)
        reached = any(fields_to(noun, e, scene.vocabulary) for e in entities)
        if about and noun.key not in entities and not reached and _text_argument(tool.args):
            record = scene.one(records[0].names, records[0].text)
            return Call(tool.name, {"text": record.title})
    return None


def _asked_where(
    scene: Scene, clause: Clause, key: str | None, entities: set[str], found: NounInfo
) -> bool:
    """Whether what is carried is asked for by whose it is: "where is the coffee of Quijote"."""
    if key is None or key in entities or key == found.key:
        return False
    tied = any(fields_to(scene.noun(key), e, scene.vocabulary) for e in entities)
    happens = any(p.does("happen") for p in clause.content)
    return not tied and (clause.does("act", "where", "when") or happens)


def _coded(piece: Piece) -> bool:
    return any(c.isdigit() for c in piece.text)


def _first(entities: set[str]) -> str:
    return next(iter(sorted(entities)), "")


def _text_argument(args: Any) -> bool:
    return "text" in args.model_fields
