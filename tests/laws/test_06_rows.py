"""Law 6: nobody sees what their role may not see, whatever tool or argument is tried."""

import pytest

from agent import asking
from agent.turns import Engine
from tools.context import Asker


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("find_contacts", {}),
        ("find_interactions", {}),
        ("show_contact", {"contact": "Rosa Ejemplar"}),
        ("find_lots", {"where": [{"field": "purchase_price", "op": "present"}]}),
        ("find_lots", {"sort": "-purchase_price"}),
        ("find_lots", {"columns": ["purchase_price"]}),
        ("summarize_lots", {"measures": [{"function": "average", "field": "purchase_price"}]}),
        ("summarize_contacts", {}),
    ],
)
async def test_a_viewer_is_refused(
    engine: Engine, sam: Asker, tool: str, arguments: dict[str, object]
) -> None:
    reply = await asking.order(engine, sam, "show me", tool, arguments)
    assert reply.outcome == "refused"
    assert not reply.tables


async def test_hidden_fields_are_left_out_of_a_viewers_rows(engine: Engine, sam: Asker) -> None:
    reply = await asking.order(engine, sam, "show it", "show_lot", {"lot": "PE-24-017"})
    (row,) = reply.tables[0]["rows"]
    assert "asking_price" in row
    assert not [key for key in row if key.startswith("purchase")]


async def test_an_analyst_sees_them(engine: Engine, luis: Asker) -> None:
    found = await asking.order(engine, luis, "-", "find_contacts", {})
    assert found.tables[0]["total"] == 13
    lot = await asking.order(engine, luis, "-", "show_lot", {"lot": "PE-24-017"})
    assert "purchase_price" in lot.tables[0]["rows"][0]
