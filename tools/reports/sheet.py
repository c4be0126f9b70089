"""A table as a file holds it: figures as figures, days as days, prices with their unit told once.

Built from the view of a table (`tools.view`), so whatever a tool shows can be written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from db.enums import Locale
from tools.calc.reading.format import format_date, format_month, format_number
from tools.catalog import Catalog
from tools.errors import Said
from tools.shown import cell, shown_columns, unit_of

Json = dict[str, Any]
Cell = str | Decimal | date | datetime | time | None
CellKind = Literal["text", "number", "date", "instant", "time", "month"]
BERLIN = ZoneInfo("Europe/Berlin")
MOST_PLACES = 6
_CENTS = 2
_EXACT_DIGITS = 15  # what a spreadsheet's figures hold
_UNIT = Said(de="{field}: Einheit", en="{field}: unit", es="{field}: unidad")
_DATED: dict[str, CellKind] = {k: k for k in ("date", "instant", "time", "month")}


@dataclass(frozen=True)
class Heading:
    """A column: what it is called, unit included when all its rows share it, and what it holds.

    Attributes:
        key: of the table's column.
        text: the heading.
        kind: of its cells.
        places: decimal places of its figures.
        grouped: whether thousands are set apart; years and numbers that only name are not.
    """

    key: str
    text: str
    kind: CellKind = "text"
    places: int = 0
    grouped: bool = True


@dataclass(frozen=True)
class Sheet:
    """Rows under headings; an unknown value is None, never zero."""

    columns: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]


def sheet_of(catalog: Catalog, view: Json, locale: Locale) -> Sheet:
    """Return a table's view as a sheet in a language."""
    columns: list[Heading] = []
    made: list[list[Cell]] = []
    for column in shown_columns(view):
        for heading, cells in _columns(catalog, view, column, locale):
            columns.append(heading)
            made.append(cells)
    rows = [list(row) for row in zip(*made, strict=True)]
    return Sheet(columns, rows)


def _columns(
    catalog: Catalog, view: Json, column: Json, locale: Locale
) -> list[tuple[Heading, list[Cell]]]:
    """Return a column, and one for its units when its rows differ in them (law 10)."""
    read = _reader(catalog, view["entity"], column, locale)
    cells = [read(row.get(column["key"])) for row in view["rows"]]
    label, keys = str(column["label"][locale]), column.get("unit_keys") or ()
    units = units_of(catalog, view, column, locale) if keys else []
    known = list(dict.fromkeys(u for u in units if u))
    unit = column.get("unit") or (known[0] if len(known) == 1 else "")
    heading = _heading(column, cells, f"{label} ({unit})" if unit else label)
    if len(known) <= 1:
        return [(heading, cells)]
    beside = Heading(f"{column['key']}:unit", _UNIT.format(locale, field=label))
    return [(heading, cells), (beside, [u or None for u in units])]


def units_of(catalog: Catalog, view: Json, column: Json, locale: Locale) -> list[str]:
    """Return each row's unit of a price; empty where there is no price."""
    keys = column.get("unit_keys") or ()
    entity = view["entity"]
    return [
        " ".join(unit_of(catalog, entity, keys, row, locale))
        if row.get(column["key"]) is not None
        else ""
        for row in view["rows"]
    ]


def _heading(column: Json, cells: Sequence[Cell], text: str) -> Heading:
    known = [c for c in cells if c is not None]
    if known and all(isinstance(c, Decimal) for c in known):
        named = is_name(column)
        least = _CENTS if column.get("kind") == "money" else 0
        places = 0 if named else max([least, *map(_places, known)])
        return Heading(column["key"], text, "number", places, grouped=not named)
    kind = _DATED.get(str(column.get("kind")), "text")
    fits = kind == "text" or all(not isinstance(c, str | Decimal) for c in known)
    return Heading(column["key"], text, kind if fits else "text")


def is_name(column: Json) -> bool:
    """Whether a column's whole numbers are names, not amounts: years, ids, numbers of things."""
    key = str(column["key"])
    return column.get("kind") in {"year", "text"} or key.endswith("year") or key == "id"


def _places(value: Cell) -> int:
    exponent = value.normalize().as_tuple().exponent if isinstance(value, Decimal) else 0
    return min(MOST_PLACES, max(0, -exponent)) if isinstance(exponent, int) else 0


def _reader(catalog: Catalog, entity: str, column: Json, locale: Locale) -> Callable[[Any], Cell]:
    kind = column.get("kind") or "text"

    def read(value: Any) -> Cell:
        if value is None or value == []:
            return None
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            figure = Decimal(str(value))
            exact = figure.is_finite() and len(figure.as_tuple().digits) <= _EXACT_DIGITS
            return figure if exact else str(value)
        moment = _moment(kind, value)
        return cell(catalog, entity, column, value, locale) if moment is None else moment

    return read


def _moment(kind: str, value: Any) -> date | datetime | time | None:
    """Return a day, instant or time of day; an instant as Berlin's clocks showed it."""
    if not isinstance(value, str):
        return None
    match kind:
        case "date":
            return date.fromisoformat(value[:10])
        case "month":
            return date.fromisoformat(f"{value[:7]}-01")
        case "instant":
            return datetime.fromisoformat(value).astimezone(BERLIN).replace(tzinfo=None)
        case "time":
            return time.fromisoformat(value)
        case _:
            return None


def as_text(value: Cell, heading: Heading, locale: Locale) -> str:
    """Return a cell as a reader of a language writes it; an unknown one is empty."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        if not heading.grouped:
            return str(value)
        return format_number(value, locale, places=heading.places)
    if isinstance(value, datetime):
        return f"{format_date(value.date(), locale)} {value:%H:%M}"
    if isinstance(value, date):
        return (format_month if heading.kind == "month" else format_date)(value, locale)
    return f"{value:%H:%M}" if isinstance(value, time) else value
