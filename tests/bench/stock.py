"""Stock positions of 10,000 lots under 50,000 deals: `python -m tests.bench --only stock`.

Measured is the tool's own run in a read-only session under row-level security: the position of one
lot with who holds it, of all lots, and of a cooperative's.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import text

from agent.wiring import who
from db.embedded import OWNER_ROLE
from db.rls import APP_ROLE
from db.session import Actor, Database
from tests.bench.places import TODAY, demo_database, scratch_server
from tests.bench.report import Line, percentile
from tools.abilities.stock import StockArgs, stock_position
from tools.context import Asker, ToolContext

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LOTS, DEALS = 10_000, 50_000
_ROUNDS, _QUICK_ROUNDS = 30, 2
ALL_MS, ONE_MS = 300, 20
# Every lot has 275 bags and at most 190 of them are taken, whatever the numbers below come to.
_FILL = """
INSERT INTO lot (code, cooperative_id, crop_year, bags, bag_weight_kg)
SELECT 'BENCH-' || n, (SELECT min(id) FROM cooperative) + n %% 10, 2022 + n %% 5, 275, 69
FROM generate_series(1, %(lots)s) n;
INSERT INTO deal (code, roaster_id, stage, price, currency, per, basis, confirmed_on, lost_on, lost_reason)
SELECT 'B-' || n, (SELECT min(id) FROM roaster) + n %% 15, v.stage, 9.5, 'EUR', 'kg', 'outright',
       CASE WHEN v.stage <> 'offer' THEN date '2026-11-24' - n %% 700 END,
       CASE WHEN v.stage = 'lost' THEN date '2026-11-24' - n %% 5 END, CASE WHEN v.stage = 'lost' THEN 'bench' END
FROM generate_series(1, %(deals)s) n,
     LATERAL (SELECT (ARRAY['offer', 'confirmed', 'delivered', 'invoiced', 'lost'])[1 + n %% 5] AS stage) v;
INSERT INTO deal_line (deal_id, lot_id, bags, added_on)
SELECT d.id, l.id, 1 + d.id %% 20, date '2026-11-24' - 700
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM deal WHERE code LIKE 'B-%%') d
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM lot WHERE code LIKE 'BENCH-%%') l
  ON l.n = 1 + (d.n * 7919) %% %(lots)s;
INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on)
SELECT l.id, (SELECT min(id) FROM roaster) + l.id %% 15, 1 + l.id %% 40,
       date '2026-11-24' + (l.id %% 60)::int - 30, date '2026-11-24' - 31
FROM lot l WHERE l.code LIKE 'BENCH-%%' AND l.id %% 2 = 0;
INSERT INTO stock_movement (lot_id, kind, weight_kg, moved_on, reason)
SELECT l.id, 'sample', 0.35, date '2026-11-24' - 20, 'bench' FROM lot l WHERE l.code LIKE 'BENCH-%%';
"""
_TABLES = ("lot", "deal", "deal_line", "reservation", "stock_movement")


def measure(*, quick: bool = False) -> list[Line]:
    """Return the figures; quick: a few rounds only, to see that it works."""
    with scratch_server("stock") as server:
        demo_database(server)
        fill(server.url("demo", OWNER_ROLE))
        rounds = _QUICK_ROUNDS if quick else _ROUNDS
        return asyncio.run(timed(server.url("demo", APP_ROLE), rounds))


def fill(owner_url: str, lots: int = LOTS, deals: int = DEALS) -> None:
    """Add invented lots, deals, reservations and samples; the rules look on at reading, not here."""
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        for table in _TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        for statement in _FILL.split(";\n"):
            if statement.strip():
                owner.execute(statement.encode(), {"lots": lots, "deals": deals})
        for table in _TABLES:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
            owner.execute(f"ANALYZE {table}".encode())


async def timed(app_url: str, rounds: int) -> list[Line]:
    """Ask for the positions in turn, after one unmeasured round."""
    database = Database(app_url)
    await database.open()
    try:
        asker = await who(database, "anna@demo.invalid")
        found: list[Line] = []
        for what, arguments, target in (
            ("one lot, with who holds it", {"lot": "BENCH-123"}, ONE_MS),
            ("all lots", {}, ALL_MS),
            ("all lots on a day long past", {"on": "2025-06-30"}, ALL_MS),
            ("by cooperative", {"by": "cooperative"}, ALL_MS),
        ):
            times = [await _tool(database, asker, arguments) for _ in range(rounds + 1)][1:]
            found.append(_line(what, times, target))
        times = [await _function(database, asker) for _ in range(rounds + 1)][1:]
        return [*found, _line("all lots, the database's function alone", times, ALL_MS)]
    finally:
        await database.close()


async def _tool(database: Database, asker: Asker, arguments: dict[str, Any]) -> float:
    async with database.reading(Actor.member(asker.id)) as session:
        context = ToolContext(session, asker, NOW, TODAY, call_id="bench")
        began = time.perf_counter()
        result = await stock_position.run(context, StockArgs.model_validate(arguments))
        took = (time.perf_counter() - began) * 1000
    assert result.data["rows"], arguments
    return took


async def _function(database: Database, asker: Asker) -> float:
    async with database.reading(Actor.member(asker.id)) as session:
        began = time.perf_counter()
        rows = (
            await session.execute(text("SELECT lot_id, free FROM stock_on('2026-11-24')"))
        ).all()
        took = (time.perf_counter() - began) * 1000
    assert rows
    return took


def _line(what: str, times: Sequence[float], target: int) -> Line:
    slow = percentile(times, 0.95)
    return Line(
        f"stock of {LOTS:,} lots, {DEALS:,} deals: {what}",
        f"p50 {percentile(times, 0.5):.1f} ms, p95 {slow:.1f} ms ({len(times)} calls)",
        f"p95 < {target} ms",
        slow < target,
    )
