"""XLSX: opened again, values, types and formats are what was shown."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from db.enums import Locale
from tests.tools.reports.given import column, paper, priced, view
from tools.catalog import catalog
from tools.reports.as_xlsx import xlsx_of
from tools.reports.sheet import sheet_of


def opened(shown: dict[str, object], locale: Locale = "de") -> Workbook:
    """Return the workbook of a view, written and read."""
    content = xlsx_of(paper(locale), [("Lose", sheet_of(catalog(), shown, locale))])
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize(
    ("locale", "day"),
    [("de", "dd.mm.yyyy"), ("en", "[$-409]d mmm yyyy"), ("es", "dd/mm/yyyy")],
)
def test_figures_and_days_are_real(locale: Locale, day: str) -> None:
    columns = [
        column("code"), column("bags", "integer"), column("cup_score", "decimal"),
        column("crop_year", "integer"), column("eta", "date"), column("seen_at", "instant"),
    ]  # fmt: skip
    rows = [
        {"code": "007", "bags": 1200, "cup_score": 84.25, "crop_year": 2024, "eta": "2026-05-03",
         "seen_at": "2026-01-01T23:30:00+00:00"},
        {"code": None, "bags": None, "cup_score": 85, "crop_year": None, "eta": None, "seen_at": None},
    ]  # fmt: skip
    sheet = opened(view(columns, rows), locale).worksheets[0]
    first = list(sheet[2])
    assert [c.value for c in first] == [
        "007", 1200, 84.25, 2024, datetime(2026, 5, 3), datetime(2026, 1, 2, 0, 30),  # noqa: DTZ001 - cells know no zone
    ]  # fmt: skip
    assert [c.data_type for c in first] == ["s", "n", "n", "n", "d", "d"]
    assert [c.number_format for c in first] == ["General", "#,##0", "#,##0.00", "0", day, f"{day} hh:mm"]  # fmt: skip
    second = [c.value for c in sheet[3]]
    assert second[2] == 85 and second[:2] + second[3:] == [None] * 5  # unknown is no zero
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:F3"


def test_prices_of_several_units_keep_theirs() -> None:
    lots = priced(("A", 8.4, "EUR", "kg", "outright"), ("B", -35, "USc", "lb", "differential"))
    sheet = opened(lots).worksheets[0]
    values = [[c.value for c in row] for row in sheet.iter_rows()]
    assert values == [
        ["CODE", "ASKING_PRICE", "ASKING_PRICE: Einheit"],
        ["A", 8.4, "EUR/kg"],
        ["B", -35, "USc/lb Differential"],
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30), min_size=1, max_size=6
    )
)
def test_no_text_is_a_formula_or_a_link(texts: list[str]) -> None:
    signs = ("=", "+", "-", "@", "http://", "{=", "")
    rows = [{"code": f"{s}{t}"} for t in texts for s in signs]
    sheet = opened(view([column("code")], rows)).worksheets[0]
    for row, (cell,) in zip(rows, sheet.iter_rows(min_row=2), strict=True):
        assert cell.data_type in ("s", "n") and cell.hyperlink is None
        assert cell.data_type == "s" or cell.value is None
        assert (cell.value or "") == row["code"]


def test_the_same_table_is_the_same_file_and_says_what_it_is() -> None:
    shown = view([column("code")], [{"code": "A"}])
    sheet = sheet_of(catalog(), shown, "de")
    one, two = (
        xlsx_of(paper("de", "Lose", "Stand …", "Demo"), [("Lose", sheet)]) for _ in range(2)
    )
    assert one == two
    book = openpyxl.load_workbook(io.BytesIO(one))
    assert [[c.value for c in r] for r in book["Über diese Datei"].iter_rows()] == [
        ["Lose"],
        ["Stand …"],
        ["Demo"],
    ]
    assert book.properties.created == datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - workbooks know no zone


def test_names_of_sheets_are_made_to_fit() -> None:
    sheet = sheet_of(catalog(), view([column("code")], [{"code": "A"}]), "de")
    names = ["Lose: Anzahl [pro] Region/Aufbereitung? sehr lang", "lose", "Lose", "***"]
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(paper(), [(n, sheet) for n in names])))
    assert len(set(map(str.lower, book.sheetnames))) == 5


def test_a_day_before_excels_calendar_is_text() -> None:
    sheet = opened(view([column("eta", "date")], [{"eta": date(1871, 1, 18).isoformat()}]))
    assert sheet.worksheets[0]["A2"].value == "1871-01-18"
