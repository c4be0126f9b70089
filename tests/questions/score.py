"""How well questions on customs are found and answered: `python -m tests.questions.score`.

Plain ways of searching stand beside ours in the same run, then ours without each of its parts. Of
the half kept back only totals are printed. Intervals are Wilson's, 95 %. With `--model NAME` the
answers are those of the product with that model; without it, the quotes it answers with offline.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import sqrt

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from agent.settings import Settings
from db.embedded import OWNER_ROLE
from db.queries import passages
from db.rls import APP_ROLE
from db.session import Actor, Database
from knowledge.answering import Answer
from knowledge.contract import is_quoted, problems
from knowledge.embedding import Embedder
from knowledge.found import Found
from knowledge.judging import asked_day
from knowledge.meaning import Meaning
from knowledge.question import Question, Weights
from knowledge.search import Tuning, search
from knowledge.shipped import ensure_corpus
from knowledge.vectors import ensure_vectors
from tests.bench.places import demo_database, scratch_server
from tests.questions.answerers import asking_product, quoting
from tests.questions.question_set import TODAY, Asked, all_stand, all_told, questions

MOST = 6
_Z = 1.96
_SAYS_NOTHING = {"abstained", "out_of_scope"}
Find = Callable[[AsyncSession, Asked, date], Awaitable[list[tuple[str, str, str]]]]


@dataclass
class Share:
    """A share with its interval."""

    right: int = 0
    of: int = 0

    def add(self, *, right: bool) -> None:
        """Count one."""
        self.right, self.of = self.right + right, self.of + 1

    def __str__(self) -> str:
        if not self.of:
            return "–"
        p, n = self.right / self.of, self.of
        middle, spread = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
        low, high = ((middle + s * spread) / (1 + _Z**2 / n) for s in (-1, 1))
        return f"{self.right}/{n} = {p:.3f} [{low:.3f}–{high:.3f}]"


@dataclass
class Score:
    """Everything counted of one half."""

    found: dict[str, Share] = field(default_factory=dict[str, Share])
    facts: Share = field(default_factory=Share)
    told: Share = field(default_factory=Share)
    cited: Share = field(default_factory=Share)
    either: Share = field(default_factory=Share)
    abstains: Share = field(default_factory=Share)
    live: Share = field(default_factory=Share)
    wrongly_silent: Share = field(default_factory=Share)
    outcomes: Share = field(default_factory=Share)
    unbacked: int = 0
    superseded: int = 0
    stated_never: int = 0


def day_of(asked: Asked) -> date:
    """Return the day a question is about, as the product reads it."""
    return asked.as_of or asked_day(asked.text, TODAY)


def ours(embedder: Embedder | None, how: Tuning, *, foreign: bool = False) -> Find:
    """Return our search with some weights; `foreign`: the reader's language is hidden from it."""

    async def find(session: AsyncSession, q: Asked, day: date) -> list[tuple[str, str, str]]:
        tuning = replace(how, hidden=q.lang) if foreign else how
        hits = await search(session, Question(q.text, q.lang), day, embedder, tuning)
        return [f.place for f in hits.found]

    return find


def plain(query: str, rank: str) -> Find:
    """Return a search as tutorials write it, in the question's own language."""
    statement = text(
        f"""
        SELECT p.id FROM passage p JOIN document_version v ON v.id = p.version_id,
             LATERAL (SELECT {query} AS q) asked
        WHERE v.status = 'released' AND v.retired_at IS NULL AND v.valid @> CAST(:day AS date)
          AND p.lang = :lang AND p.ts @@ asked.q
        ORDER BY {rank}(p.ts, asked.q) DESC, p.id LIMIT {MOST}
        """  # noqa: S608 - put together from constants of this module
    )

    async def find(session: AsyncSession, q: Asked, day: date) -> list[tuple[str, str, str]]:
        given = {"words": q.text, "lang": q.lang, "day": day}
        ids = [row[0] for row in await session.execute(statement, given)]
        rows = await passages.read(session, ids)
        return [Found(**rows[n]).place for n in ids]

    return find


_AND = "websearch_to_tsquery(fts_cfg(:lang), :words)"
_OR = (
    "to_tsquery('simple', coalesce((SELECT string_agg(quote_literal(lexeme), ' | ')"
    " FROM unnest(to_tsvector(fts_cfg(:lang), :words))), ''))"
)


def ways(own: Embedder) -> dict[str, Find]:
    """Return every way of searching that is compared."""
    full = Tuning()
    bare = Weights(part=0.0, synonym=0.0)
    return {
        "websearch_to_tsquery, ts_rank": plain(_AND, "ts_rank"),
        "any word, ts_rank_cd": plain(_OR, "ts_rank_cd"),
        "vectors only": ours(own, replace(full, own=0, other=0, refs=0, asked=0)),
        "ours": ours(own, full),
        "  in other languages only": ours(own, full, foreign=True),
        "  without vectors": ours(None, full),
        "  without other languages": ours(own, replace(full, other=0)),
        "  without references": ours(own, replace(full, refs=0)),
        "  without questions asked before": ours(own, replace(full, asked=0)),
        "  without synonyms and parts": ours(own, replace(full, weights=bare)),
        "  own words only": ours(None, replace(full, other=0, refs=0, asked=0, weights=bare)),
    }


async def scored(
    database: Database, half: str, *, quick: bool = False, settings: Settings | None = None
) -> Score:
    """Score a half of the questions; with settings, the answers of the product with its model."""
    score, meaning = Score(), Meaning()
    async with database.reading(Actor.system("score")) as session:
        own = await meaning.own(session)
    if own is None:
        raise RuntimeError("the database has no vectors")
    asked = [q for q in questions() if q.half == half][:: 6 if quick else 1]
    for name, find in ways(own).items():
        score.found[name] = await _recall(database, asked, find)
    answers = asking_product(database, settings) if settings else quoting(database)
    for q in asked:
        _count(score, q, await answers(q))
    return score


async def _recall(database: Database, asked: Sequence[Asked], find: Find) -> Share:
    share = Share()
    for q in asked:
        if q.places and q.kind not in {"unanswerable", "live"}:
            async with database.reading(Actor.system("score")) as session:
                found = await find(session, q, day_of(q))
            share.add(right=any(place in q.places for place in found))
    return share


def _count(score: Score, q: Asked, answer: Answer) -> None:
    silent = answer.outcome in _SAYS_NOTHING
    by_id = {found.id: found for _, found in answer.claims}
    claims = [claim for claim, _ in answer.claims]
    score.unbacked += len(problems(claims, by_id, day_of(q)))
    score.unbacked += sum(not is_quoted(c.quote, f.body) for c, f in answer.claims)
    score.superseded += sum(not f.holds(day_of(q)) for _, f in answer.claims)
    if q.kind == "unanswerable":
        score.abstains.add(right=silent or answer.outcome in q.outcomes)
        return
    if q.kind == "live":
        score.live.add(right=silent)
        return
    score.wrongly_silent.add(right=silent and answer.outcome not in q.outcomes)
    score.outcomes.add(right=answer.outcome in q.outcomes)
    said = " ".join(c.text for c in claims)
    stands = bool(q.facts) and all_stand(q.facts, said)
    cited = any(f.place in q.places for _, f in answer.claims)
    if q.facts:
        score.facts.add(right=stands)
        score.told.add(right=all_told(q.facts, said))
    if q.places:
        score.cited.add(right=cited)
    if q.facts or q.places:
        score.either.add(right=stands or cited)


def lines(score: Score) -> list[tuple[str, str, str]]:
    """Return what was measured, the figure, the target."""
    targets = {"ours": "≥ 0.95", "  in other languages only": "≥ 0.90"}
    told = [(f"recall@{MOST} {n}", str(s), targets.get(n, "")) for n, s in score.found.items()]
    return [
        *told,
        ("facts stand in the quotes, in any inflection", str(score.told), "≥ 0.90"),
        ("facts stand in the quotes, word for word", str(score.facts), ""),
        ("a labelled passage is quoted", str(score.cited), ""),
        ("either of the two", str(score.either), ""),
        ("abstains on what is not there", str(score.abstains), "≥ 0.90"),
        ("abstains wrongly", str(score.wrongly_silent), "≤ 0.05"),
        ("live questions not answered from documents", str(score.live), ""),
        ("outcome as expected", str(score.outcomes), ""),
        ("figures or quotes unbacked", str(score.unbacked), "0"),
        ("quotes of a version that does not hold", str(score.superseded), "0"),
    ]


def measure(
    halves: Sequence[str], *, quick: bool = False, settings: Settings | None = None
) -> dict[str, Score]:
    """Score halves on a server of our own."""
    with scratch_server("questions") as server:
        demo_database(server)
        owner = server.url("demo", OWNER_ROLE)
        ensure_corpus(owner, lambda _step: None)
        ensure_vectors(owner, lambda _step: None)
        url = server.url("demo", APP_ROLE)
        return asyncio.run(_all(url, halves, quick=quick, settings=settings))


async def _all(
    url: str, halves: Sequence[str], *, quick: bool, settings: Settings | None
) -> dict[str, Score]:
    database = Database(url)
    await database.open()
    try:
        return {
            half: await scored(database, half, quick=quick, settings=settings) for half in halves
        }
    finally:
        await database.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tune", "dev", "test", "all"), default="tune")
    parser.add_argument("--model", help="any LiteLLM model; its key and address as for the product")
    given = parser.parse_args()
    settings = Settings(model=given.model, fallback_models="") if given.model else None
    halves = ("tune", "dev", "test") if given.half == "all" else (given.half,)
    for half, score in measure(halves, settings=settings).items():
        print(f"half: {half}")
        for what, figure, target in lines(score):
            print(f"  {what:<48} {figure:<34} {target}")


if __name__ == "__main__":
    main()
