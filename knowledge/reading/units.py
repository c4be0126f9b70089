"""From blocks to units: what stands under one number, or under one heading where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from knowledge.reading.blocks import Block, Heading, Paragraph, Table
from knowledge.reading.numbering import PART, Mark, mark_of

_LONGEST_LABEL = 70


@dataclass(frozen=True)
class Part:
    """A paragraph or table of a unit; `mark` is its own number, "(4)", where it has one."""

    content: Paragraph | Table
    mark: str = ""


@dataclass(frozen=True)
class Unit:
    """What stands under one number or heading.

    Attributes:
        locator: where it stands; empty before the first heading.
        path: the headings above it and its own, highest first.
        parts: its content in order.
        numbered: whether the locator is a number of the document's own.
    """

    locator: str
    path: tuple[str, ...]
    parts: tuple[Part, ...]
    numbered: bool


@dataclass
class _Open:
    """The unit being read."""

    locator: str = ""
    numbered: bool = False
    parts: list[Part] = field(default_factory=list[Part])


def units_of(blocks: Sequence[Block]) -> list[Unit]:
    """Return a document's units in order; a heading with nothing below is only a step of paths."""
    reading = _Reading()
    for block in blocks:
        reading.add(block)
    reading.close()
    return reading.found


class _Reading:
    def __init__(self) -> None:
        self.found: list[Unit] = []
        self.path: list[tuple[int, str]] = []
        self.open = _Open()

    def add(self, block: Block) -> None:
        """Take the next block: it opens a unit, or belongs to the one that is open."""
        if isinstance(block, Heading):
            self._head(block.level * 10, block.text, mark_of(block.text, heading=True))
        elif isinstance(block, Table):
            self.open.parts.append(Part(block))
        else:
            self._said(block)

    def _said(self, block: Paragraph) -> None:
        first, _, rest = block.text.partition("\n")
        mark = mark_of(first, heading=False)
        if mark is None or mark.depth == PART:
            self.open.parts.append(Part(block, mark.locator if mark else ""))
            return
        self._head(mark.depth + self._floor(), first, mark)
        # The number's own line stays with its text: a unit is quoted with its number.
        self.open.parts.append(Part(replace(block, text=first)))
        if rest:
            self._said(replace(block, text=rest))

    def _floor(self) -> int:
        """Return the level below all headings the document marks as such."""
        return max((level for level, _ in self.path if level >= 10), default=0)  # noqa: PLR2004 - marked headings count in tens

    def _head(self, level: int, text: str, mark: Mark | None) -> None:
        self.close()
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.path.append((level, _label(text)))
        numbered = mark is not None and mark.depth != PART
        self.open = _Open(mark.locator if mark and numbered else _label(text), numbered)

    def close(self) -> None:
        """End the unit being read."""
        if self.open.parts:
            path = tuple(text for _, text in self.path)
            unit = Unit(self.open.locator, path, tuple(self.open.parts), self.open.numbered)
            self.found.append(unit)
        self.open = replace(self.open, parts=[])


def _label(text: str) -> str:
    """Return a heading as it is shown in paths: one line, not too long, whole words."""
    if len(text) <= _LONGEST_LABEL:
        return text
    return text[:_LONGEST_LABEL].rpartition(" ")[0] + " …"
