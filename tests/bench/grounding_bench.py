"""What law 8 is worth: planted figures that pass, honest replies that are held.

The corpus was written before the code was tuned. Even ids are for tuning, odd ids are the test
half. Run: `python -m tests.bench.grounding_bench [--failures]`.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.grounding import Event, Figures, SentenceGate

Json = dict[str, Any]
FOLDER = Path(__file__).parent / "grounding"
HALVES = ("tune", "test")


@dataclass
class Score:
    """What one half gave."""

    honest: int = 0
    alarms: list[str] = field(default_factory=list[str])
    planted: int = 0
    passed: list[str] = field(default_factory=list[str])


def read(name: str) -> list[Json]:
    """Return one file of the corpus."""
    lines = (FOLDER / f"{name}.jsonl").read_text("utf8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def half_of(case: Json) -> str:
    """Return the half a case belongs to."""
    return "tune" if case["id"] % 2 == 0 else "test"


def figures_of(world: Json, locale: str) -> Figures:
    """Return what is known in a world."""
    results = [(ref, data) for ref, data in world["results"]]
    results.append(("today", {"today": world["today"]}))
    return Figures.of(results, world["citations"], world["words"], locale)


def events(case: Json, worlds: dict[str, Json]) -> list[Event]:
    """Return what the gate makes of a reply."""
    figures = figures_of(worlds[case["world"]], case["locale"])
    gate = SentenceGate(figures, case["locale"])
    return [*gate.feed(case["reply"]), *gate.close()]


def catches(case: Json, found: list[Event]) -> bool:
    """Whether a held figure is the planted one."""
    begin = case["reply"].index(case["planted"])
    stop = begin + len(case["planted"])
    place = 0
    for event in found:
        for figure in event.unbacked:
            if place + figure.begin < stop and place + figure.stop > begin:
                return True
        place += len(event.text)
    return False


def measure(half: str) -> Score:
    """Return the score of one half."""
    worlds = {w["world"]: w for w in read("worlds")}
    score = Score()
    for case in read("honest"):
        if half_of(case) == half:
            held = [u.text for e in events(case, worlds) for u in e.unbacked]
            score.honest += 1
            score.alarms += [f"{case['id']} {case['reply']!r}: {held}"] if held else []
    for case in read("planted"):
        if half_of(case) == half:
            score.planted += 1
            found = events(case, worlds)
            score.passed += (
                []
                if catches(case, found)
                else [f"{case['id']} {case['reply']!r}: {case['planted']}"]
            )
    return score


def main() -> None:
    """Print both halves, and how long a check takes."""
    lines: list[str] = []
    for half in HALVES:
        score = measure(half)
        share = 100 * len(score.alarms) / score.honest
        lines.append(
            f"{half}: {len(score.passed)} of {score.planted} planted figures passed, "
            f"{len(score.alarms)} of {score.honest} honest replies held ({share:.1f} %)"
        )
        if "--failures" in sys.argv and half == "tune":
            lines += [*score.passed, *score.alarms]
    worlds, cases = {w["world"]: w for w in read("worlds")}, read("honest")
    began = time.perf_counter()
    for case in cases:
        events(case, worlds)
    spent = (time.perf_counter() - began) / len(cases) * 1000
    sys.stdout.write("\n".join([*lines, f"{spent:.2f} ms a reply, sources included", ""]))


if __name__ == "__main__":
    main()
