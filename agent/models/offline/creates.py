"""Creating records: what they are called, what they hold, what is still missing."""

from typing import Any

from agent.models.offline.nouns import named_noun
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, NotUnderstood, Scene, fields_to
from agent.models.offline.values import values_of
from agent.models.offline.vocabulary import NounInfo
from agent.models.offline.wording import either

Json = dict[str, Any]


def create_calls(scene: Scene, clause: Clause) -> list[Call]:
    """Return the creation of a record.

    Raises:
        Unclear: what it is called or what it needs is missing.
        NotUnderstood: no noun to create was named.
    """
    code = next((p.code for p in clause.content if p.code), None)
    key = code or named_noun(scene, clause) or _told_noun(scene)
    if key is None or "create" not in scene.noun(key).tools:
        raise NotUnderstood
    noun = scene.noun(key)
    title, skip = _title(scene, noun, clause)
    made = values_of(scene, noun, clause, skip, fresh=True)
    values = ({noun.entity.title: title} if title else {}) | made.values
    if made.left:
        raise scene.ask("unknown_part", text=made.left[0].text, noun=noun.label(scene.locale))
    complete(scene, noun, values)
    return [Call(scene.tool("create", key), values)]


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
    parties = [
        f
        for f in noun.fields.values()
        if f.field.ref and f.field.listed and f.field.ref != "member"
    ]
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
    start = _title_start(noun, content)
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


def _title_start(noun: NounInfo, content: list[Piece]) -> int:
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
