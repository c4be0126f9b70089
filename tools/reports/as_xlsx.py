"""Sheets as an Excel workbook: real figures and days, formats of the reader's language."""

import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.enums import Locale
from tools.reports.paper import Paper
from tools.reports.sheet import Cell, Heading, Sheet, as_text
from tools.reports.words import ABOUT

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_DAY: dict[Locale, str] = {"de": "dd.mm.yyyy", "en": "[$-409]d mmm yyyy", "es": "dd/mm/yyyy"}
_MONTH: dict[Locale, str] = {"de": "mm/yyyy", "en": "[$-409]mmm yyyy", "es": "mm/yyyy"}
_WIDEST, _LOOKED_AT = 60, 500
_LONGEST_NAME, _LONGEST_CELL = 31, 32_767
_FIRST_YEAR = 1900  # of Excel's calendar
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']+")


def xlsx_of(paper: Paper, sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    """Return sheets under their names as one workbook, and a page that says what they are."""
    import xlsxwriter

    held = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({
            "title": paper.title, "author": "CoffeeStudio", "company": paper.company,
            "created": paper.now.replace(tzinfo=None),
        })  # fmt: skip
        taken: set[str] = set()
        for name, sheet in sheets:
            _write(book, book.add_worksheet(_name(name, taken)), sheet, paper)
        _tell(book, book.add_worksheet(_name(ABOUT.format(paper.locale), taken)), paper)
    return held.getvalue()


def _name(text: str, taken: set[str]) -> str:
    """Return a name Excel takes for a sheet, each one once whatever its case."""
    clean = _NOT_IN_NAMES.sub(" ", text).strip()[:_LONGEST_NAME].strip() or "1"
    name, number = clean, 2
    while name.lower() in taken:
        name, number = f"{clean[: _LONGEST_NAME - 4]} ({number})", number + 1
    taken.add(name.lower())
    return name


def _write(book: "Workbook", page: "Worksheet", sheet: Sheet, paper: Paper) -> None:
    locale = paper.locale
    formats = [book.add_format({"num_format": f}) for f in _formats(sheet.columns, locale)]
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, heading in enumerate(sheet.columns):
        page.set_column(place, place, _width(sheet, place, locale))
        page.write_string(0, place, heading.text, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for place, value in enumerate(row):
            _put(page, number, place, value, formats[place])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), max(0, len(sheet.columns) - 1))
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{_footer(paper)}&R&P/&N")


def _footer(paper: Paper) -> str:
    return " · ".join(paper.lines[-2:]).replace("&", "&&")[:200]


def _put(page: "Worksheet", row: int, place: int, value: Cell, form: "Format") -> None:
    if value is None:
        return  # an empty cell: unknown
    if isinstance(value, Decimal):
        page.write_number(row, place, float(value), form)
    elif isinstance(value, str):
        page.write_string(row, place, value[:_LONGEST_CELL])
    elif isinstance(value, date) and value.year < _FIRST_YEAR:
        page.write_string(row, place, value.isoformat())
    else:
        page.write_datetime(row, place, value, form)  # type: ignore[arg-type] - takes days and times too


def _formats(columns: Sequence[Heading], locale: Locale) -> list[str]:
    kinds: dict[str, str] = {
        "date": _DAY[locale],
        "instant": f"{_DAY[locale]} hh:mm",
        "month": _MONTH[locale],
        "time": "hh:mm",
    }
    return [_figure(h) if h.kind == "number" else kinds.get(h.kind, "General") for h in columns]


def _figure(heading: Heading) -> str:
    if not heading.grouped:
        return "0"
    return "#,##0" + ("." + "0" * heading.places if heading.places else "")


def _width(sheet: Sheet, place: int, locale: Locale) -> int:
    heading = sheet.columns[place]
    texts: list[Any] = [as_text(r[place], heading, locale) for r in sheet.rows[:_LOOKED_AT]]
    return min(_WIDEST, max([len(heading.text), *map(len, texts)]) + 2)


def _tell(book: "Workbook", page: "Worksheet", paper: Paper) -> None:
    """Write what the file holds, as of when, and what was left out."""
    page.set_column(0, 0, 100)
    page.write_string(0, 0, paper.title, book.add_format({"bold": True, "font_size": 14}))
    for number, line in enumerate(paper.lines, start=1):
        page.write_string(number, 0, line)
