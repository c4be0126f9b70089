"""Writes: create, change, retire, log and undo; what is not certain is asked, never guessed."""

from typing import Any

from agent.models.offline.certainty import core_of, denied, hedged, vital
from agent.models.offline.nouns import named_noun, weight
from agent.models.offline.reading import Piece
from agent.models.offline.reasons import without_reason
from agent.models.offline.scene import Call, Clause, NotUnderstood, Scene, Unclear
from agent.models.offline.several import several
from agent.models.offline.text import fold
from agent.models.offline.values import Assigned, values_of
from agent.models.offline.vocabulary import NounInfo
from agent.models.offline.wording import either
from tools.references import KnownName

Json = dict[str, Any]
_SHORT = 3  # letters up to which an unknown word says nothing


def change_calls(
    scene: Scene, clause: Clause, *, told: bool = False, clearing: bool = False
) -> list[Call]:
    """Return the change a clause orders, or states when `told`.

    Raises:
        Unclear: record, field or value is not certain.
        NotUnderstood: a statement that sets nothing.
    """
    clause = core_of(clause)
    parts = several(scene, clause)
    if parts:
        return [_changed(scene, p, told=told, clearing=clearing) for p in parts]
    return [_changed(scene, clause, told=told, clearing=clearing)]


def _changed(scene: Scene, clause: Clause, *, told: bool, clearing: bool) -> Call:
    key, title, skip = _target(scene, clause, told=told)
    noun = scene.noun(key)
    if "change" not in noun.tools:
        raise NotUnderstood
    clause, why, reason = without_reason(noun, clause)
    made = values_of(scene, noun, clause, skip)
    if why is not None and made.values:
        made.values[why.key] = reason
    left = clause.does("through") and any(p.words(noun.key) for p in clause.content)
    if told and not made.values and not left:
        raise NotUnderstood
    unread = _certain(scene, noun, clause, made, title)
    cleared = (
        [f.key for f in made.empty if f.writable] if clearing or clause.does("act", "clear") else []
    )
    if not made.values and not cleared:
        raise _what(scene, made, title)
    arguments: Json = {noun.key: title} | made.values | ({"clear": cleared} if cleared else {})
    named = any(key in p.entities() for p in clause.content)
    implied = _implied(noun, clause, made.values) or not (named or scene.focus())
    return Call(scene.tool("change", noun.key), arguments, unread, implied=implied)


def _implied(noun: NounInfo, clause: Clause, values: Json) -> bool:
    """Whether a figure or a day is set whose field was not named: it only follows from the rest."""
    named = {t.key for p in clause.content for t in p.fields(noun.key)}
    bare = {"integer", "decimal", "money", "date", "text"}
    return any(k in noun.fields and noun.fields[k].kind in bare and k not in named for k in values)


def _what(scene: Scene, made: Assigned, title: str) -> Unclear:
    if made.empty:
        label = made.empty[0].label(scene.locale)
        return scene.ask("which_value", field=label, name=title)
    return scene.ask("which_field", name=title)


def _certain(
    scene: Scene, noun: NounInfo, clause: Clause, made: Assigned, title: str
) -> tuple[str, ...]:
    """Return the words of an order nothing was made of; ask when one might be a value.

    Raises:
        Unclear: it might.
    """
    flagged = any(isinstance(v, bool) for v in made.values.values())
    if hedged(clause) or (denied(clause) and not flagged):
        raise _what(scene, made, title)
    part = vital(clause, made.left, scene.locale, scene.today) if made.values else None
    part = part or (made.left[0] if made.left and not made.values else None)
    if part is not None:
        raise scene.ask("unknown_part", text=part.text, noun=noun.label(scene.locale))
    return tuple(p.text for p in made.left)


def _target(scene: Scene, clause: Clause, *, told: bool) -> tuple[str, str, set[int]]:
    """Return noun and title of the record a write is about, and the places that name it."""
    content = clause.content
    nth = next((n for n, p in enumerate(content) if p.does("nth") and not p.terms), None)
    named = [(n, p) for n, p in enumerate(content) if p.names]
    mentioned = {t.entity for p in content for t in p.nouns()}
    told_of = _described(scene, named, spelled(content)) or _deciding(
        scene, clause, named, mentioned
    )
    if told_of is not None:
        return told_of
    best = sorted(named, key=lambda x: (-_rank(scene, clause, x[1], mentioned), x[0]))
    if best and _rank(scene, clause, best[0][1], mentioned) > 0:
        place, piece = best[0]
        _trusted(scene, content, place)
        record = _one(scene, clause, piece, mentioned)
        others = [p for _, p in named if p is not piece and record.entity in p.entities()]
        if any(
            all(n.id != record.id for n in p.names if n.entity == record.entity) for p in others
        ):
            choices = [record.title, *(p.text for p in others)]
            raise scene.ask("several", choices=either(choices, scene.locale))
        return record.entity, record.title, {place, *_describing(content, place, record.entity)}
    if nth is not None and content[nth].day is None:
        key, title = scene.row(int(content[nth].value_of("nth")))
        return key, title, {nth}
    return (*_spoken_of(scene, clause, mentioned, told=told), set())


def spelled(content: list[Piece]) -> set[str]:
    """Return the nouns that are said without a slip: a dead duck is no deal."""
    return {t.entity for p in content if fold(p.text) == p.plain for t in p.nouns()}


def _described(
    scene: Scene, named: list[tuple[int, Piece]], mentioned: set[str]
) -> tuple[str, str, set[int]] | None:
    """Return a record called by what it refers to: "Coffee Circle's option", "the deal with Vits".

    Only when the noun is said and no record of it is named; which one it is, the tool looks up.
    """
    for key in sorted(mentioned):
        noun = scene.vocabulary.nouns.get(key)
        if noun is None or not noun.entity.told_by or any(key in p.entities() for _, p in named):
            continue
        refs = {noun.entity.field(f).ref for f in noun.entity.told_by}
        telling = [(n, p) for n, p in named if p.entities() & refs]
        titles = [next(x.title for x in p.names if x.entity in refs) for _, p in telling]
        if titles:
            return key, " ".join(titles), {n for n, _ in telling}
    return None


def _deciding(
    scene: Scene, clause: Clause, named: list[tuple[int, Piece]], mentioned: set[str]
) -> tuple[str, str, set[int]] | None:
    """Return a record meant by a word only such have, and by whose it is: "Van Dyck signed"."""
    words = [p for p in clause.content if p.words_any() and not p.names and not p.nouns()]
    keys = {t.entity for p in words for t in p.words_any()}
    told = [k for k in keys if k in scene.vocabulary.nouns and scene.noun(k).entity.told_by]
    if mentioned or len(named) != 1 or len(told) != 1:
        return None
    return _described(scene, named, set(told)) if keys == set(told) else None


def _trusted(scene: Scene, content: list[Piece], place: int) -> None:
    """Ask when only part of a name was found and unknown words stand beside it.

    Raises:
        Unclear: the member may mean another record.
    """
    piece = content[place]
    beside = [*content[max(0, place - 1) : place], *content[place + 1 : place + 2]]
    strange = any(p.unknown and p.text[:1].isupper() for p in beside)
    if not piece.whole and strange:
        raise scene.ask(
            "nearest", choices=either(sorted({n.title for n in piece.names}), scene.locale)
        )


def _describing(content: list[Piece], place: int, entity: str) -> set[int]:
    """Return the places of nouns that only describe a record: "the lot PE-24-017"."""
    found: set[int] = set()
    for n in range(max(0, place - 2), place):
        if any(t.entity == entity for t in content[n].nouns()):
            found.add(n)
    return found


def _rank(scene: Scene, clause: Clause, piece: Piece, mentioned: set[str]) -> float:
    """Return how likely a record is what gets changed, rather than a value."""
    best = 0.0
    for entity in piece.entities():
        noun = scene.vocabulary.nouns.get(entity)
        if noun is None or "change" not in noun.tools or scene.background(entity):
            continue
        slots = sum(bool(p.fields(entity)) or bool(p.words(entity)) for p in clause.content)
        best = max(best, 1.0 + slots + (3.0 if entity in mentioned else 0.0))
    return best


def _one(scene: Scene, clause: Clause, piece: Piece, mentioned: set[str]) -> KnownName:
    """Return the record a piece names, its kind decided by nouns and fields beside it."""
    fits = [n for n in piece.names if n.entity in mentioned]
    if not fits:
        held = [
            n for n in piece.names
            if any(p.fields(n.entity) or p.words(n.entity) for p in clause.content)
        ]  # fmt: skip
        fits = held or list(piece.names)
    return scene.one(fits, piece.text)


def _spoken_of(
    scene: Scene, clause: Clause, mentioned: set[str], *, told: bool, itself: bool = False
) -> tuple[str, str]:
    focus = scene.focus(itself=itself)
    if focus is not None and (not mentioned or focus[0] in mentioned):
        return focus
    if told:
        raise NotUnderstood
    noun = next(iter(sorted(mentioned)), None) or _noun_of_fields(scene, clause)
    label = scene.noun(noun).label(scene.locale) if noun else "…"
    raise scene.ask("which_record", noun=label)


def _noun_of_fields(scene: Scene, clause: Clause) -> str | None:
    counted = {
        key: sum(bool(p.fields(key) or p.words(key)) for p in clause.content)
        for key in scene.vocabulary.nouns
    }
    best = max(counted, key=lambda k: (counted[k], weight(scene.noun(k))))
    return best if counted[best] else None


def retire_calls(scene: Scene, clause: Clause) -> list[Call]:
    """Return the retiring of one record.

    Raises:
        Unclear: which record is not certain.
    """
    content = clause.content
    mentioned = {t.entity for p in content for t in p.nouns()}
    named = [p for p in content if p.names]
    placed = [(n, p) for n, p in enumerate(content) if p.names]
    told_of = _described(scene, placed, spelled(content))
    if told_of is not None:
        return [_ended(scene, told_of, named)]
    wanted = named_noun(scene, clause)
    taken = next(
        (p for p in content if p.number and (p.number.kind == "money" or p.number.unit)), None
    )
    if taken is not None:  # "take 20 cents off" takes away a figure, not the record
        label = scene.noun(wanted or _first(named)).label(scene.locale) if wanted or named else "…"
        raise scene.ask("relative", field=taken.text, name=label)
    fits = [p for p in named if not wanted or wanted in p.entities()]
    if wanted is None and _field_first(scene, content):
        return change_calls(scene, clause, clearing=True)
    if not fits and named:
        raise scene.ask(
            "which_record", noun=scene.noun(wanted or _first(named)).label(scene.locale)
        )
    if not fits:
        nth = clause.first("nth")
        key, title = (
            scene.row(int(nth.value_of("nth")))
            if nth
            else _spoken_of(scene, clause, mentioned, told=False, itself=True)
        )
        return [Call(scene.tool("retire", key), {key: title}, _strange(content))]
    if hedged(clause) or denied(clause):
        raise scene.ask("which_record", noun=scene.noun(_first(fits)).label(scene.locale))
    calls: list[Call] = []
    for piece in fits:
        names = [n for n in piece.names if not wanted or n.entity == wanted]
        record = scene.one(
            [n for n in names if "retire" in scene.noun(n.entity).tools] or names, piece.text
        )
        arguments = {record.entity: record.title}
        calls.append(Call(scene.tool("retire", record.entity), arguments, _strange(content)))
    same = {c.tool for c in calls}
    return calls if len(same) == 1 else calls[:1]


def _ended(scene: Scene, told_of: tuple[str, str, set[int]], named: list[Piece]) -> Call:
    """Return the end of a record called by what it refers to: released where that is a tool.

    Raises:
        Unclear: it is no record that may be put away so.
    """
    key, title, _ = told_of
    ending = scene.vocabulary.tools.get(scene.special("release", key) or "")
    if ending is None:
        return Call(scene.tool("retire", key), {key: title}, implied=True)
    said = {n.entity: n.title for p in named for n in p.names}
    arguments = {k: said[k] for k in ending.args.model_fields if k in said}
    return Call(ending.name, arguments, implied=True)


def _strange(content: list[Piece]) -> tuple[str, ...]:
    """Return the words of an order to put a record away that nothing is known about."""
    return tuple(p.text for p in content if p.unknown and len(p.text) > _SHORT)


def _field_first(scene: Scene, content: list[Piece]) -> bool:
    """Whether a field is to be emptied, not a record put away: "delete the follow-up of Vits".

    The field stands right behind the verb, or before the record.
    """
    verb = next((n for n, p in enumerate(content) if p.does("act", "retire")), 0)
    entities = {e for p in content for e in p.entities()}
    focus = scene.focus()
    entities |= {focus[0]} if focus and not entities else set()
    record = next((n for n, p in enumerate(content) if p.names), len(content))
    near = [*content[:record], *content[verb + 1 : min(record, verb + 4)]]
    return any(any(p.fields(e) for e in entities) and not p.nouns() for p in near)


def _first(pieces: list[Piece]) -> str:
    return pieces[0].names[0].entity
