"""Whether a text speaks of what a question's word stands for."""

from dataclasses import dataclass
from functools import lru_cache

from knowledge.terms import Term, concepts_of, stem
from knowledge.words import folded_words

_SHORTEST_PART = 5  # letters


@dataclass(frozen=True)
class Read:
    """A text as it is looked into: its concepts, the stems of its words, its words."""

    concepts: frozenset[str]
    stems: frozenset[str]
    words: frozenset[str]

    def says(self, term: Term) -> bool:
        """Whether it says a term, in its words or in others for the same."""
        if self.concepts & set(term.concepts):
            return True
        return all(stem(w, term.lang) in self.stems for w in term.words)

    def holds(self, term: Term) -> bool:
        """The same, also as a part of a German word: Steuer in Umsatzsteuer."""
        return self.says(term) or (term.lang == "de" and self._has_part(term.words[-1]))

    def _has_part(self, word: str) -> bool:
        return len(word) >= _SHORTEST_PART and any(
            w.startswith(word) or w.endswith(word) for w in self.words
        )


@lru_cache(maxsize=4_000)
def read(text: str, lang: str) -> Read:
    """Return a text read once."""
    words = folded_words(text)
    stems = frozenset(stem(w, lang) for w in words)
    return Read(frozenset(concepts_of(text)), stems, frozenset(words))
