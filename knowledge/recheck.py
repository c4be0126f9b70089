"""How often a source is read again: every so many days, on days of the year, or both in turn."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_DAYS = re.compile(r"(\d+) days(?: until (\d{4}-\d\d-\d\d), then (.+))?")
_YEARLY = re.compile(r"each (\d\d-\d\d(?:, \d\d-\d\d)*)")


@dataclass(frozen=True, slots=True)
class Recheck:
    """When a source is due again.

    Attributes:
        days: read again after so many days; None when it is done on days of the year.
        on: months and days of every year on which it is read again.
        until: the last day this rhythm holds; None when it holds for good.
        then: the rhythm after that day.
    """

    days: int | None = None
    on: tuple[tuple[int, int], ...] = ()
    until: date | None = None
    then: Self | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `90 days`, `7 days until 2027-02-28, then 90 days` or `each 01-01, 07-01`."""
        if found := _DAYS.fullmatch(text):
            if int(found[1]) < 1:
                raise ValueError(f"{text!r}: a source cannot be read again after no days")
            until = date.fromisoformat(found[2]) if found[2] else None
            then = cls.parse(found[3]) if found[3] else None
            return cls(days=int(found[1]), until=until, then=then)
        if found := _YEARLY.fullmatch(text):
            days = [date.fromisoformat(f"2001-{each}") for each in found[1].split(", ")]
            return cls(on=tuple((day.month, day.day) for day in days))
        raise ValueError(
            f"{text!r} is no rhythm; say `90 days`, `7 days until 2027-02-28, then 90 days` "
            "or `each 01-01, 07-01`"
        )

    def due(self, read: date) -> date:
        """Return the day the source is due, read last on that day."""
        if self.until and self.then and read > self.until:
            return self.then.due(read)
        if self.days:
            return read + timedelta(days=self.days)
        years = (read.year, read.year + 1)
        return min(d for y in years for m, n in self.on if (d := date(y, m, n)) > read)

    def __str__(self) -> str:
        """Return the rhythm as `parse` reads it."""
        days = ", ".join(f"{month:02}-{day:02}" for month, day in self.on)
        told = f"{self.days} days" if self.days else f"each {days}"
        return f"{told} until {self.until}, then {self.then}" if self.until and self.then else told
