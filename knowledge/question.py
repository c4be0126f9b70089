"""A question as it is searched: its words in its own language, its concepts in the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from db.enums import LOCALES, Locale
from db.queries.passages import Said
from knowledge.idle import is_idle
from knowledge.refs import references
from knowledge.terms import Term, parts_of, said_in, terms

# What finding a word counts, against a word the member said in the passage's own language.
_PART = 0.6  # of a compound
_SYNONYM = 0.5  # another word for the same concept
_TRANSLATED = 0.9
_CARRIED = 0.5  # a word no glossary knows, as it stands: names and codes are the same everywhere


def in_parts(term: Term) -> list[Term]:
    """Return the terms of the parts of a German compound nobody listed, else the term itself."""
    parts = parts_of(term.words[0]) if term.lang == "de" and not term.concepts else ()
    return [found for part in parts for found in terms(part, "de")] or [term]


@dataclass(frozen=True)
class Question:
    """What is asked, and in which language."""

    text: str
    lang: Locale

    @cached_property
    def terms(self) -> list[Term]:
        """Its words with the concepts they stand for."""
        return terms(self.text, self.lang)

    @cached_property
    def whole_terms(self) -> list[Term]:
        """Its terms; of a German compound nobody listed, those of its parts."""
        return [part for term in self.terms for part in in_parts(term)]

    @cached_property
    def concepts(self) -> list[str]:
        """Every concept it may speak of, its compounds' parts included."""
        return list(dict.fromkeys(key for term in self.whole_terms for key in term.concepts))

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """The codes, articles, acts and days it names, in one normal form."""
        return tuple(references(self.text))

    def _parts(self) -> Iterator[str]:
        if self.lang == "de":
            for term in self.terms:
                if not term.concepts:
                    yield from parts_of(term.words[0])

    def said(self, weights: "Weights") -> list[Said]:
        """Return what to look for, per language."""
        return [s for lang in LOCALES for s in self._said(lang, weights) if s.words]

    def _said(self, lang: Locale, weights: "Weights") -> Iterator[Said]:
        own = lang == self.lang
        synonyms = " ".join(t for key in self.concepts for t in said_in(key, lang))
        if own:
            yield Said(lang, self.text, 1.0)
            yield Said(lang, synonyms, weights.synonym)
            yield Said(lang, " ".join(self._parts()), weights.part)
        else:
            yield Said(lang, synonyms, weights.translated)
            yield Said(lang, " ".join(self._carried(lang)), weights.carried)

    def _carried(self, lang: Locale) -> Iterator[str]:
        """Return the words that may be the same in another language: names, codes, loan words."""
        for term in self.terms:
            if term.lang == lang or not term.concepts:
                yield from (w for w in term.words if not is_idle(w, self.lang))


@dataclass(frozen=True)
class Weights:
    """What finding a word counts, beside 1 for a word said in the passage's own language."""

    part: float = _PART
    synonym: float = _SYNONYM
    translated: float = _TRANSLATED
    carried: float = _CARRIED
