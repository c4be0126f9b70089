"""What triggers hold: the ETA's history, and who may change members."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from db.models import AuditEntry, EtaChange, Member, Shipment
from db.session import Actor, Database
from tests.db.places import Place, Team

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


async def history(company: Database, actor: Actor) -> list[tuple[date | None, date | None]]:
    async with company.reading(actor) as session:
        steps = select(EtaChange.previous, EtaChange.eta).order_by(EtaChange.id)
        return [(row[0], row[1]) for row in await session.execute(steps)]


async def test_a_shipment_remembers_how_its_eta_moved(company: Database, team: Team) -> None:
    async with company.writing(team.analyst) as session:
        new = insert(Shipment).values(code="S-1", eta=MAY).returning(Shipment.first_eta)
        assert await session.scalar(new) == MAY
    for values in ({"eta": JUNE}, {"eta": JUNE, "vessel": "Elbe"}, {"vessel": "Weser"}):
        async with company.writing(team.analyst) as session:
            await session.execute(update(Shipment).values(**values))
    async with company.writing(team.analyst) as session:
        gone = update(Shipment).values(eta=None).returning(Shipment.first_eta)
        assert await session.scalar(gone) == MAY
    assert await history(company, team.viewer) == [(None, MAY), (MAY, JUNE), (JUNE, None)]


async def test_a_first_eta_may_come_later(company: Database, team: Team) -> None:
    async with company.writing(team.analyst) as session:
        await session.execute(insert(Shipment).values(code="S-1"))
    assert await history(company, team.analyst) == []
    async with company.writing(team.analyst) as session:
        new = update(Shipment).values(eta=JULY).returning(Shipment.first_eta)
        assert await session.scalar(new) == JULY
    assert await history(company, team.analyst) == [(None, JULY)]


async def test_the_history_is_audited_and_only_its_source_can_be_added(
    company: Database, team: Team
) -> None:
    async with company.writing(team.analyst.during(call_id="c-1")) as session:
        await session.execute(insert(Shipment).values(code="S-1", eta=MAY))
        await session.execute(update(EtaChange).values(source="carrier's notice"))
        written = select(AuditEntry.entity, AuditEntry.op, AuditEntry.call_id).order_by(
            AuditEntry.id
        )
        rows = [tuple(r) for r in await session.execute(written.where(AuditEntry.call_id == "c-1"))]
    assert rows == [
        ("shipment", "I", "c-1"),
        ("eta_change", "I", "c-1"),
        ("eta_change", "U", "c-1"),
    ]
    for statement in (update(EtaChange).values(eta=JUNE), insert(EtaChange).values(shipment_id=1)):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with company.writing(team.admin) as session:
                await session.execute(statement)


async def change(company: Database, actor: Actor, member: int, **values: object) -> list[int]:
    async with company.writing(actor) as session:
        changed = update(Member).where(Member.id == member).values(**values).returning(Member.id)
        return list(await session.scalars(changed))


async def test_members_change_their_language_and_admins_the_rest(
    company: Database, team: Team
) -> None:
    assert await change(company, team.viewer, 3, locale="es") == [3]
    assert await change(company, team.viewer, 2, locale="es") == []
    for values in ({"role": "admin"}, {"name": "Vera Wichtig"}, {"active": False}):
        with pytest.raises(DBAPIError, match="their own language and hours only"):
            await change(company, team.viewer, 3, **values)
    assert await change(company, team.admin, 3, role="analyst") == [3]
    with pytest.raises(DBAPIError, match="row-level security"):
        async with company.writing(team.analyst) as session:
            await session.execute(insert(Member).values(email="x@y.example", name="X"))


async def test_the_last_admin_stays(company: Database, team: Team) -> None:
    for values in ({"role": "analyst"}, {"active": False}, {"retired_at": text("now()")}):
        with pytest.raises(DBAPIError, match="the last active admin must stay"):
            await change(company, team.admin, 1, **values)
    await change(company, team.admin, 2, role="admin")
    assert await change(company, team.admin, 1, role="analyst") == [1]


async def test_the_last_two_admins_cannot_step_down_at_once(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner("UPDATE member SET role = 'admin' WHERE id = 2")
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
        "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    async with company.writing(team.admin) as session:
        await session.execute(update(Member).where(Member.id == 1).values(role="viewer"))
        second = asyncio.create_task(change(company, team.analyst, 2, role="viewer"))
        async with asyncio.timeout(10):
            while not second.done() and place.as_owner(waiting) == [(0,)]:  # noqa: ASYNC110 - the event is in another process
                await asyncio.sleep(0.01)
    with pytest.raises(DBAPIError, match="the last active admin"):
        await second
    admins = place.as_owner("SELECT id FROM member WHERE role = 'admin' AND active")
    assert admins == [(2,)]
