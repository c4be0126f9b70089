"""A table as it was read, before anybody says what its columns mean; and how large one may be."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from db.enums import Locale
from tools.errors import Refused, Said

Cell = str | Decimal | date | bool | None

MAX_BYTES = 20 * 2**20
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # what a spreadsheet's cell holds
LISTED = 5  # how many places a remark names

_TOO_LARGE = Said(
    de="Die Datei ist zu groß: {what}. Möglich sind {most}.",
    en="The file is too large: {what}. Possible are {most}.",
    es="El archivo es demasiado grande: {what}. Se admiten {most}.",
)


@dataclass(frozen=True)
class Remark:
    """Something a person should know about a table: a sentence, and where it applies."""

    said: Said
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    line: int | None = None
    column: str | None = None

    def text(self, locale: Locale) -> str:
        """Return the sentence in a language."""
        return self.said.format(locale, **self.values)


@dataclass(frozen=True)
class Line:
    """One row and the line of the file (or row of the sheet) it begins on."""

    number: int
    cells: list[Cell]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(c is not None for c in self.cells)


@dataclass(frozen=True)
class Grid:
    """All rows of a file that hold anything, headings included."""

    lines: list[Line]
    encoding: str
    delimiter: str | None = None
    remarks: list[Remark] = field(default_factory=list[Remark])


def cleaned(text: str) -> str | None:
    """Return a cell's text without blanks around it and marks nobody sees; None when empty."""
    if len(text) > MAX_CELL:
        raise too_large(f"{len(text):,} characters in one cell", f"{MAX_CELL:,}")
    kept = text.replace("\ufeff", "").replace("\u200b", "").strip()
    return kept or None


def too_large(what: str, most: str) -> Refused:
    """Return the refusal of a file beyond our limits."""
    return Refused("too_large", _TOO_LARGE, next="stop", what=what, most=most)


def checked(lines: list[Line]) -> list[Line]:
    """Return the lines, refusing more of them or wider ones than we take.

    Raises:
        Refused: the table is too large.
    """
    if len(lines) > MAX_ROWS + 1:
        raise too_large(f"{len(lines):,} rows", f"{MAX_ROWS:,}")
    widest = max((len(line.cells) for line in lines), default=0)
    if widest > MAX_COLUMNS:
        raise too_large(f"{widest:,} columns", f"{MAX_COLUMNS:,}")
    return lines
