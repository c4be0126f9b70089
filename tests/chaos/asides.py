"""What goes on beside the orders while workers die: files, cards, refusals, the Home, reminders.

Each leaves for Slack in a way of its own, so each has steps of its own to die at; in the end each
must have come once, but for a refusal only its presser sees, which must have come at all.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from tests.standins.slack.control import Remote
from tests.standins.slack.records import Refused

Json = dict[str, Any]
KINDS = ("file", "card", "home", "reminder")
GIVEN_UP = "mehrfach einen Absturz verursacht"
_BERLIN = ZoneInfo("Europe/Berlin")
_LOOK_SECONDS = 0.5
# Which of them takes a worker past a step.
_LEADS_TO = {
    "files.": "file", "views.publish": "home", "postEphemeral": "card", "chat.update": "card",
    "db:schedule": "reminder", "conversations.open": "reminder", "users.lookupByEmail": "reminder",
}  # fmt: skip


class Asides:
    """The boss, who asks for all of it, and an analyst who presses what is not theirs."""

    def __init__(self, remote: Remote, owner: str) -> None:
        self.remote, self.owner = remote, owner
        self.boss, self.im, self.analyst, self.team = "", "", "", ""
        self.files: list[str] = []
        self.cards: list[tuple[str, str]] = []  # thread, whom it is about
        self.reminders: list[str] = []
        self.homes = 0
        self._pressing: set[asyncio.Task[None]] = set()

    async def prepare(self, analyst: str) -> None:
        """Bring the boss in, and open the channel where cards are asked for."""
        self._run(
            "INSERT INTO member (email, name, role, locale)"
            " VALUES ('boss@demo.invalid', 'Berta Boss', 'admin', 'de')"
        )
        told = await self.remote.tell("user", name="boss", email="boss@demo.invalid")
        self.boss, self.im, self.analyst = told["id"], told["im"], analyst
        people = [self.boss, analyst]
        room = await self.remote.tell("channel", name="team", people=people, kind="private")
        self.team = room["id"]

    async def lead_to(self, step: str) -> None:
        """Do what takes a worker past a step, when it takes more than an order."""
        for part, kind in _LEADS_TO.items():
            if part in step:
                await self.do(kind)
                return

    async def do(self, kind: str) -> None:
        """Do one of them."""
        match kind:
            case "file":
                said = await self.remote.act(self.boss, "dm", text="Alle Häfen als CSV")
                self.files.append(said["ts"])
            case "card":
                await self._card()
            case "home":
                self.homes += 1
                await self.remote.act(self.boss, "open_home")
            case _:
                self._remind()

    def _remind(self) -> None:
        due = datetime.now(UTC).astimezone(_BERLIN) - timedelta(minutes=1)
        text = f"Merkzettel Nr. {len(self.reminders) + 1:03d}"
        self.reminders.append(text)
        self._run(
            "INSERT INTO reminder (text, due_on, due_at, member_id) SELECT %s, %s, %s, id"
            " FROM member WHERE email = 'boss@demo.invalid'",
            [text, due.date(), due.time().replace(microsecond=0)],
        )
        # They are looked for every minute: do not wait for the next.
        self._run("UPDATE schedule SET next_at = now() WHERE kind = 'reminders'")

    async def _card(self) -> None:
        name = f"Karla Karte{len(self.cards) + 1}"
        self._run(
            "INSERT INTO member (email, name, role, locale) VALUES (%s, %s, 'viewer', 'de')",
            [f"k{len(self.cards) + 1}@demo.invalid", name],
        )
        text = f"Mach {name} zum Admin"
        said = await self.remote.act(self.boss, "mention", channel=self.team, text=text)
        self.cards.append((said["ts"], name))
        task = asyncio.create_task(self._press(said["ts"]))
        self._pressing.add(task)
        task.add_done_callback(self._pressing.discard)

    async def _press(self, thread: str) -> None:
        """Press approve once it is there: first who may not, then who may, until it took."""
        for who in (self.analyst, self.boss):
            while True:
                cards = await self._cards(thread)
                if cards and not cards[0]["buttons"]:
                    return
                if cards:
                    on = {"channel": self.team, "ts": cards[0]["ts"]}
                    try:
                        done = await self.remote.act(who, "click", on=on, action_id="approve")
                    except Refused:
                        done = {"acked": False}
                    if done["acked"]:
                        break
                await asyncio.sleep(_LOOK_SECONDS)

    async def pressed(self) -> None:
        """Wait until everything has been pressed."""
        while self._pressing:
            await asyncio.wait(set(self._pressing))

    async def reminded(self, seconds: int) -> None:
        """Wait until the last reminder has come, so long at most."""
        for _ in range(seconds):
            direct = await self.remote.ask("messages", channel=self.im)
            if not self.reminders or any(self.reminders[-1] in m["shown"] for m in direct):
                return
            await asyncio.sleep(1)

    async def _cards(self, thread: str) -> list[Json]:
        found = await self.remote.ask("messages", channel=self.team, thread_ts=thread)
        return [m for m in found if _is_card(m)]

    # --- the history ---------------------------------------------------------------------------

    async def verdict(self) -> Json:
        """Return what came how often, and what did not."""
        kept = [t for t in self.files if not await self._given_up(self.im, t)]
        files = [await self._files(thread) for thread in kept]
        asked = [c for c in self.cards if not await self._given_up(self.team, c[0])]
        shown = [await self._cards(thread) for thread, _ in asked]
        promoted = [self._promoted(name) for _, name in asked]
        direct = await self.remote.ask("messages", channel=self.im)
        noted = [sum(text in m["shown"] for m in direct) for text in self.reminders]
        lost = {
            "files": files.count(0),
            "cards": sum(not s for s in shown) + promoted.count(0),
            "reminders": noted.count(0),
        }
        state = await self.remote.ask("state")
        lost["Home"] = int(self.homes > 0 and self.boss not in state["homes"])
        refusals = state["calls"].get("chat.postEphemeral ok", 0)
        return {
            "files, cards, Homes, reminders asked for": (
                f"{len(self.files)}, {len(self.cards)}, {self.homes}, {len(self.reminders)}"
            ),
            "asides told that they were given up": (
                len(self.files) - len(kept) + len(self.cards) - len(asked)
            ),
            "asides lost": sum(lost.values()) + (len(self.cards) > 0 and not refusals),
            "of these": ", ".join(f"{n} {k}" for k, n in lost.items() if n) or "none",
            "asides doubled": sum(n > 1 for n in [*files, *map(len, shown), *promoted, *noted]),
            "cards that do not say what came of them": sum(
                bool(s) and "Ausgeführt" not in s[0]["shown"] for s in shown
            ),
        }

    async def _given_up(self, channel: str, thread: str) -> bool:
        found = await self.remote.ask("messages", channel=channel, thread_ts=thread)
        return any(GIVEN_UP in m["shown"] for m in found)

    async def _files(self, thread: str) -> int:
        found = await self.remote.ask("messages", channel=self.im, thread_ts=thread)
        return sum(len(m.get("files") or ()) for m in found)

    def _promoted(self, name: str) -> int:
        with psycopg.connect(self.owner) as connection:
            row = connection.execute(
                "SELECT count(*) FROM audit_entry a JOIN member m ON m.id = a.record_id"
                " WHERE a.entity = 'member' AND a.op = 'U' AND m.name = %s"
                " AND a.after ->> 'role' = 'admin'",
                [name],
            ).fetchone()
        return int(row[0]) if row else 0

    def _run(self, statement: str, values: list[Any] | None = None) -> None:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute("SELECT set_config('app.actor', 'system:test', false)")
            connection.execute(statement.encode(), values)


def _is_card(message: Json) -> bool:
    return any(str(b.get("block_id")).startswith("card:") for b in message.get("blocks") or ())
