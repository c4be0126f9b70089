import asyncio
from sqlalchemy import select
from db.models import Outbox, Message as M
from db.session import Actor
from tests.agent.slack.conftest import Workspace


async def test_dbg(workspace: Workspace) -> None:
    asked = workspace.anna.dm("Mach Luis Ejemplo zum Admin")
    await asyncio.sleep(4)
    async with workspace.engine.services.database.reading(Actor.system("test")) as s:
        for o in await s.scalars(select(Outbox)):
            print(o.effect_key, o.state, o.error, o.attempts, o.receipt)
        for m in await s.scalars(select(M)):
            print(m.role, m.text, (m.reply or {}).get("cards"))
    for m in workspace.said(workspace.anna.im, asked.ts):
        print(m.shown, m.blocks)
    print(workspace.slack.violations)
