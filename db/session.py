"""The way to the database: who acts is told first, and this is the only place that commits."""

import re
import select
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

import psycopg
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from db import startup

STATEMENT_SECONDS = 30
_OPTIONS = (
    "-c search_path=public,pg_catalog -c timezone=UTC "
    f"-c statement_timeout={STATEMENT_SECONDS}s -c idle_in_transaction_session_timeout=120s"
)
# A server that vanished without a word is noticed within a minute.
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# The settings end with the transaction, so nothing of one member reaches the next one's.
_TELL = text(
    "SELECT set_config('app.actor', :actor, true), set_config('app.member', :member, true), "
    "set_config('app.today', :today, true), "
    "set_config('app.call', :call, true), set_config('app.conversation', :conversation, true), "
    "set_config('app.change_set', :change_set, true), "
    "set_config('transaction_read_only', :read_only, true)"
)


_TELL_AT_ONCE = re.sub(r":(\w+)", r"%(\1)s", str(_TELL))  # as the driver takes it


class DatabaseUnavailable(Exception):  # noqa: N818 - the state people read about, not a kind of bug
    """The database cannot be reached or went away; what was not committed did not happen."""


@dataclass(frozen=True)
class Actor:
    """On whose behalf a transaction runs; every audit entry it causes carries this.

    Attributes:
        name: "member:12" or "system:bootstrap".
        member_id: the member, None for the system.
        call_id: the tool call being run.
        conversation_id: the conversation it belongs to.
        change_set_id: the change set its changes count towards.
        today: the day they live in; None: Berlin's by the database's clock.
    """

    name: str
    member_id: int | None
    call_id: str | None = None
    conversation_id: int | None = None
    change_set_id: int | None = None
    today: date | None = None

    @classmethod
    def system(cls, what: str) -> Self:
        """Return the actor for work no member asked for, such as "bootstrap" or "drainer"."""
        return cls(f"system:{what}", None)

    @classmethod
    def member(cls, member_id: int) -> Self:
        """Return the actor for a member."""
        return cls(f"member:{member_id}", member_id)

    def during(
        self,
        *,
        call_id: str | None = None,
        conversation_id: int | None = None,
        change_set_id: int | None = None,
    ) -> Self:
        """Return the same actor within a call, conversation or change set; None keeps its own."""
        return replace(
            self,
            call_id=call_id or self.call_id,
            conversation_id=conversation_id or self.conversation_id,
            change_set_id=change_set_id or self.change_set_id,
        )


class _ActingSession(Session):
    """A session whose every transaction begins by telling the database who acts."""


@event.listens_for(_ActingSession, "after_begin")
def _tell(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested and not session.info["told"]:
        connection.execute(_TELL, session.info)


def _refuse_dead(connection: Any, _record: Any, _proxy: Any) -> None:
    """Void the pool when its connection has died: an idle one has nothing to say but its end.

    It costs a look at the socket, not a round trip.
    """
    driver = connection.driver_connection
    looking = select.poll()
    if not driver.closed:
        looking.register(driver.pgconn.socket, select.POLLIN)
    if driver.closed or looking.poll(0):
        raise InvalidatePoolError


def driver_url(url: str | URL) -> URL:
    """Return a PostgreSQL address for the driver used here (psycopg 3)."""
    return make_url(url).set(drivername="postgresql+psycopg")


class Database:
    """One company's database, as the application role sees it."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        """Prepare connections; nothing is opened yet.

        Args:
            url: address with the application role, `postgresql://…`.
            pool_size: how many transactions may run at once; further ones wait.
        """
        self._engine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=0,
            connect_args={"options": _OPTIONS, "connect_timeout": 5} | _KEEPALIVE,
        )
        event.listen(self._engine.sync_engine, "checkout", _refuse_dead)
        self._sessions = async_sessionmaker(
            self._engine, sync_session_class=_ActingSession, expire_on_commit=False
        )

    @property
    def url(self) -> str:
        """The address, password included, for connections that are not this pool's."""
        return self._engine.url.render_as_string(hide_password=False)

    async def open(self) -> None:
        """Check server, schema and role before anything else happens.

        Raises:
            DatabaseRefused: what is wrong with them, and how to mend it.
            DatabaseUnavailable: the server does not answer.
        """
        with _answering():
            async with self._engine.connect() as connection:
                await connection.run_sync(startup.check)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self, actor: Actor) -> AsyncGenerator[AsyncSession]:
        """Give a session that sees what the actor may see and can change nothing."""
        async with self._transaction(actor, read_only=True) as session:
            yield session

    @asynccontextmanager
    async def writing(self, actor: Actor) -> AsyncGenerator[AsyncSession]:
        """Give one transaction: committed when the block ends, rolled back when it raises."""
        async with self._transaction(actor, read_only=False) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def writing_from(
        self, actor: Actor, statement: str, values: Mapping[str, Any]
    ) -> AsyncGenerator[tuple[AsyncSession, Any]]:
        """Give one transaction that begins with a statement, in one round trip with who acts.

        Returns:
            The session, and the first column of the statement's first row.
        """
        with _answering():
            told = _settings(actor, read_only=False)
            async with self._sessions(info=told | {"told": "yes"}) as session:
                connection = await session.connection()
                driver: Any = (await connection.get_raw_connection()).driver_connection
                async with driver.pipeline():
                    await driver.execute(_TELL_AT_ONCE, told)
                    found = await driver.execute(statement, values)
                yield session, (await found.fetchone())[0]
                await session.commit()

    async def at_once(self, actor: Actor, statement: str, values: Mapping[str, Any]) -> Any:
        """Run one statement as a transaction of its own, in one round trip: who acts included.

        Args:
            actor: on whose behalf.
            statement: SQL as the driver takes it, `%(name)s` for values.
            values: what it names.

        Returns:
            The first column of the first row.
        """
        with _answering():
            async with self._engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                try:
                    async with driver.pipeline():
                        await driver.execute(_TELL_AT_ONCE, _settings(actor, read_only=False))
                        found = await driver.execute(statement, values)
                        await driver.commit()
                    return (await found.fetchone())[0]
                finally:
                    if driver.closed:  # it died on the way, so there is nothing to roll back
                        await connection.invalidate()

    @asynccontextmanager
    async def _transaction(self, actor: Actor, *, read_only: bool) -> AsyncGenerator[AsyncSession]:
        with _answering():
            async with self._sessions(info=_settings(actor, read_only=read_only)) as session:
                yield session


def _settings(actor: Actor, *, read_only: bool) -> dict[str, str]:
    told = {
        "actor": actor.name,
        "member": actor.member_id,
        "call": actor.call_id,
        "conversation": actor.conversation_id,
        "change_set": actor.change_set_id,
        "today": actor.today,
        "read_only": "on" if read_only else "off",
        "told": None,  # by the session itself, when its transaction begins
    }
    return {key: "" if value is None else str(value) for key, value in told.items()}


@contextmanager
def _answering() -> Generator[None]:
    """Turn every way of losing the database into one error that says what to do."""
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseUnavailable(
            "all connections to the database are busy; try again in a moment, or run fewer "
            "workers against this database"
        ) from error
    except (DBAPIError, psycopg.OperationalError) as error:
        if not _lost(error):
            raise
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = str(cause).strip().splitlines()[0]
        raise DatabaseUnavailable(
            f"the database does not answer ({reason}); try again in a moment, and run "
            "`coffeestudio doctor` when it stays away"
        ) from error


def _lost(error: DBAPIError | psycopg.OperationalError) -> bool:
    """Return whether the connection is gone, as opposed to a statement that failed."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.OperationalError):
        return False
    # No SQLSTATE: it never got through. 08: connection, 57P: shutting down or starting up.
    return cause.sqlstate is None or cause.sqlstate[:2] == "08" or cause.sqlstate[:3] == "57P"
