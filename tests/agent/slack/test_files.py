"""Files in: a table dropped into a conversation is looked into and loaded after a click."""

import pytest
from sqlalchemy import select

from db.models import Cooperative, DocumentVersion
from db.session import Actor
from tests.agent.slack.conftest import Workspace
from tests.agent.slack.test_talking import cards_of

TABLE = "Name;Region;Mitglieder\nKooperative Probe Norte;Cajamarca;210\nKooperative Probe Sur;Amazonas;95\n"


async def names(workspace: Workspace) -> set[str]:
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        return set(await session.scalars(select(Cooperative.name)))


async def test_a_table_is_loaded_after_the_card_is_approved(workspace: Workspace) -> None:
    anna = workspace.anna
    asked, _ = anna.upload(
        anna.im, "coops.csv", TABLE.encode(), text="Importiere das als Kooperativen"
    )
    await workspace.until(lambda: cards_of(workspace, asked.ts))
    assert "Kooperative Probe Norte" not in await names(workspace)
    await anna.click(cards_of(workspace, asked.ts)[0], "approve")
    await workspace.until(lambda: "Ausgeführt" in cards_of(workspace, asked.ts)[0].shown)
    assert {"Kooperative Probe Norte", "Kooperative Probe Sur"} <= await names(workspace)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Prüfe diese Tabelle, das sind Kooperativen", "coops.csv"),
        ("check this table of cooperatives please", "co]ops: x.csv"),
        ("Revisa esta tabla de cooperativas", "[x].csv"),
    ],
)
async def test_a_table_is_looked_into(workspace: Workspace, words: str, name: str) -> None:
    anna = workspace.anna
    asked, _ = anna.upload(anna.im, name, TABLE.encode(), text=words)
    found = await workspace.answer(anna.im, thread_ts=asked.ts)
    assert "2" in found.shown
    assert "Kooperative Probe Norte" not in await names(workspace)


async def test_a_file_that_is_too_large_is_refused_by_name(workspace: Workspace) -> None:
    anna = workspace.anna
    anna.upload(anna.im, "huge.csv", b"x" * (11 * 2**20), text="Importiere das als Lose")
    await workspace.until(
        lambda: any("huge.csv" in m.shown and "11" in m.shown for m in workspace.said(anna.im))
    )


LEAFLET = """# Merkblatt Freizeit

## § 1 Freie Tage

Unser Spediteur gewährt in Hamburg 5 freie Tage für Container mit Rohkaffee.
"""


async def test_a_document_is_taken_in_and_released_by_clicks(workspace: Workspace) -> None:
    anna = workspace.anna
    asked, _ = anna.upload(
        anna.im, "leaflet.md", LEAFLET.encode(), text="Nimm das in die Wissensbasis auf"
    )
    await workspace.until(lambda: cards_of(workspace, asked.ts))
    assert await versions(workspace) == []
    await anna.click(cards_of(workspace, asked.ts)[0], "approve")
    await workspace.until(lambda: told(workspace, asked.ts, "ist als Fassung"))
    ((name, status),) = await versions(workspace)
    assert status == "proposed"
    release = anna.say(anna.im, f"Gib die Fassung {name} frei, sie gilt ab 1.1.2026")
    await workspace.until(lambda: cards_of(workspace, release.ts))
    await anna.click(cards_of(workspace, release.ts)[0], "approve")
    await workspace.until(lambda: told(workspace, release.ts, "ist freigegeben"))
    assert await versions(workspace) == [(name, "released")]


def told(workspace: Workspace, thread: str, words: str) -> bool:
    return any(words in m.shown for m in workspace.said(workspace.anna.im, thread))


async def versions(workspace: Workspace) -> list[tuple[str, str]]:
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        found = await session.scalars(select(DocumentVersion).order_by(DocumentVersion.id))
        return [(v.name, str(v.status)) for v in found]
