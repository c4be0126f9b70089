"""Text made safe for Slack: nothing in it pings anybody, links anywhere or loads a picture."""

import re

from agent.pasted import LINK
from db.enums import LOCALES, Locale

_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)
_BULLET = re.compile(r"^(\s*)[-*]\s+", re.MULTILINE)
_CALL = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_SPECIAL = re.compile(r"<(?=[!@#])")
_JOINER = "\u2060"  # takes no room and breaks what Slack would read as a call to everybody
_BREAK = re.compile(r"[:/.]")
_PARAGRAPHS = ("\n\n", "\n", ". ", " ")


def mrkdwn(text: str) -> str:
    """Return text for a `mrkdwn` object or a message's own text: nothing in it calls or links.

    Slack asks for `&`, `<` and `>` to be escaped; that leaves no mention and no link markup.
    """
    text = _bare(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _HEADING.sub(r"*\1*", _BOLD.sub(r"*\1*", text))
    return _BULLET.sub(r"\1• ", text)


def markdown(text: str) -> str:
    """Return text for a stream, which Slack reads as Markdown."""
    return _SPECIAL.sub(f"<{_JOINER}", _bare(text))


def plain(text: str) -> str:
    """Return text for a `plain_text` or `raw_text` object, where nothing is read as markup."""
    return _CALL.sub(f"@{_JOINER}", text)


def inert(text: str) -> str:
    """Return text whose web addresses are read as before, and are none to Slack."""
    return LINK.sub(lambda found: _BREAK.sub(rf"{_JOINER}\g<0>", found.group()), text)


def is_address(text: str) -> bool:
    """Whether a text is one web address and nothing else."""
    return LINK.fullmatch(text) is not None


def locale_of(given: str) -> Locale:
    """Return the language of "de", "de-DE" …; English when it is none of ours."""
    for locale in LOCALES:
        if given.startswith(locale):
            return locale
    return "en"


def _bare(text: str) -> str:
    text = _LINK.sub(r"\1 (\2)", _PICTURE.sub(r"\1", text))
    return plain(text)


def pieces(text: str, most: int) -> list[str]:
    """Return a text in pieces of at most `most` characters, cut between paragraphs if possible."""
    found: list[str] = []
    while len(text) > most:
        cut = _cut(text, most)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [p for p in [*found, text] if p.strip()]


def _cut(text: str, most: int) -> int:
    for mark in _PARAGRAPHS:
        place = text.rfind(mark, most // 2, most)
        if place > 0:
            return place + len(mark)
    return most


def shortened(text: str, most: int) -> str:
    """Return a label that fits: what is cut off is marked."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
