"""Figures and dates come out the way a reader writes them, and are read back the same."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import LOCALES, Locale
from tools.calc.reading.dates import read_dates
from tools.calc.reading.format import format_date, format_number
from tools.calc.reading.numbers import read_numbers

NUMBERS = [
    ("1234.56", "1.234,56", "1,234.56", "1.234,56"),
    ("1234", "1.234", "1,234", "1234"),
    ("12345", "12.345", "12,345", "12.345"),
    ("8.9", "8,9", "8.9", "8,9"),
    ("8.90", "8,90", "8.90", "8,90"),
    ("8.9000", "8,90", "8.90", "8,90"),
    ("12.0000", "12", "12", "12"),
    ("12.00", "12,00", "12.00", "12,00"),
    ("1500.000", "1.500", "1,500", "1500"),
    ("-1234567.5", "-1.234.567,5", "-1,234,567.5", "-1.234.567,5"),
    ("1E+6", "1.000.000", "1,000,000", "1.000.000"),
    ("1E-7", "0,0000001", "0.0000001", "0,0000001"),
    ("-0.0", "0", "0", "0"),
]


@pytest.mark.parametrize(("value", "de", "en", "es"), NUMBERS)
def test_a_figure_is_written_in_each_language(value: str, de: str, en: str, es: str) -> None:
    assert [format_number(Decimal(value), locale) for locale in LOCALES] == [de, en, es]


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [("2.345", 2, "2,35"), ("2", 2, "2,00"), ("-0.004", 2, "0,00"), ("1999.5", 0, "2.000")],
)
def test_places_are_exact_and_rounded_half_up(value: str, places: int, shown: str) -> None:
    assert format_number(Decimal(value), "de", places=places) == shown


def test_a_date_is_written_in_each_language() -> None:
    shown = [format_date(date(2026, 11, 24), locale) for locale in LOCALES]
    assert shown == ["24.11.2026", "24 Nov 2026", "24/11/2026"]


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12),
    st.sampled_from(LOCALES),
)
def test_a_written_figure_reads_back_as_itself(value: Decimal, locale: Locale) -> None:
    (read,) = read_numbers(format_number(value, locale), locale)
    assert read.value == value


@given(st.integers(-(10**12), 10**12), st.sampled_from(LOCALES))
def test_a_written_whole_figure_is_certain(value: int, locale: Locale) -> None:
    (read,) = read_numbers(format_number(Decimal(value), locale), locale)
    assert (read.value, read.certain) == (value, True)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(LOCALES))
def test_a_written_date_reads_back_as_itself(day: date, locale: Locale) -> None:
    (read,) = read_dates(format_date(day, locale), locale, date(2026, 11, 24))
    assert (read.start, read.end, read.certain) == (day, day, True)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+999", "0E-99"])
def test_an_odd_figure_does_not_fail(value: str) -> None:
    assert format_number(Decimal(value), "de")
