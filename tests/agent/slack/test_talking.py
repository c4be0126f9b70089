"""Whole conversations through Slack's wire, with the planner."""

import asyncio

from sqlalchemy import func, select

from db.address import Address
from db.models import ApprovalDecision, Feedback, Inbox, Lot, Member
from db.session import Actor
from tests.agent.slack.conftest import Workspace
from tests.standins.slack import Message

LOT = "PE-24-017"
PROMOTE = "Mach Luis Ejemplo zum Admin"
RAISE = f"Setz den Angebotspreis von {LOT} auf 9,10"


async def price(workspace: Workspace) -> str:
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        return str(await session.scalar(select(Lot.asking_price).where(Lot.code == LOT)))


async def counted(workspace: Workspace, model: type) -> int:
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


async def test_a_question_in_a_dm_is_answered_in_its_thread(workspace: Workspace) -> None:
    asked = workspace.anna.dm("Welche Bio-Lose haben wir?")
    found = await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    assert "PE-" in found.shown
    assert any(b["type"] == "table" for b in found.blocks)
    assert not workspace.slack.fetched


async def test_what_was_asked_before_is_known_in_the_thread_and_below_it(
    workspace: Workspace,
) -> None:
    first = workspace.anna.dm("Welche Lose kommen aus Cajamarca?")
    await workspace.answer(workspace.anna.im, thread_ts=first.ts)
    workspace.anna.dm("davon nur bio", thread_ts=first.ts)
    inside = await workspace.answer(workspace.anna.im, 2, first.ts)
    below = workspace.anna.dm("und die aus San Martín?")
    after = await workspace.answer(workspace.anna.im, thread_ts=below.ts)
    assert inside.shown and after.shown


async def test_an_order_is_done_shown_and_taken_back(workspace: Workspace) -> None:
    asked = workspace.anna.dm(RAISE)
    done = await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    assert "9,10" in done.shown
    assert await price(workspace) == "9.1000"
    await workspace.anna.click(done, "undo")
    await workspace.answer(workspace.anna.im, 2, asked.ts)
    assert await price(workspace) != "9.1000"


async def test_a_card_is_approved_with_one_click_and_then_says_by_whom(
    workspace: Workspace,
) -> None:
    asked = workspace.anna.dm(PROMOTE)
    card = await card_at(workspace, asked.ts)
    await workspace.anna.click(card, "approve")
    await workspace.anna.click(card, "approve", stale=True)
    await workspace.until(lambda: "Ausgeführt" in again(workspace, card).shown)
    assert "Freigegeben von Anna Beispiel" in again(workspace, card).shown
    assert not again(workspace, card).buttons
    assert await counted(workspace, ApprovalDecision) == 1


async def test_a_rejected_card_keeps_the_reason(workspace: Workspace) -> None:
    asked = workspace.anna.dm(PROMOTE)
    card = await card_at(workspace, asked.ts)
    await workspace.anna.click(card, "reject")
    await workspace.anna.submit(None, {"reason": "noch nicht"})
    await workspace.until(lambda: not again(workspace, card).buttons)
    assert "noch nicht" in again(workspace, card).shown


async def test_an_edited_proposal_is_a_new_card_and_the_old_one_is_superseded(
    workspace: Workspace,
) -> None:
    asked = workspace.anna.dm(PROMOTE)
    card = await card_at(workspace, asked.ts)
    await workspace.anna.click(card, "edit")
    await workspace.anna.submit(None, {"arg:role": "viewer"})
    await workspace.until(lambda: len(cards_of(workspace, asked.ts)) == 2)
    await workspace.until(lambda: not again(workspace, card).buttons)
    newer = cards_of(workspace, asked.ts)[-1]
    await workspace.anna.click(newer, "approve")
    await workspace.until(lambda: "Ausgeführt" in again(workspace, newer).shown)
    assert await role(workspace, "luis@demo.invalid") == "viewer"
    assert "Überholt" in again(workspace, card).shown


async def test_who_may_not_decide_is_told_alone_and_the_card_stays(workspace: Workspace) -> None:
    anna, luis = workspace.anna, workspace.luis
    team = workspace.slack.add_channel("team", anna, luis, kind="private")
    asked = anna.mention(team, PROMOTE)
    await workspace.until(lambda: cards_of(workspace, asked.ts, team.id))
    card = cards_of(workspace, asked.ts, team.id)[0]
    await luis.click(card, "approve")
    await workspace.until(lambda: workspace.slack.ephemerals(luis))
    assert cards_of(workspace, asked.ts, team.id)[0].buttons
    assert await role(workspace, "luis@demo.invalid") == "analyst"


async def test_a_refusal_that_may_not_have_come_is_told_again(workspace: Workspace) -> None:
    """Nothing finds a private line again; told twice is better than not at all."""
    anna, luis = workspace.anna, workspace.luis
    team = workspace.slack.add_channel("team", anna, luis, kind="private")
    asked = anna.mention(team, PROMOTE)
    await workspace.until(lambda: cards_of(workspace, asked.ts, team.id))
    workspace.slack.fail("chat.postEphemeral", status=503)
    workspace.slack.lose_answer("chat.postEphemeral")
    await luis.click(cards_of(workspace, asked.ts, team.id)[0], "approve")
    await workspace.until(lambda: len(workspace.slack.called("chat.postEphemeral")) == 3)
    await workspace.until(lambda: len(workspace.slack.ephemerals(luis)) == 2)
    assert cards_of(workspace, asked.ts, team.id)[0].buttons


async def test_a_mention_and_its_twin_event_are_one_message(workspace: Workspace) -> None:
    anna = workspace.anna
    trading = workspace.slack.add_channel("trading", anna)
    asked = anna.mention(trading, "Wie viele Kooperativen haben wir?")
    await workspace.answer(trading.id, thread_ts=asked.ts)
    anna.say(trading, "und wie viele davon sind bio?", asked.ts)
    await workspace.answer(trading.id, 2, asked.ts)
    assert await counted(workspace, Inbox) == 2
    assert len(workspace.said(trading.id, asked.ts)) == 2


async def test_what_colleagues_say_to_each_other_is_not_heard(workspace: Workspace) -> None:
    anna, luis = workspace.anna, workspace.luis
    trading = workspace.slack.add_channel("trading", anna, luis)
    first = anna.say(trading, "Wie viele Lose haben wir?")
    luis.say(trading, "Ich schaue nach", first.ts)
    asked = anna.mention(trading, "Wie viele Lose haben wir?")
    await workspace.answer(trading, thread_ts=asked.ts)
    luis.say(trading, "Danke!", asked.ts)
    anna.say(trading, f"<@{luis.id}> siehst du", asked.ts)
    await asyncio.sleep(1)
    assert await counted(workspace, Inbox) == 1
    assert {c.args["user"] for c in workspace.slack.called("users.info")} <= {anna.id, luis.id}
    assert len(workspace.said(trading, asked.ts)) == 1


async def test_prices_do_not_go_to_a_channel_nobody_listed(workspace: Workspace) -> None:
    anna = workspace.anna
    trading = workspace.slack.add_channel("trading", anna)
    asked = anna.mention(trading, f"Was kostet {LOT}?")
    pointer = await workspace.answer(trading.id, thread_ts=asked.ts)
    private = await workspace.answer(anna.im)
    assert LOT in private.shown
    assert LOT not in pointer.shown


async def test_stop_ends_a_turn_that_waits_for_the_database(
    workspace: Workspace, demo_url: tuple[str, str]
) -> None:
    """The planner does not linger, but what it looks up may."""
    anna = workspace.anna
    with Address(demo_url[1]).connected() as held, held.transaction():
        held.execute("LOCK TABLE lot IN ACCESS EXCLUSIVE MODE")
        asked = anna.dm("Wie viele Lose haben wir?")
        place = (anna.im.id, asked.ts)
        sessions = workspace.slack.world.sessions
        await workspace.until(lambda: place in sessions and sessions[place].status == "processing")
        anna.stop(asked)
        for _ in range(500):
            if await counted(workspace, Inbox) == 2:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)  # the turn looks for it every half second
    found = await workspace.answer(anna.im, thread_ts=asked.ts)
    assert "bgebrochen" in found.shown or "ngehalten" in found.shown
    await workspace.until(lambda: sessions[place].status == "active")


async def test_feedback_is_kept_with_the_turn(workspace: Workspace) -> None:
    asked = workspace.anna.dm("Wie viele Lose haben wir?")
    found = await workspace.answer(workspace.anna.im, thread_ts=asked.ts)
    await workspace.anna.feedback(found, "positive")
    assert await counted(workspace, Feedback) == 1


async def test_home_shows_the_day(workspace: Workspace) -> None:
    workspace.anna.open_home()
    await workspace.until(lambda: workspace.anna.id in workspace.slack.homes)


async def role(workspace: Workspace, email: str) -> str:
    async with workspace.engine.services.database.reading(Actor.system("test")) as session:
        return str(await session.scalar(select(Member.role).where(Member.email == email)))


def cards_of(workspace: Workspace, thread: str, channel: str = "") -> list[Message]:
    said = workspace.said(channel or workspace.anna.im, thread)
    return [m for m in said if any(str(b.get("block_id")).startswith("card:") for b in m.blocks)]


async def card_at(workspace: Workspace, thread: str) -> Message:
    await workspace.until(lambda: cards_of(workspace, thread))
    return cards_of(workspace, thread)[0]


def again(workspace: Workspace, card: Message) -> Message:
    return next(m for m in workspace.slack.messages(card.channel, card.thread) if m.ts == card.ts)
