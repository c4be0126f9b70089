"""When something comes back: Berlin's clocks, both Sundays on which they change, quiet hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.calc.recurrence import (
    BERLIN,
    EVERY_DAY,
    WORKDAYS,
    Quiet,
    at_local,
    next_every,
    next_local,
)

FIRST = datetime(2020, 1, 1)  # noqa: DTZ001 - the zone is added by the strategy
INSTANTS = st.datetimes(FIRST, FIRST + timedelta(days=5500), timezones=st.just(UTC))
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
DAYS = st.sets(st.sampled_from(EVERY_DAY), min_size=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "clock", "days", "expected"),
    [
        ("2026-11-24T06:29", time(7, 30), WORKDAYS, "2026-11-24T06:30"),
        ("2026-11-24T06:30", time(7, 30), WORKDAYS, "2026-11-25T06:30"),
        ("2026-11-27T12:00", time(7, 30), WORKDAYS, "2026-11-30T06:30"),
        ("2026-11-27T12:00", time(7, 30), EVERY_DAY, "2026-11-28T06:30"),
        ("2026-07-01T12:00", time(7, 30), WORKDAYS, "2026-07-02T05:30"),
        ("2026-03-27T12:00", time(7, 30), (1,), "2026-03-30T05:30"),  # over the change
        ("2026-03-28T12:00", time(2, 30), EVERY_DAY, "2026-03-29T01:00"),  # 02:30 is skipped
        ("2026-03-29T01:00", time(2, 30), EVERY_DAY, "2026-03-30T00:30"),
        ("2026-03-28T12:00", time(2, 0), EVERY_DAY, "2026-03-29T01:00"),
        ("2026-03-28T12:00", time(3, 0), EVERY_DAY, "2026-03-29T01:00"),
        ("2026-10-24T12:00", time(2, 30), EVERY_DAY, "2026-10-25T00:30"),  # the first of two
        ("2026-10-25T00:30", time(2, 30), EVERY_DAY, "2026-10-26T01:30"),  # and not the second
        ("2026-10-25T01:15", time(2, 30), EVERY_DAY, "2026-10-26T01:30"),
        ("2026-12-31T23:30", time(0, 0), EVERY_DAY, "2027-01-01T23:00"),
        ("2026-11-24T06:31", time(7, 30), (2,), "2026-12-01T06:30"),
    ],
)
def test_next_local(after: str, clock: time, days: tuple[int, ...], expected: str) -> None:
    assert next_local(utc(after), clock, days) == utc(expected)


@given(INSTANTS, CLOCKS, DAYS)
def test_what_comes_next_is_later_and_the_soonest(
    after: datetime, clock: time, days: set[int]
) -> None:
    found = next_local(after, clock, days)
    local = found.astimezone(BERLIN)
    assert after < found <= after + timedelta(days=8)
    assert local.isoweekday() in days
    assert local.time() >= clock and (
        local.time() == clock or local.time() == time(3)
    )  # only a skipped hour moves it
    before = found - timedelta(minutes=1)
    assert before < after or next_local(before, clock, days) == found


@given(INSTANTS, CLOCKS, DAYS)
def test_one_run_on_each_of_the_days(start: datetime, clock: time, days: set[int]) -> None:
    runs = [start]
    for _ in range(10):
        runs.append(next_local(runs[-1], clock, days))
    held = [r.astimezone(BERLIN).date() for r in runs[1:]]
    assert len(set(held)) == len(held)
    between = (held[-1] - held[0]).days
    wanted = [held[0] + timedelta(days=n) for n in range(between + 1)]
    assert held == [d for d in wanted if d.isoweekday() in days]


@given(INSTANTS, st.integers(1, 600), st.integers(0, 10_000))
def test_a_steady_rhythm_makes_up_for_nothing(due: datetime, minutes: int, late: int) -> None:
    now = due + timedelta(minutes=late)
    found = next_every(now, due, minutes)
    assert now < found <= now + timedelta(minutes=minutes)
    assert (found - due) % timedelta(minutes=minutes) == timedelta()


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (Quiet(), "2026-11-24T12:00", None),
        (Quiet(), "2026-11-24T17:59", None),
        (Quiet(), "2026-11-24T18:00", "2026-11-25T06:00"),
        (Quiet(), "2026-11-25T05:59", "2026-11-25T06:00"),
        (Quiet(), "2026-11-25T06:00", None),
        (Quiet(), "2026-11-27T18:30", "2026-11-30T06:00"),  # Friday evening: Monday
        (Quiet(), "2026-11-28T12:00", "2026-11-30T06:00"),
        (Quiet(), "2026-11-29T23:30", "2026-11-30T06:00"),
        (Quiet(weekends=False), "2026-11-28T12:00", None),
        (Quiet(weekends=False), "2026-11-27T18:30", "2026-11-28T06:00"),
        (Quiet(time(12), time(14), weekends=False), "2026-11-24T12:30", "2026-11-24T13:00"),
        (Quiet(time(7), time(7), weekends=False), "2026-11-24T06:00", None),
        (Quiet(time(7), time(7)), "2026-11-28T12:00", "2026-11-29T23:00"),
        (Quiet(), "2026-03-28T12:00", "2026-03-30T05:00"),
    ],
)
def test_quiet_hours(quiet: Quiet, at: str, until: str | None) -> None:
    assert quiet.until(utc(at)) == (utc(until) if until else None)


@given(INSTANTS, CLOCKS, CLOCKS, st.booleans())
def test_what_is_held_goes_as_soon_as_it_may(
    at: datetime, begins: time, ends: time, weekends: bool
) -> None:
    quiet = Quiet(begins, ends, weekends)
    until = quiet.until(at)
    if until is None:
        assert not quiet.covers(at)
        return
    assert at < until <= at + timedelta(days=4)
    assert not quiet.covers(until)
    assert quiet.covers(until - timedelta(minutes=1)) or until - timedelta(minutes=1) < at


def test_a_time_on_a_day_is_an_instant() -> None:
    assert at_local(date(2026, 7, 1), time(9)) == utc("2026-07-01T07:00")
    assert at_local(date(2026, 12, 1), time(9)) == utc("2026-12-01T08:00")


def test_days_off_are_left_out() -> None:
    christmas = {date(2026, 12, 25), date(2026, 12, 26)}
    after = utc("2026-12-24T12:00")
    found = next_local(after, time(7), (1, 2, 3, 4, 5), christmas.__contains__)
    assert found == utc("2026-12-28T06:00")
    quiet = Quiet(is_off=christmas.__contains__)
    assert quiet.until(utc("2026-12-25T11:00")) == utc("2026-12-28T06:00")
    assert (
        Quiet(weekends=False, is_off=christmas.__contains__).until(utc("2026-12-25T11:00")) is None
    )
    with pytest.raises(ValueError, match="every day"):
        next_local(after, time(7), is_off=lambda _: True)


def test_no_weekday_and_no_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="weekday"):
        next_local(utc("2026-11-24T06:30"), time(7), ())
    with pytest.raises(ValueError, match="zone"):
        next_local(datetime(2026, 11, 24), time(7))  # noqa: DTZ001 - that is the mistake
