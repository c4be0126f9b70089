"""An offer in one sentence is a deal with its line, one change set, one undo."""

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from db.models import Deal, DealLine
from db.session import Actor
from tests.tools.booking import free, last
from tools.context import Asker

OFFER = "Biete elbgold 10 Sack PE-26-003 zu 8,75 EUR je kg an"


async def test_a_deal_and_its_line_are_made_and_taken_back_together(
    engine: Engine, anna: Asker
) -> None:
    before = await free(engine, anna, "PE-26-003")
    reply = await asking.ask(engine, Request(text=OFFER, thread="t"), anna)
    if reply.cards:
        reply = await asking.decide(engine, anna, reply.cards[0].id, "approved")
    deal, line = await last(engine, Deal), await last(engine, DealLine)
    assert (deal.stage, str(deal.price), deal.currency, deal.per) == (
        "offer",
        "8.7500",
        "EUR",
        "kg",
    )
    assert (line.deal_id, line.bags) == (deal.id, 10)
    assert f"{deal.code}: 10 Sack PE-26-003 sind elbgold angeboten" in reply.text
    assert await free(engine, anna, "PE-26-003") == before, "an offer binds nobody"
    await asking.ask(engine, Request(text="rückgängig", thread="t"), anna)
    async with engine.services.database.reading(Actor.system("test")) as session:
        gone = [await session.get_one(type(r), r.id) for r in (deal, line)]
    assert all(record.retired_at for record in gone)


async def test_said_in_passing_it_is_shown_first(engine: Engine, anna: Asker) -> None:
    text = "elbgold heute 10 Sack PE-26-003 für 8,75 €/kg angeboten, Lieferung März"
    reply = await asking.ask(engine, Request(text=text, thread="t"), anna)
    assert reply.cards, reply.text
    arguments = reply.cards[0].args
    assert (arguments["deliver_from"], arguments["deliver_to"]) == ("2027-03-01", "2027-03-31")
    assert reply.outcome == "awaiting_approval"


async def test_an_offer_without_a_price_is_asked_for_it(engine: Engine, anna: Asker) -> None:
    reply = await asking.ask(engine, Request(text="elbgold 10 Sack PE-26-003 angeboten"), anna)
    assert reply.outcome == "asked"
    assert "Abschlusspreis" in reply.text
