"""Which passage answers a question, and whether any does: what was learned, applied.

Linear models over `traits`: one says how likely each passage is the answer, one whether a question
is answered at all, one whether a message is a question for documents, one whether a day it names is
the day whose rules are meant. `python -m tests.questions.learn` fits them; nothing is learned here.
"""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from db.enums import Locale
from knowledge import precedent, traits
from knowledge.asked_day import days_said
from knowledge.fitting import Fit
from knowledge.precedent import Likeness
from knowledge.question import Question

# Below it a question counts as not answered; measured on the halves tuned on.
SURE = -0.8
# Above it a message nothing else was made of is a question for documents.
_MEANT = 2.0
_THEN = 0.0
_MODELS = ("pair", "question", "message", "time")


@dataclass(frozen=True)
class Linear:
    """A weight per trait and one for all."""

    weights: Mapping[str, float]
    base: float

    def __call__(self, given: traits.Traits) -> float:
        """Return the log odds."""
        return self.base + sum(self.weights.get(name, 0.0) * x for name, x in given.items())


@dataclass(frozen=True)
class Judge:
    """What was learned of passages, of questions, of messages and of days."""

    pair: Linear
    question: Linear
    message: Linear
    time: Linear
    made_of: str

    def stored(self) -> bytes:
        """Return it as bytes."""
        import numpy as np

        out = io.BytesIO()
        arrays: dict[str, Any] = {"made_of": np.array(self.made_of)}
        for name in _MODELS:
            of: Linear = getattr(self, name)
            arrays[f"{name}_names"] = np.array(list(of.weights))
            arrays[f"{name}_weights"] = np.array(list(of.weights.values()), dtype=np.float32)
            arrays[f"{name}_base"] = np.array(of.base)
        np.savez_compressed(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_stored(cls, stored: bytes) -> "Judge":
        """Return what `stored` kept."""
        import numpy as np

        with np.load(io.BytesIO(stored), allow_pickle=False) as kept:
            models = {
                name: Linear(
                    dict(
                        zip(
                            kept[f"{name}_names"].tolist(),
                            kept[f"{name}_weights"].tolist(),
                            strict=True,
                        )
                    ),
                    float(kept[f"{name}_base"]),
                )
                for name in _MODELS
            }
            return cls(**models, made_of=str(kept["made_of"]))


@dataclass(frozen=True)
class Judged:
    """What was found, the likeliest first, and whether it answers.

    Attributes:
        sure: log odds that a passage among them answers, less what is asked for an answer: at
            least 0 is an answer.
        like: what the question is like.
        meant: log odds that it is for documents and not about a record of ours.
    """

    fits: list[Fit]
    sure: float
    like: Likeness
    meant: float


def judged(
    question: Question, fits: Sequence[Fit], like: Likeness, judge: Judge | None = None
) -> Judged:
    """Return passages found with how likely each is the answer, and whether any is."""
    learned, asked_about = judge or shipped(), precedent.shipped().asked_about
    likely = [
        replace(
            fit,
            likely=_share(
                learned.pair(traits.of_pair(question, fit, like, fit.passage.place in asked_about))
            ),
        )
        for fit in fits
    ]
    order = sorted(likely, key=lambda fit: -fit.likely)
    sure = learned.question(traits.of_question(question, order, like)) - SURE
    meant = learned.message(traits.of_message(question))
    return Judged(order, sure, like, meant)


def asked_day(question: str, today: date, time: Linear | None = None) -> date:
    """Return the day a question is about: the first it names, if that is meant; else today."""
    days = days_said(question, today)
    if not days:
        return today
    odds = (time or shipped().time)(traits.of_time(question, len(days)))
    return days[0] if odds > _THEN else today


def is_meant(text: str, lang: Locale) -> bool:
    """Whether a message sounds like a question for documents more than like one about records."""
    return shipped().message(traits.of_message(Question(text, lang))) > _MEANT


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))


@cache
def shipped() -> Judge:
    """Return what was learned of the precedents that ship."""
    folder = resources.files("knowledge").joinpath("precedents")
    return Judge.from_stored(folder.joinpath("weights.npz").read_bytes())
