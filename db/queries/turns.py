"""The transactions that frame a turn: each is one statement and one round trip (migration 0002).

All but `receive` show the fence, so a process that was overtaken can write nothing.
"""

import json
import uuid
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Role
from db.queries.inbox import LEASE_LOST, Fence, LeaseLostError, Work
from db.queries.members import NoSuchMemberError
from db.queries.transcript import StoredCall, StoredMessage, message_of
from db.session import Actor, Database
from db.storable import storable

Json = dict[str, Any]
Arrival = tuple[int, int | None]
MOST_CHARS = 20_000  # of what a member says at once
_MOST_MESSAGES = 60
_MICRO = 1_000_000

_RECEIVE = """
SELECT to_json(r) FROM turn_receive(
    %(front)s, %(key)s, %(member)s, %(event_key)s, %(kind)s, %(payload)s::jsonb) r"""
_HEARD = "SELECT heard_all(%(events)s::jsonb)"
_BEGIN = """
SELECT turn_begin(%(front)s, %(key)s, %(member)s, %(event_key)s, %(kind)s, %(payload)s::jsonb,
                  %(worker)s, %(today)s, %(chars)s, %(rows)s)"""
_CLAIM = "SELECT turn_claim(%(conversation)s, %(worker)s, %(held)s, %(today)s, %(chars)s, %(rows)s)"
_RECORD = """
SELECT turn_record(%(conversation)s, %(worker)s, %(held)s, %(work)s, %(said)s, %(model)s,
                   %(calls)s::jsonb, %(ended)s::jsonb)"""
# The journal of answers from documents is written with the results they came in.
_RECORD_ANSWERS = f"""
WITH given AS (
    INSERT INTO knowledge_answer (member_id, conversation_id, inbox_id, call_id, lang, question,
        as_of, outcome, answer, citations, passage_ids, version_ids, model, retrieval)
    SELECT %(member)s, %(conversation)s, %(work)s, a.call_id, a.lang, a.question, a.as_of,
           a.outcome, a.answer, a.citations, a.passage_ids, a.version_ids, %(model)s, a.retrieval
    FROM jsonb_to_recordset(%(answers)s::jsonb) AS a (call_id text, lang text, question text,
        as_of date, outcome text, answer text, citations jsonb, passage_ids bigint[],
        version_ids bigint[], retrieval jsonb)
    RETURNING id)
{_RECORD.strip()} FROM (SELECT count(*) FROM given) AS written
"""  # noqa: S608 - put together from constants of this module
_STORED = text(
    "SELECT turn_record(:conversation, NULL, NULL, :work, NULL, NULL, NULL, CAST(:ended AS jsonb))"
)
_OPEN = """
SELECT unit_open(%(conversation)s, %(worker)s, %(held)s, %(work)s, %(member)s, %(said)s, %(model)s,
                 %(calls)s::jsonb, %(ended)s::jsonb, %(opens)s, %(call)s)"""
_END = text(
    "SELECT call_ended(:call, :status, CAST(:data AS jsonb), CAST(:changes AS jsonb), :change_set, "
    ":kind, CAST(:detail AS jsonb))"
)
_FINISH = """
SELECT turn_finish(%(conversation)s, %(worker)s, %(held)s, %(work)s, %(member)s,
                   %(answer)s::jsonb)"""


@dataclass(frozen=True)
class Claim:
    """What a turn begins with: the work, who asks, the company, the conversation so far."""

    work: Work
    fence: Fence
    asker: Json
    company: Json
    transcript: list[StoredMessage]
    tokens: int
    microusd: int

    def is_spent(self, max_tokens: int, max_usd: float) -> bool:
        """Return whether the member's budget of the day is used up."""
        return self.tokens >= max_tokens or self.microusd >= max_usd * _MICRO


@dataclass(frozen=True)
class Ended:
    """What came of a call, as it is stored, and its entry in the log.

    `answer` is an answer from documents to be kept in the journal, in the same transaction.
    """

    call: str
    status: str
    data: Json
    changes: Sequence[Json]
    change_set: int | None
    kind: str
    detail: Json
    answer: Json | None = None


@dataclass(frozen=True)
class Proposed:
    """The message that proposed calls, the calls as validated, the intents of those that change."""

    said: str
    model: str | None
    calls: Sequence[StoredCall]
    intents: dict[str, Json]


@dataclass(frozen=True)
class Answer:
    """A turn's answer as it is stored.

    Attributes:
        fresh: what it changes or asks to change, as (entity, id, field).
        cards: the approvals it asks for.
        usage: tokens and cost_microusd, counted on `day`.
        now: ISO instant, to tell which older cards are still open.
    """

    role: str
    text: str
    model: str | None
    usage: Json
    reply: Json
    outcome: str
    fresh: Sequence[tuple[Any, Any, Any]]
    cards: Sequence[int]
    day: str
    now: str


@dataclass(frozen=True)
class Heard:
    """What a front end heard: an event, known by its key, at a place."""

    front: str
    key: str
    kind: str
    payload: Json
    event_key: str = field(default_factory=lambda: uuid.uuid4().hex)


async def receive(database: Database, actor: Actor, heard: Heard) -> tuple[int, int | None]:
    """Store what a front end heard: (conversation, inbox row); no row when it was heard before."""
    values = vars(heard) | {"member": actor.member_id, "payload": _json(heard.payload)}
    found: Json = await database.at_once(actor, _RECEIVE, values)
    return found["conversation"], found["work"]


async def begin(
    database: Database, actor: Actor, heard: Heard, owner: str, today: date
) -> tuple[int, int, Claim | None]:
    """Store what a front end heard and begin the turn: (conversation, inbox row, claim).

    Claim is None when another process holds the conversation; that one will find the work.
    """
    values = vars(heard) | _from(owner, today)
    values |= {"member": actor.member_id, "payload": _json(heard.payload)}
    found: Json = await database.at_once(actor, _BEGIN, values)
    return found["conversation"], found["work"], _claimed(found["claim"], owner)


async def hear_all(database: Database, heard: Sequence[tuple[int, Heard]]) -> list[Arrival]:
    """Store many events of many members in one transaction, and hand them to the workers.

    Args:
        database: the application's way in.
        heard: (member, event) each.

    Returns:
        (conversation, inbox row) each, in order; no row when the event was heard before.
    """
    events = [vars(h) | {"member": member} for member, h in heard]
    actor = Actor.system("hear")
    told = await database.at_once(actor, _HEARD, {"events": _json(events)})
    return [(int(conversation), work) for conversation, work in told]


async def claim(
    database: Database, conversation_id: int, owner: str, held: Fence | None, today: date
) -> Claim | None:
    """Take a conversation's lease, or show the one held, and its oldest open work.

    Returns:
        None when another process holds it, or nothing is left to do and the lease is let go.

    Raises:
        LeaseLostError: the lease shown is held by somebody else.
        NoSuchMemberError: whoever wrote the message is no active member any more.
    """
    values = _from(owner, today) | {"conversation": conversation_id, "held": held and held.epoch}
    actor = Actor.system("drain").during(conversation_id=conversation_id)
    try:
        found: Json | None = await _shown(database, actor, _CLAIM, values)
    except psycopg.errors.NoDataFound as error:
        raise NoSuchMemberError(error.diag.message_primary) from error
    return _claimed(found, owner)


def _from(owner: str, today: date) -> Json:
    return {
        "worker": owner,
        "today": today.isoformat(),
        "chars": MOST_CHARS,
        "rows": _MOST_MESSAGES,
    }


def _claimed(found: Json | None, owner: str) -> Claim | None:
    if found is None:
        return None
    asker, work = found["asker"], Work(**found["work"])
    return Claim(
        work,
        Fence(work.conversation_id, owner, found["epoch"]),
        asker | {"role": Role(asker["role"])},
        found["company"],
        [message_of(m) for m in found["transcript"]],
        found["tokens"],
        found["microusd"],
    )


async def record(
    database: Database,
    actor: Actor,
    fence: Fence | None,
    inbox_id: int,
    proposal: Proposed | None,
    ended: Sequence[Ended],
) -> StoredMessage:
    """Store proposed calls, what came of calls, or both; return the turn's last message."""
    values = _step(actor, fence, inbox_id, proposal, ended)
    answers = [e.answer for e in ended if e.answer]
    statement = _RECORD_ANSWERS if answers else _RECORD
    values |= {"member": actor.member_id, "answers": _json(answers)} if answers else {}
    return message_of(await _shown(database, actor, statement, values))


def _step(
    actor: Actor,
    fence: Fence | None,
    inbox_id: int,
    proposal: Proposed | None,
    ended: Sequence[Ended],
) -> Json:
    calls = proposal and [_call(c, proposal.intents.get(c.id)) for c in proposal.calls]
    return {
        "conversation": actor.conversation_id,
        "worker": fence and fence.owner,
        "held": fence and fence.epoch,
        "work": inbox_id,
        "said": proposal and storable(proposal.said),
        "model": proposal and proposal.model,
        "calls": calls and _json(calls),
        "ended": _json([_stored(e) for e in ended]),
    }


def _stored(ended: Ended) -> Json:
    return {key: value for key, value in vars(ended).items() if key != "answer"}


@dataclass(frozen=True)
class Unit:
    """A unit of work as it begins.

    Attributes:
        actor: on whose behalf.
        fence: proof of holding the conversation.
        inbox_id: the work it belongs to.
        proposal: the calls it runs, None when they are stored already.
        ended: what came of proposed calls that do not fit.
        opens: whether it opens a change set.
        call: the first call to be run.
    """

    actor: Actor
    fence: Fence | None
    inbox_id: int
    proposal: Proposed | None
    ended: Sequence[Ended]
    opens: bool
    call: str


@asynccontextmanager
async def unit_of_work(
    database: Database, unit: Unit
) -> AsyncGenerator[tuple[AsyncSession, int | None]]:
    """Give a unit of work, begun with fence, proposed calls and change set, and the set's number.

    Raises:
        LeaseLostError: another process works the conversation now.
    """
    step = _step(unit.actor, unit.fence, unit.inbox_id, unit.proposal, unit.ended)
    values = step | {"member": unit.actor.member_id, "opens": unit.opens, "call": unit.call}
    with _fenced():
        async with database.writing_from(unit.actor, _OPEN, values) as begun:
            yield begun


async def end_all(
    session: AsyncSession, conversation_id: int, inbox_id: int, ended: Sequence[Ended]
) -> StoredMessage:
    """Store what came of calls in the unit of work they ran in; return the turn's last message."""
    values = {
        "conversation": conversation_id,
        "work": inbox_id,
        "ended": _json([_stored(e) for e in ended]),
    }
    return message_of(await session.scalar(_STORED, values))


async def end(session: AsyncSession, ended: Ended) -> None:
    """Store what came of a call in a transaction that does more than that."""
    values = _stored(ended) | {
        key: _json(getattr(ended, key)) for key in ("data", "changes", "detail")
    }
    await session.execute(_END, values)


async def finish(
    database: Database, actor: Actor, fence: Fence, inbox_id: int, answer: Answer
) -> bool:
    """Store the answer and mark the work done, together; return whether more is waiting."""
    values = {
        "conversation": fence.conversation_id,
        "worker": fence.owner,
        "held": fence.epoch,
        "work": inbox_id,
        "member": actor.member_id,
        "answer": _json(vars(answer)),
    }
    return bool(await _shown(database, actor, _FINISH, values))


async def _shown(database: Database, actor: Actor, statement: str, values: Json) -> Any:
    """Run a statement that shows the fence; a lost lease is an error of its own."""
    with _fenced():
        return await database.at_once(actor, statement, values)


@contextmanager
def _fenced() -> Generator[None]:
    """Turn the database's word for a lost lease into an error of its own."""
    try:
        yield
    except psycopg.DatabaseError as error:
        if error.sqlstate == LEASE_LOST:
            raise LeaseLostError(error.diag.message_primary) from error
        raise


def _call(call: StoredCall, intent: Json | None) -> Json:
    stored: Json = {
        "id": call.id,
        "position": int(call.id.rsplit("-", 1)[-1]),
        "tool": call.tool,
        "arguments": call.arguments,
        "arguments_hash": call.arguments_hash,
        "raw": call.raw,
        "tainted": call.tainted,
        "fallback": call.fallback,
        "doubtful": call.doubtful,
    }
    return stored if intent is None else stored | {"intent": intent}


def _json(value: Any) -> str:
    """Return JSON that PostgreSQL takes; values are gone through only when something is wrong."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:  # no number, or half a character
        return json.dumps(storable(value), ensure_ascii=False)
    return json.dumps(storable(value), ensure_ascii=False) if "\\u0000" in text else text
