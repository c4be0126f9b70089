"""Fixing and Fairtrade: figures of the trade re-computed, nothing made up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import Process
from tools.calc.fairtrade import MINIMUM_PRICES, floor, minimum_price
from tools.calc.fixing import (
    FUTURES_LOT_KG,
    Exposure,
    Fixing,
    cents_per_lb,
    exposure,
    futures_lots_for,
    usd_per_kg,
)

D = Decimal


def test_a_futures_lot_weighs_what_the_exchange_says() -> None:
    assert round(FUTURES_LOT_KG, 1) == D("17009.7")
    assert round(FUTURES_LOT_KG / 60, 1) == D("283.5")  # bags of 60 kg


def test_cents_per_pound_are_dollars_per_kilo() -> None:
    assert round(usd_per_kg(D(355)), 4) == D("7.8264")  # C 315 + 40: the worked example
    assert round(usd_per_kg(D(100)), 8) == D("2.20462262")
    assert round(usd_per_kg(D(10)), 3) == D("0.220")


@given(st.decimals(min_value=1, max_value=1000, places=4))
def test_a_price_comes_back_the_way_it_went(cents: Decimal) -> None:
    assert abs(cents_per_lb(usd_per_kg(cents)) - cents) < D("1e-20")


@pytest.mark.parametrize(
    ("kilos", "lots"),
    [
        ("4140", 1),
        ("17009.7", 1),
        ("18975", 1),
        ("19200", 1),
        ("25514.5", 1),
        ("25514.6", 2),
        ("37950", 2),
    ],
)
def test_whole_futures_lots_are_traded(kilos: str, lots: int) -> None:
    assert futures_lots_for(D(kilos)) == lots


def test_an_unfixed_contract_is_open_and_has_no_price() -> None:
    found = exposure(D(18975), D(45), [])
    assert found == Exposure(1, 0, 1, D(0), D(18975), None, None)


def test_a_fixed_one_has_its_level_and_price() -> None:
    found = exposure(D(18975), D(45), [Fixing(1, D("315.40"))])
    assert (found.open_lots, found.open_kg, found.priced_kg) == (0, D(0), D(18975))
    assert (found.level, found.price) == (D("315.40"), D("360.40"))


def test_a_half_fixed_one_prices_its_futures_lot_and_no_more() -> None:
    found = exposure(D(37950), D(-5), [Fixing(1, D(300))])
    assert (found.fixed_lots, found.open_lots) == (1, 1)
    assert round(found.priced_kg or 0, 1) == D("17009.7")
    assert round(found.open_kg or 0, 1) == D("20940.3")
    assert (found.level, found.price) == (D(300), None)
    both = exposure(D(37950), D(-5), [Fixing(1, D(300)), Fixing(1, D(320))])
    assert (both.level, both.price, both.open_kg) == (D(310), D(305), D(0))


def test_without_a_quantity_nothing_is_known() -> None:
    found = exposure(None, D(45), [])
    assert (found.futures_lots, found.open_lots, found.open_kg, found.priced_kg) == (None,) * 4
    named = exposure(None, D(45), [Fixing(1, D(310))], agreed_lots=2)
    assert (named.open_lots, named.open_kg, named.price) == (1, None, None)


@given(
    st.integers(min_value=1, max_value=500_000).map(Decimal),
    st.lists(st.tuples(st.integers(1, 5), st.integers(50, 900)), max_size=6),
)
def test_priced_and_open_add_up(kilos: Decimal, fixings: list[tuple[int, int]]) -> None:
    found = exposure(kilos, D(10), [Fixing(n, D(level)) for n, level in fixings])
    assert found.priced_kg is not None and found.open_kg is not None
    assert found.priced_kg + found.open_kg == kilos
    assert found.priced_kg >= 0 and found.open_kg >= 0
    assert (found.price is not None) == (found.open_lots == 0 and bool(fixings))
    if found.level is not None:
        assert min(n for _, n in fixings) <= found.level <= max(n for _, n in fixings)


@pytest.mark.parametrize(
    ("process", "organic", "premium", "expected"),
    [
        (Process.WASHED, False, True, "2.00"),
        (Process.WASHED, True, True, "2.40"),
        (Process.WASHED, False, False, "1.80"),
        (Process.WASHED, True, False, "2.20"),
        (Process.NATURAL, False, True, "1.95"),
        (Process.NATURAL, True, True, "2.35"),
    ],
)
def test_fairtrade_floors(process: Process, organic: bool, premium: bool, expected: str) -> None:
    found = minimum_price(process, date(2026, 11, 24))
    assert found is not None
    assert floor(found, organic=organic, with_premium=premium) == D(expected)


def test_a_minimum_price_has_a_day_and_a_source_and_none_is_guessed() -> None:
    assert all(m.source and m.valid_from for m in MINIMUM_PRICES)
    assert minimum_price(Process.WASHED, date(2023, 7, 31)) is None
    assert minimum_price(Process.HONEY, date(2026, 1, 1)) is None
