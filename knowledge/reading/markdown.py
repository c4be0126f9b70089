"""Markdown that is not of our own convention: headings, paragraphs, lists, tables."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from knowledge.reading.blocks import Block, Heading, Paragraph, clean, one_line, table
from knowledge.reading.plain import decoded

if TYPE_CHECKING:
    from markdown_it.token import Token


def read(data: bytes) -> list[Block]:
    """Return the blocks of a Markdown text; its HTML parts are read as HTML."""
    from markdown_it import MarkdownIt

    reading = _Reading()
    for token in MarkdownIt("commonmark").enable("table").parse(decoded(data)):
        reading.add(token)
    return reading.found


class _Reading:
    def __init__(self) -> None:
        self.found: list[Block] = []
        self.rows: list[list[str]] = []
        self.level, self.bullet = 0, ""
        self._opened: dict[str, Callable[[Token], None]] = {
            "heading_open": self._heading,
            "list_item_open": self._item,
            "tr_open": lambda _: self.rows.append([]),
            "table_close": lambda _: self._table(),
            "inline": self._inline,
            "fence": self._code,
            "code_block": self._code,
            "html_block": lambda token: self.found.extend(_html(token.content)),
        }

    def add(self, token: "Token") -> None:
        """Take the next token."""
        if taken := self._opened.get(token.type):
            taken(token)

    def _heading(self, token: "Token") -> None:
        self.level = int(token.tag[1:])

    def _item(self, token: "Token") -> None:
        self.bullet = f"{token.info}{token.markup} " if token.info else "- "

    def _table(self) -> None:
        if made := table(self.rows):
            self.found.append(made)
        self.rows = []

    def _inline(self, token: "Token") -> None:
        said = _text(token)
        if self.rows:
            self.rows[-1].append(said)
            return
        if self.level and said.strip():
            self.found.append(Heading(self.level, one_line(said)))
        elif said.strip():
            self.found.append(Paragraph(self.bullet + clean(said)))
        self.level, self.bullet = 0, ""

    def _code(self, token: "Token") -> None:
        if token.content.strip():
            self.found.append(Paragraph(clean(token.content)))


def _text(token: "Token") -> str:
    """Return what is read of a line: no marks, no addresses, no images."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
    return "".join(parts)


def _html(text: str) -> list[Block]:
    from knowledge.reading import html

    return html.read(text.encode()) if "<!--" not in text else []
