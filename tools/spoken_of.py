"""Records named for something else: a container for its shipment, a month for what it holds."""

import calendar
from dataclasses import dataclass
from datetime import date

from db.enums import LOCALES
from tools.calc.reading.dates import read_dates
from tools.entity import Entity
from tools.folding import folded


@dataclass(frozen=True)
class Month:
    """A month of a year, first and last day."""

    begin: date
    end: date


def parts_of(entity: Entity) -> list[Entity]:
    """Return the nouns whose records are parts of a noun's and may be named for them."""
    from tools.catalog import catalog  # built from the modules that import this one

    return [
        e for e in catalog().entities.values() if e.part_of and e.field(e.part_of).ref == entity.key
    ]


def month_meant(entity: Entity, text: str, today: date) -> Month | None:
    """Return the month a noun is called by: "January container", "Januar-Lieferung".

    Nothing but the month, with or without a year, and the noun, or one of its parts, may be said.
    """
    if not entity.dated:
        return None
    rest, named = _without_noun(entity, folded(text).replace("-", " "))
    if not named:
        return None
    for locale in LOCALES:
        for read in read_dates(rest, locale, today):
            left = f"{rest[: read.begin]} {rest[read.stop :]}".split()
            if read.start and read.end and set(left) <= _BESIDE and _whole(read.start, read.end):
                return Month(read.start, read.end)
    return None


_BESIDE = frozenset("de del of from the der die das den dem vom von el la los im in for".split())  # noqa: SIM905 - reads best as words


def _whole(begin: date, end: date) -> bool:
    last = calendar.monthrange(begin.year, begin.month)[1]
    return begin.day == 1 and end == begin.replace(day=last)


def _without_noun(entity: Entity, text: str) -> tuple[str, bool]:
    """Return a text without what the noun or one of its parts is called, and whether it was."""
    names = {
        folded(n)
        for e in (entity, *parts_of(entity))
        for lo in LOCALES
        for n in (*e.noun.all(lo), *e.nouns.all(lo))
    }
    for name in sorted(names, key=len, reverse=True):
        if f" {name} " in f" {text} ":
            return " ".join(f" {text} ".replace(f" {name} ", " ", 1).split()), True
        word = next((w for w in text.split() if w.endswith(name) and len(w) > len(name)), None)
        if word:  # Januarcontainer
            return text.replace(word, word.removesuffix(name).rstrip("s"), 1), True
    return text, False
