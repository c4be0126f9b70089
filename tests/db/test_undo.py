"""Undo puts rows back, unless somebody has changed them since."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Certification
from db.models import Contact, Cooperative, EtaChange, Lot, Member, Shipment
from db.queries import undo
from db.queries.changes import open_change_set
from db.queries.undo import MovedOnError
from db.session import Actor, Database
from tests.db.places import Place, Team

Change = Callable[[AsyncSession], Awaitable[Any]]


async def changed(
    company: Database, actor: Actor, change: Change, undoes: int | None = None
) -> int:
    async with company.writing(actor) as session:
        opened = await open_change_set(
            session,
            member_id=actor.member_id or 0,
            conversation_id=None,
            inbox_id=None,
            undoes_id=undoes,
        )
        await change(session)
    return opened


async def undone(company: Database, actor: Actor, change_set: int) -> int:
    async def back(session: AsyncSession) -> None:
        await undo.put_back(session, await undo.change_set_entries(session, change_set))

    return await changed(company, actor, back, change_set)


async def refusal(company: Database, actor: Actor, change_set: int) -> tuple[str, int, str]:
    with pytest.raises(MovedOnError) as refused:
        await undone(company, actor, change_set)
    return refused.value.entity, refused.value.record_id, refused.value.why


def image(place: Place, table: str) -> list[tuple[object, ...]]:
    return place.as_owner(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id")  # noqa: S608 - constants


def a_lot(**values: Any) -> Change:
    async def make(session: AsyncSession) -> None:
        await session.execute(insert(Lot).values(code="L-1", **values))

    return make


def edit(model: type[Any], **values: Any) -> Change:
    async def make(session: AsyncSession) -> None:
        await session.execute(update(model).values(**values))

    return make


async def test_a_changed_row_gets_every_old_value_back(
    company: Database, place: Place, team: Team
) -> None:
    price = {"asking_price": Decimal("8.9001"), "asking_currency": "EUR"}
    how = {"asking_per": "kg", "asking_basis": "outright", "bags": 3, "bag_weight_kg": 69}
    await changed(company, team.analyst, a_lot(**price, **how, varieties=["Bourbon", "Typica"]))
    before = image(place, "lot")
    organic = [Certification.ORGANIC]
    new: dict[str, Any] = {
        "asking_price": Decimal("9.2"),
        "bags": None,
        "varieties": [],
        "notes": "50% ':x'",
    }
    change_set = await changed(company, team.analyst, edit(Lot, **new, certifications=organic))
    assert image(place, "lot") != before
    undoing = await undone(company, team.analyst, change_set)
    assert image(place, "lot") == before
    async with company.reading(team.analyst) as session:
        (entry,) = await undo.change_set_entries(session, undoing)
        assert await undo.is_undone(session, change_set)
        assert not await undo.is_undone(session, undoing)
    assert (entry.op, entry.member_id) == ("U", 2)


async def test_what_was_created_retires_and_an_undo_can_be_undone(
    company: Database, place: Place, team: Team
) -> None:
    change_set = await changed(company, team.analyst, a_lot())
    undoing = await undone(company, team.analyst, change_set)
    assert place.as_owner("SELECT retired_at IS NOT NULL FROM lot") == [(True,)]
    await undone(company, team.analyst, undoing)
    assert place.as_owner("SELECT retired_at IS NOT NULL FROM lot") == [(False,)]


async def test_several_changes_are_taken_back_newest_first(
    company: Database, place: Place, team: Team
) -> None:
    async def several(session: AsyncSession) -> None:
        new = insert(Cooperative).values(name="Uno").returning(Cooperative.id)
        coop = await session.scalar(new)
        await a_lot(cooperative_id=coop)(session)
        await edit(Lot, location="Callao")(session)
        await edit(Lot, location="Hamburg")(session)
        await edit(Cooperative, town="Jaén")(session)

    change_set = await changed(company, team.analyst, several)
    await undone(company, team.analyst, change_set)
    assert place.as_owner("SELECT location, retired_at IS NULL FROM lot") == [(None, False)]
    assert place.as_owner("SELECT town, retired_at IS NULL FROM cooperative") == [(None, False)]


async def test_a_row_that_moved_on_stays_and_so_does_all_the_rest(
    company: Database, place: Place, team: Team
) -> None:
    async def make(session: AsyncSession) -> None:
        await session.execute(insert(Cooperative).values(id=1, name="Uno"))
        await session.execute(insert(Lot).values(id=7, code="L-1"))

    async def both(session: AsyncSession) -> None:
        await edit(Lot, location="Callao")(session)
        await edit(Cooperative, town="Jaén")(session)

    await changed(company, team.analyst, make)
    change_set = await changed(company, team.analyst, both)
    await changed(company, team.admin, edit(Lot, bags=5))
    before = image(place, "lot") + image(place, "cooperative")
    assert await refusal(company, team.analyst, change_set) == ("lot", 7, "changed")
    assert image(place, "lot") + image(place, "cooperative") == before
    await changed(company, team.admin, edit(Lot, bags=None))
    await undone(company, team.analyst, change_set)
    assert place.as_owner("SELECT town, location FROM cooperative, lot") == [(None, None)]


async def test_what_others_refer_to_does_not_retire(company: Database, team: Team) -> None:
    async def coop(session: AsyncSession) -> None:
        await session.execute(insert(Cooperative).values(id=1, name="Uno"))

    change_set = await changed(company, team.analyst, coop)
    await changed(company, team.admin, a_lot(cooperative_id=1))
    assert await refusal(company, team.analyst, change_set) == ("cooperative", 1, "in_use")
    await changed(company, team.admin, edit(Lot, cooperative_id=None))
    await undone(company, team.analyst, change_set)


async def test_personal_values_come_back_until_they_are_erased(
    company: Database, place: Place, team: Team
) -> None:
    async def contact(session: AsyncSession) -> None:
        await session.execute(insert(Cooperative).values(id=1, name="Uno"))
        await session.execute(
            insert(Contact).values(id=5, name="Rosa", phone="1", cooperative_id=1)
        )

    await changed(company, team.analyst, contact)
    for last in (False, True):
        new = edit(Contact, name="Rosa Quispe", phone=None, language="es")
        change_set = await changed(company, team.analyst, new)
        if last:
            place.as_owner("DELETE FROM audit_personal WHERE entity = 'contact'")
            assert await refusal(company, team.analyst, change_set) == ("contact", 5, "erased")
        else:
            await undone(company, team.analyst, change_set)
            row = place.as_owner("SELECT name, phone, language FROM contact")
            assert row == [("Rosa", "1", None)]


async def test_members_take_back_their_own_language(company: Database, team: Team) -> None:
    async def spanish(session: AsyncSession) -> None:
        await session.execute(update(Member).where(Member.id == 3).values(locale="es"))

    change_set = await changed(company, team.viewer, spanish)
    await undone(company, team.viewer, change_set)
    async with company.reading(team.viewer) as session:
        assert await session.scalar(select(Member.locale).where(Member.id == 3)) == "de"


async def test_an_eta_goes_back_by_one_more_step_of_its_history(
    company: Database, team: Team
) -> None:
    may, june = date(2026, 5, 1), date(2026, 6, 1)

    async def shipment(session: AsyncSession) -> None:
        await session.execute(insert(Shipment).values(code="S-1", eta=may))

    made = await changed(company, team.analyst, shipment)
    moved = await changed(company, team.analyst, edit(Shipment, eta=june))
    await undone(company, team.analyst, moved)
    async with company.reading(team.analyst) as session:
        etas = await session.scalars(select(EtaChange.eta).order_by(EtaChange.id))
        assert etas.all() == [may, june, may]
    await undone(company, team.analyst, made)


async def test_nothing_is_taken_back_twice(company: Database, team: Team) -> None:
    await changed(company, team.analyst, a_lot())
    change_set = await changed(company, team.analyst, edit(Lot, bags=5))
    await undone(company, team.analyst, change_set)
    with pytest.raises(IntegrityError, match="uq_change_set_undoes_id"):
        await undone(company, team.analyst, change_set)


async def test_who_may_not_change_a_row_cannot_undo_it(
    company: Database, place: Place, team: Team
) -> None:
    await changed(company, team.analyst, a_lot())
    change_set = await changed(company, team.analyst, edit(Lot, bags=5))
    lots = place.as_owner("SELECT id FROM lot")
    assert await refusal(company, team.viewer, change_set) == ("lot", lots[0][0], "gone")


async def test_the_last_change_set_is_the_newest_that_still_stands(
    company: Database, team: Team
) -> None:
    async def last() -> int | None:
        async with company.reading(team.analyst) as session:
            return await undo.last_change_set(session, 2)

    async def nothing(session: AsyncSession) -> None:
        await session.execute(text("SELECT 1"))

    assert await last() is None
    first = await changed(company, team.analyst, a_lot())
    second = await changed(company, team.analyst, edit(Lot, bags=5))
    await changed(company, team.analyst, nothing)
    await changed(company, team.admin, edit(Lot, location="Ulm"))
    assert await last() == second
    await changed(company, team.admin, edit(Lot, location=None))
    await undone(company, team.analyst, second)
    assert await last() == first
    async with company.reading(team.analyst) as session:
        assert await undo.last_change_set(session, 2, conversation_id=99) is None
    await undone(company, team.analyst, first)
    assert await last() is None
