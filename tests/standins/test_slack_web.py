"""The stand-in's Web API, driven by the real SDK."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, SlackServer


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_a_message_is_posted_read_changed_and_deleted(
    slack: SlackServer, client: AsyncWebClient, room: Channel
) -> None:
    posted = await client.chat_postMessage(channel=room.id, text="Two bags.", unfurl_links=False)
    ts = str(posted["ts"])
    await client.chat_postMessage(channel=room.id, text="Which?", thread_ts=ts)
    await client.chat_update(channel=room.id, ts=ts, text="Three bags.")
    replies = await client.conversations_replies(channel=room.id, ts=ts)
    assert [m["text"] for m in replies.get("messages", [])] == ["Three bags.", "Which?"]
    assert [m.shown for m in slack.messages(room)] == ["Three bags.", "Which?"]
    await client.chat_delete(channel=room.id, ts=ts)
    assert (
        await refused(client.chat_update(channel=room.id, ts=ts, text="x")) == "message_not_found"
    )
    slack.assert_clean()
