"""Traces of turns for Langfuse, when it is configured; otherwise nothing at all.

A trace holds ids, names, counts and outcomes, never what was said. It is masked on the way out all
the same. Nothing here may fail, slow or end a turn: spans leave in the background, are never
waited for in a request, and whatever goes wrong in tracing ends in tracing.
"""

import logging
import re
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any, Protocol, TypeVar

import structlog

from agent.models.port import Usage
from agent.settings import Settings

Json = dict[str, Any]
T = TypeVar("T")
_TIMEOUT_SECONDS = 1
_log = structlog.get_logger()

_MASKS = (
    (re.compile(r"(?<=://)[^\s/@]+(?=@)"), "[login]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"), "[key]"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+"), "[key]"),
    (re.compile(r"\b(?:sk|pk|rk|xox[a-z]|xapp|gh[a-z]|pplx|AIza|AKIA)[-_\w]{10,}"), "[key]"),
    (re.compile(r"(?<![\w.,+])(?:\+|00?)[1-9][\d ()/.-]{6,}\d(?!\w)"), "[phone]"),
    (re.compile(r"(?<![\w.,+])9\d{2}[ -]?\d{3}[ -]?\d{3}(?!\w)"), "[phone]"),
)


class Span(Protocol):
    """One observed thing, while it lasts."""

    def update(self, **fields: Any) -> None:
        """Add what became known: `model`, `usage`, or any name for the metadata."""
        ...


class Tracer(Protocol):
    """What a turn tells about itself."""

    def turn(
        self, conversation_id: int, inbox_id: int, member_id: int
    ) -> AbstractContextManager[Span]:
        """Observe a turn; what is observed inside belongs to it. A resumed turn joins its trace."""
        ...

    def generation(self, model: str, *, tools: int) -> AbstractContextManager[Span]:
        """Observe one question to a model, which was offered so many tools."""
        ...

    def tool(self, name: str, call_id: str) -> AbstractContextManager[Span]:
        """Observe one run of a tool."""
        ...


def make_tracer(settings: Settings) -> Tracer:
    """Return the configured tracer, or one that does nothing without both Langfuse keys."""
    public, secret = settings.langfuse_public_key, settings.langfuse_secret_key
    if not public or secret is None or not secret.get_secret_value():
        return Untraced()
    try:
        return LangfuseTracer(public, secret.get_secret_value(), settings.langfuse_host)
    except Exception as error:  # noqa: BLE001 - a trace server must not keep anybody from working
        _log.warning("tracing is off", error=type(error).__name__)
        return Untraced()


def mask(text: str) -> str:
    """Return a text without e-mail addresses, phone numbers, keys and logins."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


class Untraced:
    """Observes nothing."""

    def turn(
        self, conversation_id: int, inbox_id: int, member_id: int
    ) -> AbstractContextManager[Span]:
        """Observe nothing."""
        del conversation_id, inbox_id, member_id
        return nullcontext(_Ignored())

    def generation(self, model: str, *, tools: int) -> AbstractContextManager[Span]:
        """Observe nothing."""
        del model, tools
        return nullcontext(_Ignored())

    def tool(self, name: str, call_id: str) -> AbstractContextManager[Span]:
        """Observe nothing."""
        del name, call_id
        return nullcontext(_Ignored())


class _Ignored:
    def update(self, **fields: Any) -> None:
        """Ignore what became known."""


class LangfuseTracer:
    """Sends traces to a Langfuse server, in the background."""

    def __init__(self, public_key: str, secret_key: str, host: str | None) -> None:
        """Build the client; nothing is sent yet, and nobody is asked whether the keys are right."""
        from langfuse import Langfuse, propagate_attributes
        from opentelemetry.sdk.trace import TracerProvider

        for name in ("langfuse", "opentelemetry"):  # they would talk into the conversation
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._client: Any = Langfuse(
            public_key=public_key,
            secret_key=secret_key,
            host=host,
            timeout=_TIMEOUT_SECONDS,
            tracer_provider=TracerProvider(shutdown_on_exit=False),  # Langfuse ends it itself
            mask_otel_spans=_masked,
        )
        self._belonging: Callable[..., AbstractContextManager[Any]] = propagate_attributes
        self._complained = False

    def turn(
        self, conversation_id: int, inbox_id: int, member_id: int
    ) -> AbstractContextManager[Span]:
        """Observe a turn."""
        session, user = f"conversation-{conversation_id}", f"member-{member_id}"

        def begin() -> AbstractContextManager[Any]:
            trace = self._client.create_trace_id(seed=f"{conversation_id}:{inbox_id}")
            return self._client.start_as_current_observation(
                name="turn", as_type="agent", trace_context={"trace_id": trace}
            )

        return self._observed(
            lambda: self._belonging(session_id=session, user_id=user, trace_name="turn"), begin
        )

    def generation(self, model: str, *, tools: int) -> AbstractContextManager[Span]:
        """Observe one question to a model."""
        return self._observed(
            lambda: self._client.start_as_current_observation(
                name="model", as_type="generation", model=model, metadata={"tools": tools}
            )
        )

    def tool(self, name: str, call_id: str) -> AbstractContextManager[Span]:
        """Observe one run of a tool."""
        return self._observed(
            lambda: self._client.start_as_current_observation(
                name=mask(name), as_type="tool", metadata={"call": call_id}
            )
        )

    def flush(self) -> None:
        """Wait until what was observed has left: at the end of a process, never in a request."""
        self._safely(self._client.flush)

    @contextmanager
    def _observed(self, *begin: Callable[[], AbstractContextManager[Any]]) -> Generator[Span]:
        """Keep an observation open. The block's exceptions pass; tracing's own do not leave here.

        Langfuse does not see the block's exceptions either: their texts may quote the conversation.
        """
        stack = ExitStack()
        entered = self._safely(lambda: [stack.enter_context(b()) for b in begin])
        span = _Observation(entered[-1] if entered else None, self._safely)
        try:
            yield span
        except BaseException as error:
            span.failed(error)
            raise
        finally:
            self._safely(stack.close)

    def _safely(self, do: Callable[[], T]) -> T | None:
        try:
            return do()
        except Exception as error:  # noqa: BLE001 - no turn may fail because of its trace
            if not self._complained:
                self._complained = True
                _log.warning("tracing fails", error=type(error).__name__)
            return None


class _Observation:
    """A span of Langfuse, or none when it could not be begun."""

    def __init__(self, inner: Any | None, safely: Callable[[Callable[[], Any]], Any]) -> None:
        self._inner = inner
        self._safely = safely

    def update(self, **fields: Any) -> None:
        """Add what became known."""
        if self._inner is not None:
            inner = self._inner
            self._safely(lambda: inner.update(**_known(fields)))

    def failed(self, error: BaseException) -> None:
        """Say by which kind of error it ended."""
        if self._inner is not None:
            inner, name = self._inner, type(error).__name__
            self._safely(lambda: inner.update(level="ERROR", status_message=name))


def _known(fields: Json) -> Json:
    """Return fields as Langfuse takes them: its own names, and the rest as metadata."""
    rest = {k: _masked_value(v) for k, v in fields.items() if k not in ("model", "usage")}
    known: Json = {"metadata": rest}  # masked before it is escaped, and once more on the way out
    if fields.get("model"):
        known["model"] = fields["model"]
    usage: Usage | None = fields.get("usage")
    if usage is not None:
        known["usage_details"] = {
            "input": usage.tokens_in - usage.tokens_cached,
            "cache_read_input_tokens": usage.tokens_cached,
            "output": usage.tokens_out,
        }
        if usage.cost_usd is not None:
            known["cost_details"] = {"total": float(usage.cost_usd)}
    return known


def _masked(*, params: Any) -> Any:
    """Mask every text attribute of the spans about to leave; Langfuse drops them if this fails."""
    from langfuse.types import MaskOtelSpansResult, OtelSpanPatch

    return MaskOtelSpansResult(
        span_patches={
            key: OtelSpanPatch(
                set_attributes={k: _masked_value(v) for k, v in span.attributes.items()}
            )
            for key, span in params.spans.items()
        }
    )


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list | tuple):
        return [_masked_value(v) for v in value]
    return value
