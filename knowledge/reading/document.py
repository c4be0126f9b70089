"""One document read whole: what it is, what it calls itself, its passages. Pure: bytes in.

Called in a process of its own (`bounded`), because what a file holds is not to be trusted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from knowledge.reading.blocks import Block, Heading, clean, one_line
from knowledge.reading.kinds import Kind, kind_of
from knowledge.reading.language import language_of
from knowledge.reading.mail import Attachment
from knowledge.reading.pieces import Piece, pieces_of
from knowledge.reading.units import units_of
from knowledge.reading.unreadable import UnreadableError, Why
from knowledge.refs import references

MOST_PASSAGES = 3000
_MOST_LETTERS = 8_000_000
_LONGEST_TITLE = 200
_OURS = re.compile(rb"(?:\xef\xbb\xbf)?---\r?\n(?:[^\n]*\n)*?work_key:")

_Found = tuple[str | None, list[Block], list[Attachment]]


@dataclass(frozen=True)
class ReadDocument:
    """What was read of a file.

    Attributes:
        media_type: what it is.
        title: what it calls itself, else its first heading, else its name.
        lang: de, en or es, as it reads.
        pieces: its passages in order.
        attachments: files that came with it, documents of their own.
        own_convention: it is Markdown of our convention, so it says itself what it is and since
            when it holds (`corpus_file.parse`).
    """

    media_type: str
    title: str
    lang: str
    pieces: list[Piece]
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    own_convention: bool = False


def read(name: str, data: bytes, *, trusted_name: bool = True) -> ReadDocument:
    """Read a document.

    Args:
        name: as people call it.
        data: what it holds.
        trusted_name: see `kind_of`.

    Raises:
        UnreadableError: with the reason; nothing of the document is used then.
    """
    kind = kind_of(name, data, trusted_name=trusted_name)
    if kind is Kind.MARKDOWN and _OURS.match(data):
        return _of_our_convention(name, data)
    title, blocks, attachments = _READERS[kind](data)
    pieces = pieces_of(units_of(blocks))
    letters = sum(len(piece.body) for piece in pieces)
    if not letters:
        raise UnreadableError(Why.NO_TEXT)
    if letters > _MOST_LETTERS or len(pieces) > MOST_PASSAGES:
        raise UnreadableError(Why.TOO_LONG, most=MOST_PASSAGES)
    called = title or _first_heading(blocks) or one_line(PurePath(name).stem) or name
    lang = language_of(" ".join((called, *(piece.body for piece in pieces[:50]))))
    told = [_referring(called, piece) for piece in pieces]
    return ReadDocument(str(kind), called[:_LONGEST_TITLE], lang, told, attachments)


def _referring(title: str, piece: Piece) -> Piece:
    """Return a piece with what it refers to, the act its document names included."""
    said = (title, piece.locator, *piece.path[-1:], piece.body)
    return replace(piece, refs=references("\n".join(said)))


def _of_our_convention(name: str, data: bytes) -> ReadDocument:
    """Read Markdown whose front matter says everything a person would have to say else."""
    from knowledge.corpus_file import CorpusError, parse

    try:
        found = parse(data.decode("utf-8-sig"), name)
    except CorpusError as error:
        raise UnreadableError(Why.FRONT_MATTER, detail=str(error)[:500]) from error
    except UnicodeDecodeError as error:
        raise UnreadableError(Why.BROKEN) from error
    pieces = [Piece(u.locator, (found.title, u.title), clean(u.body)) for u in found.units]
    return ReadDocument(
        Kind.MARKDOWN.value, found.title, found.language, pieces, own_convention=True
    )


def _first_heading(blocks: list[Block]) -> str | None:
    return next((block.text for block in blocks if isinstance(block, Heading)), None)


def _markdown(data: bytes) -> _Found:
    from knowledge.reading import markdown

    return None, markdown.read(data), []


def _html(data: bytes) -> _Found:
    from knowledge.reading import html

    return html.title(data), html.read(data), []


def _pdf(data: bytes) -> _Found:
    from knowledge.reading import pdf

    title, blocks = pdf.read(data)
    return title, blocks, []


def _docx(data: bytes) -> _Found:
    from knowledge.reading import docx

    title, blocks = docx.read(data)
    return title, blocks, []


def _mail(data: bytes) -> _Found:
    from knowledge.reading import mail

    found = mail.read(data)
    return found.title, found.blocks, found.attachments


def _plain(data: bytes) -> _Found:
    from knowledge.reading import plain

    return None, plain.read(data), []


_READERS: dict[Kind, Callable[[bytes], _Found]] = {
    Kind.MARKDOWN: _markdown,
    Kind.HTML: _html,
    Kind.PDF: _pdf,
    Kind.DOCX: _docx,
    Kind.MAIL: _mail,
    Kind.PLAIN: _plain,
}
