"""From a finished turn to the Reply a front end shows."""

import re
from collections.abc import Sequence
from typing import Any

from agent.grounding import backed
from agent.messages import say
from agent.reply import Card, Reply
from agent.speaking import figures_of
from agent.turn import TurnRun
from tools.errors import AmbiguousRecord, NotAllowed
from tools.outcome import Outcome

Json = dict[str, Any]
_MAX_TABLES = 3


def reply_of(run: TurnRun) -> Reply:
    """Return the answer of a turn: what was said, and what its calls found, changed or await."""
    cards = [card_of(run, o) for o in run.outcomes if o.status == "awaiting"]
    text = "".join(_spaced(run.said)).strip()
    if cards:
        reasons = dict.fromkeys(say(f"why_{c.reason}", run.locale) for c in cards)
        text = " ".join(p for p in (text, say("please_approve", run.locale), *reasons) if p)
    if run.fallback:
        first, second = run.fallback.split(" → ")
        text = f"{say('fallback', run.locale, first=first, second=second)}\n{text}"
    views = [o.view for o in run.outcomes if o.view and o.status == "ok"]
    return Reply(
        text=text or say("done" if run.outcomes else "nothing_said", run.locale),
        language=run.locale,
        outcome=_outcome(run, text),
        tool_calls=[call_json(run, o) for o in run.outcomes],
        tables=[t for v in views[-_MAX_TABLES:] for t in (v.get("table"), *v.get("more", ())) if t],
        cards=cards,
        changes=[dict(c) for o in run.outcomes if o.status == "ok" for c in o.changes],
        sources=_unique([s for v in views for s in v.get("sources", [])]),
        files=[f for v in views for f in v.get("files", [])],
        figures=backed(text, figures_of(run), run.locale),
        unbacked=run.unbacked,
        undo=next((o.change_set_id for o in reversed(run.outcomes) if o.change_set_id), None),
        demo=run.company.demo,
        private=_is_private(run, views),
        model=run.answered_by,
    )


def _is_private(run: TurnRun, views: list[Json]) -> bool:
    """Whether an answer holds prices or personal data: read, changed, or to be changed."""
    tables = [t for v in views for t in (v.get("table"), *v.get("more", ())) if t]
    priced = any(c.get("kind") == "money" for t in tables for c in t["columns"])
    changes = [c for o in run.outcomes for c in o.changes]
    touched = any(_is_private_field(run, c["entity"], c["field"]) for c in changes)
    said = any(
        c.tool in run.services.catalog.tools and _asks_private(run, c.tool, c.arguments or {})
        for m in run.transcript
        if m.inbox_id == run.work.id
        for c in m.calls
    )
    return priced or touched or said or any(o.personal for o in run.outcomes)


def _asks_private(run: TurnRun, tool: str, arguments: Json) -> bool:
    """Whether a call names a private field: as an argument, a column, a measure or a condition."""
    noun = run.services.catalog.tool(tool).noun
    words = {w for text in _texts(arguments) for w in re.split(r"[^a-z_]+", text)}
    return any(_is_private_field(run, noun, w) for w in words)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [t for k, v in value.items() for t in (str(k), *_texts(v))]
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    return [value] if isinstance(value, str) else []


def _is_private_field(run: TurnRun, noun: str, key: str) -> bool:
    entity = run.services.catalog.find_entity(noun)
    if entity is None or not entity.has(key):
        return False
    field = entity.field(key)
    column = entity.model.__table__.columns.get(key)
    personal = column is not None and bool(column.info.get("personal"))
    return personal or entity.kind(field) == "money"


def _spaced(parts: Sequence[str]) -> list[str]:
    return [p if p.endswith((" ", "\n")) else f"{p}\n" for p in parts if p.strip()]


def _unique(sources: list[Json]) -> list[Json]:
    return list({(s["kind"], s["ref"]): s for s in sources}.values())


def call_json(run: TurnRun, outcome: Outcome) -> Json:
    """Return a call as `ask --json` lists it."""
    catalog = run.services.catalog
    tool = catalog.tools.get(outcome.tool)
    stored = next((c for m in run.transcript for c in m.calls if c.id == outcome.call_id), None)
    return {
        "id": outcome.call_id,
        "tool": outcome.tool,
        "verb": tool.verb if tool else None,
        "noun": tool.noun if tool else None,
        "args": (stored.arguments if stored else None) or {},
        "status": "replayed" if outcome.replayed else outcome.status,
    }


def card_of(run: TurnRun, outcome: Outcome) -> Card:
    """Return the card of a call that waits for a person."""
    stored = next((c for m in run.transcript for c in m.calls if c.id == outcome.call_id), None)
    return Card(
        id=int(outcome.approval_id or 0),
        tool=outcome.tool,
        args=(stored.arguments if stored else None) or {},
        digest=str(outcome.data.get("digest", "")),
        changes=[dict(c) for c in outcome.changes],
        reason=str(outcome.data["reason"]),
        expires_at=outcome.data.get("expires_at"),
    )


def _outcome(run: TurnRun, text: str) -> str:
    """Return the one word for how the turn ended."""
    statuses = {o.status for o in run.outcomes}
    if "awaiting" in statuses:
        return "awaiting_approval"
    if run.outcome is not None:
        return run.outcome
    errors = [o.error for o in run.outcomes if o.error is not None]
    if errors and "ok" not in statuses:
        return _failed(errors[-1])
    named = [o.view["outcome"] for o in run.outcomes if o.view and o.view.get("outcome")]
    if named:
        return str(named[-1])
    if not run.outcomes and text.rstrip().endswith("?"):
        return "asked"
    return "partial" if errors or run.unbacked else "answered"


def _failed(error: Exception) -> str:
    if isinstance(error, AmbiguousRecord):
        return "asked"
    return "refused" if isinstance(error, NotAllowed) else "failed"
