"""What the tests of interruptions share: sinks that interfere, and a count of what was done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from agent.reply import Reply
from agent.turn import Silent
from agent.turns import Engine
from db.address import Address
from db.models import AuditEntry, Conversation, Inbox, Lot, Message, ToolCall, ToolResult
from db.session import Actor

LOT = "PE-24-017"
Doing = Callable[[], Awaitable[None]]


class Watching(Silent):
    """A sink that does something once, when a step begins."""

    def __init__(self, step: str, doing: Doing) -> None:
        self.awaited, self.doing, self.seen = step, doing, 0

    async def status(self, text: str) -> None:
        """Do it when the step is the one waited for."""
        if self.awaited in text and not self.seen:
            self.seen += 1
            await self.doing()


def time_passes(owner_url: str) -> None:
    """Let every lease run out, as fifteen seconds would."""
    with Address(owner_url).connected() as connection:
        connection.execute("UPDATE lease SET until = now() - interval '1 second'")


def second(engine: Engine) -> Engine:
    """Return another worker on the same database."""
    return Engine(engine.services)


@dataclass(frozen=True)
class Done:
    """What a database holds of one conversation's work."""

    answers: list[int]
    changes: int
    open: int
    calls_without_result: int


async def done(engine: Engine, key: str, price: float | None = None) -> Done:
    """Count answers per inbox row, changes to a price, what is still open, what dangles."""
    async with engine.services.database.reading(Actor.system("test")) as session:
        rows = list(
            await session.scalars(
                select(Inbox.id)
                .join(Conversation, Conversation.id == Inbox.conversation_id)
                .where(Conversation.key == key)
                .order_by(Inbox.id)
            )
        )
        answers = [
            int(
                await session.scalar(
                    select(func.count()).where(Message.inbox_id == row, Message.final)
                )
                or 0
            )
            for row in rows
        ]
        changed = select(func.count()).where(
            AuditEntry.kind == "change",
            AuditEntry.entity == "lot",
            AuditEntry.op == "U",
            AuditEntry.after["asking_price"].as_float() == price,
        )
        waiting = select(func.count()).where(Inbox.id.in_(rows), Inbox.done_at.is_(None))
        final = select(ToolResult.call_id)
        dangling = select(func.count()).where(
            ToolCall.inbox_id.in_(rows), ToolCall.id.not_in(final)
        )
        counts = [int(await session.scalar(s) or 0) for s in (changed, waiting, dangling)]
    return Done(answers, *counts)


async def price(engine: Engine) -> float:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return float(await session.scalar(select(Lot.asking_price).where(Lot.code == LOT)) or 0)


def order_text(value: float) -> str:
    return f"Setz den Angebotspreis von {LOT} auf {value:.2f}".replace(".", ",")


async def drain(engine: Engine, key: str) -> dict[int, Reply]:
    async with engine.services.database.reading(Actor.system("test")) as session:
        number = await session.scalar(select(Conversation.id).where(Conversation.key == key))
    return {} if number is None else await engine.drain(number, Silent())


class Crash(Exception):  # noqa: N818 - what it stands for
    """The process went down here."""


class CrashingAt(Silent):
    """A sink that goes down when it is told for the nth time that there is thinking."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    async def status(self, text: str) -> None:
        """Count the thinking."""
        self.left -= "denke" in text
        if not self.left:
            raise Crash
