"""The shapes of OpenAI's chat completions: a whole answer, and the same answer in chunks."""

import json
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from tests.standins.model_script import Call, Say

Json = dict[str, Any]
_CREATED = 1_790_000_000


def tokens(thing: Any) -> int:
    return max(1, len(json.dumps(thing, ensure_ascii=False)) // 4)


def _usage(asked: Json, step: Say) -> Json:
    tokens_in = tokens(asked["messages"]) + tokens(asked.get("tools", []))
    tokens_out = tokens(step.text) + sum(tokens(c.text) for c in step.calls)
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": step.cached_tokens},
    }


def _finish(step: Say) -> str:
    return step.finish or ("tool_calls" if step.calls else "stop")


def _call_id(call: Call, place: int) -> str:
    return call.id or f"call_{place}"


def plain(asked: Json, step: Say) -> Json:
    message: Json = {"role": "assistant", "content": step.text or None}
    if step.calls:
        message["tool_calls"] = [
            {
                "id": _call_id(call, place),
                "type": "function",
                "function": {"name": call.name, "arguments": call.text},
            }
            for place, call in enumerate(step.calls)
        ]
    return {
        "id": "chatcmpl-stand-in",
        "object": "chat.completion",
        "created": _CREATED,
        "model": asked["model"],
        "choices": [{"index": 0, "finish_reason": _finish(step), "message": message}],
        "usage": _usage(asked, step),
    }


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[n : n + size] for n in range(0, len(text), size))


def deltas(step: Say) -> Iterator[Json]:
    """The answer in deltas: the role, text in pieces, then each call's name and its arguments."""
    yield {"role": "assistant", "content": ""}
    for piece in _pieces(step.text, step.piece):
        yield {"content": piece}
    for place, call in enumerate(step.calls):
        begun = {"name": call.name, "arguments": ""}
        head = {"index": place, "id": _call_id(call, place), "type": "function", "function": begun}
        yield {"tool_calls": [head]}
        for piece in _pieces(call.text, step.piece):
            yield {"tool_calls": [{"index": place, "function": {"arguments": piece}}]}


def chunk(asked: Json, delta: Json, finish: str | None = None) -> Json:
    return {
        "id": "chatcmpl-stand-in",
        "object": "chat.completion.chunk",
        "created": _CREATED,
        "model": asked["model"],
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


async def stream(asked: Json, step: Say) -> AsyncIterator[Json | str]:
    for delta in deltas(step):
        yield chunk(asked, delta)
    yield chunk(asked, {}, _finish(step))
    options: Json = asked.get("stream_options") or {}
    if options.get("include_usage"):
        yield chunk(asked, {}) | {"choices": [], "usage": _usage(asked, step)}
    yield "[DONE]"


def embedded(model: str, texts: list[str]) -> Json:
    """Return vectors as a provider gives them: texts of the same words lie near each other."""
    data = [
        {"object": "embedding", "index": n, "embedding": _vector(text)}
        for n, text in enumerate(texts)
    ]
    used = sum(tokens(text) for text in texts)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _vector(text: str) -> list[float]:
    counts = [0.0] * 16
    for word in text.casefold().split():
        counts[zlib.crc32(word.encode()) % 16] += 1.0
    length = sum(x * x for x in counts) ** 0.5 or 1.0
    return [x / length for x in counts]
