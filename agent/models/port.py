"""What the agent asks of a model, whichever it is: one request in, one reply out.

Two adapters implement `Model`: `litellm_model` (any provider) and `offline` (the planner).
Messages are the plain OpenAI chat shape, because every provider and every stand-in speaks it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

Json = dict[str, Any]
OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class ProposedCall:
    """A tool call as a model proposes it.

    `arguments` is None when what the model wrote is not a JSON object; `raw` is then its text.
    `doubtful`: who proposes it did not understand the whole message; a change then needs a card.
    """

    id: str
    name: str
    arguments: Json | None
    raw: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Usage:
    """Tokens and cost of one model call; cost is None when the price is unknown, never 0."""

    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost_usd: Decimal | None = None


@dataclass(frozen=True)
class ModelRequest:
    """One question to a model.

    Attributes:
        system: the system prompt, byte-stable and first.
        messages: OpenAI-shaped messages (user, assistant with tool_calls, tool), oldest first.
        tools: OpenAI-shaped function schemas this member may use.
        locale: the member's language, de, en or es.
        today: the member's today (Europe/Berlin).
    """

    system: str
    messages: list[Json]
    tools: list[Json]
    locale: Literal["de", "en", "es"]
    today: date


@dataclass(frozen=True)
class ModelReply:
    """What came back: text, calls, or both. `model` names who answered.

    `read` is what the answerer looked up in our records by itself, so that its text may name it;
    an answer that says `read` is not streamed.
    """

    text: str
    calls: list[ProposedCall] = field(default_factory=list[ProposedCall])
    finish: str = "stop"
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    read: tuple[str, ...] = ()


class Model(Protocol):
    """A model, seen from the agent.

    Attributes:
        name: who answers.
        knows_tools: it knows every tool by itself, so none has to be described to it.
    """

    name: str
    knows_tools: bool

    async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:
        """Answer one request, passing text to `on_text` as it arrives.

        Raises:
            ModelError: with `retryable`, `kind` and whether text had already been shown.
        """
        ...


class ModelError(Exception):
    """The model could not answer.

    Attributes:
        kind: rate_limit, timeout, unavailable, cut, empty, context, auth, bad_request.
        retryable: the same request may work a moment later.
        text_shown: part of an answer already reached the member, so it is not asked again.
        retry_after: seconds the provider asked us to wait, when it said so.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        retryable: bool,
        text_shown: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retryable = retryable
        self.text_shown = text_shown
        self.retry_after = retry_after
