"""Files of what tools show, through the runner: all rows, the same rights, the same log."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest
from sqlalchemy import select

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import services
from db.models import AuditEntry, Lot
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tools.context import Asker
from tools.gateways.files import MADE
from tools.reports.making import KEPT_DAYS, content_of
from tools.spec import MOST_IN_FILE

Json = dict[str, Any]


@pytest.fixture
def engine(demo: Database, tmp_path: Path) -> Engine:
    """An engine with folders of its own."""
    settings = settings_of(data_dir=tmp_path / "data", reports_dir=tmp_path / "out")
    return Engine(services(settings, demo, lambda: NOW))


async def made(engine: Engine, asker: Asker, tool: str, arguments: Json) -> Reply:
    return await asking.order(engine, asker, "…", tool, arguments)


def cells(reply: Reply, sheet: int = 0) -> list[list[object]]:
    """Return the cells of the workbook a reply brought."""
    (file,) = reply.files
    book = openpyxl.load_workbook(io.BytesIO(Path(file["path"]).read_bytes()))
    return [[c.value for c in row] for row in book.worksheets[sheet].iter_rows()]


async def test_a_file_holds_all_rows_and_the_answer_a_page(engine: Engine, anna: Asker) -> None:
    reply = await made(engine, anna, "find_lots", {"as_file": "xlsx"})
    async with engine.services.database.reading(Actor.member(anna.id)) as session:
        codes = set(await session.scalars(select(Lot.code)))
    rows = cells(reply)
    assert {row[0] for row in rows[1:]} == codes
    assert len(reply.tables[0]["rows"]) == 20 < len(codes) == reply.tables[0]["total"]
    assert (reply.outcome, reply.unbacked) == ("answered", [])
    assert f"{len(codes)} Lose" in reply.text and "Lose-2026-11-24-demo.xlsx" in reply.text
    about = [row[0] for row in cells(reply, 1)]
    assert about[0] == "Lose" and "Demo: Geschäftszahlen sind erfunden." in about


async def test_a_number_that_was_said_is_kept(engine: Engine, anna: Asker) -> None:
    arguments = {"sort": "-bags", "limit": 5, "as_file": "xlsx"}
    reply = await made(engine, anna, "find_lots", arguments)
    rows = cells(reply)
    bags = rows[0].index("Säcke")
    assert len(rows) == 6
    assert [r[bags] for r in rows[1:]] == sorted((r[bags] for r in rows[1:]), reverse=True)  # type: ignore[type-var]
    assert any("5 von 25 Zeilen" in str(row[0]) for row in cells(reply, 1))


async def test_filters_stand_on_it_in_the_readers_words(engine: Engine, luis: Asker) -> None:
    where = [
        {"field": "region", "op": "is", "value": "Cajamarca"},
        {"field": "process", "op": "in", "value": ["washed", "natural"]},
        {"field": "bags", "op": "between", "value": [1, 1500]},
        {"field": "owner", "op": "is_not", "value": "me"},
    ]
    reply = await made(engine, luis, "find_lots", {"where": where, "as_file": "xlsx"})
    (line,) = [str(r[0]) for r in cells(reply, 1) if str(r[0]).startswith("Selección")]
    for part in ("región: Cajamarca", "lavado, natural", "1 – 1500", f"≠ {luis.name}"):
        assert part in line


async def test_what_a_role_may_not_see_is_in_no_file(
    engine: Engine, sam: Asker, anna: Asker
) -> None:
    theirs = cells(await made(engine, sam, "show_lot", {"lot": "PE-24-017", "as_file": "xlsx"}))[0]
    ours = cells(await made(engine, anna, "show_lot", {"lot": "PE-24-017", "as_file": "xlsx"}))[0]
    assert any("Einkaufspreis" in str(h) for h in ours)
    assert not any("purchase" in str(h) for h in theirs)
    refused = await made(engine, sam, "find_contacts", {"as_file": "csv"})
    assert (refused.outcome, refused.files) == ("refused", [])


async def test_a_file_is_logged_as_the_read_it_is(engine: Engine, anna: Asker) -> None:
    reply = await made(engine, anna, "find_contacts", {"as_file": "pdf"})
    assert reply.private
    async with engine.services.database.reading(Actor.system("test")) as session:
        entry = await session.scalar(
            select(AuditEntry).where(AuditEntry.call_id == reply.tool_calls[0]["id"])
        )
    assert entry and entry.detail and entry.kind == "call"
    assert entry.detail["personal"] is True
    assert entry.detail["files"] == [reply.files[0]["name"]]


async def test_prices_in_a_chart_are_private(engine: Engine, anna: Asker) -> None:
    measure = {"function": "average", "field": "asking_price"}
    arguments = {"measures": [measure], "by": ["region"], "as_file": "chart"}
    reply = await made(engine, anna, "summarize_lots", arguments)
    assert reply.private and reply.files[0]["media_type"] == "image/png"
    counted = await made(engine, anna, "summarize_lots", {"by": ["region"], "as_file": "chart"})
    assert not counted.private


async def test_nothing_found_is_no_file(engine: Engine, anna: Asker) -> None:
    where = [{"field": "bags", "op": "gt", "value": 100_000}]
    for tool, more in (("find_lots", {}), ("summarize_lots", {"by": ["region"]})):
        reply = await made(engine, anna, tool, {"where": where, "as_file": "xlsx", **more})
        assert (reply.files, reply.outcome) == ([], "answered")
        assert reply.text.startswith("Keine Lose gefunden.")


async def test_no_chart_is_said_and_the_table_is_there(engine: Engine, anna: Asker) -> None:
    reply = await made(engine, anna, "find_ports", {"as_file": "chart"})
    assert (reply.outcome, reply.files) == ("partial", [])
    assert "Ein Diagramm geht hier nicht" in reply.text
    assert reply.tables[0]["rows"] and not reply.tables[0]["filed"]


async def test_a_list_becomes_a_chart_of_the_figure_it_is_about(
    engine: Engine, anna: Asker
) -> None:
    which = await made(engine, anna, "find_lots", {"as_file": "chart"})
    assert "nicht gesagt, welche Zahl" in which.text and "Säcke" in which.text
    reply = await made(engine, anna, "find_lots", {"sort": "-bags", "as_file": "chart"})
    assert reply.files[0]["alt"].startswith("Säcke nach Code. Säcke: ")


async def test_each_table_of_an_answer_is_a_sheet_or_a_csv(engine: Engine, anna: Asker) -> None:
    book = await made(engine, anna, "my_day", {"as_file": "xlsx"})
    names = openpyxl.load_workbook(book.files[0]["path"]).sheetnames
    assert names[:2] == ["Wiedervorlagen", "Sendungen"]
    assert book.files[0]["name"] == "Mein-Tag-2026-11-24-demo.xlsx"
    tables = await made(engine, anna, "my_day", {"as_file": "csv"})
    assert [f["name"].partition("-")[0] for f in tables.files] == names[: len(tables.files)]


async def test_the_same_rows_are_the_same_file(engine: Engine, anna: Asker) -> None:
    for kind in ("xlsx", "csv", "pdf", "chart"):
        arguments = {"by": ["region"], "as_file": kind}
        kept = [
            (await made(engine, anna, "summarize_lots", arguments)).files[0]["kept"] for _ in "12"
        ]
        assert kept[0] == kept[1], kind


async def test_ten_thousand_rows(engine: Engine, anna: Asker, demo_url: tuple[str, str]) -> None:
    with psycopg.connect(demo_url[1].replace("+psycopg", "")) as owner:
        owner.execute("SELECT set_config('app.actor', 'system:bootstrap', true)")
        owner.execute("ALTER TABLE cooperative DISABLE TRIGGER USER")
        owner.execute(
            "INSERT INTO cooperative (name, province, status, members) "
            "SELECT 'Cooperativa ' || n, '=1+' || n, 'active', n FROM generate_series(1, 10050) n"
        )
        owner.execute("ALTER TABLE cooperative ENABLE TRIGGER USER")
    reply = await made(engine, anna, "find_cooperatives", {"sort": "-members", "as_file": "xlsx"})
    book = openpyxl.load_workbook(reply.files[0]["path"], read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == MOST_IN_FILE + 1
    assert rows[1][0] == "Cooperativa 10050"
    total = reply.tables[0]["total"]
    assert total > MOST_IN_FILE and reply.files[0]["rows"] == MOST_IN_FILE
    assert "10.000" in reply.text and len(reply.tables[0]["rows"]) == 20
    about = [str(row[0]) for row in book.worksheets[1].iter_rows(values_only=True)]
    assert f"Kooperativen: 10.000 von {total:,} Zeilen.".replace(",", ".") in about
    book.close()


async def test_a_full_disk_is_said_and_the_table_is_there(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    (tmp_path / "data" / "files").mkdir(parents=True)
    (tmp_path / "data" / "files" / MADE).write_text("a file where the folder should be")
    reply = await made(engine, anna, "find_lots", {"as_file": "csv"})
    assert (reply.outcome, reply.files) == ("partial", [])
    assert "ließ sich nicht schreiben" in reply.text and reply.tables[0]["rows"]


async def test_made_files_are_not_kept_for_ever(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    first = await made(engine, anna, "find_ports", {"as_file": "csv"})
    kept = tmp_path / "data" / "files" / MADE
    (old,) = kept.iterdir()
    before = (datetime.now(UTC) - timedelta(days=KEPT_DAYS + 1)).timestamp()
    os.utime(old, (before, before))
    again = await made(engine, anna, "find_regions", {"as_file": "csv"})
    assert not old.exists()
    assert content_of(again.files[0], tmp_path / "data" / "files")
    assert first.files[0]["kept"] != again.files[0]["kept"]
