"""What a trader asks for as a file, in three languages, through the whole product without a model."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from agent import asking
from agent.turns import Engine
from agent.wiring import services, who
from db.session import Database
from tests.conftest import NOW, settings_of
from tests.db.places import Place
from tests.tools.saying import said
from tools.reports.making import content_of

ASKED = {
    "stock_position": ("Bestandsliste", "Stock list", "Lista de existencias"),
    "stock_by_harvest": (
        "Bestand nach Ernte und Kooperative",
        "Stock position by harvest and cooperative",
        "Existencias por cosecha y cooperativa",
    ),
    "sales_by_month": (
        "Verkäufe nach Monat und Kunde",
        "Sales by month and customer",
        "Ventas por mes y cliente",
    ),
    "check_all_papers": ("Offene Papiere", "Open papers", "Documentos pendientes"),
    "followups_due": ("Wiedervorlagen", "Follow-ups due", "Seguimientos pendientes"),
}
FORMS = {
    "": ("", "", ""),
    "xlsx": (" als Excel", " as Excel", " en Excel"),
    "csv": (" als CSV", " as CSV", " en CSV"),
    "pdf": (" als PDF", " as PDF", " en PDF"),
    "chart": (" als Diagramm", " as a chart", " como gráfico"),
}
BEGINS = {"xlsx": b"PK", "csv": b"\xef\xbb\xbf", "pdf": b"%PDF-", "chart": b"\x89PNG"}


@pytest.fixture
def engine(demo: Database, tmp_path: Path) -> Engine:
    """An engine with a folder of its own for files."""
    return Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW))


@pytest.mark.parametrize("tool", ASKED)
async def test_table_chart_and_file_in_three_languages(
    engine: Engine, tool: str, tmp_path: Path
) -> None:
    # Each language gets the table and one form, so that the tools together try every pair.
    forms = list(BEGINS)
    for place, name in enumerate(("anna", "sam", "luis")):
        wanted = forms[(list(ASKED).index(tool) + place) % len(forms)]
        for form in ("", wanted):
            text = ASKED[tool][place] + FORMS[form][place]
            reply = await said(engine, name, text, text)
            told = (reply.outcome, [c["tool"] for c in reply.tool_calls])
            assert told == ("answered", [tool]), (text, reply.text)
            assert reply.tables[0]["rows"]
            if form:
                (file,) = reply.files
                assert content_of(file, tmp_path / "files").startswith(BEGINS[form]), text
            else:
                assert reply.files == []


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("What is our open exposure? as Excel", "open_exposure"),
        ("Papiere von SH-26-003 als Excel", "check_papers"),
    ],
)
async def test_others_of_the_book(engine: Engine, text: str, tool: str) -> None:
    reply = await said(engine, "anna", text, text)
    assert (reply.outcome, reply.tool_calls[0]["tool"]) == ("answered", tool), reply.text
    assert len(reply.files) == 1


async def test_sales_count_what_is_sold_in_the_month_it_was(engine: Engine) -> None:
    reply = await said(engine, "anna", "Verkäufe nach Monat und Kunde")
    rows = reply.tables[0]["rows"]
    # 30 bags of 46 kg at 5.15 USD/lb; the other two in euros; an offer and a lost deal are no sales
    assert {(r["bags"], r["weight_kg"], r["value"], r["currency"]) for r in rows} >= {
        (30, 1380, 15668.25, "USD")
    }
    found = await asking.order(
        engine, await who(engine.services.database, "anna@demo.invalid"), "?", "find_deals",
        {"limit": 50, "columns": ["confirmed_on", "weight_kg"]},
    )  # fmt: skip
    deals = [r for r in found.tables[0]["rows"] if r["confirmed_on"] and r["stage"] != "lost"]
    assert sum(r["deals"] for r in rows) == len(deals)
    assert sum(r["weight_kg"] for r in rows) == sum(r["weight_kg"] for r in deals)
    for currency in {r["currency"] for r in deals if r["value"] is not None}:
        told = sum(r["value"] for r in rows if r["currency"] == currency)
        worth = sum(r["value"] or 0 for r in deals if r["currency"] == currency)
        assert told == pytest.approx(worth)
    assert sum(r["unpriced"] for r in rows) == sum(r["value"] is None for r in deals)


async def test_no_cell_of_them_runs_as_a_formula(
    engine: Engine, demo_url: tuple[str, str], tmp_path: Path
) -> None:
    Place(*demo_url).as_owner(
        "UPDATE roaster SET name = '=1+' || id",
        "UPDATE cooperative SET name = '@SUM(A' || id || ')'",
    )
    for tool in ("stock_position", "stock_by_harvest", "sales_by_month", "followups_due"):
        text = ASKED[tool][0]
        made = (await said(engine, "anna", f"{text} als CSV", f"{text} csv")).files[0]
        content = content_of(made, tmp_path / "files").decode("utf-8-sig")
        cells = [c for row in csv.reader(io.StringIO(content), delimiter=";") for c in row]
        assert any("1+" in c or "SUM(" in c for c in cells), text
        assert not any(c.startswith(("=", "@", "+")) for c in cells), text
        made = (await said(engine, "anna", f"{text} als Excel", f"{text} xlsx")).files[0]
        book = openpyxl.load_workbook(io.BytesIO(content_of(made, tmp_path / "files")))
        kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
        assert "f" not in kinds, text
