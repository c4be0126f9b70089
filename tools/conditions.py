"""Filters: from {field, op, value} to SQL, with every way it can be wrong said plainly."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from db.enums import LOCALES, NARROWER, Word
from tools import references
from tools.context import ToolContext, require_role
from tools.entity import Entity, Field
from tools.errors import InvalidArguments, Said
from tools.fields import day_of, field_named, flag_of, number_of, time_of, word_of
from tools.folding import folded, folded_sql
from tools.selecting import Selecting
from tools.spec import Args

Op = Literal[
    "is", "is_not", "contains", "gt", "gte", "lt", "lte", "between", "in", "missing", "present"
]

_NEEDS_VALUE = Said(
    de="Bei {field} fehlt der Vergleichswert.",
    en="The condition on {field} needs a value.",
    es="Falta el valor de comparación en {field}.",
)
_NEEDS_TWO = Said(
    de="„zwischen“ braucht zwei Werte ({field}).",
    en="“between” needs two values, [from, to] ({field}).",
    es="«entre» necesita dos valores ({field}).",
)
_NO_ORDER = Said(
    de="{field} lässt sich nicht größer/kleiner vergleichen.",
    en="{field} has no order; use is, in or contains.",
    es="{field} no se puede comparar por tamaño.",
)
_UNIT = Said(
    de="Die Einheit „{unit}“ passt nicht zu {field}.",
    en="The unit “{unit}” does not fit {field}.",
    es="La unidad «{unit}» no corresponde a {field}.",
)
_COMPARED = {"gt", "gte", "lt", "lte", "between"}
_MAX_VALUES = 100


class Condition(Args):
    """One filter; `op` is "is" when it is left out."""

    field: str
    op: Op = "is"
    value: Any = None
    unit: str | None = None


@dataclass(frozen=True)
class Filter:
    """A condition as SQL.

    Attributes:
        sql: rows that fit.
        unknown: rows of which it cannot be told, None when it always can.
        field: the field it is about.
    """

    sql: ColumnElement[bool]
    unknown: ColumnElement[bool] | None
    field: Field


def readable_field(ctx: ToolContext, entity: Entity, key: str) -> Field:
    """Return a field the member's role may see and tools may compare.

    Raises:
        InvalidArguments, NotAllowed.
    """
    field = field_named(entity, key)
    require_role(ctx.asker, field.read)
    return field


async def filter_of(ctx: ToolContext, made: Selecting, condition: Condition) -> Filter:
    """Return a condition as SQL.

    Raises:
        ToolError: no such field, not theirs to see, no such record, or a value that cannot be.
    """
    entity = made.entity
    field = readable_field(ctx, entity, condition.field)
    value = made.value(field)
    if condition.op in {"missing", "present"}:
        lacking = _is_missing(entity, field, value)
        return Filter(lacking if condition.op == "missing" else not_(lacking), None, field)
    if condition.value is None or condition.value == []:
        raise InvalidArguments(_NEEDS_VALUE, field=field.names.said)
    if made.target(field) is not None and condition.op != "contains":
        return await _by_reference(ctx, made, field, condition)
    return _by_value(made, field, condition)


def _kind(made: Selecting, field: Field) -> str:
    """Return how a field compares, also one read through a reference."""
    kind = made.entity.kind(field)
    return "text" if kind == "ref" else kind


def _is_missing(entity: Entity, field: Field, value: ColumnElement[Any]) -> ColumnElement[bool]:
    if entity.kind(field) in {"words", "list"}:
        return func.cardinality(value) == 0
    return value.is_(None)


async def _by_reference(
    ctx: ToolContext, made: Selecting, field: Field, condition: Condition
) -> Filter:
    target, key = made.target(field), made.key(field)
    if target is None or key is None or condition.op in _COMPARED:
        raise InvalidArguments(_NO_ORDER, field=field.names.said)
    said = [str(v) for v in _values(condition)]
    ids = [(await _referred(ctx, target, text)) for text in said]
    fits = key.in_(ids)
    if condition.op == "is_not":
        return Filter(and_(key.is_not(None), not_(fits)), key.is_(None), field)
    return Filter(fits, None, field)


async def _referred(ctx: ToolContext, target: Entity, text: str) -> int:
    """Return the id a text means; "me" is the member who asks."""
    if target.key == "member" and folded(text) in {"me", "ich", "mir", "mich", "yo", "mi"}:
        return ctx.asker.id
    return await references.identify(ctx, target, text)


def _values(condition: Condition) -> list[Any]:
    found = condition.value if isinstance(condition.value, list) else [condition.value]
    return found[:_MAX_VALUES]


def _by_value(made: Selecting, field: Field, condition: Condition) -> Filter:
    entity, value, kind = made.entity, made.value(field), _kind(made, field)
    if kind in {"words", "list"}:
        return _among(entity, field, value, condition)
    if kind == "text":
        return _text(field, value, condition)
    if kind == "flag":
        return _flag(field, value, condition)
    values = [_parsed(entity, field, kind, v, condition.unit) for v in _values(condition)]
    sql = _compared(field, kind, value, condition.op, values)
    sql = and_(sql, *_in_unit(made, field, condition))
    unknown = value.is_(None) if condition.op in _COMPARED | {"is_not"} else None
    return Filter(sql, unknown, field)


def _parsed(entity: Entity, field: Field, kind: str, value: Any, unit: str | None) -> Any:
    if kind in {"date", "instant"}:
        return day_of(value, field)
    if kind == "time":
        return time_of(value, field)
    if kind == "word":
        words = entity.words(field)
        if words is None:
            raise TypeError(f"{entity.key}.{field.key} has no vocabulary")
        return word_of(words, str(value), field)
    number = number_of(value, field)
    return _in_kilograms(field, number, unit) if unit and field.unit == "kg" else number


def _in_kilograms(field: Field, number: Decimal, unit: str) -> Decimal:
    from tools.calc.reading.units import convert_weight

    try:
        return convert_weight(number, unit, "kg")
    except ValueError as error:
        raise InvalidArguments(_UNIT, unit=unit[:20], field=field.names.said) from error


def _compared(
    field: Field, kind: str, value: ColumnElement[Any], op: str, values: list[Any]
) -> ColumnElement[bool]:
    if kind == "word" and op in _COMPARED:
        raise InvalidArguments(_NO_ORDER, field=field.names.said)
    if op == "between":
        if len(values) != 2:  # noqa: PLR2004 - from and to
            raise InvalidArguments(_NEEDS_TWO, field=field.names.said)
        low, high = sorted(values)
        return and_(
            value >= low, value < _after(kind, high) if kind == "instant" else value <= high
        )
    first = values[0]
    match op:
        case "gt":
            return value >= _after(kind, first) if kind == "instant" else value > first
        case "gte":
            return value >= first
        case "lt":
            return value < first
        case "lte":
            return value < _after(kind, first) if kind == "instant" else value <= first
        case "is_not":
            return and_(value.is_not(None), value.not_in(values))
        case _:
            if kind == "instant":
                return or_(*(and_(value >= v, value < _after(kind, v)) for v in values))
            return value.in_(values)


def _after(kind: str, day: date) -> date:
    """Return the first day no longer meant: instants within a day belong to it."""
    return day + timedelta(days=1) if kind == "instant" else day


def _text(field: Field, value: ColumnElement[Any], condition: Condition) -> Filter:
    if condition.op in _COMPARED:
        raise InvalidArguments(_NO_ORDER, field=field.names.said)
    plain, values = folded_sql(value), [folded(str(v)) for v in _values(condition)]
    if condition.op == "contains":
        return Filter(or_(*(plain.contains(v, autoescape=True) for v in values)), None, field)
    if condition.op == "is_not":
        return Filter(and_(value.is_not(None), plain.not_in(values)), value.is_(None), field)
    return Filter(plain.in_(values), None, field)


def _flag(field: Field, value: ColumnElement[Any], condition: Condition) -> Filter:
    wanted = flag_of(_values(condition)[0], field)
    wanted = not wanted if condition.op == "is_not" else wanted
    return Filter(value.is_(wanted), value.is_(None), field)


def _among(entity: Entity, field: Field, value: ColumnElement[Any], condition: Condition) -> Filter:
    """Membership in a list: `is` and `contains` mean it holds all, `in` any, `is_not` none.

    A record without any entry fits `is_not`, and the answer says that nothing is known of it.
    """
    if condition.op in _COMPARED:
        raise InvalidArguments(_NO_ORDER, field=field.names.said)
    words = entity.words(field)
    said = [str(v) for v in _values(condition)]
    held = [_holds(value, words, text, field) for text in said]
    empty = func.cardinality(value) == 0
    if condition.op == "in":
        return Filter(or_(false(), *held), None, field)
    if condition.op == "is_not":
        return Filter(and_(*(not_(h) for h in held)), empty, field)
    return Filter(and_(*held), None, field)


def _holds(
    value: ColumnElement[Any], words: type[Word] | None, text: str, field: Field
) -> ColumnElement[bool]:
    if words is not None:
        word = word_of(words, text, field)
        return value.overlap([word, *NARROWER.get(word, ())])
    joined = folded_sql(func.array_to_string(value, "|"))
    return joined.contains(folded(text), autoescape=True)


def _in_unit(made: Selecting, field: Field, condition: Condition) -> list[ColumnElement[bool]]:
    """Return the conditions that hold a price to the unit that was said."""
    if not field.unit_from or not condition.unit:
        return []
    parts = {folded(p) for p in condition.unit.replace(" ", "/").split("/") if p}
    found: list[ColumnElement[bool]] = []
    for key in field.unit_from:
        inner = made.entity.field(key)
        word = _word_in(made.entity.words(inner), parts)
        if word is not None:
            found.append(made.value(inner) == word)
    if not found:
        raise InvalidArguments(_UNIT, unit=condition.unit[:20], field=field.names.said)
    return found


def _word_in(words: type[Word] | None, parts: set[str]) -> Word | None:
    for word in words or ():
        names = {folded(n) for lo in LOCALES for n in word.names(lo)} | {folded(str(word))}
        if names & parts:
            return word
    return None
