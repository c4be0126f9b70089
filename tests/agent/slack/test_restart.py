"""The database restarts while an answer is being streamed: it comes once, and whole."""

import asyncio
from importlib import import_module
from pathlib import Path

from sqlalchemy import select

from db import embedded
from db.embedded import Embedded
from db.models import Inbox
from db.rls import APP_ROLE
from db.session import Actor, Database
from tests.agent.slack.conftest import Workspace, workspace_of
from tests.conftest import settings_of
from tests.standins.model_script import Fault
from tests.standins.model_server import ModelServer
from tests.standins.slack import Message

SENTENCE = "A sentence about harvests and rain. "


async def test_a_database_that_restarts_while_a_stream_is_open(
    own_server: tuple[Embedded, Path],
) -> None:
    server, folder = own_server
    database = Database(server.url("demo", APP_ROLE))
    await database.open()
    await asyncio.to_thread(import_module, "litellm")  # takes long on a busy machine
    dripping = Fault("drip", text=SENTENCE * 40, seconds=0.2)  # until the client hangs up
    async with ModelServer([dripping]) as provider:
        settings = settings_of(
            model="openai/scripted", model_base_url=provider.base_url, fallback_models="",
            model_timeout_seconds=8,
        )  # fmt: skip
        async with workspace_of(database.url, database, settings) as workspace:
            asked = workspace.anna.dm("Tell me about rain")

            def said() -> list[Message]:
                return workspace.said(workspace.anna.im, asked.ts)

            await workspace.until(lambda: any(m.stream and not m.stream.stopped for m in said()))
            await asyncio.to_thread(embedded.stop, folder)
            await asyncio.to_thread(embedded.start, folder, durable=False)
            await workspace.until(lambda: any(m.blocks for m in said()))
            (answer,) = said()
            assert answer.shown.count("harvests and rain") >= 39  # the last may not have ended
            await _until_done(workspace)
            assert len(said()) == 1
    await database.close()


async def _until_done(workspace: Workspace) -> None:
    for _ in range(600):
        async with workspace.engine.services.database.reading(Actor.system("test")) as session:
            if not await session.scalar(select(Inbox.id).where(Inbox.done_at.is_(None))):
                return
        await asyncio.sleep(0.1)
    raise AssertionError("what was heard was not worked")
