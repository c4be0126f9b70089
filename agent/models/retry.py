"""The one retry loop, and what answers when a model does not: the next one in the list.

A model is tried up to three times, with pauses that grow and vary, and never again once part of its
answer was shown. A model that failed three requests running is left out for a minute.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from agent.models.port import Model, ModelError, ModelReply, ModelRequest, OnText

_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0
_PATIENCE_SECONDS = 20.0  # after that a retry would come too late for whoever waits
_FAILURES_TO_OPEN = 3
_OPEN_SECONDS = 60.0
_OUR_FAULT = frozenset({"context", "bad_request"})  # says nothing about the model's health


class Breaker:
    """Remembers, for this process, which models are failing, by name."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._open_until: dict[str, float] = {}

    def allows(self, name: str) -> bool:
        """Return whether a model should be asked; after a minute one request may try it again."""
        until = self._open_until.get(name)
        if until is None:
            return True
        if self._clock() < until:
            return False
        self._open_until[name] = self._clock() + _OPEN_SECONDS  # others wait for this one's result
        return True

    def failed(self, name: str) -> None:
        """Count a request a model could not answer."""
        self._failures[name] = self._failures.get(name, 0) + 1
        if self._failures[name] >= _FAILURES_TO_OPEN:
            self._open_until[name] = self._clock() + _OPEN_SECONDS

    def answered(self, name: str) -> None:
        """Forget a model's failures."""
        self._failures.pop(name, None)
        self._open_until.pop(name, None)


@dataclass(frozen=True)
class Pace:
    """Time as the loop sees it; handed in so that tests need not wait."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


_BREAKER = Breaker()


@dataclass
class Fallbacks:
    """Models in order of preference, behind the port: the first one that can answer does."""

    models: Sequence[Model]
    breaker: Breaker
    pace: Pace
    name: str = field(init=False)
    knows_tools: bool = field(init=False)

    def __post_init__(self) -> None:
        """Take the name of the model that was chosen; a reply names the one that answered."""
        self.name = self.models[0].name
        self.knows_tools = all(m.knows_tools for m in self.models)

    async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:
        """Answer one request with the first model that can.

        Raises:
            ModelError: none could, or one broke off after part of its answer was shown.
        """
        first: ModelError | None = None
        for model in self.models:
            untried_last = first is None and model is self.models[-1]
            if not self.breaker.allows(model.name) and not untried_last:
                continue
            try:
                return await self._answer(model, request, on_text)
            except ModelError as error:
                if error.text_shown:
                    raise
                first = first or error  # the chosen model's trouble is the one to tell of
        raise first or ModelError("no model to ask", kind="unavailable", retryable=False)

    async def _answer(self, model: Model, request: ModelRequest, on_text: OnText) -> ModelReply:
        """Ask one model and remember how it went."""
        try:
            reply = await self._patiently(model, request, on_text)
        except ModelError as error:
            if error.kind not in _OUR_FAULT:
                self.breaker.failed(model.name)
            raise
        self.breaker.answered(model.name)
        return replace(reply, model=model.name)

    async def _patiently(self, model: Model, request: ModelRequest, on_text: OnText) -> ModelReply:
        began = self.pace.clock()
        for attempt in range(1, _ATTEMPTS):
            try:
                return await model.reply(request, on_text)
            except ModelError as error:
                pause = self._pause(error, attempt)
                waited = self.pace.clock() - began
                if pause is None or waited + pause > _PATIENCE_SECONDS:
                    raise
                await self.pace.sleep(pause)
        return await model.reply(request, on_text)

    def _pause(self, error: ModelError, attempt: int) -> float | None:
        """Return the seconds before the next attempt, None when there should be none."""
        if not error.retryable or error.text_shown:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= _LONGEST_PAUSE_SECONDS else None
        return _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * (0.5 + self.pace.chance())


def with_fallbacks(
    models: Sequence[Model], *, breaker: Breaker | None = None, pace: Pace | None = None
) -> Model:
    """Return models as one: the first, helped by the others in order.

    Args:
        models: at least one, in order of preference.
        breaker: who remembers failing models; this process's own when not given.
        pace: clock, sleep and chance.
    """
    return Fallbacks(list(models), breaker or _BREAKER, pace or Pace())
