"""Reading the audit log; `verify` says whether it is still what was sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.audit import audited
from db.models import AuditEntry, AuditPersonal
from db.queries.seals import Problem, verify

__all__ = ["LogEntry", "Problem", "entries_of", "recent", "select_entries", "verify"]

Json = dict[str, Any]


@dataclass(frozen=True)
class LogEntry:
    """One entry of the log.

    Attributes:
        op: I, U or D of a row; None for entries that are no row's change.
        before: the row before, personal columns included; None when it was not there.
        after: the row after.
        withheld: personal columns are left out of the images: erased, or not the actor's to see.
    """

    id: int
    at: datetime
    actor: str
    member_id: int | None
    kind: str
    entity: str | None
    record_id: int | None
    op: str | None
    before: Json | None
    after: Json | None
    detail: Json | None
    call_id: str | None
    conversation_id: int | None
    change_set_id: int | None
    withheld: bool


async def entries_of(
    session: AsyncSession, entity: str, record_id: int, limit: int = 50
) -> list[LogEntry]:
    """Return what happened to one record, newest first; `entity` is the table's name."""
    return await select_entries(
        session, AuditEntry.entity == entity, AuditEntry.record_id == record_id, limit=limit
    )


async def recent(
    session: AsyncSession,
    *,
    kind: str | None = None,
    member_id: int | None = None,
    since: datetime | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[LogEntry]:
    """Return what the actor may see of the log, newest first.

    Args:
        session: any session.
        kind: change, call, intent, denied, failed, approval, login … ; None for all.
        member_id: only what this member did.
        since: only what happened at or after this instant.
        before_id: only entries older than this one, to page on.
        limit: how many at most.
    """
    wanted: list[ColumnElement[bool]] = []
    if kind is not None:
        wanted.append(AuditEntry.kind == kind)
    if member_id is not None:
        wanted.append(AuditEntry.member_id == member_id)
    if since is not None:
        wanted.append(AuditEntry.at >= since)
    if before_id is not None:
        wanted.append(AuditEntry.id < before_id)
    return await select_entries(session, *wanted, limit=limit)


async def select_entries(
    session: AsyncSession, *wanted: ColumnElement[bool], limit: int | None = None
) -> list[LogEntry]:
    """Return the entries that meet all conditions on `AuditEntry`, newest first."""
    rows = await session.execute(
        select(AuditEntry, AuditPersonal)
        .outerjoin(AuditPersonal, AuditPersonal.entry_id == AuditEntry.id)
        .where(*wanted)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    personal_columns = audited()
    return [
        _log_entry(entry, personal, personal_columns.get(entry.entity or "", []))
        for entry, personal in rows
    ]


def _log_entry(e: AuditEntry, personal: AuditPersonal | None, columns: list[str]) -> LogEntry:
    withheld = e.kind == "change" and bool(columns) and personal is None
    hidden = columns if withheld else []
    return LogEntry(
        e.id,
        e.at,
        e.actor,
        e.member_id,
        e.kind,
        e.entity,
        e.record_id,
        e.op,
        _image(e.before, personal and personal.before, hidden),
        _image(e.after, personal and personal.after, hidden),
        e.detail,
        e.call_id,
        e.conversation_id,
        e.change_set_id,
        withheld,
    )


def _image(image: Json | None, personal: Json | None, hidden: list[str]) -> Json | None:
    if image is None:
        return None
    return {k: v for k, v in (image | (personal or {})).items() if k not in hidden}
