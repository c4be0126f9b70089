"""Samples follow the customer they went to; cuppers' names are personal; what CHECKs hold."""

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from db.models import AuditEntry, AuditPersonal, Cupping, Paper, Sample
from db.session import Actor, Database
from tests.db.places import Place, Team

WORLD = """
    INSERT INTO roaster (id, name, owner_id) VALUES (1, 'Rösterei A', 2), (2, 'Rösterei B', 1);
    INSERT INTO lot (id, code) VALUES (1, 'L-1');
    INSERT INTO shipment (id, code) VALUES (1, 'S-1');
    INSERT INTO sample (id, kind, lot_id, roaster_id)
        VALUES (1, 'offer', 1, 1), (2, 'offer', 1, 2), (3, 'arrival', 1, NULL);
    INSERT INTO cupping (id, lot_id, cupped_on, cupper, kind, cup_protocol, cup_score)
        VALUES (1, 1, '2026-11-20', 'Ana', 'total', 'sca_2004', 85);
    INSERT INTO evidence (entity, record_id, field, value, source_kind, source)
        VALUES ('sample', 2, 'verdict', 'approved', 'person', 'x');
"""


async def refused(company: Database, actor: Actor, statement: object, why: str) -> None:
    with pytest.raises(DBAPIError, match=why):
        async with company.writing(actor) as session:
            await session.execute(statement)  # type: ignore[call-overload]


async def test_samples_of_others_customers_are_hidden_with_their_log_and_evidence(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner(WORLD, "UPDATE company SET own_customers_only = true")
    logged = select(AuditEntry.record_id).where(AuditEntry.entity == "sample").distinct()
    for actor, own in ((team.analyst, {1, 3}), (team.admin, {1, 2, 3})):
        async with company.reading(actor) as session:
            assert set(await session.scalars(select(Sample.id))) == own
            assert set(await session.scalars(logged)) == own
            evidence = "SELECT count(*) FROM evidence WHERE entity = 'sample'"
            assert await session.scalar(text(evidence)) == (2 in own)
    theirs = insert(Sample).values(kind="offer", lot_id=1, roaster_id=2)
    await refused(company, team.analyst, theirs, "row-level security")
    given_away = update(Sample).where(Sample.id == 1).values(roaster_id=2)
    await refused(company, team.analyst, given_away, "row-level security")


async def test_a_cuppers_name_leaves_the_log_for_the_erasable_table(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner(WORLD)
    kept = select(AuditPersonal.record_id).where(AuditPersonal.entity == "cupping")
    entry = select(AuditEntry.after).where(AuditEntry.entity == "cupping")
    for actor, number in ((team.admin, 1), (team.analyst, 1), (team.viewer, 0)):
        async with company.reading(actor) as session:
            assert len(set(await session.scalars(kept))) == number
            assert "Ana" not in str(await session.scalar(entry))


async def test_viewers_read_and_do_not_write(company: Database, place: Place, team: Team) -> None:
    place.as_owner(WORLD)
    async with company.reading(team.viewer) as session:
        assert await session.scalar(select(Cupping.cup_score)) == 85
    for statement in (
        insert(Sample).values(kind="offer", lot_id=1),
        insert(Paper).values(shipment_id=1, kind="contract"),
        insert(Cupping).values(lot_id=1, cupped_on="2026-11-20", kind="total", cup_protocol="cva", cup_score=80),
    ):  # fmt: skip
        await refused(company, team.viewer, statement, "row-level security")


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("INSERT INTO sample (kind) VALUES ('offer')", "ck_sample_of"),
        ("INSERT INTO sample (kind, lot_id, cooperative_id, roaster_id) VALUES ('offer', 1, 1, 1)", "ck_sample_party"),
        ("INSERT INTO cupping (lot_id, cupped_on, kind, cup_protocol, cup_score) VALUES (1, '2026-11-20', 'sheet', 'unknown', 80)", "ck_cupping_form_named"),
        ("INSERT INTO paper (shipment_id, kind, not_needed) VALUES (1, 'contract', true)", "ck_paper_not_needed_because"),
        ("INSERT INTO paper (shipment_id, kind, file, file_name) VALUES (1, 'contract', '../x', 'x')", "ck_paper_file"),
        ("INSERT INTO paper (shipment_id, kind) VALUES (1, 'contract'), (1, 'contract')", "uq_paper_shipment_kind"),
        ("UPDATE shipment SET demurrage_per_day = 90", "ck_shipment_demurrage_whole"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_by_the_database(
    company: Database, place: Place, team: Team, statement: str, rule: str
) -> None:
    place.as_owner(WORLD, "INSERT INTO cooperative (id, name) VALUES (1, 'Uno')")
    await refused(company, team.admin, text(statement), rule)
