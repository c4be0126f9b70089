"""Signed HTTP instead of Socket Mode: what is not signed as it must be is not heard."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
from aiohttp import web

from agent.slack.app import SlackFront
from agent.slack.client import make_client
from agent.slack.running import MANIFEST, make_bolt, make_web
from agent.turns import Engine
from agent.wiring import services
from db.models import Inbox
from db.session import Database
from tests.agent.slack.test_faults import rows_of
from tests.conftest import NOW, settings_of
from tests.standins.slack import Person, RealClock, SlackServer
from tests.standins.slack.http_mode import HttpMode

QUESTION = "Wie viele Lose haben wir?"


@dataclass
class Signed:
    """A front end behind HTTP, and who talks to it."""

    slack: SlackServer
    http: HttpMode
    anna: Person
    database: Database
    url: str


@pytest.fixture
async def signed(demo: Database) -> AsyncGenerator[Signed]:
    """A front end that listens on a port."""
    async with SlackServer(json.loads(MANIFEST.read_text()), clock=RealClock()) as slack:
        client = make_client(slack.bot_token, slack.base_url)
        engine = Engine(services(settings_of(), demo, lambda: NOW))
        front = await SlackFront.connect(engine.services, client)
        runner = web.AppRunner(make_web(front.listen(make_bolt(client, slack.signing_secret))))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        http = await slack.deliver_over_http(url)
        assert http is not None
        anna = slack.add_user("anna", email="anna@demo.invalid")
        yield Signed(slack, http, anna, demo, url)
        await slack.deliver_over_http(None)
        await runner.cleanup()


async def test_a_signed_event_is_stored_before_it_is_acknowledged(signed: Signed) -> None:
    signed.anna.dm(QUESTION)
    await signed.slack.courier.idle()
    assert await rows_of(signed.database, Inbox) == 1
    assert [d.status for d in signed.slack.deliveries if d.status] == [200]


@pytest.mark.parametrize("how", ["wrong_signature", "stale_timestamp", "no_signature"])
async def test_what_is_not_signed_right_is_refused(signed: Signed, how: str) -> None:
    signed.http.tamper = how  # type: ignore[assignment]
    signed.anna.dm(QUESTION)
    await signed.slack.until(lambda: any(d.status for d in signed.slack.deliveries), 10)
    assert signed.slack.deliveries[0].status == 401
    assert await rows_of(signed.database, Inbox) == 0


async def test_a_replayed_request_is_one_message(signed: Signed) -> None:
    signed.anna.dm(QUESTION)
    await signed.slack.courier.idle()
    await signed.http.replay(signed.http.sent[0])
    assert await rows_of(signed.database, Inbox) == 1
