"""PDF: text by PDFium; pages that draw a table are read again by pdfplumber, which knows cells."""

import re
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from knowledge.reading.blocks import Block, Paragraph, clean, one_line, table
from knowledge.reading.numbering import mark_of
from knowledge.reading.unreadable import UnreadableError, Why

MOST_PAGES = 500
_MOST_TABLE_PAGES = 80  # a third of a second each; further ones are read as text
_RULED = 8  # lines and boxes a page draws before it may hold a table
_SCANNED = 25  # letters a page, on average, below which there is no text layer
_EDGE = 2  # lines at the top and the bottom that may be running heads
_OFTEN = 0.6
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])(?:-|\u00ad|\ufffe|\x02)\n(?=[a-zäöüßáéíóúñ])")
_DIGITS = re.compile(r"\d+")


def read(data: bytes) -> tuple[str | None, list[Block]]:
    """Return a PDF's title, when it names one, and its paragraphs and tables.

    Raises:
        UnreadableError: encrypted, damaged, too many pages, or pictures of pages only.
    """
    opened = _opened(data)
    try:
        pages = len(opened)
        if pages > MOST_PAGES:
            raise UnreadableError(Why.TOO_MANY_PAGES, pages=pages, most=MOST_PAGES)
        texts, ruled = _texts(opened)
        said = opened.get_metadata_dict(skip_empty=True).get("Title")
    finally:
        opened.close()
    if sum(len(t.strip()) for t in texts) < _SCANNED * max(pages, 1):
        raise UnreadableError(Why.SCANNED if pages else Why.NO_TEXT, pages=pages)
    tabled = _tabled(data, ruled[:_MOST_TABLE_PAGES])
    running = _running(texts)
    found: list[Block] = []
    for number, text in enumerate(texts, start=1):
        found += tabled.get(number) or _paragraphs(_without(text, running), number)
    return (one_line(said) if said else None), found


def _opened(data: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise UnreadableError(Why.ENCRYPTED if locked else Why.BROKEN) from error


def _texts(opened: Any) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers of the pages that draw lines and boxes."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    texts: list[str] = []
    ruled: list[int] = []
    try:
        for number in range(len(opened)):
            page = opened[number]
            texts.append(page.get_textpage().get_text_bounded())
            paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=2)
            if sum(1 for _, _ in zip(range(_RULED), paths, strict=False)) >= _RULED:
                ruled.append(number + 1)
            page.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(Why.BROKEN) from error
    return texts, ruled


def _running(texts: Sequence[str]) -> set[str]:
    """Return the lines that stand at the edge of most pages, numbers apart: heads and feet.

    A line that begins a numbered unit is none of them, though articles may all be called alike.
    """
    if len(texts) < 3:  # noqa: PLR2004 - two pages show no habit
        return set()
    seen: Counter[str] = Counter()
    for text in texts:
        lines = [line for line in text.splitlines() if line.strip()]
        edges = [one_line(x) for x in lines[:_EDGE] + lines[-_EDGE:]]
        seen.update({_DIGITS.sub("#", x) for x in edges if mark_of(x, heading=False) is None})
    return {line for line, times in seen.items() if times >= len(texts) * _OFTEN}


def _without(text: str, running: set[str]) -> str:
    lines = text.splitlines()
    inner = range(_EDGE, len(lines) - _EDGE)
    kept = [x for n, x in enumerate(lines) if n in inner or not _runs(one_line(x), running)]
    return "\n".join(kept)


def _runs(line: str, running: set[str]) -> bool:
    return _DIGITS.sub("#", line) in running and mark_of(line, heading=False) is None


def _paragraphs(text: str, page: int) -> list[Block]:
    """Return a page's lines as one paragraph each: what belongs together is told by numbers."""
    joined = clean(_BROKEN_WORD.sub("", text.replace("\r\n", "\n")))
    return [Paragraph(line, page) for line in joined.split("\n") if line]


def _tabled(data: bytes, pages: Sequence[int]) -> dict[int, list[Block]]:
    """Return the blocks of the pages that hold tables: text above, table, text below."""
    if not pages:
        return {}
    import pdfplumber

    found: dict[int, list[Block]] = {}
    with pdfplumber.open(BytesIO(data), pages=list(pages)) as opened:
        for page in opened.pages:
            tables = sorted(page.find_tables(), key=lambda t: t.bbox[1])
            if tables:
                found[page.page_number] = _divided(page, tables)
            page.close()
    return found


def _divided(page: Any, tables: Sequence[Any]) -> list[Block]:
    found: list[Block] = []
    left, top, right, bottom = page.bbox
    at = top
    for one in tables:
        upper, lower = max(one.bbox[1], top), min(one.bbox[3], bottom)
        found += _between(page, (left, at, right, upper))
        rows = [[cell or "" for cell in row] for row in one.extract()]
        if made := table(rows, page.page_number):
            found.append(made)
        at = max(at, lower)
    return found + _between(page, (left, at, right, bottom))


def _between(page: Any, box: tuple[float, float, float, float]) -> list[Block]:
    if box[3] - box[1] < 1:
        return []
    return _paragraphs(page.crop(box, strict=False).extract_text() or "", page.page_number)
