"""An e-mail: who wrote to whom when about what, its text, and its attachments apart."""

from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

from knowledge.reading import html, plain
from knowledge.reading.blocks import Block, Heading, Paragraph, one_line
from knowledge.reading.unreadable import UnreadableError, Why

_MOST_ATTACHMENTS = 20
_DEPTH = 20
_SAID = ("From", "To", "Cc", "Date")


@dataclass(frozen=True)
class Attachment:
    """A file that came with an e-mail: a document of its own."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Mail:
    """An e-mail as a document."""

    title: str
    blocks: list[Block]
    attachments: list[Attachment]


def read(data: bytes) -> Mail:
    """Return an e-mail's text and attachments.

    Raises:
        UnreadableError: it is damaged, or nested deeper than mails are.
    """
    try:
        message = message_from_bytes(data, policy=default)
        _require_shallow(message)
        title = one_line(str(message["Subject"] or "")) or "E-mail"
        return Mail(title, _blocks(message, title), _attachments(message))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableError(Why.BROKEN) from error


def _require_shallow(message: EmailMessage) -> None:
    level, depth = [message], 0
    while level:
        depth += 1
        if depth > _DEPTH:
            raise UnreadableError(Why.BOMB)
        level = [part for one in level if one.is_multipart() for part in one.iter_parts()]


def _blocks(message: EmailMessage, title: str) -> list[Block]:
    said = "\n".join(
        f"{field}: {one_line(_field(message, field))}" for field in _SAID if message[field]
    )
    body = message.get_body(preferencelist=("plain", "html"))
    found: list[Block] = [Heading(1, title)]
    if said:
        found.append(Paragraph(said))
    if body is None:
        return found
    content = body.get_content()
    text = content if isinstance(content, str) else plain.decoded(content)
    if body.get_content_subtype() == "html":
        return found + (html.read(text.encode()) if text.strip() else [])
    return found + plain.paragraphs(text)


def _field(message: EmailMessage, field: str) -> str:
    said = str(message[field])
    if field != "Date":
        return said
    try:
        return parsedate_to_datetime(said).isoformat(sep=" ", timespec="minutes")
    except ValueError:
        return said


def _attachments(message: EmailMessage) -> list[Attachment]:
    found: list[Attachment] = []
    for part in message.iter_attachments():
        name = part.get_filename()
        content = part.get_content() if name else None
        if isinstance(content, str):
            content = content.encode()
        if name and isinstance(content, bytes) and content:
            found.append(Attachment(one_line(name), content))
    return found[:_MOST_ATTACHMENTS]
