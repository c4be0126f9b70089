"""A team's own table, whatever wrote it: headings, rows with their line numbers, what is odd.

Nothing is guessed silently: every row or cell that is left out, filled or doubtful is a remark.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.columns import Mark, decisive, figures, is_figure
from tools.errors import Refused, Said
from tools.folding import folded
from tools.grid import LISTED, MAX_BYTES, Cell, Grid, Line, Remark, too_large
from tools.table_text import read_text
from tools.table_workbook import is_workbook, read_workbook

_LOOKED_AT = 20  # lines among which the headings are looked for
_SHARE = 0.8  # of a column's cells that are figures, for it to speak about decimal marks
_FORMULA_SIGNS = "=+-@\t\r"
_TOTALS = frozenset(
    [
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "total",
        "totals",
        "subtotal",
        "sum",
        "grand",
        "total",
        "suma",
        "total",
        "general",
        "totales",
    ]
)

_EMPTY = Said(
    de="In der Datei steht keine Tabelle mit Überschriften und Zeilen.",
    en="There is no table with headings and rows in the file.",
    es="El archivo no contiene una tabla con encabezados y filas.",
)
_ABOVE = Said(
    de="Die Überschriften stehen in Zeile {line}; was darüber steht, bleibt weg.",
    en="The headings are in line {line}; what stands above is left out.",
    es="Los encabezados están en la línea {line}; lo anterior se omite.",
)
_TWICE = Said(
    de="Die Überschrift „{header}“ kommt mehrmals vor; die weiteren heißen {others}.",
    en="The heading “{header}” occurs more than once; the others are called {others}.",
    es="El encabezado «{header}» aparece varias veces; los demás se llaman {others}.",
)
_NAMELESS = Said(
    de="Spalten ohne Überschrift: {columns}.",
    en="Columns without a heading: {columns}.",
    es="Columnas sin encabezado: {columns}.",
)
_TOTAL = Said(
    de="Die Summenzeile „{label}“ (Zeile {line}) bleibt weg.",
    en="The totals row “{label}” (line {line}) is left out.",
    es="La fila de totales «{label}» (línea {line}) se omite.",
)
_FORMULA = Said(
    de="{count} Zellen beginnen wie eine Formel und bleiben Text, nichts läuft: {places}.",
    en="{count} cells begin like a formula and stay text, nothing is run: {places}.",
    es="{count} celdas empiezan como una fórmula y quedan como texto, nada se ejecuta: {places}.",
)
_MIXED = Said(
    de="Dezimalkomma und Dezimalpunkt kommen beide vor.",
    en="Decimal commas and decimal points both occur.",
    es="Aparecen comas y puntos decimales.",
)
_TOO_WIDE = Said(
    de="Die Zeile hat {cells} Zellen, die Überschriften sind {headers}: steht ein Trennzeichen "
    "ohne Anführungszeichen in einer Zelle?",
    en="The row has {cells} cells, there are {headers} headings: is there a delimiter in a cell "
    "without quotes?",
    es="La fila tiene {cells} celdas y hay {headers} encabezados: ¿hay un separador sin comillas "
    "en una celda?",
)


@dataclass(frozen=True)
class Sheet:
    """A table ready to be mapped.

    Attributes:
        name: the file's name.
        headers: one per column, each once.
        rows: every row that holds data, as wide as the headings.
        encoding: what the file was read as; "xlsx" for a workbook.
        delimiter: of a text file.
        decimal_mark: when all columns that tell agree.
        warnings: what a person should know.
        broken: rows that cannot be right, whatever their columns mean.
    """

    name: str
    headers: list[str]
    rows: list[Line]
    encoding: str
    delimiter: str | None
    decimal_mark: Mark | None
    warnings: list[Remark] = field(default_factory=list[Remark])
    broken: list[Remark] = field(default_factory=list[Remark])

    def column(self, position: int) -> list[Cell]:
        """Return the cells of a column."""
        return [row.cells[position] for row in self.rows]


def read_table(name: str, data: bytes) -> Sheet:
    """Return a CSV, TSV or XLSX file as a table; what it is decides the content, not the name.

    Raises:
        Refused: too large, unreadable, or without headings and rows.
    """
    if len(data) > MAX_BYTES:
        raise too_large(f"{len(data) / 2**20:,.1f} MB", f"{MAX_BYTES // 2**20} MB")
    grid = read_workbook(data) if is_workbook(data) else read_text(data)
    heading, body, remarks = _parted(grid)
    width = max(
        [len(heading.cells)] + ([len(li.cells) for li in body] if not grid.delimiter else [])
    )
    headers, odd = _headers(heading, body, width)
    rows, totals = _rows(body, len(headers))
    broken = [] if grid.delimiter is None else _too_wide(body, len(headers))
    mark, mixed = _decimal_mark(rows, len(headers))
    formulas = _formulas(rows, headers)
    remarks = [*grid.remarks, *remarks, *odd, *totals, *mixed, *formulas]
    return Sheet(name, headers, rows, grid.encoding, grid.delimiter, mark, remarks, broken)


def _parted(grid: Grid) -> tuple[Line, list[Line], list[Remark]]:
    """Part headings from rows; a title above the headings is left out."""
    head = grid.lines[:_LOOKED_AT]
    widest = max((line.filled for line in head), default=0)
    for at, line in enumerate(head):
        texts = [c for c in line.cells if c is not None]
        worded = [c for c in texts if isinstance(c, str) and not is_figure(c)]
        if 2 * line.filled >= widest and len(worded) == len(texts):
            if at + 1 == len(grid.lines):
                break
            above = [Remark(_ABOVE, {"line": line.number}, line.number)] if at else []
            return line, grid.lines[at + 1 :], above
    raise Refused("unreadable", _EMPTY, next="fix")


def _headers(heading: Line, body: Sequence[Line], width: int) -> tuple[list[str], list[Remark]]:
    """Return a name for every column that holds anything, each name once."""
    used = width
    while used > 1 and _nothing(heading, body, used - 1):
        used -= 1
    names: list[str] = []
    again: dict[str, list[str]] = {}
    nameless: list[str] = []
    for at in range(used):
        cell = heading.cells[at] if at < len(heading.cells) else None
        name = " ".join(str(cell).split()) if cell is not None else f"#{at + 1}"
        if cell is None:
            nameless.append(name)
        unique = _unique(name, names)
        if unique != name:
            again.setdefault(name, []).append(unique)
        names.append(unique)
    told = [
        Remark(_TWICE, {"header": n, "others": ", ".join(o)}, column=n) for n, o in again.items()
    ]
    if nameless:
        told.append(Remark(_NAMELESS, {"columns": ", ".join(nameless)}))
    return names, told


def _nothing(heading: Line, body: Sequence[Line], at: int) -> bool:
    return all(at >= len(line.cells) or line.cells[at] is None for line in (heading, *body))


def _unique(name: str, taken: Sequence[str]) -> str:
    known = {folded(t) for t in taken}
    tried, again = name, 1
    while folded(tried) in known:
        again += 1
        tried = f"{name} ({again})"
    return tried


def _rows(body: Sequence[Line], width: int) -> tuple[list[Line], list[Remark]]:
    """Return the rows as wide as the headings, without rows of totals."""
    rows: list[Line] = []
    told: list[Remark] = []
    for line in body:
        label = next((c for c in line.cells if c is not None), None)
        if isinstance(label, str) and folded(label).rstrip(":. ") in _TOTALS:
            told.append(Remark(_TOTAL, {"label": label, "line": line.number}, line.number))
            continue
        cells = (line.cells + [None] * (width - len(line.cells)))[:width]
        rows.append(Line(line.number, cells))
    return rows, told


def _too_wide(body: Sequence[Line], width: int) -> list[Remark]:
    return [
        Remark(_TOO_WIDE, {"cells": len(line.cells), "headers": width}, line.number)
        for line in body
        if any(c is not None for c in line.cells[width:])
    ]


def _decimal_mark(rows: Sequence[Line], width: int) -> tuple[Mark | None, list[Remark]]:
    """Return the decimal mark all columns of figures agree on."""
    said: set[Mark] = set()
    for at in range(width):
        cells = [c for c in (row.cells[at] for row in rows) if isinstance(c, str)]
        if cells and sum(bool(figures(c)[0]) for c in cells) >= _SHARE * len(cells):
            said |= decisive(cells)
    if len(said) > 1:
        return None, [Remark(_MIXED)]
    return next(iter(said), None), []


def _formulas(rows: Sequence[Line], headers: Sequence[str]) -> list[Remark]:
    """Say which texts a spreadsheet would take for formulas: data here, a trap when exported."""
    places = [
        f"{row.number}/{headers[at]}"
        for row in rows
        for at, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell[0] in _FORMULA_SIGNS and _like_formula(cell)
    ]
    if not places:
        return []
    return [Remark(_FORMULA, {"count": len(places), "places": ", ".join(places[:LISTED])})]


def _like_formula(cell: str) -> bool:
    """Return whether it is more than a signed figure, a phone number or a dash."""
    if figures(cell)[0] and cell[0] in "+-":
        return False
    return len(cell) > 1 and not (cell[0] in "+-" and all(c in "+-–()/. 0123456789" for c in cell))
