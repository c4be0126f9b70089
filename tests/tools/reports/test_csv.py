"""CSV: read back it says the same, and no cell of it runs."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.enums import Locale
from tests.tools.reports.given import column, priced, view
from tools.catalog import catalog
from tools.reports.as_csv import csv_of
from tools.reports.sheet import sheet_of

TRIGGERS = set("=+-@\t\r＝＋－＠")


def read(content: bytes, locale: Locale) -> list[list[str]]:
    """Return a file's cells as a spreadsheet of the language reads them."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter="," if locale == "en" else ";"))


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5), st.sampled_from(("de", "en", "es")))
def test_no_text_is_ever_a_formula(texts: list[str], locale: Locale) -> None:
    rows = [{"code": f"{sign}{text}"} for text in texts for sign in ("", "=", "-", " +", "\t", "@")]
    content = csv_of(sheet_of(catalog(), view([column("code")], rows), locale), locale)
    cells = read(content, locale)[1:]
    assert len(cells) == len(rows)
    for row, (cell,) in zip(rows, cells, strict=True):
        assert cell.lstrip(" \u00a0")[:1] not in TRIGGERS
        assert cell.removeprefix("'") in {row["code"], row["code"].removeprefix("'")}


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=2))
def test_negative_figures_stay_figures(value: object) -> None:
    rows = [{"bags": float(str(value))}]
    content = csv_of(sheet_of(catalog(), view([column("bags", "decimal")], rows), "de"), "de")
    cell = read(content, "de")[1][0]
    assert float(cell.replace(",", ".")) == float(str(value))
    assert "'" not in cell and "." not in cell


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("de", "Ñandú; Söhne|-35,5|USc/lb Differential"),
        ("en", "Ñandú; Söhne|-35.5|USc/lb differential"),
        ("es", "Ñandú; Söhne|-35,5|USc/lb diferencial"),
    ],
)
def test_the_readers_spreadsheet_reads_it(locale: Locale, line: str) -> None:
    lots = priced(("Ñandú; Söhne", -35.5, "USc", "lb", "differential"), ("B", 8.4, "EUR", "kg", "outright"))  # fmt: skip
    cells = read(csv_of(sheet_of(catalog(), lots, locale), locale), locale)
    assert "|".join(cells[1]) == line


def test_a_heading_is_no_formula_either() -> None:
    content = csv_of(sheet_of(catalog(), view([column("=cmd")], [{"=cmd": "x"}]), "en"), "en")
    assert read(content, "en")[0] == ["'=CMD"]
