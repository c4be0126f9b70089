"""What comes by itself: a reminder, the morning brief, an alert with a button; to one person each."""

from datetime import timedelta

from sqlalchemy import text

from agent.slack import coming_back
from db.session import Actor
from tests.agent.slack.conftest import Workspace
from tests.conftest import NOW
from tests.standins.slack import Message
from tools import due


async def tick(workspace: Workspace, **later: float) -> None:
    """Let the schedule run as if it were later."""
    database = workspace.engine.services.database
    await due.tick(database, lambda: NOW + timedelta(**later), coming_back.remember)
    async with database.writing(Actor.system("test")) as session:
        await session.execute(text("UPDATE outbox SET not_before = now() WHERE state = 'queued'"))


async def test_a_reminder_comes_to_the_dm_of_who_asked_for_it(workspace: Workspace) -> None:
    await tick(workspace)
    asked = workspace.anna.dm("Erinnere mich am Freitag um 9 an die Muster für die Messe")
    await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await tick(workspace, days=4)
    await workspace.until(
        lambda: any(
            "Erinnerung" in m.shown and "Messe" in m.shown
            for m in workspace.said(workspace.anna.im)
        )
    )


async def test_the_brief_comes_in_the_morning_and_only_to_its_member(workspace: Workspace) -> None:
    await tick(workspace)
    await tick(workspace, hours=22)
    await workspace.until(lambda: workspace.said(workspace.anna.im))
    assert not workspace.slack.fetched
    channels = {m.channel for m in workspace.said(workspace.anna.im)}
    assert channels == {workspace.anna.im.id}


async def test_a_slipped_eta_is_told_in_one_thread_with_a_button(workspace: Workspace) -> None:
    luis, anna = workspace.luis, workspace.anna
    await tick(workspace)
    for day in ("10.12.2026", "15.12.2026"):
        said = luis.dm(f"Setz die ETA von SH-26-004 auf {day}")
        await workspace.answer(luis.im, thread_ts=said.ts)
        await tick(workspace, minutes=5 if day.startswith("10") else 10)
    await workspace.until(lambda: len(_alerts(workspace)) >= 2)
    first, second = _alerts(workspace)[:2]
    assert second.thread == first.ts
    await anna.click(first, "acknowledge")
    await workspace.until(
        lambda: any(
            "SH-26-004" in m.shown or "esehen" in m.shown for m in workspace.said(anna.im, first.ts)
        )
    )


def _alerts(workspace: Workspace) -> list[Message]:
    every = workspace.slack.world.by_channel[workspace.anna.im.id]
    return [m for m in every if "acknowledge" in str(m.blocks)]
