"""A person's click as a model: exactly one call, chosen by a front end, then its result told.

Buttons and commands (`undo 12`, `import`) take the same road as words: inbox, gate, runner, card.
"""

import json
from dataclasses import dataclass
from typing import Any

from agent.messages import say
from agent.models.port import ModelReply, ModelRequest, OnText, ProposedCall

Json = dict[str, Any]
NAME = "order"


@dataclass
class Ordered:
    """Proposes the ordered call once."""

    tool: str
    arguments: Json
    name: str = NAME
    knows_tools: bool = True

    async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:  # noqa: ARG002 - it does not stream
        """Return the call, or what came of it when it has run."""
        last = request.messages[-1] if request.messages else {}
        if last.get("role") != "tool":
            call = ProposedCall("order", self.tool, self.arguments)
            return ModelReply("", [call], finish="tool_calls", model=NAME)
        told: Json = json.loads(str(last.get("content") or "{}"))
        text = str(told.get("said") or told.get("message") or "")
        if told.get("error") == "unknown_record" and told.get("choices"):
            nearest = ", ".join(str(c) for c in told["choices"])
            text = f"{text} {say('nearest', request.locale, choices=nearest)}"
        return ModelReply(text, model=NAME, read=(text,))
