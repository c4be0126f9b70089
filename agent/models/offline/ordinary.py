"""Ordinary words: which there are, and which one a slip was meant for."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.models.offline.lexicon import all_lexicons, lexicon, real_words
from agent.models.offline.text import stem, words_of
from agent.models.offline.vocabulary import Vocabulary
from db.enums import Locale

_FIXABLE = 4  # letters a word needs before a slip in it is mended


class Words:
    """Every ordinary word there is: of the trade in three languages, of one language otherwise."""

    def __init__(self, vocabulary: Vocabulary, locale: Locale) -> None:
        self._trade = {p[0] for p in vocabulary.phrases if len(p) == 1}
        parts = {w for p in vocabulary.phrases for w in p}
        told = [n for t in vocabulary.tools.values() if t.topic for n in t.topic.all(locale)]
        parts |= {w for name in told for w in words_of(name)}
        mine = lexicon(locale)
        parts |= {w for p in mine.phrases for w in p}
        parts |= {
            w for p, lasts in mine.gapped.items() for w in (*p, *(x for q, _ in lasts for x in q))
        }
        self._all = parts | {
            w for lex in all_lexicons().values() for p in lex.phrases for w in p if len(p) == 1
        }
        self._fixes = sorted(
            w for w in parts if len(w) >= _FIXABLE and not any(c.isdigit() for c in w)
        )
        stems = vocabulary.stems.items()
        self._stems = {s for s, terms in stems if any(t.locale == locale for t in terms)}
        self._near: dict[str, tuple[str, int] | None] = dict.fromkeys(real_words(locale))

    @classmethod
    def of(cls, vocabulary: Vocabulary, locale: Locale) -> "Words":
        """Return the words for a vocabulary and language, made once."""
        key = (id(vocabulary), locale)
        if key not in _WORDS:
            _WORDS[key] = (vocabulary, cls(vocabulary, locale))
        return _WORDS[key][1]

    def exactly(self, word: str) -> bool:
        """Whether a folded word is one of them as it stands."""
        return word in self._all

    def has(self, word: str) -> bool:
        """Whether a folded word is one of them, endings aside."""
        return word in self._all or (stem(word),) in self._stems

    def trade(self, word: str) -> bool:
        """Whether a word, perhaps with a joining s or n, is one of the trade."""
        return word in self._trade or (word[-1:] in "sn" and word[:-1] in self._trade)

    def nearest(self, word: str) -> tuple[str, int] | None:
        """Return the only ordinary word a slip may have been meant for, and how far it is."""
        if len(word) < _FIXABLE or any(c.isdigit() for c in word):
            return None
        if word not in self._near:
            self._near[word] = self._search(word)
        return self._near[word]

    def _search(self, word: str) -> tuple[str, int] | None:
        allowed = 1 if len(word) < 8 else 2  # noqa: PLR2004 - one slip in a word, two in a long one
        near = process.extract(
            word, self._fixes, scorer=OSA.distance, score_cutoff=allowed, limit=3
        )
        near = [n for n in near if n[0][0] == word[0] or len(word) > 5]  # noqa: PLR2004 - short words are alike by chance
        return (near[0][0], int(near[0][1])) if near else None


_WORDS: dict[tuple[int, str], tuple[Vocabulary, Words]] = {}
