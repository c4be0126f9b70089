"""Words as they are compared: no case, no accents, no ß; the same for question and passage."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4_096)
def folded(text: str) -> str:
    """Return a text without case, accents and ß; ligatures and wide letters are made plain."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def folded_words(text: str) -> list[str]:
    """Return the words and numbers of a text, folded, in their order."""
    return _WORD.findall(folded(text))
