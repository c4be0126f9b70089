"""One value as a person reads it: labels for words and fields, figures of their language."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from db.enums import Locale, Word
from tools.calc.reading.format import format_date, format_month, format_number
from tools.catalog import Catalog
from tools.entity import Entity, Field
from tools.errors import Said

Json = dict[str, Any]
_BERLIN = ZoneInfo("Europe/Berlin")
_YES, _NO = Said(de="ja", en="yes", es="sí"), Said(de="nein", en="no", es="no")
_RETIRED = Said(de="aktiv bis", en="active until", es="activo hasta")
_UNKNOWN = "–"
_CENT = Decimal("0.01")


def field_label(catalog: Catalog, entity: str, key: str, locale: Locale) -> str:
    """Return what a field is called; the key itself when nobody named it."""
    if key == "retired_at":
        return _RETIRED.format(locale)
    field = _field(catalog.find_entity(entity), key)
    return field.names.label(locale) if field else key


def shown_columns(table: Json) -> list[Json]:
    """Return a table's columns without those that are shown as the unit of a price."""
    units = {key for c in table["columns"] for key in c.get("unit_keys") or ()}
    return [c for c in table["columns"] if c["key"] not in units]


def headings(table: Json, locale: Locale) -> list[str]:
    """Return what a table's shown columns are called, with their unit."""
    return [
        c["label"][locale] + (f" ({c['unit']})" if c.get("unit") else "")
        for c in shown_columns(table)
    ]


def change_cells(catalog: Catalog, change: Json, locale: Locale) -> tuple[str, str, str, str]:
    """Return a change as a person reads it: record, field, before, after."""
    entity, field = change["entity"], change["field"]
    before, after = (
        cell(catalog, entity, {"key": field}, change[side], locale) for side in ("before", "after")
    )
    return str(change["label"]), field_label(catalog, entity, field, locale), before, after


def row_cells(catalog: Catalog, table: Json, row: Json, locale: Locale) -> list[str]:
    """Return a row as a person reads it, one text per shown column, prices with their unit."""
    return [_with_unit(catalog, table, column, row, locale) for column in shown_columns(table)]


def _with_unit(catalog: Catalog, table: Json, column: Json, row: Json, locale: Locale) -> str:
    value = row.get(column["key"])
    keys = column.get("unit_keys") or ()
    if value is None or not keys:
        return cell(catalog, table["entity"], column, value, locale)
    figure = format_number(_to_cents(value), locale)
    return " ".join([figure, *unit_of(catalog, table["entity"], keys, row, locale)])


def _to_cents(value: Any) -> Decimal:
    """Return a price with two places at least; more when it has more."""
    figure = Decimal(str(value))
    cents = figure.quantize(_CENT)
    return cents if cents == figure else figure


def unit_of(
    catalog: Catalog, entity: str, keys: Sequence[str], row: Json, locale: Locale
) -> list[str]:
    """Return "EUR/kg", and the basis when it is not the usual outright price."""
    said = [row.get(key) for key in keys]
    unit = "/".join(str(part) for part in said[:2] if part)
    basis = [
        cell(catalog, entity, {"key": key}, part, locale)
        for key, part in zip(keys[2:], said[2:], strict=True)
        if part and part != "outright"
    ]
    return [unit, *basis] if unit else basis


def cell(catalog: Catalog, entity: str, column: Json, value: Any, locale: Locale) -> str:
    """Return one JSON value as a person reads it.

    Args:
        catalog: knows words and kinds.
        entity: what the row is.
        column: {"key", "kind"?}: kind is looked up when it is missing.
        value: as stored; None reads as unknown, never as zero.
        locale: the reader's language.
    """
    if value is None or value == []:
        return _UNKNOWN
    if isinstance(value, bool):
        return (_YES if value else _NO).format(locale)
    found = catalog.find_entity(entity)
    field = _field(found, column["key"])
    words = found.words(field) if found and field else None
    if isinstance(value, list):
        return ", ".join(_word(words, str(v), locale) for v in value)
    kind = column.get("kind") or (found.kind(field) if found and field else "text")
    return _plain(words, kind, column["key"], value, locale)


def _plain(words: type[Word] | None, kind: str, key: str, value: Any, locale: Locale) -> str:
    if words is not None:
        return _word(words, str(value), locale)
    if kind == "instant" or key == "retired_at":
        return _instant(str(value), locale)
    if kind in _IN_TIME:
        return _IN_TIME[kind](str(value), locale)
    if kind == "year" or key.endswith("year") or key == "id":
        return str(value)
    if kind == "money":
        return format_number(_to_cents(value), locale)
    if isinstance(value, int | float) or kind in {"integer", "decimal", "money"}:
        return format_number(Decimal(str(value)), locale)
    return str(value)


def _day(value: str, locale: Locale) -> str:
    return format_date(date.fromisoformat(value[:10]), locale)


def _month(value: str, locale: Locale) -> str:
    return format_month(date.fromisoformat(f"{value[:7]}-01"), locale)


def _time(value: str, _: Locale) -> str:
    return value[:5]


def _quarter(value: str, locale: Locale) -> str:
    """Return a quarter, kept as 2026-Q2, as people write it: Q2 2026, T2 2026."""
    year, _, number = value.partition("-Q")
    return f"{'T' if locale == 'es' else 'Q'}{number} {year}"


_IN_TIME = {"date": _day, "month": _month, "quarter": _quarter, "time": _time}


def _instant(value: str, locale: Locale) -> str:
    moment = datetime.fromisoformat(value).astimezone(_BERLIN)
    return f"{format_date(moment.date(), locale)} {moment:%H:%M}"


def _word(words: type[Word] | None, value: str, locale: Locale) -> str:
    if words is None:
        return value
    return next((w.label(locale) for w in words if str(w) == value), value)


def _field(entity: Entity | None, key: str) -> Field | None:
    return entity.field(key) if entity and entity.has(key) else None
