"""What a shipment's move concerns: each noun says its part, a reader sees only theirs."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AuditEntry, Shipment
from db.session import Actor, Database
from tools.alerts import Alert, alerts_between
from tools.catalog import catalog
from tools.concerned import Concerned, Customer, Touched
from tools.context import Asker
from tools.errors import Said
from tools.view import said


async def slipped(demo: Database, by: Asker, code: str, eta: date) -> Alert:
    """Return the alert of an ETA moved to a day."""
    async with demo.writing(Actor.member(by.id)) as session:
        await session.execute(update(Shipment).where(Shipment.code == code).values(eta=eta))
    async with demo.reading(Actor.system("test")) as session:
        newest = await session.scalar(select(AuditEntry.tx).order_by(AuditEntry.id.desc()).limit(1))
        assert newest is not None
        (alert,) = await alerts_between(session, newest - 1, newest)
        return alert


def text(alert: Alert, customers: tuple[Customer, ...]) -> str:
    return " ".join(said(p.said, p.values, "en") for p in alert.parts(customers))


async def test_lots_first_then_samples_without_a_verdict_then_customers(
    demo: Database, luis: Asker
) -> None:
    alert = await slipped(demo, luis, "SH-26-006", date(2027, 1, 20))
    told = text(alert, alert.customers)
    assert told.endswith(
        "Lots: PE-26-005, PE-26-010. Samples without a verdict: PE-26-005. "
        "Customers affected: Five Elephant."
    ), told


async def test_a_noun_added_later_is_told_without_anything_else_knowing_it(
    demo: Database, luis: Asker
) -> None:
    promised = Customer(99, "Rösterei Neu", luis.id)

    async def reservations(_session: AsyncSession, _shipment: int) -> list[Touched]:
        return [Touched("R-1", promised), Touched("R-2")]

    part = Concerned(Said(de="", en="Reserved: {records}.", es=""), reservations)
    catalog().concerned.append(part)
    try:
        alert = await slipped(demo, luis, "SH-26-006", date(2027, 1, 20))
    finally:
        catalog().concerned.remove(part)
    assert promised in alert.customers
    assert "Reserved: R-1, R-2." in text(alert, alert.customers)
    others = tuple(c for c in alert.customers if c != promised)
    assert "Reserved: R-2." in text(replace(alert, customers=others), others)
