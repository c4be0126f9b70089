"""Finding the passages a question is about: several searches, one order.

By words in the question's own language, by its concepts in the others, by the codes and articles it
names, by the questions asked before that it is like, and by vector. What holds on the day asked
about is found, nothing else; a place that stands in several languages is one hit, given in the
reader's own when there is such a text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import LOCALES
from db.queries import passages
from db.queries.passages import At, Scored, Weighing
from knowledge import precedent
from knowledge.embedding import Embedder
from knowledge.found import Found
from knowledge.fusing import fused
from knowledge.precedent import Likeness
from knowledge.question import Question, Weights

_PER_LIST = 30


@dataclass(frozen=True)
class Tuning:
    """What each search counts; measured on the tuning half of the questions, tests/questions.

    `most` is how many places are wanted; `hidden` leaves out what stands in a language, to see what
    the others alone find.
    """

    most: int = 6
    own: float = 1.0
    other: float = 0.6
    refs: float = 0.5
    asked: float = 0.8
    dense: float = 0.5
    k: int = 5
    hidden: str | None = None
    weights: Weights = field(default_factory=Weights)
    weighing: Weighing = field(default_factory=Weighing)


@dataclass(frozen=True)
class Hits:
    """What a search found.

    Attributes:
        found: best first, each place once.
        lists: how many passages each search listed, for the record of the answer.
        best: the highest BM25 score of the question's own words, per language.
    """

    found: list[Found]
    lists: dict[str, int]
    best: dict[str, float]


async def search(
    session: AsyncSession,
    question: Question,
    as_of: date,
    embedder: Embedder | None,
    tuning: Tuning | None = None,
    like: Likeness | None = None,
) -> Hits:
    """Return the passages a question is about, best first.

    Args:
        session: the unit of work; its member's rules hide what they may not see.
        question: what is asked.
        as_of: the day whose rules are asked about.
        embedder: what made the stored vectors; None: search without them.
        tuning: what each search counts, and how many places are wanted.
        like: what the question is like; found by default.
    """
    how = tuning or Tuning()
    per_list = _PER_LIST if how.hidden is None else len(LOCALES) * _PER_LIST
    said = question.said(how.weights)
    words = await passages.by_words(session, said, as_of, per_list, how.weighing)
    lists: dict[str, Scored] = {f"words:{lang}": found for lang, found in words.items()}
    lists["refs"] = await passages.by_reference(session, question.refs, as_of, per_list)
    if how.asked:
        places = (like or precedent.shipped().like(question)).places(_PER_LIST)
        lists["asked"] = await passages.by_place(session, places, question.lang, as_of)
    if embedder is not None:
        (vector,) = await embedder.embed([question.text])
        lists["dense"] = await passages.by_vector(session, embedder.name, vector, as_of, per_list)
    at = await passages.places(session, _ids(lists.values()))
    order = fused(
        {
            name: [at[n].place for n, _ in found if n in at and at[n].lang != how.hidden]
            for name, found in lists.items()
        },
        _weights(lists, question, how),
        how.k,
    )
    chosen = await _in_language(session, order[: how.most], at.values(), question.lang)
    best = {lang: found[0][1] for lang, found in words.items() if found}
    return Hits(chosen, {name: len(found) for name, found in lists.items()}, best)


def _ids(lists: Iterable[Scored]) -> list[int]:
    return list(dict.fromkeys(n for found in lists for n, _ in found))


def _weights(lists: Iterable[str], question: Question, how: Tuning) -> dict[str, float]:
    own = f"words:{question.lang}"
    named = {own: how.own, "refs": how.refs, "asked": how.asked, "dense": how.dense}
    return {name: named.get(name, how.other) for name in lists}


async def _in_language(
    session: AsyncSession,
    order: Sequence[tuple[passages.Place, float]],
    at: Iterable[At],
    lang: str,
) -> list[Found]:
    """Return one passage per place, in the reader's language where there is one."""
    by_place: dict[passages.Place, At] = {}
    for one in at:
        if one.place not in by_place or one.lang == lang:
            by_place[one.place] = one
    wanted = [by_place[place] for place, _ in order]
    others = await passages.same_places(session, [one.id for one in wanted if one.lang != lang])
    ids = [others.get(one.id, {}).get(lang, one.id) for one in wanted]
    rows = await passages.read(session, ids)
    return [
        Found(**rows[n], score=score) for n, (_, score) in zip(ids, order, strict=True) if n in rows
    ]
