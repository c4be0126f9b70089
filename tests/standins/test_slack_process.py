"""The stand-in as a process of its own."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import FakeClock, Refused
from tests.standins.slack.control import Remote, SlackProcess

REPOSITORY = Path(__file__).parents[2]
Json = dict[str, Any]


async def test_a_process_is_told_what_people_do_and_asked_what_they_see() -> None:
    command = (sys.executable, "-m", "tests.standins.slack", "--fake-clock")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY, stdout=pipe)
    assert process.stdout is not None
    try:
        where: Json = json.loads(await process.stdout.readline())
        client = AsyncWebClient(where["bot_token"], base_url=where["base_url"])
        async with Remote(where["base_url"]) as remote:
            ana = await remote.tell("user", name="ana")
            asked = await remote.act(ana["id"], "dm", text="How many bags?")
            place: Json = {"channel": ana["im"], "thread_ts": asked["ts"]}
            await client.chat_postMessage(**place, text="Two.", unfurl=False)
            shown = await remote.ask("messages", **place)
            assert [m["shown"] for m in shown] == ["How many bags?", "Two."]
            assert (await remote.ask("state"))["violations"]
    finally:
        process.terminate()
        await process.wait()


async def test_every_verb_of_the_control(manifest: Json, clock: FakeClock) -> None:
    async with SlackProcess(manifest, clock=clock) as slack, Remote(slack.base_url) as remote:
        ana = await remote.tell("user", name="ana", is_admin=True)
        room = await remote.tell("channel", name="trading", people=[ana["id"]])
        said = await remote.act(ana["id"], "mention", channel=room["id"], text="hello")
        message = {"channel": room["id"], "ts": said["ts"]}
        await remote.act(ana["id"], "react", message=message, name="eyes")
        await remote.act(ana["id"], "upload", channel=room["id"], name="a.csv", content="a,b")
        with pytest.raises(Refused):
            await remote.act(ana["id"], "vanish")
        with pytest.raises(Refused):
            await remote.act(ana["id"], "click", on=message, action_id="approve")
        await remote.switch("lose_answer", method="chat.postMessage")
        await remote.switch("fail", method="auth.test", status=429, retry_after=1)
        await remote.switch("deliver_over_http", request_url=None)
        await remote.switch("drop")
        before = clock.now()
        assert (await remote.tell("advance", seconds=60))["now"] == before + 60
        state = await remote.ask("state")
        assert (state["under_way"], state["connections"]) == (5, 0)
        with pytest.raises(Refused):
            await remote.switch("explode")
