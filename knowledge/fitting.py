"""How well a passage found fits the question, part by part; what a search by rank cannot see."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Locale
from db.queries import passages
from knowledge.found import Found
from knowledge.idle import is_idle
from knowledge.outside import Facet, facets, missing
from knowledge.question import Question
from knowledge.refs import references
from knowledge.spoken import read
from knowledge.subjects import named, unspoken
from knowledge.terms import Term, concepts_of, stem
from knowledge.words import folded

_CAPITALS = re.compile(r"(?<![\w-])[A-Z]{3,6}(?![\w.-])")
_SAID_ANYWHERE = frozenset(
    [
        "PDF",
        "ASAP",
        "FYI",
        "CEO",
        "CFO",
        "BTW",
        "URL",
        "XLS",
        "CSV",
        "OMG",
        "TIA",
        "WTF",
        "IMHO",
        "FAQ",
        "AKA",
    ]
)
_PASSAGES = 180.0  # about how many there are in a language; only ratios matter
_UNKNOWN = 0.6  # what a word nobody knows counts: it may be a name, a slip or the matter itself


@dataclass(frozen=True)
class Fit:
    """A passage with what speaks for it.

    Attributes:
        rank: its score in the search, the best one being 1.
        covered: share of what the question says that the passage speaks of, rare words first.
        titled: the same of its title and of the questions it was written for.
        refs: share of the codes and articles named that it names.
        missing: what it would have to name.
        likely: how likely it is the answer, from 0 to 1, once that is judged.
    """

    passage: Found
    rank: float
    covered: float
    titled: float
    refs: float
    missing: list[Facet]
    likely: float = 0.0


async def fits(session: AsyncSession, question: Question, found: Sequence[Found]) -> list[Fit]:
    """Return passages found with how well they fit, in the order found."""
    terms = question.whole_terms
    said = [t for t in terms if not is_idle(t.words[0], question.lang) or len(t.words) > 1]
    weights = await _weights(session, said, question.lang)
    wanted, subjects = facets(question.text, question.lang), named(terms)
    best = max((f.score for f in found), default=1.0) or 1.0
    return [
        Fit(
            passage=f,
            rank=f.score / best,
            covered=_covered(said, weights, f"{f.heading} {f.context} {f.body}", f.lang),
            titled=_covered(said, weights, f"{_title(f)} {f.context}", f.lang),
            refs=_shared(question.refs, f),
            missing=[
                *missing(wanted, f),
                *unspoken(subjects, f),
                *unnamed(question, f),
            ],
        )
        for f in found
    ]


def unnamed(question: Question, found: Found) -> list[Facet]:
    """Return the abbreviations a question names and a passage does not speak of: LUCID, AEO."""
    named = [w for w in _CAPITALS.findall(question.text) if w not in _SAID_ANYWHERE]
    if not named or question.text.isupper():
        return []
    text = read(f"{found.heading} {found.context} {found.body}", found.lang)
    return [
        Facet("name", word, {"de": word, "en": word, "es": word})
        for word in dict.fromkeys(named)
        if not text.concepts & set(concepts_of(word))
        and stem(folded(word), "en") not in text.stems
        and folded(word) not in text.stems
    ]


def _title(found: Found) -> str:
    return found.heading.rpartition("›")[2] or found.heading


async def _weights(session: AsyncSession, said: Sequence[Term], lang: Locale) -> list[float]:
    rare = await passages.rarity(session, lang, [w for t in said for w in t.words])
    return [_weight(t, max((rare.get(w, 0) for w in t.words), default=0)) for t in said]


def _weight(term: Term, count: int) -> float:
    if count == 0 and not term.concepts:
        return _UNKNOWN * math.log(_PASSAGES)
    return math.log(1 + _PASSAGES / (count + 1.0))


def _covered(said: Sequence[Term], weights: Sequence[float], text: str, lang: str) -> float:
    looked_into, total = read(text, lang), sum(weights)
    if not total:
        return 0.0
    spoken = (w for t, w in zip(said, weights, strict=True) if looked_into.says(t))
    return sum(spoken) / total


def _shared(refs: Sequence[str], found: Found) -> float:
    if not refs:
        return 0.0
    named = set(references(f"{found.heading} {found.body}"))
    return sum(r in named for r in refs) / len(refs)
