"""Tools of their own: matched by their verb or by the example requests they declare."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from agent.models.offline.lexicon import lexicon
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Call, Clause, Scene
from agent.models.offline.text import stem, words_of
from db.enums import Locale
from tools.spec import AnyTool, Effect
from tools.spoken_of import parts_of

Json = dict[str, Any]
_SLOT = re.compile(r"\{(\w+)\}")
_SHORTEST = 4
_COVERED = 0.6


def about_record(scene: Scene, clause: Clause, tool: AnyTool) -> Call | None:
    """Return a call of a tool that takes noun, record and perhaps field (history, evidence).

    Raises:
        Unclear: the record is not certain.
    """
    named = [p for p in clause.content if p.names]
    if named:
        mentioned = {t.entity for p in clause.content for t in p.nouns()}
        piece = min(named, key=lambda p: (not p.entities() & mentioned, p.entities() == {"member"}))
        fits = [n for n in piece.names if n.entity in mentioned] or list(piece.names)
        record = scene.one(fits, piece.text)
        entity, title = record.entity, record.title
    else:
        focus = scene.focus()
        if focus is None:
            raise scene.ask("which_record", noun="…")
        entity, title = focus
    arguments: Json = {"noun": entity, "record": title}
    field = field_asked(scene, clause, entity)
    if field and "field" in tool.args.model_fields:
        arguments["field"] = field
    return Call(tool.name, arguments)


def field_asked(scene: Scene, clause: Clause, entity: str) -> str | None:
    """Return the field of a noun a clause speaks of, by its name or by one of its words."""
    noun = scene.noun(entity)
    for piece in clause.content:
        terms = [t for t in piece.fields(entity) if not noun.fields[t.key].free_text]
        if terms and not piece.names:
            return min(terms, key=lambda t: not t.shown).key
    for piece in clause.content:
        if piece.words(entity) and not piece.nouns():
            return piece.words(entity)[0].key
    return None


def by_heart(scene: Scene, pieces: Sequence[Piece], words: str) -> Call | None:
    """Return the call of a reading tool when a message is one of its examples word for word.

    Only examples without places to fill; word for word but for endings, greetings and "please".
    """
    said = _telling(words_of(words), scene.locale)
    if not said or any(p.names or p.quote for p in pieces):
        return None
    for tool in scene.vocabulary.specials:
        needs = any(f.is_required() for f in tool.args.model_fields.values())
        if tool.effect is not Effect.READ or needs:
            continue
        for template in getattr(tool.examples, scene.locale):
            literal = "{" not in template
            if literal and _telling(words_of(template), scene.locale) == said:
                return Call(tool.name, {})
    return None


def _telling(words: Iterable[str], locale: Locale) -> list[str]:
    known = lexicon(locale).phrases
    polite = {"filler", "polite", "talk"}
    return [
        stem(w) for w in words if not any({s.role, s.value} & polite for s in known.get((w,), ()))
    ]


def by_example(scene: Scene, clause: Clause) -> Call | None:
    """Return the call of a reading tool one of whose examples the clause follows."""
    best: tuple[float, Call] | None = None
    for tool in scene.vocabulary.specials:
        if tool.effect is not Effect.READ or tool.verb in {"lookup", "find_tools", "help"}:
            continue
        for template in getattr(tool.examples, scene.locale):
            score = _likeness(template, clause, scene.locale)
            if score and (best is None or score > best[0]):
                call = _filled(scene, clause, tool)
                best = (score, call) if call else best
    return best[1] if best else None


def _likeness(template: str, clause: Clause, locale: Locale) -> float:
    """Return how well a clause follows an example: all its telling words, little besides."""
    literal = words_of(_SLOT.sub(" ", template))
    telling = {stem(w) for w in literal if len(w) >= _SHORTEST and not _idle(w, locale)}
    if not telling or all(_idle(w, locale, "act") for w in literal if len(w) >= _SHORTEST):
        return 0.0  # "what" alone tells nothing
    said = [stem(w) for p in clause.content for w in p.plain.split() if not p.names and not p.day]
    said = [w for w in said if not _idle(w, locale)]
    if not telling <= set(said):
        return 0.0
    covered = sum(w in {stem(x) for x in literal} for w in said) / max(1, len(said))
    return len(telling) * covered if covered >= _COVERED else 0.0


def _idle(word: str, locale: Locale, *roles: str) -> bool:
    senses = lexicon(locale).phrases.get((word,), ())
    return any(s.role in {"stop", *roles} for s in senses)


def _filled(scene: Scene, clause: Clause, tool: AnyTool) -> Call | None:
    """Return a call with the arguments the clause holds, None when a needed one is missing."""
    fields = {key: kind_of(info.annotation) for key, info in tool.args.model_fields.items()}
    if {"noun", "record"} <= set(fields):
        return about_record(scene, clause, tool) if any(p.names for p in clause.content) else None
    arguments: Json = {}
    for key, kind in fields.items():
        value = _argument(scene, key, kind, clause)
        if value is not None:
            arguments[key] = value
        elif tool.args.model_fields[key].is_required():
            return None
    if _unused(scene, fields, arguments, clause):
        return None  # "how much of PE-24-017 on Monday" is not answered by how much of all today
    return Call(tool.name, arguments)


def _unused(scene: Scene, fields: Mapping[str, Any], arguments: Json, clause: Clause) -> bool:
    """Whether a clause says a record, day or place that a tool about such leaves out."""
    places = [k for k in fields if k in scene.vocabulary.nouns]
    named = [p.names for p in clause.content if p.names]
    fits = (any(_fits(scene, k, n.entity) for k in places for n in names) for names in named)
    lost = bool(places) and not all(fits)
    dated = bool(places) or date in fields.values()
    day = any(p.day for p in clause.content) and not any(fields[k] is date for k in arguments)
    said = any(p.values and not p.names for p in clause.content)
    return lost or (dated and day) or (bool(places) and said)


def kind_of(annotation: Any) -> Any:
    """Return the type of an argument, without `| None` and what is noted beside it."""
    if get_origin(annotation) is list:
        return annotation
    options = [a for a in get_args(annotation) if a is not type(None)]
    kind = options[0] if options and get_origin(annotation) is not Annotated else annotation
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _argument(scene: Scene, key: str, kind: Any, clause: Clause) -> Any:
    if kind is bool:
        return True if key == "mine" and clause.does("own", "mine", "me") else None
    if kind is int:
        number: Piece | None = next((p for p in clause.content if p.number), None)
        return int(number.number.value) if number and number.number else None
    if kind is date:
        days = [p.day for p in clause.content if p.day]
        single = len(days) == 1 and days[0].certain and days[0].start == days[0].end
        return days[0].start.isoformat() if single and days[0].start else None
    named = [n for p in clause.content for n in p.names if _fits(scene, key, n.entity)]
    return named[0].title if kind is str and named else None


def _fits(scene: Scene, key: str, entity: str) -> bool:
    """Whether a record may fill an argument: one called like a noun takes that noun's, or parts."""
    if key not in scene.vocabulary.nouns:
        return True
    return entity == key or entity in {p.key for p in parts_of(scene.noun(key).entity)}
