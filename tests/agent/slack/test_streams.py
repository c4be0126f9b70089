"""One turn as it is seen in Slack: tasks and words in their order, none left running."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agent import asking
from agent.reply import Reply
from agent.slack import streams
from agent.slack.blocks import Drawing
from agent.slack.client import make_client
from agent.slack.place import Place
from agent.slack.running import MANIFEST
from agent.slack.streams import Stream
from agent.turn import Silent, Step
from agent.turns import Engine
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tests.standins.slack import Message, RealClock, SlackServer
from tools.catalog import catalog
from tools.context import Asker

Json = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(json.loads(MANIFEST.read_text()), clock=RealClock()) as server:
        yield server
        server.assert_clean()


@pytest.fixture
async def stream(slack: SlackServer) -> Stream:
    """The stream of a question in a DM."""
    anna = slack.add_user("anna")
    asked = anna.dm("Wie viele Lose haben wir?")
    place = Place(slack.world.team_id, anna.im.id, anna.id, asked.ts, ts=asked.ts)
    return Stream(make_client(slack.bot_token, slack.base_url), place, streams=True)


def begun(key: str, title: str = "Ich sehe nach: Lose") -> Step:
    return Step(key, title, "in_progress")


def ended(key: str, title: str = "Ich sehe nach: Lose") -> Step:
    return Step(key, title, "complete")


async def finished(slack: SlackServer, stream: Stream, reply: Reply) -> Message:
    """End a stream whose answer is one message; return it."""
    parts, stands = await stream.finish(reply, Drawing(catalog(), "de", "reply:1", 1))
    assert not parts
    (ts,) = stands.values()
    (message,) = [m for m in slack.answers(stream.place.channel) if m.ts == ts]
    return message


async def test_tasks_and_words_come_in_their_order(slack: SlackServer, stream: Stream) -> None:
    await stream.step(begun("1-1"))
    await stream.flush()
    await stream.step(ended("1-1"))
    await stream.sentence("Es sind 8. ")
    await stream.step(begun("1-2", "Ich trage ein: Lose"))
    await stream.flush()
    await stream.step(Step("1-2", "Ich trage ein: Lose", "error"))
    await stream.sentence("Mehr nicht.")
    message = await finished(slack, stream, Reply("Es sind 8. Mehr nicht.", "de"))
    assert message.stream is not None
    assert message.stream.history == [
        ("1-1", "in_progress"), ("1-1", "complete"), ("1-2", "in_progress"), ("1-2", "error"),
    ]  # fmt: skip
    assert message.text == "Es sind 8. Mehr nicht."


async def test_what_ended_before_it_was_shown_is_shown_as_ended(
    slack: SlackServer, stream: Stream
) -> None:
    for step in (begun("1-1"), begun("1-2"), ended("1-2"), ended("1-1")):
        await stream.step(step)
    await stream.flush()
    message = await finished(slack, stream, Reply("Fertig.", "de"))
    assert message.stream is not None
    assert message.stream.history == [("1-1", "complete"), ("1-2", "complete")]
    assert "Fertig." in message.shown  # nothing was streamed of it


@pytest.mark.parametrize(("outcome", "status"), [("answered", "complete"), ("failed", "error")])
async def test_no_task_is_left_running(
    slack: SlackServer, stream: Stream, outcome: str, status: str
) -> None:
    await stream.step(begun("1-1"))
    await stream.flush()
    message = await finished(slack, stream, Reply("Abgebrochen.", "de", outcome))
    assert message.stream is not None
    assert message.stream.tasks["1-1"]["status"] == status


async def test_tasks_alone_begin_no_stream_at_once(slack: SlackServer, stream: Stream) -> None:
    await stream.step(ended("1-1"))
    parts, stands = await stream.finish(
        Reply("Es sind 8.", "de"), Drawing(catalog(), "de", "reply:1", 1)
    )
    assert stands == {} and "Es sind 8." in parts[0].text
    assert not slack.called("chat.startStream")


async def test_a_turn_that_lasts_shows_its_tasks_by_and_by(
    slack: SlackServer, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_FLUSH_SECONDS", 0.01)
    await stream.step(begun("1-1"))
    ticking = asyncio.create_task(stream.tick())

    def history() -> list[tuple[str, str]]:
        found = [m.stream for m in slack.answers(stream.place.channel)]
        return found[0].history if found and found[0] else []

    await slack.until(lambda: history() == [("1-1", "in_progress")], 90)
    await stream.step(ended("1-1"))
    await slack.until(lambda: history() == [("1-1", "in_progress"), ("1-1", "complete")], 90)
    ticking.cancel()


class Recording(Silent):
    """A sink that keeps the steps."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    async def step(self, step: Step) -> None:
        """Keep it."""
        self.steps.append(step)


async def test_every_call_of_a_turn_is_a_step_in_the_language_of_the_question(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    watched = Recording()
    wrong = Call("change_lot", {"lot": "XX-00-000", "bags": 3})
    provider.then(
        Say(calls=[Call("find_ports", {}), Call("find_lots", {"limit": 2})]),
        Say(calls=[Call("change_lot", {"lot": "PE-24-017", "bags": 41})]),  # no number was named
    )
    request = asking.Request(text="¿Qué puertos y lotes tenemos?")
    await asking.ask(talking, request, anna, watched)
    assert {(s.title, s.status) for s in watched.steps} == {
        (title, status)
        for title in ("Buscando: puertos", "Buscando: lotes", "Registrando: lotes")
        for status in ("in_progress", "complete")
    }
    provider.then(Say(calls=[wrong]), Say("I did not find it."))
    watched.steps.clear()
    await asking.ask(talking, asking.Request(text="Set the bags of XX-00-000 to 3"), anna, watched)
    assert [(s.title, s.status) for s in watched.steps] == [
        ("Writing: lots", "in_progress"), ("Writing: lots", "error"),
    ]  # fmt: skip


async def test_a_title_is_as_long_as_slack_takes_and_reaches_nobody(
    slack: SlackServer, stream: Stream
) -> None:
    await stream.step(ended("1-1", "<!channel> https://evil.invalid/ " + "Lose, " * 100))
    await stream.flush()
    message = await finished(slack, stream, Reply("Fertig.", "de"))
    assert message.stream is not None
    assert len(message.stream.tasks["1-1"]["title"]) <= 256
    assert not slack.pings and not slack.urls
