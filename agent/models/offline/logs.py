"""Logging talks: a call, visit or mail with somebody, on a day, and what was said."""

import itertools
from datetime import date, timedelta
from typing import Any

from agent.models.offline.beside import with_rest, without_due
from agent.models.offline.creates import complete
from agent.models.offline.notes import core_of, note_of
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, Scene, fields_to
from agent.models.offline.vocabulary import NounInfo

Json = dict[str, Any]
_YEAR, _LATELY, _WEEK = 365, 200, 7  # days
_WEEKDAYS = (
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "lunes", "martes",
    "miercoles", "jueves", "viernes", "sabado", "domingo",
)  # fmt: skip
_PLANNED = frozenset(
    ("schedule", "plan", "plane", "planen", "terminiere", "programa", "programar", "agenda")
)
_POINTING = frozenset(
    (
        "that",
        "those",
        "jene",
        "jener",
        "jenes",
        "dieser",
        "dieses",
        "esa",
        "ese",
        "aquella",
        "aquel",
    )
)
_NEAR = 60  # letters between what was done and with whom


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
        core, ordered = core_of(scene, clause)
        core, due = without_due(scene, noun, core)
        told = _told_of(scene, noun, core, ordered=bool(ordered))
        if told is not None:
            return with_rest(scene, noun, core, told, due)
        kinds = [p for p in core.content if p.words(noun.key)]
        kinds = kinds or [p for p in ordered if p.words(noun.key)]
        if kinds and _is_log(scene, noun, core, kinds, ordered):
            return with_rest(scene, noun, core, _logged(scene, noun, core, kinds[0]), due)
        opening = [p for p in _opening(core) if not p.sign]
        talked = [p for p in opening if any(t.entity == noun.key for t in p.nouns())]
        if not kinds and talked and _is_log(scene, noun, core, talked, ordered):
            kind = next(f for f in noun.fields.values() if f.kind == "word")
            label = kind.label(scene.locale)
            raise scene.ask("missing", noun=noun.label(scene.locale), fields=label)
    return None


def _told_of(scene: Scene, noun: NounInfo, clause: Clause, *, ordered: bool) -> Call | None:
    """Return the log of a talk that is told rather than named: "spoke to Aylin, she …"."""
    said = next((p for p in clause.content if p.does("talked")), None)
    head = _opening(clause)
    asks = clause.question or any(
        p.does("act", "count", "which", "who", "when", "history") for p in head
    )
    before = head[: head.index(said)] if said in head else head  # "… wants a sample" shows none
    listed = any(p.does("act", "list") and not p.does("stop") for p in before) and not ordered
    party = [p for p in clause.content if any(noun.refs_to(e) for e in p.entities() - {"member"})]
    if said is None or asks or listed or clause.does("sup"):
        return None
    if not party and not (scene.focus() and (ordered or clause.does("ana"))):
        stranger = _stranger(head, said)
        if stranger is not None:
            raise scene.ask("who_is", text=stranger.text)
        return None
    if _to_come(scene, head):
        return None
    if any(t.plural for p in head for t in p.nouns()) and not ordered:
        return None
    if party and said.start > party[0].end + _NEAR:
        return None
    kind = next((f for f in noun.fields.values() if f.kind == "word" and f.writable), None)
    if kind is None or said.value_of("talked") not in {str(w) for w in kind.words or ()}:
        return None
    return _logged(scene, noun, clause, said, {kind.key: said.value_of("talked")})


def _stranger(head: list[Piece], said: Piece) -> Piece | None:
    """Return the unknown name a talk was with: right behind "with", or behind "called"."""
    for before, piece in itertools.pairwise(p for p in head if not p.sign):
        named = piece.unknown and piece.text[:1].isupper()
        if named and (before.does("with") or before is said):
            return piece
    return None


def _is_log(
    scene: Scene, noun: NounInfo, clause: Clause, kinds: list[Piece], removed: list[Piece]
) -> bool:
    head = Clause(_opening(clause), clause.text, clause.question)
    if clause.question or head.does("act", "count", "which", "who", "history"):
        return False
    if any(t.plural for p in clause.content for t in p.nouns() if t.entity == noun.key):
        return False
    before_colon = _head(clause)
    if any(p.plain in _PLANNED for p in before_colon) or _known(clause, kinds[0]):
        return False
    if clause.does("address") and not clause.does("talked"):
        return False  # the mail is an address to keep
    party = any(
        fields_to(noun, e, scene.vocabulary)
        for p in before_colon
        for e in p.entities()
        if e != "member"
    )
    referred = scene.focus() is not None and (clause.does("ana") or bool(removed))
    if removed:
        return (party or referred) and not _to_come(scene, before_colon)
    ordered = (
        any(p.does("act", "create", "change") for p in before_colon) and kinds[0] in before_colon
    )
    day = next((p.day for p in before_colon if p.day), None)
    single = day is not None and day.start == day.end and _been(day.start, scene.today)
    listed = any(p.does("act", "list") and not p.does("stop") for p in head.content) and not ordered
    talked = any(p.sign and p.text == ":" for p in clause.pieces)
    talked = talked or (bool(note_of(noun, clause, kinds[0])) and kinds[0] in clause.content[:3])
    if listed or kinds[0] not in before_colon:
        return False
    return ordered or ((party or referred) and (single or talked))


def _known(clause: Clause, kind: Piece) -> bool:
    """Whether a note is pointed at, so that it is written already: "that July note"."""
    if kind not in clause.content:
        return False
    place = clause.content.index(kind)
    before = clause.content[max(0, place - 2) : place]
    return any(p.plain in _POINTING for p in before)


def _head(clause: Clause) -> list[Piece]:
    """Return the pieces before the note itself: up to the first colon, unless it comes at once."""
    colon = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text == ":"), None)
    at_once = colon == 1
    return [p for p in (clause.pieces if at_once else clause.pieces[:colon]) if not p.sign]


def _opening(clause: Clause) -> list[Piece]:
    """Return the pieces before anything is told: up to the first comma or colon."""
    cut = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text in ",:"), None)
    return clause.pieces[:cut]


def _logged(
    scene: Scene, noun: NounInfo, clause: Clause, kind: Piece, values: Json | None = None
) -> Call:
    told = values is not None
    if values is None:
        word = kind.words(noun.key)[0]
        values = {word.key: word.value}
    summary = note_of(noun, clause, kind)
    head = _head(clause) if _at_once(clause) else _until(clause, summary)
    _by_member(scene, noun, head, values)
    for piece in head:
        if piece.day is not None:
            _log_day(scene, noun, piece, values)
        fits = [n for n in piece.names if n.entity != "member" and noun.refs_to(n.entity)]
        if fits:
            record = scene.one(fits, piece.text)
            values.setdefault(noun.refs_to(record.entity)[0].key, record.title)
    focus = scene.focus()
    refs = {f.key for f in noun.fields.values() if f.field.ref and f.field.ref != "member"}
    if not refs & set(values) and focus and noun.refs_to(focus[0]):
        values[noun.refs_to(focus[0])[0].key] = focus[1]
    _party_of_contact(scene, noun, values)
    text = next(f for f in noun.fields.values() if f.free_text and f.writable)
    if told and not summary and any(p.unknown for p in clause.content):
        summary = clause.text.strip(" .;")
    if summary:
        values[text.key] = summary
    if told:
        day = next(f for f in noun.fields.values() if f.is_date and f.writable)
        values.setdefault(day.key, scene.today.isoformat())
    complete(scene, noun, values)
    return Call(scene.tool("create", noun.key), values)


def _party_of_contact(scene: Scene, noun: NounInfo, values: Json) -> None:
    """Set whose a person is that is named alone: their record's hint says it."""
    sides = [
        f
        for f in noun.fields.values()
        if f.field.ref and f.field.listed and f.field.ref != "member"
    ]
    if any(f.key in values for f in sides):
        return
    people = [f for f in noun.fields.values() if f.field.ref and f not in sides and f.key in values]
    for person in people:
        title = str(values[person.key])
        known = [n for n in scene.known if n.entity == person.field.ref and n.title == title]
        hints = {m.removeprefix(f"{title} ") for n in known for m in n.names if m != title}
        for side in sides:
            fits = {n.title for n in scene.known if n.entity == side.field.ref and n.title in hints}
            if len(fits) == 1:
                values[side.key] = fits.pop()
                return


def _by_member(scene: Scene, noun: NounInfo, head: list[Piece], values: Json) -> None:
    """Set who it was of us when a colleague is named."""
    fields = [f for f in noun.refs_to("member") if f.writable]
    named = [p for p in head if p.entities() == {"member"}]
    if fields and len(named) == 1:
        values[fields[0].key] = scene.one(named[0].names, named[0].text).title


def _week_on(scene: Scene) -> date:
    return scene.today + timedelta(days=_WEEK)


def _to_come(scene: Scene, head: list[Piece]) -> bool:
    """Whether a day is still ahead, so that nothing has happened yet."""
    days = [(p, p.day.start) for p in head if p.day and p.day.start]
    return any(_past(day, p, scene) > scene.today for p, day in days)


def _log_day(scene: Scene, noun: NounInfo, piece: Piece, values: Json) -> None:
    info = next(f for f in noun.fields.values() if f.is_date and f.writable)
    day = piece.day.start if piece.day and piece.day.start == piece.day.end else None
    if day is not None:
        values.setdefault(info.key, _past(day, piece, scene).isoformat())


def _been(day: date | None, today: date) -> bool:
    """Whether a day has been, or had been when no year was said: 12 November, late in November."""
    if day is None or day <= today:
        return day is not None
    return (day - today).days > _YEAR - _LATELY


def _past(day: date, piece: Piece, scene: Scene) -> date:
    """Return the last time a day without a year was: what is logged has happened."""
    dated = any(len(w) == 4 and w.isdigit() for w in piece.plain.split())  # noqa: PLR2004 - a year
    if day <= scene.today or dated or (day.month, day.day) == (2, 29):
        return day
    if any(w.startswith(_WEEKDAYS) for w in piece.plain.split()) and day <= _week_on(scene):
        return day - timedelta(days=_WEEK)  # a weekday: the last one
    if any(p.isdigit() for p in piece.plain) and _been(day, scene.today):
        return day.replace(year=day.year - 1)
    return day


def _at_once(clause: Clause) -> bool:
    return len(clause.pieces) > 1 and clause.pieces[1].sign and clause.pieces[1].text == ":"


def _until(clause: Clause, note: str) -> list[Piece]:
    if not note:
        return clause.content
    end = clause.pieces[0].start + clause.text.rfind(note)
    return [p for p in clause.content if p.end <= end]
