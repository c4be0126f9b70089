"""What a file is: by its content, held against what its name says."""

import re
import zipfile
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

from knowledge.reading.unreadable import UnreadableError, Why

MOST_BYTES = 20 * 2**20
_MEGABYTE = 2**20
_UNPACKED_BYTES = 200 * _MEGABYTE
_ENTRIES = 5000
_RATIO = 200  # a packed Word text is a tenth of itself, a bomb a thousandth
_SNIFFED = 4096
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|div|p|h[1-6])[\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n", re.ASCII)
_MAIL_FIELDS = re.compile(
    rb"^(?:from|message-id|mime-version|return-path):", re.IGNORECASE | re.MULTILINE
)


class Kind(StrEnum):
    """What there is a reader for; the value is the media type."""

    MARKDOWN = "text/markdown"
    HTML = "text/html"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    MAIL = "message/rfc822"
    PLAIN = "text/plain"


SUFFIXES = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".eml": Kind.MAIL,
    ".txt": Kind.PLAIN,
    ".text": Kind.PLAIN,
}
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)
_EXPECTED = {Kind.PDF: "PDF", Kind.DOCX: "ZIP"}


def kind_of(name: str, data: bytes, *, trusted_name: bool = True) -> Kind:
    """Return what a file is.

    Args:
        name: as people call it; what comes from the web may have no suffix at all.
        data: what it holds.
        trusted_name: whether a suffix that fits no reader refuses it; else content decides.

    Raises:
        UnreadableError: empty, too large, nothing we read, encrypted, or not what its name says.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableError(Why.EMPTY)
    if len(data) > MOST_BYTES:
        size, most = -(-len(data) // _MEGABYTE), MOST_BYTES // _MEGABYTE
        raise UnreadableError(Why.TOO_LARGE, size=size, most=most)
    suffix = PurePath(name).suffix.lower()
    named, looks = SUFFIXES.get(suffix), _looks(data)
    if looks == "OLE":
        raise UnreadableError(_ole(data, suffix))
    if named is None:
        if trusted_name or looks not in {"PDF", "ZIP", "HTML", "mail", "text"}:
            raise UnreadableError(Why.UNSUPPORTED, suffix=suffix or name)
        named = _by_content(looks)
    elif not _fits(named, looks):
        raise UnreadableError(Why.WRONG_TYPE, suffix=suffix, found=looks)
    if named is Kind.DOCX:
        _require_word(data, suffix)
    return named


def _looks(data: bytes) -> str:
    head = data[:_SNIFFED]
    if b"%PDF-" in head[:1024]:
        return "PDF"
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\x00" in head:
        return "binary"
    if (mail := _MAIL.match(data[:65536])) and _MAIL_FIELDS.search(mail.group()):
        return "mail"
    return "HTML" if _HTML.search(head) else "text"


def _by_content(looks: str) -> Kind:
    return {"PDF": Kind.PDF, "ZIP": Kind.DOCX, "HTML": Kind.HTML, "mail": Kind.MAIL}.get(
        looks, Kind.PLAIN
    )


def _fits(named: Kind, looks: str) -> bool:
    """Return whether content is what the suffix promises; text is lenient, packed kinds are not."""
    if named in _EXPECTED:
        return looks == _EXPECTED[named]
    return looks in {"text", "HTML", "mail"} and (named is not Kind.MAIL or looks == "mail")


def _ole(data: bytes, suffix: str) -> Why:
    if _ENCRYPTED_PACKAGE in data:
        return Why.ENCRYPTED
    return Why.OLD_OFFICE if suffix in {".doc", ".docx", ".dot"} else Why.UNSUPPORTED


def _require_word(data: bytes, suffix: str) -> None:
    """Refuse a container that is no Word text, or one that unpacks to more than it can hold."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as container:
            entries = container.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableError(Why.BROKEN) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _ENTRIES or unpacked > _UNPACKED_BYTES or unpacked > len(data) * _RATIO:
        raise UnreadableError(Why.BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError(Why.ENCRYPTED)
    if not any(entry.filename == "word/document.xml" for entry in entries):
        raise UnreadableError(Why.WRONG_TYPE, suffix=suffix or ".docx", found="ZIP")
