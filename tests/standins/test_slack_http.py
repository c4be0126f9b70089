"""The stand-in's signed requests to a real Bolt application, and its retries."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, FakeClock, Person, SlackServer
from tests.standins.slack.http_mode import HttpMode, Tamper

Json = dict[str, Any]


async def listening(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


@pytest.fixture
async def http(slack: SlackServer, app: AsyncApp) -> AsyncIterator[HttpMode]:
    """Payloads go over HTTP to an application that answers every event it is given."""

    async def answer(event: Json, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text="Two.", thread_ts=event["ts"])

    app.event({"type": "message", "subtype": None})(answer)
    runner, url = await listening(app.web_app(path="/slack/events"))
    mode = await slack.deliver_over_http(url)
    assert mode is not None
    yield mode
    await slack.courier.close()
    await runner.cleanup()


async def test_the_request_url_is_verified(http: HttpMode) -> None:
    assert await http.verify()
    http.tamper = "wrong_signature"
    assert not await http.verify()


async def test_events_commands_and_clicks_arrive_signed(
    slack: SlackServer, http: HttpMode, app: AsyncApp, ana: Person, room: Channel
) -> None:
    async def answer(ack: Any, command: Json) -> None:
        await ack(f"You asked: {command['text']}")

    async def click(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Approved.", replace_original=True)

    app.command("/coffee")(answer)
    app.action("approve")(click)
    asked = ana.dm("How many bags?")
    await slack.until(lambda: slack.answers(ana.im, asked.ts))
    await ana.slash("/coffee two bags?", room)
    assert [m.text for m in slack.ephemerals(ana)] == ["You asked: two bags?"]
    button = {
        "type": "button",
        "action_id": "approve",
        "text": {"type": "plain_text", "text": "Go"},
    }
    blocks = [{"type": "actions", "elements": [button]}]
    await app.client.chat_postMessage(channel=room.id, text="Send?", blocks=blocks)
    await ana.click(slack.messages(room)[0], "approve")
    await slack.until(lambda: slack.messages(room)[0].text == "Approved.")
    assert len(http.sent) == len(slack.deliveries)
    slack.assert_clean()


@pytest.mark.parametrize("tamper", ["wrong_signature", "stale_timestamp", "no_signature"])
async def test_bolt_refuses_what_is_not_signed(
    tamper: Tamper,
    slack: SlackServer,
    http: HttpMode,
    ana: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    http.tamper = tamper
    ana.dm("How many bags?")
    await slack.until(lambda: [d.status for d in slack.deliveries] == [401, 401])
    assert slack.answers(ana.im) == []


async def test_a_replay_gets_through_bolt(slack: SlackServer, http: HttpMode, ana: Person) -> None:
    asked = ana.dm("How many bags?")
    await slack.until(lambda: slack.answers(ana.im, asked.ts))
    assert await http.replay(http.sent[0]) == 200
    await slack.until(lambda: len(slack.answers(ana.im, asked.ts)) == 2)


async def test_what_fails_is_sent_again_at_once_after_a_minute_and_after_five(
    slack: SlackServer, clock: FakeClock, ana: Person
) -> None:
    heard: list[tuple[str | None, str | None]] = []

    async def broken(request: web.Request) -> web.Response:
        headers = request.headers
        heard.append((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500)

    application = web.Application()
    application.router.add_post("/slack/events", broken)
    runner, url = await listening(application)
    await slack.deliver_over_http(url)
    ana.dm("How many bags?")
    await slack.until(lambda: len(heard) == 2)
    for seconds, count in ((60, 3), (300, 4)):
        await slack.until(lambda: clock.waiting == 1)
        await clock.advance(seconds - 1)
        assert len(heard) == count - 1
        await clock.advance(1)
        await slack.until(lambda expected=count: len(heard) == expected)
    await slack.courier.idle()
    assert [number for number, _ in heard] == [None, "1", "2", "3"]
    assert {reason for _, reason in heard[1:]} == {"http_error"}
    assert len({d.event_id for d in slack.deliveries}) == 1
    await slack.courier.close()
    await runner.cleanup()
