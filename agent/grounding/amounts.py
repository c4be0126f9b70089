"""Whether a number shown is a number somebody gave: value, rounding, sign and unit."""

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from agent.grounding.figure import Figure, Reading, Unit
from agent.grounding.keys import Meaning
from agent.grounding.sources import Known, Number
from agent.grounding.vocabulary import HARD, MONEY, nouns

_LOWER = re.compile(
    r"\b(?:minus|unter|below|under|down|fell|fall|drop\w*|decreas\w*|lower|less|loss|verlust\w*|"
    r"gefallen|fiel\w*|sank|gesunken|rückgang\w*|niedriger|billiger|weniger|abschlag\w*|discount|"
    r"bajo|baj[óa]\w*|cay\w*|descend\w*|menos|caída|pérdida|negativ\w*|cheaper)\b",
    re.IGNORECASE,
)
_TOO_FAR = Decimal("0.03")


def number_source(figure: Figure, reading: Reading, known: Known, sentence: str) -> str | None:
    """Return who gave a number, None when nobody did.

    Args:
        figure: the figure, with its unit and marks.
        reading: the reading to look for.
        known: everything given.
        sentence: where it stands; `fell by 1.8` is backed by -1.8.
    """
    shown = reading.number
    wanted = [shown]
    if "minus" not in figure.marks and "plus" not in figure.marks and _lowers(sentence):
        wanted.append(-shown)
    for value in wanted:
        slack = abs(value) * _TOO_FAR + 1
        for number in known.between(value - slack, value + slack):
            if _same(value, number.value, reading.places, figure) and fits(figure, number, known):
                return number.ref
    return None


@lru_cache(maxsize=4)
def _lowers(sentence: str) -> bool:
    return _LOWER.search(sentence) is not None


def _same(shown: Decimal, given: Decimal, places: int, figure: Figure) -> bool:
    """Whether a shown value is the given one or its rounding."""
    if shown == given:
        return True
    approximate = "approximate" in figure.marks
    says_enough = approximate or significant(shown, places) > 1  # 7 for 7.4 says too little
    if says_enough and places < _decimals(given) and shown in _rounded(given, places):
        return True
    return approximate and _rounds_to_zeros(shown, given)


def significant(shown: Decimal, places: int) -> int:
    """Return how many significant digits a number shows: 2 for 0.13, 3 for 8.90."""
    try:
        digits = abs(shown).quantize(Decimal(1).scaleb(-places)).as_tuple().digits
    except InvalidOperation:
        return len(abs(shown).as_tuple().digits)
    return len("".join(map(str, digits)).lstrip("0"))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _rounded(given: Decimal, places: int) -> set[Decimal]:
    unit = Decimal(1).scaleb(-places)
    try:
        return {given.quantize(unit, ROUND_HALF_UP), given.quantize(unit, ROUND_HALF_EVEN)}
    except InvalidOperation:  # more digits than decimals hold
        return set()


def _rounds_to_zeros(shown: Decimal, given: Decimal) -> bool:
    """Whether `about 19,000` is 18,975: zeros at the end are rounding when it is said to be."""
    if shown != shown.to_integral_value() or not given:
        return False
    zeros = len(f"{shown:.0f}") - len(f"{shown:.0f}".rstrip("0"))
    close = abs(shown - given) <= abs(given) * _TOO_FAR
    return close and any(shown in _rounded(given, -n) for n in range(1, zeros + 1))


def fits(figure: Figure, number: Number, known: Known) -> bool:
    """Whether a number given means what the text says: unit, role and label."""
    meaning, unit = number.meaning, figure.unit
    if meaning.role == "identifier":
        return "labelled" in figure.marks and unit is None
    if "partial" in figure.marks and (number.ref, number.value) in known.totals:
        return False  # `three of them` is not how many there are in all
    if unit is None:
        return meaning.role != "length" or meaning.unit is None
    if meaning.role == "year":
        return False
    if unit.base in nouns():
        return _counts(unit, meaning)
    if unit.base not in HARD:
        return meaning.open if meaning.unit is None else meaning.unit.base == unit.base
    return _measures(unit, meaning, known)


def _counts(unit: Unit, meaning: Meaning) -> bool:
    if meaning.unit is None:
        return meaning.open or meaning.role == "count"
    counted = meaning.role in {"count", "figure"} and meaning.unit.base in nouns()
    return meaning.unit.base == unit.base or ("entry" in {unit.base, meaning.unit.base} and counted)


def _measures(unit: Unit, meaning: Meaning, known: Known) -> bool:
    given = meaning.unit
    if given is None:
        return meaning.borrows and unit in (meaning.among or known.units)
    if not _same_base(unit.base, given.base):
        return False
    if unit.per is None or unit.per == given.per:
        return True
    return given.per is None and meaning.borrows and unit in known.units


def _same_base(shown: str, given: str) -> bool:
    """Whether two bases are one; a bare cent of a price per pound is the US cent."""
    return shown == given or ({shown, given} == {"ct", "USc"} and shown in MONEY)
