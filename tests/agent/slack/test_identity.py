"""Who somebody is: an admin's link before an address, the first admin, and who is nobody any more."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import select, update

from agent.slack.app import SlackFront
from agent.slack.client import make_client
from agent.slack.identity import Identity, Known, StrangerError
from agent.slack.running import MANIFEST
from agent.turns import Engine
from agent.wiring import services
from db.models import Inbox, Member
from db.session import Actor, Database
from tests.agent.slack.conftest import Workspace
from tests.agent.slack.test_talking import cards_of, counted
from tests.conftest import NOW, settings_of
from tests.standins.slack import RealClock, SlackServer


async def test_an_admins_link_counts_before_the_address(workspace: Workspace) -> None:
    other = workspace.slack.add_user("lu", email="private@elsewhere.invalid")
    asked = workspace.anna.dm(f"Verknüpfe Luis Ejemplo mit der Slack-ID {other.id}")
    await workspace.until(lambda: cards_of(workspace, asked.ts))
    card = cards_of(workspace, asked.ts)[0]
    await workspace.anna.click(card, "approve")
    await workspace.until(lambda: "Ausgeführt" in cards_of(workspace, asked.ts)[0].shown)
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        linked = await session.scalar(
            select(Member.slack_id).where(Member.email == "luis@demo.invalid")
        )
    assert linked == other.id
    known = await workspace.front.identity.of(workspace.front.bot.team, other.id)
    assert known.asker.email == "luis@demo.invalid"


async def test_a_deactivated_member_and_a_stranger_team_are_nobody(workspace: Workspace) -> None:
    team, identity = workspace.front.bot.team, workspace.front.identity
    database = workspace.engine.services.database
    anna = (await identity.of(team, workspace.anna.id)).asker
    async with database.writing(Actor.member(anna.id)) as session:
        await session.execute(
            update(Member).where(Member.email == "sam@demo.invalid").values(active=False)
        )
    with pytest.raises(StrangerError):
        await identity.of(team, workspace.sam.id)
    with pytest.raises(StrangerError):
        await identity.of("T0OTHER", workspace.anna.id)
    with pytest.raises(StrangerError):
        await identity.of(team, None)


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted"])
async def test_who_was_made_a_guest_is_refused_at_the_next_message(
    workspace: Workspace, flag: str
) -> None:
    sam = workspace.sam
    asked = sam.dm("Which ports do we have?")
    await workspace.answer(sam.im, thread_ts=asked.ts)
    sam.change(**{flag: True})
    await workspace.slack.courier.idle()  # long before the minute is over
    asked = sam.dm("And which lots?")
    refused = await workspace.answer(sam.im, thread_ts=asked.ts)
    assert "members of this team only" in refused.shown
    assert await counted(workspace, Inbox) == 1


async def test_who_was_deactivated_is_nobody_from_then_on(workspace: Workspace) -> None:
    """Slack lets them say no more; what they said just before may still be on its way."""
    sam, slack = workspace.sam, workspace.slack
    asked = sam.dm("Which ports do we have?")
    await workspace.answer(sam.im, thread_ts=asked.ts)
    slack.courier.hold()
    sam.dm("And which lots?")
    sam.change(deleted=True)
    slack.courier.release("reversed")
    await slack.courier.idle()
    with pytest.raises(StrangerError):
        await workspace.front.identity.of(workspace.front.bot.team, sam.id)
    assert await counted(workspace, Inbox) == 1


async def test_a_change_while_somebody_is_looked_up_is_not_missed(
    workspace: Workspace,
) -> None:
    class Slow(Identity):
        async def _look_up(self, user: str) -> Known:
            known = await super()._look_up(user)
            self.forget(user)  # it came in between
            return known

    team, database = workspace.front.bot.team, workspace.engine.services.database
    identity = Slow(workspace.front.client, database, time.monotonic, team)
    await identity.of(team, workspace.sam.id)
    workspace.sam.user.deleted = True
    with pytest.raises(StrangerError):
        await identity.of(team, workspace.sam.id)


async def test_who_we_are_is_asked_once_not_with_every_connection(workspace: Workspace) -> None:
    for n in range(2):
        asked = workspace.anna.dm(f"Wie viele Lose haben wir? ({n})")
        await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
        connections = len(workspace.slack.called("apps.connections.open"))
        await workspace.slack.sockets.drop()
        await workspace.until(
            lambda n=connections: len(workspace.slack.called("apps.connections.open")) > n
        )
    assert len(workspace.slack.called("auth.test")) == 2  # ours, and the library's own


@pytest.fixture
async def founding(empty_url: tuple[str, str]) -> AsyncGenerator[tuple[SlackServer, SlackFront]]:
    """A front end on a company's empty database."""
    database = Database(empty_url[0])
    await database.open()
    async with SlackServer(json.loads(MANIFEST.read_text()), clock=RealClock()) as slack:
        client = make_client(slack.bot_token, slack.base_url)
        engine = Engine(services(settings_of(), database, lambda: NOW))
        yield slack, await SlackFront.connect(engine.services, client)
    await database.close()


async def test_who_runs_the_workspace_becomes_the_first_admin_once(
    founding: tuple[SlackServer, SlackFront],
) -> None:
    slack, front = founding
    nobody = slack.add_user("nora", email="nora@firm.invalid")
    owner = slack.add_user("olga", email="olga@firm.invalid", is_admin=True)
    second = slack.add_user("otto", email="otto@firm.invalid", is_owner=True)
    team = front.bot.team
    with pytest.raises(StrangerError):
        await front.identity.of(team, nobody.id)
    first, again = await asyncio.gather(
        front.identity.of(team, owner.id), front.identity.of(team, owner.id), return_exceptions=True
    )
    made = [x for x in (first, again) if not isinstance(x, BaseException)]
    assert {m.asker.role for m in made} == {"admin"}
    with pytest.raises(StrangerError):
        await front.identity.of(team, second.id)
