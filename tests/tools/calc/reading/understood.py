"""The tables in `cases/`: what people write, and the reading a careful colleague gives it.

    text | 2026-12-04                 a day
    text | 2026-12-01..2026-12-15     a range; without its first day "until", without its last "since"
    text | 8.70 EUR/kg                a figure with its unit; `2.` an ordinal; `10 12` two figures
    text | …?                         likely so, but to be asked before anything is written

`[` and `]` mark the letters read where more stands around them. Files that begin with `none` list
what must not be read at all. Odd lines were there while the grammar was written, even lines were
looked at only when they were
first measured: `python -m tests.tools.calc.reading.understood` tells how many of each half are right.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from db.enums import LOCALES, Locale
from tools.calc.reading.dates import read_dates
from tools.calc.reading.numbers import NumberRead, read_numbers

TODAY = date(2026, 11, 24)
FOLDER = Path(__file__).parent / "cases"
KINDS = ("dates", "none_dates", "numbers", "none_numbers")


class Case(NamedTuple):
    """A row of a table; `wanted` is "none" where nothing must be read."""

    kind: str
    locale: Locale
    odd: bool
    text: str
    wanted: str


def cases(kind: str) -> Iterator[Case]:
    """Yield the rows of one kind in all languages."""
    for locale in LOCALES:
        rows = (FOLDER / f"{kind}_{locale}.txt").read_text(encoding="utf-8").splitlines()
        for number, row in enumerate(rows, 1):
            text, _, wanted = row.partition(" | ")
            yield Case(kind, locale, number % 2 == 1, text, wanted or "none")


def reading(case: Case) -> str:
    """Return what is read from the text of a row, as the table writes it."""
    text = case.text.replace("[", "").replace("]", "")
    if case.kind.endswith("dates"):
        dates = read_dates(text, case.locale, TODAY)
        marked = case.text.partition("[")[2].partition("]")[0]
        if marked and [d.text for d in dates] != [marked]:
            return f"letters {[d.text for d in dates]}"
        return " & ".join(_days(d.role, d.start, d.end, d.certain) for d in dates) or "none"
    figures = read_numbers(text, case.locale)
    if len(figures) > 1 and not any(n.kind == "ordinal" for n in figures):
        return " ".join(_plain(n.value) for n in figures)
    return " & ".join(_figure(n) for n in figures) or "none"


def _days(role: str, start: date | None, end: date | None, certain: bool) -> str:
    spans = {
        "day": f"{start}",
        "range": f"{start}..{end}",
        "since": f"{start}..",
        "until": f"..{end}",
    }
    return spans[role] + ("" if certain else "?")


def _figure(read: NumberRead) -> str:
    unit = f" {read.unit}" if read.unit else ""
    written = f"{_plain(read.value)}." if read.kind == "ordinal" else _plain(read.value) + unit
    return written + ("" if read.certain else "?")


def _plain(value: Decimal) -> str:
    return str(int(value)) if value == int(value) else f"{value}"


def right(case: Case) -> bool:
    """Return whether a row is read as wanted: 8.7 for 8.70 will do."""
    return _trimmed(reading(case)) == _trimmed(case.wanted)


def _trimmed(said: str) -> str:
    head, _, rest = said.partition(" ")
    whole, point, decimals = head.partition(".")
    if point and decimals.rstrip("?").isdigit():
        doubt = "?" if decimals.endswith("?") else ""
        head = f"{whole}.{decimals.rstrip('?').rstrip('0')}{doubt}"
    return f"{head} {rest}".strip()


def main() -> None:
    """Print the share right of each half, and the rows that are not."""
    for kind in KINDS:
        for locale in LOCALES:
            for odd in (True, False):
                rows = [c for c in cases(kind) if c.locale == locale and c.odd == odd]
                wrong = [c for c in rows if not right(c)]
                half = "odd " if odd else "even"
                print(f"{kind:<13}{locale} {half} {len(rows) - len(wrong)}/{len(rows)}")
                for case in wrong if odd else ():
                    print(f"    {case.text!r}: {reading(case)}, not {case.wanted}")


if __name__ == "__main__":
    main()
