"""Killed, cut off, overtaken, pressed twice: work is finished once, by whoever comes next."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from agent import asking
from agent.reply import Reply
from agent.turn import Silent
from agent.turns import Engine
from agent.wiring import services, who
from db import embedded
from db.embedded import OWNER_ROLE, Embedded
from db.models import ApprovalDecision, Message
from db.queries.inbox import LeaseLostError
from db.rls import APP_ROLE
from db.session import Actor, Database, DatabaseUnavailable
from tests.conftest import NOW, settings_of
from tests.faults.conftest import engine_on
from tests.faults.interfering import (
    LOT,
    Crash,
    CrashingAt,
    Done,
    Watching,
    done,
    drain,
    order_text,
    price,
    second,
    time_passes,
)
from tests.standins.model_script import Call, Fault, Say
from tests.standins.model_server import ModelServer
from tools.context import Asker

Json = dict[str, Any]
REPOSITORY = Path(__file__).parents[2]

# --- killed ----------------------------------------------------------------------------------------

# The transactions of a turn with one change: heard and claimed, done, answered.
TURN = [(nth, when) for nth in range(1, 4) for when in ("before", "after")]
# Of a decision: received, claimed, decided, carried out, answered.
DECISION = [(nth, when) for nth in range(2, 6) for when in ("before", "after")]
LOTS = (
    "PE-24-001", "PE-24-004", "PE-24-009", "PE-24-012",
    "PE-24-017", "PE-24-019", "PE-25-003", "PE-25-006",
)  # fmt: skip


async def die(deaths: list[Json]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.dying",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY,
    )  # fmt: skip
    told, _ = await process.communicate(json.dumps(deaths).encode())
    assert told.decode().split() == [str(-signal.SIGKILL)] * len(deaths)


async def test_killed_at_any_transaction_of_a_change_it_happens_once(
    engine: Engine, demo_url: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    prices = {f"k{n}": round(9 + n / 100, 2) for n in range(1, len(TURN) + 1)}
    deaths: list[Json] = [
        {
            "url": demo_url[0], "key": key, "text": order_text(value), "tool": "change_lot",
            "arguments": {"lot": LOT, "asking_price": value}, "nth": nth, "when": when,
        }
        for (key, value), (nth, when) in zip(prices.items(), TURN, strict=True)
    ]  # fmt: skip
    await die(deaths)
    time_passes(demo_url[1])
    found = {}
    for death in deaths:
        await drain(engine, death["key"])
        found[death["nth"], death["when"]] = await done(
            engine, death["key"], death["arguments"]["asking_price"]
        )
    lost = found.pop((1, "before"))  # it was never acknowledged, so whoever sent it knows
    assert lost == Done([], 0, 0, 0)
    assert found == dict.fromkeys(found, Done([1], 1, 0, 0))
    with capsys.disabled():
        print(f"\nkilled at {len(TURN)} points of a change: each happened once")


async def test_killed_at_any_transaction_of_a_decision_it_is_carried_out_once(
    engine: Engine, anna: Asker, demo_url: tuple[str, str]
) -> None:
    deaths: list[Json] = []
    for n, (lot, (nth, when)) in enumerate(zip(LOTS, DECISION, strict=True)):
        asked = await asking.order(
            engine, anna, "mach das", "change_lot", {"lot": lot, "asking_price": 11 + n / 100}
        )
        deaths.append(
            {"url": demo_url[0], "approval": asked.cards[0].id, "key": lot, "nth": nth,
             "when": when}
        )  # fmt: skip
    await die(deaths)
    time_passes(demo_url[1])
    for n, death in enumerate(deaths):
        await drain(engine, death["key"])
        assert await done(engine, death["key"], 11 + n / 100) == Done([1], 1, 0, 0), death
    async with engine.services.database.reading(Actor.system("test")) as session:
        decisions = select(func.count()).select_from(ApprovalDecision)
        assert await session.scalar(decisions) == len(DECISION)


async def test_a_killed_command_is_answered_by_the_next_process_within_thirty_seconds(
    demo: Database, demo_url: tuple[str, str], provider: ModelServer, tmp_path: Path
) -> None:
    raising = Call("change_lot", {"lot": LOT, "asking_price": 9.1})
    provider.then(Fault("hang", seconds=20), Say(calls=[raising]), Say("Ist gemacht."))
    batch = tmp_path / "one.jsonl"
    batch.write_text(json.dumps({"id": "1", "text": order_text(9.1), "thread": "killed"}), "utf8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", "ask", "--batch", str(batch), "--json",
        "--as", "anna@demo.invalid", cwd=REPOSITORY, start_new_session=True,
        env=os.environ | {
            "COFFEESTUDIO_DATABASE_URL": demo_url[0],
            "COFFEESTUDIO_MODEL": "openai/stand-in",
            "COFFEESTUDIO_MODEL_BASE_URL": provider.base_url,
            "OPENAI_API_KEY": "not-a-key",
        },
    )  # fmt: skip
    while not provider.requests and process.returncode is None:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    killed, engine = time.monotonic(), engine_on(demo, provider, fallback_models="")
    replies: dict[int, Reply] = {}
    while not replies and time.monotonic() - killed < 30:
        replies = await drain(engine, "killed")  # the lease of the dead has to run out first
        await asyncio.sleep(0.2)
    (reply,) = replies.values()
    assert [c["after"] for c in reply.changes] == [9.1]
    assert await done(engine, "killed", 9.1) == Done([1], 1, 0, 0)


# --- the database goes away ------------------------------------------------------------------------


async def test_a_database_that_restarts_or_stays_away_in_mid_turn(
    own_server: tuple[Embedded, Path],
) -> None:
    server, folder = own_server
    database = Database(server.url("demo", APP_ROLE))
    engine = Engine(services(settings_of(), database, lambda: NOW))
    anna = await who(database, "anna@demo.invalid")

    async def stop() -> None:
        await asyncio.to_thread(embedded.stop, folder)

    async def restart() -> None:
        await stop()
        await asyncio.to_thread(embedded.start, folder, durable=False)

    async def turn(key: str, value: float, watching: Watching) -> None:
        payload = {
            "text": order_text(value),
            "order": {"tool": "change_lot", "arguments": {"lot": LOT, "asking_price": value}},
        }
        conversation, _ = await engine.receive(
            front="ask", key=key, asker=anna, kind="message", payload=payload
        )
        await engine.drain(conversation, watching)

    try:
        await turn("restart", 9.1, Watching("denke", restart))  # between two transactions
        assert await done(engine, "restart", 9.1) == Done([1], 1, 0, 0)
        with pytest.raises(DatabaseUnavailable):
            await turn("away", 9.2, Watching("trage", stop))  # right before the change
        await asyncio.to_thread(embedded.start, folder, durable=False)
        assert (await done(engine, "away", 9.2)).changes == 0
        time_passes(server.url("demo", OWNER_ROLE))
        await drain(engine, "away")
        assert await done(engine, "away", 9.2) == Done([1], 1, 0, 0)
        assert await price(engine) == 9.2
    finally:
        await database.close()


# --- two at once -----------------------------------------------------------------------------------


async def test_messages_at_once_are_answered_in_order_once_each(
    engine: Engine, anna: Asker
) -> None:
    workers = [engine, second(engine), second(engine)]
    rows: list[tuple[int, int]] = []
    for n in range(6):
        payload: Json = {"text": f"Wie viele Lose haben wir? ({n})"}
        conversation, row = await engine.receive(
            front="ask", key="crowd", asker=anna, kind="message", payload=payload
        )
        rows.append((conversation, row or 0))
    replies = await asyncio.gather(
        *(workers[n % 3].answer(c, row, Silent()) for n, (c, row) in enumerate(rows))
    )
    assert all(r.text for r in replies)
    assert (await done(engine, "crowd")).answers == [1] * 6
    async with engine.services.database.reading(Actor.system("test")) as session:
        said = (
            await session.execute(select(Message.inbox_id, Message.role).order_by(Message.id))
        ).all()
    order = [inbox for inbox, _ in said]
    assert order == sorted(order)
    assert [role for _, role in said if role == "member"] == ["member"] * 6


async def test_the_same_event_heard_twice_is_one_message(engine: Engine, anna: Asker) -> None:
    def hear() -> Awaitable[tuple[int, int | None]]:
        return engine.receive(
            front="ask", key="twice", asker=anna, kind="message",
            payload={"text": "Hallo"}, event_key="Ev1",
        )  # fmt: skip

    heard = await asyncio.gather(hear(), hear(), hear())
    assert len([row for _, row in heard if row is not None]) == 1


async def test_approve_pressed_twice_at_once_is_carried_out_once(
    engine: Engine, anna: Asker
) -> None:
    asked = await asking.order(
        engine, anna, "mach das", "change_lot", {"lot": LOT, "asking_price": 9.1}
    )
    payload: Json = {"approval": asked.cards[0].id, "verdict": "approved"}

    async def press(worker: Engine, front: str) -> Reply:
        conversation, row = await worker.receive(
            front=front, key="buttons", asker=anna, kind="decision", payload=payload
        )
        return await worker.answer(conversation, row or 0, Silent())

    pressed = await asyncio.gather(
        *(press(second(engine), front) for front in ("terminal", "slack", "ask", "ask"))
    )
    assert sorted(r.outcome for r in pressed) == ["answered", "failed", "failed", "failed"]
    assert all("entschieden" in r.text for r in pressed if r.outcome == "failed")
    assert (await done(engine, "buttons", 9.1)).changes == 1
    async with engine.services.database.reading(Actor.system("test")) as session:
        assert await session.scalar(select(func.count()).select_from(ApprovalDecision)) == 1


async def test_approve_and_reject_at_once_have_one_winner(engine: Engine, anna: Asker) -> None:
    asked = await asking.order(
        engine, anna, "mach das", "change_lot", {"lot": LOT, "asking_price": 9.1}
    )
    number = asked.cards[0].id
    replies = await asyncio.gather(
        asking.decide(engine, anna, number, "approved"),
        asking.decide(second(engine), anna, number, "rejected"),
    )
    assert sorted(r.outcome for r in replies) == ["answered", "failed"]
    approved = replies[0].outcome == "answered"
    assert await price(engine) == (9.1 if approved else 8.4)


# --- overtaken -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["denke", "trage"])
async def test_a_worker_that_was_overtaken_can_write_nothing(
    engine: Engine, anna: Asker, demo_url: tuple[str, str], step: str
) -> None:
    conversation, row = await engine.receive(
        front="ask", key="overtaken", asker=anna, kind="message",
        payload={
            "text": order_text(9.1),
            "order": {"tool": "change_lot", "arguments": {"lot": LOT, "asking_price": 9.1}},
        },
    )  # fmt: skip
    others: dict[int, Reply] = {}

    async def overtake() -> None:
        time_passes(demo_url[1])
        others.update(await second(engine).drain(conversation, Silent()))

    mine = await engine.answer(conversation, row or 0, Watching(step, overtake))
    assert others[row or 0].changes
    assert mine.text == others[row or 0].text
    assert await done(engine, "overtaken", 9.1) == Done([1], 1, 0, 0)


async def test_a_lost_lease_is_refused_at_every_write(
    engine: Engine, anna: Asker, demo_url: tuple[str, str]
) -> None:
    from db.queries import inbox

    conversation, _ = await engine.receive(
        front="ask", key="zombie", asker=anna, kind="message", payload={"text": "Hallo"}
    )
    database = engine.services.database
    async with database.writing(Actor.system("test")) as session:
        fence = await inbox.acquire(session, conversation, "zombie")
    time_passes(demo_url[1])
    async with database.writing(Actor.system("test")) as session:
        assert await inbox.acquire(session, conversation, "heir") is not None
    with pytest.raises(LeaseLostError):
        async with database.writing(Actor.system("test")) as session:
            await inbox.assert_held(session, fence)
    async with database.writing(Actor.system("test")) as session:
        assert fence is not None
        assert not await inbox.renew(session, fence)


async def test_a_crash_does_not_wash_off_what_was_read(
    demo: Database, demo_url: tuple[str, str], provider: ModelServer, anna: Asker
) -> None:
    reading = Call("read_notes", {"noun": "roaster", "record": "elbgold"})
    writing = Call("change_roaster", {"roaster": "elbgold", "priority": "low"})
    provider.then(Say(calls=[reading]), Say(calls=[writing]))
    engine = engine_on(demo, provider, fallback_models="")
    payload: Json = {"text": "Lies die Notizen zu elbgold und setz die Priorität auf niedrig"}
    conversation, row = await engine.receive(
        front="ask", key="washed", asker=anna, kind="message", payload=payload
    )
    with pytest.raises(Crash):
        await engine.drain(conversation, CrashingAt(3))  # asked, reading, asked again
    time_passes(demo_url[1])
    replies = await second(engine).drain(conversation, Silent())
    assert [c.reason for c in replies[row or 0].cards] == ["tainted"]
    assert not replies[row or 0].changes


# --- stopped ---------------------------------------------------------------------------------------


async def test_stopped_before_the_change_nothing_is_changed(engine: Engine, anna: Asker) -> None:
    pressed = False

    async def press() -> None:
        nonlocal pressed
        pressed = True

    conversation, row = await engine.receive(
        front="ask", key="stopped", asker=anna, kind="message",
        payload={
            "text": order_text(9.1),
            "order": {"tool": "change_lot", "arguments": {"lot": LOT, "asking_price": 9.1}},
        },
    )  # fmt: skip
    sink = Watching("denke", press)
    replies = await engine.drain(conversation, sink, stop=lambda: pressed)
    assert "Abgebrochen" in replies[row or 0].text
    assert not replies[row or 0].changes
    assert await price(engine) == 8.4
    pressed = False
    again = await asking.ask(engine, asking.Request(text="Hallo", thread="stopped"), anna)
    assert again.text
    assert await price(engine) == 8.4
