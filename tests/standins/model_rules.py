"""What a real chat-completions endpoint refuses, and in which words: OpenAI's error shape.

Rules are in the order the real one applies them; each returns the first thing it does not like.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

Json = dict[str, Any]
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_TOOLS = 128
_LONGEST_DESCRIPTION = 1024
_LONGEST_CALL_ID = 40
_HOTTEST = 2
_ROLES = ("system", "developer", "user", "assistant", "tool")
# fmt: off
_PARAMETERS = frozenset(
    {
        "model", "messages", "stream", "stream_options", "tools", "tool_choice",
        "parallel_tool_calls", "temperature", "top_p", "n", "max_tokens",
        "max_completion_tokens", "stop", "presence_penalty", "frequency_penalty",
        "response_format", "seed", "user", "metadata", "store", "logprobs", "top_logprobs",
        "logit_bias", "reasoning_effort", "service_tier", "prompt_cache_key",
        "safety_identifier", "verbosity",
    }
)
# fmt: on
_ONLY_BELOW_THE_TOP = ("oneOf", "anyOf", "allOf", "enum", "not")


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused; `param` says where."""

    message: str
    param: str | None = None
    code: str | None = None
    status: int = 400
    kind: str = "invalid_request_error"

    def body(self) -> Json:
        """Return OpenAI's error object."""
        return {
            "error": {
                "message": self.message,
                "type": self.kind,
                "param": self.param,
                "code": self.code,
            }
        }


def refusal(request: Json) -> Refusal | None:
    """Return why the real endpoint would refuse a request body, None when it would not."""
    checks: tuple[Callable[[Json], Iterator[Refusal]], ...] = (
        _parameters,
        _messages,
        _order,
        _tools,
    )
    return next(chain.from_iterable(check(request) for check in checks), None)


def _parameters(request: Json) -> Iterator[Refusal]:
    if not isinstance(request.get("model"), str) or not request["model"]:
        yield Refusal("you must provide a model parameter")
    for name in request:
        if name not in _PARAMETERS:
            yield Refusal(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    if "stream_options" in request and not request.get("stream"):
        yield Refusal(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    if not 0 <= request.get("temperature", 1) <= _HOTTEST:
        yield Refusal("temperature must be between 0 and 2.", param="temperature")
    if request.get("tool_choice") and not request.get("tools"):
        yield Refusal("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")


def _messages(request: Json) -> Iterator[Refusal]:
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        yield Refusal("Missing required parameter: 'messages'.", param="messages")
        return
    for place, message in enumerate(cast("list[Json]", messages)):
        where = f"messages.[{place}]"
        if message.get("role") not in _ROLES:
            yield Refusal(f"Invalid value: '{message.get('role')}'.", f"{where}.role")
        yield from _content(message, where)
        yield from _calls(message, where)


def _content(message: Json, where: str) -> Iterator[Refusal]:
    content = message.get("content")
    needed = message["role"] != "assistant" or not message.get("tool_calls")
    if needed and content is None:
        yield Refusal(
            "Invalid value for 'content': expected a string, got null.", f"{where}.content"
        )
    if content is not None and not isinstance(content, str | list):
        yield Refusal("Invalid type for 'content'.", f"{where}.content")


def _calls(message: Json, where: str) -> Iterator[Refusal]:
    calls = message.get("tool_calls")
    if calls is None:
        return
    where = f"{where}.tool_calls"
    if not calls:
        yield Refusal("Invalid 'tool_calls': empty array.", where, "empty_array")
    for call in calls:
        function = call.get("function", {})
        if call.get("type") != "function" or not isinstance(function.get("arguments"), str):
            yield Refusal("Invalid type for a tool call.", where, "invalid_type")
        if not _NAME.fullmatch(str(function.get("name", ""))):
            yield Refusal("Invalid 'function.name' of a tool call.", where, "invalid_value")
        if not 0 < len(str(call.get("id", ""))) <= _LONGEST_CALL_ID:
            yield Refusal("Invalid 'id' of a tool call.", where, "string_above_max_length")


def _order(request: Json) -> Iterator[Refusal]:
    """Every call is answered right after it, and nothing else is."""
    waiting: set[str] = set()
    for place, message in enumerate(request["messages"]):
        where = f"messages.[{place}].role"
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting:
                yield Refusal(
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceding message with 'tool_calls'.",
                    where,
                )
            waiting.discard(str(message.get("tool_call_id")))
            continue
        if waiting:
            yield _unanswered(waiting, where)
        calls: list[Json] = message.get("tool_calls") or []
        waiting = {str(c["id"]) for c in calls}
    if waiting:
        yield _unanswered(waiting, "messages")


def _unanswered(waiting: set[str], where: str) -> Refusal:
    return Refusal(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        f"each 'tool_call_id'. Missing: {', '.join(sorted(waiting))}",
        where,
    )


def _tools(request: Json) -> Iterator[Refusal]:
    tools: Sequence[Json] | None = request.get("tools")
    if tools is None:
        return
    if not 0 < len(tools) <= _MOST_TOOLS:
        yield Refusal("Invalid 'tools': wrong number of tools.", "tools")
    seen: set[str] = set()
    for place, tool in enumerate(tools):
        where = f"tools[{place}].function"
        function = tool.get("function")
        if tool.get("type") != "function" or not isinstance(function, dict):
            yield Refusal("Missing required parameter: 'tools[].function'.", where)
            return
        yield from _function(function, where)
        if function["name"] in seen:
            yield Refusal(f"Tool names must be unique: {function['name']}", f"{where}.name")
        seen.add(function["name"])


def _function(function: Json, where: str) -> Iterator[Refusal]:
    if not _NAME.fullmatch(str(function.get("name", ""))):
        yield Refusal(
            f"Invalid '{where}.name': string does not match pattern.",
            f"{where}.name",
            "invalid_value",
        )
    if len(function.get("description") or "") > _LONGEST_DESCRIPTION:
        yield Refusal(
            f"Invalid '{where}.description': string too long.",
            f"{where}.description",
            "string_above_max_length",
        )
    complaint = _schema(function.get("parameters", {"type": "object"}))
    if complaint:
        yield Refusal(
            f"Invalid schema for function '{function['name']}': {complaint}",
            f"{where}.parameters",
            "invalid_function_parameters",
        )


def _schema(schema: Json) -> str | None:
    if schema.get("type") != "object":
        return "schema must be a JSON Schema of 'type: \"object\"'"
    if any(word in schema for word in _ONLY_BELOW_THE_TOP):
        return f"schema must not have {'/'.join(_ONLY_BELOW_THE_TOP)} at the top level"
    if (wrong := _unsound(json.dumps(schema))) is not None:
        return wrong
    return "array schema missing items" if _bare_array(schema) else None


@cache
def _unsound(schema: str) -> str | None:
    """Return what is wrong with a schema as such; the same ones come with every request."""
    try:
        Draft202012Validator.check_schema(json.loads(schema))
    except SchemaError as error:
        return error.message
    return None


def _bare_array(schema: Any) -> bool:
    """Return whether a list without a declared element type is anywhere in a schema."""
    if isinstance(schema, list):
        return any(_bare_array(v) for v in cast("list[Any]", schema))
    if not isinstance(schema, dict):
        return False
    fields = cast("Json", schema)
    bare = fields.get("type") == "array" and "items" not in fields
    return bare or any(_bare_array(v) for v in fields.values())
