"""Law 11: a turn and a day have limits, and reaching one is said."""

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from agent.wiring import services
from db.session import Database
from tests.conftest import NOW, settings_of
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tools.context import Asker


def _engine(demo: Database, provider: ModelServer, **limits: object) -> Engine:
    settings = settings_of(
        model="openai/stand-in", model_base_url=provider.base_url, fallback_models="", **limits
    )
    return Engine(services(settings, demo, lambda: NOW))


async def test_steps(demo: Database, provider: ModelServer, anna: Asker) -> None:
    for year in range(2010, 2030):
        where = [{"field": "crop_year", "op": "is", "value": year}]
        provider.then(Say(calls=[Call("find_lots", {"where": where})]))
    engine = _engine(demo, provider, turn_model_calls=3)
    reply = await asking.ask(engine, Request(text="Lose je Jahr?"), anna)
    assert (reply.outcome, len(provider.requests)) == ("partial", 3)
    assert "3 Schritten" in reply.text


async def test_tokens(demo: Database, provider: ModelServer, anna: Asker) -> None:
    for year in range(2010, 2030):
        where = [{"field": "crop_year", "op": "is", "value": year}]
        provider.then(Say(calls=[Call("find_lots", {"where": where})]))
    reply = await asking.ask(
        _engine(demo, provider, turn_tokens=1), Request(text="Lose je Jahr?"), anna
    )
    assert (reply.outcome, len(provider.requests)) == ("partial", 1)


async def test_a_members_day(demo: Database, provider: ModelServer, anna: Asker) -> None:
    provider.then(Say("Guten Tag."))
    engine = _engine(demo, provider, member_daily_tokens=1)
    await asking.ask(engine, Request(text="Guten Tag"), anna)
    reply = await asking.ask(engine, Request(text="Wie viele Lose haben wir?"), anna)
    assert len(provider.requests) == 1  # the second was answered without the model
    assert "Tagesbudget" in reply.text
    assert "25" in reply.text
