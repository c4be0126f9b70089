"""Any provider's model behind our port, through LiteLLM: one streamed call, one kind of error.

LiteLLM is called directly and for one attempt only (`max_retries=0`): `agent.models.retry` holds
the one retry loop. It is imported when the first model is asked, never on the way to the prompt.
"""

import asyncio
import gc
import json
import logging
import warnings
from collections.abc import Awaitable
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from agent.models.failures import broken, failure
from agent.models.port import (
    Json,
    ModelReply,
    ModelRequest,
    OnText,
    ProposedCall,
    Usage,
)
from agent.settings import has_provider_key, quiet_litellm

T = TypeVar("T")
_NO_KEY = "unused"
_QUIET_SHARE = 0.5  # of the time an answer may take: how much may pass without a word


@cache
def _loaded() -> Any:
    """Import LiteLLM and everything its first call would import: seconds, so not in the loop."""
    quiet_litellm()
    with warnings.catch_warnings():  # its own, at import and when its classes are first used
        warnings.simplefilter("ignore")
        module: Any = import_module("litellm")
        import_module("openai.resources")  # 450 modules of the client LiteLLM uses
        module.suppress_debug_info = True
        module.disable_aiohttp_transport = True  # that one leaves connections behind
        hello = [{"role": "user", "content": "hello"}]
        list(module.completion(model="openai/none", messages=hello, stream=True, mock_response="-"))
    logging.getLogger("LiteLLM").setLevel(
        logging.CRITICAL
    )  # it may quote a request; we say what failed
    gc.freeze()  # half a million objects that stay: going through them stops a turn for 300 ms
    return module


async def litellm() -> Any:
    """Return the LiteLLM module, loaded beside the event loop and told to keep quiet."""
    loaded = _loaded.cache_info().currsize
    module = _loaded() if loaded else await asyncio.to_thread(_loaded)
    # Every streamed chunk makes it use something pydantic has deprecated; that is not ours to mend.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"litellm\b")
    return module


async def hang_up() -> None:
    """Close the connections to providers, when there are any."""
    if _loaded.cache_info().currsize:
        module = _loaded()
        await module.close_litellm_async_clients()
        module.in_memory_llm_clients_cache.flush_cache()  # a closed one must not be used again


class LiteLLMModel:
    """A provider's model, named as LiteLLM names it."""

    knows_tools = False

    def __init__(self, name: str, *, base_url: str | None, timeout_seconds: float) -> None:
        """Keep what is needed to ask.

        Args:
            name: LiteLLM's name, for example `openai/gpt-5`.
            base_url: an OpenAI-compatible endpoint, None for the provider's own.
            timeout_seconds: how long we wait for a whole answer; half of it without a word.
        """
        self.name = name
        self._base_url = base_url
        self._timeout = timeout_seconds

    async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:
        """Answer one request, passing text on as it arrives.

        Raises:
            ModelError: whatever went wrong, in our words (see `failures`).
        """
        library = await litellm()
        answer = _Answer(self.name, on_text, _Patience(self._timeout))
        stream = await answer.opened(library.acompletion(**self._question(request)))
        try:
            await answer.heard(stream)
        finally:
            await stream.aclose()
        return answer.whole()

    def _question(self, request: ModelRequest) -> Json:
        question: Json = {
            "model": self.name,
            "messages": _messages(request),
            "stream": True,
            "stream_options": {"include_usage": True},
            "timeout": self._timeout,
            "max_retries": 0,
            "num_retries": 0,
            "_skip_mcp_handler": True,  # with tools it imports a package we do not install
        }
        if request.tools:
            question["tools"] = request.tools
        if self._base_url is not None:
            question["api_base"] = self._base_url
            if not has_provider_key(self.name):
                question["api_key"] = _NO_KEY
        return question


class _Patience:
    """How long we wait for a model. Time spent showing its text to a person does not count."""

    def __init__(self, seconds: float) -> None:
        self._quiet = seconds * _QUIET_SHARE
        self._left = seconds

    async def wait(self, coming: Awaitable[T]) -> T:
        """Wait for the next thing from the model.

        Raises:
            TimeoutError: it did not come in time.
        """
        now = asyncio.get_running_loop().time
        began = now()
        try:
            async with asyncio.timeout(min(self._quiet, self._left)):
                return await coming
        finally:
            self._left -= now() - began


class _Answer:
    """An answer while it arrives."""

    def __init__(self, model: str, on_text: OnText, patience: _Patience) -> None:
        self.model = model
        self.on_text = on_text
        self.patience = patience
        self.started = False
        self.text = ""
        self.calls: dict[int, ProposedCall] = {}
        self.counted: Any = None
        self.finish: str | None = None
        self.kind_of_content = ""

    async def opened(self, coming: Awaitable[Any]) -> Any:
        """Return the stream of a call, or raise why there is none."""
        try:
            return await self.patience.wait(coming)
        except Exception as error:  # noqa: BLE001 - LiteLLM raises anything; all of it is the model's failure
            raise failure(error, self.model, started=False, text_shown=False) from None

    async def heard(self, stream: Any) -> None:
        """Take the stream to its end.

        The chunk with the counts is made by LiteLLM once the server has said all; asking it for
        one more would only have it assemble the answer again, for callbacks we do not use.
        """
        self.kind_of_content = _content_type(stream)
        while not stream.sent_stream_usage and (chunk := await self._next(stream)) is not None:
            self.started = True
            delta = chunk.choices[0].delta if chunk.choices else None
            piece = _piece(delta)
            if piece:
                self.text += piece
                await self.on_text(piece)
            for call in getattr(delta, "tool_calls", None) or ():
                self._add(call)
            if stream.sent_stream_usage:
                self.counted = chunk
        # The wrapper makes up a "stop" when the server sent no reason, so ask what it received.
        self.finish = stream.received_finish_reason or stream.intermittent_finish_reason

    def _add(self, piece: Any) -> None:
        """Take a piece of a call: its id and name come once, its arguments bit by bit."""
        if piece.function is None:
            return
        known = self.calls.get(piece.index) or ProposedCall(id="", name="", arguments=None)
        self.calls[piece.index] = ProposedCall(
            id=piece.id or known.id,
            name=piece.function.name or known.name,
            arguments=None,
            raw=known.raw + (piece.function.arguments or ""),
        )

    async def _next(self, stream: Any) -> Any | None:
        try:
            return await self.patience.wait(anext(stream))
        except StopAsyncIteration:
            return None
        except Exception as error:  # noqa: BLE001 - as above
            started = self.started
            shown = bool(self.text.strip())
            raise failure(error, self.model, started=started, text_shown=shown) from None

    def whole(self) -> ModelReply:
        """Return the reply the stream amounts to.

        Raises:
            ModelError: it broke off, or holds nothing.
        """
        shown = bool(self.text.strip())
        if "html" in self.kind_of_content:
            raise broken(
                self.model, "unavailable", "a web page instead of a stream", text_shown=shown
            )
        named = [call for _, call in sorted(self.calls.items()) if call.name]
        calls = [_call(c, n) for n, c in enumerate(named)]
        if self.finish is None and (self.text or calls):
            raise broken(self.model, "cut", "no finish reason", text_shown=shown)
        if not self.text.strip() and not calls:
            raise broken(self.model, "empty", self.finish or "no finish reason", text_shown=shown)
        return ModelReply(
            text=self.text,
            calls=calls,
            finish=str(self.finish),
            model=self.model,
            usage=_usage(self.counted),
        )


def _messages(request: ModelRequest) -> list[Json]:
    return [{"role": "system", "content": request.system}, *request.messages]


def _content_type(stream: Any) -> str:
    """Return what the server said it sends; empty when LiteLLM does not pass it on."""
    headers: Json | None = stream._hidden_params.get("additional_headers")  # noqa: SLF001 - its only place
    return str((headers or {}).get("llm_provider-content-type", ""))


def _piece(delta: Any) -> str:
    """Return a chunk's text without what no database stores: NUL and half characters."""
    text = delta.content if delta is not None else None
    return _storable(text) if isinstance(text, str) else ""


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf8", "replace").decode("utf8")


def _call(call: ProposedCall, place: int) -> ProposedCall:
    """Return a whole call; arguments that are no JSON object stay as the model wrote them."""
    return ProposedCall(
        id=call.id or f"call_{place}",
        name=_storable(call.name),
        arguments=_arguments(call.raw),
        raw=_storable(call.raw),
    )


def _arguments(raw: str) -> Json | None:
    if not raw.strip():
        return {}  # how several providers write a call without arguments
    try:
        read = json.loads(raw, parse_constant=_not_json)
        json.dumps(read, ensure_ascii=False).encode("utf8")
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and "\\u0000" not in raw else None


def _not_json(name: str) -> Any:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def _usage(counted: Any) -> Usage:
    """Return what LiteLLM counted; the cost is None when it knows no price, never 0."""
    usage = getattr(counted, "usage", None)
    if usage is None:
        return Usage()
    details = getattr(usage, "prompt_tokens_details", None)
    cost = getattr(usage, "cost", None)
    return Usage(
        tokens_in=usage.prompt_tokens or 0,
        tokens_out=usage.completion_tokens or 0,
        tokens_cached=getattr(details, "cached_tokens", None) or 0,
        cost_usd=Decimal(str(cost)) if cost else None,
    )
