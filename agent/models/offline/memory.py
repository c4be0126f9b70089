"""What the conversation has come to: earlier calls, the rows last shown, a question left open."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_KEPT = re.compile(r"(?:\[[^\]\n]+: sha256:[0-9a-f]{64}\]\s*)+")


@dataclass(frozen=True)
class Step:
    """A call made earlier in the conversation, with what came of it.

    Attributes:
        tool: its name.
        arguments: as proposed.
        result: what the model was told; empty when the call never ran.
        fresh: it belongs to the message being answered now.
    """

    tool: str
    arguments: Json
    result: Json
    fresh: bool = False

    @property
    def ok(self) -> bool:
        """Whether the call was done."""
        return bool(self.result) and "error" not in self.result and not self.waiting

    @property
    def waiting(self) -> bool:
        """Whether it waits for a person."""
        return self.result.get("status") == "awaiting_approval"

    @property
    def rows(self) -> list[Json]:
        """The rows it showed."""
        rows = self.result.get("rows")
        return [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []


@dataclass(frozen=True)
class Memory:
    """A transcript, read.

    Attributes:
        words: the member's last message.
        earlier: the member's message before it.
        question: what we asked last, when that was all we did; empty otherwise.
        steps: calls, oldest first.
    """

    words: str = ""
    earlier: str = ""
    question: str = ""
    steps: list[Step] = field(default_factory=list[Step])

    @property
    def fresh(self) -> list[Step]:
        """Calls already made for the message being answered."""
        return [s for s in self.steps if s.fresh]

    @property
    def old(self) -> list[Step]:
        """Calls of earlier messages, oldest first."""
        return [s for s in self.steps if not s.fresh]


def read_memory(messages: Sequence[Json]) -> Memory:
    """Return what a transcript in OpenAI shape holds for the planner."""
    asked = [n for n, m in enumerate(messages) if _is_members(m)]
    last = asked[-1] if asked else -1
    earlier = _text(messages[asked[-2]]) if len(asked) > 1 else ""
    return Memory(
        words=_text(messages[last]) if asked else "",
        earlier=earlier,
        question=_question(messages[asked[-2] + 1 : last]) if len(asked) > 1 else "",
        steps=_steps(messages, last),
    )


def _is_members(message: Json) -> bool:
    """Whether a message is the member's own; notes of the code stand in brackets, as files do."""
    text = _text(message)
    noted = text.startswith("[") and text.endswith("]") and not _KEPT.fullmatch(text)
    return message.get("role") == "user" and not noted


def _text(message: Json) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else ""


def _question(between: Sequence[Json]) -> str:
    """Return our last words when we only asked: nothing was called and they end in a question."""
    if any(m.get("tool_calls") for m in between) or not between:
        return ""
    text = _text(between[-1]).strip()
    return text if "?" in text else ""


def _steps(messages: Sequence[Json], last: int) -> list[Step]:
    results = {
        str(m.get("tool_call_id")): _json(_text(m)) for m in messages if m.get("role") == "tool"
    }
    found: list[Step] = []
    for place, message in enumerate(messages):
        for call in message.get("tool_calls") or []:
            function: Json = call.get("function") or {}
            found.append(
                Step(
                    tool=str(function.get("name", "")),
                    arguments=_arguments(function, fresh=place > last),
                    result=results.get(str(call.get("id")), {}),
                    fresh=place > last,
                )
            )
    return found


def _arguments(function: Json, *, fresh: bool) -> Json:
    """Return a call's arguments; that an earlier one came as a file is not asked for again."""
    arguments = _json(str(function.get("arguments") or "{}"))
    return {k: v for k, v in arguments.items() if fresh or k != "as_file"}


def _json(text: str) -> Json:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
