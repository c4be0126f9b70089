"""What an answer from documents owes: every claim has a passage, a quote in it, figures in that.

Whoever answers, a model or the product itself, is held to the same; nothing else reaches a member.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.figures import unbacked
from knowledge.found import Found
from knowledge.planted import is_planted
from knowledge.sentences import sentences

_SHORTEST_QUOTE = 12
_TYPOGRAPHIC = str.maketrans({"„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "–": "-"})
_MARKUP = re.compile(r"[*_`]+")


@dataclass(frozen=True)
class Claim:
    """One statement, the passage it rests on, and the words of the passage that say so."""

    text: str
    passage: int
    quote: str


class Fault(StrEnum):
    """Why a claim may not be shown."""

    UNKNOWN_PASSAGE = "unknown_passage"  # it was not among the passages found
    NOT_VALID = "not_valid"  # its version does not hold on the day asked about
    NOT_QUOTED = "not_quoted"  # the quote does not stand in the passage
    ORDER = "order"  # the quote gives whoever answers an order instead of stating something
    FIGURE = "figure"  # a number, date or code that the quote does not say


@dataclass(frozen=True)
class Problem:
    """A claim that fails, by its place, and what about it."""

    claim: int
    fault: Fault
    what: str


def problems(claims: Sequence[Claim], found: Mapping[int, Found], as_of: date) -> list[Problem]:
    """Return why claims may not be shown; empty when all may.

    Args:
        claims: what is to be said.
        found: the passages that were found for the question, by id.
        as_of: the day the answer is about.
    """
    return [
        problem for n, claim in enumerate(claims) for problem in _of_claim(n, claim, found, as_of)
    ]


def _of_claim(n: int, claim: Claim, found: Mapping[int, Found], as_of: date) -> list[Problem]:
    passage = found.get(claim.passage)
    if passage is None or not passage.released:
        return [Problem(n, Fault.UNKNOWN_PASSAGE, str(claim.passage))]
    if not passage.holds(as_of):
        return [Problem(n, Fault.NOT_VALID, passage.label)]
    if not is_quoted(claim.quote, passage.body):
        return [Problem(n, Fault.NOT_QUOTED, claim.quote)]
    if any(map(is_planted, sentences(claim.quote))) or is_planted(claim.text):
        return [Problem(n, Fault.ORDER, claim.quote)]
    backing = f"{claim.quote} {passage.locator} {passage.act or ''} {passage.number or ''}"
    return [Problem(n, Fault.FIGURE, figure) for figure in unbacked(claim.text, backing)]


def is_quoted(quote: str, body: str) -> bool:
    """Return whether words stand in a passage, whatever its spaces, quotes and emphasis."""
    plain = _plain(quote)
    return len(plain) >= _SHORTEST_QUOTE and plain in _plain(body)


def _plain(text: str) -> str:
    bare = _MARKUP.sub("", unicodedata.normalize("NFKC", text)).translate(_TYPOGRAPHIC)
    return " ".join(bare.split())
