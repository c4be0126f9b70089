"""Measurements on the public cupping records: read their folder, run on a throw-away folder."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.bench.places import scratch_folder

Bench = Callable[[Path, Path], Coroutine[Any, Any, int]]


def on_records(bench: Bench, told: str | None) -> None:
    """Run a measurement with the folder of `cqi_arabica_cleaned.csv`; end with its code."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of cqi_arabica_cleaned.csv"
    )
    data: Path = parser.parse_args().data
    with scratch_folder("records") as folder:
        code = asyncio.run(bench(data, folder))
    sys.exit(code)
