"""The people of the stand-in: what each does reaches a real Bolt application as Slack sends it."""

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, FakeClock, Person, Refused, SlackServer

Json = dict[str, Any]
pytestmark = pytest.mark.usefixtures("connected")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def card(*values: str, **more: Any) -> list[Json]:
    buttons = [
        {"type": "button", "action_id": "approve", "text": plain(v), "value": v, **more}
        for v in values
    ]
    return [{"type": "actions", "block_id": v["value"], "elements": [v]} for v in buttons]


FORM: Json = {
    "type": "modal",
    "callback_id": "draft",
    "title": plain("Draft"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "body",
            "label": plain("Text"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "to",
            "optional": True,
            "label": plain("To"),
            "element": {
                "type": "static_select",
                "action_id": "who",
                "options": [{"text": plain("Ben"), "value": "ben"}],
            },
        },
    ],
}


async def test_a_click_is_refused_once_the_button_is_gone_but_not_from_a_stale_client(
    slack: SlackServer, app: AsyncApp, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    clicked: list[Json] = []

    async def decide(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        clicked.append(body)
        await respond(text="Approved.", replace_original=True)

    app.action("approve")(decide)
    await client.chat_postMessage(channel=room.id, text="Send?", blocks=card("7", "8"))
    message = slack.messages(room)[0]
    with pytest.raises(Refused):
        await ana.click(message, "approve", "9")
    assert (await ana.click(message, "approve", "8")).acked
    await slack.until(lambda: message.text == "Approved.")
    with pytest.raises(Refused):
        await ana.click(message, "approve", "8")
    await ana.click(message, "approve", "8", stale=True)
    await slack.until(lambda: len(clicked) == 2)
    assert [c["actions"][0]["value"] for c in clicked] == ["8", "8"]
    assert clicked[0]["user"]["id"] == ana.id
    assert clicked[0]["container"]["message_ts"] == message.ts
    slack.assert_clean()


async def test_a_button_for_others_cannot_be_clicked(
    slack: SlackServer, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    blocks = card("7", visible_to_user_ids=["U0OTHER"])
    await client.chat_postMessage(channel=room.id, text="Send?", blocks=blocks)
    with pytest.raises(Refused):
        await ana.click(slack.messages(room)[0], "approve")


async def test_a_response_url_is_good_five_times_and_half_an_hour(
    slack: SlackServer, app: AsyncApp, clock: FakeClock, ana: Person, room: Channel
) -> None:
    statuses: list[int] = []

    async def answer(ack: Any, command: Json, respond: Any) -> None:
        await ack()
        if command["text"] == "late":
            await clock.advance(30 * 60 + 1)
        for number in range(6):
            statuses.append((await respond(text=f"{number}")).status_code)  # noqa: PERF401

    app.command("/coffee")(answer)
    await ana.slash("/coffee how many bags?", room)
    await slack.until(lambda: len(statuses) == 6)
    assert statuses == [200] * 5 + [404]
    assert [m.text for m in slack.ephemerals(ana)] == ["0", "1", "2", "3", "4"]
    await ana.slash("/coffee late", room)
    await slack.until(lambda: len(statuses) == 12)
    assert statuses[6:] == [404] * 6


async def test_a_command_is_answered_by_its_ack(
    slack: SlackServer, app: AsyncApp, ana: Person
) -> None:
    async def answer(ack: Any, command: Json) -> None:
        await ack(f"You asked: {command['text']}")

    app.command("/coffee")(answer)
    await ana.slash("/coffee how many bags?")
    assert [m.text for m in slack.ephemerals(ana)] == ["You asked: how many bags?"]
    with pytest.raises(Refused):
        await ana.slash("/tea")


async def test_a_modal_is_filled_in_refused_and_sent(
    slack: SlackServer, app: AsyncApp, ana: Person, room: Channel
) -> None:
    sent: list[Json] = []

    async def open_form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    async def check(ack: Any, view: Json) -> None:
        values = view["state"]["values"]
        if values["body"]["text"]["value"] == "no":
            return await ack(response_action="errors", errors={"body": "Say more."})
        sent.append(values)
        return await ack()

    app.shortcut("ask_about")(open_form)
    app.view("draft")(check)
    await ana.shortcut(ana.say(room, "two bags"), "ask_about")
    (view,) = slack.views
    for values in ({}, {"text": "x" * 21}, {"text": "x", "who": "nobody"}, {"text": "x", "z": 1}):
        with pytest.raises(Refused):
            await ana.submit(view, values)
    await ana.submit(view, {"text": "no"})
    assert view.errors == {"body": "Say more."} and view.open
    await ana.submit(view, {"text": "yes", "to": "ben"})
    assert sent[0]["to"]["who"]["selected_option"]["value"] == "ben"
    assert slack.views == []
    with pytest.raises(Refused):
        await ana.shortcut(slack.messages(room)[0], "no_such")


async def test_a_modal_can_answer_with_the_next_one(
    slack: SlackServer, app: AsyncApp, ana: Person
) -> None:
    done: Json = {"type": "modal", "title": plain("Done"), "blocks": [{"type": "divider"}]}

    async def push(ack: Any) -> None:
        await ack(response_action="push", view={**FORM, "callback_id": "second"})

    async def update(ack: Any) -> None:
        await ack(
            response_action="update", view={**done, "callback_id": "done", "notify_on_close": True}
        )

    closed: list[Json] = []

    async def close(ack: Any, body: Json) -> None:
        await ack()
        closed.append(body)

    app.view("draft")(push)
    app.view("second")(update)
    app.view_closed("done")(close)
    client = app.client
    await client.views_open(trigger_id=slack.world.new_trigger(ana.id), view=FORM)
    await ana.submit(None, {"text": "x"})
    await ana.submit(None, {"text": "y"})
    assert [v.body["title"]["text"] for v in slack.views] == ["Draft", "Done"]
    await ana.close()
    await slack.until(lambda: closed)
    assert [v.body["title"]["text"] for v in slack.views] == ["Draft"]


async def test_tabs_files_reactions_stops_and_feedback(
    slack: SlackServer, app: AsyncApp, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    seen: list[Json] = []

    async def keep(event: Json) -> None:
        seen.append(event)

    for kind in ("app_home_opened", "file_shared", "reaction_added", "member_joined_channel"):
        app.event(kind)(keep)
    app.event("agent_session_stopped")(keep)
    app.event({"type": "message", "subtype": "file_share"})(keep)
    ana.open_home()
    ana.open_messages_tab()
    message, file = ana.upload(ana.im, "lots.csv", b"a,b", text="see this")
    ana.react(message, "eyes")
    slack.add_user("ben").join(room)
    with pytest.raises(Refused):
        ana.stop(message)
    session: Json = {"channel_id": ana.im.id, "thread_ts": message.ts}
    await client.agents_sessions_setStatus(**session, status="processing")
    stream = await client.chat_startStream(channel=ana.im.id, thread_ts=message.ts)
    ana.stop(message)
    append = client.chat_appendStream(channel=ana.im.id, ts=str(stream["ts"]), markdown_text="x")
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await append
    assert slack.world.sessions[ana.im.id, message.ts].status == "processing"
    await slack.until(lambda: len(seen) == 7)
    by_type = {e["type"]: e for e in seen}
    assert [e["tab"] for e in seen if e["type"] == "app_home_opened"] == ["home", "messages"]
    assert by_type["message"]["files"][0]["id"] == file.id
    assert by_type["agent_session_stopped"]["streaming_message_ts"] == [stream["ts"]]


async def test_feedback_names_the_button(
    slack: SlackServer, app: AsyncApp, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    given: list[str] = []

    async def keep(ack: Any, action: Json) -> None:
        await ack()
        given.append(action["value"])

    app.action("feedback")(keep)
    pair = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Good"), "value": "up"},
        "negative_button": {"text": plain("Bad"), "value": "down"},
    }
    blocks = [{"type": "context_actions", "elements": [pair]}]
    await client.chat_postMessage(channel=room.id, text="x", blocks=blocks)
    await ana.feedback(slack.messages(room)[0], "negative")
    await slack.until(lambda: given)
    assert given == ["down"]


async def test_strangers_and_shared_channels_show_in_the_event(
    slack: SlackServer, app: AsyncApp
) -> None:
    bodies: list[Json] = []

    async def keep(body: Json) -> None:
        bodies.append(body)

    app.event("app_mention")(keep)
    sam = slack.add_user("sam", is_stranger=True, team_id="T0OTHER")
    shared = slack.add_channel("with-supplier", sam, ext_shared=True)
    sam.mention(shared, "give me all contracts")
    await slack.until(lambda: bodies)
    assert bodies[0]["is_ext_shared_channel"]
    assert bodies[0]["event"]["user_team"] == "T0OTHER"
    outside = slack.add_channel("board", bot=True)
    with pytest.raises(Refused):
        sam.say(outside, "hello")


async def test_the_application_hears_itself_and_edits(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    asked = ana.dm("How many bags?")
    ana.edit(asked, "How many bags of Huila?")
    await client.chat_postMessage(channel=ana.im.id, text="Two.", thread_ts=asked.ts)
    await slack.until(lambda: len(slack.deliveries) == 3)
    events = [d.payload["event"] for d in slack.deliveries]
    assert [e.get("subtype") for e in events] == [None, "message_changed", None]
    assert events[2]["bot_id"] == slack.world.bot_id


async def test_any_mention_in_a_channel_is_one_and_none_in_a_direct_message(
    slack: SlackServer, ana: Person, room: Channel
) -> None:
    helper = slack.add_user("helper", is_bot=True)
    room.members.add(helper.id)
    ana.say(room, f"well, <@{slack.world.bot_user}>, how many bags?")
    ana.mention(ana.im, "how many bags?")
    helper.say(room, "beep")
    await slack.until(lambda: len(slack.deliveries) == 4)
    events = [d.payload["event"] for d in slack.deliveries]
    assert [e["type"] for e in events] == ["message", "app_mention", "message", "message"]
    assert events[3]["bot_id"].startswith("B")


async def test_where_a_person_is_travels_with_the_message(
    slack: SlackServer, app: AsyncApp, ana: Person, room: Channel
) -> None:
    changed: list[Json] = []

    async def keep(event: Json) -> None:
        changed.append(event)

    app.event("app_context_changed")(keep)
    ana.look_at(room)
    ana.dm("summarise this")
    ana.look_at(None)
    await slack.until(lambda: len(changed) == 2)
    said = [d.payload["event"] for d in slack.deliveries if d.payload["event"]["type"] == "message"]
    assert said[0]["app_context"]["entities"][0]["value"] == room.id
    assert changed[1]["context"] == {}


async def test_the_application_is_invited(slack: SlackServer, ana: Person) -> None:
    closed = slack.add_channel("board", ana, kind="private", bot=False)
    ana.mention(closed, "are you there?")
    ana.invite(closed)
    await slack.until(lambda: slack.deliveries)
    (event,) = [d.payload["event"] for d in slack.deliveries]
    assert (event["type"], event["user"]) == ("member_joined_channel", slack.world.bot_user)
    assert event["inviter"] == ana.id


async def test_a_click_in_a_view_may_push_another(
    slack: SlackServer, app: AsyncApp, client: AsyncWebClient, ana: Person
) -> None:
    async def push(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=FORM)

    chosen: list[str] = []

    async def choose(ack: Any, action: Json) -> None:
        await ack()
        chosen.append(action["selected_option"]["value"])

    app.action("approve")(push)
    app.action("who")(choose)
    select = {**FORM["blocks"][1]["element"]}
    blocks = [*card("7"), {"type": "actions", "elements": [select]}]
    view = {"type": "modal", "title": plain("Pending"), "blocks": blocks}
    await client.views_open(trigger_id=slack.world.new_trigger(ana.id), view=view)
    await ana.click(slack.views[0], "approve")
    await slack.until(lambda: len(slack.views) == 2)
    await client.views_publish(user_id=ana.id, view={"type": "home", "blocks": blocks})
    await ana.click(slack.homes[ana.id], "who", "ben")
    await slack.until(lambda: chosen == ["ben"])
    with pytest.raises(Refused):
        await ana.click(slack.homes[ana.id], "who", "zoe")


async def test_what_others_were_shown_or_is_gone_cannot_be_clicked(
    slack: SlackServer, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    ben = slack.add_user("ben")
    room.members.add(ben.id)
    shown: Json = {"channel": room.id, "text": "Send?", "blocks": card("7")}
    await client.chat_postEphemeral(**shown, user=ana.id)
    await client.chat_postMessage(**shown)
    (posted,) = slack.messages(room)
    await client.chat_delete(channel=room.id, ts=posted.ts)
    for message in (slack.ephemerals(ana)[0], posted):
        with pytest.raises(Refused):
            await ben.click(message, "approve")


async def test_an_application_that_does_not_acknowledge_fails_the_test(
    slack: SlackServer, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    ana.patience = 0.05
    await client.chat_postMessage(channel=room.id, text="Send?", blocks=card("7"))
    with pytest.raises(AssertionError, match="no ack"):
        await ana.click(slack.messages(room)[0], "approve")


async def test_what_is_filled_in_beside_a_button_travels_with_the_click(
    slack: SlackServer, app: AsyncApp, client: AsyncWebClient, ana: Person, room: Channel
) -> None:
    bodies: list[Json] = []

    async def keep(ack: Any, body: Json) -> None:
        await ack()
        bodies.append(body)

    app.action("approve")(keep)
    blocks = [FORM["blocks"][0], *card("7")]
    await client.chat_postMessage(channel=room.id, text="Send?", blocks=blocks)
    message = slack.messages(room)[0]
    await ana.click(message, "approve", filled={"text": "too dear"})
    await ana.click(message, "approve")
    await slack.until(lambda: len(bodies) == 2)
    texts = [b["state"]["values"]["body"]["text"]["value"] for b in bodies]
    assert texts == ["too dear", None]
