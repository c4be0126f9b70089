"""Numbers written as words: zweiundzwanzig, twenty-two, veintidós, and their ordinals."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from db.enums import Locale
from tools.calc.reading.words import (
    GERMAN,
    GERMAN_ORDINALS,
    LINKS,
    OF_ONE_LANGUAGE,
    ONES,
    ORDINALS,
    PARTS,
    TIMES,
    Part,
)

_LONGEST_WORD = 60
_MOST_WORDS = 24
_MOST = 10**15
_TIMES_NEXT = [[word] for word in TIMES]
_ENDINGS = ("er", "en", "em", "es", "e")


class Spelled(NamedTuple):
    """A number in words: its value and how many words it takes."""

    value: int
    words: int


@dataclass(slots=True)
class _Sum:
    """What the words so far add up to, and below which amount the next must stay."""

    total: int = 0
    current: int | None = None
    room: int = _MOST
    largest: int = _MOST

    def take(self, part: Part) -> bool:
        """Add a word; False when it starts a new number ("two twenty")."""
        kind, amount = part
        if kind == "add":
            return self._add(amount)
        return self._small_times(amount) if amount < TIMES["mil"] else self._large_times(amount)

    def _add(self, amount: int) -> bool:
        if amount >= self.room or (amount == 0 and self.room != _MOST):
            return False
        self.current = (self.current or 0) + amount
        self.room = _room(amount)
        return True

    def _small_times(self, amount: int) -> bool:
        if self.current is not None and not 0 < self.current < TIMES["hundred"]:
            return False
        self.current = (self.current or 1) * amount
        self.room = _room(self.current)
        return True

    def _large_times(self, amount: int) -> bool:
        if amount >= self.largest or self.current == 0:
            return False
        self.total += (self.current or 1) * amount
        self.current, self.room, self.largest = None, amount, amount
        return True


def read_spelled(words: list[str], at: int, locale: Locale) -> Spelled | None:
    """Return the cardinal that starts at a word, as long as it goes; words come folded.

    An article counts as one ("a dozen", "eine Million"); alone it is returned as 1 and the caller
    decides whether something is counted.
    """
    held, stop = _Sum(), at
    for index in range(at, min(len(words), at + _MOST_WORDS)):
        part = _part(words, index, locale)
        if part is not None and index > at and not _goes_on(words, index):
            break
        if part is None and index > at and words[index] in LINKS and stop == index:
            continue
        if part is None or not held.take(part):
            break
        stop = index + 1
    return Spelled(held.total + (held.current or 0), stop - at) if stop > at else None


def read_ordinal(word: str) -> int | None:
    """Return which one a folded word names: zweite, second and segundo are 2."""
    return ORDINALS[word] if word in ORDINALS else _german_ordinal(word)


def _goes_on(words: list[str], index: int) -> bool:
    """Return whether a one goes on a number: treinta y un, twenty-one, but not "2 mil a 3 mil"."""
    word = words[index]
    return word not in ONES or word in {"one", "uno"} or words[index - 1] == "y"


def _part(words: list[str], index: int, locale: Locale) -> Part | None:
    word = words[index]
    if OF_ONE_LANGUAGE.get(word, locale) != locale:
        return None
    if word in ONES:
        starts = word not in {"a", "an"} or words[index + 1 : index + 2] in _TIMES_NEXT
        return ("add", 1) if starts else None
    if word in PARTS:
        return PARTS[word]
    value = read_german(word)
    return None if value is None else ("add", value)


def _room(amount: int) -> int:
    """Return what a following word must stay below: 20 leaves 10, 300 leaves 100, 15 nothing."""
    if amount in {0, 10}:
        return 0
    zeros = len(str(amount)) - len(str(amount).rstrip("0"))
    return 10**zeros if zeros else 0


@lru_cache(maxsize=2048)
def read_german(word: str) -> int | None:
    """Return the value of a German number in one folded word: hundertzweiundzwanzig is 122."""
    return _german(word, 1000) if len(word) <= _LONGEST_WORD else None


def read_half(word: str) -> Decimal | None:
    """Return anderthalb and any German number that ends in "einhalb"."""
    if word == "anderthalb":
        return Decimal("1.5")
    head = word.removesuffix("einhalb")
    value = read_german(head or "ein") if head != word else None
    return None if value is None else value + Decimal("0.5")


def _german(word: str, largest: int) -> int | None:
    """Return a value; `largest` is the next power to part at: 1000, 100, then 1."""
    if largest < TIMES["hundert"]:
        return _below_hundred(word)
    smaller = TIMES["hundert"] if largest == TIMES["tausend"] else 1
    head, power, tail = word.partition("tausend" if largest == TIMES["tausend"] else "hundert")
    if not power:
        return _german(word, smaller)
    tail = tail.removeprefix("und")
    times = _german(head, smaller) if head else 1
    rest = _german(tail, smaller) if tail else 0
    return None if not times or rest is None else times * largest + rest


def _below_hundred(word: str) -> int | None:
    if word in GERMAN:
        return GERMAN[word]
    ones, _, tens = word.partition("und")
    one, ten = GERMAN.get(ones, 0), GERMAN.get(tens, 0)
    return one + ten if 1 <= one <= 9 and ten >= 20 and ten % 10 == 0 else None  # noqa: PLR2004


@lru_cache(maxsize=2048)
def _german_ordinal(word: str) -> int | None:
    stem = next((word.removesuffix(e) for e in _ENDINGS if word.endswith(e)), "")
    if stem in GERMAN_ORDINALS:
        return GERMAN_ORDINALS[stem]
    if not stem.endswith("t"):
        return None
    base = stem[:-1]
    value = read_german(base)
    if value is None and base.endswith("s"):
        value = read_german(base[:-1])
    return value or None
