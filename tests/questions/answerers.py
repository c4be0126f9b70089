"""Who answers the questions that are scored: quotes alone, or any model through the whole product.

With a model a question goes the way a member's does, and what is scored is the answer as it was
kept: the claims that passed the check, with passage and quote.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import Any, get_args

from sqlalchemy import text

from agent import asking
from agent.settings import Settings
from agent.turns import Engine
from agent.wiring import services, who
from db.queries import passages
from db.session import Actor, Database
from knowledge.answering import Answer, Outcome, extracted
from knowledge.contract import Claim
from knowledge.found import Found
from knowledge.judging import asked_day
from knowledge.looking_up import looked_up
from knowledge.meaning import Meaning
from knowledge.question import Question
from tests.questions.question_set import TODAY, Asked

Answers = Callable[[Asked], Awaitable[Answer]]
_ASKER = "sam@demo.invalid"
_MORNING = time(9, tzinfo=UTC)
_KEPT = text("SELECT outcome, citations FROM knowledge_answer WHERE call_id = ANY (:calls)")


def quoting(database: Database) -> Answers:
    """Answer with quotes, without a model."""
    meaning = Meaning()

    async def answer(q: Asked) -> Answer:
        async with database.reading(Actor.system("score")) as session:
            question, day = Question(q.text, q.lang), q.as_of or asked_day(q.text, TODAY)
            _, judged = await looked_up(session, question, day, meaning)
            return extracted(q.text, judged)

    return answer


def asking_product(database: Database, settings: Settings) -> Answers:
    """Answer as the product does with the model of its settings."""

    async def answer(q: Asked) -> Answer:
        now = datetime.combine(q.as_of or TODAY, _MORNING)
        engine = Engine(services(settings, database, lambda: now))
        asker = await who(database, _ASKER)
        reply = await asking.ask(engine, asking.Request(text=q.text), asker)
        calls = [call["id"] for call in reply.tool_calls]
        async with database.reading(Actor.system("score")) as session:
            kept = (await session.execute(_KEPT, {"calls": calls})).all()
            if not kept:
                said = str(reply.outcome)
                return Answer(said if said in get_args(Outcome) else "abstained")  # type: ignore[arg-type] - looked at in this line
            outcome, citations = kept[-1]
            rows = await passages.read(session, [c["passage"] for c in citations])
        return Answer(outcome, [_claim(c, rows) for c in citations])

    return answer


def _claim(cited: dict[str, Any], rows: dict[int, dict[str, Any]]) -> tuple[Claim, Found]:
    claim = Claim(cited["text"], cited["passage"], cited["quote"])
    return claim, Found(**rows[cited["passage"]])
