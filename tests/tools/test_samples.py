"""Samples: what came, what it scored and what was decided, said in one sentence and undone by one."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from db.models import Cupping, Lot, Sample
from db.session import Actor
from tests.tools.saying import said
from tools.context import Asker
from tools.spec import Json

TODAY = date(2026, 11, 24)


async def ordered(engine: Engine, asker: Asker, tool: str, values: Json) -> Reply:
    reply = await asking.order(engine, asker, "?", tool, values)
    if reply.cards:
        reply = await asking.decide(engine, asker, reply.cards[0].id, "approved")
    return reply


async def of_lot(engine: Engine, lot: str) -> tuple[list[Sample], list[Cupping]]:
    async with engine.services.database.reading(Actor.system("test")) as session:
        number = await session.scalar(select(Lot.id).where(Lot.code == lot))
        samples = select(Sample).where(Sample.lot_id == number, Sample.retired_at.is_(None))
        cuppings = select(Cupping).where(Cupping.lot_id == number, Cupping.retired_at.is_(None))
        return list(await session.scalars(samples)), list(await session.scalars(cuppings))


@pytest.mark.parametrize(
    "text",
    [
        "Llegó la muestra PE-25-003 de pre-embarque: 85,25, aprobada",
        "Recibimos la muestra de pre-embarque de PE-25-003: 85,25, aprobada",
        "Vorverschiffungsmuster PE-25-003 ist da: 85,25 Punkte, freigegeben",
        "PSS von PE-25-003 ist angekommen: 85,25, freigegeben",
        "The pre-shipment sample of PE-25-003 arrived: 85.25, approved",
        "PSS PE-25-003: 85.25, approved",
    ],
)
async def test_one_sentence_is_a_sample_and_its_cupping_in_one_change_set(
    engine: Engine, luis: Asker, text: str
) -> None:
    reply = await said(engine, luis, text)
    assert (reply.outcome, reply.cards, reply.unbacked) == ("answered", [], []), reply.text
    (sample,), (cupping,) = await of_lot(engine, "PE-25-003")
    assert (sample.kind, sample.verdict, sample.received_on) == ("pre_shipment", "approved", TODAY)
    assert (cupping.kind, cupping.cup_score) == ("total", Decimal("85.25"))
    assert (cupping.sample_id, cupping.cup_protocol) == (sample.id, "unknown")
    assert {c["entity"] for c in reply.changes} == {"sample", "cupping"}
    undone = await said(engine, luis, "deshazlo")
    assert undone.outcome == "answered", undone.text
    assert await of_lot(engine, "PE-25-003") == ([], [])


async def test_an_open_sample_is_the_one_that_came(engine: Engine, luis: Asker) -> None:
    reply = await said(engine, luis, "Llegó la muestra PE-26-005 de pre-embarque: 86, aprobada")
    assert reply.cards, "the sample changed is not named, so a person looks"
    await asking.decide(engine, luis, reply.cards[0].id, "approved")
    (sample,), (cupping,) = await of_lot(engine, "PE-26-005")
    assert (sample.reference, sample.received_on, sample.verdict) == ("DM-S-04", TODAY, "approved")
    assert cupping.sample_id == sample.id


@pytest.mark.parametrize(
    ("text", "verdict", "scored"),
    [
        ("Ankunftsmuster von PE-24-001 ist da", "pending", 0),
        ("The arrival sample of PE-24-001 arrived, rejected", "rejected", 0),
        ("Llegó la muestra PE-24-001 de llegada: 84", "pending", 1),
        ("Ankunftsmuster PE-24-001 abgelehnt: Phenol in zwei Tassen", "rejected", 0),
    ],
)
async def test_what_is_not_said_is_not_made_up(
    engine: Engine, anna: Asker, text: str, verdict: str, scored: int
) -> None:
    reply = await said(engine, anna, text)
    assert reply.outcome == "answered", reply.text
    (sample,), cuppings = await of_lot(engine, "PE-24-001")
    assert (sample.kind, sample.verdict, len(cuppings)) == ("arrival", verdict, scored)
    assert (sample.reason is not None) == ("Phenol" in text)


async def test_the_kind_is_asked_for_and_a_viewer_enters_nothing(
    engine: Engine, luis: Asker, sam: Asker
) -> None:
    asked = await said(engine, luis, "Llegó la muestra PE-24-001: 84, aprobada")
    assert "de pre-embarque" in asked.text, asked.text
    assert await of_lot(engine, "PE-24-001") == ([], [])
    refused = await said(engine, sam, "PSS PE-24-001: 84, approved")
    assert refused.outcome == "refused"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"kind": "offer", "weight_g": 300}, "woher das Muster ist"),
        ({"kind": "offer", "cooperative": "CENFROCAFE", "roaster": "elbgold"}, "nicht beides"),
        ({"kind": "offer", "lot": "PE-24-001", "received_on": "2026-12-01"}, "in der Zukunft"),
        (
            {
                "kind": "offer",
                "lot": "PE-24-001",
                "sent_on": "2026-11-20",
                "received_on": "2026-11-19",
            },
            "vor verschickt",
        ),
    ],
)
async def test_what_cannot_be_is_refused(
    engine: Engine, anna: Asker, values: Json, why: str
) -> None:
    reply = await ordered(engine, anna, "create_sample", values)
    assert (reply.outcome, why in reply.text) == ("failed", True), reply.text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Which samples are pending?", 4),
        ("¿Qué muestras están pendientes?", 4),
        ("Welche Muster sind abgelehnt?", 1),
        ("Show me the arrival samples", 1),
        ("Muestras para elbgold", 1),
    ],
)
async def test_samples_are_found_in_three_languages(
    engine: Engine, luis: Asker, text: str, count: int
) -> None:
    reply = await said(engine, luis, text)
    assert reply.tool_calls[0]["tool"] == "find_samples", reply.text
    assert len(reply.tables[0]["rows"]) == count


async def test_what_is_sent_is_off_the_lot_once(engine: Engine, anna: Asker) -> None:
    sent: Json = {
        "lot": "PE-24-017",
        "roaster": "elbgold",
        "kind": "offer",
        "weight_g": 400,
        "sent_on": "2026-11-23",
    }
    moved: Json = {
        "lot": "PE-24-017",
        "kind": "sample",
        "weight_kg": 0.4,
        "moved_on": "2026-11-23",
        "reason": "x",
    }

    async def order(tool: str, arguments: Json) -> tuple[str, str]:
        words = " ".join(map(str, arguments.values()))
        reply = await asking.order(engine, anna, words, tool, arguments)
        for card in reply.cards:
            reply = await asking.decide(engine, anna, card.id, "approved")
        return reply.outcome, reply.text

    async def position() -> tuple[int, float]:
        reply = await asking.order(engine, anna, "?", "stock_position", {"lot": "PE-24-017"})
        row = reply.tables[0]["rows"][0]
        return row["free"], row["free_kg"]

    assert await position() == (120, 8280)
    assert (await order("create_sample", sent))[0] == "answered"
    assert await position() == (120, 8279.6)
    outcome, text = await order("create_stock_movement", moved)
    assert (outcome, "400 g" in text) == ("failed", True), text
    assert (await order("create_stock_movement", moved | {"weight_kg": 0.5}))[0] == "answered"
    assert await position() == (120, 8279.1)
    twice = sent | {"weight_g": 500}
    outcome, text = await order("create_sample", twice)
    assert (outcome, "500 g" in text) == ("failed", True), text
    theirs = {k: v for k, v in twice.items() if k != "roaster"}
    assert (await order("create_sample", theirs))[0] == "answered"
    assert (await order("create_sample", twice | {"sent_on": "2026-11-22"}))[0] == "answered"
    assert await position() == (120, 8278.6)
