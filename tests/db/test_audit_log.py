"""The log: complete, with persons apart and erasable, sealed, and telling who tampered with it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Contact, Cooperative, Inbox, Lot
from db.queries import audit, seals
from db.queries.audit import LogEntry, Problem
from db.queries.changes import open_change_set
from db.queries.seals import NotOverseerError
from db.session import Actor, Database
from tests.db.places import Place, Team

SYSTEM = Actor.system("test")
UNGUARDED = "ALTER TABLE {0} DISABLE TRIGGER refuse_change"


async def a_contact(session: AsyncSession) -> int:
    coop = await session.scalar(insert(Cooperative).values(name="Uno").returning(Cooperative.id))
    new = insert(Contact).values(name="Rosa Q", phone="+51 1", language="es", cooperative_id=coop)
    return (await session.scalars(new.returning(Contact.id))).one()


async def problems(company: Database) -> list[Problem]:
    async with company.reading(SYSTEM) as session:
        return await audit.verify(session)


async def sealed(company: Database, most: int = 10_000) -> int:
    async with company.writing(SYSTEM) as session:
        return await seals.seal(session, most)


async def others_are_done(place: Place) -> None:
    """Wait until nothing older runs on the server, other tests' databases included."""
    done = """SELECT coalesce(max(tx), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
              FROM audit_entry"""
    for _ in range(600):
        if place.as_owner(done) == [(True,)]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("a transaction older than the log is still running")


async def of_contact(company: Database, actor: Actor, contact: int) -> list[LogEntry]:
    async with company.reading(actor) as session:
        return await audit.entries_of(session, "contact", contact)


async def test_a_change_is_logged_with_everything_around_it(company: Database, team: Team) -> None:
    actor = team.analyst.during(call_id="c-1", conversation_id=7)
    async with company.writing(actor) as session:
        change_set = await open_change_set(
            session, member_id=2, conversation_id=None, inbox_id=None
        )
        values = {"code": "L-1", "bags": 3, "bag_weight_kg": 69}
        lot = await session.scalar(insert(Lot).values(**values).returning(Lot.id))
        await session.execute(update(Lot).values(location="Hamburg"))
        await session.execute(update(Lot).values(location="Hamburg"))
    async with company.reading(team.viewer) as session:
        last, first = await audit.entries_of(session, "lot", lot or 0)
    assert (first.op, first.before, last.op) == ("I", None, "U")
    assert first.after
    assert first.after["weight_kg"] == 207
    assert last.before == first.after
    assert last.after == first.after | {"location": "Hamburg"}
    around = (last.actor, last.member_id, last.call_id, last.conversation_id, last.change_set_id)
    assert around == ("member:2", 2, "c-1", 7, change_set)
    assert not last.withheld


async def test_what_is_rolled_back_leaves_no_entry_and_plumbing_never_does(
    company: Database, place: Place, team: Team
) -> None:
    before = place.as_owner("SELECT count(*) FROM audit_entry")
    with pytest.raises(RuntimeError):
        await half_done(company, team.admin)
    async with company.writing(SYSTEM) as session:
        talk = text("INSERT INTO conversation (front, key, member_id) VALUES ('x', 'y', 2)")
        await session.execute(talk)
        row: dict[str, Any] = {"event_key": "e", "conversation_id": 1, "member_id": 2}
        await session.execute(insert(Inbox).values(**row, kind="message", payload={}))
    assert place.as_owner("SELECT count(*) FROM audit_entry") == before


async def half_done(company: Database, actor: Actor) -> None:
    async with company.writing(actor) as session:
        await a_contact(session)
        raise RuntimeError


async def test_recent_entries_can_be_narrowed_and_paged(company: Database, team: Team) -> None:
    for actor in (team.admin, team.analyst):
        async with company.writing(actor) as session:
            await a_contact(session)
            await session.execute(text("SELECT audit_event('login', NULL, NULL, '{\"a\": 1}')"))
    async with company.reading(team.admin) as session:
        first, second = await audit.recent(session, kind="login")
        assert (first.member_id, second.member_id, first.detail) == (2, 1, {"a": 1})
        assert [e.id for e in await audit.recent(session, member_id=2, kind="login")] == [first.id]
        assert len(await audit.recent(session, member_id=2)) == 3
        assert [e.id for e in await audit.recent(session, since=first.at)] == [first.id]
        page = await audit.recent(session, before_id=first.id, limit=2)
        assert [e.id for e in page] == [first.id - 1, first.id - 2]


async def test_persons_stand_apart_and_can_be_erased(
    company: Database, place: Place, team: Team
) -> None:
    async with company.writing(team.analyst) as session:
        contact = await a_contact(session)
    (seen,) = await of_contact(company, team.analyst, contact)
    assert seen.after
    assert (seen.after["name"], seen.after["phone"], seen.after["email"]) == (
        "Rosa Q",
        "+51 1",
        None,
    )
    images = "SELECT after::text FROM audit_entry WHERE entity = 'contact'"
    ((image,),) = place.as_owner(images)
    assert "Rosa" not in str(image)
    assert '"language": "es"' in str(image)
    await others_are_done(place)
    await sealed(company)
    place.as_owner("DELETE FROM audit_personal WHERE entity = 'contact'")
    assert place.as_owner(images) == [(image,)]
    assert place.as_owner("SELECT count(*) FROM audit_personal WHERE entity = 'contact'") == [(0,)]
    assert await problems(company) == []
    (erased,) = await of_contact(company, team.analyst, contact)
    assert erased.withheld
    assert erased.after
    assert {"name", "phone", "position", "email"} & set(erased.after) == set()
    assert erased.after["language"] == "es"


async def test_equal_values_do_not_look_equal_in_the_log(
    company: Database, place: Place, team: Team
) -> None:
    for _ in range(2):
        async with company.writing(team.analyst) as session:
            await a_contact(session)
    hashes = "SELECT DISTINCT after ->> 'name' FROM audit_entry WHERE entity = 'contact'"
    assert len(place.as_owner(hashes)) == 2


async def test_seals_cover_all_that_is_finished_and_nothing_else(
    company: Database, place: Place, team: Team
) -> None:
    ((entries,),) = place.as_owner("SELECT count(*) FROM audit_entry")
    await others_are_done(place)
    async with company.writing(team.admin) as session:
        await a_contact(session)
        assert await sealed(company, 2) == 2
        assert await sealed(company) == int(str(entries)) - 2
        async with company.writing(team.analyst) as younger:
            await a_contact(younger)
        assert await sealed(company) == 0, "an older transaction may still commit"
    await others_are_done(place)
    assert await sealed(company) == 4
    assert await sealed(company) == 0
    async with company.reading(SYSTEM) as session:
        newest = await seals.head(session)
    assert newest
    assert newest[0] == int(str(entries)) + 4
    assert await problems(company) == []


async def test_only_who_sees_the_whole_log_may_verify_it(company: Database, team: Team) -> None:
    for actor in (team.analyst, team.viewer, Actor("", None)):
        with pytest.raises(NotOverseerError):
            async with company.reading(actor) as session:
                await audit.verify(session)
    async with company.reading(team.admin) as session:
        assert await audit.verify(session) == []


@pytest.mark.parametrize(
    ("table", "tampering", "expected"),
    [
        (
            "audit_entry",
            "UPDATE audit_entry SET actor = 'member:1' WHERE id = 5",
            [Problem("altered", 5, 5)],
        ),
        (
            "audit_chain",
            "DELETE FROM audit_chain WHERE position = 5",
            [Problem("gap", 6, 6)],
        ),
        (
            "audit_chain",
            "UPDATE audit_chain SET hash = 'x' WHERE position = 5",
            [Problem("altered", 5, 5), Problem("altered", 6, 6)],
        ),
        (
            "audit_personal",
            'UPDATE audit_personal SET after = after || \'{"name": "Eva"}\' WHERE record_id = 3',
            [Problem("personal", 10)],
        ),
    ],
    ids=["entry", "lost seal", "forged seal", "person"],
)
async def test_tampering_by_the_owner_shows(
    company: Database, place: Place, team: Team, table: str, tampering: str, expected: list[Problem]
) -> None:
    assert team
    rows = place.as_owner("SELECT id FROM audit_entry WHERE entity = 'member' AND record_id = 3")
    shift = int(str(rows[0][0])) - 10
    await others_are_done(place)
    await sealed(company)
    assert await problems(company) == []
    place.as_owner(UNGUARDED.format(table), tampering)
    found = await problems(company)
    assert found == [
        Problem(p.what, p.entry_id + (shift if p.what == "personal" else 0), p.position)
        for p in expected
    ]


async def test_a_deleted_entry_and_one_added_behind_the_seals_show(
    company: Database, place: Place
) -> None:
    many = "SELECT audit_event('call', NULL, NULL, NULL) FROM generate_series(1, 20100)"
    place.as_owner(many)
    await others_are_done(place)
    assert await sealed(company, 50_000) > 20_100
    place.as_owner(
        UNGUARDED.format("audit_entry"),
        "ALTER TABLE audit_chain DROP CONSTRAINT fk_audit_chain_entry_id",
        "DELETE FROM audit_entry WHERE id = 70",
        "INSERT INTO audit_entry (id, actor, kind) VALUES (0, 'member:1', 'approval')",
    )
    assert await sealed(company) == 0
    assert await problems(company) == [Problem("missing", 70, 70), Problem("slipped_in", 0)]
