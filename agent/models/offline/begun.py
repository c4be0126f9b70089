"""Orders that begin like an example a noun declares for its records, but go on in their own way.

"Reserve 10 bags of PE-24-017 for elbgold" begins like "Reserve {bags} bags of {lot} …": it orders
that record and nothing else, so what is missing is asked, and what is read is shown first.
"""

import re
from dataclasses import replace
from typing import Any

from agent.models.offline.creates import complete
from agent.models.offline.lexicon import lexicon
from agent.models.offline.openings import texted
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene
from agent.models.offline.text import words_of
from agent.models.offline.values import values_of
from agent.models.offline.vocabulary import NounInfo
from db.enums import LOCALES, Locale

_SLOT = re.compile(r"\{\w+\}")
Words = tuple[str, ...]
Json = dict[str, Any]


def begun_calls(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the creation a clause begins like an example of, None when it does not.

    Raises:
        Unclear: something a new record needs is missing, or a word is not understood.
    """
    if clause.question:
        return None
    for noun, opening in _openings(scene):
        begin = _polite(clause)
        said = clause.content[begin:]
        if (
            tuple(w for p in said[: len(opening)] for w in words_of(p.text))[: len(opening)]
            != opening
        ):
            continue
        rest = [p for p in clause.pieces if p not in said[: len(opening)]]
        values, rest = _day(noun, rest)
        told = replace(clause, pieces=rest)
        made = values_of(scene, noun, told, set(), fresh=True)
        if made.left:
            raise scene.ask("unknown_part", text=made.left[0].text, noun=noun.label(scene.locale))
        values |= made.values
        complete(scene, noun, values)
        return [Call(scene.tool("create", noun.key), values, implied=True)]
    return None


def _day(noun: NounInfo, pieces: list[Piece]) -> tuple[Json, list[Piece]]:
    """Return the one day a record cannot be without, if just one is said, and the other pieces."""
    needed = noun.tools["create"].args.model_fields
    dates = [k for k, f in needed.items() if f.is_required() and noun.fields[k].is_date]
    said = [p for p in pieces if p.day and len({p.day.start, p.day.end} - {None}) == 1]
    if len(dates) != 1 or len(said) != 1 or said[0].day is None:
        return {}, pieces
    day = said[0].day.end or said[0].day.start
    return {dates[0]: str(day)}, [p for p in pieces if p is not said[0]]


def _polite(clause: Clause) -> int:
    """Return how many pieces of a clause come before what it orders: please, could you."""
    content = clause.content
    return next((n for n, p in enumerate(content) if not (p.does("polite") or p.does("talk"))), 0)


def _openings(scene: Scene) -> list[tuple[NounInfo, Words]]:
    """Return the words by which own examples begin, of nouns that are meant only when named."""
    told = {n.key for n in texted(scene)}
    nouns = [n for n in scene.vocabulary.nouns.values() if n.entity.apart and n.key not in told]
    nouns = [n for n in nouns if "create" in n.tools]
    found = [
        (noun, words)
        for noun in nouns
        for locale in LOCALES
        for words in _first_words(noun, locale)
    ]
    return sorted(found, key=lambda f: -len(f[1]))


def _first_words(noun: NounInfo, locale: Locale) -> list[Words]:
    tool = noun.tools["create"]
    examples = [
        e for e in getattr(tool.examples, locale) if set(_keys(e)) <= set(tool.args.model_fields)
    ]
    heads = {words_of(_SLOT.split(e)[0]) for e in examples}
    return [h for h in heads if h and not all(_usual(w, locale) for w in h)]


def _keys(example: str) -> list[str]:
    return [k.strip("{}") for k in _SLOT.findall(example)]


def _usual(word: str, locale: Locale) -> bool:
    """Whether a word is a verb of many orders, which tells nothing of this one: add, leg … an."""
    known = lexicon(locale)
    senses = [*known.phrases.get((word,), ()), *known.formed(word)]
    return bool(known.opens(word)) or any(s.role in {"act", "stop"} for s in senses)
