"""The stand-in's Socket Mode, driven by the real Bolt application and its aiohttp handler."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, FakeClock, Person, SlackServer

Json = dict[str, Any]


@asynccontextmanager
async def socket(slack: SlackServer) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """A bare connection that has read its hello."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.base_url)
    opened = await client.apps_connections_open(app_token=slack.app_token)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(str(opened["url"])) as connected,
    ):
        assert (await connected.receive_json())["type"] in ("hello", "disconnect")
        yield connected


async def read(connected: aiohttp.ClientWebSocketResponse) -> Json:
    async with asyncio.timeout(2):
        return json.loads(await connected.receive_str())


@pytest.mark.usefixtures("careless")
async def test_a_direct_message_is_answered(slack: SlackServer, ana: Person) -> None:
    asked = ana.dm("How many bags?")
    answers = await slack.until(lambda: slack.answers(ana.im, asked.ts))
    assert [a.shown for a in answers] == ["Two bags."]
    await slack.until(lambda: slack.deliveries[0].acked)
    assert slack.deliveries[0].latency is not None
    slack.assert_clean()


@pytest.mark.usefixtures("careless")
async def test_a_mention_arrives_twice_and_a_careless_application_answers_twice(
    slack: SlackServer, ana: Person, room: Channel
) -> None:
    asked = ana.mention(room, "how many bags?")
    await slack.until(lambda: len(slack.answers(room, asked.ts)) == 2)
    events = [d.payload for d in slack.deliveries if d.payload["event"].get("user") == ana.id]
    assert {e["event"]["type"] for e in events} == {"message", "app_mention"}
    assert len({e["event_id"] for e in events}) == 2
    assert len({(e["event"]["channel"], e["event"]["ts"]) for e in events}) == 1


@pytest.mark.usefixtures("careless")
async def test_a_duplicate_makes_a_careless_application_answer_twice(
    slack: SlackServer, ana: Person
) -> None:
    slack.duplicate_events()
    asked = ana.dm("How many bags?")
    await slack.until(lambda: len(slack.answers(ana.im, asked.ts)) == 2)
    first, second = slack.deliveries[:2]
    assert first.event_id == second.event_id
    assert (first.attempt, second.attempt) == (0, 0)


async def test_an_event_acknowledged_late_is_delivered_again_three_times(
    slack: SlackServer, clock: FakeClock, ana: Person
) -> None:
    async with socket(slack) as connected:
        ana.dm("How many bags?")
        first = await read(connected)
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        again: list[Json] = []
        for _ in range(3):
            await clock.advance(3.1)
            again.append(await read(connected))
        assert [e["retry_attempt"] for e in again] == [1, 2, 3]
        assert {e["retry_reason"] for e in again} == {"timeout"}
        assert {e["payload"]["event_id"] for e in [first, *again]} == {first["payload"]["event_id"]}
        await clock.advance(3.1)
        await slack.until(lambda: not slack.courier.under_way)
        await connected.send_json({"envelope_id": first["envelope_id"]})
        await slack.until(lambda: slack.deliveries[0].late)
        assert [d.acked for d in slack.deliveries] == [False] * 4


async def test_a_careless_application_that_acknowledges_late_answers_again(
    slack: SlackServer, client: AsyncWebClient, clock: FakeClock, ana: Person
) -> None:
    app = AsyncApp(client=client, process_before_response=True)
    slow = asyncio.Event()

    async def stuck(event: Json, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text="Two.", thread_ts=event["ts"])
        await slow.wait()

    app.event({"type": "message", "subtype": None})(stuck)
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.2)
    await handler.connect_async()
    asked = ana.dm("How many bags?")
    await slack.until(lambda: len(slack.answers(ana.im, asked.ts)) == 1)
    await clock.advance(3.1)
    await slack.until(lambda: len(slack.answers(ana.im, asked.ts)) == 2)
    slow.set()
    await slack.until(lambda: slack.deliveries[0].late)
    await handler.close_async()


async def test_each_payload_goes_to_one_of_ten_connections(slack: SlackServer, ana: Person) -> None:
    async with socket(slack) as one, socket(slack) as two:
        for number in range(4):
            ana.dm(f"{number}")
        got = [await read(one), await read(one), await read(two), await read(two)]
        assert len({e["envelope_id"] for e in got}) == 4
        assert {d.sent for d in slack.deliveries} == {1, 2}
        for envelope in got:  # either connection may acknowledge
            await one.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.until(lambda: all(d.acked for d in slack.deliveries))
        await one.send_json({"envelope_id": "never-sent"})
        await slack.until(lambda: slack.violations)


async def test_the_eleventh_connection_is_sent_away(slack: SlackServer) -> None:
    opened = [socket(slack) for _ in range(11)]
    connected = [await one.__aenter__() for one in opened]
    assert len(slack.sockets.connections) == 10
    assert (await connected[10].receive()).type is aiohttp.WSMsgType.CLOSE
    for one in reversed(opened):
        await one.__aexit__(None, None, None)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{slack.world.base}/link?ticket=used")


@pytest.mark.usefixtures("careless")
@pytest.mark.parametrize("how", ["warning", "refresh_requested", "drop"])
async def test_what_happens_in_the_gap_is_delivered_after_it(
    how: str, slack: SlackServer, ana: Person
) -> None:
    if how == "drop":
        await slack.sockets.drop()
    else:
        await slack.sockets.disconnect("warning" if how == "warning" else "refresh_requested")
    asked = ana.dm("How many bags?")
    await slack.until(lambda: slack.answers(ana.im, asked.ts))
    assert slack.sockets.opened == 2 or how == "warning"
    await slack.until(lambda: slack.sockets.opened == 2)


async def test_a_client_that_ignores_the_warning_is_cut_off(
    slack: SlackServer, clock: FakeClock, ana: Person
) -> None:
    async with socket(slack) as connected:
        await slack.sockets.disconnect("warning")
        assert (await read(connected))["reason"] == "warning"
        ana.dm("still heard")
        envelope = await read(connected)
        assert envelope["payload"]["event"]["text"] == "still heard"
        await connected.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.until(lambda: slack.deliveries[0].acked)
        await clock.advance(10)
        assert (await connected.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_events_can_be_reordered(slack: SlackServer, ana: Person) -> None:
    async with socket(slack) as connected:
        slack.hold_events()
        for number in range(3):
            ana.dm(f"{number}")
        slack.release_events("reversed")
        got = [(await read(connected))["payload"]["event"]["text"] for _ in range(3)]
        assert got == ["2", "1", "0"]


async def test_events_not_asked_for_do_not_come(slack: SlackServer, ana: Person) -> None:
    slack.world.events.discard("reaction_added")
    ana.react(ana.dm("x"), "eyes")
    assert slack.world.dropped == ["reaction_added"]
    assert [d.payload["event"]["type"] for d in slack.deliveries] == []
    await asyncio.sleep(0)
    assert [d.payload["event"]["type"] for d in slack.deliveries] == ["message"]
