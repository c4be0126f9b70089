"""Which column is which field: by names in three languages, with units, and how sure that is.

A guess is shown before anything is loaded; what stays open is a doubt a person settles by saying
`HEADER=field`, `HEADER=field EUR/kg`, `HEADER=field dmy`, `HEADER=field ,` or `HEADER=-`.
"""

import re
from collections.abc import Mapping as Saying
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tools.columns import (
    MARKS,
    ORDERS,
    Mark,
    Order,
    decisive,
    decisive_orders,
    figures,
    undecided,
    undecided_day,
)
from tools.entity import Entity, Field
from tools.errors import InvalidArguments, Said
from tools.fields import field_named
from tools.folding import folded
from tools.grid import Cell, Remark
from tools.headings import fields_called, parts_of
from tools.tables import Sheet
from tools.units_of_columns import Unit, unit_for, word_in

SURE = 0.75  # below that a column is only suggested
_NOTED = 0.85  # of the confidence, when brackets hold something else than a unit
_SKIP = ("", "-", "ignore")
_AS_IT_IS = Unit()
_AGAIN = re.compile(r"(.+) \([0-9]+\)")  # how read_table calls a heading that occurs again
FIGURES = {"integer", "decimal", "money"}
DAYS = {"date", "instant"}

_COMPUTED = Said(
    de="wird berechnet, nicht geladen",
    en="is computed, not loaded",
    es="se calcula, no se carga",
)
_TAKEN = Said(
    de="{field} kommt schon aus „{header}“",
    en="{field} comes from “{header}” already",
    es="{field} ya viene de «{header}»",
)
_MAYBE = Said(de="vielleicht {field}?", en="perhaps {field}?", es="¿quizá {field}?")
_LEFT_OUT = Said(de="weggelassen", en="left out", es="omitida")
_TWO_COLUMNS = Said(
    de="„{header}“ und „{other}“ sehen beide nach {field} aus: welche gilt? (--map '{header}=-')",
    en="“{header}” and “{other}” both look like {field}: which one counts? (--map '{header}=-')",
    es="«{header}» y «{other}» parecen ambas {field}: ¿cuál vale? (--map '{header}=-')",
)
_WHICH_DAY = Said(
    de="„{value}“ in „{header}“ kann Tag/Monat oder Monat/Tag sein "
    "(--map '{header}={field} dmy' oder mdy).",
    en="“{value}” in “{header}” may be day/month or month/day "
    "(--map '{header}={field} dmy' or mdy).",
    es="«{value}» en «{header}» puede ser día/mes o mes/día (--map '{header}={field} dmy' o mdy).",
)
_WHICH_MARK = Said(
    de="„{value}“ in „{header}“ kann Tausenderpunkt oder Dezimalzeichen sein "
    "(--map '{header}={field} ,' heißt Dezimalkomma, '{field} .' Dezimalpunkt).",
    en="“{value}” in “{header}” may be thousands or decimals "
    "(--map '{header}={field} ,' says decimal comma, '{field} .' decimal point).",
    es="«{value}» en «{header}» puede ser de miles o decimal "
    "(--map '{header}={field} ,' indica coma decimal, '{field} .' punto decimal).",
)
_WHICH_UNIT = Said(
    de="„{unit}“ in „{header}“ ist keine bekannte Einheit für {field}.",
    en="“{unit}” in “{header}” is no known unit of {field}.",
    es="«{unit}» en «{header}» no es una unidad conocida de {field}.",
)
_FRACTIONS = Said(
    de="„{header}“ ist überall höchstens 1: Anteile oder Prozent? "
    "(--map '{header}={field} fraction' oder '{field} %')",
    en="“{header}” is 1 at most everywhere: fractions or per cent? "
    "(--map '{header}={field} fraction' or '{field} %')",
    es="«{header}» es siempre 1 como máximo: ¿fracciones o por ciento? "
    "(--map '{header}={field} fraction' o '{field} %')",
)
_NO_HEADER = Said(
    de="Eine Spalte „{header}“ gibt es nicht. Vorhanden: {choices}.",
    en="There is no column “{header}”. There are: {choices}.",
    es="No hay una columna «{header}». Hay: {choices}.",
)


@dataclass(frozen=True)
class MappedColumn:
    """A column and what it means.

    Attributes:
        header: its heading.
        position: which column, from 0.
        field: key of the field, None when it is not loaded; then `why` says why, if anything.
        unit: as the heading or a person says it.
        decimal: the mark of figures that could be read with either; None when none could.
        dates: the order of days that could be read in either.
        confidence: 1 for a field's own name or a person's word, less for a synonym or a likeness.
        means: the unit as a factor and companions (currency, weight, protocol).
    """

    header: str
    position: int
    field: str | None
    unit: str | None = None
    decimal: Mark | None = None
    dates: Order | None = None
    confidence: float = 0.0
    means: Unit = _AS_IT_IS
    why: Remark | None = None


@dataclass(frozen=True)
class Mapping:
    """Every column of a table, what holds for all rows, and what a person has to settle first."""

    columns: list[MappedColumn]
    constants: dict[str, str] = field(default_factory=dict[str, str])
    doubts: list[Remark] = field(default_factory=list[Remark])

    @property
    def mapped(self) -> list[MappedColumn]:
        """The columns that are loaded."""
        return [c for c in self.columns if c.field is not None]

    @property
    def unmapped(self) -> list[MappedColumn]:
        """The columns that are not."""
        return [c for c in self.columns if c.field is None]


def map_columns(entity: Entity, sheet: Sheet, said: Saying[str, str] | None = None) -> Mapping:
    """Return what a table's columns mean for a noun.

    Args:
        entity: what a row is.
        sheet: the table.
        said: heading → field as a person says it, before any guess; "-" leaves the column out,
            "+field" instead of a heading gives a value for all rows that have none.

    Raises:
        InvalidArguments: a heading or field that is said does not exist.
    """
    wanted, constants = _said(entity, sheet, said or {})
    columns = [
        _by_word(entity, sheet, at, wanted[header])
        if header in wanted
        else replace(_guess(entity, at, _first_name(sheet, header)), header=header)
        for at, header in enumerate(sheet.headers)
    ]
    columns, doubts = _each_once(entity, columns)
    read = [_with_reading(entity, sheet, c) for c in columns]
    doubts += [d for _, doubt in read for d in doubt]
    return Mapping([c for c, _ in read], constants, doubts)


def _first_name(sheet: Sheet, header: str) -> str:
    """Return a heading as it is written, also where it stands a second time."""
    again = _AGAIN.fullmatch(header)
    return again[1] if again and again[1] in sheet.headers else header


# --- what a person said --------------------------------------------------------------------------


def _said(
    entity: Entity, sheet: Sheet, said: Saying[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    wanted: dict[str, str] = {}
    constants: dict[str, str] = {}
    for header, meaning in said.items():
        if header.startswith("+") and header not in sheet.headers:
            constants[field_named(entity, header[1:].strip()).key] = meaning
            continue
        known = [h for h in sheet.headers if folded(h) == folded(header)]
        if not known:
            choices = ", ".join(sheet.headers)
            raise InvalidArguments(
                _NO_HEADER.partly(choices=choices), choices=sheet.headers, header=header[:60]
            )
        wanted[known[0]] = meaning
    return wanted, constants


def _by_word(entity: Entity, sheet: Sheet, at: int, meaning: str) -> MappedColumn:
    """Return a column as a person says: field, then unit, decimal mark or order of dates."""
    header = sheet.headers[at]
    key, _, more = meaning.strip().partition(" ")
    if key.casefold() in _SKIP:
        return MappedColumn(header, at, None, confidence=1.0, why=Remark(_LEFT_OUT))
    found = field_named(entity, key)
    words = more.split()
    decimal: Mark | None = next((m for m in MARKS if m in words), None)
    dates: Order | None = next((o for o in ORDERS if o in words), None)
    unit = " ".join(w for w in words if w not in {*MARKS, *ORDERS}) or _unit_in(
        entity, found, header
    )
    column = MappedColumn(header, at, found.key, unit, decimal, dates, 1.0)
    return _with_unit(entity, found, column)


def _unit_in(entity: Entity, found: Field, header: str) -> str | None:
    """Return the unit a heading says, whatever else it says."""
    units = (unit for _, unit in parts_of(header) if unit)
    return next((u for u in units if unit_for(entity, found, u) is not None), None)


# --- what a heading says -------------------------------------------------------------------------


def _guess(entity: Entity, at: int, header: str) -> MappedColumn:
    """Return the likeliest field of a heading."""
    best = MappedColumn(header, at, None)
    for name, unit in parts_of(header):
        for key, score in fields_called(entity, name):
            found = entity.field(key)
            understood = unit is not None and unit_for(entity, found, unit) is not None
            weight = score if understood or unit is None else score * _NOTED
            better = weight > best.confidence + 1e-9
            if better or (understood and best.unit is None and weight >= best.confidence - 1e-9):
                best = MappedColumn(header, at, key, unit, confidence=round(weight, 2))
    if best.field is None:
        return best
    found = entity.field(best.field)
    if best.confidence < SURE:
        return replace(best, field=None, why=Remark(_MAYBE, {"field": found.key}))
    return _with_unit(entity, found, best)


def _with_unit(entity: Entity, found: Field, column: MappedColumn) -> MappedColumn:
    if found.write is None or not entity.stored(found):
        return replace(column, field=None, why=Remark(_COMPUTED))
    means = column.unit and unit_for(entity, found, column.unit)
    return replace(column, means=means or word_in(entity, found, column.header))


# --- each field once -----------------------------------------------------------------------------


def _each_once(
    entity: Entity, columns: Sequence[MappedColumn]
) -> tuple[list[MappedColumn], list[Remark]]:
    """Give a field to the surest of the columns that claim it; equal claims are a doubt."""
    kept: list[MappedColumn] = []
    doubts: list[Remark] = []
    for column in columns:
        rivals = [c for c in columns if c.field == column.field and c is not column]
        if column.field is None or not rivals:
            kept.append(column)
            continue
        names = entity.field(column.field).names.said
        best = max(rivals, key=lambda c: c.confidence)
        if best.confidence > column.confidence:
            why = Remark(_TAKEN, {"field": names, "header": best.header})
            kept.append(replace(column, field=None, confidence=0.0, why=why))
            continue
        kept.append(column)
        if best.confidence == column.confidence and best.position > column.position:
            told = {"header": best.header, "other": column.header, "field": names}
            doubts.append(Remark(_TWO_COLUMNS, told, column=best.header))
    return kept, doubts


# --- how its cells read --------------------------------------------------------------------------


def _with_reading(
    entity: Entity, sheet: Sheet, column: MappedColumn
) -> tuple[MappedColumn, list[Remark]]:
    """Return a column with its decimal mark and order of dates, and what they leave open."""
    if column.field is None:
        return column, []
    found = entity.field(column.field)
    kind = entity.kind(found)
    cells = sheet.column(column.position)
    doubts = _unit_doubts(entity, found, column)
    if kind in FIGURES:
        column, more = _figures_read(
            found, sheet.decimal_mark, column, cells, whole=kind == "integer"
        )
        return column, [*doubts, *more]
    if kind in DAYS:
        column, more = _days_read(found, column, cells)
        return column, [*doubts, *more]
    return column, doubts


def _unit_doubts(entity: Entity, found: Field, column: MappedColumn) -> list[Remark]:
    measured = found.unit is not None or bool(found.unit_from)
    if not measured or not column.unit or unit_for(entity, found, column.unit) is not None:
        return []
    told = {"unit": column.unit, "header": column.header, "field": found.names.said}
    return [Remark(_WHICH_UNIT, told, column=column.header)]


def _days_read(
    found: Field, column: MappedColumn, cells: Sequence[Cell]
) -> tuple[MappedColumn, list[Remark]]:
    open_one = undecided_day(cells)
    if open_one is None or column.dates is not None:
        return column, []
    orders = decisive_orders(cells)
    if len(orders) == 1:
        return replace(column, dates=next(iter(orders))), []
    told = {"value": open_one, "header": column.header, "field": found.key}
    return column, [Remark(_WHICH_DAY, told, column=column.header)]


def _figures_read(
    found: Field, usual: Mark | None, column: MappedColumn, cells: Sequence[Cell], *, whole: bool
) -> tuple[MappedColumn, list[Remark]]:
    open_one = undecided(cells)
    if open_one is not None and column.decimal is None:
        marks = decisive(cells)
        own = next(iter(marks)) if len(marks) == 1 else None
        mark = own or (None if marks else usual or _only_fitting(found, cells, whole=whole))
        if mark is None:
            told = {"value": open_one, "header": column.header, "field": found.key}
            return column, [Remark(_WHICH_MARK, told, column=column.header)]
        column = replace(column, decimal=mark)
    if found.unit == "%" and column.unit is None and _all_fractions(cells):
        told = {"header": column.header, "field": found.key}
        return column, [Remark(_FRACTIONS, told, column=column.header)]
    return column, []


def _only_fitting(found: Field, cells: Sequence[Cell], *, whole: bool) -> Mark | None:
    """Return the mark under which every figure is possible, when the other one has none such."""
    fitting: list[Mark] = [
        mark for mark in MARKS if all(_possible(found, c, mark, whole=whole) for c in cells)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _possible(found: Field, cell: Cell, mark: Mark, *, whole: bool) -> bool:
    value = figures(cell)[0].get(mark) if isinstance(cell, str) else None
    if value is None:
        return True
    if whole and value != int(value):
        return False
    low, high = found.least, found.most
    return (low is None or value >= low) and (high is None or value <= high)


def _all_fractions(cells: Sequence[Cell]) -> bool:
    """Return whether all figures of a percentage lie at or below 1, without saying % themselves."""
    values = [
        (c, "")
        if not isinstance(c, str)
        else (next(iter(figures(c)[0].values()), None), figures(c)[1])
        for c in cells
        if c is not None
    ]
    plain = [v for v, unit in values if not unit and v is not None and not isinstance(v, bool)]
    known = [v for v in plain if v]
    return bool(known) and len(plain) == len(values) and all(abs(v) <= 1 for v in known)  # type: ignore[arg-type,operator]
