"""Text in a message that the member did not write: pasted mails, documents, quotations (law 7)."""

import re
from typing import Any

_CHARS = 600
_LINES = 8
_QUOTED_WORDS = 8  # a name or a title is shorter; a quotation is somebody else speaking
_FIRST_LINE = 200
_QUOTED = re.compile(r"„([^“”\"]+)[“”\"]|“([^”]+)”|«([^»]+)»|»([^«]+)«|\"([^\"]+)\"")
_HEADER = re.compile(
    r"^\s*(?:von|from|de|an|to|para|cc|betreff|subject|asunto|re|aw|fwd?|wg|rv|gesendet|sent|"
    r"enviado|datum|date|fecha)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_REPLIED = re.compile(
    r"^\s*>|\b(?:schrieb|wrote|escribió)[^\n]{0,80}:\s*$|^-{2,}\s*\w+.*-{2,}\s*$",
    re.IGNORECASE | re.MULTILINE,
)
LINK = re.compile(
    r"(?:javascript|data|vbscript):\S+"
    r"|(?:[a-z][a-z0-9+.-]{0,20}:)?//\S+"
    r"|(?<![\w@.-])(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[a-z]{2,}(?![\w-])(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def is_pasted(words: str) -> bool:
    """Return whether a message holds a pasted document, mail or quotation beside the request."""
    return (
        len(words) > _CHARS
        or words.count("\n") >= _LINES
        or len(_HEADER.findall(words)) > 1
        or _REPLIED.search(words) is not None
        or any(_is_quotation(m) for m in _QUOTED.finditer(words))
    )


def _is_quotation(match: re.Match[str]) -> bool:
    return len(match.group().split()) >= _QUOTED_WORDS


def request_in(words: str) -> str:
    """Return what later prompts keep of a message with pasted text: its first, short line."""
    first, _, _ = words.strip().partition("\n")
    own = _QUOTED.sub(lambda m: "„…“" if _is_quotation(m) else m.group(), first)
    if len(own) > _FIRST_LINE or _HEADER.match(own) or _REPLIED.match(own):
        own = ""
    return f"{own} [pasted text, dropped]".strip()


def without_links(value: Any) -> Any:
    """Return a JSON value whose texts hold no web address: outsiders' text vouches for none."""
    if isinstance(value, dict):
        return {k: without_links(v) for k, v in value.items()}
    if isinstance(value, list):
        return [without_links(v) for v in value]
    return LINK.sub("…", value) if isinstance(value, str) else value
