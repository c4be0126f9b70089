"""From units to passages: one per unit where it fits, else per paragraph, sentence or row group.

A number never leaves its unit: a line is cut only where a sentence ends, in need between words,
and never beside a figure; a table's header is repeated over every group of its rows.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.reading.blocks import Paragraph, Table
from knowledge.reading.units import Part, Unit

MOST_TOKENS = 400
LEAST_TOKENS = 80
_CHARS_PER_TOKEN = 4
_ROWS_TOKENS = 300
_SENTENCE = re.compile(
    r"(?<=[.!?…])(?<![\s(][A-Za-zÄÖÜäöü]\.)(?<!\d\.)"
    r"(?<!\bArt\.)(?<!\bart\.)(?<!\bNr\.)(?<!\bNo\.)(?<!\bno\.)(?<!\bAbs\.)(?<!\bZiff\.)(?<!\bbzw\.)"
    r"(?<!\bca\.)(?<!\binkl\.)(?<!\bvgl\.)(?<!\bUAbs\.)(?<!\blit\.)(?<!\bSt\.)(?<!\bnúm\.)(?<!\bpág\.)"
    r"(?<!\bpara\.)(?<!\bReg\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\betc\.)(?<!\busw\.)"
    r"\s+(?=[^\W\da-zäöüßáéíóúñ_]|[\d(„“\"«¿¡§-])"
)
_CLAUSES = re.compile(r"(?<=;)\s+|\n")


@dataclass(frozen=True)
class Piece:
    """A passage in the making."""

    locator: str
    path: tuple[str, ...]
    body: str
    page: int | None = None
    refs: tuple[str, ...] = ()


def tokens(text: str) -> int:
    """Return about what a text costs in a prompt."""
    return -(-len(text) // _CHARS_PER_TOKEN)


def pieces_of(units: Iterable[Unit]) -> list[Piece]:
    """Return a document's passages; no two have the same locator."""
    found = [piece for unit in units for piece in _of_unit(unit)]
    return list(_told_apart(found))


def _of_unit(unit: Unit) -> Iterator[Piece]:
    texts = [p for p in unit.parts if isinstance(p.content, Paragraph)]
    whole = _joined(unit.parts)
    if len(texts) == len(unit.parts) and tokens(whole) <= MOST_TOKENS:
        yield Piece(unit.locator, unit.path, whole, _page(unit.parts))
        return
    runs = list(_runs(unit))
    divided = sum(not isinstance(run, Table) for run in runs) > 1
    for run in runs:
        if isinstance(run, Table):
            yield from _rows(unit, run)
        else:
            yield from _cut(unit, run, [p.mark for p in run if p.mark and divided])


def _runs(unit: Unit) -> Iterator[Table | list[Part]]:
    """Yield tables and what stands between them; a numbered part begins a run of its own."""
    run: list[Part] = []
    for part in unit.parts:
        if isinstance(part.content, Table):
            if run:
                yield run
            yield part.content
            run = []
        elif part.mark and run and tokens(_joined(run)) >= LEAST_TOKENS:
            yield run
            run = [part]
        else:
            run.append(part)
    if run:
        yield run


def _joined(parts: Sequence[Part]) -> str:
    """Return the text of paragraphs; lines of a page flow on, paragraphs stand apart."""
    said = ""
    for part in parts:
        if not isinstance(part.content, Paragraph):
            continue
        flows = part.content.page is not None and not part.mark and said[-1:] not in ".:;!?"
        said += (" " if flows else "\n") + part.content.text if said else part.content.text
    return said


def _page(parts: Sequence[Part]) -> int | None:
    return next((p.content.page for p in parts if p.content.page is not None), None)


def _cut(unit: Unit, run: Sequence[Part], marks: Sequence[str]) -> Iterator[Piece]:
    # A run of one numbered part is located by it, a run of several by its first and last.
    inner = "" if not marks else marks[0] if len(marks) == 1 else f"{marks[0]}–{marks[-1]}"
    for body in fitting(_joined(run)):
        yield Piece(f"{unit.locator}{inner}", unit.path, body, _page(run))


def fitting(text: str) -> list[str]:
    """Return a text in parts that fit, the last one not too small to stand alone."""
    if tokens(text) <= MOST_TOKENS:
        return [text]
    found: list[str] = []
    for atom in _atoms(text):
        if found and tokens(found[-1]) + tokens(atom) <= MOST_TOKENS:
            found[-1] += atom
        else:
            found.append(atom)
    if len(found) > 1 and tokens(found[-1]) < LEAST_TOKENS:
        found[-2:] = _evened(found[-2] + found[-1])
    return [part.strip() for part in found]


def _evened(text: str) -> list[str]:
    """Return a text cut where a sentence ends nearest its middle, whole when there is no end."""
    ends = [m.end() for m in _SENTENCE.finditer(text)] or [m.end() for m in _CLAUSES.finditer(text)]
    if not ends:
        return _words(text)
    at = min(ends, key=lambda end: abs(end - len(text) // 2))
    return [part for half in (text[:at], text[at:]) for part in _small(half)]


def _small(text: str) -> list[str]:
    return [text] if tokens(text) <= MOST_TOKENS else _words(text)


def _atoms(text: str) -> list[str]:
    """Return the smallest parts a text is cut into, blanks kept at their ends."""
    found: list[str] = []
    for sentence in _split(_SENTENCE, text):
        for clause in [sentence] if tokens(sentence) <= MOST_TOKENS else _split(_CLAUSES, sentence):
            found += _small(clause)
    return found


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    ends = [0, *(m.end() for m in pattern.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(ends) if text[a:b].strip()]


def _words(text: str) -> list[str]:
    """Return a text cut between words, never beside a figure; a giant word is cut where it must."""
    most = MOST_TOKENS * _CHARS_PER_TOKEN
    found: list[str] = []
    while len(text) > most:
        blanks = [m.end() for m in re.finditer(r"(?<=[^\W\d])\s+(?=[^\W\d])", text[:most])]
        at = blanks[-1] if blanks and blanks[-1] > most // 2 else most
        found.append(text[:at])
        text = text[at:]
    return [*found, text]


def _rows(unit: Unit, found: Table) -> Iterator[Piece]:
    """Yield groups of rows, each under the table's header."""
    head = _row(found.header) + "\n" if found.header else ""
    first, group = 1, ""
    for number, row in enumerate(found.rows, start=1):
        line = _row(row)
        if group and tokens(head + group + line) > _ROWS_TOKENS:
            yield from _group(unit, found, (first, number - 1), head + group)
            first, group = number, ""
        group += line + "\n"
    if group:
        yield from _group(unit, found, (first, len(found.rows)), head + group)
    elif head:
        yield from _group(unit, found, (0, 0), head)


def _group(unit: Unit, found: Table, rows: tuple[int, int], body: str) -> Iterator[Piece]:
    """Yield a group of rows; one row longer than a passage is cut like a text."""
    told = f"#{rows[0]}" if rows[0] == rows[1] else f"#{rows[0]}–{rows[1]}"
    for part in fitting(body.strip()):
        yield Piece(f"{unit.locator} {told}".strip(), unit.path, part, found.page)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _told_apart(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield pieces with locators of their own: by page where nothing else is, else counted."""
    seen: dict[str, int] = {}
    for piece in pieces:
        place = piece.locator or (f"p. {piece.page}" if piece.page else "¶")
        seen[place] = times = seen.get(place, 0) + 1
        yield replace(piece, locator=place if times == 1 else f"{place} [{times}]")
