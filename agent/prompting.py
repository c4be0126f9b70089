"""From the transcript to what a model is sent: always valid, trimmed, free of old taint."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from agent.pasted import is_pasted, request_in
from db.queries.transcript import StoredCall, StoredMessage
from tools.catalog import Catalog
from tools.context import Asker

Json = dict[str, Any]
_CHARS_PER_TOKEN = 4
_MAX_RESULT_CHARS = 12_000


@cache
def system_prompt() -> str:
    """Return the system prompt, the same bytes for everybody so that providers can cache it."""
    return resources.files("agent").joinpath("prompts/system.md").read_text("utf8")


def situation(asker: Asker, today: date, company: str, demo: bool) -> str:
    """Return what changes from turn to turn: who asks, when, and in which database."""
    data = (
        "a demo database with invented business figures" if demo else f"the database of {company}"
    )
    return (
        f"Today is {today:%A} {today.isoformat()}. You are talking with {asker.name} "
        f"(role {asker.role}, usual language {asker.locale}) about {data}."
    )


def chat_messages(
    stored: Sequence[StoredMessage], catalog: Catalog, *, inbox_id: int, budget_tokens: int
) -> list[Json]:
    """Return the transcript as OpenAI messages, oldest first, within a token budget.

    It is cut at members' messages only, so no tool result ever stands without its call. Of earlier
    turns, outsiders' text is dropped, and so is what was said while it was in the prompt (law 7).
    """
    outside = _with_outside_text(stored, catalog) - {inbox_id}
    groups: list[list[Json]] = []
    for message in stored:
        if message.inbox_id in outside:
            message = replace(message, text=_without_outside_text(message))  # noqa: PLW2901 - the same message, trimmed
        rendered = _rendered(message, catalog, current=message.inbox_id == inbox_id)
        if message.role == "member" or not groups:
            groups.append([])
        groups[-1] += rendered
    return _trimmed(groups, budget_tokens * _CHARS_PER_TOKEN)


def _with_outside_text(stored: Sequence[StoredMessage], catalog: Catalog) -> set[int]:
    """Return the turns, by inbox id, that had outsiders' text in their prompt."""
    return {
        m.inbox_id
        for m in stored
        if (m.role == "member" and is_pasted(m.text))
        or any(c.tainted or is_free_text(c.tool, catalog) for c in m.calls)
    }


def _without_outside_text(message: StoredMessage) -> str:
    if message.role == "member":
        return request_in(message.text) if is_pasted(message.text) else message.text
    return "(an answer about text from outside, dropped)" if message.text else ""


def _trimmed(groups: list[list[Json]], budget: int) -> list[Json]:
    """Keep the newest groups that fit; the newest always stays, its results shortened."""
    kept: list[list[Json]] = []
    for group in reversed(groups):
        size = sum(len(json.dumps(m, ensure_ascii=False)) for m in group)
        if kept and size > budget:
            break
        budget -= size
        kept.append(group)
    return [message for group in reversed(kept) for message in group]


def _rendered(message: StoredMessage, catalog: Catalog, *, current: bool) -> list[Json]:
    if message.role == "member":
        return [{"role": "user", "content": message.text}]
    if message.role == "note":
        return [{"role": "user", "content": f"[{message.text}]"}]
    said: Json = {"role": "assistant", "content": message.text or None}
    if not message.calls:
        return [said | {"content": message.text}]
    said["tool_calls"] = [_call(c) for c in message.calls]
    return [said, *[_result(c, catalog, current=current) for c in message.calls]]


def _call(call: StoredCall) -> Json:
    arguments = (
        call.raw if call.arguments is None else json.dumps(call.arguments, ensure_ascii=False)
    )
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.tool, "arguments": arguments or "{}"},
    }


def _result(call: StoredCall, catalog: Catalog, *, current: bool) -> Json:
    return {"role": "tool", "tool_call_id": call.id, "content": _content(call, catalog, current)}


def _content(call: StoredCall, catalog: Catalog, current: bool) -> str:
    if call.result is None:
        return json.dumps({"status": "not run"})
    if not current and is_free_text(call.tool, catalog):
        return json.dumps({"status": "ok", "dropped": "text read earlier; read it again if needed"})
    data = {k: v for k, v in call.result.data.items() if k != "_view"}
    if "changes" in data:
        data["changes"] = [_without_texts(change, catalog) for change in data["changes"]]
    text = json.dumps(data, ensure_ascii=False, default=str)
    if len(text) <= _MAX_RESULT_CHARS:
        return text
    return json.dumps({"status": "ok", "said": data.get("said"), "cut": text[:_MAX_RESULT_CHARS]})


def _without_texts(change: Json, catalog: Catalog) -> Json:
    """Return a change without what a free-text field held or will hold."""
    entity = catalog.find_entity(str(change["entity"]))
    key = str(change["field"])
    if entity is None or not entity.has(key) or not entity.free_text(entity.field(key)):
        return change
    return change | {side: "…" for side in ("before", "after") if change[side]}


def is_free_text(tool: str, catalog: Catalog) -> bool:
    """Return whether a tool's results hold outsiders' text."""
    return tool in catalog.tools and catalog.tools[tool].free_text


def usable_tools(schemas: Sequence[Json]) -> int:
    """Return the prompt tokens tool schemas take, estimated at four characters a token."""
    return sum(len(json.dumps(s, ensure_ascii=False)) for s in schemas) // _CHARS_PER_TOKEN
