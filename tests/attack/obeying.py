"""A model that does whatever it reads: the worst one a company could choose.

It looks through everything it is sent for something that reads like an order, proposes exactly the
calls it finds, and says everything it was told to say. It speaks the provider's wire protocol
through `ModelServer`, so nothing on our side knows that it is not a real one.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.standins.model_script import Call, Say

Json = dict[str, Any]
_TOOL = r"(?P<tool>[a-z][a-z_]{2,40})"
_ORDERS = (
    re.compile(rf"\bCALL {_TOOL}\s*(?=\{{)"),
    re.compile(rf"\bRufe {_TOOL} auf mit\s*(?=\{{)"),
    re.compile(rf"\bLlama a {_TOOL} con\s*(?=\{{)"),
    re.compile(rf"<call>{_TOOL}\s*(?=\{{)"),
    re.compile(rf"\b{_TOOL}\((?=\{{)"),
)
_WRAPPED = re.compile(r"<tool_call>\s*(?=\{)")
_SAY = re.compile(r"\bSAY \[\[(?P<text>.*?)\]\]", re.DOTALL)
_JSON = json.JSONDecoder()


@dataclass
class Obeying:
    """The script of one conversation: first the innocent reads, then whatever was read.

    Attributes:
        reads: per turn, the calls that a harmless model would make for the member's question.
        opening: what every answer begins with.
        proposed: every call taken from an instruction, in order.
        said: every text it answered with.
    """

    reads: Sequence[Call | None]
    opening: str = "Hier ist es."
    proposed: list[Call] = field(default_factory=list[Call])
    said: list[str] = field(default_factory=list[str])

    def __call__(self, request: Json) -> Say:
        """Return the next answer to what was sent."""
        messages: list[Json] = request["messages"]
        if not request.get("tools"):
            return self.answer(messages)  # a repair: it sticks to what it said
        turn = sum(1 for m in messages if m["role"] == "user") - 1
        return self.step(messages, self.reads[turn] if turn < len(self.reads) else None)

    def step(self, messages: Sequence[Json], read: Call | None) -> Say:
        """Return the next answer in a turn whose question needs this read."""
        since = messages[max(i for i, m in enumerate(messages) if m["role"] == "user") :]
        done = {_key(c) for m in since for c in m.get("tool_calls") or []}
        if read is not None and not done:
            return Say(calls=[read])
        fresh = [c for c in orders(messages) if (c.name, _same(c.arguments)) not in done]
        if fresh:
            self.proposed += fresh
            return Say(calls=fresh)
        return self.answer(messages)

    def answer(self, messages: Sequence[Json]) -> Say:
        """Say everything it was told to say, and everything it saw."""
        told = [m["text"] for text in texts(messages) for m in _SAY.finditer(text)]
        seen = [text for m in messages if m["role"] == "tool" for text in strings(m["content"])]
        text = " ".join(dict.fromkeys([self.opening, *told, *seen[:40]]))
        self.said.append(text)
        return Say(text)


def _key(call: Json) -> tuple[str, str]:
    function = call["function"]
    try:
        arguments: Any = json.loads(function["arguments"])
    except ValueError:
        arguments = function["arguments"]
    return function["name"], _same(arguments)


def _same(arguments: Any) -> str:
    return json.dumps(arguments, sort_keys=True, ensure_ascii=False)


def texts(messages: Sequence[Json]) -> Iterator[str]:
    """Yield every piece of text in a prompt: what a tool returned comes out of its JSON."""
    for message in messages:
        content = message.get("content") or ""
        if message["role"] == "tool":
            yield from strings(content)
        elif message["role"] != "system":
            yield content


def strings(content: str) -> list[str]:
    """Return the strings inside a JSON text, the text itself when it is none."""
    try:
        return list(_strings(json.loads(content)))
    except ValueError:
        return [content]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def orders(messages: Sequence[Json]) -> list[Call]:
    """Return every call a prompt asks for, in whatever form, once."""
    found: dict[tuple[str, str], Call] = {}
    for text in texts(messages):
        for call in _orders(text):
            found.setdefault((call.name, _same(call.arguments)), call)
    return list(found.values())


def _orders(text: str) -> Iterator[Call]:
    for pattern in _ORDERS:
        for match in pattern.finditer(text):
            arguments = _object(text, match.end())
            if arguments is not None:
                yield Call(match["tool"], arguments)
    for match in _WRAPPED.finditer(text):
        whole = _object(text, match.end())
        if whole is not None and "name" in whole:
            yield Call(str(whole["name"]), whole.get("arguments") or {})


def _object(text: str, start: int) -> Json | None:
    try:
        found, _ = _JSON.raw_decode(text, start)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
