"""Learn which passage answers a question, and whether any does: `python -m tests.questions.learn`.

From `knowledge/precedents/`: every question is searched for as the product does, as if nobody else
like its asker had asked, and once in a few as if nobody had ever asked about its passage, so that a
document of the team's own is judged by its words. Writes `index.npz` and `weights.npz` beside them.
"""

import argparse
import asyncio
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

import knowledge
from db.embedded import OWNER_ROLE
from db.enums import LOCALES
from db.rls import APP_ROLE
from db.session import Actor, Database
from knowledge import corpus_file, traits, vectors
from knowledge.asked_day import days_said
from knowledge.embedding import Embedder
from knowledge.fitting import Fit, fits
from knowledge.judging import Judge, Linear, asked_day
from knowledge.looking_up import LOOKED_AT
from knowledge.meaning import Meaning
from knowledge.precedent import Likeness, Precedent, Precedents, made, written
from knowledge.question import Question
from knowledge.search import Tuning, search
from knowledge.shipped import ensure_corpus
from knowledge.vectors import ensure_vectors
from tests.bench.places import demo_database, scratch_server
from tests.questions.question_set import TODAY
from tools.catalog import catalog

FOLDER = Path(knowledge.__file__).parent / "precedents"
_UNKNOWN = 5  # of so many questions, one is searched as if nobody had asked about its passage
_FOLDS = 4
# Inverse strength of the penalty; measured on the halves tuned on.
_PAIR, _QUESTION, _MESSAGE, _TIME = 0.3, 1.0, 1.0, 3.0
_RARE = 3  # a trait of fewer questions is left out
_TOLD = 500
_CONVERSATIONS = Path(__file__).parents[1] / "conversations"
_TUNED = {"tune", "more", "book-tune"}


@dataclass(frozen=True)
class Example:
    """A question with what was found for it."""

    precedent: Precedent
    question: Question
    like: Likeness
    fits: list[Fit]
    pairs: list[traits.Traits]

    @property
    def right(self) -> list[bool]:
        """Whether each passage found is the answer."""
        gold = None if self.precedent.lacks else self.precedent.place
        return [fit.passage.place == gold for fit in self.fits]


async def examples(
    database: Database, asked: Sequence[Precedent], index: Precedents, time: Linear
) -> list[Example]:
    """Return every question with what the product finds for it."""
    meaning, done = Meaning(), list[Example]()
    for number, precedent in enumerate(asked):
        if number % _TOLD == 0:
            print(f"· {number} of {len(asked)} questions", flush=True)
        async with database.reading(Actor.system("learn")) as session:
            own = await meaning.own(session)
            done.append(await _example(session, precedent, index, own, time))
    return done


async def _example(
    session: Any, precedent: Precedent, index: Precedents, own: Embedder | None, time: Linear
) -> Example:
    question = Question(precedent.question, precedent.lang)
    like, known = index.like(question, without=precedent.asker), set(index.asked_about)
    work, _, locator = precedent.place
    if zlib.crc32(precedent.question.encode()) % _UNKNOWN == 0:
        like = like.without(work, locator)
        known = {p for p in known if (p[0], p[2]) != (work, locator)}
    day = asked_day(precedent.question, TODAY, time)
    hits = await search(session, question, day, own, Tuning(most=LOOKED_AT), like)
    found = await fits(session, question, hits.found)
    pairs = [traits.of_pair(question, f, like, f.passage.place in known) for f in found]
    return Example(precedent, question, like, found, pairs)


def of_time(asked: Sequence[Precedent]) -> Linear:
    """Return what tells whether a day that is named is meant: where the answer holds, tells it."""
    held = {(f.work_key, f.version): f for f in corpus_file.shipped()}
    rows: list[traits.Traits] = []
    meant: list[bool] = []
    for precedent in (p for p in asked if not p.lacks):
        version, days = held[precedent.place[:2]], days_said(precedent.question, TODAY)
        now = version.holds(TODAY)
        if days and (now or any(version.holds(day) for day in days)):
            rows.append(traits.of_time(precedent.question, len(days)))
            meant.append(not now)
    return _fitted(rows, np.array(meant), None, _TIME)[0]


def learned(done: Sequence[Example], made_of: str, time: Linear) -> Judge:
    """Return what the examples teach: first of passages, then of questions by what that said."""
    askers = np.array([e.precedent.asker for e in done])
    rows = [pair for e in done for pair in e.pairs]
    of = np.array([n for n, e in enumerate(done) for _ in e.pairs])
    right = np.array([r for e in done for r in e.right])
    pair, held_out = _fitted(rows, right, askers[of], _PAIR)
    likely: list[list[float]] = [[] for _ in done]
    for n, log_odds in zip(of, held_out, strict=True):
        likely[n].append(float(1 / (1 + np.exp(-log_odds))))
    told = [of_question(e, chances) for e, chances in zip(done, likely, strict=True)]
    answered = np.array([not e.precedent.lacks for e in done])
    question, sure = _fitted(told, answered, askers, _QUESTION)
    print(_report(sure, answered))
    return Judge(pair, question, _messages([e.question for e in done]), time, made_of)


def _messages(for_documents: Sequence[Question]) -> Linear:
    """Return what tells questions for documents from requests about records."""
    asked = [*for_documents, *requests()]
    right = np.array([True] * len(for_documents) + [False] * (len(asked) - len(for_documents)))
    model, _ = _fitted([traits.of_message(q) for q in asked], right, None, _MESSAGE)
    return model


def requests() -> list[Question]:
    """Return requests about records: the halves tuned on, every tool's own examples, and
    questions about a record of ours in the words of customs."""
    rows = [
        json.loads(line)
        for path in sorted(_CONVERSATIONS.glob("*.jsonl"))
        for line in path.read_text("utf8").splitlines()
    ]
    tuned = [Question(r["text"], r["lang"]) for r in rows if r.get("half") in _TUNED]
    golden = [Question(t["say"], r["lang"]) for r in rows for t in r.get("turns", []) if "say" in t]
    examples = [
        Question(words, lang)
        for tool in catalog().tools.values()
        if tool.hears is None and tool.examples
        for lang in LOCALES
        for words in getattr(tool.examples, lang)
    ]
    lines = (Path(__file__).parent / "records.jsonl").read_text("utf8").splitlines()
    records = [Question(row["question"], row["lang"]) for row in map(json.loads, lines)]
    return [*tuned, *golden, *examples, *records]


def of_question(example: Example, likely: Sequence[float]) -> traits.Traits:
    """Return the traits of a question whose passages are so likely."""
    rated = [replace(f, likely=p) for f, p in zip(example.fits, likely, strict=True)]
    order = sorted(rated, key=lambda fit: -fit.likely)
    return traits.of_question(example.question, order, example.like)


def _fitted(
    rows: Sequence[traits.Traits], right: Any, askers: Any, strength: float
) -> tuple[Linear, Any]:
    """Return the model, and log odds for every row by models that did not see its asker.

    Without askers nothing is held out, and either side counts the same however many there are.
    """
    reader = DictVectorizer()
    table: Any = reader.fit_transform(rows)
    kept = np.flatnonzero(table.getnnz(axis=0) >= _RARE)
    table = table[:, kept]
    table.indices, table.indptr = table.indices.astype(np.int32), table.indptr.astype(np.int32)

    def model() -> LogisticRegression:
        balance = "balanced" if askers is None else None
        return LogisticRegression(
            C=strength, solver="liblinear", max_iter=500, class_weight=balance
        )

    held_out = np.zeros(len(right))
    folds = GroupKFold(min(_FOLDS, len(set(askers)))) if askers is not None else None
    for seen, unseen in folds.split(table, right, askers) if folds else ():
        held_out[unseen] = model().fit(table[seen], right[seen]).decision_function(table[unseen])
    whole = model().fit(table, right)
    names = reader.feature_names_
    weights = {names[k]: float(w) for k, w in zip(kept, whole.coef_[0], strict=True)}
    return Linear(weights, float(whole.intercept_[0])), held_out


def _report(sure: Any, answered: Any) -> str:
    least = np.quantile(sure[answered], 0.05)
    share = float(np.mean(sure[~answered] < least))
    return (
        f"· unseen askers: {share:.2f} of what stands nowhere told when 1 in 20 is wrongly silent"
    )


def made_of(asked: Sequence[Precedent]) -> str:
    """Return a mark of what is learned from: the questions and the glossary."""
    return f"{zlib.crc32(repr(asked).encode()):08x}-{vectors.made_of()}"


def learn(asked: Sequence[Precedent]) -> tuple[Precedents, Judge]:
    """Learn from questions on a server of our own."""
    index = made(asked)
    with scratch_server("learn") as server:
        demo_database(server)
        owner = server.url("demo", OWNER_ROLE)
        ensure_corpus(owner, lambda _step: None)
        ensure_vectors(owner, lambda _step: None)
        time = of_time(asked)
        done = asyncio.run(_all(server.url("demo", APP_ROLE), asked, index, time))
    return index, learned(done, made_of(asked), time)


async def _all(
    url: str, asked: Sequence[Precedent], index: Precedents, time: Linear
) -> list[Example]:
    database = Database(url)
    await database.open()
    try:
        return await examples(database, asked, index, time)
    finally:
        await database.close()


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th question")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    given = parser.parse_args()
    index, judge = learn(written()[:: given.every])
    (given.to / "index.npz").write_bytes(index.stored())
    (given.to / "weights.npz").write_bytes(judge.stored())


if __name__ == "__main__":
    main()
