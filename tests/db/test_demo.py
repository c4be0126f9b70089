"""The demo: complete, consistent, fictional where it must be, and loaded once."""

# ruff: noqa: S608 - the names put into queries are our own

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from db import demo as demo_module
from db.address import Address
from db.base import audited_tables
from db.demo import load_demo
from db.enums import Protocol
from db.session import Actor, Database
from db.startup import DatabaseRefused
from tools.calc.cupping import (
    ALL_ATTRIBUTES,
    ALL_CUPS,
    FORMS,
    agrees,
    foreign,
    off_step,
    out_of_scale,
)

FILES = Path(demo_module.__file__).parent / "demo_data"
ROLES = {"admin": "anna@demo.invalid", "analyst": "luis@demo.invalid", "viewer": "sam@demo.invalid"}
Row = tuple[Any, ...]


@pytest.fixture
def owner(demo_url: tuple[str, str]) -> Iterator[psycopg.Connection]:
    """A connection that sees every row of a demo database."""
    with Address(demo_url[1]).connected() as connection:
        yield connection


def asked(connection: psycopg.Connection, query: str) -> list[Row]:
    return connection.execute(query.encode()).fetchall()


def everything(url: str) -> dict[str, list[Row]]:
    with Address(url).connected() as connection:
        tables = [model.__tablename__ for model in audited_tables()]
        return {t: asked(connection, f"SELECT * FROM {t} ORDER BY id") for t in tables}


def check_digit(number: str) -> int:
    """Return the digit ISO 6346 asks for: letters count 10, 12, … 38 without multiples of 11."""
    alphabet = dict(zip(ascii_uppercase, (n for n in range(10, 39) if n % 11), strict=True))
    counts = [alphabet.get(sign) or int(sign) for sign in number[:10]]
    return sum(count * 2**place for place, count in enumerate(counts)) % 11 % 10


def test_every_line_of_every_file_is_a_row(owner: psycopg.Connection) -> None:
    files = {path.stem: path for path in FILES.glob("*.csv")}
    for table, path in files.items():
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        assert all(len(line) == len(lines[0]) for line in lines), table
        assert asked(owner, f"SELECT count(*) FROM {table}") == [(len(lines) - 1,)], table
    knowledge = {"document", "document_version", "fact"}  # comes with the product, not the demo
    assert files.keys() | knowledge | {"port"} == {
        model.__tablename__ for model in audited_tables()
    }


def test_it_is_big_enough_to_talk_about(owner: psycopg.Connection) -> None:
    least = {"lot": 24, "interaction": 30, "shipment": 7, "contact": 12, "roaster": 15}
    for table, wanted in least.items():
        ((found,),) = asked(owner, f"SELECT count(*) FROM {table}")
        assert found >= wanted, table
    assert asked(owner, "SELECT DISTINCT crop_year FROM lot ORDER BY 1") == [
        (2024,),
        (2025,),
        (2026,),
    ]
    statuses = asked(owner, "SELECT DISTINCT status FROM shipment ORDER BY 1")
    assert statuses == [("customs",), ("delivered",), ("in_transit",), ("planned",)]
    kinds = asked(owner, "SELECT DISTINCT asking_basis, asking_currency FROM lot ORDER BY 1, 2")
    assert {("differential", "USc"), ("outright", "EUR"), ("outright", "USD")} <= set(kinds)


def test_loading_again_changes_nothing(
    demo_url: tuple[str, str], today: date, owner: psycopg.Connection
) -> None:
    steps: list[str] = []
    before, entries = everything(demo_url[1]), asked(owner, "SELECT count(*) FROM audit_entry")
    load_demo(demo_url[1], today + timedelta(days=9), steps.append)
    assert (everything(demo_url[1]), steps) == (before, [])
    assert asked(owner, "SELECT count(*) FROM audit_entry") == entries


def test_the_same_day_gives_the_same_rows_and_another_day_moves_them(
    demo_url: tuple[str, str], empty_url: tuple[str, str], today: date
) -> None:
    steps: list[str] = []
    load_demo(empty_url[1], today, steps.append)
    assert steps == ["demo data"]
    first, second = everything(demo_url[1]), everything(empty_url[1])
    # These two came with the schema, before the demo.
    del first["port"], second["port"], first["company"], second["company"]
    assert first == second


def test_dates_are_told_from_the_day_of_loading(empty_url: tuple[str, str], today: date) -> None:
    load_demo(empty_url[1], today + timedelta(days=100))
    with Address(empty_url[1]).connected() as connection:
        newest = asked(connection, "SELECT max(happened_on) FROM interaction")
    assert newest == [(today + timedelta(days=97),)]


def test_a_companys_own_database_is_refused(empty_url: tuple[str, str], today: date) -> None:
    with Address(empty_url[1]).connected() as connection, connection.transaction():
        connection.execute("SELECT set_config('app.actor', 'system:test', true)")
        connection.execute("INSERT INTO member (email, name) VALUES ('a@b.invalid', 'A')")
    with pytest.raises(DatabaseRefused, match="a company's own data"):
        load_demo(empty_url[1], today)
    with Address(empty_url[1]).connected() as connection:
        assert asked(connection, "SELECT is_demo FROM company") == [(False,)]
        assert asked(connection, "SELECT count(*) FROM lot") == [(0,)]


def test_everything_is_audited_as_the_demo(owner: psycopg.Connection) -> None:
    for model in audited_tables():
        unknown = (
            f"SELECT id FROM {model.__tablename__} r WHERE NOT EXISTS (SELECT FROM audit_entry a "
            f"WHERE a.entity = '{model.__tablename__}' AND a.record_id = r.id "
            "AND a.actor IN ('system:demo', 'system:migration'))"
        )
        assert asked(owner, unknown) == []
    assert asked(owner, "SELECT is_demo, name LIKE '%(Demo)' FROM company") == [(True, True)]


def test_every_person_is_fictional(owner: psycopg.Connection) -> None:
    people = "SELECT email FROM member UNION ALL SELECT email FROM contact"
    assert all(email.endswith(".invalid") for (email,) in asked(owner, people))
    reachable = (
        "SELECT name FROM contact WHERE phone IS NOT NULL UNION ALL "
        "SELECT name FROM roaster WHERE num_nonnulls(email, phone) > 0 UNION ALL "
        "SELECT name FROM cooperative WHERE num_nonnulls(email, phone, website) > 0"
    )
    assert asked(owner, reachable) == []


def test_every_region_figure_has_a_source_and_a_year(owner: psycopg.Connection) -> None:
    figures = asked(owner, "SELECT source, year, unit, value FROM region_figure")
    assert figures
    assert all(source and 2000 < year <= 2026 and unit for source, year, unit, _ in figures)
    doubled = (
        "SELECT region_id FROM region_figure GROUP BY region_id, metric, year HAVING count(*) > 1"
    )
    assert asked(owner, doubled) == []


def test_every_certificate_and_member_count_has_a_source(owner: psycopg.Connection) -> None:
    certified = (
        "SELECT c.name, x FROM cooperative c, unnest(certifications) x WHERE NOT EXISTS "
        "(SELECT FROM evidence e WHERE e.entity = 'cooperative' AND e.record_id = c.id "
        "AND e.field = 'certifications' AND e.value = x)"
    )
    counted = (
        "SELECT c.name FROM cooperative c WHERE members IS NOT NULL AND NOT EXISTS "
        "(SELECT FROM evidence e WHERE e.entity = 'cooperative' AND e.record_id = c.id "
        "AND e.field = 'members' AND e.value = c.members::text)"
    )
    unheld = (
        "SELECT l.code FROM lot l JOIN cooperative c ON c.id = l.cooperative_id "
        "WHERE NOT l.certifications <@ c.certifications"
    )
    assert [asked(owner, query) for query in (certified, counted, unheld)] == [[], [], []]


def test_what_is_invented_says_so(owner: psycopg.Connection) -> None:
    for table, column in (
        ("lot", "notes"),
        ("contract", "notes"),
        ("fixation", "notes"),
        ("deal", "notes"),
        ("reservation", "notes"),
        ("stock_movement", "reason"),
        ("shipment", "notes"),
        ("interaction", "summary"),
        ("eta_change", "source"),
        ("transport_event", "source"),
        ("sample", "notes"),
        ("cupping", "notes"),
        ("paper", "notes"),
    ):
        silent = f"SELECT id FROM {table} WHERE coalesce({column}, '') NOT LIKE 'Demo%'"
        assert asked(owner, silent) == [], table


def test_a_field_with_two_sources_keeps_both_and_the_row_shows_the_newer(
    owner: psycopg.Connection,
) -> None:
    shown = (
        "SELECT e.value, c.status FROM evidence e JOIN cooperative c ON c.id = e.record_id "
        "WHERE e.entity = 'cooperative' AND e.field = 'status' ORDER BY e.as_of DESC"
    )
    assert asked(owner, shown) == [("paused", "paused"), ("active", "paused")]
    scores = "SELECT value::numeric FROM evidence WHERE field = 'cup_score' ORDER BY as_of DESC"
    lot = "SELECT cup_score FROM lot WHERE code = 'PE-26-003'"
    assert asked(owner, scores)[0] == asked(owner, lot)[0]
    assert len(asked(owner, scores)) == 2


def test_every_cupping_adds_up_on_its_form(owner: psycopg.Connection) -> None:
    fields = (*ALL_ATTRIBUTES, *ALL_CUPS)
    query = f"SELECT kind, cup_protocol, cup_score, {', '.join(fields)} FROM cupping"
    for kind, protocol, score, *points in asked(owner, query):
        values = dict(zip(fields, points, strict=True))
        if kind == "total":
            assert set(points) == {None}
            continue
        form, single = FORMS[Protocol(protocol)], kind == "sheet"
        assert foreign(form, values) == out_of_scale(form, values) == []
        assert not single or off_step(form, values) == []
        exact = form.total(values)
        assert exact is not None and agrees(form, exact, score, single=single), values


def test_container_numbers_have_their_check_digit(owner: psycopg.Connection) -> None:
    assert check_digit("CSQU3054383") == 3
    numbers = asked(owner, "SELECT number FROM container")
    assert [n for (n,) in numbers if check_digit(n) != int(n[10])] == []
    several = "SELECT count(*) FROM container GROUP BY shipment_id ORDER BY 1 DESC LIMIT 1"
    assert asked(owner, several) == [(2,)]


def test_shipments_carry_no_more_than_there_is_and_fits(owner: psycopg.Connection) -> None:
    overdrawn = (
        "SELECT l.code FROM lot l JOIN shipment_lot s ON s.lot_id = l.id "
        "GROUP BY l.id HAVING sum(s.bags) > l.bags"
    )
    overloaded = (
        "SELECT s.shipment_id FROM shipment_lot s JOIN lot l ON l.id = s.lot_id GROUP BY 1 "
        "HAVING sum(s.bags * l.bag_weight_kg) > 21700 * greatest(1, (SELECT count(*) "
        "FROM container c WHERE c.shipment_id = s.shipment_id))"
    )
    empty = "SELECT code FROM shipment WHERE id NOT IN (SELECT shipment_id FROM shipment_lot)"
    afloat = (
        "SELECT code FROM lot WHERE (location = 'afloat') <> (id IN (SELECT lot_id "
        "FROM shipment_lot x JOIN shipment s ON s.id = x.shipment_id AND s.status = 'in_transit'))"
    )
    assert [asked(owner, q) for q in (overdrawn, overloaded, empty, afloat)] == [[], [], [], []]


def test_the_book_adds_up(owner: psycopg.Connection, today: date) -> None:
    asked(owner, "SELECT set_config('app.actor', 'system:test', false)")
    position = f"SELECT count(*), min(free), sum(sold), sum(reserved) FROM stock_on('{today}')"
    ((lots, least, sold, reserved),) = asked(owner, position)
    assert (lots, sold, reserved) == (25, 73, 80) and least >= 0
    unlike = (
        "SELECT c.code FROM contract c JOIN lot l ON l.contract_id = c.id WHERE "
        "(l.cooperative_id, l.purchase_price, l.purchase_basis, l.purchase_futures_month) "
        "IS DISTINCT FROM (c.cooperative_id, c.price, c.basis, c.futures_month)"
    )
    uncertified = (
        "SELECT x.code FROM contract x JOIN cooperative c ON c.id = x.cooperative_id "
        "WHERE NOT x.certifications <@ c.certifications"
    )
    assert [asked(owner, query) for query in (unlike, uncertified)] == [[], []]


def test_events_dates_and_status_of_a_shipment_agree(owner: psycopg.Connection) -> None:
    ((wrong,),) = asked(
        owner,
        """
        SELECT array_agg(code) FROM (
            SELECT s.code, s.status, s.departed_on, s.arrived_on, s.delivered_on,
                   array_agg(e.code) AS done,
                   min(e.happened_at::date) FILTER (WHERE e.code = 'DEPA') AS left_on,
                   min(e.happened_at::date) FILTER (WHERE e.code = 'ARRI') AS came_on
            FROM shipment s LEFT JOIN transport_event e
              ON e.shipment_id = s.id AND e.classifier = 'ACT'
            GROUP BY s.id) x
        WHERE left_on IS DISTINCT FROM departed_on OR came_on IS DISTINCT FROM arrived_on
           OR (delivered_on IS NULL) = (status = 'delivered')
           OR status <> CASE WHEN done && ARRAY['GTOT', 'STRP'] THEN 'delivered'
                             WHEN 'DISC' = ANY(done) THEN 'customs'
                             WHEN done @> ARRAY['LOAD', 'DEPA'] THEN 'in_transit'
                             ELSE 'planned' END
        """,
    )
    assert wrong is None
    astray = (
        "SELECT e.id FROM transport_event e JOIN container c ON c.id = e.container_id "
        "WHERE c.shipment_id <> e.shipment_id"
    )
    assert asked(owner, astray) == []


def test_eta_history_leads_to_the_eta_shown(owner: psycopg.Connection, today: date) -> None:
    steps = asked(
        owner,
        "SELECT e.shipment_id, e.previous, e.eta, s.first_eta, s.eta, e.source, e.created_at "
        "FROM eta_change e JOIN shipment s ON s.id = e.shipment_id ORDER BY e.id",
    )
    shipments: dict[int, list[Row]] = {}
    for shipment, *step in steps:
        shipments.setdefault(shipment, []).append(tuple(step))
    for history in shipments.values():
        assert [step[0] for step in history] == [None, *(step[1] for step in history[:-1])]
        assert history[0][1] == history[0][2]
        assert history[-1][1] == history[-1][3]
        assert [step[5] for step in history] == sorted(step[5] for step in history)
        assert all(step[4] and step[5].date() <= today for step in history)
    late = (
        "SELECT s.code FROM shipment s, company c WHERE s.eta - s.first_eta > c.delayed_after_days "
        "AND s.arrived_on IS NULL"
    )
    assert asked(owner, late) == [("SH-26-004",)]


def test_last_contacts_are_the_newest_interactions(owner: psycopg.Connection) -> None:
    for party in ("cooperative", "roaster"):
        unlike = (
            f"SELECT p.name FROM {party} p WHERE last_contact_on IS DISTINCT FROM "
            f"(SELECT max(happened_on) FROM interaction WHERE {party}_id = p.id)"
        )
        assert asked(owner, unlike) == []
    elsewhere = (
        "SELECT i.id FROM interaction i JOIN contact c ON c.id = i.contact_id "
        "WHERE (c.cooperative_id, c.roaster_id) IS DISTINCT FROM (i.cooperative_id, i.roaster_id)"
    )
    assert asked(owner, elsewhere) == []


def test_follow_ups_lie_around_today(owner: psycopg.Connection, today: date) -> None:
    due = asked(owner, "SELECT next_followup_on FROM roaster WHERE next_followup_on IS NOT NULL")
    assert {(day > today) - (day < today) for (day,) in due} == {-1, 0, 1}
    span = f"date '{today}' - 120 AND date '{today}'"
    early = f"SELECT count(*) FROM interaction WHERE happened_on NOT BETWEEN {span}"
    assert asked(owner, early) == [(0,)]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_sees_what_it_should(
    demo: Database, owner: psycopg.Connection, role: str
) -> None:
    ((member_id,),) = asked(owner, f"SELECT id FROM member WHERE email = '{ROLES[role]}'")
    async with demo.reading(Actor.member(member_id)) as session:
        assert await session.scalar(text("SELECT actor_role()")) == role
        for model in audited_tables():
            count = f"SELECT count(*) FROM {model.__tablename__}"
            ((all_of_them,),) = asked(owner, count)
            seen = await session.scalar(text(count))
            if model.__tablename__ == "reminder" and role != "admin":
                ((all_of_them,),) = asked(owner, f"{count} WHERE member_id = {member_id}")
            kept = {"contact", "interaction", "fixation"}
            personal = role == "viewer" and model.__tablename__ in kept
            assert seen == (0 if personal else all_of_them), model.__tablename__


async def test_nobody_sees_nothing(demo: Database) -> None:
    async with demo.reading(Actor("", None)) as session:
        assert await session.scalar(text("SELECT count(*) FROM lot")) == 0
