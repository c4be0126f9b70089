"""Everything that is measured, in one table: `python -m tests.bench [--only NAME] [--quick]`."""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.report import Line, table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def _turn(given: argparse.Namespace) -> list[Line]:
    from tests.bench import turn

    return turn.measure(quick=given.quick)


def _listing(given: argparse.Namespace) -> list[Line]:
    from tests.bench import listing

    return listing.measure(quick=given.quick)


def _stock(given: argparse.Namespace) -> list[Line]:
    from tests.bench import stock

    return stock.measure(quick=given.quick)


def _start(given: argparse.Namespace) -> list[Line]:
    from tests.bench import start

    return start.measure(quick=given.quick)


def _grounding(_given: argparse.Namespace) -> list[Line]:
    return _told_by("grounding", "tests.bench.grounding_bench")


def _import(given: argparse.Namespace) -> list[Line]:
    """Import the public cupping records, where their folder is given."""
    if not given.cqi_data:
        return [Line("import of public records", "not run: give --cqi-data FOLDER")]
    return _told_by("import", "tests.bench.import_cqi", "--data", given.cqi_data)


def _ingest(given: argparse.Namespace) -> list[Line]:
    from tests.bench import ingesting

    return ingesting.measure(8, 12) if given.quick else ingesting.measure()


def _slack(given: argparse.Namespace) -> list[Line]:
    from tests.bench import slack_load

    return slack_load.measure(quick=given.quick)


def _knowledge(given: argparse.Namespace) -> list[Line]:
    from tests.bench import knowledge

    return knowledge.measure(quick=given.quick)


def _planner(_given: argparse.Namespace) -> list[Line]:
    """Totals of the half the planner was not tuned on; never its requests."""
    return _told_by("planner", "tests.conversations.score", "--half", "test", "--whole")


def _told_by(what: str, module: str, *arguments: str) -> list[Line]:
    """Return what a measurement that is a program of its own prints, line by line."""
    ran = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Line(what, line.strip()) for line in ran.stdout.splitlines() if line.strip()]


PARTS: dict[str, Callable[[argparse.Namespace], list[Line]]] = {
    "turn": _turn,
    "listing": _listing,
    "stock": _stock,
    "start": _start,
    "grounding": _grounding,
    "import": _import,
    "ingest": _ingest,
    "slack": _slack,
    "knowledge": _knowledge,
    "planner": _planner,
}
ON_REQUEST = {"knowledge", "planner"}  # its half is to be looked at rarely: not part of every run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), help="one part")
    parser.add_argument("--quick", action="store_true", help="a few rounds, to see that it works")
    parser.add_argument("--cqi-data", help="folder with cqi_arabica_cleaned.csv, for the import")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    given = _arguments()
    names = [given.only] if given.only else [n for n in PARTS if n not in ON_REQUEST]
    lines: list[Line] = []
    for name in names:
        print(f"· {name}", file=sys.stderr, flush=True)
        lines += PARTS[name](given)
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(table(lines))
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, load {load}")


if __name__ == "__main__":
    main()
