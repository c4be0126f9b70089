"""Vectors of our own, made without any download: concepts of the glossary and pieces of words.

A text becomes counts of the concepts its words stand for (the same in every language) and of its
letter groups of three to five (the same for spellings, endings and cognates); both are reduced to
a few dimensions, fitted on the passages there are. Fitting needs scikit-learn; using does not.
"""

import io
import itertools
import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from knowledge.words import folded_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[Any]

# What a text is about, as keys that mean the same in every language.
Concepts = Callable[[str], Iterable[str]]
DIMENSIONS = 128
_BUCKETS = 1 << 13
_GROUPS = (3, 4, 5)
_CONCEPT_WEIGHT = 3.0  # a concept tells more than one of the letter groups of its word
_SEED = 11


class EmbedderUnavailable(Exception):  # noqa: N818 - a state of the world, as in db.session
    """An embedding model elsewhere does not answer; our own vectors still do."""


class Embedder(Protocol):
    """Turns texts into vectors; whoever made them must also read the question."""

    @property
    def name(self) -> str:
        """Return what its vectors are stored under."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text, all of one length."""
        ...


@lru_cache(maxsize=50_000)
def _buckets(word: str) -> tuple[int, ...]:
    """Return the bucket of each letter group of a word, its edges marked."""
    edged = f"<{word}>"
    groups = (edged[i : i + n] for n in _GROUPS for i in range(max(1, len(edged) - n + 1)))
    return tuple(zlib.crc32(group.encode()) % _BUCKETS for group in groups)


def _counts(text: str, concepts: Concepts, place: dict[str, int]) -> Counter[int]:
    """Return how often each feature stands in a text, by its number."""
    counts: Counter[int] = Counter(
        itertools.chain.from_iterable(_buckets(word) for word in folded_words(text))
    )
    counts.update(_BUCKETS + place[key] for key in concepts(text) if key in place)
    return counts


def _features(text: str, concepts: Concepts, place: dict[str, int]) -> Iterator[tuple[int, float]]:
    """Return the features of a text with their weight before rarity; counts grow slowly."""
    for feature, count in _counts(text, concepts, place).items():
        weight = 1 + math.log(count)
        yield feature, weight * (_CONCEPT_WEIGHT if feature >= _BUCKETS else 1.0)


@dataclass(frozen=True)
class OwnEmbedding:
    """The fitted reduction.

    Attributes:
        concepts: what finds the concepts of a text.
        keys: every concept there is, in the order of their features.
        rarity: weight of each feature, the rarer the higher.
        axes: features × dimensions.
    """

    concepts: Concepts
    keys: tuple[str, ...]
    rarity: "Vector"
    axes: "Vector"

    @property
    def name(self) -> str:
        """Return a name that changes whenever the vectors would."""
        return self._name

    @cached_property
    def _name(self) -> str:
        mark = zlib.crc32(self.axes.tobytes(), zlib.crc32("\n".join(self.keys).encode()))
        return f"own-{self.axes.shape[1]}-{mark:08x}"

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: n for n, key in enumerate(self.keys)}

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of length one per text; one of zeros for a text without a word."""
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> list[float]:
        """Return the vector of one text."""
        import numpy as np

        found = list(_features(text, self.concepts, self._place))
        if not found:
            return [0.0] * int(self.axes.shape[1])
        at = np.fromiter((f for f, _ in found), dtype=np.int64)
        weights = np.fromiter((w for _, w in found), dtype=np.float32) * self.rarity[at]
        reduced = (weights / np.linalg.norm(weights)) @ self.axes[at].astype(np.float32)
        length = float(np.linalg.norm(reduced)) or 1.0
        return [float(x) / length for x in reduced]

    def stored(self) -> bytes:
        """Return the fitted reduction as bytes."""
        import numpy as np

        out = io.BytesIO()
        keys = np.array(self.keys, dtype=np.str_)
        np.savez_compressed(out, keys=keys, rarity=self.rarity, axes=self.axes)
        return out.getvalue()

    @classmethod
    def from_stored(cls, stored: bytes, concepts: Concepts) -> "OwnEmbedding":
        """Return a reduction kept by `stored`."""
        import numpy as np

        with np.load(io.BytesIO(stored), allow_pickle=False) as kept:
            return cls(concepts, tuple(kept["keys"].tolist()), kept["rarity"], kept["axes"])


def fit(
    texts: Sequence[str],
    concepts: Concepts,
    keys: Sequence[str],
    dimensions: int = DIMENSIONS,
) -> OwnEmbedding:
    """Fit the reduction on texts.

    Args:
        texts: the passages, all languages together; and whatever says one thing in all of them.
        concepts: what finds the concepts of a text.
        keys: every concept there is.
        dimensions: of the vectors; fewer when there are too few texts for them.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD

    place = {key: n for n, key in enumerate(keys)}
    width = _BUCKETS + len(place)
    rows = [list(_features(text, concepts, place)) for text in texts]
    counted = Counter(f for row in rows for f, _ in row)
    rarity = np.full(width, 1 + math.log(1 + len(rows)), dtype=np.float32)
    for feature, count in counted.items():
        rarity[feature] = 1 + math.log((1 + len(rows)) / (1 + count))
    at = np.array([f for row in rows for f, _ in row], dtype=np.int64)
    weights = np.array([w for row in rows for _, w in row], dtype=np.float32) * rarity[at]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    matrix: Any = csr_matrix((weights, at, ends), shape=(len(rows), width))
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    matrix = csr_matrix(matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))
    fewer = max(2, min(dimensions, len(rows) - 1))
    reduced: Any = TruncatedSVD(fewer, random_state=_SEED).fit(matrix)
    axes = np.ascontiguousarray(reduced.components_.T.astype(np.float16))
    return OwnEmbedding(concepts, tuple(keys), rarity, axes)
