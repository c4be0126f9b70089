"""A simple model of one lot's book, and the steps that are tried in it and in the database alike."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from hypothesis import strategies as st

START = date(2026, 3, 2)
HORIZON = 60  # days; no reservation is longer


PLACES = ("at_origin", "afloat", "at_port", "in_warehouse")


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
            held = [h for (table, _), h in self.held.items() if table != "sample"]
            return not any(self.counts(h, d) for h in held for d in days)
        return all(self.all_taken(d) <= self.bags for d in days)


class Book:
    """One lot in the database and its model; every step is tried in both."""

    def __init__(
        self,
        connection: psycopg.Connection[dict[str, Any]],
        bags: int | None,
        shipped: list[tuple[int, str]],
    ) -> None:
        self.connection, self.today = connection, START
        self.lot = self.run(
            "INSERT INTO lot (code, bags, bag_weight_kg, warehouse_id) "
            "VALUES ('L-' || gen_random_uuid(), %s, 60, 1) RETURNING id", bags
        )[0]["id"]  # fmt: skip
        self.model = Model(bags)
        self.shipped = sum(aboard for aboard, _ in shipped)
        for aboard, days in shipped:
            code = "INSERT INTO shipment (code, departed_on, arrived_on, delivered_on) "
            made = self.run(f"{code} VALUES ('SH-' || gen_random_uuid(), {days}) RETURNING id")
            statement = "INSERT INTO shipment_lot (shipment_id, lot_id, bags) VALUES (%s, %s, %s)"
            self.run(statement, made[0]["id"], self.lot, aboard)

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
            self.check_places(row)

    def check_places(self, row: dict[str, Any]) -> None:
        """Every bag is somewhere, sampled or lost, unless nobody knows where they are."""
        places = [row[p] for p in PLACES]
        assert (None in places) == (self.model.bags is None or self.shipped > self.model.bags), row
        if None not in places:
            assert min(places) >= 0
            assert sum(places) + row["delivered"] + row["sampled"] + row["lost"] == row["purchased"]


STEPS = (
    "reserve", "reserve for a deal", "offer", "line", "confirm", "lose", "unconfirm", "lost drawn", "sample",
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
    elif step == "sample":
        sampled(book, data)
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


SAMPLES = (  # kind, to whom, whether it is coffee of the cooperative's
    ("offer", 1, False),
    ("pre_shipment", 2, False),
    ("arrival", None, False),
    ("offer", None, True),
    ("pre_shipment", None, True),
)


def sampled(book: Book, data: st.DataObject) -> None:
    """Send or draw a sample; what a cooperative sends us is theirs and takes nothing off."""
    grams = data.draw(st.sampled_from([Decimal(300), Decimal(45_000), Decimal(70_000)]))
    kind, roaster, theirs = data.draw(st.sampled_from(SAMPLES))
    kilos = Decimal(0) if theirs else grams / 1000
    one = Held("sampled", 0, book.today, kilos=kilos)
    statement = (
        "INSERT INTO sample (lot_id, kind, roaster_id, weight_g, sent_on) "
        "VALUES (%s, %s, %s, %s, %s)"
    )
    book.added("sample", one, statement, book.lot, kind, roaster, grams, book.today)


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
