"""Summaries by month, quarter and year."""

from datetime import date

import pytest
from sqlalchemy import select

from agent import asking
from agent.turns import Engine
from db.models import Shipment
from db.session import Actor
from tools.context import Asker


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
async def test_shipments_by_period(engine: Engine, anna: Asker, period: str) -> None:
    arguments = {"by": [f"eta:{period}"]}
    reply = await asking.order(engine, anna, "…", "summarize_shipments", arguments)
    async with engine.services.database.reading(Actor.member(anna.id)) as session:
        etas = list(
            await session.scalars(select(Shipment.eta).where(Shipment.retired_at.is_(None)))
        )
    wanted: dict[object, int] = {}
    for eta in etas:
        key = _period(eta, period)
        wanted[key] = wanted.get(key, 0) + 1
    rows = reply.tables[0]["rows"]
    assert {r[f"eta_{period}"]: r["count"] for r in rows} == wanted
    known = [r[f"eta_{period}"] for r in rows if r[f"eta_{period}"] is not None]
    assert known == sorted(known)  # in time, not by size


def _period(day: date | None, period: str) -> object:
    if day is None:
        return None
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    return {"month": f"{day:%Y-%m}", "quarter": quarter, "year": day.year}[period]


@pytest.mark.parametrize("by", ["code:month", "eta:week", "nothing:month"])
async def test_what_is_no_period_of_a_date_is_refused(engine: Engine, anna: Asker, by: str) -> None:
    reply = await asking.order(engine, anna, "…", "summarize_shipments", {"by": [by]})
    assert reply.outcome == "failed" and reply.tables == []


async def test_instants_count_in_berlins_months(engine: Engine, anna: Asker) -> None:
    arguments = {"by": ["happened_at:month"]}
    reply = await asking.order(engine, anna, "…", "summarize_transport_events", arguments)
    assert reply.outcome == "answered"
    assert all(len(r["happened_at_month"]) == 7 for r in reply.tables[0]["rows"])
