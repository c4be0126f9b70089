"""What providers do wrong: said plainly, nothing lost, nothing changed that was not asked."""

import math

import pytest
from sqlalchemy import select

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from db.models import Inbox, Lot
from db.session import Actor, Database
from tests.faults.conftest import engine_on
from tests.standins.model_script import Call, Fault, Kind, Say
from tests.standins.model_server import ModelServer
from tools.context import Asker

FIND = Call("find_lots", {"where": [{"field": "crop_year", "op": "is", "value": 2026}]})
RAISE = Call("change_lot", {"lot": "PE-24-017", "asking_price": 9.10})


async def price(engine: Engine) -> str:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return str(await session.scalar(select(Lot.asking_price).where(Lot.code == "PE-24-017")))


async def all_done(engine: Engine) -> bool:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return all(row.done_at for row in await session.scalars(select(Inbox)))


async def test_a_read_turn_over_the_wire(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[FIND]), Say("Es gibt 9 Lose aus der Ernte 2026."))
    reply = await asking.ask(talking, Request(text="Welche Lose aus 2026 haben wir?"), anna)
    total = reply.tables[0]["total"]
    assert reply.outcome in {"answered", "partial"}
    assert [c["status"] for c in reply.tool_calls] == ["ok"]
    assert (str(total) in reply.text) == (total == 9)  # a wrong count is held back
    offered = {t["function"]["name"] for t in provider.requests[0]["tools"]}
    assert "find_lots" in offered


@pytest.mark.parametrize(
    "kind",
    ["rate_limit", "server", "overloaded", "hang", "stall", "cut", "html", "empty", "error_event",
     "trickle_off", "auth", "context", "quota"],
)  # fmt: skip
async def test_a_provider_that_stays_broken_is_said(
    demo: Database, provider: ModelServer, anna: Asker, kind: Kind
) -> None:
    patience = 1 if kind in {"hang", "stall"} else 60  # those are known by nothing else
    talking = engine_on(demo, provider, fallback_models="", model_timeout_seconds=patience)
    provider.then(Fault(kind, times=math.inf, retry_after="0"))
    reply = await asking.ask(talking, Request(text="Welche Lose haben wir?"), anna)
    assert reply.outcome == "failed"
    assert "Modell" in reply.text
    assert await all_done(talking)


@pytest.mark.parametrize("kind", ["rate_limit", "server", "overloaded", "html", "empty"])
async def test_a_hiccup_is_retried(
    talking: Engine, provider: ModelServer, anna: Asker, kind: Kind
) -> None:
    provider.then(Fault(kind, retry_after="0"), Say("Guten Tag, womit kann ich helfen?"))
    reply = await asking.ask(talking, Request(text="Guten Tag!"), anna)
    assert "womit kann ich helfen" in reply.text


async def test_a_failure_after_a_change_says_that_the_change_stands(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[RAISE]), Fault("auth", times=math.inf))
    request = Request(text="Setz den Angebotspreis von PE-24-017 auf 9,10")
    reply = await asking.ask(talking, request, anna)
    assert reply.outcome == "failed"
    assert "gespeichert" in reply.text
    assert await price(talking) == "9.1000"
    assert reply.undo


async def test_broken_arguments_are_told_to_the_model(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(
        Say(calls=[Call("find_lots", '{"where": [')]), Say(calls=[FIND]), Say("Siehe Tabelle.")
    )
    reply = await asking.ask(talking, Request(text="Welche Lose aus 2026?"), anna)
    assert [c["status"] for c in reply.tool_calls] == ["failed", "ok"]
    told = [m for m in provider.requests[1]["messages"] if m["role"] == "tool"]
    assert "JSON" in told[0]["content"]


async def test_an_invented_tool_is_told_to_the_model(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[Call("find_lotz")]), Say(calls=[FIND]), Say("Siehe Tabelle."))
    reply = await asking.ask(talking, Request(text="Welche Lose aus 2026?"), anna)
    assert [c["status"] for c in reply.tool_calls] == ["failed", "ok"]
    assert "find_lots" in str(provider.requests[1]["messages"][-1]["content"])


async def test_an_endless_loop_ends_with_a_message(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[FIND], times=math.inf))
    reply = await asking.ask(talking, Request(text="Welche Lose aus 2026?"), anna)
    assert reply.outcome == "partial"
    assert "im Kreis" in reply.text
    assert len(provider.requests) < 12


async def test_ever_new_calls_end_at_the_budget(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    for year in range(2000, 2030):
        call = Call("find_lots", {"where": [{"field": "crop_year", "op": "is", "value": year}]})
        provider.then(Say(calls=[call]))
    reply = await asking.ask(talking, Request(text="Welche Lose haben wir je Jahr?"), anna)
    assert reply.outcome == "partial"
    assert "Schritten" in reply.text


async def test_a_figure_without_a_source_is_not_shown(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[FIND]), Say("Der Mittelwert ist 87,43 Punkte. Siehe Tabelle."))
    provider.then(Say("Der Mittelwert ist 87,43 Punkte."))  # the repair repeats it
    reply = await asking.ask(talking, Request(text="Welche Lose aus 2026?"), anna)
    assert "Mittelwert ist" not in reply.text
    assert reply.unbacked == ["87,43 Punkte"]
    assert "Siehe Tabelle" in reply.text


async def test_the_fallback_is_said_and_its_changes_need_a_card(
    demo: Database, provider: ModelServer, anna: Asker
) -> None:
    engine = engine_on(demo, provider, fallback_models="offline")
    provider.then(Fault("auth", times=math.inf))
    request = Request(text="Setz den Angebotspreis von PE-24-017 auf 9,10 EUR/kg")
    reply = await asking.ask(engine, request, anna)
    assert "stand-in" in reply.text
    assert reply.outcome == "awaiting_approval"
    assert reply.cards[0].reason == "fallback"
    assert await price(engine) == "8.4000"
