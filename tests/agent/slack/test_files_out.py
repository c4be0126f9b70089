"""Files out: charts and tables in the thread they were asked in, once, and for the right eyes."""

import io
import shutil

import openpyxl
import pypdfium2
from PIL import Image

from tests.agent.slack.conftest import Workspace
from tests.standins.slack import Channel, Message
from tests.standins.slack.records import File


def files_at(workspace: Workspace, place: str | Channel, thread: str | None = None) -> list[File]:
    """Return the files of ours at a place."""
    return [f for m in workspace.said(place, thread) for f in m.files]


async def file_at(workspace: Workspace, place: str | Channel, thread: str | None = None) -> File:
    """Return the first file of ours at a place, once it is there."""
    await workspace.slack.until(lambda: bool(files_at(workspace, place, thread)), 40)
    return files_at(workspace, place, thread)[0]


async def test_a_chart_comes_as_a_picture_that_is_told_in_words(workspace: Workspace) -> None:
    asked = workspace.anna.dm("Lose pro Region als Diagramm")
    file = await file_at(workspace, workspace.anna.im, asked.ts)
    assert file.name == "Lose-nach-Region-Anzahl-2026-11-24-demo.png"
    assert "Cajamarca" in file.alt_txt and len(file.alt_txt) <= 1_000
    image = Image.open(io.BytesIO(file.content or b""))
    image.load()
    assert image.format == "PNG" and image.width > 1_000
    words = workspace.said(workspace.anna.im, asked.ts)[0]
    assert file.name in words.shown
    assert not any(b["type"] == "table" for b in words.blocks)
    assert not workspace.slack.fetched


async def test_a_list_comes_as_a_workbook_with_figures(workspace: Workspace) -> None:
    asked = workspace.luis.dm("Lista de lotes en Excel")
    file = await file_at(workspace, workspace.luis.im, asked.ts)
    assert (file.name, file.alt_txt) == ("lotes-2026-11-24-demo.xlsx", "")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content or b"")).worksheets[0]
    heads = [c.value for c in sheet[1]]
    assert heads[0] == "código" and "precio de venta: unidad" in heads
    assert all(isinstance(r[heads.index("sacos")].value, int) for r in sheet.iter_rows(min_row=2))


async def test_what_was_shown_comes_as_a_file_on_request(workspace: Workspace) -> None:
    first = workspace.sam.dm("Which cooperatives are in Cajamarca?")
    await workspace.answer(workspace.sam.im, thread_ts=first.ts)
    workspace.sam.dm("and that as a PDF", thread_ts=first.ts)
    file = await file_at(workspace, workspace.sam.im, first.ts)
    document = pypdfium2.PdfDocument(file.content)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "Cajamarca" in text and "As of 24 Nov 2026" in text


async def test_a_file_with_prices_goes_to_the_member_alone(workspace: Workspace) -> None:
    channel = workspace.slack.add_channel("handel", workspace.anna, workspace.sam, bot=True)
    asked = workspace.anna.mention(channel, "Lose als Excel")
    file = await file_at(workspace, workspace.anna.im)
    assert file.name.endswith(".xlsx")
    assert files_at(workspace, channel, asked.ts) == []
    workspace.anna.mention(channel, "Häfen als CSV", thread_ts=asked.ts)
    assert (await file_at(workspace, channel, asked.ts)).name.endswith(".csv")


async def test_a_file_whose_answer_was_lost_is_not_sent_again(workspace: Workspace) -> None:
    workspace.slack.lose_answer("files.completeUploadExternal")
    asked = workspace.anna.dm("Häfen als CSV")
    await file_at(workspace, workspace.anna.im, asked.ts)
    workspace.anna.dm("Welche Häfen haben wir?")  # sent after it, so it is done with
    await workspace.slack.until(lambda: len(_answered(workspace)) >= 2, 40)
    assert len(files_at(workspace, workspace.anna.im)) == 1


def _answered(workspace: Workspace) -> list[Message]:
    return [m for m in workspace.said(workspace.anna.im) if m.blocks]


async def test_files_that_are_not_allowed_are_said_to_be(workspace: Workspace) -> None:
    workspace.slack.fail("files.getUploadURLExternal", error="file_uploads_disabled")
    asked = workspace.anna.dm("Häfen als CSV")
    told = await workspace.answer(workspace.anna.im, 2, asked.ts)
    assert "ließ sich hier nicht hochladen" in told.shown and ".csv" in told.shown


async def test_a_file_that_is_gone_before_it_could_be_sent_is_said_to_be(
    workspace: Workspace,
) -> None:
    workspace.slack.fail("files.getUploadURLExternal", status=429, retry_after=1)
    asked = workspace.anna.dm("Häfen als CSV")
    await workspace.slack.until(
        lambda: bool(workspace.slack.called("files.getUploadURLExternal")), 40
    )
    shutil.rmtree(workspace.engine.services.runner.files or "")
    told = await workspace.answer(workspace.anna.im, 2, asked.ts)
    assert "nicht hochladen" in told.shown
    assert files_at(workspace, workspace.anna.im) == []
