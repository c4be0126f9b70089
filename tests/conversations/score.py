"""How well the planner understands requests it was, or was not, tuned on.

    python -m tests.conversations.score --half tune [--verbose]
    python -m tests.conversations.score --half more --only en-m01 --verbose
    python -m tests.conversations.score --half book-tune

Every request is replayed through the whole product on a database of its own copy of the world.
Of the halves kept back only totals are printed, whatever is asked for.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import traceback
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import embedded
from db.migrate import upgrade
from db.rls import APP_ROLE
from db.session import Database
from tests.conversations.compare import RANKS, Outcome, changes, judge
from tests.conversations.world import TODAY, load_world
from tools.catalog import Catalog, catalog

Json = dict[str, Any]
REQUESTS = Path(__file__).parent / "requests.jsonl"
MORE = ("more_tuning.jsonl", "more_tuning_en.jsonl", "fresh.jsonl", "book.jsonl")
HALVES = ("tune", "more", "fresh", "check", "test", "book-tune", "book-test")
BROKE = "broke:"
KEPT_BACK = {"check", "test", "book-test"}
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


# A report for the terminal: printing is what it is for.


def main() -> None:
    """Score one half and print totals; failures too when asked for and allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="tune")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--only", help="requests whose id holds this")
    parser.add_argument("--whole", action="store_true", help="through runner and approvals too")
    given = parser.parse_args()
    chosen = [r for r in requests() if r["half"] == given.half]
    tuning = given.half not in KEPT_BACK
    if given.only and tuning:
        chosen = [r for r in chosen if given.only in r["id"]]
    asyncio.run(_score(chosen, verbose=given.verbose and tuning, whole=given.whole))


def requests() -> list[Json]:
    """Return every request there is, of all files that exist."""
    files = [REQUESTS, *(REQUESTS.parent / name for name in MORE)]
    texts = [f.read_text("utf8") for f in files if f.exists()]
    return [json.loads(x) for text in texts for x in text.splitlines() if x.strip()]


async def _score(chosen: list[Json], *, verbose: bool, whole: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="coffeestudio-score-"))
    folder.chmod(0o711)  # noqa: ASYNC240 - nothing else runs yet
    try:
        server = embedded.start(folder, durable=False)
        embedded.ensure_roles(server)
        embedded.ensure_database(server, "world")
        upgrade(server.url("world", embedded.OWNER_ROLE))
        book = any(r["half"].startswith("book") for r in chosen)
        titles = load_world(server.url("world", embedded.OWNER_ROLE), book=book)
        await _all(chosen, server, titles, verbose=verbose, whole=whole)
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


async def _all(chosen: list[Json], server: Any, titles: Any, *, verbose: bool, whole: bool) -> None:
    totals: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    name = ""
    for request in chosen:
        threaded = bool(request["thread"])
        if not name:
            name = f"r_{uuid.uuid4().hex[:10]}"
            embedded.ensure_database(server, name, template="world")
        outcome, trace, dirty = await _one(request, server.url(name, APP_ROLE), titles, whole=whole)
        if dirty:
            embedded.drop_database(server, name)
            name = ""
        _count(apart if "unsupported" in request["expect"] else totals, request, outcome)
        if verbose and outcome.verdict != "right":
            thread = request["thread"] if threaded else ""
            print(f"\n{outcome.verdict.upper()} {request['id']} {thread} > {request['text']}")
            print("   why:", outcome.why)
            print("   want:", json.dumps(request["expect"], ensure_ascii=False)[:400])
            for line in trace:
                print("   got:", line[:400])
    _report(totals, apart)


def _count(counted: Counter[str], request: Json, outcome: Outcome) -> None:
    expect = request["expect"]
    counted[outcome.verdict] += 1
    counted["requests"] += 1
    counted["complete"] += expect["kind"] == "complete"
    counted[f"{request['lang']} {outcome.verdict}"] += 1
    counted["broke"] += outcome.why.startswith(BROKE)
    counted["without"] += "without" in expect


def _report(totals: Counter[str], apart: Counter[str]) -> None:
    _print(totals)
    if broke := totals["broke"] + apart["broke"]:
        print(f"wrong because something broke: {broke}")
    if apart:
        told = ", ".join(f"{v} {apart[v]}" for v in RANKS if apart[v])
        print(f"apart, what the product has no place for: {apart['requests']} ({told})")
    if totals["without"]:
        print(f"judged without a part it has no place for: {totals['without']}")


def _print(totals: Counter[str]) -> None:
    count, complete = totals["requests"], max(1, totals["complete"])
    print(f"\nrequests {count}, complete {totals['complete']}")
    for verdict in RANKS:
        print(f"  {verdict:12} {totals[verdict]:4}  {100 * totals[verdict] / max(1, count):5.1f} %")
    print(f"  asked back of complete requests: {100 * totals['asked'] / complete:.1f} %")
    for key in sorted(k for k in totals if k[:2] in ("de", "en", "es") and " " in k):
        print(f"    {key}: {totals[key]}")


@dataclass
class Replay:
    """What came of the request itself: calls with results and changes, and the last words."""

    calls: list[Json] = field(default_factory=list[Json])
    text: str = ""
    wrote: bool = False


async def _one(
    request: Json, url: str, titles: Any, *, whole: bool
) -> tuple[Outcome, list[str], bool]:
    database = Database(url)
    await database.open()
    try:
        replay = await replayed(request, database, catalog(), whole=whole)
        outcome = await judge(request["expect"], replay.calls, replay.text, titles, database)
        lines = [
            json.dumps(
                {k: c.get(k) for k in ("tool", "arguments", "error")},
                ensure_ascii=False,
                default=str,
            )
            for c in replay.calls
        ]
        return outcome, [*lines, f"says: {replay.text!r}"], replay.wrote  # noqa: TRY300 - reads best
    except Exception:  # noqa: BLE001 - whatever breaks is a wrong answer
        return Outcome("wrong", f"{BROKE} {traceback.format_exc()[-1200:]}"), [], True
    finally:
        await database.close()


async def replayed(
    request: Json, database: Database, tools: Catalog, *, whole: bool = False
) -> Replay:
    """Return what the planner, or the whole product, does with a request after its thread."""
    from tests.conversations.driving import Direct, Whole

    driver = Whole(database, NOW, TODAY) if whole else Direct(database, tools, NOW, TODAY)
    await driver.start(request["lang"])
    calls: list[Json] = []
    text = ""
    wrote = whole
    for said in [*request["thread"], request["text"]]:
        calls, text = await driver.say(said)
        wrote = wrote or any(changes(c) for c in calls)
    return Replay(calls, text, wrote)


if __name__ == "__main__":
    main()
