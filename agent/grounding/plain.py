"""A text without what only decorates it, and the way back to where each letter stood."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DROPPED = frozenset("*`\u200b\u200c\u200d\u2060\u00ad\ufe0f\u20e3")
_SAME = dict.fromkeys("\u00a0\u202f\u2009", " ") | dict.fromkeys("\u2212\u2011\u2010", "-")


@dataclass(frozen=True)
class Plain:
    """Text for reading; `places[i]` is where its i-th character stood in the original."""

    text: str
    places: list[int]

    def span(self, begin: int, stop: int) -> tuple[int, int]:
        """Return a span of the plain text as a span of the original."""
        if begin >= stop:
            return (0, 0)
        return self.places[begin], self.places[stop - 1] + 1


@lru_cache(maxsize=4)
def plain(text: str) -> Plain:
    """Return a text without emphasis and invisible characters, digits of any script as 0–9."""
    if text.isascii() and not _DROPPED.intersection(text):
        return Plain(text, list(range(len(text))))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for c in _plain_letter(letter):
            letters.append(c)
            places.append(place)
    return Plain("".join(letters), places)


def _plain_letter(letter: str) -> str:
    if letter in _DROPPED:
        return ""
    if letter in _SAME:
        return _SAME[letter]
    if letter.isascii() or letter.isalpha() or letter in "€£§°…–—“”„‘’«»º²³":
        return letter
    value = unicodedata.decimal(letter, None)
    return str(value) if value is not None else unicodedata.normalize("NFKC", letter)


def squeezed(text: str) -> str:
    """Return folded letters and digits only, as codes compare: PE-24-017 = pe 24 017."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(c for c in folded if c.isalnum())


def folded(text: str) -> str:
    """Return text without case and accents; the length may change."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
