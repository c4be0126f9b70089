"""What a figure is: where it stands in a text and every way it may be read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal["number", "day", "month", "year", "weekday", "clock", "code", "link", "mark"]
Mark = Literal[
    "approximate",
    "plus",
    "minus",
    "labelled",  # No. 12, approval 12
    "position",  # row 3
    "chosen",  # the best three
    "partial",  # three of them
    "crop",
    "speech",  # two questions: the answer speaks of itself
]


class Unit(NamedTuple):
    """What a number counts or measures: EUR per kg, kg, %, lot."""

    base: str
    per: str | None = None

    def __str__(self) -> str:
        """Return the unit as it is written: EUR/kg."""
        return f"{self.base}/{self.per}" if self.per else self.base


@dataclass(frozen=True)
class Reading:
    """One way to read a figure.

    Attributes:
        kind: what it is taken for.
        value: canonical text: plain decimal, `2026-11-24` (`*` for a part not said), folded code.
        places: decimals shown; negative after thousand or million.
        weekday: Monday is 0, when the text names one with the date.
    """

    kind: Kind
    value: str
    places: int = 0
    weekday: int | None = None

    @property
    def number(self) -> Decimal:
        """The value of a number."""
        return Decimal(self.value)


@dataclass(frozen=True)
class Figure:
    """A number, amount, date, code or address in a text.

    Attributes:
        text: as written.
        begin: where it begins in the text.
        stop: where it ends.
        readings: every way it may be read; one that is backed is enough.
        unit: what the text says it measures or counts; None when it does not say.
        marks: what stands around it and changes how it is compared.
    """

    text: str
    begin: int
    stop: int
    readings: tuple[Reading, ...]
    unit: Unit | None = None
    marks: frozenset[Mark] = frozenset()
