"""What Slack accepts as blocks, views and texts: slack_sdk's validators and the published limits."""

import re
from collections import Counter
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.messages.chunk import Chunk
from slack_sdk.models.views import View

from tests.standins.slack.records import Blocks, Json, SlackError

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_BLOCKS_CHARACTERS = 13_200  # not documented; what bolt-js #2509 measured
MARKDOWN_CHARACTERS = 12_000  # over all markdown blocks of a message, and per call of a stream
TEXT_CHARACTERS = 40_000
TASK_CHARACTERS = 256
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
METADATA_KEYS = {"event_type", "event_payload", "entities"}
_VIEW_KEYS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id",
    "clear_on_close", "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip
_ONLY_IN_VIEWS = {"number_input", "email_text_input", "url_text_input", "file_input"}


def check_blocks(blocks: Any, *, surface: str = "message") -> Blocks:
    """Return the blocks, or raise `invalid_blocks` or `msg_blocks_too_long`."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    found: Blocks = blocks
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    wrong = [f"no more than {most} items allowed [json-pointer:/blocks]"] * (len(found) > most)
    for at, block in enumerate(found):
        wrong += [f"{w} [json-pointer:/blocks/{at}]" for w in _block_errors(block)]
    if not wrong:
        wrong = _across(found, surface)
    if wrong:
        raise SlackError("invalid_blocks", *wrong)
    if surface == "message" and characters(found) > ALL_BLOCKS_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return found


def check_view(view: Any) -> Json:
    """Return the view, or raise `invalid_arguments` as the views methods do."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", "view must be an object")
    body: Json = view
    wrong = [f"invalid additional property: {k} [/view]" for k in set(body) - _VIEW_KEYS]
    if body.get("type") not in ("modal", "home"):
        wrong.append("type must be modal or home")
    if body.get("type") == "modal" and not body.get("title"):
        wrong.append("missing required field: title")
    if "blocks" not in body:
        wrong.append("missing required field: blocks")
    has_input = any(b.get("type") == "input" for b in body.get("blocks", []))
    if body.get("type") == "modal" and has_input and not body.get("submit"):
        wrong.append("missing required field: submit (the modal has inputs)")
    if len(body.get("external_id", "")) > 255:
        wrong.append("external_id must be at most 255 characters")
    if wrong:
        raise SlackError("invalid_arguments", *wrong)
    check_blocks(body["blocks"], surface="view")
    try:
        View(**body).to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError) as error:
        raise SlackError("invalid_arguments", str(error)) from error
    return body


def check_chunks(chunks: Any) -> Blocks:
    """Return the chunks of a stream, or raise `invalid_chunks`."""
    if not isinstance(chunks, list):
        raise SlackError("invalid_chunks")
    found: Blocks = chunks
    for chunk in found:
        try:
            parsed = Chunk.parse(chunk)
            known = parsed.to_dict() if parsed else None
        except (SlackObjectFormationError, TypeError, AttributeError) as error:
            raise SlackError("invalid_chunks", str(error)) from error
        if known is None or set(chunk) - set(known):
            raise SlackError("invalid_chunks", f"not a chunk: {chunk.get('type')}")
        if chunk["type"] == "task_update":
            _check_task(chunk)
        status = chunk.get("status", "pending")
        if status not in ("pending", "in_progress", "complete", "error"):
            raise SlackError("invalid_chunks", f"no status of a task: {status}")
        if chunk["type"] == "blocks":
            check_blocks(chunk["blocks"])
    return found


def _check_task(task: Json) -> None:
    """Raise unless a task is as documented; Slack measured laxer (vercel/chat #886)."""
    for key in ("id", "title", "status"):
        if not isinstance(task.get(key), str) or not task[key]:
            raise SlackError("invalid_chunks", f"a task needs a {key}")
    for key in ("id", "title", "details", "output"):
        if len(task.get(key) or "") > TASK_CHARACTERS:
            raise SlackError("invalid_chunks", f"{key} of a task is over {TASK_CHARACTERS}")


def check_metadata(metadata: Any) -> Json:
    """Return message metadata, or raise `invalid_metadata_format`."""
    if not isinstance(metadata, dict) or set(metadata) - METADATA_KEYS:
        raise SlackError("invalid_metadata_format")
    if not metadata.get("event_type") or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return metadata


def characters(value: Any) -> int:
    """Count the characters of every text below `value`."""
    if isinstance(value, list):
        return sum(characters(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(characters(one) for one in value.values())


def _block_errors(block: Any) -> list[str]:
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return ["must be an object with a type"]
    try:
        parsed = Block.parse(block)
        known = parsed.to_dict() if parsed else None
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as error:
        return [str(error)]
    if known is None:
        return [f"unsupported type: {block['type']}"]
    return _lost(block, known, "") + _empty(block) + _table_errors(block)


def _lost(raw: Any, known: Any, path: str) -> list[str]:
    """Say what the SDK's model of the block does not know."""
    if isinstance(raw, dict):
        if not isinstance(known, dict):
            return [f"not understood: {path or '/'}"]
        gone = [f"invalid additional property: {k} {path}" for k in raw if k not in known]
        return gone + [w for k in raw if k in known for w in _lost(raw[k], known[k], f"{path}/{k}")]
    if isinstance(raw, list) and isinstance(known, list):
        pairs = enumerate(zip(raw, known, strict=False))
        return [w for at, (one, other) in pairs for w in _lost(one, other, f"{path}/{at}")]
    return []


def _empty(value: Any) -> list[str]:
    if isinstance(value, list):
        return [w for one in value for w in _empty(one)]
    if not isinstance(value, dict):
        return []
    texts = ("plain_text", "mrkdwn", "markdown", "text", "raw_text")
    own = ["must be more than 0 characters"] * (value.get("type") in texts and not value["text"])
    return own + [w for one in value.values() for w in _empty(one)]


def _table_errors(block: Json) -> list[str]:
    if block["type"] != "table":
        return []
    rows: list[Any] = block["rows"]
    found: list[str] = []
    if len(rows) > TABLE_ROWS:
        found.append(f"no more than {TABLE_ROWS} rows allowed")
    if any(len(row) > TABLE_COLUMNS for row in rows):
        found.append(f"no more than {TABLE_COLUMNS} columns allowed")
    if len({len(row) for row in rows}) > 1:
        found.append("every row must have the same number of cells")
    if characters(rows) > TABLE_CHARACTERS:
        found.append(f"no more than {TABLE_CHARACTERS} characters allowed in a table")
    return found


def _across(blocks: Blocks, surface: str) -> list[str]:
    """Say what is wrong with blocks that are each right."""
    found: list[str] = []
    if sum(b["type"] == "table" for b in blocks) > 1:
        found.append("only one table block allowed per message")
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > MARKDOWN_CHARACTERS:
        found.append(f"no more than {MARKDOWN_CHARACTERS} characters of markdown allowed")
    ids = Counter(b["block_id"] for b in blocks if b.get("block_id"))
    found += [f"block_id already exists: {i}" for i, times in ids.items() if times > 1]
    for block in blocks:
        own = Counter(e["action_id"] for e in block.get("elements", []) if "action_id" in e)
        found += [f"action_id already exists: {i}" for i, times in own.items() if times > 1]
    if surface == "message":
        inner = [b.get("element", {}).get("type") for b in blocks if b["type"] == "input"]
        found += [f"unsupported in messages: {kind}" for kind in inner if kind in _ONLY_IN_VIEWS]
    elif any(b["type"] in ("markdown", "table") for b in blocks):
        found.append("unsupported in views: markdown or table")
    return found


MENTION = re.compile(
    r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<!subteam\^[A-Z0-9]+(?:\|[^>]*)?>"
    r"|<@[UW][A-Z0-9]+(?:\|[^>]*)?>|(?<![\w.])@(?:channel|here|everyone)\b"
)
URL = re.compile(
    r"(?:https?|ftp)://[^\s<>|\"')\]]+|(?<![\w.@/-])www\.[^\s<>|\"')\]]+", re.IGNORECASE
)
