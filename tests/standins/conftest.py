"""A workspace with one person in one channel, and a careless application in it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, FakeClock, Person, SlackServer

MANIFEST = Path(__file__).parents[2] / "agent" / "slack" / "manifest.json"


@pytest.fixture
def manifest() -> dict[str, Any]:
    return json.loads(MANIFEST.read_text("utf-8"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def slack(clock: FakeClock, manifest: dict[str, Any]) -> AsyncIterator[SlackServer]:
    async with SlackServer(manifest, clock=clock) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.base_url)


@pytest.fixture
def ana(slack: SlackServer) -> Person:
    return slack.add_user("ana")


@pytest.fixture
def room(slack: SlackServer, ana: Person) -> Channel:
    return slack.add_channel("trading", ana)


@pytest.fixture
def app(slack: SlackServer, client: AsyncWebClient) -> AsyncApp:
    """An application that listens to nothing yet."""
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def connected(slack: SlackServer, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.2)
    await handler.connect_async()
    await slack.until(lambda: slack.sockets.connections)
    yield handler
    await handler.close_async()


@pytest.fixture
def careless(app: AsyncApp, connected: AsyncSocketModeHandler) -> AsyncSocketModeHandler:
    """The application answers every event it is given, however often."""

    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(
            channel=event["channel"], text="Two bags.", thread_ts=event["ts"]
        )

    app.event("app_mention")(answer)
    app.event({"type": "message", "subtype": None})(answer)
    return connected
