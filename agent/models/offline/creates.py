"""Creating records: what they are called, what they hold, what is still missing."""

import itertools
from typing import Any

from agent.models.offline.addresses import ADDRESSES
from agent.models.offline.amounts import Assigned
from agent.models.offline.certainty import parts_of
from agent.models.offline.nouns import kind_of, named_noun
from agent.models.offline.people import described, person
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, NotUnderstood, Scene, fields_to, places_of
from agent.models.offline.values import values_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo
from agent.models.offline.wording import either

Json = dict[str, Any]
_SHORT = 2  # letters no place has


def create_calls(scene: Scene, clause: Clause) -> list[Call]:
    """Return the creation of a record.

    Raises:
        Unclear: what it is called or what it needs is missing.
        NotUnderstood: no noun to create was named.
    """
    code = next((p.code for p in clause.content if p.code), None)
    key = code or _asked_noun(scene, clause) or _of_kind(scene, clause) or _told_noun(scene)
    if key is None or "create" not in scene.noun(key).tools:
        raise NotUnderstood
    noun = scene.noun(key)
    title, skip = _title(scene, noun, clause)
    made = values_of(scene, noun, clause, skip, fresh=True)
    values = ({noun.entity.title: title} if title else {}) | made.values
    _role(noun, clause, made, values)
    placed = _place(noun, clause, made, values)
    if made.left:
        raise scene.ask("unknown_part", text=made.left[0].text, noun=noun.label(scene.locale))
    complete(scene, noun, values)
    return [Call(scene.tool("create", key), values, placed)]


def _asked_noun(scene: Scene, clause: Clause) -> str | None:
    """Return the noun to create: a person beside whom a party is named is somebody's contact."""
    people = [n for n in scene.vocabulary.nouns.values() if _of_a_party(n) and _title_free(n)]
    if len(people) != 1 or not person(clause):
        return named_noun(scene, clause)
    if any(t.entity == people[0].key for p in clause.content for t in p.nouns()):
        return people[0].key
    named = any(people[0].refs_to(e) for p in clause.content for e in p.entities())
    return people[0].key if named else named_noun(scene, clause)


def _of_kind(scene: Scene, clause: Clause) -> str | None:
    """Return the noun of a new record that is only called what it is: a new lead."""
    pairs = itertools.pairwise(clause.content)
    return next((k for a, b in pairs if a.does("new") and (k := kind_of(scene, b))), None)


def _of_a_party(noun: NounInfo) -> bool:
    return bool(noun.entity.check) and len(_parties(noun)) > 1


def _title_free(noun: NounInfo) -> bool:
    """Whether records of a noun are called by a name of their own."""
    return "create" in noun.tools and noun.entity.stored(noun.entity.field(noun.entity.title))


def _parties(noun: NounInfo) -> list[FieldInfo]:
    return [
        f
        for f in noun.fields.values()
        if f.field.ref and f.field.listed and f.field.ref != "member"
    ]


def _role(noun: NounInfo, clause: Clause, made: Assigned, values: Json) -> None:
    """Take words about a new person that nothing else explains for what they do there."""
    if not _of_a_party(noun) or not _title_free(noun):
        return
    texts = [
        f
        for f in noun.fields.values()
        if f.kind == "text" and f.writable and f.field.listed and not f.field.ref
        and f.key not in {noun.entity.title, *ADDRESSES}
    ]  # fmt: skip
    runs = described(clause, made.left)
    if len(texts) != 1 or texts[0].key in values or len(runs) != 1:
        return
    offset = clause.pieces[0].start
    values[texts[0].key] = clause.text[runs[0][0].start - offset : runs[0][-1].end - offset]
    made.left.clear()


def _place(noun: NounInfo, clause: Clause, made: Assigned, values: Json) -> tuple[str, ...]:
    """Take a word that stands alone between two commas for where a new record is: "…, Kiel, …".

    It is returned, since nobody said that it is a place: the new record is shown on a card first.
    """
    places = [f for f in places_of(noun) if f.writable and f.key not in values]
    if len(places) != 1:
        return ()
    parts = parts_of(clause.pieces)[1:]
    alone = [p[0] for p in parts if len(p) == 1 and p[0] in made.left and p[0].text.isalpha()]
    if len(alone) == 1 and len(alone[0].text) > _SHORT:
        values[places[0].key] = alone[0].text[:1].upper() + alone[0].text[1:]
        made.left = [p for p in made.left if p is not alone[0]]
        return (alone[0].text,)
    return ()


def _told_noun(scene: Scene) -> str | None:
    kinds = [scene.vocabulary.tools[c.tool].noun for c in reversed(scene.told)]
    return kinds[0] if kinds else None


def complete(scene: Scene, noun: NounInfo, values: Json) -> None:
    """Ask for what a new record cannot be without.

    Raises:
        Unclear: something is missing.
    """
    fields = noun.tools["create"].args.model_fields
    lacking = [k for k, f in fields.items() if f.is_required() and k not in values]
    parties = _parties(noun)
    if noun.entity.check and len(parties) > 1 and not any(f.key in values for f in parties):
        lacking += [either([f.label(scene.locale) for f in parties], scene.locale)]
    labels = [noun.fields[k].label(scene.locale) if k in noun.fields else k for k in lacking]
    if labels:
        raise scene.ask("missing", noun=noun.label(scene.locale), fields=", ".join(labels))


def _title(scene: Scene, noun: NounInfo, clause: Clause) -> tuple[str, set[int]]:
    """Return what a new record is called: what stands after the noun, up to a comma or field."""
    content, pieces = clause.content, clause.pieces
    coded = next((n for n, p in enumerate(content) if p.code == noun.key), None)
    if coded is not None:
        return content[coded].text.upper(), {coded}
    people = person(clause) if _of_a_party(noun) and _title_free(noun) else []
    if people:
        offset = pieces[0].start
        named = clause.text[people[0].start - offset : people[-1].end - offset]
        return named, {n for n, p in enumerate(content) if p in people}
    start = _title_start(noun, clause)
    taken: list[Piece] = []
    for piece in pieces[pieces.index(content[start]) if start < len(content) else len(pieces) :]:
        if piece.quote:
            return piece.quote, {content.index(piece)}
        if piece.sign and piece.text in ",;:()" and taken:
            break
        if taken and (_field_of(noun, piece) or _ends_title(noun, piece)):
            break
        mine = any(t.entity == noun.key for t in piece.terms)
        if not taken and (
            piece.sign or mine or not _may_begin(piece) or _refers(scene, noun, piece)
        ):
            continue
        taken.append(piece)
    while taken and not (taken[-1].unknown or taken[-1].names or _capital(taken[-1])):
        taken.pop()
    if not taken:
        return "", set()
    offset = pieces[0].start
    text = clause.text[taken[0].start - offset : taken[-1].end - offset]
    return text, {n for n, p in enumerate(content) if p in taken}


def _title_start(noun: NounInfo, clause: Clause) -> int:
    content = clause.content
    colon = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text == ":"), None)
    behind = clause.pieces[colon + 1 : colon + 2] if colon is not None else []
    if behind and not behind[0].sign and not _field_of(noun, behind[0]) and _capital(behind[0]):
        return content.index(behind[0])
    places = [n for n, p in enumerate(content) if any(t.entity == noun.key for t in p.nouns())]
    verbs = [n for n, p in enumerate(content) if p.does("act", "create")]
    if verbs and places and any(p.unknown and _capital(p) for p in content[verbs[0] : places[0]]):
        return verbs[0] + 1
    return (places or verbs or [0])[0] + (1 if places or verbs else 0)


def _field_of(noun: NounInfo, piece: Piece) -> bool:
    return bool(piece.fields(noun.key)) and not piece.text[:1].isupper()


def _ends_title(noun: NounInfo, piece: Piece) -> bool:
    if (
        piece.does("place")
        and not piece.text[:1].isupper()
        and piece.plain not in {"de", "del", "of", "von"}
    ):
        return True
    return bool(
        piece.day or piece.does("with") or (piece.words(noun.key) and not piece.text[:1].isupper())
    )


def _may_begin(piece: Piece) -> bool:
    """Whether a title may begin with a piece: an unknown word, or a capital that is no field."""
    if piece.day or piece.number:
        return False
    return piece.unknown or bool(piece.names) or _capital(piece)


def _capital(piece: Piece) -> bool:
    return piece.text[:1].isupper()


def _refers(scene: Scene, noun: NounInfo, piece: Piece) -> bool:
    """Whether a piece names a record the new one belongs to, not the new one itself."""
    refs = any(fields_to(noun, e, scene.vocabulary) for e in piece.entities())
    return refs and noun.key not in piece.entities()
