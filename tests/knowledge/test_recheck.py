"""When a source is due again, and that an unknown rhythm is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.recheck import Recheck

WEEKLY = "7 days until 2027-02-28, then 90 days"


@pytest.mark.parametrize(
    ("rhythm", "read", "due"),
    [
        ("90 days", "2026-11-23", "2027-02-21"),
        (WEEKLY, "2026-11-23", "2026-11-30"),
        (WEEKLY, "2027-02-28", "2027-03-07"),  # read on the last day of the weekly rhythm
        (WEEKLY, "2027-03-01", "2027-05-30"),
        ("each 01-01, 07-01", "2026-11-23", "2027-01-01"),
        ("each 01-01, 07-01", "2027-01-01", "2027-07-01"),
        ("each 01-15", "2026-01-14", "2026-01-15"),
        ("each 01-15", "2026-01-15", "2027-01-15"),
    ],
)
def test_due(rhythm: str, read: str, due: str) -> None:
    assert Recheck.parse(rhythm).due(date.fromisoformat(read)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    "rhythm", ["", "weekly", "0 days", "each 02-30", "each 13-01", "7 days until 2027-02-28"]
)
def test_no_rhythm(rhythm: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Recheck.parse(rhythm)


@given(
    st.sampled_from(["90 days", WEEKLY, "each 01-01, 07-01"]),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)
def test_a_source_is_always_due_again_within_a_year(rhythm: str, read: date) -> None:
    assert timedelta() < Recheck.parse(rhythm).due(read) - read <= timedelta(days=366)
