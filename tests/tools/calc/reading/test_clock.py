"""Times of day in three languages, and figures that are none."""

import pytest

from db.enums import Locale
from tools.calc.reading.clock import read_times


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("de", "Freitag um 9 an die Muster", ["09:00"]),
        ("de", "um 9 Uhr", ["09:00"]),
        ("de", "gegen 14.30 Uhr", ["14:30"]),
        ("de", "um 9 Uhr 15", ["09:15"]),
        ("de", "um 7 Uhr abends", ["19:00"]),
        ("de", "14:05 Abfahrt", ["14:05"]),
        ("de", "9 Säcke aus PE-24-017, 9.30 EUR/kg", []),
        ("de", "erhöh den Preis um 9,10", []),
        ("de", "bis 24.12.2026", []),
        ("en", "at 9 to call Vits", ["09:00"]),
        ("en", "at 3pm", ["15:00"]),
        ("en", "3:30 p.m. call", ["15:30"]),
        ("en", "12 am and 12 pm", ["00:00", "12:00"]),
        ("en", "at 9 o'clock", ["09:00"]),
        ("en", "at 14:00", ["14:00"]),
        ("en", "9 bags at 9.10", []),
        ("en", "13 pm", []),
        ("es", "el martes a las 9", ["09:00"]),
        ("es", "a las 9:30 de la mañana", ["09:30"]),
        ("es", "a las 5 de la tarde", ["17:00"]),
        ("es", "a la 1 de la tarde", ["13:00"]),
        ("es", "a las 18h", ["18:00"]),
        ("es", "3 p. m.", ["15:00"]),
        ("es", "9 sacos a 9,10", []),
    ],
)
def test_times_of_day(locale: Locale, text: str, expected: list[str]) -> None:
    found = read_times(text, locale)
    assert [t.time.isoformat("minutes") for t in found] == expected
    assert all(0 <= t.begin < t.stop <= len(text) for t in found)
