"""Whether taking documents in loses, halves or hides anything: good and bad files, killed midway.

`coffeestudio knowledge add FOLDER` runs as a process of its own, is killed with -9 when a share of
the documents is in, and run again. Then every good document must be there whole, every bad one
explained, and nothing half-loaded.

Run: `python -m tests.bench.ingesting [--good 170] [--bad 30]`.
"""

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from db.address import Address
from db.embedded import OWNER_ROLE
from db.rls import APP_ROLE
from knowledge.reading.unreadable import Why
from tests.bench.places import demo_database, scratch_server
from tests.bench.report import Line
from tests.knowledge import documents
from tools.document_words import REASONS

ROOT = Path(__file__).parents[2]
_PLACE = re.compile(r"\{\w+\}")
MOST_RSS_MB = 700  # the command's own process, and every reader it starts


@dataclass(frozen=True)
class Place:
    """The database documents go into, by the addresses of both roles, and a folder for files."""

    app_url: str
    owner_url: str
    folder: Path


@dataclass
class Ingested:
    """How it went.

    Attributes:
        wrong: what is not as it must be; empty when all is.
        good, bad: how many files of each there were.
        before: how many documents were in when the first run was killed.
        seconds: of the second run.
        rss_mb: most memory one process held at a time.
    """

    good: int
    bad: int
    wrong: list[str] = field(default_factory=list[str])
    before: int = 0
    seconds: float = 0
    rss_mb: int = 0


def made(folder: Path, good: int, bad: int) -> tuple[int, dict[str, str]]:
    """Write good and bad documents, mixed.

    Returns:
        How many documents the good ones are, attachments included; why each bad one is refused.
    """
    folder.mkdir()
    kinds, expected, reasons = list(documents.GOOD), 0, {}
    for n in range(good):
        kind = kinds[n % len(kinds)]
        (folder / f"{n % 10}-gut-{n}.{kind}").write_bytes(documents.GOOD[kind](n))
        expected += 2 if kind == "eml" else 1
    for n in range(bad):
        name, content, why = documents.BAD[n % len(documents.BAD)]
        called = f"{n % 10}-{name.format(n=n)}"
        (folder / called).write_bytes(content(n))
        reasons[called] = why
    return expected, reasons


def ingest(place: Place, good: int, bad: int, kill_after: int) -> Ingested:
    """Take a folder in, killed once, and say what is wrong with what came of it."""
    folder = place.folder / "documents"
    expected, reasons = made(folder, good, bad)
    done = Ingested(good, bad)
    with tempfile.TemporaryFile() as said, _started(place, folder, said) as first:
        done.before = _killed(place, first, kill_after)
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        with _started(place, folder, said) as second:
            second.wait()
        said.seek(0)
        told = said.read().decode()
    done.seconds = time.monotonic() - began
    done.rss_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    done.wrong += _unexplained(told, reasons)
    done.wrong += _halved(place, expected)
    if second.returncode != (1 if bad else 0):
        done.wrong.append(f"exit code {second.returncode}: {told[-600:]}")
    if done.before and f"{done.before} schon da" not in told:
        done.wrong.append(f"{done.before} documents were in before; said: {told[-300:]}")
    return done


def _started(place: Place, folder: Path, said: object) -> subprocess.Popen[bytes]:
    settings = {
        "COFFEESTUDIO_DATABASE_URL": place.app_url,
        "COFFEESTUDIO_DATA_DIR": str(place.folder / "data"),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "agent.cli", "knowledge", "add", str(folder)]
    as_anna = ["--as", "anna@demo.invalid"]
    return subprocess.Popen(  # noqa: S603 - our own program
        [*command, *as_anna], env=settings, cwd=place.folder, stdout=said, stderr=subprocess.DEVNULL  # type: ignore[arg-type]
    )  # fmt: skip


def _killed(place: Place, running: subprocess.Popen[bytes], after: int) -> int:
    """Kill a run when so many documents are in; return how many there are then."""
    while running.poll() is None and _count(place) < after:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    return _count(place)


def _count(place: Place) -> int:
    with Address(place.owner_url).connected() as owner:
        row = owner.execute(
            "SELECT count(*) FROM document_version WHERE origin <> 'shipped'"
        ).fetchone()
        return int(row[0]) if row else 0


def _unexplained(told: str, reasons: dict[str, str]) -> list[str]:
    """Return the bad files of which no line says why they were refused."""
    lines = told.splitlines()
    return [
        f"{name} was to be refused as {why}"
        for name, why in reasons.items()
        if not any(name in line and _telling(why) in line for line in lines)
    ]


def _telling(why: str) -> str:
    """Return the longest part of a reason's sentence that is the same for every file."""
    return max(_PLACE.split(REASONS[Why(why)].de), key=len)


_HALVED = """
    SELECT 'versions with other than their passages', count(*) FROM document_version v
    WHERE v.passages = 0
       OR v.passages <> (SELECT count(*) FROM passage p WHERE p.version_id = v.id)
    UNION ALL
    SELECT 'documents without a version', count(*) FROM document d
    WHERE NOT EXISTS (SELECT FROM document_version v WHERE v.document_id = d.id)
    UNION ALL
    SELECT 'contents taken twice', count(*) - count(DISTINCT sha256) FROM document_version
    UNION ALL
    SELECT 'versions relied upon that nobody released', count(*) FROM document_version
    WHERE origin <> 'shipped' AND status <> 'proposed'
    UNION ALL
    SELECT 'passages without stems', count(*) FROM passage p
    WHERE length > 0 AND NOT EXISTS (SELECT FROM passage_term t WHERE t.passage_id = p.id)
"""


def _halved(place: Place, expected: int) -> list[str]:
    """Return what is missing, doubled, half-loaded or relied upon."""
    with Address(place.owner_url).connected() as owner:
        found = [(str(what), int(n)) for what, n in owner.execute(_HALVED).fetchall()]
    wrong = [f"{what}: {number}" for what, number in found if number]
    there = _count(place)
    return wrong if there == expected else [*wrong, f"{there} documents, not {expected}"]


def measure(good: int = 170, bad: int = 30) -> list[Line]:
    """Take two hundred documents in and return what came of it."""
    with scratch_server("ingest") as server, tempfile.TemporaryDirectory() as folder:
        demo_database(server)
        urls = server.url("demo", APP_ROLE), server.url("demo", OWNER_ROLE)
        done = ingest(Place(*urls, Path(folder)), good, bad, kill_after=good // 3)
    for problem in done.wrong:
        print(problem, file=sys.stderr)
    told = f"{done.good} good in, {done.bad} bad explained" if not done.wrong else "see above"
    return [
        Line("documents taken in, killed once", told, "all, none half", not done.wrong),
        Line("documents a second, after the kill", f"{(good + bad) / done.seconds:.1f}"),
        Line("most memory of a process", f"{done.rss_mb} MB", f"< {MOST_RSS_MB} MB", done.rss_mb < MOST_RSS_MB),
    ]  # fmt: skip


def main() -> None:
    """Read how many and run."""
    from tests.bench.report import table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--good", type=int, default=170)
    parser.add_argument("--bad", type=int, default=30)
    given = parser.parse_args()
    lines = measure(given.good, given.bad)
    print(table(lines))
    sys.exit(any(line.met is False for line in lines))


if __name__ == "__main__":
    main()
