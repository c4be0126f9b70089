"""`make soak`: every law broken on purpose must turn its test red; then the long runs.

A copy of the project is broken, never the project itself. Exit code 1 when a break goes unnoticed.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".data", "__pycache__", ".*_cache", "backups")
_LONG = ("tests/attack", "tests/faults")


@dataclass(frozen=True)
class Break:
    """One law broken: where, how, and the test that must notice."""

    law: int
    file: str
    find: str
    replace: str
    test: str


def breaks() -> list[Break]:
    """Return the breaks that are kept."""
    found = tomllib.loads((Path(__file__).parent / "breaks.toml").read_text("utf8"))
    return [Break(**b) for b in found["break"]]


@contextmanager
def _copy() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="coffeestudio-soak-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
        yield copy


def _passes(copy: Path, test: str) -> bool:
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{test} could not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


def noticed(copy: Path, broken: Break) -> bool:
    """Return whether a break turns its test red."""
    path = copy / broken.file
    whole = path.read_text("utf8")
    if whole.count(broken.find) != 1:
        raise RuntimeError(f"law {broken.law}: {broken.file} has not once {broken.find!r}")
    path.write_text(whole.replace(broken.find, broken.replace), "utf8")
    try:
        return not _passes(copy, broken.test)
    finally:
        path.write_text(whole, "utf8")


def main() -> int:
    """Run the breaks, then the long tests; print a line each."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--law", type=int, help="only this law's breaks")
    parser.add_argument("--breaks-only", action="store_true")
    asked = parser.parse_args()
    unnoticed = 0
    with _copy() as copy:
        for broken in breaks():
            if asked.law in {None, broken.law}:
                red = noticed(copy, broken)
                unnoticed += not red
                print(
                    f"law {broken.law:2}  {'red' if red else 'NOT NOTICED'}  {broken.test}",
                    flush=True,
                )
    if not asked.breaks_only and asked.law is None:
        for test in _LONG:
            green = _passes(ROOT, test)
            unnoticed += not green
            print(f"{'green' if green else 'RED'}  {test}", flush=True)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
