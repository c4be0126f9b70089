"""Units in headings and cells: a factor to the field's own unit, and the words that go with it."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from db.enums import LOCALES, Word
from tools.calc.reading.units import convert_weight, read_unit
from tools.entity import Entity, Field, entity_named
from tools.folding import folded

_FOOT = Decimal("0.3048")  # metres, exactly: international yard and pound agreement of 1959
_FEET = frozenset(("ft", "feet", "foot", "fuss", "pie", "pies"))
_FRACTION = frozenset(("fraction", "fractions", "anteil", "anteile", "fraccion", "0-1", "0 1"))
_POINTS = frozenset(
    ("pt", "pts", "p", "point", "points", "punkt", "punkte", "pkt", "punto", "puntos", "ptos")
)
_LINKS = frozenset(("pro", "je", "per", "por", "el", "the", "a", "in", "en"))
_LONGEST = 3  # words of a companion's name: fair gehandelt, SCA 2004
_WEIGHTS = frozenset(("kg", "g", "t", "lb", "qq"))


@dataclass(frozen=True)
class Unit:
    """What a unit does to a figure: `factor` brings it to the field's own, `also` sets companions.

    `also` holds field key → word, such as asking_currency → EUR.
    """

    factor: Decimal = Decimal(1)
    also: dict[str, str] = field(default_factory=dict[str, str])


def unit_for(entity: Entity, found: Field, text: str) -> Unit | None:
    """Return what a unit means for a field, None when it is none of its units."""
    return _unit_for(entity.key, found.key, " ".join(text.split()))


@lru_cache(maxsize=4_096)
def _unit_for(noun: str, key: str, text: str) -> Unit | None:
    entity = entity_named(noun)
    found = entity.field(key)
    factor = _factor(found.unit, text) if found.unit else None
    if factor is not None:
        return Unit(factor)
    also = _companions(entity, found, text)
    return Unit(also=also) if also else None


def _factor(unit: str, text: str) -> Decimal | None:
    said = folded(text).strip(".")
    if said == folded(unit):
        return Decimal(1)
    named = read_unit(text)
    if unit == "kg" and named in _WEIGHTS:
        return convert_weight(Decimal(1), named, "kg")
    if unit == "m" and said in _FEET:
        return _FOOT
    if unit == "%" and said in _FRACTION:
        return Decimal(100)
    if unit == "pt" and said in _POINTS:
        return Decimal(1)
    return Decimal(1) if named == unit else None


def companions(entity: Entity, found: Field) -> list[tuple[Field, type[Word]]]:
    """Return the worded fields that go with a figure; they begin like the figure's own key.

    Currency, weight and basis go with a price, the protocol with a score.
    """
    stem = found.key.split("_", maxsplit=1)[0] + "_"
    beside = [f for f in entity.fields if f.key.startswith(stem) and f is not found]
    worded = [(f, entity.words(f)) for f in beside if f.write is not None]
    return [(f, words) for f, words in worded if words is not None]


def _companions(entity: Entity, found: Field, text: str) -> dict[str, str]:
    """Return the companions a text sets, nothing when a part of it is none of them."""
    beside = companions(entity, found)
    also: dict[str, str] = {}
    tokens = [t for t in _tokens(text) if folded(t) not in _LINKS]
    while tokens:
        for size in range(min(_LONGEST, len(tokens)), 0, -1):
            said = " ".join(tokens[:size])
            hit = next(((f.key, w) for f, ws in beside for w in ws if _is_called(w, said)), None)
            if hit is not None and hit[0] not in also:
                also[hit[0]] = str(hit[1])
                tokens = tokens[size:]
                break
        else:
            return {}
    return also


def word_in(entity: Entity, found: Field, header: str) -> Unit:
    """Return what single words of a heading say of a figure: the protocol of "SCA-Punkte"."""
    words = "".join(c if c.isalnum() else " " for c in header).split()
    units = (unit_for(entity, found, w) for w in words if len(w) > 1)
    return next((u for u in units if u is not None and u.also), Unit())


def _tokens(text: str) -> list[str]:
    """Return the parts of a unit: EUR and kg of "€ pro Kilo", "EUR/kg" or "eur kg"."""
    whole = read_unit(text)
    return (whole or text).replace("/", " ").split()


def _is_called(word: Word, text: str) -> bool:
    said = folded(text)
    return any(
        folded(n) == said for n in (str(word), *(n for lo in LOCALES for n in word.names(lo)))
    )
