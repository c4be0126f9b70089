"""Turns with a provider's model, over the wire: answers, writes, and what its failures lead to."""

import json
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from agent import asking
from agent.models.litellm_model import hang_up
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import services
from db.session import Database
from tests.conftest import NOW, settings_of
from tests.standins.model_rules import refusal
from tests.standins.model_script import Call, Fault, Say, Step
from tests.standins.model_server import ModelServer
from tools.context import Asker

Json = dict[str, Any]
Ask = Callable[..., Any]
WORDS = "Set the asking price of PE-24-017 to 9.10"
CHANGE = Say(calls=[Call("change_lot", {"lot": "PE-24-017", "asking_price": 9.1})])
GONE = Fault("quota")  # a failure that is not retried


class Talk:
    """A member talking with an engine whose models are one stand-in under several names."""

    def __init__(self, server: ModelServer, demo: Database, asker: Asker, last: str) -> None:
        self.server, self.asker = server, asker
        one, two = (f"openai/{n}-{secrets.token_hex(4)}" for n in ("one", "two"))
        self.names = (one, two)
        settings = settings_of(
            model=one, fallback_models=f"{two},{last}", model_base_url=server.base_url
        )
        self.engine = Engine(services(settings, demo, lambda: NOW))

    async def say(self, words: str) -> Reply:
        """Send a message and return the reply."""
        return await asking.ask(
            self.engine, asking.Request.model_validate({"text": words}), self.asker
        )

    def asked(self) -> list[str]:
        """Which model each request went to: one or two."""
        return [r["model"].split("-")[0] for r in self.server.requests]


def by_model(**steps: Sequence[Step]) -> Callable[[Json], Step]:
    """Steps for each model, the last of them again and again."""
    left = {name: list(s) for name, s in steps.items()}

    def answer(request: Json) -> Step:
        mine = left[request["model"].split("-")[0]]
        return mine.pop(0) if len(mine) > 1 else mine[0]

    return answer


@pytest.fixture
async def talk(demo: Database, anna: Asker) -> AsyncIterator[Callable[..., Any]]:
    """Begin a talk with models that follow a script."""
    servers: list[ModelServer] = []

    async def begin(last: str = "", **steps: Sequence[Step]) -> Talk:
        servers.append(await ModelServer(by_model(**steps)).start())
        return Talk(servers[-1], demo, anna, last)

    yield begin
    await hang_up()
    for server in servers:
        await server.stop()


async def test_a_model_that_works_changes_what_the_member_named(talk: Ask) -> None:
    said: Talk = await talk(one=[CHANGE, Say("Done.")])
    reply = await said.say(WORDS)
    assert reply.outcome == "answered"
    assert [c["after"] for c in reply.changes] == [9.1]
    assert reply.model == said.names[0]
    assert said.asked() == ["one", "one"]


async def test_every_request_is_one_a_real_provider_takes(talk: Ask) -> None:
    look = Say("Looking.", [Call("find_lot", {}), Call("no_such_tool", {}), Call("find_lot", "{")])
    said: Talk = await talk(one=[look, Say("That is all.")])
    await said.say("Which lots do we have?")
    assert len(said.server.requests) == 2
    assert [refusal(r) for r in said.server.requests] == [None, None]
    results = [m for m in said.server.requests[1]["messages"] if m["role"] == "tool"]
    assert len(results) == 3


async def test_a_fallback_that_writes_needs_a_card(talk: Ask) -> None:
    said: Talk = await talk(one=[GONE], two=[CHANGE, Say("Done.")])
    reply = await said.say(WORDS)
    assert reply.outcome == "awaiting_approval"
    assert [c.reason for c in reply.cards] == ["fallback"]
    assert reply.changes == []
    assert all(name in reply.text for name in said.names)


async def test_a_fallback_in_mid_turn_needs_a_card_from_then_on(talk: Ask) -> None:
    look = Say(calls=[Call("show_lot", {"lot": "PE-24-017"})])
    said: Talk = await talk(one=[look, GONE], two=[CHANGE])
    reply = await said.say(WORDS)
    assert said.asked() == ["one", "one", "two"]
    assert [c.reason for c in reply.cards] == ["fallback"]


async def test_a_fallback_that_reads_answers_and_says_who_it_is(talk: Ask) -> None:
    said: Talk = await talk(one=[GONE], two=[Say("We can look that up.")])
    reply = await said.say("Can you look up lots?")
    assert reply.outcome == "answered"
    assert "We can look that up." in reply.text
    assert all(name in reply.text for name in said.names)


async def test_without_any_provider_the_planner_answers(talk: Ask) -> None:
    said: Talk = await talk("offline", one=[GONE], two=[GONE])
    reply = await said.say("Which lots do we have?")
    assert reply.model == "offline"
    assert reply.outcome == "answered"
    assert f"{said.names[0]} is unavailable" in reply.text


async def test_an_answer_that_breaks_off_says_so_and_nobody_else_is_asked(talk: Ask) -> None:
    said: Talk = await talk(one=[Fault("cut", text="We have many lots. And we ")], two=[GONE])
    reply = await said.say("Which lots do we have?")
    assert reply.outcome == "failed"
    assert "We have many lots." in reply.text
    assert said.asked() == ["one"]


async def test_a_model_that_repeats_one_call_for_ever_is_stopped(talk: Ask) -> None:
    said: Talk = await talk(one=[Say(calls=[Call("find_lot", {})])])
    reply = await said.say("Which lots do we have?")
    assert len(said.server.requests) <= 4
    assert "circles" in reply.text


async def test_broken_arguments_are_told_to_the_model_and_nothing_changes(talk: Ask) -> None:
    broken = Say(calls=[Call("change_lot", '{"lot": "PE-24-017", "asking_price": ')])
    said: Talk = await talk(one=[broken, Say("I could not do that.")])
    reply = await said.say(WORDS)
    assert reply.changes == []
    (told,) = [m for m in said.server.requests[1]["messages"] if m["role"] == "tool"]
    assert json.loads(told["content"])


async def test_what_is_said_beside_a_call_is_checked_like_everything_else(talk: Ask) -> None:
    look = Say("We hold 7777 bags. I look it up.", [Call("show_lot", {"lot": "PE-24-017"})])
    said: Talk = await talk(one=[look, Say("We hold 7777 bags.")])
    reply = await said.say("Tell me about PE-24-017")
    assert "7777 bags." not in reply.text
    assert reply.text.count("I look it up.") == 1
