"""Times of day as people write them: "um 9", "at 3 pm", "a las 9:30 de la tarde"."""

import re
from dataclasses import dataclass
from datetime import time

from db.enums import Locale

_NOON = 12
_CLOCK = r"(?P<h>[01]?\d|2[0-3])(?:[:.](?P<m>[0-5]\d))?"
_COLON = r"(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)"
_ENGLISH = r"(?P<h>[01]?\d|2[0-3])(?::(?P<m>[0-5]\d))?"
_HALF = r"(?P<half>(?:a\.?|p\.?)\s?m\b\.?)"
_NOT_INSIDE = r"(?<![\w.,:/-])"
_ENDS = r"(?![\w:/-]|[.,]\d)"

# Per language, the surest first; `h` the hour, `m` the minutes, `half` which half of the day.
_PATTERNS: dict[Locale, tuple[str, ...]] = {
    "de": (
        rf"(?:um|gegen|ab)\s+{_CLOCK}\s*uhr(?:\s+(?P<mm>[0-5]\d))?(?:\s+(?P<late>abends|nachmittags))?{_ENDS}",
        rf"{_CLOCK}\s*uhr(?:\s+(?P<mm>[0-5]\d))?(?:\s+(?P<late>abends|nachmittags))?{_ENDS}",
        rf"um\s+{_CLOCK}{_ENDS}",
        rf"{_COLON}{_ENDS}",
    ),
    "en": (
        rf"(?:at\s+)?{_CLOCK}\s*{_HALF}",
        rf"at\s+{_ENGLISH}(?:\s+o['’]?clock)?{_ENDS}",
        rf"{_CLOCK}\s+o['’]?clock{_ENDS}",
        rf"{_COLON}{_ENDS}",
    ),
    "es": (
        rf"a\s+las?\s+{_CLOCK}(?:\s*(?:h|hs|hrs|horas)\b)?(?:\s*{_HALF}|\s+(?:de|por)\s+la\s+(?P<late>tarde|noche)|\s+de\s+la\s+mañana)?{_ENDS}",
        rf"{_CLOCK}\s*{_HALF}",
        rf"{_COLON}{_ENDS}",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeRead:
    """A time of day in a text.

    Attributes:
        begin, stop: letters in the text, the preposition that belongs to it included.
    """

    time: time
    begin: int
    stop: int


def read_times(text: str, locale: Locale) -> list[TimeRead]:
    """Return the times of day a text says, in order; figures that are none are left alone."""
    found: list[TimeRead] = []
    for pattern in _PATTERNS[locale]:
        for match in re.finditer(_NOT_INSIDE + pattern, text, re.IGNORECASE):
            read = _read(match)
            if read and not any(f.begin < read.stop and read.begin < f.stop for f in found):
                found.append(read)
    return sorted(found, key=lambda f: f.begin)


def _read(match: re.Match[str]) -> TimeRead | None:
    groups = match.groupdict()
    hour, minute = int(groups["h"]), int(groups["m"] or groups.get("mm") or 0)
    half = (groups.get("half") or "")[:1].casefold()
    if half and not 1 <= hour <= _NOON:
        return None
    if (half == "p" or groups.get("late")) and hour < _NOON:
        hour += _NOON
    if half == "a" and hour == _NOON:
        hour = 0
    return TimeRead(time(hour, minute), match.start(), match.end())
