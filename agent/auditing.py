"""`coffeestudio audit`: the log as lines, and whether it is whole."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from agent.turns import Engine
from agent.wiring import who
from db.queries import audit
from db.session import Actor


async def newest(
    engine: Engine, email: str | None, limit: int, *, as_json: bool
) -> AsyncGenerator[str]:
    """Yield the newest entries a member may see, newest first."""
    database = engine.services.database
    asker = await who(database, email)
    async with database.reading(Actor.member(asker.id)) as session:
        for entry in await audit.recent(session, limit=limit):
            yield _as_json(entry) if as_json else _as_line(entry)


def _as_line(entry: audit.LogEntry) -> str:
    about = f"{entry.entity} #{entry.record_id}" if entry.entity else entry.call_id or ""
    changed = ", ".join(
        f"{k}: {(entry.before or {}).get(k)} → {v}"
        for k, v in (entry.after or {}).items()
        if (entry.before or {}).get(k) != v
    )
    said = changed or json.dumps(entry.detail or {}, ensure_ascii=False, default=str)
    return f"{entry.at:%Y-%m-%d %H:%M:%S} {entry.actor} {entry.kind} {about} {said}"[:400]


def _as_json(entry: audit.LogEntry) -> str:
    from dataclasses import asdict

    return json.dumps(asdict(entry), ensure_ascii=False, default=str)


async def problems(engine: Engine) -> list[str]:
    """Return what is wrong with the log, one sentence each; empty when it is whole."""
    async with engine.services.database.reading(Actor.system("audit")) as session:
        found: list[Any] = list(await audit.verify(session))
    return [str(p) for p in found]
