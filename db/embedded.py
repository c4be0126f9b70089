"""The embedded PostgreSQL: a server of our own in the data folder, its roles and databases.

It listens on a Unix socket only and outlives whoever started it; several processes share one.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from db.account import server_account
from db.address import Address, checked_name
from db.cluster import PORT, SUPERUSER, Cluster
from db.rls import APP_ROLE
from db.startup import DatabaseRefused

OWNER_ROLE = "coffeestudio_owner"
_MAINTENANCE = "postgres"
_ROLES_LOCK = 7_311_944  # any numbers will do, as long as nobody else takes them
_DATABASE_LOCK = 73_119

OnStep = Callable[[str], None]


@dataclass(frozen=True)
class Embedded:
    """A running embedded server.

    Attributes:
        socket_dir: the folder of its socket, the only way in.
    """

    socket_dir: Path

    def url(self, database: str, role: str) -> str:
        """Return a database's address for a role, for SQLAlchemy; for libpq without `+psycopg`."""
        # The port is named so that PGPORT in the environment does not decide it.
        folder = quote(str(self.socket_dir))
        return f"postgresql+psycopg://{role}@/{database}?host={folder}&port={PORT}"

    @property
    def admin_url(self) -> str:
        """The address that may make databases: the server's superuser, outside all of ours."""
        return self.url(_MAINTENANCE, SUPERUSER)


def start(data_dir: Path, on_step: OnStep | None = None, *, durable: bool = True) -> Embedded:
    """Return the server of a data folder, started (and made) when it is not running.

    Args:
        data_dir: where the server keeps its files, in a folder `database` of its own.
        on_step: called with what is being done, when it takes long enough to tell.
        durable: False spares the disk for throw-away servers of tests; kept by a running server.

    Raises:
        DatabaseRefused: the folder cannot be used, before anything in it is changed.
        DatabaseUnavailable: the server does not come up.
    """
    with _usable(data_dir, durable=durable) as cluster:
        if (found := cluster.listening()) is not None:
            return Embedded(found)
        cluster.check()
        with cluster.alone():
            return Embedded(cluster.listening() or _launched(cluster, on_step))


def stop(data_dir: Path) -> bool:
    """Stop the server of a data folder, breaking off its connections; return whether one ran."""
    with _usable(data_dir) as cluster:
        if not cluster.pgdata.exists():
            return False
        with cluster.alone():
            return cluster.halt()


def running(data_dir: Path) -> bool:
    """Return whether the server of a data folder takes connections; starts nothing."""
    with _usable(data_dir) as cluster:
        return cluster.listening() is not None


def ensure_roles(embedded: Embedded) -> None:
    """Make the roles that are missing: the one that owns everything, and the application's."""
    with Address(embedded.admin_url).connected() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_ROLES_LOCK])
        found = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
        for role in {OWNER_ROLE, APP_ROLE} - found:
            admin.execute(
                sql.SQL(
                    "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                ).format(sql.Identifier(role))
            )


def ensure_database(embedded: Embedded, name: str, template: str | None = None) -> bool:
    """Make a database when it is missing, owned by the owner role and with pgvector in it.

    Args:
        embedded: the server, with its roles.
        name: lower-case letters, digits and underscores.
        template: a database to copy instead, which nobody may be connected to.

    Returns:
        Whether it was made.

    Raises:
        ValueError: the name is not one.
    """
    with Address(embedded.admin_url).connected() as admin:
        admin.execute(
            "SELECT pg_advisory_lock(%s, hashtext(%s))", [_DATABASE_LOCK, checked_name(name)]
        )
        created = admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount == 0
        if created:
            _create(admin, name, template or "template0")
        if template is None:
            _furnish(embedded, name)
    return created


def drop_database(embedded: Embedded, name: str) -> None:
    """Remove a database with all that is in it, breaking off its connections; missing is fine."""
    with Address(embedded.admin_url).connected() as admin:
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(checked_name(name))
            )
        )


def database_names(embedded: Embedded) -> list[str]:
    """Return the names of all databases that are ours, sorted."""
    with Address(embedded.admin_url).connected() as admin:
        found = admin.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> %s ORDER BY 1",
            [_MAINTENANCE],
        )
        return [name for (name,) in found]


def _quiet(_step: str) -> None:
    """Tell nobody."""


def _launched(cluster: Cluster, on_step: OnStep | None) -> Path:
    tell = on_step or _quiet
    if not cluster.pgdata.exists():
        tell("database files")
        cluster.initialise()
    tell("database start")
    return cluster.launch()


@contextmanager
def _usable(data_dir: Path, *, durable: bool = True) -> Generator[Cluster]:
    try:
        cluster = Cluster(data_dir.expanduser().resolve(), durable)
        server_account(cluster.pgdata)  # says whose it is; otherwise reading it says less
        yield cluster
    except OSError as error:
        raise DatabaseRefused(
            f"the data folder {str(data_dir)!r} cannot be used ({error}): mend that, or choose "
            "another folder with COFFEESTUDIO_DATA_DIR"
        ) from error


def _create(admin: psycopg.Connection, name: str, template: str) -> None:
    parts = {"name": name, "template": template, "owner": OWNER_ROLE}
    named = {key: sql.Identifier(value) for key, value in parts.items()}
    admin.execute(
        sql.SQL(
            "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template} ENCODING 'UTF8' "
            "STRATEGY WAL_LOG"
        ).format(**named)
    )
    # A temporary table could stand in front of a real one.
    admin.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC").format(**named))


def _furnish(embedded: Embedded, name: str) -> None:
    """Give a database what only the superuser can: pgvector. Done once, whole or not at all."""
    address = Address(embedded.url(name, SUPERUSER))
    with address.connected() as connection, connection.transaction():
        if connection.execute("SELECT FROM pg_extension WHERE extname = 'vector'").rowcount:
            return
        connection.execute("CREATE EXTENSION vector")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(
                sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
            )
        )
