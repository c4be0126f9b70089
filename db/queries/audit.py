"""The audit log: reading it, sealing it, and finding where somebody tampered with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.audit import audited
from db.models import AuditChain, AuditEntry, AuditPersonal

Json = dict[str, Any]
Tampering = Literal["altered", "missing", "gap", "slipped_in", "personal"]

_BATCH = 5_000


class NotOverseerError(Exception):
    """Only admins and the system see the whole log; to others a part would look like the whole."""


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


@dataclass(frozen=True)
class Problem:
    """A place where the log is not what was sealed.

    Attributes:
        what: altered: the entry, or a seal before it, is not what was sealed; missing: a sealed
            entry is gone; gap: a seal is gone; slipped_in: an entry was added behind the seals;
            personal: the side table does not fit the hashes in the entry.
        entry_id: the entry.
        position: the place in the chain, None when the entry has none.
    """

    what: Tampering
    entry_id: int
    position: int | None = None


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
        for entry, personal in rows.tuples()
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


async def seal(session: AsyncSession, most: int = 10_000) -> int:
    """Seal finished entries into the hash chain, oldest first; return how many were sealed."""
    sealed = await session.scalar(text("SELECT audit_seal(:most)"), {"most": most})
    return int(sealed or 0)


async def head(session: AsyncSession) -> tuple[int, str] | None:
    """Return the newest seal as position and hash; None before the first one.

    Whoever keeps it outside the database can tell later whether the end of the log was cut off.
    """
    newest = select(AuditChain.position, AuditChain.hash).order_by(AuditChain.position.desc())
    row = (await session.execute(newest.limit(1))).one_or_none()
    return None if row is None else (row[0], row[1].hex())


# Each seal is over the entry and the seal before it, as `audit_seal` in the migrations makes it.
_BROKEN_SEALS = text(
    """
    SELECT c.position, c.entry_id,
           CASE WHEN e.id IS NULL THEN 'missing'
                WHEN p.position IS NULL AND c.position > 1 THEN 'gap'
                ELSE 'altered' END AS what
    FROM audit_chain c
    LEFT JOIN audit_chain p ON p.position = c.position - 1
    LEFT JOIN audit_entry e ON e.id = c.entry_id
    WHERE c.position > :after AND c.position <= :until
      AND (e.id IS NULL
           OR c.hash IS DISTINCT FROM sha256(
                coalesce(p.hash, ''::bytea) || convert_to(to_jsonb(e)::text, 'UTF8')))
    ORDER BY c.position
    """
)
# Unsealed, and so old that sealing looks no longer there (the look-back of `audit_seal`).
_SLIPPED_IN = text(
    """
    SELECT e.id FROM audit_entry e
    WHERE e.id < (SELECT min(recent.entry_id) FROM (
                    SELECT c.entry_id FROM audit_chain c
                    ORDER BY c.position DESC LIMIT 20000) recent
                  HAVING count(*) = 20000)
      AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = e.id)
    ORDER BY e.id
    """
)
# Each personal value must fit the salted hash which the entry keeps, as `audit_split` makes it.
_FALSE_PERSONAL = text(
    """
    SELECT p.entry_id FROM audit_personal p JOIN audit_entry e ON e.id = p.entry_id
    WHERE EXISTS (
        SELECT FROM (VALUES (p.before, e.before), (p.after, e.after)) AS side (plain, image),
                    jsonb_each(side.plain) AS field
        WHERE side.image -> field.key IS DISTINCT FROM
              CASE WHEN field.value = 'null' THEN field.value
                   ELSE to_jsonb(encode(
                        sha256(convert_to(p.salt || field.value::text, 'UTF8')), 'hex')) END)
    ORDER BY p.entry_id
    """
)
_SEES_ALL = text(
    "SELECT NOT row_security_active('audit_chain')"
    " OR coalesce(actor_role() IN ('admin', 'system'), false)"
)


async def verify(session: AsyncSession) -> list[Problem]:
    """Return every place where the log is not what was sealed; empty when it is whole.

    Entries younger than the newest seal are not judged, and a cut-off end shows only against a
    `head` kept elsewhere.

    Raises:
        NotOverseerError: the actor does not see the whole log.
    """
    if not await session.scalar(_SEES_ALL):
        raise NotOverseerError("only an admin or the system can verify the audit log")
    await session.execute(text("SELECT set_config('timezone', 'UTC', true)"))  # as when sealed
    problems = await _broken_seals(session)
    problems += [Problem("slipped_in", n) for n in await session.scalars(_SLIPPED_IN)]
    problems += [Problem("personal", n) for n in await session.scalars(_FALSE_PERSONAL)]
    return problems


async def _broken_seals(session: AsyncSession) -> list[Problem]:
    """Walk the chain in parts, so that none of them outlasts the statement timeout."""
    newest = await head(session)
    last = newest[0] if newest else 0
    found: list[Problem] = []
    for after in range(0, last, _BATCH):
        rows = await session.execute(_BROKEN_SEALS, {"after": after, "until": after + _BATCH})
        found += [Problem(row.what, row.entry_id, row.position) for row in rows]
    return found
