"""A process that is killed at a chosen transaction of a turn: python -m tests.faults.dying.

Reads one JSON list of deaths from standard input, each {"url", "tool", "arguments", "text", "key",
"approval", "nth", "when"}, and dies each of them in a process of its own: SIGKILL, at the `nth`
transaction, right before or right after it is committed. Nothing of the product is replaced; its
database only has a fuse.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from agent import asking
from agent.graph import turn_graph
from agent.turn import Silent
from agent.turns import Engine
from agent.wiring import services, who
from db.session import Actor, AsyncSession, Database
from tests.conftest import NOW, settings_of

Json = dict[str, Any]


class Fused(Database):
    """A database that ends its process at the nth transaction that would be committed."""

    def __init__(self, url: str, nth: int, when: str) -> None:
        super().__init__(url)
        self.left, self.when = nth, when

    @contextlib.asynccontextmanager
    async def writing(self, actor: Actor) -> AsyncGenerator[AsyncSession]:
        """Give a transaction; die before or after the commit of the nth."""
        self.left -= 1
        last = self.left == 0
        async with super().writing(actor) as session:
            yield session
            if last and self.when == "before":
                await session.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextlib.asynccontextmanager
    async def writing_from(
        self, actor: Actor, statement: str, values: Mapping[str, Any]
    ) -> AsyncGenerator[tuple[AsyncSession, Any]]:
        """Give a transaction that begins with a statement; die before or after its commit."""
        async with self.writing(actor) as session:
            connection = await (await session.connection()).get_raw_connection()
            driver: Any = connection.driver_connection
            found = await (await driver.execute(statement, values)).fetchone()
            yield session, found[0]

    async def at_once(self, actor: Actor, statement: str, values: Mapping[str, Any]) -> Any:
        """Run a transaction of one statement; die before or after the commit of the nth."""
        async with self.writing_from(actor, statement, values) as (_, value):
            pass
        return value


async def live(death: Json) -> None:
    """Work the request until the fuse goes."""
    plain = Database(death["url"])
    anna = await who(plain, "anna@demo.invalid")
    await plain.close()
    engine = Engine(
        services(settings_of(), Fused(death["url"], death["nth"], death["when"]), lambda: NOW)
    )
    if death.get("approval"):
        conversation, row = await engine.receive(
            front="ask",
            key=death["key"],
            asker=anna,
            kind="decision",
            payload={"approval": death["approval"], "verdict": "approved"},
        )
        await engine.answer(conversation, row or 0, Silent())
    else:
        await asking.order(
            engine, anna, death["text"], death["tool"], death["arguments"], death["key"]
        )


def main() -> None:
    """Die every death; print how each process ended."""
    turn_graph()  # loaded once, before the processes part
    for death in json.load(sys.stdin):
        child = os.fork()
        if child == 0:
            asyncio.run(live(death))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
