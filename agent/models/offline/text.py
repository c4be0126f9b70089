"""A message as tokens: folded for comparison, with their places in the original text."""

import re
import unicodedata
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\W_]+|[€$£%]|[<>]=?|[≤≥=#+]|[^\w\s]")
_QUOTED = re.compile(r"„([^“”„]{1,200})[“”]|“([^“”]{1,200})”|«([^«»]{1,200})»|\"([^\"]{1,200})\"")
_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True)
class Token:
    """One word or sign.

    Attributes:
        text: as written.
        plain: folded: no case, accents, ß.
        start, end: its place in the message.
    """

    text: str
    plain: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it holds letters or digits, a sign otherwise."""
        return self.plain[:1].isalnum()

    @property
    def has_digit(self) -> bool:
        """Whether it holds a digit, as codes and figures do."""
        return any(c.isdigit() for c in self.plain)


@dataclass(frozen=True)
class Quote:
    """A text the member put into quotation marks: a value, never an order."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return text without case, accents and ß; signs stay."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(c for c in folded if not unicodedata.combining(c))


def undigraph(plain: str) -> str:
    """Return a folded word with ae, oe, ue written as the umlauts they may stand for."""
    for pair, single in _DIGRAPHS:
        plain = plain.replace(pair, single)
    return plain


def tokens_of(text: str) -> list[Token]:
    """Return the words and signs of a text in order."""
    return [Token(m[0], fold(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def quotes_of(text: str) -> list[Quote]:
    """Return what stands in quotation marks."""
    found: list[Quote] = []
    for match in _QUOTED.finditer(text):
        inner = next(group for group in match.groups() if group is not None)
        found.append(Quote(inner.strip(), match.start(), match.end()))
    return found


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a phrase, without signs except currency and per cent."""
    return tuple(t.plain for t in tokens_of(text) if t.is_word or t.plain in "€$£%")


_ENDINGS = (
    "ungen",
    "enen",
    "ing",
    "ed",
    "ern",
    "en",
    "er",
    "es",
    "em",
    "as",
    "os",
    "n",
    "e",
    "s",
    "a",
    "o",
)
_STEM = 4
_ROUNDS = 2  # reuniones → reunion, as reunión → reunio → …


def stem(plain: str) -> str:
    """Return a word without the endings of number, gender and case of the three languages.

    Crude on purpose: both sides of a comparison are cut the same way, short words stay whole.
    """
    if any(c.isdigit() for c in plain):
        return plain
    for _ in range(_ROUNDS):
        plain = _cut(plain)
    return plain


def _cut(plain: str) -> str:
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _STEM:
            return plain[: -len(ending)]
    return plain
