"""Law 9: unknown is not zero, and every reply from the demo says so."""

from agent import asking
from agent.turns import Engine
from tools.context import Asker


async def test_unknown_values_are_counted_apart(engine: Engine, anna: Asker) -> None:
    where = [{"field": "cup_score", "op": "lt", "value": 100}]
    below = await asking.order(engine, anna, "-", "find_lots", {"where": where, "limit": 200})
    without = await asking.order(
        engine, anna, "-", "find_lots", {"where": [{"field": "cup_score", "op": "missing"}]}
    )
    missing = without.tables[0]["total"]
    assert missing > 0
    assert below.tables[0]["total"] + missing == 25
    assert f"Bei {missing} ist Punkte nicht bekannt" in below.text


async def test_an_average_leaves_unknown_out_and_says_so(engine: Engine, anna: Asker) -> None:
    measure = {"function": "average", "field": "cup_score"}
    reply = await asking.order(engine, anna, "-", "summarize_lots", {"measures": [measure]})
    assert "nicht bekannt" in reply.text


async def test_every_reply_from_the_demo_says_so(engine: Engine, anna: Asker) -> None:
    reply = await asking.order(engine, anna, "-", "find_ports", {})
    assert reply.demo
    assert reply.to_json("x")["demo"] is True
