"""Several ranked lists become one: by rank, each list with the weight it has earned.

Scores of different searches do not compare, ranks do (Cormack, Clarke and Büttcher, SIGIR 2009:
reciprocal rank fusion, k = 60).
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

_K = 60
Key = TypeVar("Key", bound=Hashable)


def fused(
    lists: Mapping[str, Sequence[Key]], weights: Mapping[str, float], k: int = _K
) -> list[tuple[Key, float]]:
    """Return everything listed, best first, with its score.

    Lists called alike before a colon ("words:de", "words:es") are one search in several languages:
    the best word counts, or what stands in one language alone would be behind what stands in three.

    Args:
        lists: per search what it found, best first.
        weights: per search what its word counts; a search without a weight counts nothing.
        k: the higher, the less it matters how high something stands in a list.
    """
    best: dict[tuple[Key, str], float] = {}
    for name, found in lists.items():
        kind, weight = name.partition(":")[0], weights.get(name, 0.0)
        for rank, key in enumerate(dict.fromkeys(found) if weight > 0 else ()):
            score = weight / (k + rank + 1)
            best[key, kind] = max(score, best.get((key, kind), 0.0))
    scores: dict[Key, float] = {}
    for (key, _), score in best.items():
        scores[key] = scores.get(key, 0.0) + score
    return sorted(scores.items(), key=lambda one: -one[1])
