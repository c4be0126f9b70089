"""How many of the listed rows share a value: counting what is shown is allowed."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from agent.grounding.figure import Figure
from agent.grounding.plain import folded
from agent.grounding.sources import Known
from agent.grounding.vocabulary import nouns, unit_word
from db import enums
from db.enums import LOCALES, Word

_ENDINGS = 3


def count_source(figure: Figure, value: int, known: Known, sentence: str) -> str | None:
    """Return which list has `value` rows with something the sentence names, None when none has.

    Three washed lots: three rows whose process is washed, and the sentence says washed. Also
    the number of different values (from two cooperatives), the best three, and row 3.
    """
    noun = figure.unit.base if figure.unit else None
    if figure.marks & {"chosen", "position"} and noun in {None, "entry"} | set(nouns()):
        return next((rows.ref for rows in known.lists if value <= len(rows.rows)), None)
    said = _said(sentence)
    for listed in known.lists:
        if value > len(listed.rows):
            continue
        counts = listed.counts
        if noun not in {None, "entry", listed.noun}:
            if any(n == value for n in _different(counts, str(noun))):
                return listed.ref
            continue
        if any(n == value and is_named(v, said) for _, v, n in _entries(counts)):
            return listed.ref
    return None


@lru_cache(maxsize=4)
def _said(sentence: str) -> str:
    return folded(sentence)


def _entries(counts: dict[str, Counter[str]]) -> Iterator[tuple[str, str, int]]:
    for key, counter in counts.items():
        for value, n in counter.items():
            yield key, value, n


def _different(counts: dict[str, Counter[str]], noun: str) -> Iterator[int]:
    for key, counter in counts.items():
        if unit_word(key.rsplit("_", 1)[-1], "noun") == noun:
            yield len(counter)


def is_named(value: str, said: str) -> bool:
    """Whether a folded sentence names a value, by any of its names in our languages."""
    return any(pattern.search(said) for pattern in _patterns(value))


@cache
def _patterns(value: str) -> list[re.Pattern[str]]:
    names = {value, value.replace("_", " "), *_labels().get(value, ())}
    return [
        re.compile(rf"(?<!\w){re.escape(folded(n))}\w{{0,{_ENDINGS}}}(?!\w)") for n in names if n
    ]


@cache
def _labels() -> dict[str, tuple[str, ...]]:
    """Return every name of every word of the trade, by its stored value."""
    found: dict[str, tuple[str, ...]] = {}
    vocabularies = [v for v in vars(enums).values() if isinstance(v, type) and issubclass(v, Word)]
    for words in vocabularies:
        for word in words:
            names = tuple(n for locale in LOCALES for n in word.names(locale) if len(n) > 1)
            found[str(word)] = found.get(str(word), ()) + names
    return found
