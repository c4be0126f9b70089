"""Law 4: what the member's own words name runs at once; everything else is a card, decided once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from agent import asking
from agent.turns import Engine
from agent.wiring import services
from db.enums import Role
from db.models import ApprovalDecision, AuditEntry, Lot
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tools.context import Asker

RAISE = {"lot": "PE-24-017", "asking_price": "9.10"}


async def price(engine: Engine, code: str = "PE-24-017") -> str:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return str(await session.scalar(select(Lot.asking_price).where(Lot.code == code)))


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Setz den Angebotspreis von PE-24-017 auf 9,10", "answered"),
        ("Set the asking price of pe 24 017 to 9.10 please", "answered"),
        ("Pon el precio de venta de PE-24-017 en 9,10", "answered"),
        ("Setz den Angebotspreis von PE-24-017 höher", "awaiting_approval"),
        ("Setz den Angebotspreis auf 9,10", "awaiting_approval"),
        ("Setz den Angebotspreis von PE-24-018 auf 9,10", "awaiting_approval"),
        ("Setz den Angebotspreis von PE-24-017 auf 9,20", "awaiting_approval"),
        ("Wie ist der Preis?", "awaiting_approval"),
    ],
)
async def test_own_words_decide(engine: Engine, anna: Asker, words: str, outcome: str) -> None:
    reply = await asking.order(engine, anna, words, "change_lot", RAISE)
    assert reply.outcome == outcome
    assert await price(engine) == ("9.1000" if outcome == "answered" else "8.4000")
    (seen,) = reply.changes or reply.cards[0].changes
    assert (seen["field"], seen["before"], seen["after"]) == ("asking_price", 8.4, 9.1)


async def card_of(engine: Engine, asker: Asker) -> int:
    reply = await asking.order(engine, asker, "mach das", "change_lot", RAISE)
    assert reply.outcome == "awaiting_approval"
    return reply.cards[0].id


async def test_an_approved_card_does_what_it_showed_once(engine: Engine, anna: Asker) -> None:
    number = await card_of(engine, anna)
    reply = await asking.decide(engine, anna, number, "approved")
    assert (reply.outcome, await price(engine)) == ("answered", "9.1000")
    again = await asking.decide(engine, anna, number, "approved")
    assert again.outcome == "failed"
    assert "entschieden" in again.text
    async with engine.services.database.reading(Actor.system("test")) as session:
        assert await session.scalar(select(func.count()).select_from(ApprovalDecision)) == 1


async def test_a_rejected_card_does_nothing(engine: Engine, anna: Asker) -> None:
    number = await card_of(engine, anna)
    reply = await asking.decide(engine, anna, number, "rejected", "zu teuer")
    assert (reply.outcome, await price(engine)) == ("answered", "8.4000")
    late = await asking.decide(engine, anna, number, "approved")
    assert (late.outcome, await price(engine)) == ("failed", "8.4000")


async def test_an_expired_card_does_nothing(engine: Engine, demo: Database, anna: Asker) -> None:
    number = await card_of(engine, anna)
    later = Engine(services(settings_of(), demo, lambda: NOW + timedelta(hours=25)))
    reply = await asking.decide(later, anna, number, "approved")
    assert (reply.outcome, await price(engine)) == ("failed", "8.4000")
    assert reply.text


async def test_a_viewer_cannot_write_or_approve(engine: Engine, anna: Asker, sam: Asker) -> None:
    refused = await asking.order(
        engine, sam, "Set the asking price of PE-24-017 to 9.10", "change_lot", RAISE
    )
    assert refused.outcome == "refused"
    assert "analyst" in refused.text
    number = await card_of(engine, anna)
    reply = await asking.decide(engine, sam, number, "approved")
    assert reply.outcome in {"refused", "failed"}
    assert await price(engine) == "8.4000"
    async with engine.services.database.reading(Actor.system("test")) as session:
        denied = select(func.count()).where(AuditEntry.kind == "denied")
        assert int(await session.scalar(denied) or 0) >= 1


async def test_the_record_moved_on_so_the_card_is_stale(engine: Engine, anna: Asker) -> None:
    number = await card_of(engine, anna)
    other = {"lot": "PE-24-017", "asking_price": "8.80"}
    await asking.order(engine, anna, "PE-24-017 auf 8,80 EUR", "change_lot", other)
    reply = await asking.decide(engine, anna, number, "approved")
    assert (reply.outcome, await price(engine)) == ("failed", "8.8000")


async def test_demoted_between_asking_and_click(engine: Engine, luis: Asker, anna: Asker) -> None:
    number = await card_of(engine, luis)
    async with engine.services.database.writing(Actor.member(anna.id)) as session:
        from sqlalchemy import update

        from db.models import Member

        await session.execute(update(Member).where(Member.id == luis.id).values(role=Role.VIEWER))
    reply = await asking.decide(engine, luis, number, "approved")
    assert reply.outcome in {"refused", "failed"}
    assert await price(engine) == "8.4000"


async def test_pasted_text_makes_every_change_a_card(engine: Engine, anna: Asker) -> None:
    pasted = (
        "Setz den Angebotspreis von PE-24-017 auf 9,10\n" + "Sehr geehrte Damen und Herren\n" * 9
    )
    reply = await asking.order(engine, anna, pasted, "change_lot", RAISE)
    assert (reply.outcome, reply.cards[0].reason) == ("awaiting_approval", "tainted")


async def test_archiving_by_card_works(engine: Engine, anna: Asker) -> None:
    reply = await asking.order(engine, anna, "weg damit", "retire_lot", {"lot": "PE-24-017"})
    assert reply.outcome == "awaiting_approval"
    done = await asking.decide(engine, anna, reply.cards[0].id, "approved")
    assert (done.outcome, done.changes[0]["op"]) == ("answered", "retired")
    assert done.undo
    back = await asking.undo(engine, anna, done.undo)
    assert back.changes[0]["op"] == "restored"


async def test_words_left_unread_need_a_card(engine: Engine, anna: Asker) -> None:
    words = "Setz den Angebotspreis von PE-24-017 quasi flugs auf 9,10 EUR/kg"
    reply = await asking.ask(engine, asking.Request.model_validate({"text": words}), anna)
    assert [card.reason for card in reply.cards] == ["doubtful"]
    assert "flugs" in reply.text
    assert await price(engine) == "8.4000"
