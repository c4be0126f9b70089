"""The tables of dates and figures are read as a careful colleague reads them."""

import pytest

from tests.tools.calc.reading.understood import Case, cases, reading, right

KINDS = ("dates", "none_dates", "numbers", "none_numbers")
ROWS = [case for kind in KINDS for case in cases(kind)]
MOST_MISSED = 0.06  # of the half that was kept apart


@pytest.mark.parametrize("case", [c for c in ROWS if c.odd], ids=lambda c: f"{c.locale}: {c.text}")
def test_row_is_read_as_written(case: Case) -> None:
    assert right(case), f"{reading(case)}, not {case.wanted}"


@pytest.mark.parametrize("kind", KINDS)
def test_nearly_every_row_kept_apart_is_read_as_written(kind: str) -> None:
    apart = [c for c in cases(kind) if not c.odd]
    missed = [c.text for c in apart if not right(c)]
    assert len(missed) <= MOST_MISSED * len(apart), missed
