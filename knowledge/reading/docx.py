"""Word texts: headings by style, paragraphs, tables, in the order of the page."""

import re
import zipfile
import zlib
from io import BytesIO
from typing import Any

from knowledge.reading.blocks import Block, Heading, Paragraph, clean, one_line, table
from knowledge.reading.unreadable import UnreadableError, Why

_DAMAGED = (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error)
_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)


def read(data: bytes) -> tuple[str | None, list[Block]]:
    """Return a text's title, when its properties name one, and its blocks.

    Raises:
        UnreadableError: it is damaged.
    """
    opened = _opened(data)
    found: list[Block] = []
    for part in opened.iter_inner_content():
        if hasattr(part, "rows"):
            if made := table(_rows(part)):
                found.append(made)
        elif said := clean(_text(part)):
            level = _level(part)
            found.append(Heading(level, one_line(said)) if level else Paragraph(said))
    return (one_line(opened.core_properties.title or "") or None), found


def _opened(data: bytes) -> Any:
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml import etree  # type: ignore[attr-defined] - compiled, without stubs

    try:
        return Document(BytesIO(data))
    except (*_DAMAGED, OpcError, etree.LxmlError) as error:
        raise UnreadableError(Why.BROKEN) from error


def _level(part: Any) -> int:
    name = str(part.style.name if part.style is not None else "")
    if name == "Title":
        return 1
    found = _STYLE.fullmatch(name)
    return int(found[1]) if found else 0


def _text(part: Any) -> str:
    """Return a paragraph's text: raised figures after a figure marked, hidden text left out."""
    said = ""
    for run in part.iter_inner_content():
        for piece in getattr(run, "runs", [run]):
            if piece.font.hidden:
                continue
            text = str(piece.text)
            raised = piece.font.superscript and said[-1:].isdigit() and text[:1].isdigit()
            said += f"^{text}" if raised else text
    return said


def _rows(part: Any) -> list[list[str]]:
    """Return a table's cells; a merged cell is said once."""
    found: list[list[str]] = []
    for row in part.rows:
        cells: list[str] = []
        before: Any = None
        for cell in row.cells:
            cells.append("" if cell._tc is before else str(cell.text))  # noqa: SLF001 - the library names merged cells no other way
            before = cell._tc  # noqa: SLF001
        found.append(cells)
    return found
