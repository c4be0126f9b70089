"""Putting a sentence to the product as a member of the demo, for tests."""

from agent import asking
from agent.asking import Request
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import who
from tools.context import Asker


async def said(engine: Engine, asker: Asker | str, text: str, thread: str = "t") -> Reply:
    """Return the reply to what a member says; one of the demo may be called by first name."""
    if isinstance(asker, str):
        asker = await who(engine.services.database, f"{asker}@demo.invalid")
    return await asking.ask(engine, Request(text=text, thread=thread), asker)
