"""The words of a question as the trade knows them: which concepts they stand for, in any language.

A term is found by the stems of its words, the longest first; a German compound nobody listed is cut
into words that are known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import snowballstemmer
from rapidfuzz import fuzz, process

from db.enums import LOCALES, Locale
from knowledge import glossary_file
from knowledge.idle import is_idle
from knowledge.words import folded, folded_words

_STEMMERS = {"de": "german", "en": "english", "es": "spanish"}
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_SHORTEST_PART = 3
_ABBREVIATION = 3
_SHORTEST_SLIP = 7  # letters; in a shorter word one wrong letter is another word
_LIKE = 86.0


@cache
def _stemmer(lang: Locale) -> Any:
    return snowballstemmer.stemmer(_STEMMERS[lang])


@lru_cache(maxsize=50_000)
def stem(word: str, lang: Locale) -> str:
    """Return the stem of a folded word; the same for question, glossary and passage.

    A stem that keeps less than half says something else: "Sicherheit" would be "sich".
    """
    found = folded(_stemmer(lang).stemWord(word))
    return found if 2 * len(found) >= len(word) else word


@dataclass(frozen=True)
class _Index:
    """The concepts of every term of a language by its stems; how long terms are that begin so."""

    concepts: dict[tuple[str, ...], tuple[str, ...]]
    longest: dict[str, int]


@cache
def _index(lang: Locale) -> _Index:
    index = _Index({}, {})
    for concept, term in _called(lang):
        key = _key(folded_words(term), lang)
        index.concepts[key] = tuple(dict.fromkeys((*index.concepts.get(key, ()), concept)))
        index.longest[key[0]] = max(len(key), index.longest.get(key[0], 0))
    return index


def _called(lang: Locale) -> Iterator[tuple[str, str]]:
    """Return every concept with each thing it is called in a language, also in passing."""
    for concept in glossary_file.shipped().concepts.values():
        yield from ((concept.key, term) for term in concept.terms[lang])
    for key, terms_of in glossary_file.colloquial().items():
        yield from ((key, term) for term in terms_of[lang])


def _key(words: Sequence[str], lang: Locale) -> tuple[str, ...]:
    """Return words as they are looked up: stems, but short words and abbreviations as they are."""
    return tuple(w if len(w) <= _ABBREVIATION else stem(w, lang) for w in words)


@cache
def _known_parts() -> dict[str, str]:
    """Return every word a German compound may be cut into: folded form → as it is searched."""
    parts = {p: p for found in glossary_file.compounds().values() for p in map(folded, found)}
    for key in _index("de").concepts:
        if len(key) == 1:
            parts.setdefault(key[0], key[0])
    return {p: w for p, w in parts.items() if len(p) >= _SHORTEST_PART}


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of a German compound, folded; nothing when it is none we know."""
    listed = glossary_file.compounds().get(word)
    if listed:
        return tuple(folded(p) for p in listed)
    return next(_cut(word), ())


def _cut(word: str) -> Iterator[tuple[str, ...]]:
    """Cut a word into known ones, the longest first part first."""
    known = _known_parts()
    for end in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        head = word[:end]
        cut = (head.removesuffix(x) for x in _LINKS if head.endswith(x))
        first = next((word for word in cut if word in known), None)
        if first is None:
            continue
        rest = word[end:]
        if rest in known or stem(rest, "de") in known:
            yield first, rest
        yield from ((first, *more) for more in _cut(rest))


@dataclass(frozen=True)
class Term:
    """A stretch of words and the concepts it may stand for; none: words the glossary lacks."""

    words: tuple[str, ...]
    concepts: tuple[str, ...]
    lang: Locale


def terms(text: str, lang: Locale, *, mend: bool = True) -> list[Term]:
    """Return the words of a text with their concepts, as the language says them.

    What a language does not know may be a word of another: abbreviations and loan words are. A
    word nobody knows may be a slip of a known one, unless `mend` is off.
    """
    others: list[Locale] = [lo for lo in LOCALES if lo != lang]
    found = _terms(folded_words(text), [lang, *others])
    return [t if t.concepts or not mend else _mended(t, [lang, *others]) for t in found]


def _mended(term: Term, languages: Sequence[Locale]) -> Term:
    """Return a term whose one word is a slip of a known one: "Kafeesteuer", "defferal"."""
    (word,) = term.words
    if len(word) < _SHORTEST_SLIP or is_idle(word, languages[0]) or parts_of(word):
        return term
    for lang in languages:
        known = _words(lang)
        alike = [w for w in known if w[0] == word[0] and abs(len(w) - len(word)) <= 1]
        near = process.extractOne(word, alike, scorer=fuzz.ratio, score_cutoff=_LIKE)
        if near is not None:
            return Term(term.words, known[near[0]], lang)
    return term


@cache
def _words(lang: Locale) -> dict[str, tuple[str, ...]]:
    """Return the concepts of every long word that is a term of its own in a language."""
    found: dict[str, tuple[str, ...]] = {}
    for concept, term in _called(lang):
        words = folded_words(term)
        if len(words) == 1 and len(words[0]) >= _SHORTEST_SLIP:
            found[words[0]] = tuple(dict.fromkeys((*found.get(words[0], ()), concept)))
    return found


def _terms(words: Sequence[str], languages: Sequence[Locale]) -> Iterator[Term]:
    at = 0
    while at < len(words):
        idle = is_idle(words[at], languages[0])
        found = (_longest(words, at, lang) for lang in (languages[:1] if idle else languages))
        term = next((t for t in found if t), Term((words[at],), (), languages[0]))
        yield term
        at += len(term.words)


def _longest(words: Sequence[str], at: int, lang: Locale) -> Term | None:
    index = _index(lang)
    (first,) = _key(words[at : at + 1], lang)
    stems = _key(words[at : at + index.longest.get(first, 0)], lang)
    for length in range(len(stems), 0, -1):
        concepts = index.concepts.get(stems[:length])
        if concepts:
            return Term(tuple(words[at : at + length]), concepts, lang)
    return None


def concepts_of(text: str) -> list[str]:
    """Return the concepts a text speaks of, whichever of our languages it is in."""
    words = folded_words(text)
    return [key for lang in LOCALES for term in _terms(words, (lang,)) for key in term.concepts]


@lru_cache(maxsize=2_000)
def said_in(concept: str, lang: Locale) -> tuple[str, ...]:
    """Return the terms of a concept in a language."""
    return glossary_file.shipped().concepts[concept].terms[lang]
