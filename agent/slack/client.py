"""The way to Slack: one client, whose calls either happened, did not, or may have."""

import json
import logging
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
SLACK_API = "https://slack.com/api/"
SECONDS = 8  # for one call; below half the time after which a parcel is taken over
# What Slack says when trying again cannot help.
_FINAL = frozenset(
    """
    channel_not_found is_archived not_in_channel msg_too_long msg_blocks_too_long invalid_blocks
    restricted_action user_not_found message_not_found cant_update_message invalid_arguments
    no_text thread_not_found missing_scope not_allowed_token_type account_inactive
    file_uploads_disabled file_uploads_except_images_disabled file_type_not_allowed
    file_upload_size_restricted alt_txt_too_large
    message_not_in_streaming_state
    streaming_mode_mismatch stopped_by_user block_mismatch
    invalid_chunks cannot_provide_both_markdown_text_and_chunks
    invalid_auth not_authed token_revoked token_expired
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


# What Slack reads from a form alone, or at least also: of JSON, methods that read see nothing at
# all, and say for example that there is no such user.
_FORMS = ("assistant.threads.setTitle", "auth.", "conversations.", "files.", "reactions.", "users.")

_MYSELF: WeakKeyDictionary[AsyncWebClient, Json] = WeakKeyDictionary()

# Connection, timeout, an answer that is none: anything may have happened.
BROKEN_OFF = (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError)


class RefusedError(Exception):
    """Slack said no: nothing happened, and nothing would the next time."""


class NotNowError(Exception):
    """Slack said no for now: nothing happened; try again after `seconds`."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class UnclearError(Exception):
    """The call broke off: it may have happened, so look before it is made again."""


def make_client(token: str, api_url: str | None) -> AsyncWebClient:
    """Return a client that repeats nothing by itself: who calls knows what may be done again."""
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)  # it logs whole bodies
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    return AsyncWebClient(token, base_url=api_url or SLACK_API, timeout=SECONDS, retry_handlers=[])


async def call(client: AsyncWebClient, method: str, **arguments: Any) -> Json:
    """Call a method of the Web API.

    Raises:
        RefusedError, NotNowError, UnclearError: see there.
    """
    given = {k: v for k, v in arguments.items() if v is not None}
    try:
        if method.startswith(_FORMS):
            answer = await client.api_call(method, data=_form(given))
        else:
            answer = await client.api_call(method, json=given)
    except SlackApiError as error:
        raise _told(error) from error
    except BROKEN_OFF as error:
        raise UnclearError(f"{method}: {type(error).__name__}") from error
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _form(given: Json) -> dict[str, str]:
    """Return arguments as a form's fields; what is no text is written as JSON."""
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}


async def upload(client: AsyncWebClient, **arguments: Any) -> str:
    """Send a file in its three steps; return its id.

    Raises:
        RefusedError, NotNowError, UnclearError: as `call` does.
    """
    try:
        answer: Any = await client.files_upload_v2(**arguments)
    except SlackApiError as error:
        raise _told(error) from error
    except BROKEN_OFF as error:
        raise UnclearError(f"upload: {type(error).__name__}") from error
    return str(answer["files"][0]["id"])


async def find_files(
    client: AsyncWebClient, channel: str, thread: str | None, after: str | None
) -> dict[str, str]:
    """Return the files of ours below `after`: the id of each by its name."""
    arguments: Json = {"channel": channel, "limit": 100}
    method = "conversations.replies" if thread else "conversations.history"
    mine = (await myself(client))["user_id"]
    answer = await call(client, method, ts=thread, **arguments)
    return {
        str(file["name"]): str(file["id"])
        for message in answer.get("messages", [])
        if message.get("user") == mine and float(message["ts"]) > float(after or 0)
        for file in message.get("files") or ()
    }


def _told(error: SlackApiError) -> Exception:
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    why = str(
        response.get("error") if isinstance(getattr(response, "data", None), dict) else status
    )
    if status == 429:  # noqa: PLR2004 - HTTP
        wait = float(response.headers.get("Retry-After", 1))
        return NotNowError("ratelimited", wait)
    if status >= 500:  # noqa: PLR2004 - HTTP
        return UnclearError(f"status {status}")
    return RefusedError(why) if why in _FINAL else NotNowError(why, 5)


async def myself(client: AsyncWebClient) -> Json:
    """Return who the token belongs to: `team_id`, `user_id`; asked once for a client."""
    if client not in _MYSELF:
        _MYSELF[client] = await call(client, "auth.test")
    return _MYSELF[client]


async def open_direct(client: AsyncWebClient, user: str) -> str:
    """Return the DM with a user, opened when there was none."""
    return str((await call(client, "conversations.open", users=user))["channel"]["id"])


async def find_block(
    client: AsyncWebClient, channel: str, thread: str | None, keys: Sequence[str]
) -> dict[str, str]:
    """Return which messages are there already: the ts of each by the id of its first block."""
    arguments: Json = {"channel": channel, "limit": 100}
    if thread:
        answer = await call(client, "conversations.replies", ts=thread, **arguments)
    else:
        answer = await call(client, "conversations.history", **arguments)
    found: dict[str, str] = {}
    for message in answer.get("messages", []):
        for block in message.get("blocks") or ():
            if block.get("block_id") in keys:
                found[block["block_id"]] = message["ts"]
    return found


async def find_orphan(client: AsyncWebClient, channel: str, thread: str, after: str) -> str | None:
    """Return a message of ours below `after` that nobody finished: a stream cut by a crash.

    Whatever is finished carries a name as a block's id; the names of ours hold a colon.
    """
    mine = (await myself(client))["user_id"]
    answer = await call(client, "conversations.replies", channel=channel, ts=thread, limit=100)
    for message in answer.get("messages", []):
        named = any(":" in str(b.get("block_id", "")) for b in message.get("blocks") or ())
        if message.get("user") == mine and float(message["ts"]) > float(after) and not named:
            return str(message["ts"])
    return None
