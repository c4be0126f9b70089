"""What went wrong with a provider, in our own words: LiteLLM's exceptions to `ModelError`.

A provider's sentence may quote the key or the conversation, so none of it is kept: only the kind,
the HTTP status, the exception's class and, when they look like identifiers, its code and parameter.
"""

import re
from typing import Any

from agent.models.port import ModelError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]]{0,79}")
_NEVER_WORTH_RETRYING = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_RETRYABLE = frozenset({"rate_limit", "timeout", "unavailable", "cut", "empty"})
_KIND_BY_STATUS = {
    400: "bad_request",
    401: "auth",
    402: "auth",
    403: "auth",
    404: "bad_request",
    408: "timeout",
    413: "context",
    422: "bad_request",
    429: "rate_limit",
    504: "timeout",
}
_NO_KEY = "Missing credentials"  # the client's own words; LiteLLM calls it a status 500
_LOST_CONNECTION = ("Connection", "RemoteProtocol", "ReadError", "MidStream", "ClientPayload")


def failure(error: BaseException, model: str, *, started: bool, text_shown: bool) -> ModelError:
    """Return the port's error for whatever LiteLLM raised.

    Args:
        error: the exception.
        model: configured name of the model asked.
        started: part of the answer had arrived, so a lost connection is a cut answer.
        text_shown: part of it was passed on as text.
    """
    cause = _innermost(error)
    kind = _kind(cause, started=started)
    code = _identifier(_told(cause, "code"))
    retryable = kind in _RETRYABLE and code not in _NEVER_WORTH_RETRYING
    details = (
        f"status {_status(cause)}" if _status(cause) else None,
        type(cause).__name__,
        code,
        _identifier(_told(cause, "param")),
    )
    return ModelError(
        f"{model}: {kind} ({', '.join(d for d in details if d)})",
        kind=kind,
        retryable=retryable,
        text_shown=text_shown,
        retry_after=_retry_after(error) or _retry_after(cause),
    )


def broken(model: str, kind: str, why: str, *, text_shown: bool) -> ModelError:
    """Return the error for an answer that came, but not as an answer: cut, empty, not a stream."""
    return ModelError(
        f"{model}: {kind} ({why})",
        kind=kind,
        retryable=kind in _RETRYABLE,
        text_shown=text_shown,
    )


def _innermost(error: BaseException) -> BaseException:
    """Return what a provider's stream failed with, under LiteLLM's wrapper for a broken stream."""
    inner = getattr(error, "original_exception", None)
    return inner if isinstance(inner, BaseException) else error


def _kind(cause: BaseException, *, started: bool) -> str:
    name = type(cause).__name__
    if _NO_KEY in str(cause):
        return "auth"
    if isinstance(cause, TimeoutError) or "Timeout" in name:
        return "timeout"
    if name == "ContextWindowExceededError" or _told(cause, "code") == "context_length_exceeded":
        return "context"
    if started and any(part in name for part in _LOST_CONNECTION):
        return "cut"
    return _KIND_BY_STATUS.get(_status(cause) or 0, "unavailable")


def _status(cause: BaseException) -> int | None:
    found = getattr(cause, "status_code", None)
    return found if isinstance(found, int) else None


def _told(cause: BaseException, what: str) -> Any:
    """Return a field of OpenAI's error object; LiteLLM overwrites the exception's own `code`."""
    body = getattr(cause, "body", None)
    return body.get(what) if isinstance(body, dict) else None


def _identifier(value: Any) -> str | None:
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None


def _retry_after(error: BaseException) -> float | None:
    """Return the seconds a provider asked us to wait; a date is not read, no clock belongs here."""
    response = getattr(error, "response", None)
    for headers in (
        getattr(error, "litellm_response_headers", None),
        getattr(response, "headers", None),
    ):
        if headers is None:
            continue
        for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            seconds = _number(headers.get(name))
            if seconds is not None:
                return seconds * unit
    return None


def _number(value: Any) -> float | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return seconds if 0 <= seconds < float("inf") else None
