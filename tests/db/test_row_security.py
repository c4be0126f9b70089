"""Who sees and changes what: no actor nothing, each role its own, the system only plumbing."""

from datetime import date

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base
from db.models import (
    AuditEntry,
    AuditPersonal,
    Contact,
    Conversation,
    Cooperative,
    Deal,
    DealLine,
    Fixation,
    Interaction,
    Member,
    Message,
    Port,
    Reservation,
    Roaster,
)
from db.rls import PROTECTED
from db.session import Actor, Database
from tests.db.places import Place, Team

NOBODY = Actor("", None)
PEOPLE = """
    INSERT INTO cooperative (id, name) VALUES (1, 'Coop Uno');
    INSERT INTO roaster (id, name, owner_id) VALUES (1, 'Rösterei A', 2), (2, 'Rösterei B', 1);
    INSERT INTO contact (name, cooperative_id) VALUES ('Rosa', 1);
    INSERT INTO contact (name, roaster_id) VALUES ('Emil', 1), ('Zoe', 2);
    INSERT INTO interaction (kind, happened_on, roaster_id) VALUES ('call', '2026-01-02', 2);
    INSERT INTO evidence (entity, record_id, field, value, source_kind, source)
        VALUES ('contact', 3, 'phone', '123', 'person', 'Zoe'),
               ('roaster', 2, 'city', 'Ulm', 'url', 'x');
    INSERT INTO lot (id, code, bags) VALUES (1, 'L-1', 100);
    INSERT INTO deal (id, code, roaster_id) VALUES (1, 'S-1', 1), (2, 'S-2', 2);
    INSERT INTO deal_line (deal_id, lot_id, bags, added_on)
        VALUES (1, 1, 5, '2026-01-02'), (2, 1, 5, '2026-01-02');
    INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on)
        VALUES (1, 1, 5, '2026-02-02', '2026-01-02'), (1, 2, 5, '2026-02-02', '2026-01-02');
    INSERT INTO contract (id, code, cooperative_id, weight_kg, price, currency, per, basis)
        VALUES (1, 'P-1', 1, 18975, 45, 'USc', 'lb', 'differential');
    INSERT INTO fixation (contract_id, fixed_on, futures_lots, futures_month, level)
        VALUES (1, '2026-01-02', 1, 'Z6', 315.4);
"""


async def count(session: AsyncSession, model: type[Base]) -> int:
    return await session.scalar(select(func.count()).select_from(model)) or 0


async def seen(company: Database, actor: Actor, model: type[Base]) -> int:
    async with company.reading(actor) as session:
        return await count(session, model)


async def refused(company: Database, actor: Actor, statement: object, why: str) -> None:
    with pytest.raises(DBAPIError, match=why):
        async with company.writing(actor) as session:
            await session.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "actor",
    [
        NOBODY,
        Actor("member:2", None),
        Actor("member:2", 1),
        Actor("somebody", 2),
        Actor("system:", None),
        Actor.member(4),
        Actor.member(999),
    ],
    ids=["nobody", "no number", "another's", "no name", "no system", "left", "unknown"],
)
async def test_no_actor_no_rows(company: Database, place: Place, team: Team, actor: Actor) -> None:
    place.as_owner(PEOPLE)
    assert team.gone == Actor.member(4)
    async with company.reading(actor) as session:
        for table in PROTECTED:
            found = await session.scalar(
                select(func.count()).select_from(Base.metadata.tables[table])
            )
            assert found == 0, table


async def test_no_actor_no_change(company: Database, team: Team) -> None:
    assert team
    await refused(company, NOBODY, insert(Cooperative).values(name="X"), "row-level security")
    async with company.writing(NOBODY) as session:
        changed = await session.scalars(update(Port).values(name="X").returning(Port.id))
        assert changed.all() == []


@pytest.mark.usefixtures("company")
def test_the_owners_change_without_an_actor_is_refused_too(place: Place) -> None:
    with pytest.raises(Exception, match="nobody acts in this transaction"):
        place.as_owner(
            "SELECT set_config('app.actor', '', true)", "UPDATE port SET name = 'elsewhere'"
        )


async def test_everybody_reads_and_the_team_writes(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner(PEOPLE)
    for actor in (team.admin, team.analyst, team.viewer):
        assert await seen(company, actor, Cooperative) == 1
    new = insert(Cooperative).values(name="Coop Dos")
    await refused(company, team.viewer, new, "row-level security")
    await refused(company, Actor.system("drainer"), new, "row-level security")
    for actor in (team.admin, team.analyst):
        async with company.writing(actor) as session:
            await session.execute(new)
    async with company.writing(team.viewer) as session:
        changed = update(Cooperative).values(town="X").returning(Cooperative.id)
        assert (await session.scalars(changed)).all() == []


async def test_a_viewer_sees_no_people(company: Database, place: Place, team: Team) -> None:
    place.as_owner(PEOPLE)
    for model, number in ((Contact, 3), (Interaction, 1), (Fixation, 1)):
        assert await seen(company, team.viewer, model) == 0
        assert await seen(company, team.analyst, model) == number
    assert await seen(company, team.viewer, AuditPersonal) == 1  # their own name
    async with company.reading(team.viewer) as session:
        entities = set(await session.scalars(select(AuditEntry.entity).distinct()))
        people = select(func.count()).where(
            AuditEntry.entity == "member", AuditEntry.record_id != 3
        )
        assert await session.scalar(people) == 0
    assert not entities & {"contact", "interaction", "evidence", "fixation"}


async def test_only_my_own_customers_when_the_company_says_so(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner(PEOPLE, "UPDATE company SET own_customers_only = true")
    expected = {Roaster: (1, 2), Contact: (2, 3), Interaction: (0, 1)}
    expected |= dict.fromkeys((Deal, DealLine, Reservation), (1, 2))
    for model, (own, all_of_them) in expected.items():
        assert await seen(company, team.analyst, model) == own
        assert await seen(company, team.admin, model) == all_of_them
    hidden = text(
        "SELECT count(*) FROM evidence WHERE entity IN ('roaster', 'contact') UNION ALL "
        "SELECT count(*) FROM audit_entry "
        "WHERE (entity, record_id) IN (('roaster', 2), ('contact', 3), ('deal', 2), ('deal_line', 2), ('reservation', 2))"
    )
    async with company.reading(team.analyst) as session:
        assert (await session.scalars(hidden)).all() == [0, 0]
    other = insert(Roaster).values(name="Fremd", owner_id=1)
    await refused(company, team.analyst, other, "row-level security")
    theirs = insert(Reservation).values(
        lot_id=1, roaster_id=2, bags=1, until=date(2026, 2, 2), reserved_on=date(2026, 1, 2)
    )
    await refused(company, team.analyst, theirs, "row-level security")
    given_away = update(Roaster).where(Roaster.id == 1).values(owner_id=1)
    await refused(company, team.analyst, given_away, "row-level security")


async def test_conversations_are_their_members_alone(company: Database, team: Team) -> None:
    async with company.writing(team.analyst) as session:
        place = {"front": "terminal", "key": "1", "member_id": 2}
        opened = await session.scalar(
            insert(Conversation).values(**place).returning(Conversation.id)
        )
        said = {"conversation_id": opened, "inbox_id": 1, "role": "member", "text": "hallo"}
        await session.execute(insert(Message).values(**said))
    for actor, number in ((team.analyst, 1), (team.admin, 0), (Actor.system("drainer"), 1)):
        assert await seen(company, actor, Conversation) == number
        assert await seen(company, actor, Message) == number
    foreign = insert(Message).values(**said | {"inbox_id": 2})
    await refused(company, team.admin, foreign, "row-level security")
    theirs = insert(Conversation).values(front="terminal", key="2", member_id=1)
    await refused(company, team.analyst, theirs, "row-level security")


async def test_the_whole_log_is_for_oversight(company: Database, team: Team) -> None:
    event = text("SELECT audit_event('login', NULL, NULL, '{}')")
    for actor in (team.admin, team.analyst, team.viewer):
        async with company.writing(actor) as session:
            await session.execute(event)
    logins = select(func.count()).where(AuditEntry.kind == "login")
    for actor, number in ((team.admin, 3), (team.analyst, 1), (team.viewer, 1)):
        async with company.reading(actor) as session:
            assert await session.scalar(logins) == number


async def test_the_system_makes_the_first_admin_and_then_no_more(company: Database) -> None:
    bootstrap = Actor.system("bootstrap")
    ada = insert(Member).values(email="ada@kaffee.example", name="Ada", role="admin")
    analyst = insert(Member).values(email="x@kaffee.example", name="X", role="analyst")
    await refused(company, bootstrap, analyst, "row-level security")
    async with company.writing(bootstrap) as session:
        await session.execute(text("UPDATE company SET name = 'Kaffee GmbH'"))
        await session.execute(ada)
    second = ada.values(email="eve@kaffee.example")
    await refused(company, bootstrap, second, "there is an admin already")
    async with company.writing(bootstrap) as session:
        renamed = await session.scalars(text("UPDATE company SET name = 'Eve' RETURNING id"))
        assert renamed.all() == []
