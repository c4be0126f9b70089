"""The papers of shipments: what the rules want, what is recorded, and what is therefore missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Certification, SizeClass
from db.models import Company, Lot, Paper, Shipment, ShipmentLot
from tools.calc.papers import Carried, Need, Wanted, wanted


class State(StrEnum):
    """Where a paper stands."""

    HELD = "held"
    MISSING = "missing"
    OPEN = "open"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Item:
    """A line of a checklist.

    Attributes:
        wanted: what the rules say.
        row: what is recorded, None when nothing is.
        state: what follows from both.
        due: by when, as recorded, else as the rules have it.
    """

    wanted: Wanted
    row: Paper | None
    state: State
    due: date | None


@dataclass(frozen=True)
class Checklist:
    """All papers of one shipment."""

    shipment: Shipment
    items: tuple[Item, ...]

    def of(self, state: State) -> list[Item]:
        """Return the lines that stand so."""
        return [i for i in self.items if i.state is state]


async def checklists(session: AsyncSession, ids: Collection[int]) -> list[Checklist]:
    """Return the checklists of shipments, in the order of their ETA.

    Nothing has to be recorded for a paper to be on it.
    """
    shipments = list(
        await session.scalars(
            select(Shipment)
            .where(Shipment.id.in_(ids), Shipment.retired_at.is_(None))
            .order_by(Shipment.eta.nulls_last(), Shipment.id)
        )
    )
    size = await session.scalar(select(Company.size_class))
    certificates = await _certificates(session, ids)
    rows = await _rows(session, ids)
    return [_checklist(s, certificates.get(s.id, []), size, rows.get(s.id, [])) for s in shipments]


async def _certificates(
    session: AsyncSession, ids: Collection[int]
) -> dict[int, list[Certification]]:
    found = await session.execute(
        select(ShipmentLot.shipment_id, Lot.certifications)
        .join(Lot, Lot.id == ShipmentLot.lot_id)
        .where(ShipmentLot.shipment_id.in_(ids), ShipmentLot.retired_at.is_(None))
    )
    held: dict[int, list[Certification]] = {}
    for number, certificates in found:
        held.setdefault(int(number), []).extend(certificates)
    return held


async def _rows(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Paper]]:
    papers = await session.scalars(
        select(Paper).where(Paper.shipment_id.in_(ids), Paper.retired_at.is_(None))
    )
    held: dict[int, list[Paper]] = {}
    for paper in papers:
        held.setdefault(paper.shipment_id, []).append(paper)
    return held


def _checklist(
    shipment: Shipment,
    certificates: Sequence[Certification],
    size: SizeClass | None,
    rows: Sequence[Paper],
) -> Checklist:
    carried = Carried(
        certificates,
        shipment.departed_on or shipment.etd,
        shipment.arrived_on or shipment.eta,
        size,
    )
    recorded = {p.kind: p for p in rows}
    return Checklist(shipment, tuple(_item(w, recorded.get(w.kind)) for w in wanted(carried)))


def _item(want: Wanted, row: Paper | None) -> Item:
    due = row.due_on if row and row.due_on else want.due
    return Item(want, row, _state(want, row), due)


def _state(want: Wanted, row: Paper | None) -> State:
    """Return where a paper stands; one somebody entered is wanted, whatever the rules say."""
    if row is not None and row.held_since is not None:
        return State.HELD
    if row is not None:
        return State.NOT_NEEDED if row.not_needed else State.MISSING
    return {Need.YES: State.MISSING, Need.NO: State.NOT_NEEDED, Need.OPEN: State.OPEN}[want.need]
