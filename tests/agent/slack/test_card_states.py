"""A card says how things are: open, being carried out, done, failed and why, or over."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from agent import asking
from agent.decisions import card_of_row
from agent.reply import Reply
from agent.slack.blocks import card_part
from agent.slack.client import make_client
from agent.slack.rewriting import Cards
from agent.slack.running import MANIFEST
from agent.turn import Silent
from agent.turns import Engine
from db.enums import Locale
from db.models import Inbox, Outbox
from db.queries import approvals, cards
from db.queries.cards import ShownCard
from db.session import Actor
from tests.conftest import NOW
from tests.faults.interfering import LOT
from tests.standins.slack import Channel, Message, RealClock, SlackServer
from tools.context import Asker

Json = dict[str, Any]
TEST = Actor.system("test")


@dataclass
class Board:
    """Cards that stand in a channel, and the one who keeps them true."""

    slack: SlackServer
    channel: Channel
    engine: Engine
    cards: Cards
    asker: Asker

    async def ordered(self, price: float) -> Reply:
        """Order a change whose value is not in the member's words, so that it takes a card."""
        given = {"lot": LOT, "asking_price": price}
        return await asking.order(
            self.engine, self.asker, "mach das", "change_lot", given, key="orders"
        )

    async def asked(self, locale: Locale = "de") -> tuple[int, Message]:
        """Let a change wait for a click, its card standing in the channel."""
        reply = await self.ordered(9.1)
        number = reply.cards[0].id
        database, catalog = self.engine.services.database, self.engine.services.catalog
        async with database.writing(TEST) as session:
            approval = await approvals.get(session, number, NOW)
            assert approval is not None
            part = card_part(card_of_row(approval), catalog, locale)
            posted = await self.cards.client.chat_postMessage(
                channel=self.channel.id, text=part.text, blocks=list(part.blocks)
            )
            receipt = {"channel": self.channel.id, "ts": posted["ts"], "shown": "pending"}
            await cards.card_shown(session, number, receipt | {"locale": locale})
        return number, self.at(str(posted["ts"]))

    def at(self, ts: str) -> Message:
        """Return a message as it stands."""
        return next(m for m in self.slack.messages(self.channel) if m.ts == ts)

    async def clicked(self, number: int) -> int:
        """Approve, and die before it is carried out; return the conversation."""
        payload: Json = {"approval": number, "verdict": "approved"}
        conversation, _ = await self.engine.receive(
            front="ask", key=f"click:{number}", asker=self.asker, kind="decision", payload=payload
        )
        await self.engine.services.runner.decide(self.asker, number, "approved")
        async with self.engine.services.database.writing(TEST) as session:
            await session.execute(update(Inbox).values(attempts=1))
        return conversation

    async def time_passes(self) -> None:
        """Let the claim on every card run out, as twenty seconds would."""
        async with self.engine.services.database.writing(TEST) as session:
            await session.execute(update(Outbox).values(not_before=func.now() - timedelta(days=1)))

    async def outdated(self) -> list[ShownCard]:
        """Return the cards that say something else than how things are."""
        async with self.engine.services.database.reading(TEST) as session:
            return await cards.outdated(session, NOW)


@pytest.fixture
async def board(engine: Engine, anna: Asker) -> AsyncIterator[Board]:
    async with SlackServer(json.loads(MANIFEST.read_text()), clock=RealClock()) as slack:
        client = make_client(slack.bot_token, slack.base_url)
        room = slack.add_channel("team", slack.add_user("anna", email="anna@demo.invalid"))
        yield Board(slack, room, engine, Cards(engine.services, client), anna)
        slack.assert_clean()


async def test_while_it_is_carried_out_the_card_says_so_and_then_what_came_of_it(
    board: Board,
) -> None:
    number, card = await board.asked()
    assert card.buttons
    assert await board.cards.rewrite() == 0  # it says how things are
    conversation = await board.clicked(number)
    assert await board.cards.rewrite() == 1
    doing = board.at(card.ts)
    assert not doing.buttons
    assert "Freigegeben von Anna Beispiel, " in doing.shown
    assert "Wird gerade ausgeführt." in doing.shown
    assert await board.cards.rewrite() == 0
    await board.engine.drain(conversation, Silent())
    assert await board.cards.rewrite() == 1
    done = board.at(card.ts)
    assert "Freigegeben von Anna Beispiel, " in done.shown
    assert "Ausgeführt " in done.shown and "Wird gerade" not in done.shown
    assert await board.cards.rewrite() == 0


@pytest.mark.parametrize(
    ("locale", "says"),
    [
        ("de", "Nicht ausgeführt: Seit der Anfrage hat sich der Datensatz geändert."),
        ("en", "Not carried out: The record has changed since this was asked."),
        ("es", "No ejecutada: El registro cambió desde la solicitud."),
    ],
)
async def test_what_changed_in_between_is_said_in_the_language_of_the_card(
    board: Board, locale: Locale, says: str
) -> None:
    number, card = await board.asked(locale)
    words = f"Setz den Angebotspreis von {LOT} auf 9,30"
    other = await asking.ask(board.engine, asking.Request(text=words), board.asker)
    assert other.changes
    reply = await asking.decide(board.engine, board.asker, number, "approved")
    assert reply.outcome == "failed"
    assert await board.cards.rewrite() == 1
    assert says in board.at(card.ts).shown
    assert not board.at(card.ts).buttons


async def test_what_was_given_up_is_not_said_to_be_carried_out(board: Board) -> None:
    number, card = await board.asked()
    await board.clicked(number)
    await board.cards.rewrite()
    async with board.engine.services.database.writing(TEST) as session:
        await session.execute(update(Inbox).values(attempts=10))
    async with board.engine.services.database.reading(TEST) as session:
        row = select(Inbox.conversation_id).where(Inbox.kind == "decision")
        conversation = await session.scalar(row)
    await board.engine.drain(conversation or 0, Silent())
    assert await board.cards.rewrite() == 1
    assert "Nicht ausgeführt: es ist mehrmals abgebrochen." in board.at(card.ts).shown


Ending = Callable[[Board, int], Any]


async def _rejected(board: Board, number: int) -> None:
    await asking.decide(board.engine, board.asker, number, "rejected", "zu früh")


async def _superseded(board: Board, number: int) -> None:
    await board.ordered(9.4)
    async with board.engine.services.database.reading(TEST) as session:
        approval = await approvals.get(session, number, NOW)
    assert approval is not None and approval.status == "superseded"


async def _expired(board: Board, _: int) -> None:
    later = replace(board.engine.services, clock=lambda: NOW + timedelta(hours=25))
    board.cards = Cards(later, board.cards.client)


@pytest.mark.parametrize(
    ("ending", "locale", "says"),
    [
        (_rejected, "es", ("Rechazada por Anna Beispiel", "Motivo: zu früh")),
        (_superseded, "en", ("Superseded: a newer request changes the same thing.",)),
        (_expired, "de", ("Abgelaufen, nichts ist geschehen.",)),
    ],
)
async def test_a_card_that_is_over_says_why(
    board: Board, ending: Ending, locale: Locale, says: tuple[str, ...]
) -> None:
    number, card = await board.asked(locale)
    await ending(board, number)
    assert await board.cards.rewrite() == 1
    ended = board.at(card.ts)
    assert all(one in ended.shown for one in says)
    assert not ended.buttons
    assert await board.cards.rewrite() == 0


# --- who writes it ---------------------------------------------------------------------------------


async def test_a_card_is_rewritten_by_one_at_a_time(board: Board) -> None:
    number, _ = await board.asked()
    await board.clicked(number)
    (seen,) = await board.outdated()
    database = board.engine.services.database
    async with database.writing(TEST) as session:
        assert await cards.claim(session, seen, 20) is not None
        assert await cards.claim(session, seen, 20) is None
    assert await board.outdated() == []
    await board.time_passes()
    assert [c.standing for c in await board.outdated()] == ["approved"]  # who claimed it died


async def test_what_an_overtaken_writer_may_have_shown_is_shown_anew(board: Board) -> None:
    number, card = await board.asked()
    conversation = await board.clicked(number)
    database = board.engine.services.database
    (slow,) = await board.outdated()
    async with database.writing(TEST) as session:
        fence = await cards.claim(session, slow, 20)
    await board.time_passes()
    await board.engine.drain(conversation, Silent())
    assert await board.cards.rewrite() == 1
    async with database.writing(TEST) as session:  # now the slow one comes to itself
        await cards.rewritten(session, slow, fence or 0)
    assert [c.standing for c in await board.outdated()] == ["done"]
    assert await board.cards.rewrite() == 1
    assert "Ausgeführt " in board.at(card.ts).shown
    assert await board.cards.rewrite() == 0


async def test_a_limit_is_waited_out_and_a_deleted_card_is_let_go(board: Board) -> None:
    first, card = await board.asked()
    await board.clicked(first)
    board.slack.fail("chat.update", status=429, retry_after=30)
    assert await board.cards.rewrite() == 1
    assert board.at(card.ts).buttons
    assert await board.cards.rewrite() == 0  # thirty seconds are not over
    await board.time_passes()
    await board.cards.client.chat_delete(channel=card.channel, ts=card.ts)
    assert await board.cards.rewrite() == 1
    assert await board.cards.rewrite() == 0
