"""E-mail addresses, telephone numbers and web addresses: one piece each, no names or figures."""

import re
from collections.abc import Sequence

from agent.models.offline.lexicon import Sense
from agent.models.offline.piece import Piece

# field → what such an address looks like; a field of that name holds it
ADDRESSES = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(r"(?<![\w.,-])\+\d[\d ()/-]{6,}\d"),
    "website": re.compile(r"(?<![\w@.])(?:https?://\S+[\w/]|www\.[\w-]+(?:\.[\w-]+)+(?:/\S*\w)?)"),
}


def gathered(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """Return pieces with those of an address put together, unless it is a known record's own."""
    made = list(pieces)
    for key, pattern in ADDRESSES.items():
        for match in pattern.finditer(text):
            inside = [p for p in made if match.start() <= p.start < match.end()]
            if not inside or any(p.names and p.end >= match.end() > p.start for p in inside[:1]):
                continue
            whole = Piece(
                match.start(), match.end(), match[0], match[0], senses=(Sense("address", key),)
            )
            place = made.index(inside[0])
            made[place : place + len(inside)] = [whole]
    return made
