"""Every date, week, month or span of time a person wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from db.enums import Locale
from tools.calc.reading.calendar_days import Days, Direction, When, resolve
from tools.calc.reading.calendar_tokens import Token
from tools.calc.reading.phrases import Phrase, read_phrases

Role = Literal["day", "range", "since", "until"]
_MOST_FILLERS = 2
_FILLERS = "Fo"
_OPENERS = {"S": "past", "Z": "future", "B": "future", "b": "future", "J": None}
_ALWAYS_JOIN, _JOIN_AFTER_OPENER = "tBhe", "tBhej"
_SPANS = frozenset(
    """days_of_month month part_month part_span part_year quarter week span around year""".split()
)
_LAST_PART = 2  # "until the end of March" ends on a day there is no doubt about
_VAGUE_UNTIL = frozenset(("month", "quarter", "year", "part_month", "part_span", "part_year"))


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date found in a text.

    `text` is `source[begin:stop]`. A "day" has start == end; a "range" both; "since" only a start;
    "until" only an end (the last day included). A day that does not exist (31.02.) has neither and
    is not certain. `alternatives` lists the first days of the other readings, this one included.
    """

    text: str
    begin: int
    stop: int
    start: date | None
    end: date | None
    certain: bool
    role: Role
    alternatives: tuple[date, ...] = ()


def read_dates(text: str, locale: Locale, today: date) -> list[DateRead]:
    """Return the dates of a text in the order they stand.

    Args:
        text: what a person wrote, in any of the three languages.
        locale: decides which way round 3/4 is read.
        today: what "tomorrow" and a day without a year are read against.
    """
    tokens, phrases = read_phrases(text, locale)
    found: list[DateRead] = []
    at = 0
    while at < len(phrases):
        phrase = phrases[at]
        opener, begin = _opener(tokens, phrase, phrases[at - 1].after if at else 0)
        last = phrases[at + 1] if at + 1 < len(phrases) else None
        if last is not None and _joins(tokens, phrase, last, opener):
            found.append(_joined(text, begin, phrase, last, today))
            at += 2
            continue
        found.append(_read(text, begin, phrase, opener, today))
        at += 1
    return found
