"""Every date, week, month or span of time a person wrote."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from db.enums import Locale
from tools.calc.reading.calendar_days import resolve
from tools.calc.reading.calendar_words import Token
from tools.calc.reading.phrases import Phrase, read_phrases
from tools.calc.reading.spans import DAY, NOWHERE, Days, Direction, When
from tools.calc.reading.words import words

Role = Literal["day", "range", "since", "until"]
_MOST_FILLERS = 2
_FILLERS = "Fod"
_BEHIND = 1  # the value of words that may stand behind the day: Friday at the latest
_TOWARDS: dict[str, Direction] = {
    "S": "past", "Z": "future", "B": "future", "b": "future", "A": "future", "J": None,
}  # fmt: skip
_UNTIL_WORDS = frozenset(("bis", "hasta", "until", "till"))  # "by Friday" ends nothing that began
_SPANS = words(
    """days_of_month month part_month part_span part_word part_year quarter week week_of_month span
    around year days_of_numeric part_quarter half half_year first_of_month so_far season"""
)
_PARTS = words("part_month part_span part_year part_word part_quarter")
_FIRST, _LAST = 0, 2  # "until the end of March" ends on a day there is no doubt about
_VAGUE_END = frozenset(("month", "quarter", "year", "week", "span"))


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date found in a text.

    `text` is `source[begin:stop]`. A "day" has start == end; a "range" both; "since" only a start;
    "until" only an end (the last day included). A day that does not exist (31.02.) has neither and
    is not certain. `alternatives` lists the first days of all readings, this one's included.
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
        opener = _opener(tokens, phrase, phrases[at - 1].after if at else 0)
        last = phrases[at + 1] if at + 1 < len(phrases) else None
        if last is not None and _joins(tokens, phrase, last, opener):
            begin = phrase.begin if opener is None else opener.begin
            found.append(_joined(text[begin : last.stop], begin, (phrase, last), today))
            at += 2
            continue
        if phrase.kind != "now" and not _before_feast(phrase, opener):
            if opener is None or opener.tag == "J":
                opener = _behind(tokens, phrase, last)
            found.append(_read(text, phrase, opener, today))
        at += 1
    return found


def _opener(tokens: list[Token], phrase: Phrase, after: int) -> Token | None:
    """Return the since, until, before or between that a date follows."""
    at = phrase.first - 1
    while at >= after and phrase.first - at <= _MOST_FILLERS and tokens[at].tag in _FILLERS:
        at -= 1
    if at < after or tokens[at].tag not in _TOWARDS:
        return None
    return tokens[at] if tokens[at].tag != "A" or tokens[at].word == "vor" else None


def _before_feast(phrase: Phrase, opener: Token | None) -> bool:
    """Return whether all days before a feast are meant, which the planner compares by itself."""
    said = phrase.parts.get("x")
    return bool(opener and opener.tag in "bA" and said and said.date and said.value)


def _behind(tokens: list[Token], phrase: Phrase, last: Phrase | None) -> Token | None:
    """Return the until or since that stands behind a date: Friday at the latest."""
    if phrase.after == len(tokens) or (last is not None and last.first <= phrase.after + 1):
        return None
    token = tokens[phrase.after]
    return token if token.tag in "BZ" and token.value == _BEHIND else None


def _joins(tokens: list[Token], phrase: Phrase, last: Phrase, opener: Token | None) -> bool:
    """Return whether two dates are the ends of one span: von Mai bis Juli, 24.11.-30.11."""
    between = [t for t in tokens[phrase.after : last.first] if t.tag not in _FILLERS]
    if len(between) != 1:
        bare = not between and phrase.kind == "now"  # de aquí a fines de mes
        return bare and tokens[last.first].word == "a"
    link = between[0]
    if link.tag == "j":
        return opener is not None and opener.tag == "J"
    return (link.tag in "th" or (link.tag == "e" and link.word == "a")) or (
        link.tag == "B" and link.word in _UNTIL_WORDS
    )


def _joined(text: str, begin: int, ends: tuple[Phrase, Phrase], today: date) -> DateRead:
    first = resolve(ends[0], When(today, None, _year_of(ends[1])))
    last = resolve(ends[1], When(first.start or today, "future"))
    certain = (first.certain or _begins_surely(ends[0], first)) and (
        last.certain or (ends[1].kind in _PARTS and _ends_surely(ends[1], last))
    )
    start, end = first.start, last.end
    if start is None or end is None:
        start = end = None
    elif end < start:
        start, end, certain = end, start, False
    stop = begin + len(text)
    return DateRead(text, begin, stop, start, end, certain, "range", first.alternatives)


def _year_of(phrase: Phrase) -> int | None:
    token = phrase.parts.get("x")
    return token.date.year if token and token.date else phrase.number("y")


def _read(text: str, phrase: Phrase, opener: Token | None, today: date) -> DateRead:
    tag = opener.tag if opener else ""
    days = resolve(phrase, When(today, _TOWARDS.get(tag)))
    if days.start and days.end and days.end < days.start:
        days = NOWHERE  # the 31st week of May
    role, days = _in_role(phrase, tag, days)
    begin, stop = phrase.begin, phrase.stop
    if opener and role in {"since", "until"}:
        begin, stop = min(begin, opener.begin), max(stop, opener.stop)
    return DateRead(
        text=text[begin:stop],
        begin=begin,
        stop=stop,
        start=days.start,
        end=days.end,
        certain=days.certain,
        role=role,
        alternatives=tuple(sorted(days.alternatives)),
    )


def _in_role(phrase: Phrase, tag: str, days: Days) -> tuple[Role, Days]:
    """Return what an opener makes of the days: everything since, everything until."""
    if tag in {"S", "Z"} or phrase.kind in {"since_count", "lasting"}:
        certain = days.certain or _begins_surely(phrase, days)
        return "since", replace(days, end=None, certain=certain)
    ended = tag in {"b", "A"} and phrase.kind in _PARTS and _part(phrase) == _LAST
    if tag == "B" or ended or phrase.kind in {"within", "day_end"}:
        return "until", replace(days, start=None, certain=_ends_surely(phrase, days))
    if tag in {"b", "A"}:
        end = days.start - DAY if days.start and days.start > date.min else None
        return "until", replace(days, start=None, end=end)
    if (phrase.kind in _SPANS and "w" not in phrase.parts) or (days.start != days.end):
        return "range", days
    return "day", days


def _part(phrase: Phrase) -> int:
    """Return which part of a span is meant: first, middle, last, 3 the weekend."""
    said = phrase.parts.get("p") or phrase.parts["z"]
    return int(str(said.value)[-1])


def _begins_surely(phrase: Phrase, days: Days) -> bool:
    """Return whether a part begins where its span does: since the start of the year."""
    return phrase.kind in _PARTS and _part(phrase) == _FIRST and not days.alternatives


def _ends_surely(phrase: Phrase, days: Days) -> bool:
    """Return whether a part ends where its span does; a week may end on Friday or Sunday."""
    if phrase.kind in _PARTS:
        said = str((phrase.parts.get("u") or phrase.parts.get("z") or phrase.parts["p"]).value)
        week = said.startswith("week") and _part(phrase) == _LAST
        return _part(phrase) >= _LAST and not week and not days.alternatives
    return days.certain and phrase.kind not in _VAGUE_END
