"""The whole and part spans a phrase means: months, weeks, quarters, halves, seasons, years."""

from collections.abc import Callable
from datetime import date

from tools.calc.reading.phrases import Phrase
from tools.calc.reading.spans import (
    DAY,
    NOWHERE,
    WEEK,
    Days,
    When,
    half_of,
    month_of,
    moved,
    nearest,
    one_day,
    part_of,
    quarter_of,
    span_of,
    week_of,
    weeks_in,
    years_around,
)


def said_year(phrase: Phrase, when: When) -> int | None:
    """Return the year said with a month: 2026, '26, this year, last year."""
    short = phrase.number("yy")
    if short is not None:
        return 2000 + short
    if "u" in phrase.parts and "n" in phrase.parts:
        return when.today.year + phrase.steps
    return phrase.number("y") or when.year


def _month(phrase: Phrase, when: When) -> Days:
    month, year = phrase.number("m") or 0, said_year(phrase, when)
    steps = phrase.parts.get("n")
    if year is not None or steps is None or steps.tag == "T":
        return _nearest_month(month, year, when)
    today = when.today
    options = [month_of(y, month) for y in years_around(today)]
    if steps.tag == "L":  # wholly over
        return [s for s in options if s.end and s.end < today][-1]
    return next(s for s in options if s.start and s.start > today)


def _nearest_month(month: int, year: int | None, when: When) -> Days:
    if year is not None:
        return month_of(year, month)
    return nearest([month_of(y, month) for y in years_around(when.today)], when)


def _part_month(phrase: Phrase, when: When) -> Days:
    whole = _month(phrase, when)
    return part_of(whole, "month", phrase.number("p") or 0)


def _part_span(phrase: Phrase, when: When) -> Days:
    unit = phrase.unit
    whole = span_of(moved(when.today, unit, phrase.steps), unit)
    return part_of(whole, unit, phrase.number("p") or 0)


def _part_word(phrase: Phrase, when: When) -> Days:
    unit, _, part = str(phrase.parts["z"].value).partition(" ")
    whole = span_of(moved(when.today, unit, phrase.steps), unit)
    return part_of(whole, unit, int(part))


def _part_year(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - a year needs no today
    year = phrase.number("y") or 0
    return part_of(span_of(date(year, 1, 1), "year"), "year", phrase.number("p") or 0)


def _part_quarter(phrase: Phrase, when: When) -> Days:
    return part_of(_quarter(phrase, when), "quarter", phrase.number("p") or 0)


def _half(phrase: Phrase, when: When) -> Days:
    whole = _month(phrase, when) if "m" in phrase.parts else whole_span(phrase, when)
    return half_of(whole, phrase.number("h") or 0)


def _half_year(phrase: Phrase, when: When) -> Days:
    half, year = phrase.number("h") or 0, phrase.number("y") or when.year
    years = [year] if year is not None else years_around(when.today)
    options = [half_of(span_of(date(y, 1, 1), "year"), half) for y in years]
    return options[0] if year is not None else nearest(options, when)


def _nth(phrase: Phrase, when: When) -> Days:
    """Return the first Monday or the last day of a month, quarter or year."""
    whole = _month(phrase, when) if "m" in phrase.parts else whole_span(phrase, when)
    if whole.start is None or whole.end is None:
        return NOWHERE
    wanted = phrase.number("w")
    days = (whole.start + n * DAY for n in range((whole.end - whole.start).days + 1))
    fits = [d for d in days if wanted is None or d.isoweekday() == wanted]
    which = -1 if phrase.parts["k"].tag == "L" else (phrase.number("k") or 1) - 1
    if which >= len(fits):
        return NOWHERE
    return one_day(fits[which], certain=whole.certain, alternatives=whole.alternatives)


def _first_of_month(phrase: Phrase, when: When) -> Days:
    """Return the first ten days or the last two weeks of a month."""
    whole = _month(phrase, when)
    length = moved(date(2001, 1, 1), phrase.unit, phrase.number("c") or 0) - date(2001, 1, 1)
    if whole.start is None or whole.end is None or length.days > (whole.end - whole.start).days:
        return NOWHERE
    if phrase.parts["k"].tag == "L":
        return Days(whole.end - length + DAY, whole.end, whole.certain, whole.alternatives)
    return Days(whole.start, whole.start + length - DAY, whole.certain, whole.alternatives)


def _quarter(phrase: Phrase, when: When) -> Days:
    quarter, year = phrase.number("q") or 0, phrase.number("y") or when.year
    if year is not None:
        return quarter_of(year, quarter)
    return nearest([quarter_of(y, quarter) for y in years_around(when.today)], when)


def _week(phrase: Phrase, when: When) -> Days:
    week, year = phrase.number("d") or 0, phrase.number("y") or when.year
    existing = [y for y in years_around(when.today) if week <= weeks_in(y)]
    read = week_of(year, week) if year else nearest([week_of(y, week) for y in existing], when)
    if read.start is None or read.end is None:
        return read
    if "w" in phrase.parts:
        day = read.start + ((phrase.number("w") or 1) - 1) * DAY
        return one_day(day, certain=read.certain, alternatives=read.alternatives)
    more = (phrase.number("d2") or week) - week
    return Days(read.start, read.end + more * WEEK, read.certain, read.alternatives)


def _week_of_month(phrase: Phrase, when: When) -> Days:
    """Return days 1-7, 8-14 and so on; the last seven for the last week. It is never exact."""
    whole = _nearest_month(phrase.number("m") or 0, phrase.number("y") or when.year, when)
    if whole.start is None or whole.end is None:
        return whole
    first = whole.end - 6 * DAY
    if "n" not in phrase.parts:
        first = whole.start + ((phrase.number("d") or 1) - 1) * WEEK
    return Days(first, min(first + 6 * DAY, whole.end), certain=False)


def whole_span(phrase: Phrase, when: When) -> Days:
    """Return this, the next or the last week, month, quarter or year."""
    unit = phrase.unit
    start_of = span_of(when.today, unit).start or when.today
    return span_of(moved(start_of, unit, phrase.steps), unit)


def _so_far(phrase: Phrase, when: When) -> Days:
    return Days(span_of(when.today, phrase.unit).start, when.today)


def _season(phrase: Phrase, when: When) -> Days:
    """Return the nearest summer, from the first of June on; people differ, so never certain."""
    first, year, steps = phrase.number("s") or 1, phrase.number("y"), phrase.parts.get("n")
    years = [year] if year is not None else list(range(when.today.year - 2, when.today.year + 3))
    starts = [date(y, first, 1) for y in years]
    options = [Days(d, moved(d, "month", 3) - DAY) for d in starts]
    if year is None and steps is not None and steps.tag == "L":
        options = [o for o in options if o.end and o.end < when.today][-1:]
    elif year is None and steps is not None and steps.tag in {"N", "c"}:
        options = [o for o in options if o.start and o.start > when.today][:1]
    found = nearest(options, When(when.today, when.direction if len(options) > 1 else None))
    return Days(found.start, found.end, certain=False, alternatives=found.alternatives)


def _year(phrase: Phrase, when: When) -> Days:  # noqa: ARG001 - a year needs no today
    return span_of(date(phrase.number("y") or 0, 1, 1), "year")


WHOLES: dict[str, Callable[[Phrase, When], Days]] = {
    "month": _month,
    "part_month": _part_month,
    "part_span": _part_span,
    "part_word": _part_word,
    "part_year": _part_year,
    "quarter": _quarter,
    "week": _week,
    "week_of_month": _week_of_month,
    "span": whole_span,
    "so_far": _so_far,
    "season": _season,
    "part_quarter": _part_quarter,
    "half": _half,
    "half_year": _half_year,
    "nth": _nth,
    "first_of_month": _first_of_month,
    "year": _year,
}
