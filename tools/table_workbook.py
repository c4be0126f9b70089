"""XLSX: one sheet of values, with its merged cells filled and its formulas' results."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tools.errors import Refused, Said
from tools.grid import LISTED, MAX_COLUMNS, MAX_ROWS, Cell, Grid, Line, Remark, cleaned, too_large

MAX_UNPACKED = 300 * 2**20
MAX_RATIO = 200  # a sheet of equal rows packs a hundredfold; a bomb a thousandfold
_SMALL = 2**20
_LAST_ROW = 2**20
_DIGITS = 15  # what a spreadsheet keeps of a number
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")

# The library does not say "broken file"; it raises whatever the broken part led to.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,  # what the XML parser's error is
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

_NOT_A_WORKBOOK = Said(
    de="Das ist keine lesbare XLSX-Datei. Bitte in Excel oder LibreOffice als .xlsx oder CSV "
    "speichern, ohne Kennwort.",
    en="This is no readable XLSX file. Save it in Excel or LibreOffice as .xlsx or CSV, without a "
    "password.",
    es="No es un archivo XLSX legible. Guárdalo en Excel o LibreOffice como .xlsx o CSV, sin "
    "contraseña.",
)
_NO_ROWS = Said(
    de="In der Datei steht keine Tabelle.",
    en="There is no table in the file.",
    es="No hay ninguna tabla en el archivo.",
)
_OTHER_SHEETS = Said(
    de="Gelesen wird das Blatt „{sheet}“, nicht: {others}.",
    en="The sheet “{sheet}” is read, not: {others}.",
    es="Se lee la hoja «{sheet}», no: {others}.",
)
_MERGED_SAID = Said(
    de="Verbundene Zellen sind gefüllt: {places}.",
    en="Merged cells are filled: {places}.",
    es="Las celdas combinadas se rellenan: {places}.",
)
_COMPUTED = Said(
    de="{count} Zellen sind Formeln; gelesen ist ihr gespeichertes Ergebnis ({places}).",
    en="{count} cells are formulas; their saved result is read ({places}).",
    es="{count} celdas son fórmulas; se lee su resultado guardado ({places}).",
)
_NOT_COMPUTED = Said(
    de="{count} Formeln haben kein gespeichertes Ergebnis und gelten als leer ({places}). Die "
    "Datei in Excel öffnen und speichern.",
    en="{count} formulas have no saved result and count as empty ({places}). Open the file in "
    "Excel and save it.",
    es="{count} fórmulas no tienen resultado guardado y cuentan como vacías ({places}). Abre el "
    "archivo en Excel y guárdalo.",
)


def is_workbook(data: bytes) -> bool:
    """Return whether a file is a spreadsheet of any kind, whatever it is called."""
    return data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def read_workbook(data: bytes) -> Grid:
    """Return the rows of a workbook's first visible sheet that holds any.

    Raises:
        Refused: not a workbook, without rows, or too large packed or unpacked.
    """
    refuse_bomb(data)
    with warnings.catch_warnings():  # the library warns of parts we do not read
        warnings.simplefilter("ignore", UserWarning)
        return _first_with_rows(data)


def _first_with_rows(data: bytes) -> Grid:
    book = _opened(data, results=True)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            lines = list(_lines(sheet))
            if lines:
                others = [s.title for s in book.worksheets if s is not sheet]
                return _finished(data, sheet, lines, others)
    except Refused:
        raise
    except _BROKEN as error:  # a part of the file, found broken while it is read
        raise Refused("unreadable", _NOT_A_WORKBOOK, next="fix") from error
    finally:
        book.close()
    raise Refused("unreadable", _NO_ROWS, next="fix")


def refuse_bomb(data: bytes) -> None:
    """Refuse an archive that unpacks to far more than a table needs.

    The sizes an archive states bind: no member is read beyond them.

    Raises:
        Refused: too large, or not an archive at all.
    """
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing: XLSX files are not read without it")
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("unreadable", _NOT_A_WORKBOOK, next="fix") from error
    for member in members:
        packed = max(member.compress_size, 1)
        if member.file_size > _SMALL and member.file_size / packed > MAX_RATIO:
            raise too_large(f"{member.filename} unpacks {member.file_size // packed}-fold", "200")
    whole = sum(m.file_size for m in members)
    if whole > MAX_UNPACKED:
        raise too_large(f"{whole / 2**20:,.0f} MB unpacked", f"{MAX_UNPACKED // 2**20} MB")


def _opened(data: bytes, *, results: bool) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=results, keep_links=False)
    except _BROKEN as error:
        raise Refused("unreadable", _NOT_A_WORKBOOK, next="fix") from error


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its own size may be wrong, or a trap
    count = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(c) for c in row]
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise too_large(f"> {MAX_COLUMNS} columns", f"{MAX_COLUMNS}")
        if cells:
            count += 1
            yield Line(number, cells)
        if number == _LAST_ROW:
            return  # a file may claim rows no spreadsheet has
        if count > MAX_ROWS + 1:
            raise too_large(f"> {MAX_ROWS:,} rows", f"{MAX_ROWS:,}")


def _cell(cell: Any) -> Cell:
    """Return a cell as a person sees it: 12 for 12 %, a day for a day."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{_DIGITS}g}")
        return number * 100 if "%" in str(cell.number_format) else number
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else cleaned(str(value))


def _finished(data: bytes, sheet: Any, lines: list[Line], others: list[str]) -> Grid:
    """Fill merged cells and say what the sheet holds beside values."""
    remarks: list[Remark] = []
    if others:
        told = {"sheet": sheet.title, "others": ", ".join(others[:LISTED])}
        remarks.append(Remark(_OTHER_SHEETS, told))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        raw = archive.read(str(sheet._worksheet_path).lstrip("/"))  # noqa: SLF001 - the library gives no other way to the sheet's own part
    filled = _fill_merged(raw, lines)
    if filled:
        remarks.append(Remark(_MERGED_SAID, {"places": ", ".join(filled[:LISTED])}))
    if _FORMULA.search(raw):
        remarks += _formulas(data, sheet.title, lines)
    return Grid(lines, "xlsx", None, remarks)


def _fill_merged(raw: bytes, lines: list[Line]) -> list[str]:
    """Write a merged cell's value into every row it spans, as it is shown."""
    by_number = {line.number: line for line in lines}
    filled: list[str] = []
    for left, top, right, bottom in _MERGED.findall(raw):
        first, last, column = int(top), min(int(bottom), lines[-1].number), _index(left.decode())
        head = by_number.get(first)
        value = head.cells[column] if head and column < len(head.cells) else None
        if value is None or first == last:
            continue
        filled.append(f"{left.decode()}{first}:{right.decode()}{last}")
        for number in range(first + 1, last + 1):
            line = by_number.get(number)
            if line is not None:
                line.cells.extend([None] * (column + 1 - len(line.cells)))
                line.cells[column] = value
    return filled


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _formulas(data: bytes, title: str, lines: list[Line]) -> list[Remark]:
    """Say which cells are formulas, and which of them nobody has computed yet."""
    values = {line.number: line.cells for line in lines}
    found: list[str] = []
    empty: list[str] = []
    book = _opened(data, results=False)
    sheet = book[title]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number == _LAST_ROW:
            break
        for cell in row:
            if cell.data_type == "f":
                known = values.get(cell.row, [])
                has = cell.column <= len(known) and known[cell.column - 1] is not None
                (found if has else empty).append(str(cell.coordinate))
    book.close()
    kinds = ((found, _COMPUTED), (empty, _NOT_COMPUTED))
    return [
        Remark(said, {"count": len(places), "places": ", ".join(places[:LISTED])})
        for places, said in kinds
        if places
    ]
