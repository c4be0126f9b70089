"""What the stand-in for a model provider is told to do: a list of answers and faults."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A tool call to make; a string for arguments is sent as it is, however broken."""

    name: str
    arguments: Json | str = field(default_factory=dict[str, Any])
    id: str | None = None

    @property
    def text(self) -> str:
        """The arguments as they go over the wire."""
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True)
class Say:
    """Answer with text, calls or both; `times` may be `math.inf`, a model that never stops.

    It is streamed in pieces of `piece` characters.
    """

    text: str = ""
    calls: Sequence[Call] = ()
    finish: str | None = None
    cached_tokens: int = 0
    times: float = 1
    piece: int = 5


Kind = Literal[
    "rate_limit",
    "quota",
    "server",
    "overloaded",
    "context",
    "auth",
    "hang",
    "stall",
    "drip",
    "cut",
    "trickle_off",
    "error_event",
    "html",
    "empty",
]


@dataclass(frozen=True)
class Fault:
    """Break in one of the ways real providers do.

    `hang` says nothing, `stall` stops mid-answer, `drip` says a word every `seconds` without end,
    `cut` loses the connection mid-answer, `trickle_off` ends the stream properly but without a
    finish reason, `error_event` reports an error inside the stream, `html` is a proxy's page with
    status 200, `empty` a bare "stop".
    """

    kind: Kind
    text: str = ""
    calls: Sequence[Call] = ()
    seconds: float = 30
    retry_after: str | None = None
    times: float = 1


Step = Say | Fault


def step_from(written: Json) -> Step:
    """Return the step a script file describes: `{"text", "calls", …}` or `{"fault", …}`.

    `"times": "forever"` repeats a step without end.
    """
    fields = dict(written)
    if fields.get("times") == "forever":
        fields["times"] = math.inf
    fields["calls"] = [Call(**c) for c in fields.get("calls", [])]
    if "fault" in fields:
        return Fault(kind=fields.pop("fault"), **fields)
    return Say(**fields)
