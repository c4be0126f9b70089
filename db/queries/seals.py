"""The seals on the audit log: setting them, and finding where somebody tampered with it."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AuditChain, AuditEntry, AuditPersonal

Tampering = Literal["altered", "missing", "gap", "slipped_in", "personal"]

# Read in parts so that none outlasts the statement timeout, and by key alone: joining the log with
# its seals in one statement took seconds under its policies before the first ANALYZE.
_BATCH = 5_000
_LOOKBACK = 20_000  # as in `audit_seal`


class NotOverseerError(Exception):
    """Only admins and the system see the whole log; to others a part would look like the whole."""


@dataclass(frozen=True)
class Problem:
    """A place where the log is not what was sealed.

    Attributes:
        what: altered: the entry, or the seal before it, is not what was sealed; missing: a sealed
            entry is gone; gap: the seal before this one is gone; slipped_in: an entry was added
            behind the seals; personal: the side table does not fit the hashes in the entry.
        entry_id: the entry.
        position: the place in the chain, None when the entry has none.
    """

    what: Tampering
    entry_id: int
    position: int | None = None


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


async def verify(session: AsyncSession) -> list[Problem]:
    """Return every place where the log is not what was sealed; empty when it is whole.

    Entries without a seal are not judged, and a cut-off end shows only against a `head` that was
    kept elsewhere.

    Raises:
        NotOverseerError: the actor does not see the whole log.
    """
    if not await session.scalar(_SEES_ALL):
        raise NotOverseerError("only an admin or the system can verify the audit log")
    await session.execute(text("SELECT set_config('timezone', 'UTC', true)"))  # as when sealed
    return [
        *await _broken_seals(session),
        *await _slipped_in(session),
        *await _false_personal(session),
    ]


_SEES_ALL = text(
    "SELECT NOT row_security_active('audit_chain')"
    " OR coalesce(actor_role() IN ('admin', 'system'), false)"
)
_ENTRIES = text("SELECT e.id, to_jsonb(e)::text FROM audit_entry e WHERE e.id = ANY(:ids)")


async def _broken_seals(session: AsyncSession) -> list[Problem]:
    """Walk the chain: each hash is over the one before it and its entry (see `audit_seal`)."""
    found: list[Problem] = []
    place, before = 0, b""
    seals = select(AuditChain.position, AuditChain.entry_id, AuditChain.hash)
    ordered = seals.order_by(AuditChain.position).limit(_BATCH)
    while rows := (await session.execute(ordered.where(AuditChain.position > place))).all():
        ids = [entry_id for _, entry_id, _ in rows]
        sealed = {row[0]: row[1] for row in await session.execute(_ENTRIES, {"ids": ids})}
        for position, entry_id, seal_hash in rows:
            if entry_id not in sealed:
                found.append(Problem("missing", entry_id, position))
            elif position != place + 1:
                found.append(Problem("gap", entry_id, position))
            elif hashlib.sha256(before + sealed[entry_id].encode()).digest() != seal_hash:
                found.append(Problem("altered", entry_id, position))
            place, before = position, seal_hash
    return found


async def _slipped_in(session: AsyncSession) -> list[Problem]:
    """Find unsealed entries so old that sealing looks no longer there."""
    newest = select(AuditChain.entry_id).order_by(AuditChain.position.desc()).limit(_LOOKBACK)
    recent = newest.subquery()
    floor, number = (
        await session.execute(select(func.min(recent.c.entry_id), func.count()).select_from(recent))
    ).one()
    if number < _LOOKBACK:
        return []
    found: list[Problem] = []
    last = -(2**63)
    entries = select(AuditEntry.id).where(AuditEntry.id < floor).order_by(AuditEntry.id)
    while ids := (await session.scalars(entries.where(AuditEntry.id > last).limit(_BATCH))).all():
        seals = select(AuditChain.entry_id).where(AuditChain.entry_id == func.any(list(ids)))
        sealed = set(await session.scalars(seals))
        found += [Problem("slipped_in", entry_id) for entry_id in ids if entry_id not in sealed]
        last = ids[-1]
    return found


# Each personal value must fit the salted hash which the entry keeps, as `audit_split` makes it.
_FALSE_PERSONAL = text(
    """
    SELECT p.entry_id FROM audit_personal p
    WHERE p.entry_id > :after AND p.entry_id <= :until AND EXISTS (
        SELECT FROM (VALUES
            (p.before, (SELECT e.before FROM audit_entry e WHERE e.id = p.entry_id)),
            (p.after, (SELECT e.after FROM audit_entry e WHERE e.id = p.entry_id))
        ) AS side (plain, image), jsonb_each(side.plain) AS field
        WHERE side.image -> field.key IS DISTINCT FROM
              CASE WHEN field.value = 'null' THEN field.value
                   ELSE to_jsonb(encode(
                        sha256(convert_to(p.salt || field.value::text, 'UTF8')), 'hex')) END)
    ORDER BY p.entry_id
    """
)


async def _false_personal(session: AsyncSession) -> list[Problem]:
    newest = await session.scalar(select(func.max(AuditPersonal.entry_id))) or 0
    found: list[Problem] = []
    for after in range(-1, newest, _BATCH):
        part = {"after": after, "until": after + _BATCH}
        false = await session.scalars(_FALSE_PERSONAL, part)
        found += [Problem("personal", entry_id) for entry_id in false]
    return found
