"""Plain text: paragraphs are what empty lines divide, headings are told by numbers alone."""

import re

from knowledge.reading.blocks import Block, Paragraph, clean

_DIVIDED = re.compile(r"\n\s*\n")


def decoded(data: bytes) -> str:
    """Return bytes as text: UTF-8 or what a byte-order mark says, else what they most look like."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        return str(best) if best is not None else data.decode("cp1252", errors="replace")


def read(data: bytes) -> list[Block]:
    """Return a text's paragraphs."""
    return paragraphs(decoded(data))


def paragraphs(text: str) -> list[Block]:
    """Return the paragraphs of a text; lines broken for width are joined by whoever cuts units."""
    parts = _DIVIDED.split(clean(text))
    return [Paragraph(part.strip()) for part in parts if part.strip()]
