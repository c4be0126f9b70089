"""Which vectors a search uses, and the work in the background that keeps them complete.

The configured model once it has read every passage, our own reduction otherwise; nothing at all
on a database that has neither yet: words and references find most passages alone.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.session import Actor, Database, DatabaseUnavailable
from knowledge import vectors
from knowledge.embedding import Embedder, EmbedderUnavailable, OwnEmbedding

OnProgress = Callable[[int, int], None]
_BATCH = 64
_LOOK_SECONDS = 20.0  # a released document is found by its words at once, by meaning soon after
_log = structlog.get_logger()
_ACTOR = Actor.system("knowledge")
_LISTED = text("SELECT name FROM embedding_model WHERE name = :name")


class Meaning:
    """The embedders of a process: `chosen` is the configured one; our own is loaded when needed."""

    def __init__(self, chosen: Embedder | None = None) -> None:
        self.chosen = chosen
        self._own: OwnEmbedding | None = None

    async def embedder(self, session: AsyncSession) -> Embedder | None:
        """Return what reads a question, as the stored vectors were made; None: there are none."""
        if self.chosen is not None and await session.scalar(_LISTED, {"name": self.chosen.name}):
            return self.chosen
        return await self.own(session)

    async def own(self, session: AsyncSession) -> OwnEmbedding | None:
        """Return our own reduction as it stands in the database."""
        kept = await session.run_sync(vectors.fitted)
        if kept is None:
            return None
        if self._own is None or self._own.name != kept.name:
            self._own = await session.run_sync(lambda s: vectors.load(s, kept.name))
        return self._own

    async def read_at_once(self, session: AsyncSession, version: int) -> None:
        """Let our own reduction read a version that is released: it is found from then on."""
        own = await self.own(session)
        if own is None:
            return
        left = await session.run_sync(lambda s: vectors.unread_of(s, own.name, version))
        found = await own.embed([p.text for p in left])
        rows = list(zip((p.id for p in left), found, strict=True))
        await session.run_sync(lambda s: vectors.store(s, own.name, rows))

    @asynccontextmanager
    async def kept_up(self, database: Database) -> AsyncGenerator[None]:
        """Keep the vectors complete beside whatever else a process does."""
        keeping = asyncio.create_task(self._keeping(database))
        try:
            yield
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping

    async def _keeping(self, database: Database) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.keep_up(database)
            except (DatabaseUnavailable, EmbedderUnavailable) as error:
                _log.warning("vectors not kept up", error=str(error))

    async def keep_up(self, database: Database, on_progress: OnProgress = lambda *_: None) -> bool:
        """Read what no model has read yet; return whether there was anything to do."""
        async with database.reading(_ACTOR) as session:
            due = await session.run_sync(vectors.fit_is_due)
            there = await session.run_sync(vectors.passages_there) if due else []
        if due:
            new = await asyncio.to_thread(vectors.made, there)
            async with database.writing(_ACTOR) as session:
                await session.run_sync(lambda s: vectors.keep(s, new))
        async with database.reading(_ACTOR) as session:
            own = await self.own(session)
        read = await self._read(database, own, on_progress) if own is not None else 0
        if self.chosen is not None:
            read += await self._read(database, self.chosen, on_progress)
            await self._list(database, self.chosen.name)
        return due or read > 0

    async def _list(self, database: Database, name: str) -> None:
        """Say once that the chosen model has read every passage."""
        async with database.reading(_ACTOR) as session:
            if await session.scalar(_LISTED, {"name": name}):
                return
        async with database.writing(_ACTOR) as session:
            await session.run_sync(lambda s: vectors.list_model(s, name))

    async def _read(self, database: Database, model: Embedder, on_progress: OnProgress) -> int:
        """Let a model read passages in batches, each in a transaction of its own."""
        async with database.reading(_ACTOR) as session:
            left = await session.run_sync(lambda s: vectors.unread(s, model.name, None))
        for start in range(0, len(left), _BATCH):
            batch = left[start : start + _BATCH]
            found = await model.embed([p.text for p in batch])
            rows = list(zip((p.id for p in batch), found, strict=True))
            async with database.writing(_ACTOR) as session:
                await session.run_sync(lambda s, rows=rows: vectors.store(s, model.name, rows))
            on_progress(start + len(batch), len(left))
        return len(left)
