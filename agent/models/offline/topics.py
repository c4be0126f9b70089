"""Requests that say what a reading tool is about: "Bestand", "still free", "sin fijar".

The tool declares the words; the records, days and groups said beside them fill its arguments.
It is meant only when nothing else of weight is said: what it cannot take in is not left out.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin

from agent.models.offline.dating import year_of
from agent.models.offline.months import LETTERS, holds_months, month_code
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene
from agent.models.offline.specials import kind_of
from agent.models.offline.text import stem, words_of
from db.enums import Locale
from tools.spec import AnyTool, Effect
from tools.spoken_of import parts_of

Json = dict[str, Any]
_YEARS = range(1990, 2101)
_WRITES = ("create", "retire", "change", "raise", "lower", "clear", "undo", "history", "evidence")
_AMOUNTS = {"integer", "decimal"}
COMPARES = ("lt", "gt", "lte", "gte", "is_not")
MEASURES = {"kg", "lb", "bag"}
_DELIVERY = re.compile(rf"[{LETTERS}]\d{{1,2}}", re.IGNORECASE)


def by_topic(scene: Scene, clause: Clause) -> Call | None:
    """Return the call of the reading tool whose topic a clause names, and nothing besides."""
    if clause.does("act", *_WRITES) or clause.does("compose") or clause.does("agg"):
        return None
    for tool, said in told_tools(scene, clause, Effect.READ):
        call = _filled(scene, clause, tool, said)
        if call is not None:
            return call
    return None


def told_tools(scene: Scene, clause: Clause, effect: Effect) -> Iterator[tuple[AnyTool, set[int]]]:
    """Yield the tools whose topic is said, the longest wording first, and the pieces it takes."""
    pieces = enumerate(clause.content)
    words = [(stem(w), n) for n, p in pieces if not p.names for w in p.plain.split()]
    found: list[tuple[int, AnyTool, set[int]]] = []
    for tool in scene.vocabulary.tools.values():
        if tool.topic is None or tool.effect is not effect:
            continue
        for phrase in _phrases(tool, scene.locale):
            for at in range(len(words) - len(phrase) + 1):
                here = words[at : at + len(phrase)]
                if tuple(w for w, _ in here) == phrase:
                    found.append((len(phrase), tool, {n for _, n in here}))
    for _, tool, said in sorted(found, key=lambda f: -f[0]):
        yield tool, said


@cache
def _phrases(tool: AnyTool, locale: Locale) -> tuple[tuple[str, ...], ...]:
    names = tool.topic.all(locale) if tool.topic else []
    return tuple(tuple(stem(w) for w in words_of(n)) for n in names)


def _filled(scene: Scene, clause: Clause, tool: AnyTool, said: set[int]) -> Call | None:
    """Return the call with all the clause says; None when something is left, or lacking."""
    arguments: Json = {}
    rest = [p for n, p in enumerate(clause.content) if n not in said]
    rest = [p for p in rest if not _valued(scene, tool, p, arguments)]
    rest = [p for p in rest if not _grouped(tool, p, arguments)]
    if not all(_light(scene, tool, p) or (arguments and _common(p)) for p in rest):
        return None
    fields = tool.args.model_fields
    lacking = [k for k, f in fields.items() if f.is_required() and k not in arguments]
    for key in lacking:
        focus = scene.focus()
        if focus is None or focus[0] != key:
            return None
        arguments[key] = focus[1]
    return Call(tool.name, arguments)


def _valued(scene: Scene, tool: AnyTool, piece: Piece, arguments: Json) -> bool:
    """Whether a piece is the value of an argument nothing was said for yet."""
    for key, info in tool.args.model_fields.items():
        if key in arguments:
            continue
        value = _value(scene, key, kind_of(info.annotation), piece)
        if value is not None:
            arguments[key] = value
            return True
    return False


def _value(scene: Scene, key: str, kind: Any, piece: Piece) -> Any:
    noun = scene.vocabulary.nouns.get(key)
    if noun is not None:
        kinds = {key, *(p.key for p in parts_of(noun.entity))}
        named = {(n.entity, n.id): n.title for n in piece.names if n.entity in kinds}
        return next(iter(named.values())) if len(named) == 1 else None
    if kind is date:
        return _day(scene, piece)
    if kind is int:
        return _year(piece)
    return _month(scene, key, piece) if kind is str else None


def _day(scene: Scene, piece: Piece) -> str | None:
    """Return the day a piece is; without a year, the nearest of its name: nothing is written."""
    read = piece.day
    if read is None or read.start is None or read.start != read.end:
        return None
    days = [read.start] if read.certain else [read.start, *read.alternatives]
    return min(days, key=lambda d: abs(d - scene.today)).isoformat()


def _year(piece: Piece) -> int | None:
    said = year_of(piece)
    if said is not None or piece.number is None:
        return said
    return int(piece.number.value) if piece.number.value in _YEARS else None


def _month(scene: Scene, key: str, piece: Piece) -> str | None:
    """Return a delivery month as exchanges write it, for an argument called like such a field."""
    fields = [n.fields[key] for n in scene.vocabulary.nouns.values() if key in n.fields]
    if not any(map(holds_months, fields)):
        return None
    if _DELIVERY.fullmatch(piece.text):
        return piece.text.upper()
    first, last = (piece.day.start, piece.day.end) if piece.day else (None, None)
    if first is None or last is None or first == last:
        return None
    return month_code(first) if (first.year, first.month) == (last.year, last.month) else None


def _grouped(tool: AnyTool, piece: Piece, arguments: Json) -> bool:
    """Whether a piece says by what the answer is grouped: a noun or field the tool groups by."""
    info = tool.args.model_fields.get("by")
    kind = info.annotation if info else None
    options = get_args(kind) if get_origin(kind) is Literal else ()
    meant = {t.entity for t in piece.nouns()}
    meant |= {t.key for t in piece.terms if t.kind == "field"}
    for option in options:
        if option in meant and not piece.names and "by" not in arguments:
            arguments["by"] = option
            return True
    return False


def _common(piece: Piece) -> bool:
    """Whether a piece may go unread beside a record: a common word, or only fields' names."""
    plain = bool(piece.terms) and all(t.kind == "field" for t in piece.terms)
    return piece.idle or (plain and not (piece.names or piece.day or piece.number))


def _light(scene: Scene, tool: AnyTool, piece: Piece) -> bool:
    """Whether a piece adds nothing: a common word, an amount's name, "how many"."""
    if piece.names or piece.day or piece.number or piece.quote or piece.values:
        return False
    if any(t.value not in MEASURES for t in piece.words_any()):
        return False
    if piece.does("has", "not") or piece.does("op", *COMPARES) or piece.does("only"):
        return False
    if piece.terms:
        fields = [scene.noun(t.entity).fields[t.key] for t in piece.terms if t.kind == "field"]
        own = bool(piece.fields(tool.noun))
        return not piece.nouns() and (own or all(f.kind in _AMOUNTS for f in fields))
    return bool(piece.senses)
