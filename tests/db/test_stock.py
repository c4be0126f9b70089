"""Stock never lies: a simple model in Python and the database agree, whatever happens in which order."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.address import Address
from db.session import Actor, Database
from tests.db.places import Place, Team

START = date(2026, 3, 2)
HORIZON = 60  # days; no reservation is longer
ROASTERS = (1, 2)
PEOPLE = """
    INSERT INTO cooperative (id, name) VALUES (1, 'Coop Uno');
    INSERT INTO roaster (id, name, owner_id) VALUES (1, 'Rösterei A', 2), (2, 'Rösterei B', 1);
"""


@dataclass
class Held:
    """Something that takes bags of the model's one lot; dates are days, `gone` is put away."""

    kind: str
    bags: int
    since: date
    kilos: Decimal = Decimal(0)
    until: date | None = None
    released: date | None = None
    deal: int | None = None
    gone: bool = False


@dataclass
class Deal:
    confirmed: date | None = None
    lost: date | None = None


@dataclass
class Model:
    """What a lot's position should be, said as plainly as possible."""

    bags: int | None
    weight: Decimal = Decimal(60)
    held: dict[tuple[str, int], Held] = field(default_factory=dict[tuple[str, int], Held])
    deals: dict[int, Deal] = field(default_factory=dict[int, Deal])

    def counts(self, one: Held, day: date) -> bool:
        deal = self.deals.get(one.deal or 0, Deal())
        if one.gone:
            return False
        if one.kind == "sold":
            begun = deal.confirmed is not None and max(deal.confirmed, one.since) <= day
            return begun and not (deal.lost is not None and deal.lost <= day)
        if one.kind == "reserved":
            taken_over = deal.confirmed is not None and one.since <= deal.confirmed <= day
            over = taken_over or (deal.lost is not None and deal.lost <= day)
            over = over or (one.released is not None and one.released <= day)
            return one.since <= day and one.until is not None and day <= one.until and not over
        return one.since <= day

    def taken(self, kind: str, day: date) -> int:
        mine = [h for h in self.held.values() if h.kind == kind and self.counts(h, day)]
        loose = sum((h.kilos for h in mine), Decimal(0))
        return sum(h.bags for h in mine) + int(loose / self.weight)

    def all_taken(self, day: date) -> int:
        return sum(self.taken(k, day) for k in ("sold", "reserved", "sampled", "lost"))

    def fits(self, today: date) -> bool:
        """Whether nothing is oversold on any day from today on."""
        days = [today + timedelta(n) for n in range(HORIZON)]
        if self.bags is None:
            return not any(self.counts(h, d) for h in self.held.values() for d in days)
        return all(self.all_taken(d) <= self.bags for d in days)


class Book:
    """One lot in the database and its model; every step is tried in both."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], bags: int | None) -> None:
        self.connection, self.today = connection, START
        self.lot = self.run(
            "INSERT INTO lot (code, bags, bag_weight_kg) "
            "VALUES ('L-' || gen_random_uuid(), %s, 60) RETURNING id", bags
        )[0]["id"]  # fmt: skip
        self.model = Model(bags)

    def run(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with self.connection.transaction():
            self.connection.execute(
                "SELECT set_config('app.actor', 'member:2', true), set_config('app.member', '2', true), "
                "set_config('app.today', %s, true)", [self.today.isoformat()]
            )  # fmt: skip
            cursor = self.connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def step(self, after: Model, statement: str, *values: object) -> list[dict[str, Any]]:
        """Do it in the database; it must be refused exactly when the model says so."""
        try:
            rows = self.run(statement, *values)
        except psycopg.errors.CheckViolation as refused:
            rule = refused.diag.constraint_name
            assert rule in {"lot_not_oversold", "lot_bags_known"}, rule
            assert not after.fits(self.today), statement
            return []
        assert after.fits(self.today), (statement, values)
        self.model = after
        return rows

    def copy(self) -> Model:
        held = {k: replace(h) for k, h in self.model.held.items()}
        return replace(
            self.model, held=held, deals={k: replace(d) for k, d in self.model.deals.items()}
        )

    def added(self, table: str, one: Held, statement: str, *values: object) -> None:
        after = self.copy()
        after.held[table, 0] = one  # its number is known once it is written
        rows = self.step(after, statement + " RETURNING id", *values)
        if rows:
            self.model.held[table, rows[0]["id"]] = self.model.held.pop((table, 0))

    def check(self, day: date) -> None:
        (row,) = self.run("SELECT * FROM stock_on(%s, ARRAY[%s]::bigint[])", day, self.lot)
        free = self.run("SELECT stock_free(%s, %s) AS free", self.lot, day)[0]["free"]
        for kind in ("sold", "reserved", "sampled", "lost"):
            assert row[kind] == self.model.taken(kind, day), (kind, day)
        bags = self.model.bags
        assert row["free"] == free == (None if bags is None else bags - self.model.all_taken(day))
        if bags is not None and day >= self.today:
            assert free >= 0
            whole = row["purchased"] - row["sold"] - row["reserved"]
            assert row["free_kg"] == whole * 60 - row["sampled_kg"] - row["lost_kg"]
            assert row["free_kg"] > (free - 2) * 60


STEPS = (
    "reserve", "reserve for a deal", "offer", "line", "confirm", "lose", "unconfirm", "lost drawn",
    "bags", "line bags", "release", "put away", "bring back", "days", "days",
)  # fmt: skip


def act(book: Book, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(STEPS))
    bags = data.draw(st.integers(1, 12))
    if step == "days":
        book.today += timedelta(data.draw(st.integers(1, 9)))
    elif step == "reserve":
        reserve(book, bags, data, None)
    elif step == "reserve for a deal" and (deal := some_deal(book, data, offers=True)):
        reserve(book, bags, data, deal)
    elif step == "offer":
        made = book.run(
            "INSERT INTO deal (code, roaster_id) VALUES ('S-' || gen_random_uuid(), 1) RETURNING id"
        )
        book.model.deals[made[0]["id"]] = Deal()
    elif step == "line" and (deal := some_deal(book, data)):
        one = Held("sold", bags, book.today, deal=deal)
        statement = (
            "INSERT INTO deal_line (deal_id, lot_id, bags, added_on) VALUES (%s, %s, %s, %s)"
        )
        book.added("deal_line", one, statement, deal, book.lot, bags, book.today)
    elif step == "lost drawn":
        drawn(book, bags, data)
    elif step == "bags":
        after = book.copy()
        after.bags = data.draw(st.sampled_from([None, 5, 10, 20, 30]))
        book.step(after, "UPDATE lot SET bags = %s WHERE id = %s", after.bags, book.lot)
    elif step in {"confirm", "lose", "unconfirm"}:
        staged(book, step, data)
    else:
        mended(book, step, bags, data)


def some_deal(book: Book, data: st.DataObject, *, offers: bool = False) -> int | None:
    deals = [
        n for n, d in book.model.deals.items() if d.lost is None and not (offers and d.confirmed)
    ]
    return data.draw(st.sampled_from(deals)) if deals else None


def reserve(book: Book, bags: int, data: st.DataObject, deal: int | None) -> None:
    until = book.today + timedelta(data.draw(st.integers(0, 14)))
    one = Held("reserved", bags, book.today, until=until, deal=deal)
    statement = (
        "INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on, deal_id) "
        "VALUES (%s, 1, %s, %s, %s, %s)"
    )
    book.added("reservation", one, statement, book.lot, bags, until, book.today, deal)


def drawn(book: Book, bags: int, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(["sample", "loss", "shortfall", "surplus"]))
    kilos = data.draw(st.sampled_from([None, Decimal("0.35"), Decimal(45), Decimal(70)]))
    sign = -1 if word == "surplus" else 1
    one = Held(
        "sampled" if word == "sample" else "lost", 0 if kilos else sign * bags, book.today,
        kilos=sign * (kilos or Decimal(0)),
    )  # fmt: skip
    statement = (
        "INSERT INTO stock_movement (lot_id, kind, bags, weight_kg, moved_on, reason) "
        "VALUES (%s, %s, %s, %s, %s, 'test')"
    )
    book.added(
        "stock_movement", one, statement, book.lot, word, None if kilos else bags, kilos, book.today
    )


def staged(book: Book, step: str, data: st.DataObject) -> None:
    deal = some_deal(book, data)
    if deal is None:
        return
    after = book.copy()
    if step == "confirm" and after.deals[deal].confirmed is None:
        after.deals[deal].confirmed = book.today
        book.step(
            after, "UPDATE deal SET stage = 'confirmed', confirmed_on = %s WHERE id = %s", book.today, deal
        )  # fmt: skip
    elif step == "lose":
        after.deals[deal].lost = book.today
        book.step(
            after, "UPDATE deal SET stage = 'lost', lost_on = %s, lost_reason = 'x' WHERE id = %s", book.today, deal
        )  # fmt: skip
    elif step == "unconfirm" and after.deals[deal].confirmed is not None:
        after.deals[deal].confirmed = None  # an undo: reservations of the deal hold again
        book.step(after, "UPDATE deal SET stage = 'offer', confirmed_on = NULL WHERE id = %s", deal)


def mended(book: Book, step: str, bags: int, data: st.DataObject) -> None:
    places = sorted(book.model.held)
    place = data.draw(st.sampled_from(places)) if places else None
    if place is None:
        return
    table, number = place
    after = book.copy()
    one = after.held[place]
    if step == "line bags" and table == "deal_line":
        one.bags = bags
        book.step(after, "UPDATE deal_line SET bags = %s WHERE id = %s", bags, number)
    elif step == "release" and table == "reservation":
        one.released = book.today
        book.step(
            after, "UPDATE reservation SET released_on = %s WHERE id = %s", book.today, number
        )
    elif step in {"put away", "bring back"}:
        one.gone = step == "put away"
        when = "now()" if one.gone else "NULL"
        book.step(after, f"UPDATE {table} SET retired_at = {when} WHERE id = %s", number)  # noqa: S608


@pytest.fixture
def written(place: Place, team: Team) -> Place:
    assert team
    place.as_owner(PEOPLE)
    return place


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_position_is_what_the_model_says_after_every_step(
    written: Place, data: st.DataObject
) -> None:
    with Address(written.app_url).connected() as connection:
        connection.row_factory = dict_row  # type: ignore[assignment]
        book = Book(connection, data.draw(st.sampled_from([None, 10, 20, 30])))  # type: ignore[arg-type]
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


def test_where_it_lies_and_when_it_was_bought(written: Place) -> None:
    written.as_owner(
        "INSERT INTO contract (id, code, cooperative_id, signed_on) VALUES (1, 'P-1', 1, '2026-02-01')",
        "INSERT INTO lot (id, code, bags, bag_weight_kg, contract_id, location) VALUES "
        "(1, 'L-1', 100, 60, 1, NULL), (2, 'L-2', 50, 60, NULL, 'Hamburg'), (3, 'L-3', 20, 60, NULL, NULL), (4, 'L-4', NULL, 60, NULL, NULL)",
        "INSERT INTO shipment (id, code, departed_on, arrived_on, delivered_on) VALUES "
        "(1, 'SH-1', '2026-03-01', '2026-03-20', '2026-03-25')",
        "INSERT INTO shipment_lot (shipment_id, lot_id, bags) VALUES (1, 1, 60)",
        "INSERT INTO deal (id, code, roaster_id, stage, confirmed_on, delivered_on) VALUES "
        "(1, 'S-1', 1, 'delivered', '2026-03-02', '2026-03-28')",
        "INSERT INTO deal_line (deal_id, lot_id, bags, added_on) VALUES (1, 1, 10, '2026-03-02')",
    )

    def where(day: str, lot: int = 1) -> object:
        rows = written.as_owner(
            f"SELECT purchased, free, afloat, in_warehouse FROM stock_on('{day}', ARRAY[{lot}]::bigint[])"  # noqa: S608
        )
        return rows[0]

    assert where("2026-01-31") == (0, 0, 0, 0)
    assert where("2026-02-15") == (100, 100, 0, 0)
    assert where("2026-03-10") == (100, 90, 60, 0)
    assert where("2026-03-22") == (100, 90, 0, 0)
    assert where("2026-03-26") == (100, 90, 0, 60)
    assert where("2026-03-30") == (100, 90, 0, 50)
    assert where("2026-03-30", 2) == (50, 50, 0, 50)
    assert where("2026-03-30", 3) == (20, 20, None, None)
    assert where("2026-03-30", 4) == (None, None, None, None)
