"""A company with very many deals: the one that is said is found, the others are not read for it."""

import pytest

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from db.session import Actor, Database
from tests.db.places import Place
from tools.catalog import catalog
from tools.context import Asker
from tools.references import MANY, known_names

DEALS = f"""
    INSERT INTO deal (code, roaster_id)
    SELECT 'S-19-' || lpad(n::text, 5, '0'), (SELECT min(id) FROM roaster)
    FROM generate_series(1, {MANY}) n
"""  # noqa: S608 - a number of ours


@pytest.fixture
def many(demo: Database, demo_url: tuple[str, str]) -> Database:
    """The demo with some thousand old deals, and one whose code holds no figure."""
    named = "INSERT INTO deal (code, roaster_id) SELECT 'Probe', min(id) FROM roaster"
    Place(*demo_url).as_owner(DEALS, named)
    return demo


async def names(database: Database, anna: Asker, said: str | None) -> set[str]:
    async with database.reading(Actor.member(anna.id)) as session:
        found = await known_names(session, [catalog().entities["deal"]], said)
        assert len({k.id for k in found}) == len(found)
        return {k.title for k in found}


@pytest.mark.parametrize(
    "said",
    ["S-19-00417", "s19 00417", "S1900417", "das Geschäft S-19-417, bitte", "zum 31.12. für 19-00417"],
)  # fmt: skip
async def test_the_one_that_is_said_is_read(many: Database, anna: Asker, said: str) -> None:
    found = await names(many, anna, said)
    assert {"S-19-00417", "Probe"} <= found
    assert len(found) < MANY / 10


async def test_nothing_is_left_out_unless_something_is_looked_for(
    many: Database, anna: Asker, demo_url: tuple[str, str]
) -> None:
    assert len(await names(many, anna, None)) > MANY
    few = await names(many, anna, "Guten Morgen")
    assert "Probe" in few and len(few) < MANY / 10
    Place(*demo_url).as_owner("UPDATE deal SET retired_at = now() WHERE code LIKE 'S-19-%'")
    assert len(await names(many, anna, "Guten Morgen")) == 7


@pytest.mark.usefixtures("many")
async def test_a_deal_among_thousands_is_understood_and_changed(
    engine: Engine, anna: Asker
) -> None:
    shown = await asking.ask(engine, Request(text="Zeig S-19-00417", thread="t"), anna)
    assert [c["args"] for c in shown.tool_calls] == [{"deal": "S-19-00417"}], shown.text
    again = await asking.ask(engine, Request(text="Zeig Geschäft S-19-417", thread="u"), anna)
    assert again.tables[0]["rows"][0]["code"] == "S-19-00417", again.text
    change = {"deal": "s 19 00418", "bags": 12}
    done = await asking.order(engine, anna, "s 19 00418: 12", "change_deal", change)
    assert done.changes[0]["label"] == "S-19-00418", done.text
    twice = {"code": "s-19-00419", "roaster": "elbgold"}
    made = await asking.order(engine, anna, "s-19-00419 elbgold", "create_deal", twice)
    assert (made.outcome, "S-19-00419" in made.text) == ("failed", True), made.text
