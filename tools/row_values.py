"""From the cells of a row to the values of a record, and what does not fit, cell by cell."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Numeric

from db.enums import Word
from tools.columns import days, figures, is_unknown
from tools.countries import country_code
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said, ToolError
from tools.fields import parsed
from tools.folding import folded
from tools.grid import Cell, Line
from tools.known_records import KnownRecords
from tools.mapping import DAYS, FIGURES, MappedColumn, Mapping
from tools.units_of_columns import Unit, companions, unit_for

LONGEST_TEXT = 2_000
_PARTS = re.compile(r"\s*(?:[,;/|\n+&]|\bund\b|\by\b|\band\b)\s*")
_LIST = re.compile(r"\s*[,;/|\n]\s*")
_TICKED = frozenset(("x", "✓", "✔", "wahr", "verdadero", "j", "y", "s"))
_CROSSED = frozenset(("falsch", "falso", "n"))

_UNCLEAR = Said(
    de="„{value}“ kann {choices} heißen ({field}).",
    en="“{value}” can mean {choices} ({field}).",
    es="«{value}» puede significar {choices} ({field}).",
)
_NOT_A_FIGURE = Said(
    de="„{value}“ ist keine Zahl ({field}).",
    en="“{value}” is not a figure ({field}).",
    es="«{value}» no es una cifra ({field}).",
)
_NOT_A_DAY = Said(
    de="„{value}“ ist kein Tag, den es gibt ({field}).",
    en="“{value}” is not an existing day ({field}).",
    es="«{value}» no es un día que exista ({field}).",
)
_WRONG_UNIT = Said(
    de="„{value}“: {unit} ist keine Einheit für {field}.",
    en="“{value}”: {unit} is no unit of {field}.",
    es="«{value}»: {unit} no es una unidad de {field}.",
)
_CONTRADICTS = Said(
    de="{field}: hier {one}, dort {other}.",
    en="{field}: {one} here, {other} there.",
    es="{field}: aquí {one}, allí {other}.",
)
_TOO_LONG = Said(
    de="{field} ist {size} Zeichen lang, möglich sind {most}.",
    en="{field} is {size} characters long, possible are {most}.",
    es="{field} tiene {size} caracteres; se admiten {most}.",
)
_NO_COUNTRY = Said(
    de="„{value}“ ist kein bekanntes Land; der Code aus zwei Buchstaben gilt immer (PE).",
    en="“{value}” is no known country; its two-letter code always works (PE).",
    es="«{value}» no es un país conocido; el código de dos letras siempre vale (PE).",
)


@dataclass(frozen=True)
class Wrong:
    """A cell that does not fit: the column's heading, what it holds, and why."""

    column: str
    value: str
    error: ToolError


@dataclass(frozen=True)
class _Read:
    """A cell's value and the companions its unit sets."""

    value: Any
    also: dict[str, str]


class RowReader:
    """Reads rows of one table; what a column's cell means is found once per different cell.

    Args:
        entity: what a row is.
        mapping: which column is which field.
        records: resolves references.
    """

    def __init__(self, entity: Entity, mapping: Mapping, records: KnownRecords) -> None:
        self.entity, self.mapping, self.records = entity, mapping, records
        self.rounded = 0
        self._columns = [(c, entity.field(str(c.field))) for c in mapping.mapped]
        self._seen: dict[tuple[int, Cell], _Read | ToolError] = {}
        self._beside = _beside(entity, {f.key for _, f in self._columns})

    async def read(self, line: Line) -> tuple[Values, list[Wrong]]:
        """Return a row's values by column name of the table, and the cells that do not fit.

        An empty cell says nothing; it never empties a field.
        """
        values: Values = {}
        wrong: list[Wrong] = []
        units: dict[str, tuple[str, MappedColumn]] = {}
        for column, found in self._columns:
            cell = line.cells[column.position]
            if is_unknown(cell):
                continue
            read = await self._once(column, found, cell)
            if isinstance(read, ToolError):
                wrong.append(Wrong(column.header, _shown(cell), read))
                continue
            values[self._name(found)] = read.value
            units |= {key: (word, column) for key, word in read.also.items()}
        wrong += self._add_units(values, units, line)
        await self._add_constants(values, wrong)
        for figure, others in self._beside.items():
            if values.get(figure) is None:  # a currency without a price says nothing
                for name in others:
                    values.pop(name, None)
        return values, wrong

    def _name(self, found: Field) -> str:
        return self.entity.column(found).name

    async def _once(self, column: MappedColumn, found: Field, cell: Cell) -> _Read | ToolError:
        place = (column.position, cell)
        if place not in self._seen:
            try:
                self._seen[place] = await self._cell(column, found, cell)
            except ToolError as error:
                self._seen[place] = error
        return self._seen[place]

    async def _cell(self, column: MappedColumn, found: Field, cell: Cell) -> _Read:
        kind = self.entity.kind(found)
        if found.ref is not None:
            return _Read(await self.records.find(found.ref, _text(cell)), {})
        if kind in FIGURES:
            return self._figure(column, found, cell)
        if kind in DAYS:
            return _Read(_day(self.entity, column, found, cell), {})
        return _Read(_worded(self.entity, found, cell), {})

    def _figure(self, column: MappedColumn, found: Field, cell: Cell) -> _Read:
        value, unit = _amount(column, found, cell)
        means = column.means
        if unit:
            own = unit_for(self.entity, found, unit)
            if own is None:
                names = found.names.said
                raise InvalidArguments(_WRONG_UNIT, value=_shown(cell), unit=unit, field=names)
            means = Unit(own.factor, column.means.also | own.also)
            for key, word in own.also.items():
                _agree(self.entity, key, word, column.means.also.get(key))
        exact = value * means.factor
        fitted = _fitted(self.entity, found, exact)
        self.rounded += fitted != exact and means.factor == 1
        return _Read(parsed(self.entity, found, fitted), means.also)

    def _add_units(
        self, values: Values, units: dict[str, tuple[str, MappedColumn]], line: Line
    ) -> list[Wrong]:
        """Set the companions that units say, unless a column of their own says otherwise."""
        wrong: list[Wrong] = []
        for key, (word, column) in units.items():
            found = self.entity.field(key)
            name = self._name(found)
            try:
                _agree(self.entity, key, word, values.get(name))
                values[name] = parsed(self.entity, found, word)
            except ToolError as error:
                wrong.append(Wrong(column.header, _shown(line.cells[column.position]), error))
        return wrong

    async def _add_constants(self, values: Values, wrong: list[Wrong]) -> None:
        for key, text in self.mapping.constants.items():
            found = self.entity.field(key)
            if values.get(self._name(found)) is not None:
                continue
            whole = MappedColumn(f"+{key}", -1 - list(self.mapping.constants).index(key), key)
            read = await self._once(whole, found, text)
            if isinstance(read, ToolError):
                wrong.append(Wrong(whole.header, text, read))
            else:
                values[self._name(found)] = read.value


def _beside(entity: Entity, mapped: set[str]) -> dict[str, list[str]]:
    """Return, for each figure that is loaded, the columns that say nothing without it."""
    loaded = [f for f in entity.fields if f.key in mapped and entity.kind(f) in FIGURES]
    found = {f.key: [entity.column(c).name for c, _ in companions(entity, f)] for f in loaded}
    return {key: others for key, others in found.items() if others}


def _agree(entity: Entity, key: str, one: str, other: Any) -> None:
    if other is not None and str(other) != one:
        names = entity.field(key).names.said
        raise InvalidArguments(_CONTRADICTS, field=names, one=one, other=str(other))


def _amount(column: MappedColumn, found: Field, cell: Cell) -> tuple[Decimal, str]:
    """Return a cell's figure and the unit beside it."""
    if isinstance(cell, Decimal):
        return cell, ""
    readings, unit = figures(cell) if isinstance(cell, str) else ({}, "")
    values = set(readings.values())
    if not values:
        raise InvalidArguments(_NOT_A_FIGURE, value=_shown(cell), field=found.names.said)
    if len(values) == 1:
        return values.pop(), unit
    if column.decimal is None:
        choices = " / ".join(str(v) for v in sorted(values))
        raise InvalidArguments(
            _UNCLEAR.partly(choices=choices), value=_shown(cell), field=found.names.said
        )
    return readings[column.decimal], unit


def _fitted(entity: Entity, found: Field, value: Decimal) -> Decimal:
    """Return a figure with the decimals its column keeps, rounded as the database would."""
    kind = entity.column(found).type
    if isinstance(kind, Numeric) and kind.scale is not None and abs(value) < Decimal(10) ** 15:
        return value.quantize(Decimal(1).scaleb(-kind.scale), ROUND_HALF_UP)
    return value


def _day(entity: Entity, column: MappedColumn, found: Field, cell: Cell) -> Any:
    if isinstance(cell, date):
        return parsed(entity, found, cell.isoformat())
    readings = days(cell) if isinstance(cell, str) else {}
    choices = set(readings.values())
    if len(choices) == 2 and column.dates is None:  # noqa: PLR2004 - two orders, two days
        said = " / ".join(d.isoformat() for d in sorted(choices))
        raise InvalidArguments(
            _UNCLEAR.partly(choices=said), value=_shown(cell), field=found.names.said
        )
    day = readings.get(column.dates or "dmy") or next(iter(choices), None)
    if day is None:
        raise InvalidArguments(_NOT_A_DAY, value=_shown(cell), field=found.names.said)
    return parsed(entity, found, day.isoformat())


def _worded(entity: Entity, found: Field, cell: Cell) -> Any:
    """Return texts, words of a vocabulary, lists and ticks."""
    kind = entity.kind(found)
    text = _text(cell)
    if len(text) > LONGEST_TEXT:
        raise InvalidArguments(_TOO_LONG, field=found.names.said, size=len(text), most=LONGEST_TEXT)
    if kind == "words":
        return _words(entity, found, text)
    if kind == "list":
        return parsed(entity, found, [p for p in _LIST.split(text) if p])
    if kind == "flag":
        ticks = {**dict.fromkeys(_TICKED, "yes"), **dict.fromkeys(_CROSSED, "no")}
        return parsed(entity, found, ticks.get(folded(text), text))
    if found.key == "country":
        return _country(text)
    return parsed(entity, found, text)


def _words(entity: Entity, found: Field, text: str) -> list[Word]:
    """Return the words a cell lists, each once and in order, as the database keeps them."""
    try:
        words = parsed(entity, found, [text])
    except ToolError:
        words = parsed(entity, found, [p for p in _PARTS.split(text) if p])
    return sorted(set(words))


def _country(text: str) -> str:
    code = country_code(text)
    if code is None:
        raise InvalidArguments(_NO_COUNTRY, value=text[:60])
    return code


def _text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _shown(cell: Cell) -> str:
    text = _text(cell)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - enough to find it again
