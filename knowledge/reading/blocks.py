"""What every reader makes of a document: headings, paragraphs, tables, in order, as clean text."""

import re
import unicodedata
from dataclasses import dataclass

# Raised digits after a digit are footnotes or powers, never further digits: "Art. 5²" is not 52.
_SUPERSCRIPT = re.compile(r"(?<=[\d.,)])[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffe\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 1 is the highest."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or a list item; `page` where the document has pages."""

    text: str
    page: int | None = None


@dataclass(frozen=True)
class Table:
    """A table; the header may be empty, every row is as wide as the widest."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    page: int | None = None


Block = Heading | Paragraph | Table


def clean(text: str) -> str:
    """Return text as it is stored: NFKC, nothing invisible, single blanks, none at line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    text = _SUPERSCRIPT.sub(lambda found: f"^{found.group()}", text)
    text = unicodedata.normalize("NFKC", text)
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return "\n".join(line.strip() for line in _BLANKS.sub(" ", text).strip().split("\n"))


def one_line(text: str) -> str:
    """Return clean text on one line."""
    return " ".join(clean(text).split())


def table(rows: list[list[str]], page: int | None = None) -> Table | None:
    """Return rows of cells as a table, its first row as header; None when nothing stands in it."""
    filled = [[one_line(cell) for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return None
    width = max(len(row) for row in filled)
    even = [tuple(row + [""] * (width - len(row))) for row in filled]
    return Table(even[0], tuple(even[1:]), page) if len(even) > 1 else Table((), tuple(even), page)
