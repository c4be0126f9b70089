"""The day a question is about, when its words say one: "im Juni 2025", "el año pasado".

A day said as a matter of doubt ("does 30.12.2025 still hold?") is what is asked, not when.
"""

import re
from datetime import date

from knowledge.figures import figures, month_named
from knowledge.words import folded

_BEFORE = re.compile(
    r"\b(?:im|am|in|anfang|ende|mitte|vom|zum|seinerzeit|sommer|herbst|winter|fruhjahr|"
    r"on|during|back in|of|dated|from|as of|summer|autumn|spring|late|early|"
    r"en|el|del|desde el|durante|a fines de|a inicios de|verano|invierno)\s+(?:de\s+|the\s+)?$"
)
_STILL = re.compile(r"\b(?:noch|still|todavia|aun|nicht mehr|any more|anymore|ya no)\b")
_CHANGED = re.compile(
    r"\b(?:ab wann|seit wann|since when|from when|desde cuando|hasta cuando|until when|bis wann|"
    r"schreibt|behauptet|says|writes|claims|dice|escribe)\b"
)
_PAST = re.compile(
    r"\b(?:galt|galten|war|waren|wurde|wurden|hatte|hatten|musste|mussten|sollte|sollten|damals|"
    r"seinerzeit|was|were|did|had|applied|back then|at the time|"
    r"regia|regian|era|eran|valia|valian|habia|debia|debian|estaba|fue|tenia|tenian|"
    r"en ese entonces)\b"
)
_LAST_YEAR = re.compile(
    r"\b(?:letztes jahr|letzten jahres|voriges jahr|im vorjahr|vorjahr|last year|previous year|"
    r"(?:el )?ano pasado)\b"
)
_THIS_YEAR = re.compile(r"\b(?:dieses jahres|dieses jahr|this year|este ano|de este ano)\b")
_MONTH_OF = re.compile(r"\bm:(\d{4})-(\d\d)\b")
_DAY = re.compile(r"d:(\d{4})-(\d\d)-(\d\d)")
_YEAR = re.compile(
    r"\b(?:im jahr|in|en|durante|during|im|back in|ano|year|jahr|of|summer|sommer|verano|herbst|"
    r"autumn|winter|invierno|fruhjahr|spring)\s+(20\d\d)\b"
)
_EARLIER = re.compile(r"\b(?:vor|before|prior to|antes de|antes del)\s+(20\d\d)\b")
_MIDDLE = (6, 30)
_LAST = (12, 31)
_MID_MONTH = 15


def asked_day(question: str, today: date) -> date:
    """Return the day a question is about: what its words say, else today."""
    plain = folded(question)
    if _STILL.search(plain):
        return today
    found = _said(question, plain, today)
    if found is None:
        return today
    past = found < today and _PAST.search(plain)
    return today if _CHANGED.search(plain) and not past else found


def _said(question: str, plain: str, today: date) -> date | None:
    """Return the day, month or year a question's words name."""
    if (earlier := _EARLIER.search(plain)) and _PAST.search(plain):
        return date(int(earlier[1]) - 1, *_LAST)
    found = _dated(question, plain) or _in_months(plain, today)
    if found is None and (year := _YEAR.search(plain)):
        found = date(int(year[1]), *_MIDDLE)
    if found is None and _LAST_YEAR.search(plain):
        found = date(today.year - 1, *_MIDDLE)
    return found


def _dated(question: str, plain: str) -> date | None:
    """Return the only day or month that is said after a word like "in" or "on"."""
    said: set[date] = set()
    for figure in figures(question):
        at = plain.find(figure.text.strip())
        if at < 0 or not _BEFORE.search(plain[:at]):
            continue
        for key in figure.keys:
            if day := _DAY.fullmatch(key):
                said.add(date(int(day[1]), int(day[2]), int(day[3])))
            elif month := _MONTH_OF.search(key):
                said.add(date(int(month[1]), int(month[2]), _MID_MONTH))
    return said.pop() if len(said) == 1 else None


def _in_months(plain: str, today: date) -> date | None:
    """Return the month of "in March this year"."""
    if not _THIS_YEAR.search(plain):
        return None
    month = month_named(plain)
    return date(today.year, month, _MID_MONTH) if month else None
