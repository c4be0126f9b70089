"""Logging talks: a call, visit or mail with somebody, on a day, and what was said."""

from datetime import date
from typing import Any

from agent.models.offline.creates import complete
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, Scene, fields_to
from agent.models.offline.vocabulary import NounInfo

Json = dict[str, Any]
_YEAR, _LATELY = 365, 200  # days
_ABOUT = frozenset(
    ("about", "regarding", "concerning", "re", "uber", "bezuglich", "wegen", "sobre", "acerca de")
)


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
        talked = [p for p in _head(clause) if any(t.entity == noun.key for t in p.nouns())]
        if not kinds and talked and _is_log(scene, noun, clause, talked):
            kind = next(f for f in noun.fields.values() if f.kind == "word")
            label = kind.label(scene.locale)
            raise scene.ask("missing", noun=noun.label(scene.locale), fields=label)
    return None


def _is_log(scene: Scene, noun: NounInfo, clause: Clause, kinds: list[Piece]) -> bool:
    head = Clause(_opening(clause), clause.text, clause.question)
    if clause.question or head.does("act", "count", "which", "who", "history"):
        return False
    if any(t.plural for p in clause.content for t in p.nouns() if t.entity == noun.key):
        return False
    before_colon = _head(clause)
    party = any(
        fields_to(noun, e, scene.vocabulary)
        for p in before_colon
        for e in p.entities()
        if e != "member"
    )
    ordered = (
        any(p.does("act", "create", "change") for p in before_colon) and kinds[0] in before_colon
    )
    day = next((p.day for p in before_colon if p.day), None)
    single = day is not None and day.start == day.end and _been(day.start, scene.today)
    listed = any(p.does("act", "list") and not p.does("stop") for p in head.content) and not ordered
    talked = any(p.sign and p.text == ":" for p in clause.pieces)
    talked = talked or (bool(_note(clause, kinds[0])) and kinds[0] in clause.content[:3])
    referred = clause.does("ana") and scene.focus() is not None
    if listed or kinds[0] not in before_colon:
        return False
    return ordered or ((party or referred) and (single or talked))


def _head(clause: Clause) -> list[Piece]:
    """Return the pieces before the note itself: up to the first colon, unless it comes at once."""
    colon = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text == ":"), None)
    at_once = colon == 1
    return [p for p in (clause.pieces if at_once else clause.pieces[:colon]) if not p.sign]


def _opening(clause: Clause) -> list[Piece]:
    """Return the pieces before anything is told: up to the first comma or colon."""
    cut = next((n for n, p in enumerate(clause.pieces) if p.sign and p.text in ",:"), None)
    return clause.pieces[:cut]


def _logged(scene: Scene, noun: NounInfo, clause: Clause, kind: Piece) -> Call:
    word = kind.words(noun.key)[0]
    values: Json = {word.key: word.value}
    summary = _note(clause, kind)
    head = _head(clause) if _at_once(clause) else _until(clause, summary)
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
    text = next(f for f in noun.fields.values() if f.free_text and f.writable)
    if summary:
        values[text.key] = summary
    complete(scene, noun, values)
    return Call(scene.tool("create", noun.key), values)


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
    if any(p.isdigit() for p in piece.plain) and _been(day, scene.today):
        return day.replace(year=day.year - 1)
    return day


def _note(clause: Clause, kind: Piece) -> str:
    """Return the note: what stands after the colon, else after the first comma behind the party."""
    pieces, offset = clause.pieces, clause.pieces[0].start
    for mark in (":", ","):
        for n, piece in enumerate(pieces):
            ready = any(p is kind or p.names for p in pieces[:n]) or piece.text == ":"
            if piece.sign and piece.text == mark and ready and n + 1 < len(pieces):
                return clause.text[pieces[n + 1].start - offset :].strip(" .;")
    named = next((n for n, p in enumerate(pieces) if p.names), len(pieces))
    about = next((p for p in pieces[named:] if p.plain in _ABOUT), None)
    if about is not None and about is not pieces[-1]:
        return clause.text[about.start - offset :].strip(" .;")
    return ""


def _at_once(clause: Clause) -> bool:
    return len(clause.pieces) > 1 and clause.pieces[1].sign and clause.pieces[1].text == ":"


def _until(clause: Clause, note: str) -> list[Piece]:
    if not note:
        return clause.content
    end = clause.pieces[0].start + clause.text.rfind(note)
    return [p for p in clause.content if p.end <= end]
