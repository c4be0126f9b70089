"""The transcript: what was said, proposed, decided and done in a conversation."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Message, ToolCall, ToolResult
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
    doubtful: bool
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
    calls: list[StoredCall] = field(default_factory=list[StoredCall])


async def add_result(session: AsyncSession, **values: Any) -> None:
    """Append what came of a call. A second result of the same phase is refused by the database."""
    await session.execute(insert(ToolResult).values(**storable(values)))


def message_of(row: Json) -> StoredMessage:
    """Return a message as `transcript_of()` gives it."""
    told: Json = row | {"calls": [_call_of(c) for c in row["calls"]]}
    return StoredMessage(**told)


def _call_of(row: Json) -> StoredCall:
    result = row["result"]
    told: Json = row | {"result": StoredResult(**result) if result else None}
    return StoredCall(**told)


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
        row.doubtful,
        word or None,
    )


async def answer_to(session: AsyncSession, inbox_id: int) -> Json | None:
    """Return the stored reply to an inbox row, None while it is not answered."""
    return await session.scalar(
        select(Message.reply).where(Message.inbox_id == inbox_id, Message.final)
    )


async def failed_before(session: AsyncSession, inbox_id: int, tool: str) -> bool:
    """Whether a call of a tool failed already in the turn of an inbox row."""
    failed = (
        select(ToolResult.call_id)
        .join(ToolCall, ToolCall.id == ToolResult.call_id)
        .where(ToolCall.inbox_id == inbox_id, ToolCall.tool == tool)
        .where(ToolResult.status == "failed")
    )
    return bool(await session.scalar(select(exists(failed))))
