"""Slack as it misbehaves: doubled, reordered, refused, cut off; nothing lost and nothing twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update

from agent.slack.rewriting import Cards
from agent.worker import Worker
from db.models import Inbox, Outbox
from db.session import Actor, Database
from tests.agent.slack.conftest import Workspace
from tests.agent.slack.test_talking import PROMOTE, cards_of
from tests.conftest import NOW

QUESTION = "Wie viele Lose haben wir?"


async def rows(workspace: Workspace, model: type) -> int:
    return await rows_of(workspace.engine.services.database, model)


async def rows_of(database: Database, model: type) -> int:
    """Return how many rows a table has."""
    async with database.reading(Actor.system("test")) as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


async def delivered(workspace: Workspace) -> bool:
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        open_ones = select(func.count()).select_from(Outbox).where(Outbox.state != "sent")
        return not await session.scalar(open_ones)


async def quiet(workspace: Workspace) -> None:
    """Wait until everything has been delivered, and a little longer."""
    for _ in range(100):
        if await delivered(workspace):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)


async def test_an_event_delivered_twice_is_answered_once(workspace: Workspace) -> None:
    workspace.slack.duplicate_events(1)
    asked = workspace.anna.dm(QUESTION)
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await quiet(workspace)
    assert len(workspace.said(workspace.anna.im, asked.ts)) == 1
    assert await rows(workspace, Inbox) == 1


async def test_a_message_whose_answer_was_lost_is_not_posted_again(workspace: Workspace) -> None:
    workspace.slack.lose_answer("chat.postMessage")
    asked = workspace.anna.dm(QUESTION)
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await quiet(workspace)
    assert await delivered(workspace)
    assert len(workspace.said(workspace.anna.im, asked.ts)) == 1


async def test_limits_and_failures_of_slack_are_waited_out(workspace: Workspace) -> None:
    workspace.slack.fail("chat.postMessage", status=429, retry_after=1)
    workspace.slack.fail("chat.postMessage", status=503, times=2)
    asked = workspace.anna.dm(QUESTION)
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await quiet(workspace)
    assert len(workspace.said(workspace.anna.im, asked.ts)) == 1


async def test_after_the_socket_dropped_what_was_said_is_answered(workspace: Workspace) -> None:
    await workspace.slack.sockets.drop()
    asked = workspace.anna.dm(QUESTION)
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await quiet(workspace)
    assert len(workspace.said(workspace.anna.im, asked.ts)) == 1


async def test_messages_are_answered_in_the_order_they_were_stored(workspace: Workspace) -> None:
    asked = [workspace.anna.dm(f"{QUESTION} ({n})") for n in range(5)]
    for one in asked:
        await workspace.answer(workspace.anna.im, thread_ts=one.ts)
    await quiet(workspace)
    said = [workspace.said(workspace.anna.im, one.ts) for one in asked]
    assert [len(s) for s in said] == [1] * 5


async def test_what_no_job_pointed_at_is_found(workspace: Workspace) -> None:
    """A lost job is a look less, not a message less."""
    database = workspace.engine.services.database
    asked = workspace.anna.dm(QUESTION)
    for _ in range(50):
        if await rows(workspace, Inbox):
            break
        await asyncio.sleep(0.02)
    async with database.writing(Actor.system("test")) as session:
        from sqlalchemy import text

        await session.execute(text("DELETE FROM queue.procrastinate_jobs WHERE status = 'todo'"))
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)


async def test_strangers_are_refused_and_told_why(workspace: Workspace) -> None:
    slack = workspace.slack
    people = {
        "guest": slack.add_user("gus", email="anna@demo.invalid", is_restricted=True),
        "unknown": slack.add_user("una", email="una@elsewhere.invalid"),
        "unconfirmed": slack.add_user("uwe", email="anna@demo.invalid", is_email_confirmed=False),
    }
    for who in people.values():
        who.dm(QUESTION)
        found = await workspace.answer(who.im)
        assert "PE-" not in found.shown
    assert await rows(workspace, Inbox) == 0


async def test_in_a_channel_shared_with_other_companies_nothing_is_said(
    workspace: Workspace,
) -> None:
    shared = workspace.slack.add_channel("shared", workspace.anna, ext_shared=True)
    asked = workspace.anna.mention(shared, QUESTION)
    await workspace.until(lambda: workspace.slack.ephemerals(workspace.anna))
    assert workspace.said(shared, asked.ts) == []
    assert await rows(workspace, Inbox) == 0


async def test_a_card_nobody_decided_says_that_it_has_expired(workspace: Workspace) -> None:
    asked = workspace.anna.dm(PROMOTE)
    await workspace.until(lambda: cards_of(workspace, asked.ts))
    card = cards_of(workspace, asked.ts)[0]
    services = replace(workspace.engine.services, clock=lambda: NOW + timedelta(hours=25))
    later = Cards(services, workspace.front.client)
    await quiet(workspace)  # until it is written down where the card stands
    assert await later.rewrite() == 1
    ended = cards_of(workspace, asked.ts)[0]
    assert not ended.buttons
    assert "Abgelaufen" in ended.shown
    assert card.ts == ended.ts
    assert await later.rewrite() == 0


async def test_a_stream_a_crash_left_half_said_becomes_the_answer(workspace: Workspace) -> None:
    database, client = workspace.engine.services.database, workspace.front.client
    workspace.worker.stop()
    await asyncio.sleep(3)
    asked = workspace.anna.dm(QUESTION)
    await workspace.slack.courier.idle()  # acknowledged, so stored
    await client.chat_startStream(
        channel=workspace.anna.im.id, thread_ts=asked.ts, markdown_text="Half an ans"
    )
    async with database.writing(Actor.system("test")) as session:
        await session.execute(update(Inbox).values(attempts=1))
    again = Worker(workspace.engine, client, workspace.worker.app_url)
    running = asyncio.create_task(again.run())
    await workspace.until(
        lambda: any(m.blocks for m in workspace.said(workspace.anna.im, asked.ts))
    )
    await quiet(workspace)
    again.stop()
    await running
    assert len(workspace.said(workspace.anna.im, asked.ts)) == 1
