"""Units by any of their names, prices with their currency and weight, weights converted."""

from decimal import Decimal

import pytest

from db.enums import Locale
from tools.calc.reading.units import convert_weight, read_price, read_unit

UNITS = [
    ("kg", "kg"), ("Kilo", "kg"), ("Kilogramm", "kg"), ("kilograms", "kg"), ("kilogramos", "kg"),
    ("t", "t"), ("Tonnen", "t"), ("tonnes", "t"), ("toneladas", "t"),
    ("lb", "lb"), ("lbs", "lb"), ("Pfund", "lb"), ("pounds", "lb"), ("libras", "lb"),
    ("qq", "qq"), ("quintal", "qq"), ("quintales", "qq"), ("Gramm", "g"),
    ("Sack", "bag"), ("Säcke", "bag"), ("bags", "bag"), ("saco", "bag"),
    ("Euro", "EUR"), ("€", "EUR"), ("$", "USD"), ("dólares", "USD"), ("US-Dollar", "USD"),
    ("ct", "USc"), ("cents", "USc"), ("soles", "PEN"), ("£", "GBP"),
    ("%", "%"), ("Prozent", "%"), ("por ciento", "%"),
    ("masl", "m"), ("m ü. M.", "m"), ("msnm", "m"), ("metros", "m"),
    ("Tage", "days"), ("días", "days"), ("Wochen", "weeks"), ("semanas", "weeks"),
    ("EUR/kg", "EUR/kg"), ("USD/lb", "USD/lb"), ("USc/lb", "USc/lb"), ("USD/qq", "USD/qq"),
    ("€ pro Kilo", "EUR/kg"), ("Dollar je Pfund", "USD/lb"), ("soles por quintal", "PEN/qq"),
    ("$/lb", "USD/lb"), ("c/lb", "USc/lb"), ("Euro je Sack", "EUR/bag"), ("€ / kg", "EUR/kg"),
    ("Fass", None), ("", None), ("kg kg", None), ("PE-24-017", None), ("c", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit"), UNITS)
def test_a_unit_by_any_name(text: str, unit: str | None) -> None:
    assert read_unit(text) == unit


PRICES: list[tuple[Locale, str, str, str | None, str | None, bool]] = [
    ("de", "8,90 €/kg", "8.90", "EUR", "kg", True),
    ("de", "8.900 EUR/kg", "8900", "EUR", "kg", False),
    ("en", "315.40 USc/lb", "315.40", "USc", "lb", True),
    ("en", "35 cents per pound", "35", "USc", "lb", True),
    ("de", "13 Cent/kg", "13", "USc", "kg", False),
    ("es", "850 soles por quintal", "850", "PEN", "qq", True),
    ("en", "$3.15/lb", "3.15", "USD", "lb", True),
    ("de", "30.000 €", "30000", "EUR", None, True),
    ("en", "8.90/kg", "8.90", None, "kg", True),
    ("de", "3 Dollar das Pfund", "3", "USD", "lb", True),
    ("en", "3 pounds per kilo", "3", "GBP", "kg", True),
]


@pytest.mark.parametrize(("locale", "text", "value", "currency", "per", "certain"), PRICES)
def test_a_price(
    locale: Locale, text: str, value: str, currency: str | None, per: str | None, certain: bool
) -> None:
    (price,) = read_price(text, locale)
    assert (price.value, price.currency, price.per) == (Decimal(value), currency, per)
    assert (price.certain, price.text) == (certain, text)


def test_what_is_no_money_is_no_price() -> None:
    assert read_price("19 Sack, 5 %, 84,5 Punkte bis 24.11.", "de") == []


@pytest.mark.parametrize(
    ("value", "unit", "to", "result"),
    [
        ("1", "lb", "kg", "0.45359237"),
        ("1", "qq", "kg", "46"),
        ("2.5", "t", "kg", "2500"),
        ("1500", "g", "kg", "1.5"),
        ("46", "kg", "qq", "1"),
        ("1", "Tonne", "Kilo", "1000"),
    ],
)
def test_a_weight_is_converted_exactly(value: str, unit: str, to: str, result: str) -> None:
    assert convert_weight(Decimal(value), unit, to) == Decimal(result)


@pytest.mark.parametrize(("unit", "to"), [("bag", "kg"), ("kg", "EUR"), ("x", "kg"), ("", "")])
def test_what_has_no_weight_is_refused(unit: str, to: str) -> None:
    with pytest.raises(ValueError, match="no weight"):
        convert_weight(Decimal(1), unit, to)
