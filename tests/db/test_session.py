"""Transactions tell the database who acts, and nothing of it outlives them."""

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from db import embedded, migrate
from db.embedded import OWNER_ROLE
from db.models import Cooperative
from db.queries.members import act_as
from db.rls import APP_ROLE
from db.session import Actor, Database, DatabaseUnavailable
from tests.db.places import Place, Team

# ruff: noqa: PT012 - what is tested is how a whole transaction ends

TOLD = text(
    "SELECT current_setting('app.' || name, true) FROM "
    "unnest('{actor,member,call,conversation,change_set}'::text[]) WITH ORDINALITY AS n (name, at) "
    "ORDER BY at"
)


async def told(database: Database, actor: Actor) -> list[str]:
    async with database.reading(actor) as session:
        return list(await session.scalars(TOLD))


async def test_the_database_is_told_who_acts_and_within_what(company: Database, team: Team) -> None:
    within = team.analyst.during(call_id="c-1", conversation_id=7).during(change_set_id=9)
    assert await told(company, within) == ["member:2", "2", "c-1", "7", "9"]
    assert await told(company, Actor.system("test")) == ["system:test", "", "", "", ""]


async def test_nothing_leaks_between_transactions_on_one_connection(
    place: Place, team: Team
) -> None:
    database = Database(place.app_url, pool_size=1)
    async with database.writing(team.admin) as session:
        await act_as(session, 2)
        await session.execute(text("SELECT set_config('app.call', 'c-1', true)"))
    assert await told(database, Actor("", None)) == [""] * 5
    with pytest.raises(DBAPIError):
        async with database.writing(team.admin) as session:
            await session.execute(text("SELECT 1/0"))
    assert await told(database, team.viewer) == ["member:3", "3", "", "", ""]
    with pytest.raises(RuntimeError, match="half way"):
        async with database.writing(team.admin) as session:
            await session.execute(insert(Cooperative).values(name="half way"))
            raise RuntimeError("half way")
    async with database.writing(team.viewer) as session:
        assert (await session.scalars(select(Cooperative.id))).all() == []
    await database.close()


async def test_the_connection_itself_forgets_who_acted(place: Place, team: Team) -> None:
    database = Database(place.app_url, pool_size=1)
    actor = team.admin.during(call_id="c-1", conversation_id=7, change_set_id=9)
    async with database.writing(actor) as session:
        pooled = await (await session.connection()).get_raw_connection()
        driver: Any = pooled.driver_connection
    left = await (await driver.execute(str(TOLD))).fetchall()
    assert [value or "" for (value,) in left] == [""] * 5
    (read_only,) = await (await driver.execute("SHOW transaction_read_only")).fetchone()
    assert read_only == "off"
    await driver.rollback()
    await database.close()


async def test_members_do_not_meet_in_a_shared_pool(company: Database, team: Team) -> None:
    me = text("SELECT actor_member(), pg_sleep(0.001), actor_member()")

    async def asked(actor: Actor) -> bool:
        async with company.reading(actor) as session:
            first, _, second = (await session.execute(me)).one()
        return first == second == actor.member_id

    actors = [team.admin, team.analyst, team.viewer] * 60
    assert all(await asyncio.gather(*map(asked, actors)))


async def test_reading_changes_nothing(company: Database, team: Team) -> None:
    attempts = [
        insert(Cooperative).values(name="X"),
        text("SELECT audit_event('login', NULL, NULL, '{}')"),
        text("SELECT audit_seal(1)"),
        text("SELECT nextval(pg_get_serial_sequence('lot', 'id'))"),
    ]
    for attempt in attempts:
        with pytest.raises(DBAPIError):
            async with company.reading(team.admin) as session:
                await session.execute(attempt)
    async with company.reading(team.admin) as session:
        assert await session.scalar(text("SHOW transaction_read_only")) == "on"
        with pytest.raises(DBAPIError, match="read-write mode"):
            await session.execute(text("SELECT set_config('transaction_read_only', 'off', true)"))
    async with company.writing(team.admin) as session:
        await session.execute(attempts[0])


async def test_instants_are_utc_and_statements_end(company: Database, team: Team) -> None:
    async with company.reading(team.admin) as session:
        assert await session.scalar(text("SHOW timezone")) == "UTC"
        assert await session.scalar(text("SHOW statement_timeout")) == "30s"
        assert await session.scalar(text("SHOW search_path")) == "public,pg_catalog"


async def test_a_restarted_server_costs_a_second_attempt_not_an_error(folder: Path) -> None:
    server = embedded.start(folder, durable=False)
    embedded.ensure_roles(server)
    embedded.ensure_database(server, "company")
    migrate.upgrade(server.url("company", OWNER_ROLE))
    database = Database(server.url("company", APP_ROLE), pool_size=2)
    await database.open()
    system = Actor.system("test")
    assert await told(database, system)
    embedded.stop(folder)
    with pytest.raises(DatabaseUnavailable, match="try again in a moment"):
        await told(database, system)
    embedded.start(folder, durable=False)
    assert (await told(database, system))[0] == "system:test"
    embedded.stop(folder)
    embedded.start(folder, durable=False)
    assert (await told(database, system))[0] == "system:test"
    await database.close()


async def test_a_connection_that_dies_in_between_is_told_plainly(
    company: Database, place: Place, team: Team
) -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        async with company.writing(team.admin) as session:
            await session.execute(insert(Cooperative).values(name="lost"))
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            async with company.writing(team.analyst) as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await session.execute(text("SELECT 1"))
    assert place.as_owner("SELECT count(*) FROM cooperative") == [(0,)]


async def test_a_statement_at_once_is_a_whole_transaction(place: Place, team: Team) -> None:
    database = Database(place.app_url, pool_size=1)
    within = team.analyst.during(call_id="c-1", conversation_id=7)
    who = "SELECT current_setting('app.actor') || current_setting('app.call')"
    assert await database.at_once(within, who, {}) == "member:2c-1"
    assert await told(database, Actor("", None)) == [""] * 5
    adding = "INSERT INTO cooperative (name) VALUES (%(name)s) RETURNING 1 / %(by)s"
    assert await database.at_once(team.admin, adding, {"name": "whole", "by": 1}) == 1
    with pytest.raises(psycopg.errors.DivisionByZero):
        await database.at_once(team.admin, adding, {"name": "half", "by": 0})
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        await database.at_once(Actor("", None), adding, {"name": "nobody's", "by": 1})
    assert place.as_owner("SELECT name FROM cooperative") == [("whole",)]
    await database.close()


async def test_a_statement_at_once_that_is_given_up_leaves_nothing(
    place: Place, team: Team
) -> None:
    database = Database(place.app_url, pool_size=1)
    slow = "INSERT INTO cooperative (name) SELECT 'slow' FROM pg_sleep(20) RETURNING 1"
    given_up = asyncio.create_task(database.at_once(team.admin, slow, {}))
    await asyncio.sleep(0.2)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await database.at_once(team.admin, "SELECT count(*) FROM cooperative", {}) == 0
    await database.close()


async def test_a_connection_that_died_idle_costs_nothing_and_one_in_use_is_told(
    company: Database, place: Place, team: Team
) -> None:
    database = Database(place.app_url, pool_size=1)
    end = "SELECT pg_terminate_backend(%(pid)s)"
    pid = await database.at_once(team.admin, "SELECT pg_backend_pid()", {})
    await company.at_once(team.admin, end, {"pid": pid})
    await asyncio.sleep(0.1)
    assert await database.at_once(team.admin, "SELECT 1", {}) == 1
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await database.at_once(team.admin, "SELECT pg_terminate_backend(pg_backend_pid())", {})
    assert await database.at_once(team.admin, "SELECT 1", {}) == 1
    await database.close()
