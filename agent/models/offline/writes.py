"""Writes: create, change, retire, log and undo; what is not certain is asked, never guessed."""

from datetime import date
from typing import Any

from agent.models.offline.nouns import named_noun, weight
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, NotUnderstood, Scene, Unclear, fields_to
from agent.models.offline.values import Assigned, values_of
from agent.models.offline.vocabulary import NounInfo
from agent.models.offline.wording import either
from tools.references import KnownName

Json = dict[str, Any]


def change_calls(scene: Scene, clause: Clause, *, told: bool = False) -> list[Call]:
    """Return the change a clause orders, or states when `told`.

    Raises:
        Unclear: record, field or value is not certain.
        NotUnderstood: a statement that sets nothing.
    """
    key, title, skip = _target(scene, clause, told=told)
    noun = scene.noun(key)
    if "change" not in noun.tools:
        raise NotUnderstood
    made = values_of(scene, noun, clause, skip)
    if told and not made.values:
        raise NotUnderstood
    _certain(scene, noun, clause, made, title)
    cleared = [f.key for f in made.empty if f.writable] if clause.does("act", "clear") else []
    if not made.values and not cleared:
        raise _what(scene, made, title)
    if made.empty and not cleared and not told:
        pass
    arguments: Json = {noun.key: title} | made.values
    return [Call(scene.tool("change", noun.key), arguments | ({"clear": cleared} if cleared else {}))]


def _what(scene: Scene, made: Assigned, title: str) -> Unclear:
    if made.empty:
        label = made.empty[0].label(scene.locale)
        return scene.ask("which_value", field=label, name=title)
    return scene.ask("which_field", name=title)


def _certain(scene: Scene, noun: NounInfo, clause: Clause, made: Assigned, title: str) -> None:
    """Ask when something in an order might matter and was not used.

    Raises:
        Unclear: it might.
    """
    flagged = any(isinstance(v, bool) for v in made.values.values())
    if clause.does("unsure") or (clause.does("has", "not") and not flagged):
        raise _what(scene, made, title)
    if made.left:
        text = made.left[0].text
        raise scene.ask("unknown_part", text=text, noun=noun.label(scene.locale))


def _target(scene: Scene, clause: Clause, *, told: bool) -> tuple[str, str, set[int]]:
    """Return noun and title of the record a write is about, and the places that name it."""
    content = clause.content
    nth = next((n for n, p in enumerate(content) if p.does("nth") and not p.terms), None)
    named = [(n, p) for n, p in enumerate(content) if p.names]
    mentioned = {t.entity for p in content for t in p.nouns()}
    best = sorted(named, key=lambda x: (-_rank(scene, clause, x[1], mentioned), x[0]))
    if best and _rank(scene, clause, best[0][1], mentioned) > 0:
        place, piece = best[0]
        _trusted(scene, content, place)
        record = _one(scene, clause, piece, mentioned)
        others = [p for _, p in named if p is not piece and record.entity in p.entities()]
        if any(all(n.id != record.id for n in p.names if n.entity == record.entity) for p in others):
            choices = [record.title, *(p.text for p in others)]
            raise scene.ask("several", choices=either(choices, scene.locale))
        return record.entity, record.title, {place, *_describing(content, place, record.entity)}
    if nth is not None and content[nth].day is None:
        key, title = scene.row(int(content[nth].value_of("nth")))
        return key, title, {nth}
    return (*_spoken_of(scene, clause, mentioned, told=told), set())


def _trusted(scene: Scene, content: list[Piece], place: int) -> None:
    """Ask when only part of a name was found and unknown words stand beside it.

    Raises:
        Unclear: the member may mean another record.
    """
    piece = content[place]
    beside = [*content[max(0, place - 1) : place], *content[place + 1 : place + 2]]
    strange = any(p.unknown and p.text[:1].isupper() for p in beside)
    if not piece.whole and strange:
        raise scene.ask("nearest", choices=either(sorted({n.title for n in piece.names}), scene.locale))


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
        if noun is None or "change" not in noun.tools or entity in {"member", "port", "region"}:
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
    scene: Scene, clause: Clause, mentioned: set[str], *, told: bool
) -> tuple[str, str]:
    focus = scene.focus()
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
    wanted = named_noun(scene, clause)
    fits = [p for p in named if not wanted or wanted in p.entities()]
    if not fits and named:
        raise scene.ask("which_record", noun=scene.noun(wanted or _first(named)).label(scene.locale))
    if not fits:
        nth = clause.first("nth")
        key, title = scene.row(int(nth.value_of("nth"))) if nth else _spoken_of(scene, clause, mentioned, told=False)
        return [Call(scene.tool("retire", key), {key: title})]
    if clause.does("unsure") or clause.does("has", "not"):
        raise scene.ask("which_record", noun=scene.noun(_first(fits)).label(scene.locale))
    calls: list[Call] = []
    for piece in fits:
        names = [n for n in piece.names if not wanted or n.entity == wanted]
        record = scene.one([n for n in names if "retire" in scene.noun(n.entity).tools] or names, piece.text)
        calls.append(Call(scene.tool("retire", record.entity), {record.entity: record.title}))
    same = {c.tool for c in calls}
    return calls if len(same) == 1 else calls[:1]


def _first(pieces: list[Piece]) -> str:
    return pieces[0].names[0].entity


# --- create --------------------------------------------------------------------------------------


def create_calls(scene: Scene, clause: Clause) -> list[Call]:
    """Return the creation of a record.

    Raises:
        Unclear: what it is called or what it needs is missing.
        NotUnderstood: no noun to create was named.
    """
    key = named_noun(scene, clause) or _told_noun(scene)
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
    parties = [f for f in noun.fields.values() if f.field.ref and f.field.listed and f.field.ref != "member"]
    if noun.entity.check and len(parties) > 1 and not any(f.key in values for f in parties):
        lacking += [either([f.label(scene.locale) for f in parties], scene.locale)]
    labels = [noun.fields[k].label(scene.locale) if k in noun.fields else k for k in lacking]
    if labels:
        raise scene.ask("missing", noun=noun.label(scene.locale), fields=", ".join(labels))


def _title(scene: Scene, noun: NounInfo, clause: Clause) -> tuple[str, set[int]]:
    """Return what a new record is called: what stands after the noun, up to a comma or field."""
    content, pieces = clause.content, clause.pieces
    start = _title_start(noun, content)
    taken: list[Piece] = []
    for piece in pieces[pieces.index(content[start]) if start < len(content) else len(pieces) :]:
        if piece.quote:
            return piece.quote, {content.index(piece)}
        if piece.sign and piece.text in ",;:()" and taken:
            break
        if taken and (_field_of(noun, piece) or _ends_title(scene, noun, piece)):
            break
        if not taken and (piece.sign or not _may_begin(piece) or _refers(scene, noun, piece)):
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
    return (places or verbs or [0])[0] + (1 if places or verbs else 0)


def _field_of(noun: NounInfo, piece: Piece) -> bool:
    return bool(piece.fields(noun.key)) and not piece.text[:1].isupper()


def _ends_title(scene: Scene, noun: NounInfo, piece: Piece) -> bool:
    if piece.does("place") and not piece.text[:1].isupper() and piece.plain not in {"de", "del", "of", "von"}:
        return True
    return bool(piece.day or piece.does("with") or (piece.words(noun.key) and not piece.text[:1].isupper()))


def _may_begin(piece: Piece) -> bool:
    """Whether a title may begin with a piece: an unknown word, or a capital that is no field."""
    if piece.day or piece.number:
        return False
    return piece.unknown or bool(piece.names) or (_capital(piece) and not piece.terms)


def _capital(piece: Piece) -> bool:
    return piece.text[:1].isupper()


def _refers(scene: Scene, noun: NounInfo, piece: Piece) -> bool:
    """Whether a piece names a record the new one belongs to, not the new one itself."""
    refs = any(fields_to(noun, e, scene.vocabulary) for e in piece.entities())
    return refs and noun.key not in piece.entities()


# --- log -----------------------------------------------------------------------------------------


def loggable(scene: Scene) -> list[NounInfo]:
    """Return the nouns that are notes of what happened: no name of their own, but a free text."""
    return [
        n for n in scene.vocabulary.nouns.values()
        if "create" in n.tools
        and not n.entity.stored(n.entity.field(n.entity.title))
        and any(f.free_text and f.writable for f in n.fields.values())
        and any(f.kind == "word" and f.writable for f in n.fields.values())
        and n.refs_to("member")
    ]  # fmt: skip


def log_calls(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the logging of a talk, None when the clause is none.

    Raises:
        Unclear: with whom is missing.
    """
    for noun in loggable(scene):
        kinds = [p for p in clause.content if p.words(noun.key)]
        if kinds and _is_log(scene, noun, clause, kinds):
            return [_logged(scene, noun, clause, kinds[0])]
    return None


def _is_log(scene: Scene, noun: NounInfo, clause: Clause, kinds: list[Piece]) -> bool:
    head = Clause(_opening(clause), clause.text, clause.question)
    if clause.question or head.does("act", "count", "which", "who", "history"):
        return False
    if any(t.plural for p in clause.content for t in p.nouns() if t.entity == noun.key):
        return False
    before_colon = _head(clause)
    party = any(fields_to(noun, e, scene.vocabulary) for p in before_colon for e in p.entities() if e != "member")
    ordered = any(p.does("act", "create", "change") for p in before_colon) and kinds[0] in before_colon
    day = next((p.day for p in before_colon if p.day), None)
    single = day is not None and day.start == day.end and day.start is not None
    listed = any(p.does("act", "list") and not p.does("stop") for p in head.content) and not ordered
    talked = any(p.sign and p.text == ":" for p in clause.pieces)
    referred = clause.does("ana") and scene.focus() is not None
    if listed or kinds[0] not in before_colon:
        return False
    return ordered or ((party or referred) and (single or talked))


def _head(clause: Clause) -> list[Piece]:
    """Return the pieces before the note itself: up to the first colon."""
    colon = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text == ":"), None)
    return [p for p in clause.pieces[:colon] if not p.sign]


def _opening(clause: Clause) -> list[Piece]:
    """Return the pieces before anything is told: up to the first comma or colon."""
    cut = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text in ",:"), None)
    return clause.pieces[:cut]


def _logged(scene: Scene, noun: NounInfo, clause: Clause, kind: Piece) -> Call:
    word = kind.words(noun.key)[0]
    values: Json = {word.key: word.value}
    summary = _note(clause, kind)
    head = _until(clause, summary)
    for piece in head:
        if piece.day is not None:
            _log_day(scene, noun, piece, values)
        fits = [n for n in piece.names if n.entity != "member" and noun.refs_to(n.entity)]
        if fits:
            record = scene.one(_most_telling(fits), piece.text)
            values.setdefault(noun.refs_to(record.entity)[0].key, record.title)
    focus = scene.focus()
    refs = {f.key for f in noun.fields.values() if f.field.ref and f.field.ref != "member"}
    if not refs & set(values) and focus and noun.refs_to(focus[0]):
        values[noun.refs_to(focus[0])[0].key] = focus[1]
    text = next(f for f in noun.fields.values() if f.free_text and f.writable)
    if summary:
        values[text.key] = summary
    complete(scene, noun, values)
    return Call(scene.tool("create", noun.key), values)


def _most_telling(names: list[KnownName]) -> list[KnownName]:
    return names


def _log_day(scene: Scene, noun: NounInfo, piece: Piece, values: Json) -> None:
    info = next(f for f in noun.fields.values() if f.is_date and f.writable)
    day = piece.day.start if piece.day and piece.day.start == piece.day.end else None
    if day is not None:
        values.setdefault(info.key, _past(day, piece, scene).isoformat())


def _past(day: date, piece: Piece, scene: Scene) -> date:
    """Return the last time a day without a year was: what is logged has happened."""
    dated = any(len(w) == 4 and w.isdigit() for w in piece.plain.split())  # noqa: PLR2004 - a year
    if day <= scene.today or dated or (day.month, day.day) == (2, 29):
        return day
    if any(p.isdigit() for p in piece.plain):
        return day.replace(year=day.year - 1)
    return day


def _note(clause: Clause, kind: Piece) -> str:
    """Return the note: what stands after the colon, else after the first comma behind the party."""
    pieces, offset = clause.pieces, clause.pieces[0].start
    for mark in (":", ","):
        for n, piece in enumerate(pieces):
            ready = any(p is kind or p.names for p in pieces[:n])
            if piece.sign and piece.text == mark and ready and n + 1 < len(pieces):
                return clause.text[pieces[n + 1].start - offset :].strip(" .;")
    named = next((n for n, p in enumerate(pieces) if p.names), len(pieces))
    about = next((p for p in pieces[named:] if p.does("about") and not p.does("place")), None)
    if about is not None and about is not pieces[-1]:
        return clause.text[about.start - offset :].strip(" .;")
    return ""


def _until(clause: Clause, note: str) -> list[Piece]:
    if not note:
        return clause.content
    end = clause.pieces[0].start + clause.text.rfind(note)
    return [p for p in clause.content if p.end <= end]
