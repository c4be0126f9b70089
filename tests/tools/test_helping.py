"""What can be asked here: the overview, requests from real rows, and finding a tool by its use."""

from datetime import timedelta

import pytest

from agent import asking
from agent.turns import Engine
from agent.wiring import services, who
from db.enums import LOCALES
from db.session import Actor, Database
from tests.conftest import NOW, TODAY, settings_of
from tests.db.places import Place
from tools.abilities.helping import VERBS, matching
from tools.catalog import catalog
from tools.context import Asker, ToolContext
from tools.overview import Overview, examples_from, overview_of
from tools.view import said


async def told(database: Database, asker: Asker) -> tuple[Overview, list[str]]:
    async with database.reading(Actor.member(asker.id)) as session:
        context = ToolContext(session, asker, NOW, TODAY, "test")
        return await overview_of(context), await examples_from(context)


async def test_the_overview_counts_what_is_there(demo: Database, anna: Asker) -> None:
    found, _ = await told(demo, anna)
    assert found.values["lots"] > 10
    assert found.values["shipments"] > 1
    for locale in LOCALES:
        assert str(found.values["lots"]) in said(found.summary, found.values, locale)


async def test_examples_name_rows_that_exist(
    demo: Database, anna: Asker, luis: Asker, sam: Asker
) -> None:
    for asker, words in ((anna, "Zeig Los"), (luis, "Muestra el lote"), (sam, "Show lot")):
        _, examples = await told(demo, asker)
        assert len(examples) == 5
        assert examples[0].startswith(words)
    _, viewers = await told(demo, sam)
    assert not any("Set the" in e for e in viewers)


async def test_an_empty_database_says_so_and_how_to_begin(place: Place) -> None:
    place.as_owner(
        "INSERT INTO member (email, name, role, locale)"
        " VALUES ('ada@kaffee.example', 'Ada', 'admin', 'en')"
    )
    database = Database(place.app_url)
    await database.open()
    try:
        found, examples = await told(database, await who(database, None))
    finally:
        await database.close()
    assert said(found.summary, found.values, "en") == "The database is still empty."
    assert examples[0].startswith("Add the cooperative")


@pytest.fixture
def place(empty_url: tuple[str, str]) -> Place:
    return Place(*empty_url)


async def test_help_tells_nouns_and_what_can_be_done(
    engine: Engine, sam: Asker, anna: Asker
) -> None:
    reply = await asking.order(engine, sam, "Help", "help", {})
    can = {r["noun"]: r["can"] for r in reply.tables[0]["rows"]}
    assert "find" in can["lots"]
    assert "create" not in can["lots"]
    assert "“Show lot " in reply.text
    reply = await asking.order(engine, anna, "Hilfe zu Losen", "help", {"topic": "Lose"})
    assert reply.text.startswith("Lose: ")
    assert "anlegen" in reply.text


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("show lots", "find_lots"),
        ("Lose auflisten", "find_lots"),
        ("crear un tostador", "create_roaster"),
        ("create a roaster", "create_roaster"),
        ("wer hat das geändert", "history"),
        ("track a container", "lookup_shipment"),
        ("notas de una cooperativa", "read_notes"),
        ("rückgängig machen", "undo"),
        ("change the role of a colleague", "change_member_role"),
        ("where does this value come from, evidence", "show_evidence"),
        ("offene Freigaben", "open_approvals"),
        ("Sprache einstellen", "set_language"),
        ("log a call with a roaster", "create_interaction"),
        ("archivieren Sendung", "retire_shipment"),
    ],
)
def test_tools_are_found_by_their_use(query: str, name: str) -> None:
    assert name in matching(list(catalog().tools.values()), query)[:3]


def test_nothing_fits_nonsense() -> None:
    assert matching(list(catalog().tools.values()), "xyzzy qwrt") == []
    assert matching(list(catalog().tools.values()), "") == []


async def test_tools_a_role_may_not_call_are_not_found(engine: Engine, sam: Asker) -> None:
    reply = await asking.order(engine, sam, "?", "find_tools", {"query": "add a team member"})
    assert reply.outcome == "answered"
    assert "add_member" not in reply.text


def test_every_verb_and_tool_is_described_in_three_languages() -> None:
    for found in catalog().tools.values():
        for locale in LOCALES:
            assert getattr(found.examples, locale), found.name
        assert found.description, found.name
    for names in VERBS.values():
        assert all(names.label(locale) for locale in LOCALES)


async def test_follow_ups_come_from_both_sides_and_know_what_is_late(
    engine: Engine, anna: Asker, luis: Asker
) -> None:
    reply = await asking.order(engine, anna, "?", "followups_due", {"days": 14})
    rows = reply.tables[0]["rows"]
    assert {r["entity"] for r in rows} == {"roaster", "cooperative"}
    assert all(r["overdue"] == (r["due_on"] < TODAY.isoformat()) for r in rows)
    assert [r["due_on"] for r in rows] == sorted(r["due_on"] for r in rows)
    mine = await asking.order(engine, luis, "?", "followups_due", {"days": 14, "mine": True})
    assert {r["owner"] for r in mine.tables[0]["rows"]} == {"Luis Ejemplo"}


async def test_open_approvals_are_ones_own_and_everybodys_for_admins(
    engine: Engine, demo: Database, anna: Asker, luis: Asker, sam: Asker
) -> None:
    raised = {"lot": "PE-24-017", "asking_price": "9.10"}
    card = await asking.order(engine, luis, "mach das", "change_lot", raised)
    for asker in (anna, luis):
        reply = await asking.order(engine, asker, "?", "open_approvals", {})
        (row,) = reply.tables[0]["rows"]
        assert (row["id"], row["records"]) == (card.cards[0].id, "PE-24-017")
    assert (await asking.order(engine, sam, "?", "open_approvals", {})).tables == []
    later = asking.Engine(services(settings_of(), demo, lambda: NOW + timedelta(days=2)))
    assert (await asking.order(later, anna, "?", "open_approvals", {})).tables == []


async def test_notes_are_read_only_by_asking_and_taint(
    engine: Engine, luis: Asker, sam: Asker
) -> None:
    asked = {"noun": "cooperative", "record": "CENFROCAFE"}
    reply = await asking.order(engine, luis, "?", "read_notes", asked)
    notes, talks = reply.tables
    assert "drei Ernten" in notes["rows"][0]["notes"]
    assert talks["rows"][0]["member"] == "Luis Ejemplo"
    viewer = await asking.order(engine, sam, "?", "read_notes", asked)
    assert len(viewer.tables) == 1
    refused = await asking.order(
        engine, sam, "?", "read_notes", {"noun": "interaction", "record": "#1"}
    )
    assert refused.outcome == "refused"
    assert catalog().tool("read_notes").free_text
