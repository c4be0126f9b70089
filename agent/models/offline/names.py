"""Recognising known records in a message: full names, parts, codes, typos, missing accents."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.models.offline.text import Token, undigraph, words_of
from tools.references import KnownName

_MIN_PART = 4  # letters of a word that can stand for a whole name
_WINDOW = 4  # tokens a code may be split into: PE - 24 - 017
_CODED = 3  # parts of a code, and figures of its last one
_MAX_NAME_WORDS = 9


@dataclass(frozen=True)
class Hit:
    """A stretch of tokens that names records; several when it fits several.

    Attributes:
        start, end: token places, end exclusive.
        names: the records, same score each.
        whole: every word of the name was said, or its code.
        typo: some word was recognised despite a typo.
    """

    start: int
    end: int
    names: tuple[KnownName, ...]
    whole: bool
    typo: bool = False


@dataclass
class NameIndex:
    """Known names by their words and codes."""

    names: Sequence[KnownName]
    words: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    by_word: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    by_code: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    heads: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def of(cls, names: Sequence[KnownName]) -> "NameIndex":
        """Return an index, the same one for the same names."""
        return _index(tuple(names))

    def weight(self, word: str) -> float:
        """Return how much a word tells: rare ones much, ones of many names little."""
        return math.log(1 + len(self.names) / (1 + len(self.by_word.get(word, ()))))

    def similar(self, word: str) -> list[str]:
        """Return name words a misspelt or shortened word may mean, the nearest only."""
        allowed = 1 if len(word) < 7 else 2  # noqa: PLR2004 - one slip in a word, two in a long one
        pool = [w for head in _heads(word) for w in self.heads.get(head, ())]
        near = process.extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=4)
        if near:
            best = min(distance for _, distance, _ in near)
            return list(dict.fromkeys(w for w, distance, _ in near if distance == best))
        if len(word) < _MIN_PART + 1:
            return []
        return list(dict.fromkeys(w for w in pool if w.startswith(word)))


def _heads(word: str) -> tuple[str, ...]:
    return (word[:1],) if len(word) < 6 else (word[:1], f"~{word[1:2]}")  # noqa: PLR2004 - the first letter of a long word may be the slip


@lru_cache(maxsize=4)
def _index(names: tuple[KnownName, ...]) -> NameIndex:
    index = NameIndex(names)
    by_word: dict[str, list[int]] = defaultdict(list)
    by_code: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        words = _title_words(name.title)
        index.words.append(words)
        for word in dict.fromkeys(words):
            by_word[word].append(number)
            if undigraph(word) != word:
                by_word[undigraph(word)].append(number)
        for code in _codes(words):
            by_code[code].append(number)
        if len(words) == _CODED and words[0].isalpha() and "".join(words[1:]).isdigit():
            by_code[f"-{''.join(words[1:])}"].append(number)  # 26-008 for PE-26-008
    index.by_word, index.by_code = dict(by_word), dict(by_code)
    heads: dict[str, list[str]] = defaultdict(list)
    for word in by_word:
        if len(word) >= _MIN_PART and not any(c.isdigit() for c in word):
            heads[word[:1]].append(word)
            heads[f"~{word[1:2]}"].append(word)
    index.heads = dict(heads)
    return index


def _codes(words: Sequence[str]) -> set[str]:
    """Return a name without blanks, and without leading zeros when it holds figures."""
    return {"".join(words), "|".join(w.lstrip("0") if w.isdigit() else w for w in words)}


@lru_cache(maxsize=20_000)
def _title_words(title: str) -> tuple[str, ...]:
    return words_of(title)[:_MAX_NAME_WORDS]


Explained = Callable[[Token], int]  # 0 a known word, 1 or 2 one with slips, more: unknown
UNEXPLAINED = 9


def find_names(tokens: Sequence[Token], index: NameIndex, explained: Explained) -> list[Hit]:
    """Return the records a message names, left to right, not overlapping.

    Args:
        tokens: the message.
        index: the known names.
        explained: how well a token is explained as an ordinary word; such a word alone does not
            name a record, it must come with the rest of the name.
    """
    finder = _Finder(tokens, index, explained)
    hits: list[Hit] = []
    place = 0
    while place < len(tokens):
        hit = finder.at(place)
        if hit is not None:
            hits.append(hit)
        place = hit.end if hit else place + 1
    return hits


class _Finder:
    def __init__(self, tokens: Sequence[Token], index: NameIndex, explained: Explained) -> None:
        self.tokens, self.index = tokens, index
        self.known = [explained(t) if t.is_word else 0 for t in tokens]
        self.meant = [self._meant(n) for n in range(len(tokens))]

    def _meant(self, place: int) -> tuple[str, ...]:
        """Return the name words a token stands for: itself, or what it misspells."""
        token = self.tokens[place]
        if not token.is_word:
            return ()
        exact = [w for w in (token.plain, undigraph(token.plain)) if w in self.index.by_word]
        short = len(token.plain) < _MIN_PART + (not token.text[:1].isupper())  # a duck is no Dyck
        if exact or short or token.has_digit or self.known[place] <= 1:
            return tuple(exact)
        return tuple(self.index.similar(token.plain))

    def at(self, place: int) -> Hit | None:
        """Return the best hit starting at a token."""
        return self._code(place) or self._words(place)

    def _code(self, place: int) -> Hit | None:
        """Find a name written as a code or without blanks; the longest stretch wins."""
        best: Hit | None = None
        words: list[str] = []
        dashed = False
        for end in range(place, min(len(self.tokens), place + 2 * _WINDOW)):
            token = self.tokens[end]
            if token.is_word:
                words.append(token.plain)
            elif end == place or token.plain not in "-/.&+":
                break
            else:
                dashed = dashed or token.plain == "-"
                continue  # a full stop behind a code ends a sentence
            found = self._by_code(words) or (self._by_tail(words) if dashed else ())
            if found and (len(words) > 1 or self._alone(place)):
                best = Hit(place, end + 1, found, whole=True)
        return best

    def _by_code(self, words: Sequence[str]) -> tuple[KnownName, ...]:
        numbers = [n for code in _codes(words) for n in self.index.by_code.get(code, ())]
        return tuple(self.index.names[n] for n in dict.fromkeys(numbers))

    def _by_tail(self, words: Sequence[str]) -> tuple[KnownName, ...]:
        """Return the records whose code ends in two figures with a dash between: 26-008."""
        if len(words) != _CODED - 1 or not "".join(words).isdigit() or len(words[1]) < _CODED:
            return ()
        numbers = self.index.by_code.get(f"-{''.join(words)}", ())
        return tuple(self.index.names[n] for n in dict.fromkeys(numbers))

    def _alone(self, place: int) -> bool:
        """Whether a single word may stand for a name: not when it is an ordinary word."""
        return self.known[place] > 0 or self.tokens[place].has_digit

    def _words(self, place: int) -> Hit | None:
        """Find a name by its words, some left out or misspelt."""
        candidates = {n for w in self.meant[place] for n in self.index.by_word[w]}
        scored = [(n, *self._reach(place, n)) for n in candidates]
        good = [s for s in scored if s[4]]
        if not good:
            return None
        best = max(good, key=lambda s: (s[2], s[3]))
        same = [s for s in good if (s[2], s[3], s[1]) == (best[2], best[3], best[1])]
        names = tuple(self.index.names[s[0]] for s in same)
        typo = any(
            self.tokens[p].plain not in self.index.by_word
            for p in range(place, best[1])
            if self.meant[p]
        )
        return Hit(place, best[1], names, whole=best[3] >= 1, typo=typo)

    def _reach(self, place: int, number: int) -> tuple[int, float, float, bool]:
        """Return how far a name reaches from a token: end, weight, share said, acceptable."""
        wanted = set(self.index.words[number])
        said: set[str] = set()
        telling = False
        end, gap, weight = place, 0, 0.0
        for p in range(place, min(len(self.tokens), place + 2 * _MAX_NAME_WORDS)):
            hit = next((w for w in self.meant[p] if self._in(w, wanted) and w not in said), None)
            if hit is None:
                gap += 1
                if gap > 1 or (self.tokens[p].is_word and len(self.tokens[p].plain) > 3):  # noqa: PLR2004 - "&", "y", "und" may stand between
                    break
                continue
            said.add(hit)
            weight += self.index.weight(hit)
            telling = telling or self._telling(p, hit) or self._paired(p, said)
            end, gap = p + 1, 0
        total = sum(self.index.weight(w) for w in wanted) or 1.0
        share = min(1.0, weight / total)
        return end, round(weight, 6), round(share, 6), telling or (share >= 1 and len(wanted) > 1)

    def _paired(self, place: int, said: set[str]) -> bool:
        """Whether "&" and capitals tie two ordinary words to one name: Sol & Café."""
        ends = self.tokens[max(0, place - 2) : place + 1]
        if len(said) < 2 or len(ends) < _CODED or ends[1].plain != "&":  # noqa: PLR2004 - two words
            return False
        if not (ends[0].text[:1].isupper() and ends[2].text[:1].isupper()):
            return False
        return len(set.intersection(*(set(self.index.by_word[w]) for w in said))) == 1

    def _in(self, word: str, wanted: set[str]) -> bool:
        return word in wanted or any(undigraph(w) == word for w in wanted)

    def _telling(self, place: int, word: str) -> bool:
        """Whether a word alone names a record: unknown otherwise, and in few names only."""
        if self.known[place] == 0 or len(word) < _MIN_PART:
            return False
        return len(self.index.by_word[word]) <= max(3, len(self.index.names) // 100)
