"""A model provider on loopback: OpenAI's chat completions, answering from a script.

The program under test reaches it through its base URL and a dummy key and cannot tell it from a
real one: it streams the same chunks, refuses what the real one refuses (`model_rules`) and breaks
the way real ones break. Every request is kept in `requests`.

In a test:

    async with ModelServer([Say("Two bags.")]) as server:
        model = LiteLLMModel("openai/stand-in", base_url=server.base_url, timeout_seconds=5)

As a process, for the command line: `python -m tests.standins.model_server --script FILE --port N`
with a JSON list of steps, each an object with the fields of `Say` or `Fault`; what was asked is at
`GET /requests`.
"""

import argparse
import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.standins.model_rules import Refusal, refusal
from tests.standins.model_script import Fault, Say, Step, step_from
from tests.standins.model_wire import chunk, deltas, embedded, plain, stream, tokens

Json = dict[str, Any]
_LARGEST_BODY = 32 * 1024 * 1024


Script = Sequence["Step | Callable[[Json], Step]"] | Callable[[Json], Step]


class ModelServer:
    """The server; a context manager. `script` is steps in order, or one function for all."""

    def __init__(
        self, script: Script = (), *, port: int = 0, key: str | None = None, context_tokens: int = 0
    ) -> None:
        """Take the script.

        Args:
            script: steps in order (each may be a function of the request), or one function.
            port: 0 for a free one.
            key: the only key accepted; any when None.
            context_tokens: the longest request, at four characters a token; 0 for any.
        """
        self.requests: list[Json] = []
        self.unexpected = 0
        self._steps = None if callable(script) else list(script)
        self._answer = script if callable(script) else None
        self._port = port
        self._key = key
        self._context_tokens = context_tokens
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Where a client finds it."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def unused(self) -> int:
        """How many steps were never asked for; endless ones do not count."""
        return sum(1 for s in self._steps or [] if getattr(s, "times", 1) != math.inf)

    def then(self, *steps: "Step | Callable[[Json], Step]") -> None:
        """Add steps to the script."""
        if self._steps is None:
            message = "the script is one function"
            raise TypeError(message)
        self._steps += steps

    async def start(self) -> Self:
        """Listen."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_post("/v1/chat/completions", self._completions)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_get("/requests", self._requests)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening and drop whoever still waits."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _requests(self, _request: web.Request) -> web.Response:
        return web.json_response(self.requests)

    async def _completions(self, request: web.Request) -> web.StreamResponse:
        refused = self._unwelcome(request)
        try:
            asked: Json = await request.json()
        except json.JSONDecodeError:
            return _error(Refusal("We could not parse the JSON body of your request."))
        self.requests.append(asked)
        refused = refused or refusal(asked) or self._too_long(asked)
        if refused is not None:
            return _error(refused)
        step = self._next(asked)
        if step is None:
            self.unexpected += 1
            return _error(Refusal("the script is at its end", status=500, kind="server_error"))
        if isinstance(step, Fault):
            return await _fail(request, asked, step)
        if not asked.get("stream"):
            return web.json_response(plain(asked, step))
        return await _send(request, stream(asked, step))

    async def _embeddings(self, request: web.Request) -> web.Response:
        refused = self._unwelcome(request)
        asked: Json = await request.json()
        self.requests.append(asked)
        if refused is not None:
            return _error(refused)
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        return web.json_response(embedded(asked["model"], texts))

    def _unwelcome(self, request: web.Request) -> Refusal | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if given and self._key in (None, given):
            return None
        # The real one quotes most of the key; a client must not pass that on.
        return Refusal(
            f"Incorrect API key provided: {given}.",
            code="invalid_api_key",
            status=401,
        )

    def _too_long(self, asked: Json) -> Refusal | None:
        if self._context_tokens and tokens(asked["messages"]) > self._context_tokens:
            return _CONTEXT
        return None

    def _next(self, asked: Json) -> Step | None:
        if self._answer is not None:
            return self._answer(asked)
        if not self._steps:
            return None
        step = self._steps[0]
        if callable(step):
            self._steps.pop(0)
            return step(asked)
        if step.times <= 1:
            self._steps.pop(0)
        else:
            self._steps[0] = replace(step, times=step.times - 1)
        return step


async def _send(request: web.Request, events: AsyncIterator[Json | str]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    with suppress(ConnectionResetError):  # the client gave up, or the script cut the line
        async for event in events:
            data = event if isinstance(event, str) else json.dumps(event)
            await response.write(f"data: {data}\n\n".encode())
        await response.write_eof()
    return response


# --- faults -----------------------------------------------------------------------------------

_CONTEXT = Refusal(
    "This model's maximum context length is 8192 tokens. However, your messages resulted in more. "
    "Please reduce the length of the messages.",
    param="messages",
    code="context_length_exceeded",
)
_REFUSALS: dict[str, Refusal] = {
    "rate_limit": Refusal(
        "Rate limit reached for requests.", None, "rate_limit_exceeded", 429, "requests"
    ),
    "quota": Refusal(
        "You exceeded your current quota.", None, "insufficient_quota", 429, "insufficient_quota"
    ),
    "server": Refusal("The server had an error.", status=500, kind="server_error"),
    "overloaded": Refusal("The engine is overloaded.", status=503, kind="server_error"),
    "auth": Refusal("Incorrect API key provided.", code="invalid_api_key", status=401),
    "context": _CONTEXT,
}


def _error(refused: Refusal, retry_after: str | None = None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return web.json_response(refused.body(), status=refused.status, headers=headers)


async def _fail(request: web.Request, asked: Json, fault: Fault) -> web.StreamResponse:
    if fault.kind in _REFUSALS:
        return _error(_REFUSALS[fault.kind], fault.retry_after)
    if fault.kind == "html":
        page = "<!doctype html><title>Sign in</title><p>Please sign in to the network."
        return web.Response(text=page, content_type="text/html")
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("hang", "empty"):
        return await _send(request, stream(asked, Say()))
    return await _send(request, _broken(request, asked, fault))


async def _broken(request: web.Request, asked: Json, fault: Fault) -> AsyncIterator[Json | str]:
    """Begin an answer (with `fault.text`, if any) and do not end it properly."""
    for delta in deltas(Say(fault.text, fault.calls)):
        yield chunk(asked, delta)
    if fault.kind == "stall":
        await asyncio.sleep(fault.seconds)
    elif fault.kind == "drip":
        while True:  # until the client hangs up
            await asyncio.sleep(fault.seconds)
            yield chunk(asked, {"content": "and "})
    elif fault.kind == "cut" and request.transport is not None:
        await asyncio.sleep(0.02)  # let what was said arrive first
        request.transport.abort()
    elif fault.kind == "error_event":
        yield _REFUSALS["server"].body()


# --- as a process -----------------------------------------------------------------------------


async def serve(steps: Sequence[Step], port: int) -> None:
    """Serve a script until the process is ended."""
    async with ModelServer(steps, port=port) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A scripted model provider on loopback.")
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    steps = [step_from(s) for s in json.loads(given.script.read_text("utf8"))]
    asyncio.run(serve(steps, given.port))


if __name__ == "__main__":
    main()
