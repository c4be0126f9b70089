"""Reads: lists, figures, single records, and records found by way of others."""

import itertools
from dataclasses import replace
from typing import Any

from agent.models.offline.figures import Shape, shape_of
from agent.models.offline.filters import Found, filters_of
from agent.models.offline.looking import looked_up
from agent.models.offline.nouns import guess_noun, guesses, named_noun, weight
from agent.models.offline.ranking import most_of
from agent.models.offline.reading import Piece
from agent.models.offline.scene import (
    Call,
    Clause,
    NotUnderstood,
    Scene,
    Unclear,
    fields_to,
    is_about,
    places_of,
)
from agent.models.offline.vocabulary import NounInfo

Json = dict[str, Any]
_TELLING = 3  # letters up to which an unknown word carries no topic
_SHORT = 4
_TRIED = 3
_I = frozenset(("ich", "i", "im", "i am", "yo", "soy"))
_UNFIT = frozenset(("unknown_part", "field_for_number", "which_measure"))


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
    looked = looked_up(scene, clause, key) or _field_of(scene, clause, key)
    if looked is not None:
        return [looked]
    most = most_of(scene, clause)
    if most is not None:
        noun, shape, where = most
        return [Call(scene.tool("summarize", noun.key), summary_arguments(shape, where))]
    held = _held_by(scene, clause, key)
    if held is not None:
        return [held]
    last = _told_last(scene)
    counted = last if clause.does("act", "count") and clause.does("own") else None
    first = _linked(scene, clause, key) or key or guess_noun(scene, clause, last) or counted
    if first is None or clause.does("compose"):
        raise NotUnderstood
    if key is None and first != counted:
        _reasonable(scene, clause)
    try:
        return _read_as(scene, clause, first)
    except Unclear as question:
        other = _another(scene, clause, first) if question.key in _UNFIT else None
        other = other or _shown(scene, clause, question)
        if other is None:
            raise
        return other


def _shown(scene: Scene, clause: Clause, question: Unclear) -> list[Call] | None:
    """Return the record to bring up when a figure chatted besides fits nothing."""
    named = [p for p in clause.content if p.names]
    if question.key != "field_for_number" or len(named) != 1 or not clause.does("act", "list"):
        return None
    fits = [n for n in named[0].names if "show" in scene.noun(n.entity).tools]
    fits = [n for n in fits if not scene.background(n.entity)]
    if len(fits) != 1 or any(p.fields(fits[0].entity) for p in clause.content):
        return None
    return [Call(scene.tool("show", fits[0].entity), {fits[0].entity: fits[0].title})]


def _another(scene: Scene, clause: Clause, first: str) -> list[Call] | None:
    """Return the read of another noun that takes in what the one named first cannot.

    "A customer asks for naturals over 86" is about lots: the customer has no score. A noun named
    in the plural is what is listed, and stays so, unless it is one of those named.
    """
    named = [t for p in clause.content for t in p.nouns() if t.locale == scene.locale]
    keys = [t.entity for t in named if t.entity != first]
    listed = any(t.plural and t.entity == first for t in named)
    tried = guesses(scene, clause)[:_TRIED]
    keys += [k for k in tried if not listed or _timed_by(scene, clause, first, k)]
    for key in dict.fromkeys(k for k in keys if k != first):
        try:
            return _read_as(scene, clause, key)
        except (Unclear, NotUnderstood):
            continue
    return None


def _timed_by(scene: Scene, clause: Clause, first: str, key: str) -> bool:
    """Whether what is listed has no days of its own, but is part of what has: contacts in May."""
    timeless = not any(f.is_date for f in scene.noun(first).fields.values())
    dated = any(f.is_date for f in scene.noun(key).fields.values())
    part = bool(fields_to(scene.noun(key), first, scene.vocabulary))
    return timeless and dated and part and any(p.day for p in clause.content)


def _field_of(scene: Scene, clause: Clause, key: str | None) -> Call | None:
    """Return a record of which a field is asked for, whatever is chatted besides."""
    named = [p for p in clause.content if p.names]
    others = [p for p in clause.content if not p.names]
    if len(named) != 1 or any(p.day or p.number or p.does("agg") for p in others):
        return None
    if any(p.does("sup") or p.does("group", "who") or p.does("act", "count") for p in others):
        return None
    fits = [n for n in named[0].names if n.entity != "member" and key in (None, n.entity)]
    fits = [n for n in fits if "show" in scene.noun(n.entity).tools]
    fits = [n for n in fits if not scene.background(n.entity)]
    asked = [p for p in others if any(_plain_field(scene, p, n.entity) for n in fits)]
    if not asked or len({(n.entity, n.id) for n in fits}) != 1:
        return None
    record = scene.one(fits, named[0].text)
    return Call(scene.tool("show", record.entity), {record.entity: record.title})


def _plain_field(scene: Scene, piece: Piece, entity: str) -> bool:
    """Whether a piece is nothing but the name of a field with a text of its own: phone, number."""
    fields = [scene.noun(entity).fields[t.key] for t in piece.fields(entity)]
    return any(
        f.kind == "text" and not (f.field.ref or f.field.via or f.free_text) for f in fields
    ) and not (piece.nouns() or piece.words_any())


def _read_as(scene: Scene, clause: Clause, key: str) -> list[Call]:
    """Return the read of one noun.

    Raises:
        Unclear: something does not fit the noun.
        NotUnderstood: too little of the clause does.
    """
    noun = scene.noun(key)
    shape = shape_of(scene, noun, clause)
    found = filters_of(scene, noun, clause, shape.used)
    own_records(noun, clause, found, _split_by_member(scene, noun, clause))
    _of_focus(scene, noun, clause, found)
    _of_told(scene, noun, clause, found)
    _but_focus(scene, noun, clause, found)
    vital = next((p for p in found.left if _vital(scene, clause, p)), None)
    if vital is not None:
        raise scene.ask("unknown_part", text=vital.text, noun=noun.label(scene.locale))
    strange = [p for p in found.left if p.unknown and len(p.text) > _TELLING]
    strange = [] if strange and _spelt_out(noun, clause, found, strange) else strange
    asked = clause.does("act", "which", "count")  # what is unread is what was asked for
    small = not asked and clause.does("act", "list") and named_noun(scene, clause) == key
    small = small and len(strange) == 1 and strange[0].idle
    if (strange and not (small or _substantial(shape, found))) or _stating(noun, clause, found):
        raise NotUnderstood
    unread = tuple(p.text for p in strange)
    focus = scene.focus()
    bare = not (_substantial(shape, found) or found.asked or shape.limit)
    if bare and focus and focus[0] == key and clause.does("ana", "it"):
        return [Call(scene.tool("show", key), {key: focus[1]})]  # which shipment is that?
    return [replace(call_for(scene, noun, shape, found), unread=unread)]


def _substantial(shape: Shape, found: Found) -> bool:
    """Whether enough was understood to answer, saying which words were left out."""
    computed = any(m["function"] != "count" for m in shape.measures)
    return bool(found.where or found.titles or computed or shape.by or shape.sort)


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


def _held_by(scene: Scene, clause: Clause, key: str | None) -> Call | None:
    """Return the one record named when what is asked for is something it has: which port."""
    named = [p for p in clause.content if p.names]
    if key is None or len(named) != 1 or not clause.does("act", "which"):
        return None
    if any(p.day or p.number or p.does("agg") or p.does("sup") for p in clause.content):
        return None
    plural = any(t.plural and t.entity == key for p in clause.content for t in p.nouns())
    fits = [n for n in named[0].names if n.entity != key and not scene.background(n.entity)]
    fits = [n for n in fits if fields_to(scene.noun(n.entity), key, scene.vocabulary)]
    fits = [n for n in fits if not fields_to(scene.noun(key), n.entity, scene.vocabulary)]
    if plural or len(fits) != 1 or "show" not in scene.noun(fits[0].entity).tools:
        return None
    return Call(scene.tool("show", fits[0].entity), {fits[0].entity: fits[0].title})


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
    ties = [
        other
        for other in scene.vocabulary.nouns.values()
        if not other.entity.apart and other.refs_to(key) and any(other.refs_to(e) for e in entities)
    ]
    return min(ties, key=weight).key if ties else None  # the one that is little besides a tie


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
        "count",
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


def _split_by_member(scene: Scene, noun: NounInfo, clause: Clause) -> bool:
    """Whether the same was just asked of somebody else: how many has X, how many have I?"""
    keys = {f.key for f in noun.refs_to("member")}
    told = scene.told[-1].arguments.get("where") or [] if scene.told else []
    said = any(p.plain in _I for p in clause.content)
    return said and bool(keys & {c["field"] for c in told})


def _of_told(scene: Scene, noun: NounInfo, clause: Clause, found: Found) -> None:
    """Keep to what the request before in the same message listed: the average of them all."""
    if not scene.told or not clause.does("ana", "them") or any(p.names for p in clause.content):
        return
    last = scene.told[-1]
    if scene.vocabulary.tools[last.tool].noun != noun.key or scene.focus() is not None:
        return
    mine = {c["field"] for c in found.where}
    found.where += [c for c in last.arguments.get("where") or [] if c["field"] not in mine]


def _but_focus(scene: Scene, noun: NounInfo, clause: Clause, found: Found) -> None:
    """Leave out the record just spoken of when others are asked for."""
    focus = scene.focus()
    if focus is None or focus[0] != noun.key or found.titles:
        return
    pairs = itertools.pairwise(clause.content)
    beside = any(
        a.does("other") and not a.does("page") and any(t.entity == noun.key for t in b.nouns())
        for a, b in pairs
    )
    if beside:
        found.where.append({"field": noun.title.key, "op": "is_not", "value": focus[1]})


def own_records(noun: NounInfo, clause: Clause, found: Found, mine: bool = False) -> None:
    """Narrow to the member's own records when they say "my", or contrast themselves (`mine`)."""
    members = noun.refs_to("member")
    if members and (mine or clause.does("own", "mine") or _i_run(clause)):
        if not any(c["field"] == members[0].key for c in found.where):
            found.where.append({"field": members[0].key, "op": "is", "value": "me"})
        found.asked = [f for f in found.asked if f.key != members[0].key]


def _i_run(clause: Clause) -> bool:
    """Whether a part of a clause says that the member looks after something themselves."""
    part: list[Piece] = []
    for piece in [*clause.pieces, None]:
        if piece is not None and not piece.sign:
            part.append(piece)
            continue
        runs = any(p.does("take") or any(t.key == "owner" for t in p.terms) for p in part)
        if runs and any(p.plain in _I for p in part) and not any(p.names for p in part):
            return True
        part = []
    return False
