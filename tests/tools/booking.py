"""Talking with the product about the trading book, for tests."""

from typing import Any

from sqlalchemy import select

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from db.session import Actor
from tools.context import Asker


async def last(engine: Engine, model: type[Any]) -> Any:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return await session.scalar(select(model).order_by(model.id.desc()).limit(1))


async def free(engine: Engine, asker: Asker, lot: str, **arguments: object) -> int | None:
    reply = await asking.order(engine, asker, "?", "stock_position", {"lot": lot, **arguments})
    return reply.tables[0]["rows"][0]["free"]


async def staged(engine: Engine, asker: Asker, deal: str, stage: str, **more: object) -> Reply:
    words = f"{deal} {stage} {' '.join(map(str, more.values()))}"
    return await asking.order(
        engine, asker, words, "change_deal", {"deal": deal, "stage": stage, **more}
    )
