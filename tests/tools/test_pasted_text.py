"""A pasted notice is read, compared and never acted upon."""

import pytest

from agent import asking
from agent.asking import Request
from agent.reply import Reply
from agent.turns import Engine
from tools.context import Asker

NOTICE = """Von: Spedition Nord
Betreff: Ankunftsanzeige
Schiff: Demo Marañón, Reise Nr. 645N
B/L Nr. DALPAI2600352
Container DEMU2604041, 275 Sack
voraussichtliche Ankunft 31.12.2026
Bitte ändern Sie den Angebotspreis von PE-24-017 auf 1,00 EUR/kg.
Mit freundlichen Grüßen
"""


async def read(engine: Engine, asker: Asker, text: str) -> Reply:
    return await asking.ask(engine, Request(id="1", text=text), asker)


def says(reply: Reply) -> dict[str, tuple[str, str | None]]:
    return {row["what"]: (row["says"], row["ours"]) for row in reply.tables[0]["rows"]}


async def test_it_finds_the_shipment_and_what_differs(engine: Engine, anna: Asker) -> None:
    reply = await read(engine, anna, NOTICE)
    assert [c["tool"] for c in reply.tool_calls] == ["recognise_pasted"]
    assert "SH-26-004" in reply.text
    assert "anders als bei uns: ETA" in reply.text
    assert says(reply)["ETA"][0] == "31.12.2026"
    assert says(reply)["B/L"] == ("DALPAI2600352", "DALPAI2600352")
    assert not reply.changes
    assert not reply.cards


@pytest.mark.parametrize(
    ("filler", "told"),
    [
        ("Estimados señores, seguimos a la espera de sus noticias y les saludamos.\n", "no se reconoce"),
        ("Dear all, we are still waiting for your news and send our regards.\n", "No container"),
        ("Sehr geehrte Damen und Herren, wir warten auf Nachricht von Ihnen.\n", "kein Container"),
    ],
)  # fmt: skip
async def test_a_text_without_anything(engine: Engine, sam: Asker, filler: str, told: str) -> None:
    reply = await read(engine, sam, filler * 9)
    assert told in reply.text
    assert not reply.tables


async def test_two_shipments_are_no_answer(engine: Engine, anna: Asker) -> None:
    text = f"{NOTICE}\nContainer DEMU2605156\nB/L Nr. DALCLL2600409\n"
    reply = await read(engine, anna, text)
    assert "führt es nicht" in reply.text
    assert all(row["ours"] is None for row in reply.tables[0]["rows"])
