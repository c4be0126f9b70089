"""Listing 1,000 cooperatives, filtered, sorted and paged: `python -m tests.bench --only listing`.

Measured is the tool's own run in a read-only session under row-level security, and beside it the
runner's whole read: transaction, telling who acts, validation, run, rendering for the model.
"""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from agent.wiring import who
from db.embedded import OWNER_ROLE, Embedded
from db.queries.transcript import StoredCall
from db.rls import APP_ROLE
from db.session import Actor, Database
from tests.bench.places import TODAY, demo_database, scratch_server
from tests.bench.report import Line, percentile
from tools.approval import Origin
from tools.catalog import catalog
from tools.context import Asker, ToolContext
from tools.outcome import Turn
from tools.runner import Runner

Json = dict[str, Any]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROWS = 1_000
TARGET_MS = 20
_CALLS = 400
_QUICK_CALLS = 8
_FILL = """
INSERT INTO cooperative (name, region_id, province, certifications, status, members, altitude_m)
SELECT 'Cooperativa Ficticia ' || n,
       (SELECT id FROM region ORDER BY id OFFSET n %% (SELECT count(*) FROM region) LIMIT 1),
       'Provincia ' || n %% 40,
       CASE n %% 3 WHEN 0 THEN ARRAY['organic', 'fairtrade'] WHEN 1 THEN ARRAY['organic']
                  ELSE ARRAY[]::text[] END,
       (ARRAY['active', 'prospect', 'paused'])[1 + n %% 3],
       CASE WHEN n %% 7 > 0 THEN 20 + n * 37 %% 1900 END,
       900 + n * 13 %% 1100
FROM generate_series(1, %s - (SELECT count(*) FROM cooperative)::int) AS n
"""
_ORGANIC = {"field": "certifications", "op": "is", "value": "organic"}
REQUESTS: tuple[Json, ...] = (
    {},
    {"limit": 50, "offset": 500, "sort": "name"},
    {"where": [_ORGANIC], "sort": "-members"},
    {"where": [{"field": "region", "op": "is", "value": "Cajamarca"}], "sort": "-altitude_m"},
    {"where": [{"field": "members", "op": "between", "value": [200, 900]}, _ORGANIC]},
    {"where": [{"field": "name", "op": "contains", "value": "ficticia 9"}], "limit": 50},
    {"where": [{"field": "status", "op": "is", "value": "active"}], "sort": "region", "offset": 40},
    {"where": [{"field": "altitude_m", "op": "gte", "value": 1500}], "limit": 200},
)


@dataclass
class Times:
    """Milliseconds in the tool, and of the runner's whole read."""

    tool: list[float] = field(default_factory=list[float])
    read: list[float] = field(default_factory=list[float])


def measure(*, quick: bool = False) -> list[Line]:
    """Return the listing's figures; quick: a few calls only, to see that it works."""
    with scratch_server("listing") as server:
        fill(server, "demo")
        times = asyncio.run(timed(server.url("demo", APP_ROLE), _QUICK_CALLS if quick else _CALLS))
    return lines(times)


def fill(server: Embedded, name: str) -> None:
    """Make a demo database whose cooperatives are `ROWS`."""
    demo_database(server, name)
    top_up(server.url(name, OWNER_ROLE))


def top_up(owner_url: str) -> None:
    """Add invented cooperatives until there are `ROWS`."""
    with psycopg.connect(owner_url.replace("+psycopg", "")) as owner:
        owner.execute("SELECT set_config('app.actor', 'system:bootstrap', true)")
        owner.execute(_FILL, [ROWS])
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("ANALYZE cooperative")


async def timed(app_url: str, calls: int) -> Times:
    """Make the calls, each request in turn, after one unmeasured round."""
    database = Database(app_url)
    await database.open()
    try:
        asker = await who(database, "anna@demo.invalid")
        for request in REQUESTS:
            await _one(database, asker, request, Times())
        times = Times()
        for request in itertools.islice(itertools.cycle(REQUESTS), calls):
            await _one(database, asker, request, times)
        return times
    finally:
        await database.close()


async def _one(database: Database, asker: Asker, request: Json, times: Times) -> None:
    tool = catalog().tool("find_cooperatives")
    async with database.reading(Actor.member(asker.id)) as session:
        context = ToolContext(session, asker, NOW, TODAY, call_id="bench")
        began = time.perf_counter()
        result = await tool.run(context, tool.args.model_validate(request))
        times.tool.append((time.perf_counter() - began) * 1000)
    assert result.data["total"] > 0 and result.data["rows"], request
    origin = Origin(words="", locale="en", today=TODAY)
    call = StoredCall("1-1", 1, 1, 1, tool.name, request, "", None, False, False, False)
    runner = Runner(database, catalog(), lambda: NOW)
    began = time.perf_counter()
    outcome = await runner.read(Turn(asker, 1, 1, origin, None), call)
    times.read.append((time.perf_counter() - began) * 1000)
    assert outcome.status == "ok", outcome


def lines(times: Times) -> list[Line]:
    """Return the figures as lines."""
    found: list[Line] = []
    for what, values, target in (
        ("in the tool", times.tool, True),
        ("whole read through the runner", times.read, False),
    ):
        slow = percentile(values, 0.95)
        found.append(
            Line(
                f"list {ROWS:,} cooperatives: {what}",
                f"p50 {percentile(values, 0.5):.1f} ms, p95 {slow:.1f} ms ({len(values)} calls)",
                f"p95 < {TARGET_MS} ms" if target else "",
                slow < TARGET_MS if target else None,
            )
        )
    return found
