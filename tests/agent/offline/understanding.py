"""The planner without a database: names and values are those of the conversations' world."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from agent.models.offline.planner import plan
from agent.models.offline.scene import Call
from agent.models.offline.vocabulary import Vocabulary
from agent.models.port import ModelRequest
from db.enums import Locale
from tools.catalog import catalog
from tools.references import KnownName

Json = dict[str, Any]
TODAY = date(2026, 11, 24)
_WORLD = Path(__file__).parents[2] / "conversations" / "world.json"
_TITLES = {"lot": "code", "shipment": "code"}
_NOUNS = ("member", "port", "region", "cooperative", "roaster", "contact", "lot", "shipment")


@cache
def vocabulary() -> Vocabulary:
    """Return the product's vocabulary."""
    return Vocabulary.of(catalog())


@cache
def known() -> tuple[KnownName, ...]:
    """Return the world's names and known values."""
    world = json.loads(_WORLD.read_text("utf8"))
    found: list[KnownName] = []
    for noun in _NOUNS:
        for number, row in enumerate(world[noun], start=1):
            title = row[_TITLES.get(noun, "name")]
            found.append(KnownName(noun, number, title, (title,)))
            if noun == "shipment":
                found += [KnownName(noun, number, row["bl_number"])] if row["bl_number"] else []
                found += [
                    KnownName("container", number * 10 + n, c["number"])
                    for n, c in enumerate(row["containers"])
                ]
    return (*found, *_values(world))


def _values(world: dict[str, list[Json]]) -> list[KnownName]:
    found: dict[KnownName, None] = {}
    for noun, entity in catalog().entities.items():
        for field in entity.fields:
            short = entity.stored(field) and not field.ref and field.key != entity.title
            if not short or entity.free_text(field) or entity.personal(field):
                continue
            if entity.kind(field) not in {"text", "list"}:
                continue
            for row in world.get(noun, []):
                value = row.get(field.key) or []
                for text in value if isinstance(value, list) else [value]:
                    if "@" not in text:
                        found[KnownName(f"{noun}.{field.key}", 0, text)] = None
    return list(found)


def understood(
    text: str, locale: Locale, before: list[Json] | None = None
) -> tuple[list[Call], str]:
    """Return the calls for a message, or what is said instead."""
    messages = [*(before or []), {"role": "user", "content": text}]
    return plan(vocabulary(), known(), ModelRequest("", messages, [], locale, TODAY))


def shown(said: str, tool: str, arguments: Json, result: Json) -> list[Json]:
    """Return an earlier exchange: the member's words, the call, its result and our sentence."""
    function = {"name": tool, "arguments": json.dumps(arguments)}
    return [
        {"role": "user", "content": said},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "function": function}]},
        {"role": "tool", "tool_call_id": "c1", "content": json.dumps(result)},
        {"role": "assistant", "content": "…"},
    ]
