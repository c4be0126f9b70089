"""The stand-in's Web API, driven by the real SDK: what it keeps, and what it refuses."""

import json
import logging
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, FakeClock, Person, SlackServer
from tests.standins.slack.router import METHODS, OPEN_CONNECTION, coverage

Json = dict[str, Any]


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_the_coverage_table_is_the_router() -> None:
    table = coverage()
    played = {name for name, (level, _) in table.items() if level != "not modelled"}
    assert played == {*METHODS, OPEN_CONNECTION}
    assert {level for level, _ in table.values()} == {"supported", "partial", "not modelled"}
    assert all(note for level, note in table.values() if level == "partial")


async def test_a_message_is_posted_read_changed_and_deleted(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    posted = await client.chat_postMessage(channel=room.id, text="Two bags.", unfurl_links=False)
    ts = str(posted["ts"])
    await client.chat_postMessage(channel=room.id, text="Which?", thread_ts=ts)
    await client.chat_update(channel=room.id, ts=ts, text="Three bags.")
    replies = await client.conversations_replies(channel=room.id, ts=ts)
    assert [m["text"] for m in replies.get("messages", [])] == ["Three bags.", "Which?"]
    history = await client.conversations_history(channel=room.id)
    assert [m["text"] for m in history.get("messages", [])] == ["Three bags."]
    assert [m.shown for m in slack.messages(room)] == ["Three bags.", "Which?"]
    link = str((await client.chat_getPermalink(channel=room.id, message_ts=ts))["permalink"])
    assert link.endswith(ts.replace(".", ""))
    await client.reactions_add(channel=room.id, name="coffee", timestamp=ts)
    assert slack.messages(room)[0].reactions == {"coffee": [slack.world.bot_user]}
    await client.chat_delete(channel=room.id, ts=ts)
    update = client.chat_update(channel=room.id, ts=ts, text="x")
    assert await refused(update) == "message_not_found"
    slack.assert_clean()


async def test_metadata_and_client_msg_id_are_kept(client: AsyncWebClient, room: Channel) -> None:
    metadata = {"event_type": "answer", "event_payload": {"run": "7"}}
    await client.chat_postMessage(
        channel=room.id, text="x", metadata=metadata, client_msg_id="run-7"
    )
    plain = await client.conversations_history(channel=room.id)
    whole = await client.conversations_history(channel=room.id, include_all_metadata=True)
    assert "metadata" not in plain.get("messages", [])[0]
    assert whole.get("messages", [])[0]["metadata"] == metadata
    assert whole.get("messages", [])[0]["client_msg_id"] == "run-7"
    wrong = client.chat_postMessage(channel=room.id, text="x", metadata={"event_type": "answer"})
    assert await refused(wrong) == "invalid_metadata_format"


async def test_unknown_methods_and_arguments_are_violations(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    assert await refused(client.api_call("chat.postMessages")) == "unknown_method"
    await client.chat_postMessage(channel=room.id, text="x", unfurl_everything=False)
    await client.chat_update(
        channel=room.id, ts=slack.messages(room)[0].ts, text="y", unfurl_links=False
    )
    with pytest.raises(AssertionError, match="unfurl_everything"):
        slack.assert_clean()
    assert len(slack.violations) == 3
    odd = client.api_call("conversations.list", data={"limit": "many"})
    assert await refused(odd) == "invalid_arguments"
    assert len(slack.violations) == 4
    assert await refused(client.api_call("chat.update", json={})) == "invalid_arguments"


async def test_tokens_and_scopes(
    slack: SlackServer, client: AsyncWebClient, room: Channel, manifest: Json
) -> None:
    nobody = AsyncWebClient(base_url=slack.base_url)
    wrong = AsyncWebClient("xoxb-wrong", base_url=slack.base_url)
    swapped = AsyncWebClient(slack.app_token, base_url=slack.base_url)
    assert await refused(nobody.auth_test()) == "not_authed"
    assert await refused(wrong.auth_test()) == "invalid_auth"
    assert await refused(swapped.auth_test()) == "not_allowed_token_type"
    opened = client.apps_connections_open(app_token=slack.bot_token)
    assert await refused(opened) == "not_allowed_token_type"
    assert (await client.auth_test())["bot_id"] == slack.world.bot_id
    manifest["oauth_config"]["scopes"]["bot"] = ["im:history"]
    async with SlackServer(manifest) as poor:
        there = poor.add_channel("trading")
        theirs = AsyncWebClient(poor.bot_token, base_url=poor.base_url)
        post = theirs.chat_postMessage(channel=there.id, text="x")
        assert await refused(post) == "missing_scope"
        assert await refused(theirs.conversations_info(channel=there.id)) == "missing_scope"
    assert room.id


async def test_places_the_application_is_not_in(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    closed = slack.add_channel("board", ana, kind="private", bot=False)
    public = slack.add_channel("general", ana, bot=False)
    said = ana.say(public, "hello")
    posts = {c.id: client.chat_postMessage(channel=c.id, text="x") for c in (closed, public)}
    assert await refused(posts[closed.id]) == "channel_not_found"
    assert await refused(posts[public.id]) == "not_in_channel"
    assert slack.deliveries == []
    public.members.add(slack.world.bot_user)
    change = client.chat_update(channel=public.id, ts=said.ts, text="x")
    assert await refused(change) == "cant_update_message"
    lost = client.chat_postMessage(channel=public.id, text="x", thread_ts="1.000001")
    assert await refused(lost) == "thread_not_found"


def blocks_too_many() -> list[Json]:
    return [{"type": "divider"}] * 51


def two_tables() -> list[Json]:
    return [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2


def table(rows: int, columns: int, text: str = "a") -> list[Json]:
    return [{"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}]


BAD_BLOCKS: dict[str, tuple[list[Json], str]] = {
    "too many": (blocks_too_many(), "invalid_blocks"),
    "a long section": ([section("x" * 3001)], "invalid_blocks"),
    "an empty section": ([section("")], "invalid_blocks"),
    "an unknown type": ([{"type": "poem"}], "invalid_blocks"),
    "an unknown property": ([{**section("x"), "colour": "red"}], "invalid_blocks"),
    "two tables": (two_tables(), "invalid_blocks"),
    "101 rows": (table(101, 1), "invalid_blocks"),
    "21 columns": (table(1, 21), "invalid_blocks"),
    "a long table": (table(100, 1, "x" * 101), "invalid_blocks"),
    "much markdown": ([{"type": "markdown", "text": "x" * 6001}] * 2, "invalid_blocks"),
    "all together": ([section("x" * 2700)] * 5, "msg_blocks_too_long"),
    "one block_id twice": ([{"type": "divider", "block_id": "a"}] * 2, "invalid_blocks"),
    "no list": ({"type": "divider"}, "invalid_blocks_format"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_blocks_over_a_limit_are_refused(
    name: str, client: AsyncWebClient, room: Channel
) -> None:
    blocks, error = BAD_BLOCKS[name]
    body = {"channel": room.id, "text": "x", "blocks": blocks}
    assert await refused(client.api_call("chat.postMessage", json=body)) == error


async def test_blocks_at_the_limit_are_accepted(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    for blocks in (
        [{"type": "divider"}] * 50,
        [section("x" * 3000)] * 4,
        table(100, 20),
        [{"type": "markdown", "text": "x" * 12_000}],
    ):
        await client.chat_postMessage(channel=room.id, text="x", blocks=blocks)
    assert len(slack.messages(room)) == 4


async def test_texts_over_a_limit(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    nothing = client.api_call("chat.postMessage", json={"channel": room.id, "text": ""})
    assert await refused(nothing) == "no_text"
    long = client.chat_postMessage(channel=room.id, markdown_text="x" * 12_001)
    assert await refused(long) == "msg_too_long"
    await client.chat_postMessage(channel=room.id, text="x" * 40_001)
    assert len(slack.messages(room)[0].text) == 40_000
    assert len(slack.violations) == 1
    ts = slack.messages(room)[0].ts
    update = client.chat_update(channel=room.id, ts=ts, text="x" * 40_001)
    assert await refused(update) == "msg_too_long"


async def test_ephemeral_messages_are_nobody_elses(
    slack: SlackServer, client: AsyncWebClient, room: Channel, ana: Person
) -> None:
    sent = await client.chat_postEphemeral(channel=room.id, user=ana.id, text="Only you.")
    assert [m.text for m in slack.ephemerals(ana)] == ["Only you."]
    assert slack.messages(room) == []
    update = client.chat_update(channel=room.id, ts=str(sent["message_ts"]), text="x")
    assert await refused(update) == "message_not_found"
    other = slack.add_user("ben")
    elsewhere = client.chat_postEphemeral(channel=room.id, user=other.id, text="x")
    assert await refused(elsewhere) == "user_not_in_channel"


async def test_people_and_places_are_described(
    slack: SlackServer, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    guest = slack.add_user("gus", is_restricted=True, is_email_confirmed=False, locale="de-DE")
    stranger = slack.add_user("sam", is_stranger=True, team_id="T0OTHER")
    found: Json = (await client.users_info(user=guest.id, include_locale=True)).get("user", {})
    assert found["is_restricted"] and not found["is_email_confirmed"]
    assert (found["locale"], found["profile"]["email"]) == ("de-DE", "gus@coffee.example")
    found = (await client.users_info(user=stranger.id)).get("user", {})
    assert found["is_stranger"] and found["team_id"] == "T0OTHER"
    by_mail = await client.users_lookupByEmail(email="ANA@coffee.example")
    assert by_mail.get("user", {})["id"] == ana.id
    nobody = client.users_lookupByEmail(email="sam@coffee.example")
    assert await refused(nobody) == "users_not_found"
    members = await client.conversations_members(channel=room.id, limit=1)
    rest = await client.conversations_members(
        channel=room.id, cursor=members.get("response_metadata", {})["next_cursor"]
    )
    both = {*members.get("members", []), *rest.get("members", [])}
    assert both == {ana.id, slack.world.bot_user}
    shared = slack.add_channel("with-supplier", ana, ext_shared=True)
    info: Json = (await client.conversations_info(channel=shared.id)).get("channel", {})
    assert info["is_ext_shared"]
    listed = await client.conversations_list(types="public_channel")
    assert {c["id"] for c in listed.get("channels", [])} == {room.id, shared.id}
    opened = await client.conversations_open(users=[ana.id])
    assert opened.get("channel", {})["id"] == ana.im.id


async def test_files_go_up_in_two_steps_and_come_down_with_the_token(
    slack: SlackServer, client: AsyncWebClient, room: Channel, ana: Person
) -> None:
    sent = await client.files_upload_v2(
        channel=room.id, content="a,b\n", filename="lots.csv", initial_comment="Here."
    )
    assert slack.messages(room)[0].files[0].content == b"a,b\n"
    assert (await client.files_info(file=sent.get("file", {})["id"])).get("file", {})["size"] == 4
    _, file = ana.upload(room, "offer.pdf", b"%PDF")
    shown: Json = (await client.files_info(file=file.id)).get("file", {})
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(shown["url_private_download"], headers=bearer) as got:
            assert await got.read() == b"%PDF"
        async with session.get(shown["url_private_download"]) as got:
            assert "Sign in" in await got.text()
    slack.assert_clean()


async def test_failures_limits_and_lost_answers(
    slack: SlackServer,
    client: AsyncWebClient,
    room: Channel,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    slack.fail("chat.postMessage", status=429, retry_after=0, times=2)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    await client.chat_postMessage(channel=room.id, text="at last")
    assert [c.error for c in slack.called("chat.postMessage")] == ["429", "429", ""]
    plain = AsyncWebClient(slack.bot_token, base_url=slack.base_url, retry_handlers=[])
    slack.fail("*", status=503)
    with pytest.raises(SlackApiError):
        await plain.auth_test()
    slack.fail("chat.postMessage", error="fatal_error")
    assert await refused(plain.chat_postMessage(channel=room.id, text="x")) == "fatal_error"
    slack.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await plain.chat_postMessage(channel=room.id, text="posted all the same")
    assert [m.text for m in slack.messages(room)] == ["at last", "posted all the same"]
    slack.limit_as_slack()
    await plain.chat_postMessage(channel=room.id, text="one a second")
    again = plain.chat_postMessage(channel=room.id, text="one a second")
    assert await refused(again) == "ratelimited"
    await clock.advance(1)
    await plain.chat_postMessage(channel=room.id, text="one a second")


async def test_the_sdk_itself_posts_twice_when_an_answer_is_lost(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    slack.lose_answer("chat.postMessage")
    await client.chat_postMessage(channel=room.id, text="Two bags.", client_msg_id="run-7")
    assert len(slack.messages(room)) == 2


async def test_arguments_may_travel_as_a_form(slack: SlackServer, room: Channel) -> None:
    form = {"token": slack.bot_token, "channel": room.id, "text": "x", "unfurl_links": "false"}
    form |= {"unfurl_media": "0", "blocks": json.dumps([section("https://coffee.example")])}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{slack.base_url}chat.postMessage", data=form) as answer:
            assert (await answer.json())["ok"]
        form["blocks"] = "[{"
        async with session.post(f"{slack.base_url}chat.postMessage", data=form) as answer:
            assert (await answer.json())["error"] == "invalid_arguments"
        async with session.post(f"{slack.base_url}chat.postMessage", json=[]) as answer:
            assert (await answer.json())["error"] == "json_not_object"
    assert slack.fetched == []
    slack.assert_clean()


async def test_another_name_needs_a_scope_of_its_own(client: AsyncWebClient, room: Channel) -> None:
    masked = client.chat_postMessage(channel=room.id, text="x", username="The boss")
    assert await refused(masked) == "missing_scope"


async def test_what_reads_takes_no_json(slack: SlackServer, client: AsyncWebClient) -> None:
    ana = slack.add_user("ana")
    assert (await client.api_call("users.info", data={"user": ana.id}))["ok"]
    slack.assert_clean()
    asked = client.api_call("users.info", json={"user": ana.id})
    assert await refused(asked) == "invalid_arguments"
    assert slack.violations == ["users.info: reads no JSON"]
