"""Reading a kept file or a page for the tools: bounded, remembered for the run that follows."""

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Document, DocumentVersion, Message
from knowledge.reading.bounded import read_document
from knowledge.reading.document import ReadDocument
from knowledge.reading.kinds import MOST_BYTES
from knowledge.reading.unreadable import UnreadableError
from tools.context import ToolContext
from tools.document_words import refused
from tools.errors import Refused, Said
from tools.gateways import files
from tools.gateways.fetching import FetchError, TooLargeError
from tools.gateways.public_web import NotPublicError, fetch_public

_ADDRESS = re.compile(r"https?://[^\s<>\"'„“”«»|]+", re.IGNORECASE)
_AFTER = ".,;:!?)]}"
_KEPT = 4  # what was read for the card is read again when it is approved

_UNSAID = Said(
    de="Ich rufe nur Adressen ab, die du selbst nennst oder die zu einem Dokument von uns gehören.",
    en="I only fetch addresses that you name yourself or that belong to one of our documents.",
    es="Solo consulto direcciones que tú nombras o que pertenecen a uno de nuestros documentos.",
)
_NOT_PUBLIC = Said(
    de="„{url}“ liegt nicht im öffentlichen Netz; solche Adressen rufe ich nicht ab.",
    en="“{url}” is not on the public internet; I do not fetch such addresses.",
    es="«{url}» no está en la internet pública; no consulto esas direcciones.",
)
_TOO_LARGE = Said(
    de="„{url}“ hält mehr als {most} MB; so große Dateien nehme ich nicht.",
    en="“{url}” holds more than {most} MB; I do not take files that large.",
    es="«{url}» contiene más de {most} MB; no acepto archivos tan grandes.",
)
_NOT_FETCHED = Said(
    de="„{url}“ war nicht zu bekommen ({why}).",
    en="“{url}” could not be had ({why}).",
    es="No se pudo obtener «{url}» ({why}).",
)


@dataclass(frozen=True)
class Taken:
    """A document as it was read, and what it is told by."""

    sha256: str
    data: bytes
    read: ReadDocument


class _Remembered:
    """What was read last: the same bytes under the same name always read the same."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], ReadDocument] = OrderedDict()

    async def read(self, name: str, data: bytes, digest: str, *, named: bool) -> ReadDocument:
        """Return a document, read once."""
        key = digest, name
        if key not in self._held:
            self._held[key] = await read_document(name, data, trusted_name=named)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]


_remembered = _Remembered()


async def taken(ctx: ToolContext, reference: str, name: str, *, named: bool = True) -> Taken:
    """Read a kept file.

    Args:
        ctx: the running call's.
        reference: `sha256:…`.
        name: as people call it.
        named: False for a page, whose name says little about what it is.

    Raises:
        Refused: it is gone, or cannot be read; with the reason.
    """
    data = files.load(ctx.files, reference, name)
    digest = hashlib.sha256(data).hexdigest()
    try:
        read = await _remembered.read(name, data, digest, named=named)
    except UnreadableError as error:
        raise refused(name, error) from error
    return Taken(digest, data, read)


async def known_version(ctx: ToolContext, reference: str) -> DocumentVersion | None:
    """Return the version that holds the content of a kept file already."""
    return await ctx.session.scalar(
        select(DocumentVersion).where(
            DocumentVersion.sha256 == reference.removeprefix("sha256:"),
            DocumentVersion.retired_at.is_(None),
        )
    )


async def fetched(ctx: ToolContext, url: str) -> tuple[str, str]:
    """Fetch a page a member named; return the reference it is kept by, and its name.

    Raises:
        Refused: nobody named it, it is not public, too large, or not answered.
    """
    if not await _vouched(ctx, url):
        raise Refused("unsaid_address", _UNSAID, next="stop")
    try:
        found = await fetch_public(url, most_bytes=MOST_BYTES)
    except NotPublicError as error:
        raise Refused("not_public", _NOT_PUBLIC, next="stop", url=url) from error
    except TooLargeError as error:
        most = MOST_BYTES // 2**20
        raise Refused("too_large", _TOO_LARGE, next="stop", url=url, most=most) from error
    except FetchError as error:
        raise Refused("not_fetched", _NOT_FETCHED, next="stop", url=url, why=str(error)) from error
    return files.keep(ctx.files, url, found.data), page_name(found.url)


def page_name(url: str) -> str:
    """Return what a page is called among files: the last step of its address."""
    path = url.partition("?")[0].partition("#")[0].rstrip("/")
    return path.rpartition("/")[2][-80:] or "page"


async def _vouched(ctx: ToolContext, url: str) -> bool:
    """Return whether the member's own message names the address, or a document of ours does."""
    said = await ctx.session.scalar(
        select(Message.text).where(Message.inbox_id == ctx.inbox_id, Message.role == "member")
    )
    if url in addresses_in(said or ""):
        return True
    ours = select(Document.id).where(Document.url == url, Document.retired_at.is_(None)).limit(1)
    return await ctx.session.scalar(ours) is not None


def addresses_in(text: str) -> set[str]:
    """Return the web addresses a text names."""
    return {found.rstrip(_AFTER) for found in _ADDRESS.findall(text)}
