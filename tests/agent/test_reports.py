"""Files through `ask`: asked for in three languages, written, and named in the JSON."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from PIL import Image
from rich.console import Console
from sqlalchemy import update

from agent import asking
from agent.asking import Request, as_line
from agent.saving import saved
from agent.terminal.render import show
from agent.turns import Engine
from agent.wiring import services
from db.models import Port
from db.session import Actor, Database
from tests.conftest import NOW, engine_on, settings_of
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tools.context import Asker

Json = dict[str, Any]


@pytest.fixture
def engine(demo: Database, tmp_path: Path) -> Engine:
    """An engine with folders of its own."""
    settings = settings_of(data_dir=tmp_path / "data", reports_dir=tmp_path / "out")
    return Engine(services(settings, demo, lambda: NOW))


async def asked(engine: Engine, asker: Asker, *texts: str) -> Json:
    """Ask one after the other in a thread; return the last answer as scripts read it."""
    line = ""
    for text in texts:
        line = as_line("1", await asking.ask(engine, Request(text=text, thread="t"), asker))
    return json.loads(line)


def the_file(reply: Json, ending: str, media_type: str) -> bytes:
    (file,) = reply["files"]
    assert set(file) == {"name", "media_type", "path"}
    assert file["media_type"] == media_type and file["name"].endswith(ending)
    path = Path(file["path"])
    assert path.is_absolute() and path.name == file["name"]
    return path.read_bytes()


async def test_german_a_chart(engine: Engine, anna: Asker) -> None:
    reply = await asked(engine, anna, "Lose pro Region als Diagramm")
    image = Image.open(io.BytesIO(the_file(reply, ".png", "image/png")))
    image.load()
    assert image.width == 1350
    assert (reply["outcome"], reply["language"], reply["unbacked"]) == ("answered", "de", [])
    (call,) = reply["tool_calls"]
    assert (call["verb"], call["args"]["by"], call["args"]["as_file"]) == ("summarize", ["region"], "chart")  # fmt: skip
    assert sum(r["count"] for r in reply["rows"]) == 25


async def test_english_a_workbook(engine: Engine, sam: Asker) -> None:
    reply = await asked(engine, sam, "List of lots as Excel")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = openpyxl.load_workbook(io.BytesIO(the_file(reply, ".xlsx", media_type)))
    assert book.sheetnames == ["lots", "About this file"]
    assert book["lots"].max_row == 26 and len(reply["rows"]) == 20
    assert reply["outcome"] == "answered" and "25 lots" in reply["reply"]


async def test_spanish_a_pdf_of_what_was_shown(engine: Engine, luis: Asker) -> None:
    reply = await asked(engine, luis, "¿Qué cooperativas hay en Cajamarca?", "y eso en PDF")
    document = pypdfium2.PdfDocument(the_file(reply, ".pdf", "application/pdf"))
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "Selección: región: Cajamarca" in text and "A fecha de 24/11/2026" in text
    (call,) = reply["tool_calls"]
    assert call["args"] == {"where": [{"field": "region", "op": "is", "value": "Cajamarca"}], "as_file": "pdf"}  # fmt: skip


async def test_a_follow_up_holds_what_is_true_now(engine: Engine, anna: Asker) -> None:
    await asked(engine, anna, "Welche Häfen haben wir?")
    async with engine.services.database.writing(Actor.member(anna.id)) as session:
        renamed = update(Port).where(Port.name == "Hamburg").values(name="=Neuhafen")
        await session.execute(renamed)
    reply = await asked(engine, anna, "und das als CSV")
    content = the_file(reply, ".csv", "text/csv").decode("utf-8-sig")
    assert "'=Neuhafen" in [
        cell for row in csv.reader(io.StringIO(content), delimiter=";") for cell in row
    ]


async def test_a_viewer_gets_no_file_of_what_they_may_not_see(engine: Engine, sam: Asker) -> None:
    reply = await asked(engine, sam, "Contacts as CSV")
    assert (reply["outcome"], reply["files"], reply["rows"]) == ("refused", [], [])


async def test_nothing_is_overwritten(engine: Engine, anna: Asker) -> None:
    first = Path((await asked(engine, anna, "Häfen als CSV"))["files"][0]["path"])
    await asyncio.to_thread(first.write_text, "mine", "utf8")
    second = (await asked(engine, anna, "Häfen als CSV"))["files"][0]
    assert await asyncio.to_thread(first.read_text, "utf8") == "mine"
    assert Path(second["path"]).name == second["name"].replace(".csv", " (2).csv")
    third = (await asked(engine, anna, "Häfen als CSV"))["files"][0]
    assert third["path"] == second["path"]  # the same bytes need no third file


async def test_a_file_that_cannot_be_written_is_said(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    kept_in = engine.services.runner.files
    reply = await asking.ask(engine, Request(text="Häfen als CSV"), anna)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    (entry,) = reply.files
    bare = replace(reply, files=[{k: v for k, v in entry.items() if k != "path"}])
    lost = saved(bare, kept_in, blocked)
    assert (lost.outcome, "path" in lost.files[0]) == ("partial", False)
    assert "Nicht geschrieben" in lost.text
    gone = saved(replace(bare, files=[entry | {"kept": f"sha256:{'0' * 64}"}]), kept_in, tmp_path)
    assert gone.outcome == "partial"


async def test_a_terminal_tells_the_path_and_draws_what_a_picture_shows(
    engine: Engine, anna: Asker
) -> None:
    catalog = engine.services.catalog
    for text, drawn in (("Häfen als CSV", False), ("Lose pro Region als Diagramm", True)):
        reply = await asking.ask(engine, Request(text=text), anna)
        console = Console(file=io.StringIO(), width=300)
        show(console, reply, catalog)
        screen: str = console.file.getvalue()  # type: ignore[attr-defined]
        assert reply.files[0]["path"] in screen
        assert ("Cajamarca" in screen or "Hamburg" in screen) is drawn


async def test_a_name_never_leads_out_of_the_folder(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    reply = await asking.ask(engine, Request(text="Häfen als CSV"), anna)
    sly = replace(reply, files=[reply.files[0] | {"name": "../../outside.csv"}])
    (file,) = saved(sly, engine.services.runner.files, tmp_path / "in" / "here").files
    assert Path(file["path"]) == tmp_path / "in" / "here" / "outside.csv"


async def test_a_model_asks_for_a_file_with_the_call_itself(
    demo: Database, provider: ModelServer, anna: Asker, tmp_path: Path
) -> None:
    engine = engine_on(demo, provider, data_dir=tmp_path / "data", reports_dir=tmp_path / "out")
    call = Call("find_lots", {"as_file": "xlsx"})
    provider.then(Say(calls=[call]), Say("All 25 lots are in the file."))
    reply = await asking.ask(engine, Request(text="Our lots as Excel, please"), anna)
    assert [f["name"] for f in reply.files] == ["lots-2026-11-24-demo.xlsx"]
    offered = {t["function"]["name"]: t["function"] for t in provider.requests[0]["tools"]}
    kinds = offered["find_lots"]["parameters"]["properties"]["as_file"]
    assert kinds == {"enum": ["xlsx", "csv", "pdf", "chart"], "type": "string"}
    told = json.loads(provider.requests[1]["messages"][-1]["content"])
    assert (told["total"], len(told["rows"])) == (25, 20)
    assert told["files"] == [{"name": "lots-2026-11-24-demo.xlsx", "rows": 25}]
    assert reply.text.endswith("All 25 lots are in the file.") and reply.unbacked == []
