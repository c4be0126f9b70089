"""Whole conversations through both wires, Slack's and a model provider's; the model is scripted.

What the planner does in the same conversations is in `test_talking`.
"""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from db.session import Database
from tests.agent.slack.conftest import Workspace, workspace_of
from tests.agent.slack.test_files import TABLE, names
from tests.agent.slack.test_talking import LOT, again, card_at, cards_of, price, role
from tests.conftest import settings_of
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tests.standins.slack import Message

Json = dict[str, Any]
_PROMOTE = Say(calls=[Call("change_member_role", {"member": "Luis Ejemplo", "role": "admin"})])
_KEPT = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.fixture
async def scripted(
    demo_url: tuple[str, str], demo: Database, provider: ModelServer, tmp_path: Path
) -> AsyncGenerator[Workspace]:
    """A workspace whose turns are planned by the provider alone."""
    settings = settings_of(
        model="openai/scripted", model_base_url=provider.base_url, fallback_models="",
        data_dir=tmp_path,
    )  # fmt: skip
    async with workspace_of(demo_url[0], demo, settings) as found:
        yield found
    assert provider.unused == provider.unexpected == 0


def in_region(name: str) -> Say:
    """Return the call for the cooperatives of a region."""
    where = [{"field": "region", "op": "is", "value": name}]
    return Say(calls=[Call("find_cooperatives", {"where": where})])


def prompt(provider: ModelServer) -> str:
    """Return what the model was sent last."""
    return "\n".join(str(m.get("content")) for m in provider.requests[-1]["messages"])


def words_of(workspace: Workspace, thread: str) -> list[str]:
    """Return what was said in Anna's thread beside the cards."""
    cards = {m.ts for m in cards_of(workspace, thread)}
    return [m.shown for m in workspace.said(workspace.anna.im, thread) if m.ts not in cards]


async def asked_to_promote(workspace: Workspace, provider: ModelServer) -> tuple[Message, Message]:
    """Ask for what always takes a card; return the request and the card."""
    provider.then(_PROMOTE)
    asked = workspace.anna.dm("Mach Luis Ejemplo bitte zum Admin")
    return asked, await card_at(workspace, asked.ts)


async def test_a_question_and_what_follows_it(scripted: Workspace, provider: ModelServer) -> None:
    anna = scripted.anna
    provider.then(in_region("Piura"), Say("Das sind die Kooperativen aus Piura."))
    asked = anna.dm("Welche Kooperativen gibt es in Piura?")
    first = await scripted.answer(anna.im, thread_ts=asked.ts)
    assert "Das sind die Kooperativen aus Piura." in first.shown
    assert any(b["type"] == "table" for b in first.blocks)
    provider.then(in_region("Cajamarca"), Say("Und diese kommen aus Cajamarca."))
    anna.dm("und aus Cajamarca?", thread_ts=asked.ts)
    second = await scripted.answer(anna.im, 2, asked.ts)
    assert "Und diese kommen aus Cajamarca." in second.shown
    assert "Welche Kooperativen gibt es in Piura?" in prompt(provider)
    assert "Das sind die Kooperativen aus Piura." in prompt(provider)


async def test_an_order_is_carried_out_and_taken_back(
    scripted: Workspace, provider: ModelServer
) -> None:
    luis, before = scripted.luis, await price(scripted)
    provider.then(
        Say(calls=[Call("change_lot", {"lot": LOT, "asking_price": 9.1})]),
        Say("Hecho: ahora 9,10."),
    )
    asked = luis.dm(f"Pon el precio de venta de {LOT} en 9,10")
    done = await scripted.answer(luis.im, thread_ts=asked.ts)
    assert "Hecho: ahora 9,10." in done.shown
    assert await price(scripted) == "9.1000"
    await luis.click(done, "undo")
    await scripted.answer(luis.im, 2, asked.ts)
    assert await price(scripted) == before


async def test_a_proposal_is_edited_and_the_edited_one_approved(
    scripted: Workspace, provider: ModelServer
) -> None:
    anna = scripted.anna
    asked, card = await asked_to_promote(scripted, provider)
    await anna.click(card, "edit")
    await anna.submit(None, {"arg:role": "viewer"})
    await scripted.until(lambda: len(cards_of(scripted, asked.ts)) == 2)
    await scripted.until(lambda: not again(scripted, card).buttons)
    newer = cards_of(scripted, asked.ts)[-1]
    await anna.click(newer, "approve")
    await scripted.until(lambda: "Ausgeführt" in again(scripted, newer).shown)
    await scripted.until(lambda: len(words_of(scripted, asked.ts)) == 3)
    assert await role(scripted, "luis@demo.invalid") == "viewer"
    assert len(provider.requests) == 1  # a click asks no model


async def test_a_card_in_a_channel_stays_in_the_language_it_was_asked_in(
    scripted: Workspace, provider: ModelServer
) -> None:
    anna, luis = scripted.anna, scripted.luis
    team = scripted.slack.add_channel("team", anna, luis, kind="private")
    provider.then(Say(calls=[Call("change_lot", {"lot": LOT, "bags": 41})]))  # he named no number
    asked = luis.mention(team, f"¿Puedes ajustar la cantidad de sacos de {LOT}?")
    await scripted.until(lambda: cards_of(scripted, asked.ts, team.id))
    (card,) = cards_of(scripted, asked.ts, team.id)
    assert "Aprobar" in str(card.blocks)
    await anna.click(card, "approve")  # she reads German
    await scripted.until(lambda: "Ejecutada" in again(scripted, card).shown)
    assert "Aprobada por Anna Beispiel" in again(scripted, card).shown


async def test_the_reason_of_a_rejection_reaches_the_model(
    scripted: Workspace, provider: ModelServer
) -> None:
    anna = scripted.anna
    asked, card = await asked_to_promote(scripted, provider)
    await anna.click(card, "reject")
    await anna.submit(None, {"reason": "erst nach der Probezeit"})
    await scripted.until(lambda: not again(scripted, card).buttons)
    assert "erst nach der Probezeit" in again(scripted, card).shown
    await scripted.until(lambda: len(words_of(scripted, asked.ts)) == 2)
    assert "erst nach der Probezeit" in words_of(scripted, asked.ts)[-1]
    assert len(cards_of(scripted, asked.ts)) == 1  # it is rewritten where it stands
    provider.then(Say("Gut, dann bleibt er Analyst."))
    anna.dm("Verstanden?", thread_ts=asked.ts)
    await scripted.until(lambda: len(words_of(scripted, asked.ts)) == 3)
    assert "erst nach der Probezeit" in prompt(provider)
    assert await role(scripted, "luis@demo.invalid") == "analyst"


async def test_a_file_is_loaded_after_a_click(scripted: Workspace, provider: ModelServer) -> None:
    def load(request: Json) -> Say:
        kept = _KEPT.search(request["messages"][-1]["content"])
        assert kept is not None
        told = {"noun": "cooperative", "file": kept[0], "name": "coops.csv"}
        return Say(calls=[Call("import_table", told)])

    anna = scripted.anna
    provider.then(load)
    asked, _ = anna.upload(anna.im, "coops.csv", TABLE.encode(), text="Lade das als Kooperativen")
    card = await card_at(scripted, asked.ts)
    assert "Kooperative Probe Norte" not in await names(scripted)
    await anna.click(card, "approve")
    await scripted.until(lambda: len(words_of(scripted, asked.ts)) == 2)
    assert len(cards_of(scripted, asked.ts)) == 1
    assert {"Kooperative Probe Norte", "Kooperative Probe Sur"} <= await names(scripted)


async def test_a_file_comes_into_the_thread(scripted: Workspace, provider: ModelServer) -> None:
    provider.then(Say(calls=[Call("find_ports", {"as_file": "csv"})]), Say("Die Datei hängt an."))
    asked = scripted.anna.dm("Alle Häfen als CSV bitte")
    await scripted.until(lambda: [m for m in scripted.said(scripted.anna.im, asked.ts) if m.files])
    (file,) = [f for m in scripted.said(scripted.anna.im, asked.ts) for f in m.files]
    assert file.name.endswith(".csv")
    assert b"Hamburg" in (file.content or b"")
    assert "Die Datei hängt an." in scripted.said(scripted.anna.im, asked.ts)[0].shown
