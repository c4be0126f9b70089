"""A database's address as PostgreSQL's own library reads it, for connections and programs."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url

from db.session import DatabaseUnavailable

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def checked_name(database: str) -> str:
    """Return a database's name; raise ValueError when it would need quoting in an address."""
    if not _NAME.fullmatch(database):
        raise ValueError(
            f"{database!r} is no name for a database: use a-z, 0-9 and _, a letter first, at most "
            "63 of them"
        )
    return database


class Address:
    """Where a database is and who asks, without a secret in what is shown."""

    def __init__(self, url: str | URL) -> None:
        """Take an address of the form `postgresql://role:password@host:port/database?…`."""
        self._url = make_url(url)

    def __repr__(self) -> str:
        return f"Address({self._url!r})"

    def of(self, database: str) -> Self:
        """Return the address of another database of the same server."""
        return type(self)(self._url.set(database=database))

    @property
    def libpq(self) -> str:
        """The address as PostgreSQL's own library takes it; it holds the password."""
        return make_conninfo(**self._parameters())

    @property
    def network(self) -> bool:
        """Whether the server is reached by TCP, not by a socket of this machine."""
        host = self._parameters().get("host", "/")
        return not host.startswith(("/", "@"))

    @contextmanager
    def connected(self) -> Generator[psycopg.Connection]:
        """Give a connection that commits every statement and may take its time.

        Raises:
            DatabaseUnavailable: the server cannot be reached, or goes away.
        """
        connection = None
        try:
            connection = psycopg.connect(make_conninfo(**self._parameters()), autocommit=True)
            with connection:
                connection.execute("SET statement_timeout = 0")
                yield connection
        except psycopg.OperationalError as error:
            if connection and not connection.broken:
                raise  # the server answers, and says no
            shown = self._url.render_as_string(hide_password=True)
            raise DatabaseUnavailable(f"database {shown!r} does not answer: {error}") from error

    def for_program(self, password_file: Path) -> str:
        """Return the address to name to a program, its password in a file instead.

        Other users see a program's arguments. The file is written, and is the caller's to remove.
        """
        parameters = self._parameters()
        if password := parameters.pop("password", ""):
            escaped = password.replace("\\", "\\\\").replace(":", "\\:")
            password_file.touch(mode=0o600)
            password_file.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
            parameters["passfile"] = str(password_file)
        return make_conninfo(**parameters)

    def _parameters(self) -> dict[str, str]:
        url = self._url
        named = {
            "host": url.host,
            "port": str(url.port) if url.port else None,
            "user": url.username,
            "password": url.password,
            "dbname": url.database,
        }
        listed = {
            key: value if isinstance(value, str) else ",".join(value)
            for key, value in url.query.items()
        }
        return {key: value for key, value in named.items() if value} | listed
