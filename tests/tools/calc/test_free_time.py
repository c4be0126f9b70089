"""What standing costs: nothing within the free time, unknown without a rate."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.calc.free_time import standing

FREE = date(2026, 11, 25)
days = st.integers(-30, 60).map(lambda n: FREE + timedelta(n))


def test_five_days_at_ninety_five() -> None:
    found = standing(FREE, Decimal(95), date(2026, 11, 30))
    assert (found.days, found.cost, found.until) == (5, Decimal(475), date(2026, 11, 30))


def test_the_last_free_day_is_free_and_without_a_rate_the_cost_is_unknown() -> None:
    assert standing(FREE, None, FREE).cost == 0
    assert standing(FREE, None, FREE + timedelta(1)).cost is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days, days, st.none() | days)
def test_a_later_day_never_costs_less_and_nothing_runs_once_it_is_gone(
    one: date, other: date, gone: date | None
) -> None:
    early, late = (standing(FREE, Decimal(80), d, gone) for d in sorted((one, other)))
    assert early.cost is not None and late.cost is not None and early.cost <= late.cost
    assert gone is None or late.cost <= 80 * max(0, (gone - FREE).days)
