"""Which tools a model is offered this turn: a fixed core and those the request is about.

Matching uses the tools' own declarations (names of nouns and verbs in three languages), so a new
tool is offered without an edit here. The rest is one `find_tools` call away.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from db.enums import LOCALES
from tools.approval import plain
from tools.catalog import Catalog
from tools.context import Asker
from tools.spec import AnyTool, Examples

Json = dict[str, Any]
TOKEN_BUDGET = 3_000
# Among the tools of a noun, how likely each is what is wanted.
_LIKELY = {
    "find": 1.5, "summarize": 1.4, "show": 1.5, "lookup": 1.5, "history": 1.3,
    "change": 1.2, "create": 0.6, "retire": 0.3,
}  # fmt: skip
_ASKED, _BEFORE = 200.0, 40.0
_TOPIC, _HEARD = 16.0, 30.0
_LONG = 4  # letters; shorter words carry no topic
_RARE = 4  # tools
_CODE = re.compile(r" [a-z]{1,4} ?\d{2,} |[a-z]+\d{4,}|[a-z]{2} \d{2} \d{3}")


def select_tools(
    catalog: Catalog,
    asker: Asker,
    words: str,
    recent: Sequence[str],
    asked: Sequence[str],
    before: Sequence[str] = (),
) -> list[AnyTool]:
    """Return the tools to offer, by name, within the token budget.

    Args:
        catalog: all tools.
        asker: whose role decides what may be offered.
        words: the member's message.
        recent: names of tools used lately in the conversation, newest last.
        asked: names `find_tools` returned in this turn, and tools called in it: always offered,
            since what was found, or refused for its arguments, is what is needed next.
        before: names offered earlier in this turn: offered again while there is room.
    """
    allowed = catalog.for_role(asker)
    said = f" {plain(words)} "
    known = {catalog.tools[r].noun for r in recent if r in catalog.tools}
    nouns = {n: _noun_score(n, catalog, said, known) for n in {t.noun for t in allowed}}
    rare = _rare(catalog).intersection(said.split())
    scores = {t.name: _score(t, nouns[t.noun], rare, t.name in recent) for t in allowed}
    for tool in allowed:
        scores[tool.name] += _ASKED if tool.name in asked else 0.0
        scores[tool.name] += _BEFORE if tool.name in before else 0.0
        scores[tool.name] += _told(tool, said, words)
    ranked = sorted(allowed, key=lambda t: -scores[t.name])
    chosen: list[AnyTool] = []
    left = TOKEN_BUDGET
    for tool in ranked:
        cost = catalog.tokens(tool)
        if scores[tool.name] > 0 and cost <= left:
            chosen.append(tool)
            left -= cost
    return sorted(chosen, key=lambda t: t.name)


def _told(tool: AnyTool, said: str, words: str) -> float:
    """Return how plainly a message says what the tool is about, in any language."""
    score = _TOPIC if any(topic in said for topic in _topics(tool)) else 0.0
    if tool.hears and any(tool.hears.speaks(words, lo) for lo in LOCALES):
        score += _HEARD
    return score


@cache
def _topics(tool: AnyTool) -> tuple[str, ...]:
    names = [n for lo in LOCALES for n in tool.topic.all(lo)] if tool.topic else []
    return tuple(f" {plain(n)} " for n in names)


def _score(tool: AnyTool, noun: float, rare: frozenset[str], was_used: bool) -> float:
    """Return how likely a tool is wanted.

    Args:
        tool: the tool.
        noun: how likely its noun is meant.
        rare: words of the message that stand in few tools' examples.
        was_used: lately, in this conversation.
    """
    score = 100.0 if tool.core else 0.0
    score += 6.0 if was_used else 0.0
    score += noun
    score += min(6.0, 2.0 * len(rare & _example_words(tool))) if rare else 0.0
    return score + (_LIKELY.get(tool.verb, 0.0) if score else 0.0)


def _noun_score(noun: str, catalog: Catalog, said: str, known: set[str]) -> float:
    entity = catalog.find_entity(noun)
    if entity is None:
        return 0.0
    whole, stem, told = _patterns(catalog, entity.key)
    if whole.search(said):
        return 20.0
    if stem.search(said):
        return 12.0  # a stem, for inflections and compounds
    if _CODE.search(said) and entity.title in {"code", "number"}:
        return 8.0  # a code names records of the nouns that have codes
    if told.search(said):
        return 7.0
    return 5.0 if entity.key in known else 0.0


def _example_words(tool: AnyTool) -> frozenset[str]:
    return _words_of(tool.examples)


@cache
def _words_of(declared: Examples) -> frozenset[str]:
    examples = [e for lo in LOCALES for e in getattr(declared, lo)]
    return frozenset(w for e in examples for w in plain(e).split() if len(w) > _LONG)


@cache
def _patterns(catalog: Catalog, key: str) -> tuple[re.Pattern[str], ...]:
    """Return how a message names a noun, holds a stem of its name, or begins what is told of it."""
    entity = catalog.entities[key]
    called = {plain(n) for lo in LOCALES for n in (*entity.noun.all(lo), *entity.nouns.all(lo))}
    told = [n for f in entity.fields for lo in LOCALES for n in f.names.all(lo)]
    words = [w for f in entity.fields for w in entity.words(f) or ()]
    told += [n for w in words for lo in LOCALES for n in w.names(lo)]
    return (
        _any_of(called, " {} "),
        _any_of({n[:5] for n in called if len(n) >= _LONG}, "{}"),
        _any_of({plain(n) for n in told if len(n) > _LONG}, " {}"),
    )


def _any_of(texts: set[str], place: str) -> re.Pattern[str]:
    """Return a pattern for any of some texts at a place; for none of them, one that never fits."""
    one = "|".join(re.escape(t) for t in sorted(texts))
    return re.compile(place.format(f"(?:{one})") if texts else r"(?!)")


@cache
def _rare(catalog: Catalog) -> frozenset[str]:
    """Return the words that stand in few tools' examples: one of many tells nothing."""
    spread = Counter(w for t in catalog.tools.values() for w in _example_words(t))
    return frozenset(w for w, tools in spread.items() if tools <= _RARE)
