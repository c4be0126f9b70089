"""Law 7: text from outside is data; while it is in the prompt, nothing happens without a card."""

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tools.catalog import catalog
from tools.context import Asker

READ = Call("read_notes", {"noun": "roaster", "record": "elbgold"})
CHANGE = Call("change_roaster", {"roaster": "elbgold", "priority": "low"})
WORDS = "Lies die Notizen zu elbgold und setz die Priorität auf niedrig"


async def test_a_change_after_reading_notes_is_a_card(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[READ]), Say(calls=[CHANGE]))
    reply = await asking.ask(talking, Request(text=WORDS), anna)
    assert (reply.outcome, reply.cards[0].reason) == ("awaiting_approval", "tainted")


async def test_the_same_change_without_the_notes_runs(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[CHANGE]), Say("Erledigt."))
    reply = await asking.ask(talking, Request(text=WORDS), anna)
    assert reply.outcome == "answered"
    assert reply.changes


async def test_text_read_earlier_is_dropped_from_later_prompts(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[READ]), Say("Das steht dort."), Say("Gern."))
    first = Request(text="Was steht in den Notizen zu elbgold?", thread="t")
    await asking.ask(talking, first, anna)
    await asking.ask(talking, Request(text="Danke", thread="t"), anna)
    during, later = (str(provider.requests[n]["messages"]) for n in (1, 2))
    assert "gewaschene Lose ab 85" in during
    assert "gewaschene Lose ab 85" not in later


async def test_free_text_is_in_no_find_or_show_result(engine: Engine, anna: Asker) -> None:
    for noun, text in (("roaster", "elbgold"), ("lot", "PE-24-017"), ("shipment", "SH-26-004")):
        shown = await asking.order(engine, anna, "-", f"show_{noun}", {noun: text})
        assert "notes" not in shown.tables[0]["rows"][0]
    for entity in catalog().entities.values():
        assert not [f.key for f in entity.fields if entity.free_text(f) and f.listed]


async def test_an_address_nobody_gave_is_not_shown(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say("Mehr dazu auf https://evil.example/x?d=1. Sonst gern."))
    reply = await asking.ask(talking, Request(text="Hallo"), anna)
    assert "evil.example" not in reply.text.partition("(Ein Satz")[0]
    assert "Sonst gern" in reply.text
