"""What moved under way and whom it concerns: ETA slips and status changes, from the audit log.

What a move concerns, lots first, the nouns say themselves: see `tools.concerned`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Role, ShipmentStatus
from db.models import AuditEntry, Member, Shipment
from tools.catalog import catalog
from tools.concerned import Customer, Touched
from tools.errors import Said

AlertKind = Literal["eta", "status"]

_SLIP = Said(
    de="{code}: ETA verschoben von {before} auf {after} (+{days} Tage).",
    en="{code}: ETA slipped from {before} to {after} (+{days} days).",
    es="{code}: la ETA pasó del {before} al {after} (+{days} días).",
)
_STATUS = Said(
    de="{code}: Status {before} → {after}.",
    en="{code}: status {before} → {after}.",
    es="{code}: estado {before} → {after}.",
)
_CUSTOMERS = Said(
    de="Betroffene Kunden: {customers}.",
    en="Customers affected: {customers}.",
    es="Clientes afectados: {customers}.",
)


@dataclass(frozen=True)
class Part:
    """One sentence of a message with what fills its places."""

    said: Said
    values: dict[str, Any]


@dataclass(frozen=True)
class Alert:
    """Something moved on a shipment.

    Attributes:
        key: alert:shipment:<shipment>:<audit entry>; what is acknowledged, once per change.
        before, after: the ETA, or the status.
        concerned: what it concerns, noun by noun: the sentence and the records.
        customers: the roasters behind them.
        tell: members to be told, never who made the change.
        changed_by: who made it, None for a carrier's feed.
    """

    key: str
    kind: AlertKind
    shipment_id: int
    code: str
    before: date | ShipmentStatus
    after: date | ShipmentStatus
    concerned: tuple[tuple[Said, tuple[Touched, ...]], ...]
    customers: tuple[Customer, ...]
    tell: tuple[int, ...]
    changed_by: int | None

    @property
    def thread_key(self) -> str:
        """The thread everything about this shipment belongs in."""
        return f"shipment:{self.code}"

    def parts(self, customers: Sequence[Customer]) -> tuple[Part, ...]:
        """Return what is said: what moved, what it concerns, those customers the reader may see."""
        named = ", ".join(c.name for c in customers)
        seen = {c.id for c in customers}
        return (
            self._moved(),
            *(p for said, records in self.concerned if (p := _part(said, records, seen))),
            *((Part(_CUSTOMERS, {"customers": named}),) if customers else ()),
        )

    def _moved(self) -> Part:
        values: dict[str, Any] = {"code": self.code, "before": self.before, "after": self.after}
        if isinstance(self.before, date) and isinstance(self.after, date):
            return Part(_SLIP, values | {"days": (self.after - self.before).days})
        return Part(_STATUS, values)


def _part(said: Said, records: Sequence[Touched], seen: set[int]) -> Part | None:
    """Return a noun's sentence with the records the reader may see, None without any."""
    mine = [t for t in records if t.customer is None or t.customer.id in seen]
    titles = list(dict.fromkeys(t.title for t in mine if t.title))
    return Part(said, {"records": ", ".join(titles)}) if titles else None


@dataclass(frozen=True)
class _Move:
    """A change of one column of a shipment; several of one stretch are one."""

    entry: int
    shipment: int
    by: int | None
    before: Any
    after: Any


async def alerts_between(session: AsyncSession, after: int, up_to: int) -> list[Alert]:
    """Return what happened in some transactions: later than one, up to another one.

    Args:
        session: the system's; it sees the whole log.
        after: the number of a transaction; what it did is not told again.
        up_to: the number of one that has ended, as all before it have, so none is missed.
    """
    entries = await session.execute(
        select(
            AuditEntry.id,
            AuditEntry.record_id,
            AuditEntry.member_id,
            AuditEntry.before,
            AuditEntry.after,
        )
        .where(
            AuditEntry.entity == Shipment.__tablename__,
            AuditEntry.kind == "change",
            AuditEntry.op == "U",
            AuditEntry.tx > after,
            AuditEntry.tx <= up_to,
            or_(
                AuditEntry.before["eta"] != AuditEntry.after["eta"],
                AuditEntry.before["status"] != AuditEntry.after["status"],
            ),
        )
        .order_by(AuditEntry.id)
    )  # fmt: skip
    moves: dict[tuple[int, AlertKind], _Move] = {}
    kinds: tuple[AlertKind, ...] = ("eta", "status")
    for number, record, by, was, now in entries:
        shipment, old, new = int(record or 0), was or {}, now or {}
        for kind in kinds:
            move = _Move(number, shipment, by, old.get(kind), new.get(kind))
            _follow(moves, (shipment, kind), move)
    found = [await _alert(session, kind, move) for (_, kind), move in moves.items()]
    return [a for a in found if a is not None]


def _follow(
    moves: dict[tuple[int, AlertKind], _Move], place: tuple[int, AlertKind], move: _Move
) -> None:
    """Keep a move; several in a row tell only where it began and where it ended."""
    if move.before == move.after:
        return
    first = moves.get(place)
    start = first.before if first else move.before
    moves[place] = _Move(move.entry, move.shipment, move.by, start, move.after)


async def _alert(session: AsyncSession, kind: AlertKind, move: _Move) -> Alert | None:
    before, after = _read(kind, move.before), _read(kind, move.after)
    if before is None or after is None or before == after:
        return None
    if isinstance(before, date) and isinstance(after, date) and after <= before:
        return None  # sooner is no slip
    shipment = await session.get(Shipment, move.shipment)
    if shipment is None or shipment.retired_at is not None:
        return None
    concerned = [(c.said, tuple(await c.of(session, shipment.id))) for c in catalog().concerned]
    customers = _customers([t for _, touched in concerned for t in touched])
    return Alert(
        key=f"alert:shipment:{shipment.id}:{move.entry}",
        kind=kind,
        shipment_id=shipment.id,
        code=shipment.code,
        before=before,
        after=after,
        concerned=tuple(concerned),
        customers=tuple(customers),
        tell=tuple(await _told(session, shipment, customers, move.by)),
        changed_by=move.by,
    )


def _read(kind: AlertKind, value: Any) -> date | ShipmentStatus | None:
    if value is None:
        return None
    return date.fromisoformat(str(value)) if kind == "eta" else ShipmentStatus(str(value))


def _customers(touched: Sequence[Touched]) -> list[Customer]:
    """Return the customers behind records, each once, by name."""
    found = {t.customer.id: t.customer for t in touched if t.customer is not None}
    return sorted(found.values(), key=lambda c: (c.name, c.id))


async def _told(
    session: AsyncSession, shipment: Shipment, customers: Sequence[Customer], by: int | None
) -> list[int]:
    """Return who looks after the shipment or its customers, else the admins; not who did it."""
    owners = {c.owner_id for c in customers} | {shipment.owner_id}
    active = (Member.active, Member.retired_at.is_(None))
    owned = select(Member.id).where(Member.id.in_(owners - {None}), *active)
    found = set(await session.scalars(owned))
    if not found:
        found = set(
            await session.scalars(select(Member.id).where(Member.role == Role.ADMIN, *active))
        )
    return sorted(found - {by})
