"""Queues and leases: working state, neither audited nor under row-level security."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Inbox(Base):
    """What front ends received and a turn must answer: the truth about work to do."""

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint("kind IN ('message', 'decision', 'stop')", name="kind"),
        Index("ix_inbox_open", "conversation_id", "id", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_key: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class Lease(Base):
    """Who works a conversation now; `epoch` fences off whoever held it before."""

    __tablename__ = "lease"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    owner: Mapped[str]
    epoch: Mapped[int]
    until: Mapped[datetime]


class Outbox(Base):
    """What must leave the house: intent and row in one transaction, a job does the sending."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'unknown', 'failed')", name="state"
        ),
        Index(
            "ix_outbox_open",
            "conversation_id",
            "id",
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index(
            "ix_outbox_cards",
            text("(receipt ->> 'shown')"),
            postgresql_where=text("kind = 'card'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    effect_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="queued")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())


class Spend(Base):
    """What members used of their daily budget."""

    __tablename__ = "spend"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    turns: Mapped[int] = mapped_column(server_default="0")
    tokens: Mapped[int] = mapped_column(server_default="0")
    cost_microusd: Mapped[int] = mapped_column(server_default="0")
