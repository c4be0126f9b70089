"""Stock never lies: a simple model in Python and the database agree, whatever happens in which order."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.address import Address
from db.session import Actor, Database
from tests.db.book import START, Book, act
from tests.db.places import Place, Team

SHIPMENTS = [
    (4, "NULL, NULL, NULL"),
    (4, "'2026-03-01', NULL, NULL"),
    (6, "'2026-02-01', '2026-03-10', NULL"),
    (6, "'2026-02-01', '2026-02-25', '2026-03-05'"),
]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_position_is_what_the_model_says_after_every_step(
    written: Place, data: st.DataObject
) -> None:
    with Address(written.app_url).connected() as connection:
        connection.row_factory = dict_row  # type: ignore[assignment]
        bags = data.draw(st.sampled_from([None, 10, 20, 30]))
        shipped = data.draw(st.lists(st.sampled_from(SHIPMENTS), max_size=2))
        book = Book(connection, bags, shipped)  # type: ignore[arg-type]
        for _ in range(data.draw(st.integers(10, 25))):
            act(book, data)
            book.check(book.today)
            book.check(START + timedelta(data.draw(st.integers(-2, 90))))


async def reserve_as(company: Database, actor: Actor, roaster: int, bags: int) -> None:
    async with company.writing(replace(actor, today=START)) as session:
        await session.execute(
            text(
                "INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on) "
                "VALUES (1, :roaster, :bags, :until, :day)"
            ),
            {"roaster": roaster, "bags": bags, "until": START + timedelta(7), "day": START},
        )


WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity a USING (pid) "
    "WHERE a.datname = current_database() AND NOT granted"
)


async def test_of_two_who_want_the_last_bags_one_gets_them(
    company: Database, written: Place, team: Team
) -> None:
    written.as_owner("INSERT INTO lot (id, code, bags, bag_weight_kg) VALUES (1, 'L-1', 10, 60)")
    async with company.writing(replace(team.analyst, today=START)) as session:
        await session.execute(
            text(
                "INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on) "
                "VALUES (1, 1, 8, '2026-03-09', '2026-03-02')"
            )
        )
        second = asyncio.create_task(reserve_as(company, team.admin, 2, 8))
        async with asyncio.timeout(10):
            while not second.done() and written.as_owner(WAITING) == [(0,)]:  # noqa: ASYNC110 - the event is in another process
                await asyncio.sleep(0.01)
        assert not second.done()
    with pytest.raises(IntegrityError) as told:
        await second
    detail = str(told.value.orig.diag.message_detail)  # type: ignore[union-attr]
    assert "Rösterei A" in detail and '"taken": 16' in detail
    assert written.as_owner("SELECT roaster_id, bags FROM reservation") == [(1, 8)]


async def test_many_at_once_never_get_more_than_there_is(
    company: Database, written: Place, team: Team
) -> None:
    written.as_owner("INSERT INTO lot (id, code, bags, bag_weight_kg) VALUES (1, 'L-1', 10, 60)")
    wants = [reserve_as(company, team.admin, 1 + n % 2, 3) for n in range(8)]
    done = await asyncio.gather(*wants, return_exceptions=True)
    assert sum(e is None for e in done) == 3
    assert all(e is None or isinstance(e, IntegrityError) for e in done)
    assert written.as_owner("SELECT sum(bags) FROM reservation") == [(9,)]


async def test_a_line_and_its_deals_confirmation_cannot_slip_past_each_other(
    company: Database, written: Place, team: Team
) -> None:
    written.as_owner(
        "INSERT INTO lot (id, code, bags, bag_weight_kg) VALUES (1, 'L-1', 10, 60)",
        "INSERT INTO deal (id, code, roaster_id) VALUES (1, 'S-1', 1)",
        "INSERT INTO deal_line (deal_id, lot_id, bags, added_on) VALUES (1, 1, 6, '2026-03-01')",
    )

    async def confirm() -> None:
        async with company.writing(replace(team.admin, today=START)) as session:
            confirmed = "UPDATE deal SET stage = 'confirmed', confirmed_on = '2026-03-02'"
            await session.execute(text(confirmed))

    async with company.writing(replace(team.analyst, today=START)) as session:
        line = (
            "INSERT INTO deal_line (deal_id, lot_id, bags, added_on) VALUES (1, 1, 6, '2026-03-02')"
        )
        await session.execute(text(line))
        waiting = asyncio.create_task(confirm())
        async with asyncio.timeout(10):
            while not waiting.done() and written.as_owner(WAITING) == [(0,)]:  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.01)
    with pytest.raises(IntegrityError, match="12 would be taken"):
        await waiting


async def test_a_customer_one_may_not_see_has_no_name(
    company: Database, written: Place, team: Team
) -> None:
    written.as_owner(
        "UPDATE company SET own_customers_only = true",
        "INSERT INTO lot (id, code, bags, bag_weight_kg) VALUES (1, 'L-1', 10, 60)",
        "INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on) "
        "VALUES (1, 2, 8, '2026-03-09', '2026-03-02')",
    )
    with pytest.raises(IntegrityError) as told:
        await reserve_as(company, team.analyst, 1, 8)
    assert '"roaster": null' in str(told.value.orig.diag.message_detail)  # type: ignore[union-attr]
    held = text("SELECT roaster, bags FROM stock_holders(1, '2026-03-05')")
    free = text("SELECT free FROM stock_on('2026-03-05')")
    for actor, name in ((team.analyst, None), (team.admin, "Rösterei B")):
        async with company.reading(actor) as session:
            assert [tuple(r) for r in await session.execute(held)] == [(name, 8)]
            assert await session.scalar(free) == 2
    async with company.reading(Actor("", None)) as session:
        assert (await session.execute(held)).all() == []
        assert await session.scalar(free) is None


FIX = (
    "INSERT INTO fixation (contract_id, fixed_on, futures_lots, futures_month, level) "
    "VALUES (1, '2026-03-02', {}, 'Z6', 315.4)"
)


@pytest.mark.parametrize(
    ("statements", "rule"),
    [
        (["UPDATE contract SET status = 'cancelled'"], "contract_binds"),
        (["UPDATE contract SET retired_at = now()"], "contract_binds"),
        (["INSERT INTO contract (id, code, cooperative_id, status) VALUES (9, 'P-9', 1, 'draft')",
          "UPDATE lot SET contract_id = 9"], "contract_binds"),
        ([FIX.format(2)], "contract_not_overfixed"),
        ([FIX.format(1), "UPDATE contract SET price = 3.6, currency = 'USD', basis = 'outright', futures_month = NULL"],
         "contract_to_be_fixed"),
    ],
)  # fmt: skip
def test_contracts_bind_and_are_not_overfixed(
    written: Place, statements: list[str], rule: str
) -> None:
    written.as_owner(
        "INSERT INTO contract (id, code, cooperative_id, weight_kg, price, currency, per, basis, futures_month) "
        "VALUES (1, 'P-1', 1, 18975, 45, 'USc', 'lb', 'differential', 'Z6')",
        "INSERT INTO lot (code, bags, bag_weight_kg, contract_id) VALUES ('L-1', 275, 69, 1)",
    )
    with pytest.raises(psycopg.errors.CheckViolation) as told:
        written.as_owner(*statements)
    assert told.value.diag.constraint_name == rule
