"""What the database itself holds about the knowledge base, whoever writes."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.address import Address
from db.session import Actor, Database
from tests.db.places import Place, Team

DOCUMENT = "INSERT INTO document (id, work_key, title, kind, tier) VALUES (1, 'w', 'W', 'law', 1)"
VERSION = """
    INSERT INTO document_version (id, document_id, name, label, lang, title, sha256, media_type,
        origin, passages, read_on, valid_from, valid_to)
    VALUES ({id}, 1, 'w/{id}.{lang}', '{id}', '{lang}', 'W', 'sha-{id}', 'text/plain', 'file', 1,
        '2026-11-24', {first}, {last})
"""
PASSAGE = """
    INSERT INTO passage (version_id, ord, locator, heading_path, body, lang, tokens)
    VALUES ({version}, 0, 'Art. 1', 'W', 'Der Satz beträgt 2,19 EUR.', 'de', 9)
"""
RELEASE = (
    "UPDATE document_version SET status = 'released', reviewed_by_id = {by}, "
    "reviewed_on = '2026-11-24' WHERE id = {id}"
)


def version(number: int, first: str = "NULL", last: str = "NULL", lang: str = "de") -> str:
    return VERSION.format(id=number, first=first, last=last, lang=lang)


def released(number: int, by: int = 2) -> str:
    return RELEASE.format(id=number, by=by)


async def refused(company: Database, actor: Actor, statement: str, why: str) -> None:
    with pytest.raises(DBAPIError, match=why):
        async with company.writing(actor) as session:
            await session.execute(text(statement))


async def test_released_wordings_of_one_language_do_not_overlap(place: Place, team: Team) -> None:
    assert team
    place.as_owner(DOCUMENT, version(1, "'2020-01-01'", "'2023-12-31'"), released(1))
    place.as_owner(version(2, "'2024-01-01'"), released(2))
    place.as_owner(version(3, lang="es"), released(3))
    place.as_owner(version(4, "'2023-12-31'", "'2023-12-31'"))
    with pytest.raises(psycopg.errors.ExclusionViolation, match=r"w/4\.de and w/1\.de"):
        place.as_owner(released(4))
    with pytest.raises(psycopg.errors.ExclusionViolation):
        place.as_owner("UPDATE document_version SET valid_to = NULL WHERE id = 1")


async def test_two_releases_at_once_wait_for_each_other(place: Place, team: Team) -> None:
    assert team
    place.as_owner(DOCUMENT, version(1), version(2))
    with Address(place.owner_url).connected() as one, Address(place.owner_url).connected() as two:
        for each in (one, two):
            each.execute("SELECT set_config('app.actor', 'system:test', false)")
        two.execute("SET lock_timeout = '200ms'")
        with one.transaction():
            one.execute(released(1).encode())
            with pytest.raises(psycopg.errors.LockNotAvailable), two.transaction():
                two.execute(released(2).encode())
        with pytest.raises(psycopg.errors.ExclusionViolation), two.transaction():
            two.execute(released(2).encode())


async def test_nobody_releases_unread_or_for_somebody_else(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner(DOCUMENT, version(1))
    unread = "UPDATE document_version SET status = 'released' WHERE id = 1"
    await refused(company, team.analyst, unread, "ck_document_version_reviewed")
    await refused(company, team.analyst, released(1, by=1), "signed by the member")
    async with company.writing(team.analyst) as session:
        await session.execute(text(released(1, by=2)))


async def test_a_wording_never_changes(company: Database, place: Place, team: Team) -> None:
    place.as_owner(DOCUMENT, version(1), PASSAGE.format(version=1))
    for statement in (
        "UPDATE document_version SET sha256 = 'x'",
        "UPDATE document_version SET origin = 'shipped'",
        "UPDATE passage SET body = 'Der Satz beträgt 1 EUR.'",
        "DELETE FROM passage",
        "DELETE FROM passage_term",
        "UPDATE passage_term SET c = 9",
    ):
        await refused(company, team.admin, statement, "permission denied")


async def test_passages_are_added_to_proposals_only(
    company: Database, place: Place, team: Team
) -> None:
    place.as_owner(DOCUMENT, version(1), version(2, lang="en"), released(2))
    async with company.writing(team.analyst) as session:
        await session.execute(text(PASSAGE.format(version=1)))
    await refused(company, team.analyst, PASSAGE.format(version=2), "row-level security")
    await refused(company, team.viewer, PASSAGE.format(version=1), "row-level security")
    shipped = version(3).replace("'file'", "'shipped'")
    await refused(company, team.admin, shipped, "row-level security")


async def test_a_viewer_sees_what_is_released(company: Database, place: Place, team: Team) -> None:
    place.as_owner(DOCUMENT, version(1), PASSAGE.format(version=1))
    place.as_owner(version(2, lang="en"), PASSAGE.format(version=2), released(2))
    seen: dict[Actor, list[int]] = {}
    for actor in (team.viewer, team.analyst, team.gone):
        async with company.reading(actor) as session:
            rows = await session.scalars(text("SELECT version_id FROM passage ORDER BY 1"))
            seen[actor] = list(rows)
    assert seen == {team.viewer: [2], team.analyst: [1, 2], team.gone: []}


async def test_a_fact_is_quoted_letter_for_letter(place: Place, team: Team) -> None:
    assert team
    place.as_owner(DOCUMENT, version(1), PASSAGE.format(version=1))
    fact = (
        "INSERT INTO fact (key, value_num, unit, passage_id, quote) "
        "SELECT 'rate', {value}, 'EUR', id, '{quote}' FROM passage"
    )
    place.as_owner(fact.format(value="2.19", quote="2,19 EUR"))
    with pytest.raises(psycopg.errors.CheckViolation, match="does not stand in the passage"):
        place.as_owner(fact.format(value="1.19", quote="1,19 EUR"))
    approved = "UPDATE fact SET status = 'approved'"
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_fact_approved"):
        place.as_owner(approved)


def test_one_column_serves_three_languages(place: Place) -> None:
    query = """
        SELECT passage_ts('de', 'a', '', 'Röstkaffees') @@ to_tsquery(fts_cfg('de'), 'Roestkaffee'),
               passage_ts('en', 'a', '', 'importers') @@ to_tsquery(fts_cfg('en'), 'importer'),
               passage_ts('es', 'a', '', 'aranceles') @@ to_tsquery(fts_cfg('es'), 'arancel'),
               ts_length(passage_ts('en', 'coffee coffee', '', 'coffee tax'))
    """
    assert place.as_owner(query) == [(True, True, True, 4)]
