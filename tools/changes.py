"""What a call changed, read from the audit entries of its own transaction: the database's word."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tools.catalog import Catalog
from tools.entity import Entity, Field
from tools.selecting import Selecting

Json = dict[str, Any]
_OPS = {"I": "created", "U": "changed", "D": "removed"}
_SILENT = {"id", "created_at"}
_MOST_TOLD = 200  # changes a person may look through; of more the first are shown
_FIRST_TOLD = 20
_CHANGES = text("SELECT * FROM call_changes(:call)")


async def changes_of(session: AsyncSession, catalog: Catalog, call_id: str) -> list[Json]:
    """Return the field changes a call made in this transaction, in the order it made them.

    Each is {"entity", "id", "label", "op", "field", "before", "after"}: op is created, changed,
    retired, restored or removed; references read as labels, fields as tools name them. Of very
    many only the first are told, followed by one entry, op `more`, that stands for all of them.
    """
    found: list[Json] = []
    for table, number, op, before, after in await session.execute(_CHANGES, {"call": call_id}):
        found += _diff(catalog, (str(table), number, str(op)), before, after)
    return shortened(await _with_labels(session, catalog, _whole(found)))


def _whole(changes: Sequence[Json]) -> list[Json]:
    """Return changes with a new record as it ends: what is set after its insert belongs to it."""
    found: dict[tuple[object, ...], Json] = {}
    made = {(c["entity"], c["id"]) for c in changes if c["op"] == "created"}
    for n, change in enumerate(changes):
        record = change["entity"], change["id"]
        place = (*record, change["field"])
        if record in made and change["op"] == "changed":
            first = found.get(place, change | {"op": "created", "before": None})
            found[place] = first | {"after": change["after"]}
        else:
            found[place if change["op"] == "created" else (*place, n)] = change
    return list(found.values())


def shortened(changes: list[Json]) -> list[Json]:
    """Return few changes as they are, many as the first ones and a word that binds all of them.

    The last entry counts records by operation and holds the fingerprint of every change, so a
    digest over the short list still says whether one of ten thousand rows is another one.
    """
    if len(changes) <= _MOST_TOLD:
        return changes
    records = {(c["op"], c["entity"], c["id"]) for c in changes}
    counted = Counter(f"{entity} {op}" for op, entity, _ in records)
    bound = fingerprint([_lasting(c) for c in changes])
    rest: Json = {
        "entity": changes[0]["entity"],
        "id": 0,
        "op": "more",
        "label": "…",
        "field": ", ".join(f"{what}: {n}" for what, n in sorted(counted.items())),
        "before": None,
        "after": f"sha256:{bound}",
    }
    return [*changes[:_FIRST_TOLD], rest]


def _diff(
    catalog: Catalog, row: tuple[str, int | None, str], before: Json, after: Json
) -> list[Json]:
    table, number, op = row
    entity = catalog.entity_of_table(table)
    base: Json = {
        "entity": entity.key if entity else table,
        "id": number,
        "op": _operation(op, before, after),
    }
    title = (after or before).get(entity.title) if entity else None
    base["label"] = str(title) if title else f"#{number}"
    changed = [k for k in {**before, **after} if k not in _SILENT and before.get(k) != after.get(k)]
    return [
        base
        | {"field": _key(entity, column), "before": before.get(column), "after": after.get(column)}
        for column in changed
        if not _is_default(entity, column, before, after)
    ]


def _operation(op: str, before: Json, after: Json) -> str:
    if op == "U" and before.get("retired_at") != after.get("retired_at"):
        return "retired" if after.get("retired_at") else "restored"
    return _OPS[op]


def _is_default(entity: Entity | None, column: str, before: Json, after: Json) -> bool:
    """Leave out what nobody set: generated columns, and the empty lists of a new record."""
    held = entity.model.__table__.columns.get(column) if entity else None
    if held is None:
        return False
    return held.computed is not None or (not before and after.get(column) == [])


def _key(entity: Entity | None, column: str) -> str:
    field = field_of(entity, column)
    return field.key if field else column


def field_of(entity: Entity | None, column: str) -> Field | None:
    """Return the field a table column belongs to."""
    if entity is None:
        return None
    stored = [f for f in entity.fields if entity.stored(f)]
    return next((f for f in stored if (f"{f.key}_id" if f.ref else f.key) == column), None)


async def _with_labels(session: AsyncSession, catalog: Catalog, changes: list[Json]) -> list[Json]:
    """Replace ids of references by what the records are called."""
    wanted: dict[str, set[int]] = {}
    for change in changes:
        ref = _ref(catalog, change)
        for value in (change["before"], change["after"]):
            if ref and isinstance(value, int):
                wanted.setdefault(ref, set()).add(value)
    labels = {ref: await titles(session, catalog.entity(ref), ids) for ref, ids in wanted.items()}
    for change in changes:
        ref = _ref(catalog, change)
        for side in ("before", "after"):
            if ref and isinstance(change[side], int):
                change[side] = labels[ref].get(change[side], f"#{change[side]}")
    return changes


def _ref(catalog: Catalog, change: Json) -> str | None:
    entity = catalog.find_entity(change["entity"])
    return entity.field(change["field"]).ref if entity and entity.has(change["field"]) else None


async def titles(session: AsyncSession, entity: Entity, ids: set[int]) -> dict[int, str]:
    """Return what records are called, by id."""
    number = entity.model.__table__.c.id
    made = Selecting(entity, date.min)  # a name depends on no day
    title = made.value(entity.field(entity.title))
    rows = await session.execute(made.select(number, title).where(number.in_(ids)))
    return {int(found): str(name) for found, name in (tuple(row) for row in rows)}


def digest(tool: str, arguments: Json, changes: Sequence[Json]) -> str:
    """Return the digest an approval is bound to: the tool, its arguments and their exact effect.

    The number a new record would get and the instant of an archiving are left out: they differ
    between trial and real run.
    """
    seen = [_lasting(c) for c in changes]
    return fingerprint({"tool": tool, "arguments": arguments, "changes": seen})


def _lasting(change: Json) -> Json:
    """Return a change without what the clock and the counter add to it."""
    kept = {k: v for k, v in change.items() if k != "id" or change["op"] != "created"}
    if change["op"] == "created" and change["label"] == f"#{change['id']}":
        del kept["label"]  # a new record without a name of its own: its number is the counter's
    if change["field"] == "retired_at":
        kept |= {side: change[side] is not None for side in ("before", "after")}
    return kept


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a JSON value in canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
