"""What was said, proposed, decided and done. Append-only: a later fact is a later row."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base

_Json = dict[str, Any]


class Entry(Base):
    """A journal row: numbered and dated, never changed."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, sort_order=-2)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), sort_order=-1)


class Conversation(Entry):
    """A thread with one member; `front` and `key` name the place it happens in."""

    __tablename__ = "conversation"
    __table_args__ = (Index("uq_conversation_place", "front", "key", "member_id", unique=True),)

    front: Mapped[str]
    key: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))


class Message(Entry):
    """One message of a conversation.

    `role` is member, assistant or note (what code told the model). `inbox_id` names the inbox row
    being worked on; an assistant message with `final` ends the turn.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_conversation", "conversation_id", "id"),
        CheckConstraint("role IN ('member', 'assistant', 'note')", name="role"),
        Index(
            "uq_message_said_once",
            "inbox_id",
            unique=True,
            postgresql_where=text("role = 'member'"),
        ),
        Index("uq_message_answered_once", "inbox_id", unique=True, postgresql_where=text("final")),
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbox_id: Mapped[int] = mapped_column()
    role: Mapped[str]
    text: Mapped[str]
    final: Mapped[bool] = mapped_column(server_default="false")
    model: Mapped[str | None]
    usage: Mapped[_Json | None] = mapped_column(JSONB)
    reply: Mapped[_Json | None] = mapped_column(JSONB)


class ToolCall(Entry):
    """A call as it was proposed: the tool, its validated arguments and their hash."""

    __tablename__ = "tool_call"
    __table_args__ = (
        Index("ix_tool_call_conversation", "conversation_id", "id"),
        Index("ix_tool_call_message", "message_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)  # type: ignore[assignment]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbox_id: Mapped[int] = mapped_column()
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    tool: Mapped[str]
    arguments: Mapped[_Json | None] = mapped_column(JSONB)
    arguments_hash: Mapped[str]
    raw: Mapped[str | None]
    tainted: Mapped[bool] = mapped_column(server_default="false")
    fallback: Mapped[bool] = mapped_column(server_default="false")
    doubtful: Mapped[bool] = mapped_column(server_default="false")


class ToolResult(Entry):
    """What came of a call: `awaiting` first when a person must approve, then one `final` row."""

    __tablename__ = "tool_result"
    __table_args__ = (
        Index("uq_tool_result_phase", "call_id", "phase", unique=True),
        CheckConstraint("phase IN ('awaiting', 'final')", name="phase"),
        CheckConstraint("status IN ('ok', 'refused', 'awaiting', 'failed')", name="status"),
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("tool_call.id"))
    phase: Mapped[str]
    status: Mapped[str]
    data: Mapped[_Json] = mapped_column(JSONB)
    changes: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
    elapsed_ms: Mapped[int] = mapped_column(Integer, server_default="0")


class ChangeSet(Entry):
    """Everything one message or one approval changed; the unit of Undo."""

    __tablename__ = "change_set"

    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    inbox_id: Mapped[int | None] = mapped_column()
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"), unique=True)


class Approval(Entry):
    """A request for a person's yes to exactly this content; its state is derived."""

    __tablename__ = "approval"
    __table_args__ = (Index("ix_approval_conversation", "conversation_id", "id"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    call_id: Mapped[str] = mapped_column(ForeignKey("tool_call.id"), unique=True)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    tool: Mapped[str]
    arguments: Mapped[_Json] = mapped_column(JSONB)
    arguments_hash: Mapped[str]
    preview: Mapped[list[Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    reason: Mapped[str]
    four_eyes: Mapped[bool] = mapped_column(server_default="false")
    expires_at: Mapped[datetime]


class ApprovalDecision(Entry):
    """What became of an approval: the unique approval id makes the first click win."""

    __tablename__ = "approval_decision"
    __table_args__ = (
        CheckConstraint(
            "verdict IN ('approved', 'rejected', 'expired', 'superseded')", name="verdict"
        ),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), unique=True)
    verdict: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    digest: Mapped[str]
    reason: Mapped[str | None]


class Feedback(Entry):
    """What a member thought of an answer; the newest word counts."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_inbox", "inbox_id"),
        CheckConstraint("verdict IN ('good', 'bad')", name="verdict"),
    )

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    verdict: Mapped[str]


class AuditEntry(Base):
    """What happened, written by triggers and by `audit_event()` only.

    `kind` is change for row images; otherwise call, intent, denied, failed, approval, login,
    personal_read, external, settings. Personal columns of images hold salted hashes.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "entity", "record_id", "id"),
        Index("ix_audit_entry_call", "call_id"),
        Index("ix_audit_entry_change_set", "change_set_id"),
        Index("ix_audit_entry_at", "at", postgresql_using="brin"),
        Index("ix_audit_entry_shipment", "tx", postgresql_where=text("entity = 'shipment'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    tx: Mapped[int] = mapped_column(server_default=text("txid_current()"))
    actor: Mapped[str]
    member_id: Mapped[int | None]
    kind: Mapped[str]
    entity: Mapped[str | None]
    record_id: Mapped[int | None]
    op: Mapped[str | None]
    before: Mapped[_Json | None] = mapped_column(JSONB)
    after: Mapped[_Json | None] = mapped_column(JSONB)
    detail: Mapped[_Json | None] = mapped_column(JSONB)
    call_id: Mapped[str | None]
    conversation_id: Mapped[int | None]
    change_set_id: Mapped[int | None]


class AuditPersonal(Base):
    """The personal columns of an audit image; erasing the row erases the person, not the fact."""

    __tablename__ = "audit_personal"
    __table_args__ = (Index("ix_audit_personal_record", "entity", "record_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    entity: Mapped[str]
    record_id: Mapped[int]
    salt: Mapped[str]
    before: Mapped[_Json | None] = mapped_column(JSONB)
    after: Mapped[_Json | None] = mapped_column(JSONB)


class AuditChain(Base):
    """The seal on the audit log: each hash covers its entry and the hash before it.

    `position` is the order of sealing: a long transaction's entry is sealed after younger ones.
    """

    __tablename__ = "audit_chain"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
