"""Sheets as a PDF: a table that repeats its headings, wraps its cells and breaks over pages."""

import io
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from tools.reports.fonts import drawable, font_file
from tools.reports.paper import Paper
from tools.reports.sheet import Heading, Sheet, as_text
from tools.reports.words import PAGE

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

_PLAIN, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_SIZES = (8.0, 7.0, 6.0, 5.0)
_A4 = (595.28, 841.89)
_MARGIN, _FOOT, _GAP = 36.0, 18.0, 8.0
_LEAST, _MOST = 24.0, 220.0  # of a column
_TALLEST = 40  # lines of a cell
_WIDE = 6  # columns; a single record with more is a list of its fields
_LINE, _SHADE, _GREY = "#9aa0a6", "#f4f5f7", "#5f6368"
Grid = Sequence[Sequence[str]]


def pdf_of(paper: Paper, sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    """Return sheets under their names as one document."""
    from reportlab.platypus import SimpleDocTemplate, Spacer

    _register()
    grids = [(name, *_grid(sheet, paper)) for name, sheet in sheets]
    page = _page([g for _, _, g in grids])
    held = io.BytesIO()
    document = SimpleDocTemplate(
        held, pagesize=page, invariant=1, title=paper.title, author="CoffeeStudio",
        subject=paper.company, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN + _FOOT,
    )  # fmt: skip
    story: list[Flowable] = _head(paper)
    for name, columns, grid in grids:
        if len(grids) > 1:
            story += [Spacer(0, 10), _words(name, _BOLD, 10)]
        story.append(_table(columns, grid, page[0] - 2 * _MARGIN))
    foot = _foot(paper)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return held.getvalue()


@cache
def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont(_PLAIN, str(font_file())))
    pdfmetrics.registerFont(TTFont(_BOLD, str(font_file(bold=True))))


def _grid(sheet: Sheet, paper: Paper) -> tuple[Sequence[Heading], Grid]:
    """Return a sheet as texts, headings first; a wide single record as a list of its fields."""
    columns = sheet.columns
    rows = [
        [drawable(as_text(value, h, paper.locale)) for value, h in zip(row, columns, strict=True)]
        for row in sheet.rows
    ]
    heads = [drawable(h.text) for h in columns]
    if len(rows) == 1 and len(columns) > _WIDE:
        pairs = [Heading("field", ""), Heading("value", "")]
        return pairs, [["", ""], *([h, c] for h, c in zip(heads, rows[0], strict=True) if c)]
    return columns, [heads, *rows]


def _page(grids: Sequence[Grid]) -> tuple[float, float]:
    """Return A4, on its side when a table does not fit upright."""
    widest = max(sum(_natural(g, _SIZES[0])) for g in grids)
    return _A4 if widest <= _A4[0] - 2 * _MARGIN else (_A4[1], _A4[0])


def _natural(grid: Grid, size: float) -> list[float]:
    """Return how wide each column would like to be."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    longest = [max(column, key=len) for column in zip(*grid, strict=True)]
    widths = [stringWidth(text, _PLAIN, size) + _GAP for text in longest]
    heads = [stringWidth(_longest_word(h), _BOLD, size) + _GAP for h in grid[0]]
    return [min(_MOST, max(_LEAST, w, h)) for w, h in zip(widths, heads, strict=True)]


def _longest_word(text: str) -> str:
    return max(text.split(), key=len, default="")


def _widths(grid: Grid, room: float) -> tuple[list[float], float]:
    """Return the width of every column and the largest size of type they fit with."""
    size, wanted = _SIZES[0], _natural(grid, _SIZES[0])
    for size in _SIZES:
        wanted = _natural(grid, size)
        if sum(wanted) <= room:
            return wanted, size
    share = room / sum(wanted)  # cells wrap
    return [w * share for w in wanted], size


def _table(columns: Sequence[Heading], grid: Grid, room: float) -> "Flowable":
    from reportlab.platypus import LongTable

    widths, size = _widths(grid, room)
    wrap = _wrapper(size)
    cells = [
        [wrap(text, w, _BOLD if n == 0 else _PLAIN) for text, w in zip(row, widths, strict=True)]
        for n, row in enumerate(grid)
    ]
    heights = [_GAP / 2 + size * 1.25 * max(c.count("\n") + 1 for c in row) for row in cells]
    headed = any(grid[0])
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), _PLAIN, size, size * 1.2),
        ("FONT", (0, 0), (-1, 0), _BOLD, size, size * 1.2),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, _LINE),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), ("#ffffff", _SHADE)),
    ]
    style += [
        ("ALIGN", (n, 0), (n, -1), "RIGHT") for n, h in enumerate(columns) if h.kind == "number"
    ]
    shown = cells if headed else cells[1:]
    tall = heights if headed else heights[1:]
    table = LongTable(
        shown, colWidths=widths, rowHeights=tall, repeatRows=int(headed), hAlign="LEFT"
    )
    table.setStyle(style if headed else style[:1] + style[2:7])
    return table


def _wrapper(size: float) -> Callable[[str, float, str], str]:
    """Return what breaks a text into the lines of a column; a long word is broken, never cut."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase.pdfmetrics import stringWidth

    def broken(word: str, font: str, room: float) -> list[str]:
        parts = [""]
        for letter in word:
            if parts[-1] and stringWidth(parts[-1] + letter, font, size) > room:
                parts.append("")
            parts[-1] += letter
        return parts

    def wrap(text: str, width: float, font: str) -> str:
        room = width - _GAP + 2
        if stringWidth(text, font, size) <= room:
            return text
        found: list[str] = []
        for line in simpleSplit(text, font, size, room):
            fits = stringWidth(line, font, size) <= room
            found += [line] if fits else broken(line, font, room)
        if len(found) > _TALLEST:
            found = [*found[: _TALLEST - 1], f"{found[_TALLEST - 1]} …"]
        return "\n".join(found)

    return wrap


def _head(paper: Paper) -> list["Flowable"]:
    lines = [_words(line, _PLAIN, 8, _GREY) for line in paper.lines]
    return [_words(paper.title, _BOLD, 14), *lines]


def _words(text: str, font: str, size: float, color: str = "#000000") -> "Flowable":
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "words", fontName=font, fontSize=size, leading=size * 1.35, textColor=HexColor(color),
        spaceAfter=4,
    )  # fmt: skip
    return Paragraph(escape(drawable(text), quote=False), style)


def _foot(paper: Paper) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(_PLAIN, 7)
        canvas.setFillColor(_GREY)
        width = document.pagesize[0]
        canvas.drawString(_MARGIN, _MARGIN / 2, drawable(" · ".join(paper.lines[-2:]))[:140])
        number = PAGE.format(paper.locale, number=canvas.getPageNumber())
        canvas.drawRightString(width - _MARGIN, _MARGIN / 2, number)
        canvas.restoreState()

    return draw
