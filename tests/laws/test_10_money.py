"""Law 10: money is exact and has a currency; weights have units; neither is mixed."""

import pytest
from sqlalchemy import Double, Float

from agent import asking
from agent.turns import Engine
from db.base import Base
from tools.context import Asker


def test_no_column_is_a_float() -> None:
    floats = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Float | Double)
    ]
    assert floats == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"sort": "-asking_price", "limit": 3},
        {"where": [{"field": "asking_price", "op": "gt", "value": 8}]},
    ],
)
async def test_prices_of_different_units_are_not_compared(
    engine: Engine, anna: Asker, arguments: dict[str, object]
) -> None:
    reply = await asking.order(engine, anna, "-", "find_lots", arguments)
    assert reply.outcome == "failed"
    assert "EUR/kg" in reply.text


async def test_prices_of_one_unit_are(engine: Engine, anna: Asker) -> None:
    where = [{"field": "asking_price", "op": "gt", "value": 8, "unit": "EUR/kg"}]
    reply = await asking.order(engine, anna, "-", "find_lots", {"where": where})
    rows = reply.tables[0]["rows"]
    assert rows
    assert {r["asking_currency"] for r in rows} == {"EUR"}
    assert all(r["asking_price"] > 8 for r in rows)


async def test_averages_are_grouped_by_currency(engine: Engine, anna: Asker) -> None:
    measure = {"function": "average", "field": "asking_price"}
    reply = await asking.order(engine, anna, "-", "summarize_lots", {"measures": [measure]})
    rows = reply.tables[0]["rows"]
    assert len(rows) == len(
        {(r["asking_currency"], r["asking_per"], r["asking_basis"]) for r in rows}
    )
    assert len(rows) > 1


async def test_a_price_needs_its_unit(engine: Engine, anna: Asker) -> None:
    new = {"code": "PE-26-900", "asking_price": "8.90"}
    reply = await asking.order(engine, anna, "Los PE-26-900 für 8,90", "create_lot", new)
    assert reply.outcome == "failed"
    assert "Währung" in reply.text


async def test_weights_are_converted_exactly(engine: Engine, anna: Asker) -> None:
    tonnes = {"field": "weight_kg", "op": "gte", "value": "4", "unit": "t"}
    kilos = {"field": "weight_kg", "op": "gte", "value": 4000}
    one, other = [
        (await asking.order(engine, anna, "-", "find_lots", {"where": [c], "limit": 100})).tables[0]
        for c in (tonnes, kilos)
    ]
    assert one["rows"] == other["rows"]
