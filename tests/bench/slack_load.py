"""A thousand conversations in Slack: `python -m tests.bench --only slack`.

Open loop: messages arrive on a fixed schedule whether or not earlier ones are answered. Slack's
stand-in, the front end, the workers and a model that takes half a second are processes of their
own on the same two cores, so this is the least the product can do, not the most.
"""

import asyncio
import json
import random
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from db.embedded import OWNER_ROLE, Embedded
from db.rls import APP_ROLE
from tests.bench.places import demo_database, scratch_server
from tests.bench.report import Line, percentile
from tests.standins.slack.control import Remote

Json = dict[str, Any]
_QUESTION = "Which cooperatives from Cajamarca have more than 200 members?"
_WAIT_SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """How much is asked how fast.

    Attributes:
        conversations: how many there are; each message goes to a random one.
        messages: how many are sent.
        per_second: how many of them a second.
        workers: how many worker processes.
    """

    conversations: int = 1000
    messages: int = 240
    per_second: float = 2.0
    workers: int = 1


@dataclass(frozen=True)
class Figures:
    """What was measured, in milliseconds."""

    acknowledged: list[float]
    signs: list[float]
    answered: int
    failed: int
    cpu: float


async def load(plan: Plan, *, model: bool = True) -> Figures:
    """Send a plan's messages and return what came of them."""
    with scratch_server("slack") as server:
        demo_database(server)
        _members(server, plan.conversations)
        slack = await _started("tests.standins.slack")
        provider = await _started("tests.bench.slow_provider") if model else None
        told: Json = json.loads(slack[1])
        log = Path(tempfile.mkstemp(prefix="coffeestudio-load-")[1])
        given: Json = {
            "url": server.url("demo", APP_ROLE),
            "slack": told,
            "stale": 20,
            "log": str(log),
        }
        if provider is not None:
            given["settings"] = {
                "model": "openai/stand-in", "model_base_url": provider[1].strip(), "fallback_models": "",
                "member_daily_tokens": 10**9, "member_daily_usd": 10**6,
            }  # fmt: skip
        ours = [await _started("tests.chaos.process", json.dumps(given | {"role": "front"}))]
        working = json.dumps(given | {"role": "worker"})
        ours += [await _started("tests.chaos.process", working) for _ in range(plan.workers)]
        try:
            async with Remote(told["base_url"]) as remote:
                return await _measured(plan, remote, server, [p for p, _ in ours], log)
        finally:
            for process, _ in [slack, *([provider] if provider else [])]:
                process.kill()
                await process.wait()
            await asyncio.to_thread(log.unlink)


async def _measured(
    plan: Plan, remote: Remote, server: Embedded, ours: list[asyncio.subprocess.Process], log: Path
) -> Figures:
    people = [
        await remote.tell("user", name=f"l{n}", email=f"l{n}@demo.invalid")
        for n in range(plan.conversations)
    ]
    chosen = random.Random(7)  # noqa: S311 - a seed is wanted
    loop = asyncio.get_running_loop()
    begun, sent = loop.time(), []
    for n in range(plan.messages):
        await asyncio.sleep(max(0.0, begun + n / plan.per_second - loop.time()))
        person = chosen.choice(people)
        sent.append(asyncio.create_task(remote.act(person["id"], "dm", text=_QUESTION)))
    await asyncio.gather(*sent)
    answered, failed = await _settled(server, plan.messages)
    state = await remote.ask("state")
    latencies = [
        d["latency"] * 1000 for d in state["deliveries"] if d["acked"] and d["latency"] is not None
    ]
    for process in ours:
        process.send_signal(signal.SIGTERM)
    await asyncio.gather(*(p.wait() for p in ours))
    written = await asyncio.to_thread(log.read_text)
    lines = [json.loads(line) for line in written.splitlines()]
    signs = [s for line in lines for s in line.get("signs", [])]
    cpu = sum(line.get("cpu", 0.0) for line in lines)
    return Figures(latencies, signs, answered, failed, cpu * 1000 / max(1, answered))


async def _settled(server: Embedded, messages: int) -> tuple[int, int]:
    """Return how many were answered and how many of them with a failure, once all are."""
    found = (0, 0)
    for _ in range(_WAIT_SECONDS):
        with psycopg.connect(server.url("demo", OWNER_ROLE).replace("+psycopg", "")) as connection:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE o.state = 'sent'),"
                " count(*) FILTER (WHERE i.outcome = 'failed') FROM inbox i"
                " LEFT JOIN outbox o ON o.effect_key = 'reply:' || i.id"
            ).fetchone()
        found = (int(row[0]), int(row[1])) if row else found
        if found[0] >= messages:
            break
        await asyncio.sleep(1)
    return found


def _members(server: Embedded, count: int) -> None:
    with psycopg.connect(server.url("demo", OWNER_ROLE).replace("+psycopg", "")) as connection:
        connection.execute("SELECT set_config('app.actor', 'system:test', false)")
        connection.execute(
            "INSERT INTO member (email, name, role, locale) SELECT 'l' || n || '@demo.invalid',"
            " 'Member ' || n, 'analyst', 'en' FROM generate_series(0, %s) n",
            [count - 1],
        )


async def _started(module: str, *arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    """Start one of our programs; return it with its first line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode()


def measure(*, quick: bool = False) -> list[Line]:
    """Return the figures for one and for two workers."""
    lines: list[Line] = []
    for workers in (1,) if quick else (1, 2):
        plan = Plan(30, 6, 2.0, workers) if quick else Plan(workers=workers)
        found = asyncio.run(load(plan))
        what = f"Slack, {plan.conversations} conversations, {plan.per_second:g}/s, {workers} worker{'s' * (workers > 1)}"
        lines += _lines(what, plan, found)
    return lines


def _lines(what: str, plan: Plan, found: Figures) -> list[Line]:
    lost = plan.messages - found.answered
    errors = (lost + found.failed) / plan.messages
    ack, sign = percentile(found.acknowledged, 0.95), percentile(found.signs, 0.95)
    return [
        Line(f"{what}: acknowledged", f"p50 {percentile(found.acknowledged, 0.5):.0f} · p95 {ack:.0f} ms", "p95 < 500 ms", ack < 500),
        Line(f"{what}: first sign after pick-up", f"p50 {percentile(found.signs, 0.5):.0f} · p95 {sign:.0f} ms", "p95 < 200 ms", sign < 200),
        Line(f"{what}: not answered, failed", f"{lost}, {found.failed} of {plan.messages}", "< 1 %", errors < 0.01),
        Line(f"{what}: processor a turn", f"{found.cpu:.0f} ms of worker"),
    ]  # fmt: skip
