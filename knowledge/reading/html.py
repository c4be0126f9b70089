"""HTML: what a reader sees of it. Scripts, menus, forms and hidden text are left out."""

import re
from typing import Any

from knowledge.reading.blocks import Block, Heading, Paragraph, clean, one_line, table
from knowledge.reading.unreadable import UnreadableError, Why

_LEFT_OUT = {
    "script", "style", "noscript", "template", "nav", "aside", "form", "button", "select", "input",
    "iframe", "object", "embed", "svg", "canvas", "audio", "video", "head", "footer",
}  # fmt: skip
_PARAGRAPHS = {
    "p", "li", "dd", "dt", "blockquote", "pre", "div", "section", "article", "main", "body", "html",
    "header", "figure", "figcaption", "ul", "ol", "dl", "address", "details", "summary", "center",
}  # fmt: skip
_HEADING = re.compile(r"h([1-6])")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)
_MAIN_SHARE = 0.4  # of the page's text; a smaller <main> is not what the page is about
_DEPTH = 400


def read(data: bytes) -> list[Block]:
    """Return the blocks of a page.

    Raises:
        UnreadableError: no parser makes a page of it.
    """
    return _Page().blocks_of(_root(data))


def title(data: bytes) -> str | None:
    """Return what a page calls itself."""
    found = _root(data).findtext(".//title")
    return one_line(found) if found and found.strip() else None


def _root(data: bytes) -> Any:
    from lxml import etree, html  # type: ignore[attr-defined] - compiled, without stubs

    # What a page says of its encoding is believed by the parser; without a word it is UTF-8.
    says = re.search(rb"charset|<\?xml[^>]*encoding", data[:2048], re.IGNORECASE)
    encoding = None if says else _encoding(data)
    parser = html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding=encoding
    )
    try:
        found = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(Why.BROKEN) from error
    return found


def _encoding(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf8"


class _Page:
    """Walks a page and gathers text until a block ends."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self.text: list[str] = []

    def blocks_of(self, root: Any) -> list[Block]:
        """Return the blocks of the page, of its main part when it says which that is."""
        bodies = root.xpath("//main | //*[@role='main'] | //article")
        whole = len(root.text_content()) or 1
        told = [b for b in bodies if len(b.text_content()) >= whole * _MAIN_SHARE]
        self._walk(told[0] if told else root, 0)
        self._end()
        return self.found

    def _walk(self, node: Any, depth: int) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in _LEFT_OUT or depth > _DEPTH or _is_hidden(node):
            return
        if heading := _HEADING.fullmatch(tag):
            self._end()
            if said := one_line(_shown(node)):
                self.found.append(Heading(int(heading[1]), said))
        elif tag == "table" and _is_data(node):
            self._end()
            if made := table(_rows(node)):
                self.found.append(made)
        else:
            self._inside(node, tag, depth)

    def _inside(self, node: Any, tag: str, depth: int) -> None:
        apart = tag in _PARAGRAPHS or tag in {"table", "tr", "td", "th", "tbody", "thead"}
        if apart:
            self._end()
        if tag == "br":
            self.text.append("\n")
        if tag == "sup":
            self._raise_up(node)
        else:
            self.text.append(_flowing(node.text, kept=tag == "pre"))
        for child in node:
            self._walk(child, depth + 1)
            self.text.append(_flowing(child.tail, kept=tag == "pre"))
        if apart:
            self._end()

    def _raise_up(self, node: Any) -> None:
        """Mark a raised figure after a figure, so that 5 with footnote 2 does not read 52."""
        before = "".join(self.text)[-1:]
        raised = node.text or ""
        self.text.append(f"^{raised}" if before.isdigit() and raised[:1].isdigit() else raised)

    def _end(self) -> None:
        if said := clean("".join(self.text)):
            self.found.append(Paragraph(said))
        self.text = []


def _flowing(text: str | None, *, kept: bool) -> str:
    """Return text as a browser flows it: line ends of the file are blanks."""
    return (text or "") if kept else re.sub(r"\s+", " ", text or "")


def _is_hidden(node: Any) -> bool:
    return (
        node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(node.get("style") or ""))
    )


def _shown(node: Any) -> str:
    """Return the text of a node without what is left out or hidden."""
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag in _LEFT_OUT or _is_hidden(node):
        return ""
    gap = " " if tag in _PARAGRAPHS or tag == "br" else ""
    inside = "".join(_shown(child) + (child.tail or "") for child in node)
    return f"{gap}{node.text or ''}{inside}{gap}"


def _is_data(node: Any) -> bool:
    """Return whether a table holds data: one that only lays a page out nests or has one column."""
    if node.xpath(".//table") or len(node.xpath(".//h1|.//h2|.//h3")) > 1:
        return False
    return max((len(row.xpath("./td|./th")) for row in node.xpath(".//tr")), default=0) > 1


def _rows(node: Any) -> list[list[str]]:
    found: list[list[str]] = []
    for row in node.xpath(".//tr"):
        cells: list[str] = []
        for cell in row.xpath("./td|./th"):
            cells.append(_shown(cell))
            cells += [""] * (min(_span(cell), 50) - 1)
        found.append(cells)
    return found


def _span(cell: Any) -> int:
    said = str(cell.get("colspan") or "1")
    return int(said) if said.isdigit() and len(said) < 4 and said != "0" else 1  # noqa: PLR2004 - wider is no table
