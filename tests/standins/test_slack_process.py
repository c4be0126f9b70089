"""The stand-in as a process of its own, and the manifest it reads."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
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


# --- the manifest -----------------------------------------------------------------------------

_FLAG = {"type": "boolean"}


def text(longest: int) -> Json:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def thing(*optional: str, **required: Json) -> Json:
    more = {name: {} for name in optional}
    return {
        "type": "object",
        "properties": {**required, **more},
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: Json, most: int) -> Json:
    return {"type": "array", "items": item, "maxItems": most, "uniqueItems": True}


# The limits that Slack's documentation of manifests gives, for the keys this one uses.
SCHEMA = thing(
    "_metadata",
    display_information=thing(name=text(35), description=text(140), background_color=text(7)),
    features=thing(
        agent_view=thing(
            agent_description=text(300),
            suggested_prompts=many(thing(title=text(100), message=text(300)), 4),
        ),
        app_home=thing(
            home_tab_enabled=_FLAG, messages_tab_enabled=_FLAG, messages_tab_read_only_enabled=_FLAG
        ),
        bot_user=thing(display_name=text(80), always_online=_FLAG),
        shortcuts=many(
            thing(
                name=text(24),
                type={"enum": ["message", "global"]},
                callback_id=text(255),
                description=text(150),
            ),
            10,
        ),
        slash_commands=many(
            thing(
                command={"type": "string", "pattern": "^/", "maxLength": 32},
                description=text(2000),
                usage_hint=text(1000),
                should_escape=_FLAG,
            ),
            50,
        ),
    ),
    oauth_config=thing(scopes=thing(bot=many(text(50), 255))),
    settings=thing(
        event_subscriptions=thing(bot_events=many(text(50), 100)),
        interactivity=thing(is_enabled=_FLAG),
        org_deploy_enabled=_FLAG,
        socket_mode_enabled={"const": True},
        token_rotation_enabled=_FLAG,
    ),
)


def test_the_manifest_has_only_keys_slack_knows_within_its_limits(manifest: Json) -> None:
    jsonschema.validate(manifest, SCHEMA)
    assert "http" not in json.dumps(manifest)
    assert [s["callback_id"] for s in manifest["features"]["shortcuts"]] == ["ask_about"]
    for part, wrong in (("features", "assistant_view"), ("settings", "request_url")):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**manifest, part: {**manifest[part], wrong: {}}}, SCHEMA)
