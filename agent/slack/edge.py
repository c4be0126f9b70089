"""Where Slack's world ends: what is away is waited for, what is alien is refused, all is logged.

A log line says what kind of thing it was and where in the code it ended; never a word of what was
sent, as that is members' text, and bodies and headers carry tokens.
"""

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from db.session import DatabaseUnavailable

Listener = Callable[..., Awaitable[None]]
ANYTHING = re.compile(".*", re.DOTALL)
_OURS = str(Path(__file__).parents[1])
_PATIENCE, _PATIENCE_SECONDS = 120, 1.0
_log = structlog.get_logger()


class AlienError(Exception):
    """Slack would not send this: fields are missing, of another kind, or somebody else's."""


ALIEN = (ValidationError, AlienError)
# What Bolt's own reading of a body raises when it is no JSON, no text, or not of the usual shape.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def patiently(listener: Listener) -> Listener:
    """Return a listener that waits while the database is away; Slack is answered when it is back.

    Slack gives an event up after a few deliveries; whoever holds one must not.
    """

    @wraps(listener)
    async def patient(*args: Any, **given: Any) -> None:
        for _ in range(_PATIENCE):
            try:
                return await listener(*args, **given)
            except DatabaseUnavailable as error:
                _log.warning("waiting for the database", error=str(error))
                await asyncio.sleep(_PATIENCE_SECONDS)
        return await listener(*args, **given)

    return patient


def is_alien(error: Exception) -> bool:
    """Whether it is what was sent that is wrong: our readers say so, or Bolt never got to us."""
    if isinstance(error, ALIEN):
        return True
    ours = any(f.filename.startswith(_OURS) for f in traceback.extract_tb(error.__traceback__))
    return isinstance(error, UNREADABLE) and not ours


def noted(error: Exception) -> None:
    """Log that something Slack sent came to nothing."""
    what = error.title if isinstance(error, ValidationError) else type(error).__name__
    where = traceback.extract_tb(error.__traceback__)
    at = f"{Path(where[-1].filename).name}:{where[-1].lineno}" if where else "?"
    if is_alien(error):
        _log.warning("not understood", what=what, at=at)
    else:
        _log.error("listener failed", what=what, at=at)


class Discreet(logging.Filter):
    """Leaves of a library's line where it was written and how bad it is: its words hold bodies."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the words out."""
        error = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.funcName}:{record.lineno} {error.__name__ if error else ''}".strip()
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


def discreet_logger() -> logging.Logger:
    """Return the logger Bolt and its socket copy theirs from."""
    logger = logging.getLogger("agent.slack.library")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(Discreet())
    return logger
