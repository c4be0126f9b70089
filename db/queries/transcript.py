"""The transcript: what was said, proposed, decided and done in a conversation."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Conversation, Message, ToolCall, ToolResult
from db.queries.inbox import Work
from db.storable import storable

Json = dict[str, Any]


@dataclass(frozen=True)
class StoredResult:
    """The latest word on a call."""

    phase: str
    status: str
    data: Json
    changes: list[Any]
    change_set_id: int | None
    elapsed_ms: int


@dataclass(frozen=True)
class StoredCall:
    """A proposed call with what came of it; `result` is None while it has not run."""

    id: str
    conversation_id: int
    inbox_id: int
    message_id: int
    tool: str
    arguments: Json | None
    arguments_hash: str
    raw: str | None
    tainted: bool
    fallback: bool
    result: StoredResult | None = None


@dataclass(frozen=True)
class StoredMessage:
    """A message with the calls it proposed."""

    id: int
    inbox_id: int
    role: str
    text: str
    final: bool
    model: str | None
    reply: Json | None
    calls: list[StoredCall] = field(default_factory=list[StoredCall])


async def open_conversation(session: AsyncSession, *, front: str, key: str, member_id: int) -> int:
    """Return the conversation at a place with a member, opening it when it is new."""
    place = {"front": front, "key": key, "member_id": member_id}
    found = await session.scalar(select(Conversation.id).filter_by(**place))
    if found is not None:
        return found
    await session.execute(insert(Conversation).values(**place).on_conflict_do_nothing())
    return (await session.scalars(select(Conversation.id).filter_by(**place))).one()


async def add_message(session: AsyncSession, **values: Any) -> int:
    """Append a message; return its id. Columns as in `Message`."""
    return (
        await session.scalars(insert(Message).values(**storable(values)).returning(Message.id))
    ).one()


async def say_once(session: AsyncSession, work: Work, words: str) -> None:
    """Append a member's message unless an earlier attempt at this work has."""
    said = insert(Message).values(
        conversation_id=work.conversation_id, inbox_id=work.id, role="member", text=storable(words)
    )
    await session.execute(said.on_conflict_do_nothing())


async def add_call(session: AsyncSession, **values: Any) -> None:
    """Append a proposed call. Columns as in `ToolCall`."""
    await session.execute(insert(ToolCall).values(**storable(values)))


async def add_result(session: AsyncSession, **values: Any) -> None:
    """Append what came of a call. A second result of the same phase is refused by the database."""
    await session.execute(insert(ToolResult).values(**storable(values)))


async def messages(
    session: AsyncSession, conversation_id: int, *, limit: int
) -> list[StoredMessage]:
    """Return the last messages of a conversation with their calls, oldest first."""
    found = await session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    rows = list(found)[::-1]
    calls = await _calls(session, ToolCall.message_id.in_([r.id for r in rows])) if rows else []
    by_message: dict[int, list[StoredCall]] = {}
    for call in calls:
        by_message.setdefault(call.message_id, []).append(call)
    return [
        StoredMessage(
            r.id, r.inbox_id, r.role, r.text, r.final, r.model, r.reply, by_message.get(r.id, [])
        )
        for r in rows
    ]


async def call(session: AsyncSession, call_id: str) -> StoredCall | None:
    """Return one call with the latest word on it."""
    found = await _calls(session, ToolCall.id == call_id)
    return found[0] if found else None


async def _calls(session: AsyncSession, condition: Any) -> list[StoredCall]:
    # 'awaiting' sorts before 'final', so the last row per call is the latest word.
    rows = await session.execute(
        select(ToolCall, ToolResult)
        .outerjoin(ToolResult, ToolResult.call_id == ToolCall.id)
        .where(condition)
        .order_by(ToolCall.message_id, ToolCall.position, ToolCall.id, ToolResult.phase)
    )
    latest: dict[str, StoredCall] = {}
    for proposed, result in rows:
        latest[proposed.id] = _stored(proposed, result)
    return list(latest.values())


def _stored(row: ToolCall, result: ToolResult | None) -> StoredCall:
    word = result and StoredResult(
        result.phase,
        result.status,
        result.data,
        result.changes,
        result.change_set_id,
        result.elapsed_ms,
    )
    return StoredCall(
        row.id,
        row.conversation_id,
        row.inbox_id,
        row.message_id,
        row.tool,
        row.arguments,
        row.arguments_hash,
        row.raw,
        row.tainted,
        row.fallback,
        word or None,
    )


async def member_words(session: AsyncSession, inbox_id: int) -> str:
    """Return what the member said in the message being worked on; empty when it is a decision."""
    said = await session.scalar(
        select(Message.text).where(Message.inbox_id == inbox_id, Message.role == "member")
    )
    return said or ""


async def next_position(session: AsyncSession, inbox_id: int) -> int:
    """Return the number of the next call within a turn, so that call ids never repeat."""
    count = await session.scalar(
        select(func.count()).select_from(ToolCall).where(ToolCall.inbox_id == inbox_id)
    )
    return int(count or 0) + 1


async def answer_to(session: AsyncSession, inbox_id: int) -> Json | None:
    """Return the stored reply to an inbox row, None while it is not answered."""
    return await session.scalar(
        select(Message.reply).where(Message.inbox_id == inbox_id, Message.final)
    )
