"""Workers are killed at every step, and the history must still be right: python -m tests.chaos.

A workspace, a front end and workers run as processes of their own. Members order numbered price
changes; workers die at named steps, one after the other, while Slack doubles events, loses answers,
refuses and drops sockets and the database is restarted. In the end every message must have been
answered once, every change made once, each conversation's in order.
"""

import argparse
import asyncio
import itertools
import json
import random
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from db import embedded
from db.embedded import OWNER_ROLE, Embedded
from db.rls import APP_ROLE
from tests.bench.places import demo_database, scratch_server
from tests.chaos.asides import GIVEN_UP, KINDS, Asides
from tests.standins.slack.control import Remote

Json = dict[str, Any]
LOTS = ("PE-24-001", "PE-24-004", "PE-24-009", "PE-24-012", "PE-24-017", "PE-24-019", "PE-25-003", "PE-25-006")  # fmt: skip
_LEASE = "15 seconds"
_SETTLE_SECONDS = 400
_LIFE_SECONDS = 6  # a fuse that has not gone by then is pulled
_PACE_SECONDS = 0.8
_REMINDED_SECONDS = 60
# Steps that lie between an effect and what acknowledges it.
_AFTER_EFFECT = ("slack:chat.postMessage after", "db:unit after", "db:turn_finish after",
                 "slack:chat.update after", "db:slack before", "db:turn_begin after",
                 "db:turn_claim after", "slack:chat.stopStream after",
                 "slack:files.completeUploadExternal after", "slack:views.publish after",
                 "slack:chat.postEphemeral after", "db:schedule after")  # fmt: skip


WRONG = ("never answered", "told that it was given up", "answered twice", "never done",
         "done twice", "out of order", "asides told that they were given up",
         "asides lost", "asides doubled", "cards that do not say what came of them",
         "violations of Slack's rules")  # fmt: skip


@dataclass
class Said:
    """A numbered order, and where its answer must be."""

    number: int
    lot: str
    price: str
    channel: str
    ts: str


@dataclass
class Run:
    """What has happened so far."""

    said: list[Said] = field(default_factory=list[Said])
    kills: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    steps: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])


class Chaos:
    """One run."""

    def __init__(
        self, server: Embedded, remote: Remote, slack: Json, given: argparse.Namespace
    ) -> None:
        self.server, self.remote, self.slack, self.given = server, remote, slack, given
        self.url, self.owner = server.url("demo", APP_ROLE), _libpq(server.url("demo", OWNER_ROLE))
        self.random = random.Random(given.seed)  # noqa: S311 - a seed is wanted
        self.log = Path(tempfile.mkstemp(prefix="coffeestudio-chaos-")[1])
        self.run = Run()
        self.people: list[tuple[str, str, str]] = []  # user, DM, lot
        self.asides = Asides(remote, self.owner)
        self.given_up: set[int] = set()
        self._unread: set[asyncio.Task[None]] = set()

    async def prepare(self) -> None:
        """Make the members and, unless the lease is as it is, shorten it."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute("SELECT set_config('app.actor', 'system:test', false)")
            for n in range(len(LOTS)):
                connection.execute(
                    "INSERT INTO member (email, name, role, locale) VALUES (%s, %s, 'analyst', 'de')",
                    [f"m{n}@demo.invalid", f"Mitglied {n}"],
                )
            if self.given.lease != 15:
                found = connection.execute(
                    "SELECT pg_get_functiondef('lease_take(bigint, text)'::regprocedure)"
                ).fetchone()
                assert found is not None
                shorter = found[0].replace(_LEASE, f"{self.given.lease} seconds")
                connection.execute(shorter.encode())
        for n, lot in enumerate(LOTS):
            user = await self.remote.tell("user", name=f"m{n}", email=f"m{n}@demo.invalid")
            self.people.append((user["id"], user["im"], lot))
        await self.asides.prepare(self.people[0][0])

    async def process(
        self, role: str, fuse: Sequence[Any] | None = None
    ) -> asyncio.subprocess.Process:
        """Start a process and wait until it is ready."""
        told = {
            "role": role, "url": self.url, "slack": self.slack, "fuse": fuse, "stale": self.given.stale,
            "log": str(self.log),
        }  # fmt: skip
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.process", json.dumps(told),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert started.stdout is not None
        line = asyncio.create_task(started.stdout.readline())
        await asyncio.wait(
            {line, asyncio.create_task(started.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        unread = asyncio.create_task(_emptied(started.stdout))  # a full pipe would stop its log
        self._unread.add(unread)
        unread.add_done_callback(self._unread.discard)
        return started

    async def speak(self) -> None:
        """Order one price change more."""
        number = len(self.run.said) + 1
        user, channel, lot = self.people[number % len(self.people)]
        price = f"{5 + number // 100},{number % 100:02d}"
        text = f"Setz den Angebotspreis von {lot} auf {price}"
        message = await self.remote.act(user, "dm", text=text)
        self.run.said.append(Said(number, lot, price, channel, message["ts"]))

    async def speaking(self) -> None:
        """Go on ordering."""
        while True:
            await self.speak()
            await asyncio.sleep(_PACE_SECONDS)

    async def disturb(self) -> None:
        """Let Slack misbehave in one of its ways."""
        kind = self.random.choice(["double", "lose", "limit", "broken", "drop", "none", "none"])
        self.run.faults[kind] += 1
        match kind:
            case "double":
                await self.remote.switch("duplicate_events", count=2)
            case "lose":
                await self.remote.switch("lose_answer", method="chat.postMessage")
            case "limit":
                await self.remote.switch(
                    "fail", method="chat.postMessage", status=429, retry_after=1
                )
            case "broken":
                await self.remote.switch("fail", method="chat.postMessage", status=503)
            case "drop":
                await self.remote.switch("drop")
            case _:
                pass

    def fuse(self) -> tuple[str, int]:
        """Choose where the next worker dies; every step gets its turn, those after effects more."""
        names = sorted(self.run.steps) or ["db:turn_claim after"]
        late = [n for n in names if n in _AFTER_EFFECT]
        pool = late if late and len(self.run.kills) % 2 else names
        done = Counter(step for step, _ in self.run.kills)
        step = min(pool, key=lambda n: (done[n], self.random.random()))
        return step, self.random.choice((1, 1, 2))

    async def learn(self) -> None:
        """Let one worker live for a while, to learn which steps there are."""
        worker = await self.process("worker")
        for kind in KINDS:
            await self.asides.do(kind)
            await self.speak()
            await asyncio.sleep(1)
        await self.asides.pressed()
        await asyncio.sleep(3)  # until what came of it is shown
        worker.send_signal(signal.SIGTERM)
        await worker.wait()
        for line in self.log.read_text().splitlines():
            self.run.steps.update(json.loads(line).get("steps", {}))

    async def kill_one(self) -> None:
        """Start a worker with a fuse and wait for its end; every tenth is frozen for a while first."""
        fuse = self.fuse()
        frozen = len(self.run.kills) % 10 == 9
        await self.asides.lead_to(fuse[0])
        worker = await self.process("worker", None if frozen else fuse)
        await self.disturb()
        if frozen:
            await self._freeze(worker)
            fuse = ("frozen and thawed", 1)
        try:
            await asyncio.wait_for(worker.wait(), _LIFE_SECONDS)
        except TimeoutError:
            worker.kill()
            await worker.wait()
            fuse = (f"{fuse[0]} (pulled)", 1)
        self.run.kills.append((fuse[0], datetime.now(UTC).timestamp()))

    async def _freeze(self, worker: asyncio.subprocess.Process) -> None:
        """Stop a worker in the middle, let another work, let the first wake up, end both."""
        await asyncio.sleep(self.random.uniform(0.2, 1.0))
        worker.send_signal(signal.SIGSTOP)
        other = await self.process("worker")
        await asyncio.sleep(self.given.stale + self.given.lease)
        worker.send_signal(signal.SIGCONT)
        await asyncio.sleep(1)
        for one in (other, worker):
            one.kill()
        await other.wait()

    async def restart_database(self) -> None:
        """Restart the database under everything."""
        self.run.faults["database restarted"] += 1
        await asyncio.to_thread(embedded.stop, self.server.socket_dir.parent)
        await asyncio.to_thread(embedded.start, self.server.socket_dir.parent)

    async def go(self) -> None:
        """Do all of it."""
        await self.prepare()
        front = await self.process("front")
        await self.learn()
        speaking = asyncio.create_task(self.speaking())
        for n in range(self.given.kills):
            await self.kill_one()
            if self.given.restarts and n % max(1, self.given.kills // self.given.restarts) == 1:
                await self.restart_database()
            print(
                f"\r{n + 1} of {self.given.kills} kills, {len(self.run.said)} messages",
                end="",
                file=sys.stderr,
            )
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        worker = await self.process("worker")
        await self.asides.pressed()
        await self.settle()
        await self.asides.reminded(_REMINDED_SECONDS)
        for one in (worker, front):
            one.send_signal(signal.SIGTERM)
            await one.wait()

    async def settle(self) -> None:
        """Wait until nothing is open."""
        for _ in range(_SETTLE_SECONDS):
            with psycopg.connect(self.owner) as connection:
                row = connection.execute(
                    "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL)"
                    " + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"
                    " AND not_before < now() + interval '1 minute'),"
                    " (SELECT count(*) FROM inbox)"
                ).fetchone()
            assert row is not None
            if row[0] == 0 and row[1] >= len(self.run.said):
                return
            await asyncio.sleep(1)

    # --- the history ---------------------------------------------------------------------------

    async def verdict(self) -> Json:
        """Return what the history says: lost, doubled, out of order, how soon work went on."""
        answers = {s.number: await self._answers(s) for s in self.run.said}
        changes = self._changes()
        order = 0
        for lot in LOTS:
            made = [
                changes[s.lot, s.price]
                for s in self.run.said
                if s.lot == lot and changes.get((s.lot, s.price))
            ]
            firsts = [m[0] for m in made]
            order += sum(a > b for a, b in itertools.pairwise(firsts))
        state = await self.remote.ask("state")
        return {
            "messages": len(self.run.said),
            "kills": len(self.run.kills),
            "between effect and acknowledgement": sum(k in _AFTER_EFFECT for k, _ in self.run.kills),
            "steps": len(self.run.steps),
            "faults": dict(self.run.faults),
            "never answered": sum(n == 0 for n in answers.values()),
            "told that it was given up": len(self.given_up),
            "answered twice": sum(n > 1 for n in answers.values()),
            "never done": sum(
                not changes.get((s.lot, s.price))
                for s in self.run.said
                if s.number not in self.given_up
            ),
            "done twice": sum(len(changes.get((s.lot, s.price), ())) > 1 for s in self.run.said),
            "out of order": order,
            **await self.asides.verdict(),
            "violations of Slack's rules": len(state["violations"]),
            **self._resumed(),
        }  # fmt: skip

    async def _answers(self, said: Said) -> int:
        found = await self.remote.ask("messages", channel=said.channel, thread_ts=said.ts)
        answers = [m["shown"] for m in found if m["ts"] != said.ts]
        if any(GIVEN_UP in shown for shown in answers):  # after ten crashes
            self.given_up.add(said.number)
        return sum(said.price in shown or GIVEN_UP in shown for shown in answers)

    def _changes(self) -> dict[tuple[str, str], list[int]]:
        """Return the audit entries of each price a lot was given."""
        found: dict[tuple[str, str], list[int]] = {}
        with psycopg.connect(self.owner) as connection:
            rows = connection.execute(
                "SELECT a.id, a.after ->> 'code', a.after ->> 'asking_price' FROM audit_entry a"
                " WHERE a.entity = 'lot' AND a.op = 'U' AND a.call_id IS NOT NULL ORDER BY a.id"
            ).fetchall()
        for number, code, price in rows:
            shown = f"{float(price):.2f}".replace(".", ",")
            found.setdefault((code, shown), []).append(number)
        return found

    def _resumed(self) -> Json:
        """Return how long after a kill the next turn was done, and how long nothing was done.

        A worker killed before it had finished anything says nothing about the kill before its own,
        so going on is counted from the last of such kills; the pause spans all of them.
        """
        with psycopg.connect(self.owner) as connection:
            found = connection.execute("SELECT done_at FROM inbox ORDER BY done_at").fetchall()
        done = [row[0].timestamp() for row in found if row[0] is not None]
        kills = [at for _, at in self.run.kills]
        next_done = [next((d for d in done if d > at), at) for at in kills]
        following = [*kills[1:], float("inf")]
        last = [n for n, after in enumerate(next_done) if following[n] > after]
        resumed = [next_done[n] - kills[n] for n in last] or [0.0]
        paused = [after - at for at, after in zip(kills, next_done, strict=True)] or [0.0]
        return {
            "resumed after the last kill, worst (s)": round(max(resumed), 1),
            "resumed after the last kill, median (s)": round(statistics.median(resumed), 1),
            "pause over all kills, worst (s)": round(max(paused), 1),
        }


async def _emptied(stream: asyncio.StreamReader) -> None:
    while await stream.read(65_536):
        pass


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "")


async def run(given: argparse.Namespace) -> Json:
    """Run and return the verdict."""
    with scratch_server("chaos") as server:
        demo_database(server)
        slack = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.standins.slack", stdout=asyncio.subprocess.PIPE
        )
        assert slack.stdout is not None
        told: Json = json.loads(await slack.stdout.readline())
        try:
            async with Remote(told["base_url"]) as remote:
                chaos = Chaos(server, remote, told, given)
                await chaos.go()
                return await chaos.verdict()
        finally:
            slack.kill()
            await slack.wait()


def arguments() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--lease", type=int, default=3, help="seconds; 15 is the product's own")
    parser.add_argument("--stale", type=int, default=4, help="seconds; 20 is the product's own")
    parser.add_argument("--restarts", type=int, default=3, help="of the database")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def main() -> None:
    """Run, print the verdict, end with 1 when something was lost, doubled or out of order."""
    verdict = asyncio.run(run(arguments().parse_args()))
    print()
    for key, value in verdict.items():
        print(f"{key}: {value}")
    sys.exit(1 if any(verdict[k] for k in WRONG) else 0)


if __name__ == "__main__":
    main()
