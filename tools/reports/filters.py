"""What a list was narrowed to, in the reader's words: `Region: Cajamarca; SCA-Punkte > 84`."""

from collections.abc import Mapping
from typing import Any

from tools.catalog import Catalog
from tools.context import Asker
from tools.entity import Entity
from tools.reports.words import ARCHIVED, HOLDS, KNOWN, UNKNOWN
from tools.shown import cell

Json = dict[str, Any]
_SIGNS = {"is_not": " ≠ ", "gt": " > ", "gte": " ≥ ", "lt": " < ", "lte": " ≤ "}
_MOST_VALUES = 10


def filters_of(catalog: Catalog, entity: Entity | None, arguments: Json, asker: Asker) -> str:
    """Return the conditions of a call that has any, empty for all others."""
    where = arguments.get("where")
    if entity is None or not isinstance(where, list):
        return ""
    told = [_told(catalog, entity, c, asker) for c in where if isinstance(c, Mapping)]
    if arguments.get("retired"):
        told.append(ARCHIVED.format(asker.locale))
    return "; ".join(told)


def _told(catalog: Catalog, entity: Entity, condition: Mapping[str, Any], asker: Asker) -> str:
    locale, op = asker.locale, condition.get("op", "is")
    key = str(condition.get("field"))
    name = entity.field(key).names.label(locale) if entity.has(key) else key
    if op in {"missing", "present"}:
        return f"{name} {(UNKNOWN if op == 'missing' else KNOWN).format(locale)}"
    value = condition.get("value")
    values = value if isinstance(value, list) else [value]
    said = [_value(catalog, entity, key, v, asker) for v in values[:_MOST_VALUES]]
    said += ["…"] if len(values) > _MOST_VALUES else []
    unit = f" {condition['unit']}" if condition.get("unit") else _fixed(entity, key)
    if op == "between":
        return f"{name}: {' – '.join(said)}{unit}"
    if op == "contains":
        return f"{name} {HOLDS.format(locale)} {', '.join(said)}"
    return f"{name}{_SIGNS.get(op, ': ')}{', '.join(said)}{unit}"


def _fixed(entity: Entity, key: str) -> str:
    unit = entity.field(key).unit if entity.has(key) else None
    return f" {unit}" if unit else ""


def _value(catalog: Catalog, entity: Entity, key: str, value: Any, asker: Asker) -> str:
    """Return a value as people write it; what does not read as its field's kind stays as said."""
    field = entity.field(key) if entity.has(key) else None
    if field is not None and field.ref == "member" and value == "me":
        return asker.name
    try:
        return cell(catalog, entity.key, {"key": key}, value, asker.locale)
    except (ValueError, ArithmeticError):
        return str(value)
