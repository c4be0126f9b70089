"""Records by what a table calls them: read once per noun, found exactly or not at all.

A person in a conversation is met half-way; ten thousand cells are not: a name that only resembles
a record is a row's problem, with the nearest names beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from tools import references
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import AmbiguousRecord, UnknownRecord
from tools.folding import folded, squeezed
from tools.references import telling

_ME = frozenset(("me", "ich", "mir", "yo", "mi", "mich"))
_NEAR = 60
_CHOICES = 3
_BLOCK = 500  # names compared with all others at once


@dataclass(frozen=True)
class Missing:
    """A record that is named and not there, to be created first."""

    noun: str
    title: str


class KnownRecords:
    """Resolves cells to record numbers, one query per noun.

    Args:
        ctx: the running call; only records its member may see are found.
        create: nouns whose missing records may be created.
    """

    def __init__(self, ctx: ToolContext, create: Iterable[str] = ()) -> None:
        self.ctx, self.create = ctx, frozenset(create)
        self.missing: dict[tuple[str, str], Missing] = {}
        self._nouns: dict[str, _Names] = {}
        self._asked: dict[tuple[str, str], int | Missing] = {}

    async def load(self, noun: str) -> None:
        """Read the names of a noun's records, unless they are read already."""
        if noun not in self._nouns:
            known = await references.known_names(self.ctx.session, [entity_named(noun)])
            self._nouns[noun] = _Names([(k.title, k.id) for k in known])

    def titles(self, noun: str) -> list[str]:
        """Return every name of a noun's records, further names included; it must be loaded."""
        return self._nouns[noun].titles

    async def find(self, noun: str, text: str) -> int | Missing:
        """Return the number of the record a cell names, or that it is to be created.

        Raises:
            ToolError: none is called that, or several are.
        """
        place = (noun, folded(text))
        if place not in self._asked:
            self._asked[place] = await self._find(noun, text)
        return self._asked[place]

    async def _find(self, noun: str, text: str) -> int | Missing:
        if noun == "member" and folded(text) in _ME:
            return self.ctx.asker.id
        entity = entity_named(noun)
        if "#" in text:  # a record's own number tells twins apart
            return await references.identify(self.ctx, entity, text)
        await self.load(noun)
        names = self._nouns[noun]
        hits = names.called(text)
        if len(hits) > 1:
            raise AmbiguousRecord(
                entity.noun.said, text[:80], [f"{text[:60]} (#{i})" for i in hits]
            )
        if hits:
            return hits[0]
        if noun in self.create:
            return self.missing.setdefault(
                (noun, folded(text)), Missing(noun, " ".join(text.split()))
            )
        raise UnknownRecord(entity.noun.said, text[:80], names.near(text))


class _Names:
    """Every name of a noun's records, by the ways one may be written."""

    def __init__(self, known: Sequence[tuple[str, int]]) -> None:
        self.titles = [title for title, _ in known]
        self._ways: tuple[dict[object, set[int]], ...] = ({}, {}, {})
        for title, number in known:
            for way, key in zip(self._ways, _keys(title), strict=True):
                if key:
                    way.setdefault(key, set()).add(number)

    def called(self, text: str) -> list[int]:
        """Return the records called that: as written, without signs, by the telling words."""
        for way, key in zip(self._ways, _keys(text), strict=True):
            if key and key in way:
                return sorted(way[key])
        return []

    def near(self, text: str) -> list[str]:
        """Return the names most like a text, best first."""
        found = process.extract(
            text, self.titles, scorer=fuzz.WRatio, processor=utils.default_process,
            limit=_CHOICES, score_cutoff=_NEAR,
        )  # fmt: skip
        return list(dict.fromkeys(name for name, _, _ in found))


def _keys(text: str) -> tuple[object, object, object]:
    return folded(text), squeezed(text), telling(text)


def titles_alike(one: Sequence[str], other: Sequence[str], least: int) -> list[tuple[int, int]]:
    """Return the pairs of names that may be the same, as positions in both lists.

    Names with digits are codes: a code that differs by one is another one.
    """
    if not one or not other:
        return []
    pairs = set(_same_words(one, other))
    mine = [(i, folded(n)) for i, n in enumerate(one) if not any(c.isdigit() for c in n)]
    theirs = [(i, folded(n)) for i, n in enumerate(other) if not any(c.isdigit() for c in n)]
    for begin in range(0, len(mine), _BLOCK):
        block = mine[begin : begin + _BLOCK]
        scores = process.cdist(
            [n for _, n in block], [n for _, n in theirs], scorer=fuzz.ratio, score_cutoff=least
        )
        pairs |= {(block[r][0], theirs[c][0]) for r, c in zip(*scores.nonzero(), strict=True)}
    return sorted(pairs)


def _same_words(one: Sequence[str], other: Sequence[str]) -> Iterable[tuple[int, int]]:
    by_words: dict[frozenset[str], list[int]] = {}
    for at, name in enumerate(other):
        by_words.setdefault(telling(name), []).append(at)
    for at, name in enumerate(one):
        words = telling(name)
        if words and not any(c.isdigit() for c in name):
            yield from ((at, hit) for hit in by_words.get(words, ()))
