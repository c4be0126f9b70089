"""Reading a document in a process of its own, with bounded memory and time.

A bomb, an endless loop or a crash of a parser ends that process and nothing else.
"""

import asyncio
import base64
import json
import signal
import sys
from pathlib import Path
from typing import Any

import structlog

import knowledge
from knowledge.reading.child import CPU_SECONDS
from knowledge.reading.document import ReadDocument
from knowledge.reading.kinds import kind_of
from knowledge.reading.mail import Attachment
from knowledge.reading.pieces import Piece
from knowledge.reading.unreadable import UnreadableError, Why

SECONDS = 90
_ROOT = Path(knowledge.__file__).parents[1]
# All it is told of this machine: no key, no address. It may write no file, so no bytecode either.
_ENVIRONMENT = {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_log = structlog.get_logger()


async def read_document(name: str, data: bytes, *, trusted_name: bool = True) -> ReadDocument:
    """Read a document without letting it harm this process.

    Args:
        name: as people call it.
        data: what it holds.
        trusted_name: False for what comes from the web, where a name says little.

    Raises:
        UnreadableError: with the reason.
    """
    kind_of(name, data, trusted_name=trusted_name)  # what can be said at once costs no process
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "knowledge.reading.child",
        name,
        "named" if trusted_name else "guessed",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=_ENVIRONMENT,
    )
    try:
        told, complaint = await asyncio.wait_for(process.communicate(data), SECONDS)
    except TimeoutError as error:
        raise UnreadableError(Why.TOO_SLOW, most=SECONDS) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if complaint.strip():
        _log.warning("document reader", complained=complaint.decode(errors="replace")[-400:])
    if process.returncode:
        raise _ended(process.returncode)
    return _read(json.loads(told))


def _ended(code: int) -> UnreadableError:
    """Return why a process that died without an answer did so."""
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return UnreadableError(Why.TOO_SLOW, most=CPU_SECONDS)
    return UnreadableError(Why.BROKEN)


def _read(answer: dict[str, Any]) -> ReadDocument:
    if "why" in answer:
        raise UnreadableError(Why(answer["why"]), **answer["values"])
    pieces = [
        Piece(place, tuple(path), body, page, tuple(refs))
        for place, path, body, page, refs in answer["pieces"]
    ]
    attached = [Attachment(n, base64.b64decode(b)) for n, b in answer["attachments"]]
    told = answer["media_type"], answer["title"], answer["lang"]
    return ReadDocument(*told, pieces, attached, answer["own"])
