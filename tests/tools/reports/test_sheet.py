"""A table as a file holds it: figures, days, units; unknown stays empty."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from db.enums import Locale
from tests.tools.reports.given import column, priced, view
from tools.catalog import catalog
from tools.reports.sheet import as_text, sheet_of


def test_cells_keep_their_kind() -> None:
    columns = [
        column("code"), column("process", "word"), column("crop_year", "integer"),
        column("cup_score", "decimal", unit="pt"), column("eta", "date"),
        column("seen_at", "instant"), column("due_at", "time"), column("eta_month", "month"),
        column("organic", "flag"),
    ]  # fmt: skip
    row = {
        "code": "00123", "process": "washed", "crop_year": 2024, "cup_score": 84.25,
        "eta": "2026-05-03", "seen_at": "2026-07-01T22:30:00+00:00", "due_at": "09:30",
        "eta_month": "2026-05", "organic": True,
    }  # fmt: skip
    sheet = sheet_of(catalog(), view(columns, [row]), "de")
    assert sheet.rows == [[
        "00123", "gewaschen", Decimal(2024), Decimal("84.25"), date(2026, 5, 3),
        datetime(2026, 7, 2, 0, 30), time(9, 30), date(2026, 5, 1), "ja",  # noqa: DTZ001 - as clocks in Berlin showed it
    ]]  # fmt: skip
    shown = [as_text(c, h, "de") for c, h in zip(sheet.rows[0], sheet.columns, strict=True)]
    assert shown == ["00123", "gewaschen", "2024", "84,25", "03.05.2026", "02.07.2026 00:30", "09:30", "05/2026", "ja"]  # fmt: skip
    assert sheet.columns[3].text == "CUP_SCORE (pt)"


def test_one_unit_stands_in_the_heading() -> None:
    lots = priced(("A", 8.4, "EUR", "kg", "outright"), ("B", None, None, None, None))  # type: ignore[arg-type]
    sheet = sheet_of(catalog(), lots, "de")
    assert [h.text for h in sheet.columns] == ["CODE", "ASKING_PRICE (EUR/kg)"]
    assert sheet.rows == [["A", Decimal("8.4")], ["B", None]]
    assert sheet.columns[1].places == 2


@pytest.mark.parametrize(
    ("locale", "unit", "basis"),
    [("de", "Einheit", "Differential"), ("en", "unit", "differential"), ("es", "unidad", "diferencial")],
)  # fmt: skip
def test_several_units_get_a_column(locale: Locale, unit: str, basis: str) -> None:
    lots = priced(("A", 8.4, "EUR", "kg", "outright"), ("B", -35, "USc", "lb", "differential"))
    sheet = sheet_of(catalog(), lots, locale)
    assert [h.text for h in sheet.columns] == ["CODE", "ASKING_PRICE", f"ASKING_PRICE: {unit}"]
    assert sheet.rows == [["A", Decimal("8.4"), "EUR/kg"], ["B", Decimal(-35), f"USc/lb {basis}"]]


def test_unknown_is_empty_and_zero_is_zero() -> None:
    rows = [{"bags": 0}, {"bags": None}, {"bags": 7}]
    sheet = sheet_of(catalog(), view([column("bags", "integer")], rows), "en")
    assert [as_text(r[0], sheet.columns[0], "en") for r in sheet.rows] == ["0", "", "7"]


def test_a_figure_a_spreadsheet_cannot_hold_exactly_stays_text() -> None:
    rows = [{"ref": 12345678901234567}]
    sheet = sheet_of(catalog(), view([column("ref", "integer")], rows), "en")
    assert sheet.rows == [["12345678901234567"]]
    assert sheet.columns[0].kind == "text"
