"""`coffeestudio ask`, approve, reject, undo: one request after another from a script."""

import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.messages import say
from agent.reply import Reply
from agent.saving import saved
from agent.turn import Silent, Sink
from agent.turns import Engine
from agent.wiring import who
from db.queries.turns import Heard
from tools.context import Asker

Json = dict[str, Any]
FRONT = "ask"


class Request(BaseModel):
    """One line of a batch file; a named thread persists per member."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    id: str = Field(default_factory=lambda: uuid.uuid4().hex[:8])
    text: str
    as_: str | None = Field(default=None, alias="as")
    thread: str | None = None


class BatchError(Exception):
    """A batch line is not a request; the message names the line and what is wrong."""


def read_batch(path: Path) -> list[Request]:
    """Return the requests of a JSON-lines file.

    Raises:
        BatchError: naming the first line that is not a request.
    """
    requests: list[Request] = []
    try:
        lines = path.read_text("utf8").splitlines()
    except UnicodeDecodeError as error:
        raise BatchError(f"{path.name} is not UTF-8 text: {error.reason}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                requests.append(Request.model_validate_json(line))
            except ValueError as error:
                reason = str(error).splitlines()[0]
                raise BatchError(
                    f'{path.name} line {number} is not {{"id","text","as"?,"thread"?}}: {reason}'
                ) from error
    return requests


async def ask(engine: Engine, request: Request, asker: Asker, sink: Sink | None = None) -> Reply:
    """Answer one request in its thread; without a thread, in a conversation of its own."""
    return await _through(
        engine, asker, request.thread or uuid.uuid4().hex, "message", {"text": request.text}, sink
    )


async def ask_all(
    engine: Engine, requests: list[Request], email: str | None
) -> AsyncIterator[tuple[Request, Reply]]:
    """Answer requests in order, each as its own member or the given one."""
    known: dict[str | None, Asker] = {}
    for request in requests:
        address = request.as_ or email
        if address not in known:
            known[address] = await who(engine.services.database, address)
        yield request, await ask(engine, request, known[address])


async def decide(
    engine: Engine, asker: Asker, approval: int, verdict: str, reason: str | None = None
) -> Reply:
    """Approve or reject a card as a member."""
    payload: Json = {"approval": approval, "verdict": verdict, "reason": reason}
    return await _through(engine, asker, "decisions", "decision", payload)


async def undo(engine: Engine, asker: Asker, change_set: int) -> Reply:
    """Take a change set back as a member, by the same road as every other call."""
    text = say("undo_number", asker.locale, number=change_set)
    return await order(engine, asker, text, "undo", {"change_set": change_set})


async def order(
    engine: Engine, asker: Asker, text: str, tool: str, arguments: Json, key: str | None = None
) -> Reply:
    """Run one call a person chose outside a conversation; it meets the same gate and cards.

    Args:
        engine: the turn engine.
        asker: the member who ordered it.
        text: what they would have said.
        tool: which tool.
        arguments: its arguments.
        key: the thread, one of its own when not given.
    """
    payload: Json = {"text": text, "order": {"tool": tool, "arguments": arguments}}
    return await _through(engine, asker, key or uuid.uuid4().hex, "message", payload)


async def _through(
    engine: Engine, asker: Asker, key: str, kind: str, payload: Json, sink: Sink | None = None
) -> Reply:
    reply = await engine.respond(asker, Heard(FRONT, key, kind, payload), sink or Silent())
    services = engine.services
    return saved(reply, services.runner.files, services.settings.reports_dir)


def as_line(request_id: str, reply: Reply) -> str:
    """Return a reply as one line of JSON."""
    return json.dumps(reply.to_json(request_id), ensure_ascii=False, default=str)
