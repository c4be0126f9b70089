"""Undo: compensating writes that put rows back while nobody has changed them since (law 5)."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Column, Table, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.base import Base, audited_tables
from db.models import AuditEntry, ChangeSet
from db.queries.audit import LogEntry, select_entries
from db.rls import DOMAIN

Why = Literal["changed", "erased", "in_use", "gone"]


class MovedOnError(Exception):
    """A record is no longer as the change left it, so the change cannot be taken back.

    Attributes:
        entity: the record's table.
        record_id: its number.
        why: changed: somebody has changed it since; erased: the personal values needed are erased;
            in_use: a created record others refer to by now; gone: the actor cannot change it.
    """

    def __init__(self, entity: str, record_id: int, why: Why) -> None:
        super().__init__(f"{entity} {record_id} cannot be put back: {why}")
        self.entity, self.record_id, self.why = entity, record_id, why


async def last_change_set(
    session: AsyncSession, member_id: int, *, conversation_id: int | None = None
) -> int | None:
    """Return the newest change set of a member that changed rows and still stands.

    Undos and what they took back are passed over, so undoing twice goes two steps back.

    Args:
        session: any session.
        member_id: whose.
        conversation_id: only what was changed from this conversation; None: from anywhere.
    """
    undo = aliased(ChangeSet)
    here = () if conversation_id is None else (ChangeSet.conversation_id == conversation_id,)
    return await session.scalar(
        select(ChangeSet.id)
        .where(
            ChangeSet.member_id == member_id,
            ChangeSet.undoes_id.is_(None),
            ~exists().where(undo.undoes_id == ChangeSet.id),
            exists().where(AuditEntry.change_set_id == ChangeSet.id, AuditEntry.kind == "change"),
            *here,
        )
        .order_by(ChangeSet.id.desc())
        .limit(1)
    )


async def change_set_entries(session: AsyncSession, change_set_id: int) -> list[LogEntry]:
    """Return the row changes of a change set in the order they were made."""
    newest_first = await select_entries(
        session, AuditEntry.change_set_id == change_set_id, AuditEntry.kind == "change"
    )
    return newest_first[::-1]


async def is_undone(session: AsyncSession, change_set_id: int) -> bool:
    """Return whether a change set has been taken back, as far as the actor may see."""
    undo = select(ChangeSet.id).where(ChangeSet.undoes_id == change_set_id)
    return await session.scalar(undo) is not None


async def put_back(session: AsyncSession, entries: Sequence[LogEntry]) -> None:
    """Take row changes back, newest first: changed rows get their old values, created ones retire.

    Open a change set that names the undone one first, so that the log tells what this was.

    Args:
        session: a writing transaction, to be given up when this raises.
        entries: the row changes, as from `change_set_entries`.

    Raises:
        MovedOnError: a record is no longer as its change left it; says which and why.
    """
    for entry in sorted(entries, key=lambda e: e.id, reverse=True):
        table = _table_of(entry)
        if entry.op == "I" and DOMAIN[table.name].insert is None:
            continue  # history written by a trigger: taking back its cause writes its own
        await _require_unmoved(session, table, entry)
        if entry.op == "I":
            await _retire(session, table, entry)
        else:
            await _restore(session, table, entry)


def _table_of(entry: LogEntry) -> Table:
    if entry.entity not in DOMAIN or entry.record_id is None or entry.op is None:
        raise ValueError(f"entry {entry.id} is not the change of a row")
    return Base.metadata.tables[entry.entity]


# Compared by the database, where both images have their exact types.
_UNMOVED = """
    SELECT to_jsonb(t) = e.after || coalesce(p.after, '{{}}') AS same,
           p.entry_id IS NOT NULL AS kept
    FROM {table} t, audit_entry e LEFT JOIN audit_personal p ON p.entry_id = e.id
    WHERE t.id = :record AND e.id = :entry
    FOR UPDATE OF t
"""
_RESTORE = """
    UPDATE {table} t SET ({columns}) = (
        SELECT {values} FROM jsonb_populate_record(NULL::{table}, (
            SELECT e.before || coalesce(p.before, '{{}}')
            FROM audit_entry e LEFT JOIN audit_personal p ON p.entry_id = e.id
            WHERE e.id = :entry)) AS old)
    WHERE t.id = :record
    RETURNING t.id
"""


async def _require_unmoved(session: AsyncSession, table: Table, entry: LogEntry) -> None:
    """Lock the row, and refuse unless it is as the entry left it."""
    query = text(_UNMOVED.format(table=table.name))
    found = (await session.execute(query, _numbers(entry))).one_or_none()
    if found is None:
        raise _moved_on(entry, "gone")
    if not found.kept and any(column.info.get("personal") for column in table.columns):
        raise _moved_on(entry, "erased")
    if not found.same:
        raise _moved_on(entry, "changed")


async def _restore(session: AsyncSession, table: Table, entry: LogEntry) -> None:
    before, after = entry.before or {}, entry.after or {}
    changed = [
        column.name
        for column in table.columns
        if column.computed is None
        and column.name in before
        and before[column.name] != after.get(column.name)
    ]
    if not changed:
        return
    statement = _RESTORE.format(
        table=table.name,
        columns=", ".join(changed),
        values=", ".join(f"old.{name}" for name in changed),
    )
    if await session.scalar(text(statement), _numbers(entry)) is None:
        raise _moved_on(entry, "gone")


async def _retire(session: AsyncSession, table: Table, entry: LogEntry) -> None:
    for reference in _references_to(table):
        child = reference.table
        in_use = exists().where(reference == entry.record_id, child.c.retired_at.is_(None))
        if await session.scalar(select(in_use)):
            raise _moved_on(entry, "in_use")
    retired = update(table).where(table.c.id == entry.record_id).values(retired_at=func.now())
    if await session.scalar(retired.returning(table.c.id)) is None:
        raise _moved_on(entry, "gone")


def _references_to(table: Table) -> list[Column[int]]:
    """Return the columns by which people's records refer to a table's rows."""
    children = [m.__tablename__ for m in audited_tables() if DOMAIN[m.__tablename__].insert]
    columns = [c for name in children for c in Base.metadata.tables[name].columns]
    return [c for c in columns if any(key.column is table.c.id for key in c.foreign_keys)]


def _numbers(entry: LogEntry) -> dict[str, int | None]:
    return {"record": entry.record_id, "entry": entry.id}


def _moved_on(entry: LogEntry, why: Why) -> MovedOnError:
    return MovedOnError(str(entry.entity), entry.record_id or 0, why)
