"""A turn's own work against LangChain's agent: `python -m tests.bench --only turn`.

Own work = a turn minus the same run's bare model calls: the turn's two requests, sent again with
`litellm.acompletion` in the same process and streamed to the end. Ours and the peer are processes
of their own on one embedded server and one scripted model; they take turns one by one, so noise
of the machine meets both. Figures are medians of the runs' medians, in milliseconds; a
"conversation of 10" stands for turns 6 to 15 of one, "of 30" for turns 26 to 35.
"""

import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from db import embedded
from db.embedded import OWNER_ROLE
from db.rls import APP_ROLE
from tests.bench.bare import last_requests
from tests.bench.children import Child, peer_python
from tests.bench.places import demo_database, scratch_server
from tests.bench.provider import ends, words
from tests.bench.report import Line

Json = dict[str, Any]
KINDS = ("read", "write")
TARGET = 0.6
_WARM_UP = 5
_APART = 45  # both sides change the same lot
_MEASURES = ("own", "own_cpu", "turn", "turn_cpu")


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        runs: how many runs the medians are taken over.
        single: conversations of one turn in a run.
        long: conversations in a run that go on to the last measured turn.
        windows: turns measured of a long conversation, by the length they stand for.
    """

    runs: int = 5
    single: int = 30
    long: int = 3
    windows: tuple[tuple[int, range], ...] = ((10, range(6, 16)), (30, range(26, 36)))


QUICK = Plan(runs=1, single=3, long=1, windows=((3, range(3, 5)),))
Samples = dict[tuple[str, int, str], list[list[Json]]]


def measure(*, quick: bool = False, peer: bool = True) -> list[Line]:
    """Return the comparison as lines; quick: a few turns only, to see that it works."""
    plan = QUICK if quick else Plan()
    with _sides(peer=peer) as sides:
        samples: Samples = defaultdict(list)
        for run in range(plan.runs):
            for kind in KINDS:
                for length, turns in _run(sides, plan, kind, f"{run}"):
                    for side, taken in turns.items():
                        samples[kind, length, side].append(taken)
    return [line for kind in KINDS for line in _lines(samples, plan, kind)]


# --- the two sides ----------------------------------------------------------------------------


@contextmanager
def _sides(*, peer: bool) -> Generator[dict[str, Child]]:
    """Give both processes, warmed up, on a server and a model that end with them."""
    with ExitStack() as stack:
        server = stack.enter_context(scratch_server("turn"))
        demo_database(server)
        app_url = server.url("demo", APP_ROLE)
        model = stack.enter_context(Child.of(sys.executable, "-m", "tests.bench.provider"))
        base_url = model.line()
        ours = stack.enter_context(
            Child.of(sys.executable, "-m", "tests.bench.ours", app_url, base_url)
        )
        sides = {"ours": ours}
        prompts = {kind: _warmed(ours, kind, base_url) for kind in KINDS}
        if peer:
            embedded.ensure_database(server, "checkpoints")
            given = {
                "base_url": base_url,
                "demo": _libpq(app_url),
                "checkpoints": _libpq(server.url("checkpoints", OWNER_ROLE)),
                "member": _member(server.url("demo", OWNER_ROLE)),
                "prompts": prompts,
            }
            sides["peer"] = stack.enter_context(
                Child.of(peer_python(), "tests/bench/peer.py", json.dumps(given))
            )
            sides["peer"].line()
            for kind in KINDS:
                _warmed(sides["peer"], kind, base_url)
        yield sides


def _warmed(side: Child, kind: str, base_url: str) -> Json:
    """Work a few turns; return what the model was offered, for the other side to offer too."""
    for place in range(_WARM_UP):
        side.ask(_order(kind, f"warm-{kind}", place, priced=True))
    asked = last_requests(base_url)[-1]
    return {"system": asked["messages"][0]["content"], "tools": asked["tools"]}


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "")


def _member(owner_url: str) -> int:
    with psycopg.connect(_libpq(owner_url)) as connection:
        found = connection.execute("SELECT id FROM member WHERE email = 'anna@demo.invalid'")
        row = found.fetchone()
    assert row is not None
    return int(row[0])


# --- a run ------------------------------------------------------------------------------------


def _run(
    sides: dict[str, Child], plan: Plan, kind: str, run: str
) -> Generator[tuple[int, dict[str, list[Json]]]]:
    """Give, for every length, the measured turns of each side."""
    yield 1, _turns(sides, kind, ((f"{run}-{kind}-s{n}", n, True) for n in range(plan.single)))
    taken: dict[int, dict[str, list[Json]]] = {
        length: {side: [] for side in sides} for length, _ in plan.windows
    }
    for n in range(plan.long):
        for place in range(1, plan.windows[-1][1].stop):
            length = next((x for x, window in plan.windows if place in window), None)
            order = (f"{run}-{kind}-l{n}", place, length is not None)
            turns = _turns(sides, kind, [order])
            if length is not None:
                for side, one in turns.items():
                    taken[length][side] += one
    yield from taken.items()


def _turns(
    sides: dict[str, Child], kind: str, orders: Iterable[tuple[str, int, bool]]
) -> dict[str, list[Json]]:
    """Work turns, each by every side in turn."""
    taken: dict[str, list[Json]] = {side: [] for side in sides}
    for n, (key, place, priced) in enumerate(orders):
        names = list(sides) if (n + place) % 2 else list(sides)[::-1]  # nobody is always first
        for side in names:
            apart = place + (_APART if side == "peer" else 0)  # a price must be a new one
            timed = sides[side].ask(_order(kind, key, apart, priced=priced))
            taken[side].append(timed)
    return taken


def _order(kind: str, key: str, place: int, *, priced: bool) -> Json:
    return {
        "kind": kind,
        "key": key,
        "words": words(kind, place),
        "ends": ends(kind, place),
        "priced": priced,
    }


# --- figures ----------------------------------------------------------------------------------


def _figures(runs: list[list[Json]]) -> dict[str, list[float]]:
    """Return each measure's median of every run."""
    found: dict[str, list[float]] = {name: [] for name in _MEASURES}
    for turns in runs:
        whole = {"turn": "wall", "turn_cpu": "cpu"}
        for name in _MEASURES:
            key = whole.get(name, "cpu" if name.endswith("cpu") else "wall")
            less = f"bare_{key}" if name.startswith("own") else None
            values = [t[key] - (t[less] if less else 0) for t in turns]
            found[name].append(statistics.median(values))
    return found


def _lines(samples: Samples, plan: Plan, kind: str) -> list[Line]:
    lines: list[Line] = []
    for length in (1, *(length for length, _ in plan.windows)):
        ours = _figures(samples[kind, length, "ours"])
        runs = samples.get((kind, length, "peer"))
        what = f"{kind} turn, conversation of {length}"
        if not runs:
            lines.append(Line(f"{what}: own work", _shown(ours, "own")))
            continue
        peer = _figures(runs)
        for name, said in (("own", "own work"), ("turn", "whole turn")):
            ratio = _ratio(ours[name], peer[name])
            lines.append(
                Line(
                    f"{what}: {said}",
                    f"{ratio:.2f} × peer · ours {_shown(ours, name)} · peer {_shown(peer, name)}",
                    f"≤ {TARGET} ×" if name == "own" else "",
                    ratio <= TARGET if name == "own" else None,
                )
            )
    return lines


def _ratio(ours: list[float], peer: list[float]) -> float:
    """Return the median of the runs' own ratios: both sides of one had the same noise."""
    return statistics.median(a / b for a, b in zip(ours, peer, strict=True))


def _shown(figures: dict[str, list[float]], name: str) -> str:
    wall, cpu = figures[name], figures[f"{name}_cpu"]
    middle, processor = statistics.median(wall), statistics.median(cpu)
    return f"{middle:.1f} ms ({min(wall):.1f}–{max(wall):.1f}), cpu {processor:.1f}"
