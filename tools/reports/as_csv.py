"""A sheet as CSV: as the reader's spreadsheet reads it, and nothing in it can be run."""

import csv
import io
from decimal import Decimal

from db.enums import Locale
from tools.calc.reading.format import DECIMAL_SIGN
from tools.reports.sheet import Cell, Heading, Sheet, as_text

# What spreadsheets take for the beginning of a formula, as OWASP lists it, wide forms included.
_TRIGGERS = tuple("=+-@\t\r\n＝＋－＠")
_SIGN: dict[Locale, str] = {"de": ";", "en": ",", "es": ";"}


def csv_of(sheet: Sheet, locale: Locale) -> bytes:
    """Return a sheet as CSV: figures without grouping, with the decimal sign of a language."""
    written = io.StringIO()
    out = csv.writer(written, delimiter=_SIGN[locale])
    out.writerow([harmless(h.text) for h in sheet.columns])
    for row in sheet.rows:
        cells = zip(row, sheet.columns, strict=True)
        out.writerow([_written(value, heading, locale) for value, heading in cells])
    return written.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows instead of running it."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_TRIGGERS) else text


def _written(value: Cell, heading: Heading, locale: Locale) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", DECIMAL_SIGN[locale])  # a figure, so a minus is a minus
    return harmless(as_text(value, heading, locale))
