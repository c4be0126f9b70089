"""Streams, modals, home tabs and the agent's own methods, driven by the real SDK."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, FakeClock, Person, SlackServer

Json = dict[str, Any]


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Draft"), "blocks": [{"type": "divider"}], **more}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


# --- streams ----------------------------------------------------------------------------------


async def test_a_stream_grows_and_ends(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    asked = ana.dm("How many bags?")
    stream = await client.chat_stream(channel=ana.im.id, thread_ts=asked.ts, buffer_size=1)
    await stream.append(markdown_text="Two ")
    await stream.append(markdown_text="bags.")
    task = {"type": "task_update", "id": "1", "title": "Counting", "status": "complete"}
    await stream.append(chunks=[task])
    feedback = {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": plain("Good"), "value": "good"},
                "negative_button": {"text": plain("Bad"), "value": "bad"},
            }
        ],
    }
    await stream.stop(blocks=[feedback], session_status="active")
    (answer,) = slack.answers(ana.im, asked.ts)
    assert answer.text == "Two bags."
    assert answer.stream is not None and answer.stream.stopped
    assert answer.stream.tasks["1"]["status"] == "complete"
    assert slack.world.sessions[ana.im.id, asked.ts].status == "active"
    late = client.chat_appendStream(channel=ana.im.id, ts=answer.ts, markdown_text="x")
    assert await refused(late) == "message_not_in_streaming_state"
    slack.assert_clean()


async def test_a_stream_dies_after_five_minutes_and_can_be_updated(
    slack: SlackServer, client: AsyncWebClient, clock: FakeClock, ana: Person
) -> None:
    asked = ana.dm("How many bags?")
    place: Json = {"channel": ana.im.id}
    started = await client.chat_startStream(**place, thread_ts=asked.ts, markdown_text="Two")
    ts = str(started["ts"])
    for _ in range(3):
        await clock.advance(100)
        await client.chat_appendStream(**place, ts=ts, markdown_text=".")
    await clock.advance(0.001)
    dead = client.chat_appendStream(**place, ts=ts, markdown_text=" bags")
    assert await refused(dead) == "message_not_in_streaming_state"
    assert await refused(client.chat_stopStream(**place, ts=ts)) == "message_not_in_streaming_state"
    await client.chat_update(**place, ts=ts, text="Two bags.")
    assert slack.answers(ana.im)[0].shown == "Two bags."


async def test_what_a_stream_refuses(client: AsyncWebClient, room: Channel, ana: Person) -> None:
    asked = ana.say(room, "How many bags?")
    start: Json = {"channel": room.id, "thread_ts": asked.ts}
    assert await refused(client.chat_startStream(**start)) == "missing_recipient_user_id"
    one = client.chat_startStream(**start, recipient_user_id=ana.id)
    assert await refused(one) == "missing_recipient_team_id"
    start |= {"recipient_user_id": ana.id, "recipient_team_id": ana.user.team_id}
    long = client.chat_startStream(**start, markdown_text="x" * 12_001)
    assert await refused(long) == "msg_too_long"
    odd = client.chat_startStream(**start, chunks=[{"type": "poem"}])
    assert await refused(odd) == "invalid_chunks"
    started = await client.chat_startStream(**start, markdown_text="x" * 12_000)
    nothing = client.chat_appendStream(channel=room.id, ts=str(started["ts"]))
    assert await refused(nothing) == "no_text"


async def test_a_stream_is_of_text_or_of_chunks(client: AsyncWebClient, ana: Person) -> None:
    start: Json = {"channel": ana.im.id, "thread_ts": ana.dm("How many bags?").ts}
    task = {"type": "task_update", "id": "1", "title": "Counting", "status": "complete"}
    both = client.chat_startStream(**start, markdown_text="Two", chunks=[task])
    assert await refused(both) == "cannot_provide_both_markdown_text_and_chunks"
    text = str((await client.chat_startStream(**start, markdown_text="Two"))["ts"])
    chunks = str((await client.chat_startStream(**start, chunks=[task]))["ts"])
    bare = str((await client.chat_startStream(**start))["ts"])
    mixed = [
        client.chat_appendStream(channel=ana.im.id, ts=text, chunks=[task]),
        client.chat_appendStream(channel=ana.im.id, ts=chunks, markdown_text=" bags"),
        client.chat_stopStream(channel=ana.im.id, ts=chunks, markdown_text=" bags"),
    ]
    assert [await refused(m) for m in mixed] == ["streaming_mode_mismatch"] * 3
    await client.chat_appendStream(channel=ana.im.id, ts=bare, chunks=[task])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"title": "x" * 257}, {"id": ""}, {"details": "x" * 257},
        {"output": "x" * 257}, {"status": "done"}, {"label": "Counting"},
    ],
)  # fmt: skip
async def test_what_a_task_may_not_be(client: AsyncWebClient, ana: Person, wrong: Json) -> None:
    task = {"type": "task_update", "id": "1", "title": "Counting", "status": "in_progress"}
    start: Json = {"channel": ana.im.id, "thread_ts": ana.dm("How many bags?").ts}
    odd = client.chat_startStream(**start, chunks=[task | wrong])
    assert await refused(odd) == "invalid_chunks"


async def test_a_task_that_ended_does_not_go_on_and_none_is_left_running(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    start: Json = {"channel": ana.im.id, "thread_ts": ana.dm("How many bags?").ts}
    task = {"type": "task_update", "id": "1", "title": "Counting", "status": "complete"}
    place: Json = {
        "channel": ana.im.id,
        "ts": (await client.chat_startStream(**start, chunks=[task]))["ts"],
    }
    await client.chat_appendStream(**place, chunks=[task | {"status": "error"}])
    slack.assert_clean()
    await client.chat_appendStream(**place, chunks=[task | {"status": "in_progress"}])
    await client.chat_stopStream(**place)
    assert slack.violations == [
        "task 1 goes on after its end", "a stream ended while tasks ran: 1"
    ]  # fmt: skip


# --- views ------------------------------------------------------------------------------------


async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: SlackServer, client: AsyncWebClient, clock: FakeClock, ana: Person
) -> None:
    trigger = slack.world.new_trigger(ana.id)
    await client.views_open(trigger_id=trigger, view=modal())
    assert await refused(client.views_open(trigger_id=trigger, view=modal())) == (
        "exchanged_trigger_id"
    )
    stale = slack.world.new_trigger(ana.id)
    await clock.advance(3.1)
    assert await refused(client.views_open(trigger_id=stale, view=modal())) == "expired_trigger_id"
    assert await refused(client.views_open(trigger_id="1", view=modal())) == "invalid_trigger_id"
    assert len(slack.views) == 1


async def test_views_are_updated_by_hash_and_pushed_three_deep(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    opened = await client.views_open(trigger_id=slack.world.new_trigger(ana.id), view=modal())
    first: Json = opened.get("view", {})
    ids: Json = {"view_id": first["id"], "hash": first["hash"]}
    await client.views_update(**ids, view=modal(private_metadata="7"))
    assert await refused(client.views_update(**ids, view=modal())) == "hash_conflict"
    assert slack.views[0].body["private_metadata"] == "7"
    inside = [slack.world.new_trigger(ana.id, first["id"]) for _ in range(3)]
    await client.views_push(trigger_id=inside[0], view=modal())
    await client.views_push(trigger_id=inside[1], view=modal())
    assert await refused(client.views_push(trigger_id=inside[2], view=modal())) == (
        "push_limit_reached"
    )


@pytest.mark.parametrize(
    "more",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [{"type": "divider"}] * 101},
        {"colour": "red"},
        {
            "blocks": [
                {
                    "type": "input",
                    "label": plain("Text"),
                    "element": {"type": "plain_text_input", "action_id": "text"},
                }
            ]
        },
    ],
)
async def test_views_over_a_limit_are_refused(
    more: Json, slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    body = {"trigger_id": slack.world.new_trigger(ana.id), "view": modal(**more)}
    error = await refused(client.api_call("views.open", json=body))
    assert error in ("invalid_arguments", "invalid_blocks")
    assert slack.views == []


async def test_each_user_has_a_home(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("Waiting for you")}]}
    published = await client.views_publish(user_id=ana.id, view=home)
    stale = published.get("view", {})["hash"]
    await client.views_publish(user_id=ana.id, view=home, hash=stale)
    again = client.views_publish(user_id=ana.id, view=home, hash=stale)
    assert await refused(again) == "hash_conflict"
    assert slack.homes[ana.id].shown == "Waiting for you"
    assert slack.views == []


# --- agents -----------------------------------------------------------------------------------


async def test_a_status_fades_and_ends_with_the_answer(
    slack: SlackServer, client: AsyncWebClient, clock: FakeClock, ana: Person
) -> None:
    asked = ana.dm("How many bags?")
    thread: Json = {"channel_id": ana.im.id, "thread_ts": asked.ts}
    await client.assistant_threads_setStatus(**thread, status="counts …", loading_messages=["…"])
    await clock.advance(119)
    assert slack.statuses == {(ana.im.id, asked.ts): "counts …"}
    await clock.advance(1)
    assert slack.statuses == {}
    await client.assistant_threads_setStatus(**thread, status="counts …")
    await client.chat_postMessage(channel=ana.im.id, thread_ts=asked.ts, text="Two.")
    assert slack.statuses == {}
    assert [text for _, text in slack.world.status_log] == ["counts …", "counts …"]
    long = client.assistant_threads_setStatus(**thread, status="x", loading_messages=["x"] * 11)
    assert await refused(long) == "invalid_arguments"


async def test_titles_prompts_and_sessions(
    slack: SlackServer, client: AsyncWebClient, ana: Person, manifest: Json
) -> None:
    asked = ana.dm("How many bags?")
    thread: Json = {"channel_id": ana.im.id, "thread_ts": asked.ts}
    await client.assistant_threads_setTitle(**thread, title="Bags")
    assert slack.titles == {(ana.im.id, asked.ts): "Bags"}
    prompt = {"title": "Open", "message": "What is open?"}
    await client.assistant_threads_setSuggestedPrompts(channel_id=ana.im.id, prompts=[prompt] * 4)
    five = client.assistant_threads_setSuggestedPrompts(**thread, prompts=[prompt] * 5)
    assert await refused(five) == "invalid_arguments"
    assert slack.world.prompts == {(ana.im.id, None): [prompt] * 4}
    await client.agents_sessions_setStatus(**thread, status="processing", title="Counting")
    await client.agents_sessions_rename(**thread, title="Counted")
    assert slack.world.sessions[ana.im.id, asked.ts].title == "Counted"
    odd = client.agents_sessions_setStatus(**thread, status="asleep")
    assert await refused(odd) == "invalid_arguments"
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("agent_session_stopped")
    slack.world.events.discard("agent_session_stopped")
    warned = await client.agents_sessions_setStatus(**thread, status="active")
    assert warned["warning"] == "missing_agent_session_stopped_event_subscription"


# --- what is fetched, and who is notified ------------------------------------------------------

LINK = "https://evil.example/?q=secret"
QUIET: Json = {"unfurl_links": False, "unfurl_media": False}


async def test_links_are_fetched_unless_both_flags_say_no(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    await client.chat_postMessage(channel=room.id, text=f"see <{LINK}|here>", **QUIET)
    assert [u.url for u in slack.urls] == [LINK] and slack.fetched == []
    update: Json = {"channel": room.id, "ts": slack.messages(room)[0].ts}
    await client.chat_update(**update, text=f"see {LINK}2.")
    assert slack.fetched == []
    await client.chat_postMessage(channel=room.id, text=LINK, unfurl_links=False)
    assert [(u.url, u.where) for u in slack.fetched] == [(LINK, "text")]


async def test_streams_files_ephemerals_and_pictures_are_fetched_whatever_the_flags(
    slack: SlackServer, client: AsyncWebClient, room: Channel, ana: Person
) -> None:
    asked = ana.dm("look")
    picture = {"type": "image", "image_url": f"{LINK}0", "alt_text": "a picture"}
    markdown = {"type": "markdown", "text": f"![x]({LINK}1)"}
    blocks = [picture, markdown]
    await client.chat_postMessage(channel=room.id, text="x", blocks=blocks, **QUIET)
    started = await client.chat_startStream(channel=ana.im.id, thread_ts=asked.ts)
    for part in ("https://", "evil.example/?q=secret2 "):
        await client.chat_appendStream(channel=ana.im.id, ts=str(started["ts"]), markdown_text=part)
    await client.files_upload_v2(
        channel=room.id, content="x", filename="a.txt", initial_comment=f"{LINK}3"
    )
    await client.chat_postEphemeral(channel=room.id, user=ana.id, text=f"{LINK}4")
    assert [u.url for u in slack.fetched] == [f"{LINK}{n}" for n in range(5)]


async def test_links_of_buttons_and_views_are_seen_but_not_fetched(
    slack: SlackServer, client: AsyncWebClient, room: Channel, ana: Person
) -> None:
    button = {"type": "button", "action_id": "go", "text": plain("Go"), "url": LINK}
    button["value"] = "https://not.shown.example"
    blocks = [{"type": "actions", "elements": [button]}]
    await client.chat_postMessage(channel=room.id, text="x", blocks=blocks)
    view = {"type": "home", "blocks": [{"type": "section", "text": plain(f"{LINK}2")}]}
    await client.views_publish(user_id=ana.id, view=view)
    assert [u.url for u in slack.urls] == [LINK, f"{LINK}2"]
    assert slack.fetched == []


async def test_mentions_that_notify_are_kept(
    slack: SlackServer, client: AsyncWebClient, room: Channel, ana: Person
) -> None:
    ben = slack.add_user("ben")
    asked = ana.say(room, "hello")
    shapes = ["<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S012>", f"<@{ben.id}>"]
    text = " ".join(
        [*shapes, "@channel", f"<@{ana.id}>", f"<@{slack.world.bot_user}>", "a@here.de"]
    )
    await client.chat_postMessage(channel=room.id, text=text, thread_ts=asked.ts)
    assert [p.what for p in slack.pings] == [*shapes, "@channel"]
    inert = [{"type": "section", "text": plain("<!channel>")}]
    await client.chat_postMessage(channel=room.id, text="&lt;!channel&gt;", blocks=inert)
    assert len(slack.pings) == 6
    rich = {"type": "broadcast", "range": "channel"}
    part = {"type": "rich_text_section", "elements": [rich, {"type": "text", "text": "<!here>"}]}
    blocks = [{"type": "rich_text", "elements": [part]}]
    await client.chat_postMessage(channel=room.id, text="x", blocks=blocks)
    assert [p.what for p in slack.pings[6:]] == ["channel"]
