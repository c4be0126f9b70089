"""What tells whether a passage answers a question: numbers a weight can be learned for.

Pure. The weights are learned on `precedents/` by `python -m tests.questions.learn`; `judging.py`
applies them. A trait is named by what it says; those of single words carry the word, so that what
may be left unsaid (a customer's name) and what may not (a country, a fee) is learned, not listed.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from db.enums import Locale
from knowledge.fitting import Fit
from knowledge.found import Found
from knowledge.precedent import Likeness, keys_of, says_little
from knowledge.question import Question
from knowledge.spoken import Read, read
from knowledge.terms import Term
from knowledge.words import folded, folded_words

Traits = dict[str, float]

_KINDS = {
    "money": re.compile(
        r"\d\s?(?:EUR|USD|€|\$|US-Cent|cent|Mio)|(?:EUR|USD|€|\$)\s?\d", re.IGNORECASE
    ),
    "share": re.compile(r"\d\s?(?:%|Prozent|percent|por ciento)"),
    "day": re.compile(
        r"\b\d{1,2}\.? (?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Mar|May|Oct|Dec|"
        r"de (?:ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic))|\b20\d\d\b"
    ),
    "span": re.compile(
        r"\d+\s?(?:Tag|Jahr|Monat|Woche|Stund|day|year|month|week|hour|día|año|mes|semana|hora)",
        re.IGNORECASE,
    ),
    "amount": re.compile(r"\d\s?(?:kg|g|t|ha|µg|mg|bags|Sack|sacos|Hektar|hect)\b", re.IGNORECASE),
    "code": re.compile(r"\b[A-Z]\d{3}\b|\b\d{4} \d\d"),
}
_ASKS = {
    "much": "wie viel|wieviel|how much|cuant[oa]s?|was kost|costs?|precio|price|preis|fee|gebuhr",
    "when": "wann|when|cuando|deadline|frist|datum|what date|fecha|plazo",
    "long": "wie lang|how long|how many (?:days|weeks)|cuantos dias|cuanto tiempo|dauert",
    "who": "wer|wen|wem|who|quien|welche stelle|welches labor|which (?:company|lab)",
    "where": "wo|where|donde|adresse|address",
    "why": "warum|wieso|weshalb|why|por que",
    "how": "wie|how|como",
    "which": "welche[rsnm]?|which|what|que|cual(?:es)?",
    "rate": "satz|prozent|percent|rate|tasa|porcentaje|zoll auf|duty",
    "limit": "limit|grenzwert|hochstgehalt|maxim[uo]m?|level|umbral|schwelle|tope",
    "code": "codes?|nummer|number|numero|codigo|kurzel|formular|form",
}
_TIMES = {
    "past": re.compile(
        r"\b(?:galt|galten|war|waren|wurde|wurden|hatte|hatten|musste|mussten|sollte|sollten|damals|"
        r"seinerzeit|was|were|did|had|applied|back then|at the time|"
        r"regia|regian|era|eran|valia|valian|habia|debia|debian|estaba|fue|tenia|tenian|"
        r"en ese entonces)\b"
    ),
    "still": re.compile(r"\b(?:noch|still|todavia|aun|nicht mehr|any more|anymore|ya no)\b"),
    "since": re.compile(
        r"\b(?:ab wann|seit wann|since when|from when|desde cuando|hasta cuando|until when|"
        r"bis wann|schreibt|behauptet|says|writes|claims|dice|escribe)\b"
    ),
}
_WAYS = {way: re.compile(rf"\b(?:{words})\b") for way, words in _ASKS.items()}


def of_pair(question: Question, fit: Fit, like: Likeness, known: bool) -> Traits:
    """Return what speaks for and against one passage as the answer to a question.

    Args:
        question: what is asked.
        fit: the passage, with how it fits.
        like: what the question is like.
        known: whether anybody asked about the passage before.
    """
    traits = _fitting(fit) | _alike(fit.passage, like, known)
    terms = _told(question)
    text, head = _read(fit.passage), _read_head(fit.passage)
    for term in terms:
        kind = "concept" if term.concepts else "word"
        said = text.holds(term)
        _add(traits, f"{kind} {'said' if said else 'unsaid'}", 1.0)
        if said and head.holds(term):
            _add(traits, f"{kind} in head", 1.0)
        for key in keys_of(term):
            traits[f"{'said' if said else 'unsaid'} {key}"] = 1.0 / len(keys_of(term))
    traits["terms"] = math.log(1 + len(terms))
    return traits | _wanted(question, fit.passage)


def of_question(question: Question, fits: Sequence[Fit], like: Likeness) -> Traits:
    """Return what tells whether a question is answered by any of what was found.

    Args:
        question: what is asked.
        fits: the passages, the likeliest first, each with how likely it is.
        like: what the question is like.
    """
    if not fits:
        return {"none": 1.0}
    best, second = fits[0], (fits[1].likely if len(fits) > 1 else 0.0)
    traits = _fitting(best) | {
        "odds": _log_odds(best.likely),
        "second odds": _log_odds(second),
        "all": sum(fit.likely for fit in fits),
        "share": like.share,
        "most": like.most,
        "most near": like.most_near,
        "answered over near": like.most - like.most_near,
        "best alike": (like.answered.get(best.passage.place) or [0.0])[0],
        "most covered": max(fit.covered for fit in fits),
        "whole": float(any(not fit.missing for fit in fits)),
    }
    texts = [_read(fit.passage) for fit in fits]
    for term in (terms := _told(question)):
        kind = "concept" if term.concepts else "word"
        where = "said" if texts[0].holds(term) else "beside"
        if where == "beside" and not any(text.holds(term) for text in texts[1:]):
            where = "nowhere"
        _add(traits, f"{kind} {where}", 0.5)
        traits |= {f"{where} {key}": 0.5 for key in keys_of(term)}
    traits["terms"] = math.log(1 + len(terms))
    traits |= _worded(folded_words(question.text), 0.3)
    return traits | _wanted(question, best.passage)


def of_message(question: Question) -> Traits:
    """Return what tells a question for documents from a request about our records."""
    words = folded_words(question.text)
    traits = _worded(words, 0.5)
    for term in question.whole_terms:
        traits |= {f"of {key}": 0.5 for key in keys_of(term)}
    return traits | {"asked": float("?" in question.text), "terms": math.log(1 + len(words))}


def of_time(text: str, days: int) -> Traits:
    """Return what tells whether a day that is said is the day whose rules are asked about.

    Args:
        text: the question.
        days: how many days it names.
    """
    words = ["<number>" if word.isdigit() else word for word in folded_words(text)]
    traits = _worded(words, 0.5)
    plain = folded(text)
    told = {name: float(said.search(plain) is not None) for name, said in _TIMES.items()}
    return traits | told | {"days": float(days)}


def _worded(words: Sequence[str], worth: float) -> Traits:
    """Return each word, and each two that stand together."""
    single = {f"word {word}": worth for word in words}
    return single | {f"words {a} {b}": worth for a, b in pairwise(words)}


def _fitting(fit: Fit) -> Traits:
    traits = {
        "rank": fit.rank,
        "score": 10 * fit.passage.score,
        "covered": fit.covered,
        "titled": fit.titled,
        "refs": fit.refs,
    }
    for facet in fit.missing:
        traits[f"missing {facet.kind}"] = 1.0
        if facet.kind == "attribute":
            traits[f"missing {facet.key}"] = 1.0
    return traits


def _alike(passage: Found, like: Likeness, known: bool) -> Traits:
    """Return how like the question is to those a passage answered, and to those it did not."""
    answered = like.answered.get(passage.place, [])
    near = like.near.get((passage.work, passage.locator), [])
    best = answered[0] if answered else 0.0
    return {
        "known": float(known),
        "alike": 3 * best,
        "alike on": sum(answered[1:4]),
        "near": 3 * (near[0] if near else 0.0),
        "near on": sum(near[1:4]),
        "most": 3 * like.most if known else 0.0,
        "most near": 3 * like.most_near if known else 0.0,
        "alike over near": 3 * (best - like.most_near) if known else 0.0,
        "most alike": float(bool(answered) and best == like.most),
        "share": like.share,
    }


def _wanted(question: Question, passage: Found) -> Traits:
    """Return how something is asked for, with what kinds of things a passage names."""
    named = _kinds(passage.body)
    traits: Traits = {}
    for way in _ways(question.text):
        traits[f"asks {way}"] = 0.5
        traits |= {f"asks {way} {'with' if k in named else 'without'} {k}": 0.4 for k in _KINDS}
    return traits


@lru_cache(maxsize=1_000)
def _ways(text: str) -> tuple[str, ...]:
    plain = folded(text)
    return tuple(way for way, said in _WAYS.items() if said.search(plain)) or ("otherwise",)


@lru_cache(maxsize=4_000)
def _kinds(body: str) -> frozenset[str]:
    return frozenset(kind for kind, said in _KINDS.items() if said.search(body))


@lru_cache(maxsize=1_000)
def _told_of(text: str, lang: Locale) -> tuple[Term, ...]:
    return tuple(t for t in Question(text, lang).whole_terms if not says_little(t, lang))


def _told(question: Question) -> tuple[Term, ...]:
    """Return the terms of a question that say something."""
    return _told_of(question.text, question.lang)


def _read(passage: Found) -> Read:
    text = f"{passage.title}. {passage.heading} {passage.context} {passage.body}"
    return read(text, passage.lang)


def _read_head(passage: Found) -> Read:
    return read(f"{passage.heading} {passage.context}", passage.lang)


def _add(traits: Traits, name: str, worth: float) -> None:
    traits[name] = traits.get(name, 0.0) + worth


def _log_odds(share: float) -> float:
    held = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))
