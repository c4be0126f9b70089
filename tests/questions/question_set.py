"""The questions and what a right answer to each is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from db.enums import LOCALES, Locale
from knowledge.figures import backed_by, figures
from knowledge.sentences import sentences
from knowledge.terms import concepts_of, stem
from knowledge.words import folded, folded_words

Place = tuple[str, str, str]
_FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 28)


@dataclass(frozen=True)
class Asked:
    """One question of the set.

    Attributes:
        as_of: the day it is asked about when its words do not say so.
        places: passages any one of which is right; empty for what the corpus does not hold.
        facts: what a right answer says; of a list within, any one.
        never: what it may not state as valid.
    """

    id: str
    half: str
    lang: Locale
    text: str
    kind: str
    topic: str
    as_of: date | None
    places: tuple[Place, ...]
    facts: tuple[Any, ...]
    never: tuple[str, ...]
    outcomes: frozenset[str]
    uncertain: bool


@cache
def questions() -> list[Asked]:
    """Return the whole set; whoever tunes looks at the half `tune` alone."""
    lines = [
        line
        for name in ("questions.jsonl", "more.jsonl")
        for line in (_FOLDER / name).read_text("utf8").splitlines()
    ]
    labels = _FOLDER / "places.jsonl"
    places = {
        label["id"]: label
        for line in (labels.read_text("utf8").splitlines() if labels.exists() else ())
        for label in [json.loads(line)]
    }
    return [_asked(json.loads(line), places) for line in lines]


def _asked(row: dict[str, Any], places: dict[str, Any]) -> Asked:
    expect, label = row["expect"], places.get(row["id"], {})
    right = [*label.get("places", []), *label.get("all_of", [])]
    return Asked(
        id=row["id"],
        half=row["half"],
        lang=row["lang"],
        text=row["question"],
        kind=row["kind"],
        topic=row["topic"],
        as_of=date.fromisoformat(row["as_of"]) if row["as_of"] else None,
        places=tuple((p[0], p[1], p[2]) for p in right),
        facts=tuple(expect["facts"]),
        never=tuple(expect["never"]),
        outcomes=frozenset([expect["outcome"], *expect.get("outcome_ok", [])]),
        uncertain=expect.get("uncertain") is True,
    )


def stands(fact: Any, text: str) -> bool:
    """Return whether a text says a fact, in whichever language and notation."""
    if isinstance(fact, list):
        return any(stands(one, text) for one in fact)
    wanted = figures(str(fact))
    if wanted:
        backed = backed_by(text)
        return all(figure.keys & backed for figure in wanted)
    return folded(str(fact)) in folded(text)


def all_stand(facts: Iterable[Any], text: str) -> bool:
    """Return whether a text says every fact."""
    return all(stands(fact, text) for fact in facts)


def is_told(fact: Any, text: str) -> bool:
    """Return whether a text says a fact in any inflection, or in the trade's other word for it.

    "Transported directly" is direct transport, "qualified electronic seal" an e-seal. Figures have
    to stand all the same.
    """
    if isinstance(fact, list):
        return any(is_told(one, text) for one in fact)
    if stands(fact, text):
        return True
    if figures(str(fact)):
        return False
    wanted = set(concepts_of(str(fact)))
    pieces = sentences(text)
    if wanted and any(wanted <= set(concepts_of(piece)) for piece in pieces):
        return True
    words = folded_words(str(fact))
    return any(
        {stem(w, lang) for w in words} <= {stem(w, lang) for w in folded_words(piece)}
        for lang in LOCALES
        for piece in pieces
    )


def all_told(facts: Iterable[Any], text: str) -> bool:
    """Return whether a text tells every fact."""
    return all(is_told(fact, text) for fact in facts)
