"""The answer without a model: what our documents say, word for word, or what they do not say.

Pure over what was found and how it fits. A claim is a quote; nothing is added to it. What is open
or from memory is said to be confirmed, with how; what no passage is about is named, and who knows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from db.enums import LOCALES
from knowledge.contract import Claim
from knowledge.figures import figures
from knowledge.fitting import Fit
from knowledge.found import Found
from knowledge.judging import Judged
from knowledge.live import is_live
from knowledge.outside import Facet
from knowledge.planted import is_planted
from knowledge.sentences import sentences
from knowledge.terms import concepts_of
from knowledge.words import folded, folded_words

Outcome = Literal["answered", "partial", "abstained", "out_of_scope", "conflict"]
_MOST = 3
_NEAR = 0.1  # of how likely the best one is: what is said beside it
_VERY_LIKE = 0.5
_FOR_DOCUMENTS = 4.0  # log odds from which on what sounds like a record is asked of the rules
_SURE_SHARE = 0.5  # what being sure of an answer counts against sounding like a request
_WHOLE = 420  # letters; a passage of these is quoted whole
_DISPUTED = re.compile(
    r"\b(?:widerspr\w+|unterschiedlich\w*|was stimmt|wer hat recht|contradict\w*|different\w*|"
    r"which is right|who is right|contradic\w+|distint\w+|quien tiene razon|cual vale)\b"
)
_SAYS = re.compile(
    r"\b(?:schreibt|schreiben|behauptet|sagt|sagen|laut|says|say|claims|writes|shows|dice|dicen|"
    r"segun|habla de|pone|marca)\b"
)


@dataclass(frozen=True)
class Answer:
    """What is said.

    Attributes:
        claims: each with the passage it rests on; their text is their quote when no model spoke.
        missing: what was asked and no passage is about.
        live: whether it is about the state of a record of ours.
    """

    outcome: Outcome
    claims: list[tuple[Claim, Found]] = field(default_factory=list[tuple[Claim, Found]])
    missing: list[Facet] = field(default_factory=list[Facet])
    live: bool = False


def extracted(question: str, judged: Judged) -> Answer:
    """Return the answer made of quotes.

    Args:
        question: as the member said it.
        judged: the passages found, the likeliest first, and whether any answers.
    """
    fits = judged.fits
    if fits and all(any(m.off_topic for m in f.missing) for f in fits):
        return Answer("out_of_scope")
    if _is_of_records(question, judged):
        return Answer("abstained", live=True)
    if judged.sure < 0:
        nearest = fits[0].missing if fits else []
        everywhere = [m for m in nearest if all(m in f.missing for f in fits)]
        return Answer("abstained", missing=everywhere or nearest or _asked_before(judged))
    chosen = _chosen(fits)
    quoted = [(_quote(question, f.passage), f.passage) for f in chosen]
    claims = [(Claim(quote, p.id, quote), p) for quote, p in quoted if quote]
    if not claims:
        return Answer("abstained")
    return Answer(_outcome(question, claims[0][1]), claims)


def _is_of_records(question: str, judged: Judged) -> bool:
    """Whether it asks how things stand with a record of ours; shares measured on what was tuned on.

    By its words, or because it sounds like a request more than what was found answers it; where
    nothing answers and the nearest passage lacks something it names, that is said instead.
    """
    if is_live(question) and judged.meant < _FOR_DOCUMENTS:
        return True
    if judged.sure < 0 and judged.fits and judged.fits[0].missing:
        return False
    return judged.meant + _SURE_SHARE * judged.sure < 0


def _asked_before(judged: Judged) -> list[Facet]:
    """Return what a question very like this one asked for, which nothing answers."""
    like = judged.like
    if not like.lacks or like.most_near < max(_VERY_LIKE, like.most):
        return []
    return [Facet("matter", like.lacks, dict.fromkeys(LOCALES, like.lacks))]


def _chosen(fits: Sequence[Fit]) -> list[Fit]:
    """Return the likeliest passage and what is nearly as likely."""
    return [f for f in fits[:_MOST] if f.likely >= _NEAR * fits[0].likely]


def _outcome(question: str, best: Found) -> Outcome:
    plain = folded(question)
    heard = len(_SAYS.findall(plain)) + (len(figures(question)) > 1)
    if _DISPUTED.search(plain) or heard > 1:
        return "conflict"
    return "partial" if best.certainty in {"L", "open"} else "answered"


def _quote(question: str, passage: Found) -> str:
    """Return a short passage whole, of a longer one the stretch that says most of the question.

    Empty when all it has are orders to whoever answers.
    """
    pieces = sentences(passage.body)
    planted = {n for n, piece in enumerate(pieces) if is_planted(piece)}
    if len(passage.body) <= _WHOLE and not planted:
        return passage.body
    asked = set(concepts_of(question)) | set(folded_words(question))
    worth = [len(asked & (set(concepts_of(p)) | set(folded_words(p)))) for p in pieces]
    clean = [s for s in _stretches(pieces) if not planted & set(range(*s))]
    if not clean:
        return ""
    start, end = max(clean, key=lambda s: (sum(worth[s[0] : s[1]]), s[0] - s[1]))
    first = passage.body.index(pieces[start])
    last = passage.body.index(pieces[end - 1], first)
    return passage.body[first : last + len(pieces[end - 1])]


def _stretches(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Return the stretches of sentences that are short enough to be quoted; single ones always."""
    found = [(n, n + 1) for n in range(len(pieces))]
    for start in range(len(pieces)):
        length = 0
        for end in range(start + 1, len(pieces) + 1):
            length += len(pieces[end - 1]) + 1
            if length > _WHOLE:
                break
            found.append((start, end))
    return list(dict.fromkeys(found))


def versions_of(answer: Answer) -> list[int]:
    """Return the versions an answer relied on."""
    return list(dict.fromkeys(found.version_id for _, found in answer.claims))


def holds(answer: Answer, as_of: date) -> bool:
    """Whether every claim's version holds on the day asked about."""
    return all(found.holds(as_of) for _, found in answer.claims)
