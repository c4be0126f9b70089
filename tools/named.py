"""What a call names: the records behind its references, the values it would set.

By convention an argument called like an entity, or like a reference field, is a reference to it.
"""

from collections.abc import Sequence
from typing import Any

from tools import references
from tools.approval import Named, Proposal
from tools.catalog import Catalog
from tools.context import ToolContext
from tools.errors import ToolError
from tools.spec import AnyTool, Names

Json = dict[str, Any]
_OURS = {"even_if_similar", "clear", "limit", "offset"}  # switches, not values anybody says


async def proposal_of(
    context: ToolContext, catalog: Catalog, tool: AnyTool, arguments: Json, changes: Sequence[Json]
) -> Proposal:
    """Return a call as the approval rule sees it, after it ran inside its unit of work.

    Args:
        context: the running call's.
        catalog: all tools and entities.
        tool: the tool.
        arguments: as stored.
        changes: what it changed; an argument that equals what was there changes nothing.
    """
    resolved: list[Named] = []
    values: Json = {}
    said_field = _said_field(catalog, arguments)
    for key, value in arguments.items():
        entity = catalog.reference(tool, key, arguments)
        if entity is not None and isinstance(value, str):
            resolved.append(await _resolved(context, catalog, entity, value))
        elif key not in _OURS and key != "noun":
            values[key] = True if key == "field" and said_field else value  # said by its names
    touched = await _touched(context, catalog, changes, resolved)
    records = {(r.entity, r.id): r for r in (*resolved, *touched)}
    return Proposal(
        tool=tool,
        values=_effective(tool, values, changes) | _cleared(arguments),
        flags=_flags(catalog, tool) | said_field,
        records=[r for r in records.values() if r.id != context.asker.id or r.entity != "member"],
    )


def _effective(tool: AnyTool, values: Json, changes: Sequence[Json]) -> Json:
    """Leave out what a change repeats without altering it."""
    if tool.verb != "change":
        return values
    altered = {str(c["field"]) for c in changes}
    return {k: v for k, v in values.items() if k in altered}


def _cleared(arguments: Json) -> Json:
    return {str(key): None for key in arguments.get("clear") or []}


def _flags(catalog: Catalog, tool: AnyTool) -> dict[str, Names]:
    entity = catalog.find_entity(tool.noun)
    return {f.key: f.names for f in entity.fields} if entity else {}


def _said_field(catalog: Catalog, arguments: Json) -> dict[str, Names]:
    """Return what people call the field a call is about, where it names one."""
    entity = catalog.find_entity(str(arguments.get("noun", "")))
    key = str(arguments.get("field", ""))
    return {"field": entity.field(key).names} if entity and entity.has(key) else {}


async def _touched(
    context: ToolContext, catalog: Catalog, changes: Sequence[Json], known: Sequence[Named]
) -> list[Named]:
    """Return the existing records a call changed, with all their names, but those known."""
    found = {(r.entity, r.id) for r in known}
    touched: list[Named] = []
    for change in changes:
        entity = catalog.find_entity(change["entity"])
        number = int(change["id"])
        if entity is not None and change["op"] != "created" and (entity.key, number) not in found:
            found.add((entity.key, number))
            names = await references.names_of(context.session, entity, number)
            touched.append(Named(entity.key, number, tuple(names)))
    return touched


async def _resolved(context: ToolContext, catalog: Catalog, entity: str, text: str) -> Named:
    """Return the record a reference means; a name alone when it no longer resolves."""
    try:
        number, names = await references.all_names(context, catalog.entity(entity), text)
    except ToolError:
        return Named(entity, 0, (text,))
    return Named(entity, number, tuple(names))
