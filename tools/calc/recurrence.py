"""When something comes back: local times of weekdays in Europe/Berlin, and the hours of quiet.

An instant is UTC, a time of day is Berlin's. A time the clock skips in spring is the first moment
after the gap; one it shows twice in autumn is the first of the two, so nothing runs twice.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
WORKDAYS = (1, 2, 3, 4, 5)
_WEEK = 7
_SATURDAY = 6
_LONGEST_WAIT = 4 * _WEEK  # for a day that is not off
DayOff = Callable[[date], bool]


def at_local(day: date, clock: time) -> datetime:
    """Return the instant at which Berlin's clocks show a time on a day, UTC."""
    meant = datetime.combine(day, clock.replace(tzinfo=None), BERLIN)
    instant = meant.astimezone(UTC)
    shown = instant.astimezone(BERLIN)
    if shown.replace(tzinfo=None) == meant.replace(tzinfo=None):
        return instant
    return _end_of_gap(meant)


def _end_of_gap(meant: datetime) -> datetime:
    """Return the first instant after the hour that a clock put forward leaves out."""
    before = meant.replace(fold=0).utcoffset() or timedelta()
    after = meant.replace(fold=1).utcoffset() or timedelta()
    gap = abs(after - before)
    probe = (meant - gap).astimezone(UTC).replace(second=0, microsecond=0)
    offset = probe.astimezone(BERLIN).utcoffset()
    while probe.astimezone(BERLIN).utcoffset() == offset:
        probe += timedelta(minutes=1)
    return probe


def no_day_off(_day: date) -> bool:
    """Take every day for a working day."""
    return False


def next_local(
    after: datetime,
    clock: time,
    weekdays: Collection[int] = EVERY_DAY,
    is_off: DayOff = no_day_off,
) -> datetime:
    """Return the first instant later than another at which it is a time on one of some weekdays.

    Args:
        after: an instant with its zone.
        clock: Berlin's time of day.
        weekdays: ISO numbers, Monday 1.
        is_off: whether a day is left out, as a public holiday.

    Raises:
        ValueError: no weekday, no zone, or no day but those left out.
    """
    if after.tzinfo is None:
        raise ValueError("an instant needs its zone")
    if not set(weekdays) & set(EVERY_DAY):
        raise ValueError("no weekday to come back on")
    day = after.astimezone(BERLIN).date()
    for ahead in range(_LONGEST_WAIT):
        on = day + timedelta(days=ahead)
        found = at_local(on, clock)
        if on.isoweekday() in weekdays and found > after and not is_off(on):
            return found
    raise ValueError("every day is off")


def next_every(after: datetime, due: datetime, minutes: int) -> datetime:
    """Return the first instant of a steady rhythm later than another; missed ones are left out."""
    step = timedelta(minutes=minutes)
    missed = max(0, (after - due) // step)
    return due + (missed + 1) * step


@dataclass(frozen=True)
class Quiet:
    """The hours in which nothing is sent unasked, in Berlin's time.

    Attributes:
        begins, ends: the quiet part of a day, over midnight when it begins later than it ends;
            none when both are the same.
        weekends: Saturday, Sunday and days off are quiet, whatever the hour.
        is_off: whether a day is one, as a public holiday.
    """

    begins: time = time(19)
    ends: time = time(7)
    weekends: bool = True
    is_off: DayOff = no_day_off

    def covers(self, instant: datetime) -> bool:
        """Return whether an instant lies in the quiet hours."""
        local = instant.astimezone(BERLIN)
        if self.weekends and (local.isoweekday() >= _SATURDAY or self.is_off(local.date())):
            return True
        clock = local.time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def until(self, instant: datetime) -> datetime | None:
        """Return until when to hold a message, None when it may go at once."""
        if not self.covers(instant):
            return None
        found = instant
        for _ in range(2 * _WEEK):
            ends = next_local(found, self.ends)
            midnight = next_local(found, time())
            found = min(ends, midnight)
            if not self.covers(found):
                return found
        return found
