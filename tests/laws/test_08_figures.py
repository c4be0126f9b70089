"""Law 8: a sentence is shown when its figures have a source; the rest is repaired once or left out."""

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tools.context import Asker

SHOW = Call("show_lot", {"lot": "PE-24-017"})
ASK = Request(text="Was ist mit PE-24-017?")


async def test_backed_figures_pass_with_their_source(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(Say(calls=[SHOW]), Say("PE-24-017 kostet 8,40 EUR/kg und hat 86,25 Punkte."))
    reply = await asking.ask(talking, ASK, anna)
    assert reply.text == "PE-24-017 kostet 8,40 EUR/kg und hat 86,25 Punkte."
    assert reply.unbacked == []
    call = reply.tool_calls[0]["id"]
    assert {f["source"] for f in reply.figures} <= {call, "member"}


async def test_a_wrong_figure_is_repaired_once(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(
        Say(calls=[SHOW]),
        Say("PE-24-017 kostet 8,90 EUR/kg. Es liegt in Hamburg."),
        Say("PE-24-017 kostet 8,40 EUR/kg."),
    )
    reply = await asking.ask(talking, ASK, anna)
    assert "8,40 EUR/kg" in reply.text
    assert "8,90" not in reply.text
    assert "Hamburg" in reply.text


async def test_what_stays_wrong_is_left_out_and_said(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    wrong = Say("PE-24-017 kostet 8,90 EUR/kg.")
    provider.then(Say(calls=[SHOW]), wrong, wrong)
    reply = await asking.ask(talking, ASK, anna)
    assert "kostet" not in reply.text
    assert reply.unbacked
    assert reply.outcome == "partial"
