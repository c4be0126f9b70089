"""The tables of dates and figures are read as a careful colleague reads them."""

import pytest

from tests.tools.calc.reading.understood import KINDS, Case, cases, reading, right

ROWS = [case for kind in KINDS for case in cases(kind)]


@pytest.mark.parametrize("case", ROWS, ids=lambda c: f"{c.locale}: {c.text}")
def test_row_is_read_as_written(case: Case) -> None:
    assert right(case), f"{reading(case)}, not {case.wanted}"
