"""Questions asked before, and where the answer to each stands, or that it stands nowhere with us.

Colleagues ask in other words than rules are written in. What a question is like tells which passage
is meant, and what is near to our documents without being in them. `precedents/` holds them, written
by hand; `python -m tests.questions.learn` makes `index.npz` of them, so that no start reads all.
"""

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from db.enums import LOCALES, Locale
from db.queries.passages import Place
from knowledge import glossary_file
from knowledge.idle import is_idle
from knowledge.question import Question
from knowledge.terms import Term, stem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

COLUMNS = ("lang", "work", "version", "locator", "lacks", "question")
_IDLE = 0.3  # what a word counts that says little
_LOOKED_AT = 80
_NEIGHBOURS = 10
_NOWHERE = -1


@dataclass(frozen=True)
class Precedent:
    """One question asked before.

    Attributes:
        asker: whose words they are, as the file is called.
        place: where the answer stands; its version is empty when it stands nowhere, near that.
        lacks: what is asked for and not there; empty for one that is answered.
    """

    asker: str
    lang: Locale
    question: str
    place: Place
    lacks: str


@dataclass(frozen=True)
class Likeness:
    """How like a question is to those asked before, from 0 to 1.

    Attributes:
        answered: per place the questions it answers, most alike first.
        near: per work and locator the questions near it that nothing answers.
        share: of the most alike questions, the share that is answered.
        lacks: what the most alike unanswered question of the same language asked for.
    """

    answered: Mapping[Place, list[float]] = field(default_factory=dict[Place, list[float]])
    near: Mapping[tuple[str, str], list[float]] = field(
        default_factory=dict[tuple[str, str], list[float]]
    )
    share: float = 0.0
    lacks: str = ""

    @property
    def most(self) -> float:
        """The likeness of the most alike question that is answered."""
        return max((of[0] for of in self.answered.values()), default=0.0)

    @property
    def most_near(self) -> float:
        """The likeness of the most alike question that is not."""
        return max((of[0] for of in self.near.values()), default=0.0)

    def places(self, most: int) -> list[Place]:
        """Return the places whose questions are most alike, best first."""
        return sorted(self.answered, key=lambda place: -self.answered[place][0])[:most]

    def without(self, work: str, locator: str) -> "Likeness":
        """Return it as if nobody had ever asked about a passage: as it is for the team's own."""
        return Likeness(
            {p: of for p, of in self.answered.items() if (p[0], p[2]) != (work, locator)},
            {p: of for p, of in self.near.items() if p != (work, locator)},
            self.share,
            self.lacks,
        )


@dataclass(frozen=True)
class Precedents:
    """The questions asked before, as they are compared.

    Attributes:
        rarity: per key, what it counts; the rarer the more.
        ends: per key, where its rows end in `rows` and `weights`.
        place_of: per question, which of `places`; `_NOWHERE` for one that is not answered.
        near_of: per question, which of `nears`; of every one.
    """

    keys: tuple[str, ...]
    rarity: "Array"
    ends: "Array"
    rows: "Array"
    weights: "Array"
    places: tuple[Place, ...]
    place_of: "Array"
    nears: tuple[tuple[str, str], ...]
    near_of: "Array"
    askers: "Array"
    langs: "Array"
    lacks: tuple[str, ...]

    @cached_property
    def _at(self) -> dict[str, int]:
        return {key: n for n, key in enumerate(self.keys)}

    @cached_property
    def asked_about(self) -> frozenset[Place]:
        """Return the places somebody asked about."""
        return frozenset(self.places)

    def like(self, question: Question, *, without: str | None = None) -> Likeness:
        """Return what a question is like; `without` leaves out what one asker asked."""
        import numpy as np

        said = _counts(question)
        unknown = 1 + math.log(1 + len(self.lacks))
        at = {key: self._at.get(key) for key in said}
        worth = _of_length_one(
            {
                k: w * (unknown if (n := at[k]) is None else float(self.rarity[n]))
                for k, w in said.items()
            }
        )
        found = np.zeros(len(self.lacks), dtype=np.float32)
        for key, n in at.items():
            if n is not None:
                rows = slice(self.ends[n - 1] if n else 0, self.ends[n])
                found[self.rows[rows]] += self.weights[rows] * np.float32(worth[key])
        if without is not None:
            found[self.askers == without] = 0
        return self._likeness(found, question.lang)

    def _likeness(self, found: "Array", lang: Locale) -> Likeness:
        order = (-found).argsort(kind="stable")[:_LOOKED_AT].tolist()
        best = [n for n in order if found[n] > 0]
        answered: dict[Place, list[float]] = {}
        near: dict[tuple[str, str], list[float]] = {}
        lacks = ""
        for n in best:
            if self.place_of[n] != _NOWHERE:
                answered.setdefault(self.places[self.place_of[n]], []).append(float(found[n]))
            else:
                near.setdefault(self.nears[self.near_of[n]], []).append(float(found[n]))
                lacks = lacks or (self.lacks[n] if self.langs[n] == lang else "")
        first = best[:_NEIGHBOURS]
        total = sum(float(found[n]) for n in first)
        share = sum(float(found[n]) for n in first if self.place_of[n] != _NOWHERE)
        return Likeness(answered, near, share / total if total else 0.0, lacks)

    def stored(self) -> bytes:
        """Return them as bytes."""
        import numpy as np

        out = io.BytesIO()
        arrays: dict[str, Any] = {
            name: np.array(getattr(self, name)) for name in self.__dataclass_fields__
        }
        np.savez_compressed(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_stored(cls, stored: bytes) -> "Precedents":
        """Return what `stored` kept."""
        import numpy as np

        with np.load(io.BytesIO(stored), allow_pickle=False) as kept:
            given = {name: kept[name] for name in cls.__dataclass_fields__}
        given["keys"], given["lacks"] = (tuple(given[n].tolist()) for n in ("keys", "lacks"))
        given["places"], given["nears"] = (
            tuple(tuple(one) for one in given[n].tolist()) for n in ("places", "nears")
        )
        given["weights"] = given["weights"].astype(np.float32)
        return cls(**given)


def made(precedents: Sequence[Precedent]) -> Precedents:
    """Return questions made ready to be compared."""
    import numpy as np

    said = [_counts(Question(p.question, p.lang)) for p in precedents]
    standing = Counter(key for counts in said for key in counts)
    keys = sorted(standing)
    rarity = [1 + math.log((1 + len(said)) / (1 + standing[key])) for key in keys]
    at = {key: n for n, key in enumerate(keys)}
    postings: list[list[tuple[int, float]]] = [[] for _ in keys]
    for row, counts in enumerate(said):
        worth = _of_length_one({key: w * rarity[at[key]] for key, w in counts.items()})
        for key, w in worth.items():
            postings[at[key]].append((row, w))
    places = sorted({p.place for p in precedents if not p.lacks})
    nears = sorted({(p.place[0], p.place[2]) for p in precedents})
    place_at, near_at = ({one: n for n, one in enumerate(of)} for of in (places, nears))
    return Precedents(
        keys=tuple(keys),
        rarity=np.array(rarity, dtype=np.float32),
        ends=np.cumsum([len(of) for of in postings], dtype=np.int64),
        rows=np.array([row for of in postings for row, _ in of], dtype=np.int32),
        weights=np.array([w for of in postings for _, w in of], dtype=np.float16),
        places=tuple(places),
        place_of=np.array([_NOWHERE if p.lacks else place_at[p.place] for p in precedents]),
        nears=tuple(nears),
        near_of=np.array([near_at[p.place[0], p.place[2]] for p in precedents]),
        askers=np.array([p.asker for p in precedents]),
        langs=np.array([p.lang for p in precedents]),
        lacks=tuple(p.lacks for p in precedents),
    )


def _of_length_one(worth: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(w * w for w in worth.values())) or 1.0
    return {key: w / length for key, w in worth.items()}


def keys_of(term: Term) -> list[str]:
    """Return what a term is the same by in every language: its concepts, else its stems."""
    if term.concepts:
        return list(term.concepts)
    return [f"{term.lang}:{' '.join(stem(w, term.lang) for w in term.words)}"]


def says_little(term: Term, lang: Locale) -> bool:
    """Whether a term is a word no question turns on."""
    return len(term.words) == 1 and not term.concepts and is_idle(term.words[0], lang)


def _counts(question: Question) -> Counter[str]:
    counts: Counter[str] = Counter()
    for term in question.whole_terms:
        worth = _IDLE if says_little(term, question.lang) else 1.0
        for key in keys_of(term):
            counts[key] += worth  # type: ignore[assignment] - a Counter adds up any numbers
    return counts


def written() -> list[Precedent]:
    """Return every question of `precedents/`, by asker."""
    folder = resources.files("knowledge").joinpath("precedents")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".tsv"))
    return [p for name in names for p in _read(name)]


def _read(name: str) -> Iterable[Precedent]:
    for row in glossary_file.table(name, COLUMNS, folder="precedents"):
        lang: Locale = row["lang"]  # type: ignore[assignment] - looked at in the next line
        if lang not in LOCALES or (row["version"] == "") == (row["lacks"] == ""):
            raise glossary_file.GlossaryError(
                f"{name}: {row}: needs a language, and version or lack"
            )
        place = (row["work"], row["version"], row["locator"])
        yield Precedent(name.removesuffix(".tsv"), lang, row["question"], place, row["lacks"])


@cache
def shipped() -> Precedents:
    """Return the index that ships."""
    folder = resources.files("knowledge").joinpath("precedents")
    return Precedents.from_stored(folder.joinpath("index.npz").read_bytes())
