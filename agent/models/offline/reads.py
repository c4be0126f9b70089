"""Reads: lists, figures, single records, and records found by way of others."""

from dataclasses import replace
from typing import Any

from agent.models.offline.figures import Shape, shape_of
from agent.models.offline.filters import Found, filters_of
from agent.models.offline.nouns import guess_noun, named_noun
from agent.models.offline.reading import Piece
from agent.models.offline.scene import (
    Call,
    Clause,
    NotUnderstood,
    Scene,
    fields_to,
    is_about,
    places_of,
)
from agent.models.offline.vocabulary import NounInfo

Json = dict[str, Any]
_TELLING = 3  # letters up to which an unknown word carries no topic
_SHORT = 4


def read_calls(scene: Scene, clause: Clause) -> list[Call]:
    """Return the calls that answer a question.

    Raises:
        Unclear: something has to be asked first.
        NotUnderstood: nothing in it can be looked up.
    """
    unmet = next((p for p in clause.content if p.code), None)
    if unmet is not None:
        raise scene.ask("unknown_record", text=unmet.text)
    key = named_noun(scene, clause)
    looked = looked_up(scene, clause, key)
    if looked is not None:
        return [looked]
    told = key is not None
    linked = _linked(scene, clause, key)
    key = linked or key or guess_noun(scene, clause, _told_last(scene))
    if key is None or clause.does("compose"):
        raise NotUnderstood
    if not told:
        _reasonable(scene, clause)
    noun = scene.noun(key)
    shape = shape_of(scene, noun, clause)
    found = filters_of(scene, noun, clause, shape.used)
    own_records(noun, clause, found)
    _of_focus(scene, noun, clause, found)
    vital = next((p for p in found.left if _vital(scene, clause, p)), None)
    if vital is not None:
        raise scene.ask("unknown_part", text=vital.text, noun=noun.label(scene.locale))
    strange = [p for p in found.left if p.unknown and len(p.text) > _TELLING]
    strange = [] if strange and _spelt_out(noun, clause, found, strange) else strange
    if (strange and not _substantial(shape, found)) or _stating(noun, clause, found):
        raise NotUnderstood
    unread = tuple(p.text for p in strange)
    return [replace(call_for(scene, noun, shape, found), unread=unread)]


def _substantial(shape: Shape, found: Found) -> bool:
    """Whether enough was understood to answer, saying which words were left out."""
    return bool(found.where or found.titles or shape.measures or shape.by or shape.sort)


def _told_last(scene: Scene) -> str | None:
    """Return the noun of the request before in the same message."""
    return scene.vocabulary.tools[scene.told[-1].tool].noun if scene.told else None


def _placed(scene: Scene, piece: Piece) -> bool:
    """Whether a piece only says where."""
    held = [v.entity.split(".") for v in piece.values]
    places = any(k in {f.key for f in places_of(scene.noun(n))} for n, k in held)
    return places or any(scene.background(e) for e in piece.entities())


def _of_focus(scene: Scene, noun: NounInfo, clause: Clause, found: Found) -> None:
    """Narrow to the record last spoken of: "when did we last talk to them?"."""
    focus = scene.focus()
    alone = clause.does("sup", "desc date") and not found.where
    if focus is None or any(p.names for p in clause.content):
        return
    if not (clause.does("ana") or alone):
        return
    refs = fields_to(noun, focus[0], scene.vocabulary)
    if refs and not clause.does("act", "list"):
        found.where.append({"field": refs[0].key, "op": "is", "value": focus[1]})


def _vital(scene: Scene, clause: Clause, piece: Piece) -> bool:
    """Whether a piece nothing could be made of may change the answer: a value, a name."""
    if not piece.unknown or any(c.isdigit() for c in piece.text):
        return True
    place = clause.content.index(piece)
    before = clause.content[place - 1] if place else None
    if before is None or not piece.text[:1].isupper() or place == 0:
        return False
    return scene.locale != "de" or before.does("op") or before.does("place")


def _spelt_out(noun: NounInfo, clause: Clause, found: Found, strange: list[Piece]) -> bool:
    """Whether an unknown word beside the noun is spelt out by a figure: small, under 700."""
    content = clause.content
    place = content.index(strange[0])
    beside = [*content[max(0, place - 1) : place], *content[place + 1 : place + 2]]
    own = any(t.entity == noun.key for p in beside for t in p.nouns())
    measured = any(c["op"] in {"lt", "gt", "lte", "gte"} for c in found.where)
    return len(strange) == 1 and own and measured


def _stating(noun: NounInfo, clause: Clause, found: Found) -> bool:
    """Whether a clause states a figure or day rather than asks: "the new ETA is 4 December"."""
    said = [noun.fields[c["field"]] for c in found.where if c["op"] == "is"]
    valued = any(f.is_date or (f.is_number and not is_about(f, "year")) for f in said)
    asks = clause.question or clause.does("act") or clause.does("only") or clause.does("sup")
    asks = asks or clause.does("agg") or clause.does("group")
    plural = any(t.plural for p in clause.content for t in p.nouns())
    back = clause.does("ana") or clause.does("same") or clause.does("instead")
    return valued and not (asks or plural or back or len(clause.content) <= _SHORT)


def _reasonable(scene: Scene, clause: Clause) -> None:
    """Refuse a clause without a noun in which more is unknown than known.

    Raises:
        NotUnderstood: it is about something else.
    """
    strange = [p for p in clause.content if p.unknown and len(p.text) > 3]  # noqa: PLR2004 - short words carry no topic
    known = [p for p in clause.content if p.terms or p.names or p.values or p.day or p.number]
    only_places = all(_placed(scene, p) for p in known)
    if (only_places and strange) or len(strange) > 2 * len(known):
        raise NotUnderstood


def _linked(scene: Scene, clause: Clause, key: str | None) -> str | None:
    """Return the noun that ties what is listed to a record: lots on a shipment."""
    named = [p for p in clause.content if p.names]
    if key is None or len(named) != 1:
        return None
    noun, entities = scene.noun(key), named[0].entities()
    if key in entities or any(fields_to(noun, e, scene.vocabulary) for e in entities):
        return None
    if not any(c.isdigit() for c in named[0].text):
        return None
    for other in scene.vocabulary.nouns.values():
        if other.refs_to(key) and any(other.refs_to(e) for e in entities):
            return other.key
    return None


def call_for(scene: Scene, noun: NounInfo, shape: Shape, found: Found) -> Call:
    """Return the call for conditions and a shape: figures, one record, or a list."""
    if found.titles and (shape.measures or shape.by):
        found.where.append({"field": noun.entity.title, "op": "in", "value": found.titles})
    if shape.measures or shape.by:
        return Call(scene.tool("summarize", noun.key), summary_arguments(shape, found.where))
    if len(found.titles) == 1 and not found.where:
        return Call(scene.tool("show", noun.key), {noun.key: found.titles[0]})
    where = list(found.where)
    if found.titles:
        where.append({"field": noun.entity.title, "op": "in", "value": found.titles})
    return Call(scene.tool("find", noun.key), list_arguments(shape, where, found))


def summary_arguments(shape: Shape, where: list[Json]) -> Json:
    """Return the arguments of a summary."""
    made: Json = {"measures": shape.measures or [{"function": "count"}]}
    made |= {"by": shape.by} if shape.by else {}
    made |= {"where": where} if where else {}
    if shape.sort and shape.sort.lstrip("-") in {
        *shape.by,
        *(m.get("field") for m in shape.measures),
    }:
        made["sort"] = shape.sort
    return made | ({"limit": shape.limit} if shape.limit and shape.by else {})


def list_arguments(shape: Shape, where: list[Json], found: Found) -> Json:
    """Return the arguments of a list."""
    made: Json = {"where": where} if where else {}
    made |= {"sort": shape.sort} if shape.sort else {}
    made |= {"limit": shape.limit} if shape.limit else {}
    columns = [f.key for f in found.asked if not f.free_text and not f.field.listed]
    return made | ({"columns": columns} if columns else {})


def own_records(noun: NounInfo, clause: Clause, found: Found) -> None:
    """Narrow to the member's own records when they say "my"."""
    members = noun.refs_to("member")
    if clause.does("own", "mine") and members:
        found.where.append({"field": members[0].key, "op": "is", "value": "me"})


def looked_up(scene: Scene, clause: Clause, key: str | None) -> Call | None:
    """Return a look-up of a noun by a record of another kind: the shipment a lot is on."""
    records = [p for p in clause.content if p.names]
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
