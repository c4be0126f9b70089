"""One sentence, several records, with a model: shown together before → after, one undo for all."""

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from db.models import Deal, Interaction, Roaster
from db.session import Actor
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tests.tools.booking import last
from tools.context import Asker

SENTENCE = (
    "Mit Mahlefitz telefoniert, wollen 10 Sack PE-26-003 zu 9,20 EUR je kg, "
    "am 8. Dezember nachfassen"
)
CALLS = [
    Call("create_interaction", {
        "kind": "call", "roaster": "Mahlefitz",
        "summary": "wollen 10 Sack PE-26-003 zu 9,20 EUR je kg",
    }),
    Call("create_deal", {
        "roaster": "Mahlefitz", "bags": 10, "price": 9.2, "currency": "EUR", "per": "kg",
    }),
    Call("change_roaster", {"roaster": "Mahlefitz", "next_followup_on": "2026-12-08"}),
]  # fmt: skip


async def test_three_records_of_one_sentence_and_one_undo(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=CALLS), Say("Ist eingetragen."))
    reply = await asking.ask(talking, Request(text=SENTENCE, thread="t"), anna)
    assert not reply.cards, [card.reason for card in reply.cards]
    assert {c["entity"] for c in reply.changes} == {"interaction", "deal", "roaster"}
    deal, talk = await last(talking, Deal), await last(talking, Interaction)
    assert (deal.bags, talk.kind) == (10, "call")
    assert reply.undo is not None
    undone = await asking.undo(talking, anna, reply.undo)
    assert {c["entity"] for c in undone.changes} == {"interaction", "deal", "roaster"}
    async with talking.services.database.reading(Actor.system("test")) as session:
        assert (await session.get_one(Deal, deal.id)).retired_at
        assert (await session.get_one(Interaction, talk.id)).retired_at
        assert (await session.get_one(Roaster, deal.roaster_id)).next_followup_on is None
