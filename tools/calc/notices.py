"""What a forwarder's or carrier's text says of a shipment: numbers, vessel, days, weights.

Only what has a form of its own or stands behind its name is recognised; every find keeps the line
it stands in. Nothing is guessed, and a number that fails its check digit is said to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from db.enums import Locale
from tools.calc.containers import check_digit_fits
from tools.calc.reading.dates import DateRead, read_dates

_LONGEST_LINE = 160
_I = re.IGNORECASE
_NUMBER = r"(?:\s*(?:no|nr|num|number|nummer|n[úu]mero|n)?\s*[.:º°#]*\s*)"
_CONTAINER = re.compile(r"\b([A-Z]{3}[UJZ])[ -]?(\d{3})[ -]?(\d{3})[ -]?(\d)\b")
_BL = re.compile(
    r"\b(?:(?:master|house)\s+)?"
    r"(?:B/L|BL|bill of lading|Konnossement|conocimiento(?: de embarque)?)\b"
    rf"{_NUMBER}(?P<value>(?=[A-Z0-9]*\d)[A-Z0-9]{{7,17}})\b",
    _I,
)
_HOUSE = re.compile(r"\bhouse\s+(?:B/L|BL|bill)|\bHBL\b", _I)
_VESSEL = re.compile(
    r"\b(?:(?i:vessel(?: name)?|ocean vessel|seeschiff|schiff|buque|nave|motonave)\s*[:/]"
    r"|M/?V\b\.?)\s*(?P<value>[A-ZÁÉÍÓÚÑÄÖÜ][\w'-]*"
    r"(?: (?!(?i:voy|voyage|reise|viaje|v)\b)[A-ZÁÉÍÓÚÑÄÖÜ0-9][\w'-]*){0,3})"
)
_VOYAGE = re.compile(
    r"\b(?:(?:voyage|voy|reise|viaje)\b"
    rf"{_NUMBER}|V\.?\s?)(?P<value>(?=[A-Z0-9]*\d)[A-Z0-9]{{2,8}})\b",
    _I,
)
_BAGS = re.compile(
    r"\b(?P<value>\d{1,5})\s*(?:x\s*\d+\s*kg\s*)?(?:bags?|sacks?|sack|säcke|sacos)\b", _I
)
# The name that ends nearest before a day says what the day is.
_NAMED = {
    "date": r"(?:previous|former|old|alte|bisherige|anterior)\W+(?:ETA|ETD)",
    "free_until": r"last free day|free (?:time|days)[^\n]{0,25}?(?:until|till|to|ends?|expires?)"
    r"|frei bis|freizeit (?:bis|endet)|ende der freizeit|días libres hasta|libre hasta"
    r"|fin del tiempo libre|tiempo libre (?:hasta|vence)",
    "eta": r"\bETA\b|\bETB\b|(?:estimated|expected) (?:time of )?arrival"
    r"|(?:voraussichtliche|erwartete) ankunft|llegada (?:estimada|prevista)|arribo estimado",
    "etd": r"\bETD\b|estimated departure|geplante abfahrt|salida (?:estimada|prevista)"
    r"|zarpe estimado",
    "arrived_on": r"\bATA\b|arrived on|has arrived|angekommen am|eingetroffen am|arrib[óo] el"
    r"|llegó el",
    "departed_on": r"\bATD\b|sailed on|departed on|on board date|shipped on board"
    r"|abgefahren am|ausgelaufen am|zarp[óo] el",
}
_DAYS = {kind: re.compile(names, _I) for kind, names in _NAMED.items()}


@dataclass(frozen=True)
class Noticed:
    """One thing a text says.

    Attributes:
        kind: container, bl_number, house_bl, vessel, voyage, bags, eta, etd, arrived_on,
            departed_on, free_until, or date when nothing says which day it is.
        value: in our notation: capitals without blanks, ISO days, plain numbers.
        line: the line it stands in.
        certain: False for a failing check digit and for a day that can be read in two ways.
    """

    kind: str
    value: str
    line: str
    certain: bool = True


def read_notice(text: str, locale: Locale, today: date) -> list[Noticed]:
    """Return what a text says of a shipment, in its order, each thing once.

    Args:
        text: as it was pasted.
        locale: decides which way round 3/4 is read.
        today: what a day without a year is read against.
    """
    found = chain.from_iterable(
        _of_line(" ".join(line.split()), locale, today) for line in text.splitlines()
    )
    once: dict[tuple[str, str], Noticed] = {}
    for one in found:
        once.setdefault((one.kind, one.value), one)
    return list(once.values())


def _of_line(line: str, locale: Locale, today: date) -> Iterator[Noticed]:
    shown = line[:_LONGEST_LINE]
    for match in _CONTAINER.finditer(line):
        number = "".join(match.groups())
        yield Noticed("container", number, shown, check_digit_fits(number))
    for match in _BL.finditer(line):
        kind = "house_bl" if _HOUSE.search(match[0]) else "bl_number"
        yield Noticed(kind, match["value"].upper(), shown)
    for kind, pattern in (("vessel", _VESSEL), ("voyage", _VOYAGE), ("bags", _BAGS)):
        for match in pattern.finditer(line):
            yield Noticed(kind, match["value"].strip(), shown)
    for day in read_dates(line, locale, today):
        one = day.end if day.start is None else day.start  # "until the 19th" has only an end
        if one is not None and day.end in {None, one}:
            yield Noticed(_kind_of(line, day), one.isoformat(), shown, day.certain)


def _kind_of(line: str, day: DateRead) -> str:
    """Return which day it is: what the nearest name before it says."""
    heard = [(m, kind) for kind, p in _DAYS.items() for m in p.finditer(line[: day.stop])]
    names = [(m.end(), -m.start(), kind) for m, kind in heard if m.start() < day.begin]
    return max(names, default=(0, 0, "date"))[2]
