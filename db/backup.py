"""Saving a database to one file, and proving that the file can be turned back into it.

A restore always makes a new database. It is built under another name, compared with what the
backup says it held, and only then gets its own: half a database is never found under a name.
"""

import re
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from db import contents
from db.address import Address, checked_name
from db.archive import BackupError, Manifest, measure, pack, unpack
from db.contents import Contents
from db.programs import Clients, clients

_SCRATCH = "coffeestudio_restoring"
_LOCK = 7_311_945  # any number will do, as long as nobody else takes it
_LOCK_WAIT_MS = 60_000
_JOBS = 2
_SHOWN = 10
# Making an extension takes rights the restoring role may not have, so it is done before.
_EXTENSION_ENTRY = re.compile(r"\d+; \d+ \d+ (COMMENT - )?EXTENSION ")


@dataclass(frozen=True)
class BackupReport:
    """A backup that was made.

    Attributes:
        path: its file.
        size_bytes: of the file.
        seconds: it took.
        manifest: what it holds.
    """

    path: Path
    size_bytes: int
    seconds: float
    manifest: Manifest


@dataclass(frozen=True)
class RestoreReport:
    """A backup that was turned back into a database equal to the one it was taken from.

    Attributes:
        source: its file.
        database: where it is now, None when it was only tried.
        seconds: it took.
        manifest: what it holds.
    """

    source: Path
    database: str | None
    seconds: float
    manifest: Manifest


def backup(owner_url: str | URL, target: Path) -> BackupReport:
    """Save a database to a file, as it is at one moment; it can be worked with meanwhile.

    Args:
        owner_url: address with the role that owns the tables; others see too little.
        target: the file, which must not exist; its folder is made. It appears when complete.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: what is in the way, and the mend.
    """
    begun = time.monotonic()
    if target.exists():
        raise BackupError(f"{str(target)!r} exists already: choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    address = Address(owner_url)
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder,
        address.connected() as connection,
    ):
        dump, packed = Path(folder) / "dump", Path(folder) / "packed"
        manifest = _dumped(address, connection, dump)
        pack(manifest, dump, packed)
        packed.rename(target)
    return BackupReport(target, target.stat().st_size, time.monotonic() - begun, manifest)


def restore(source: Path, server_url: str | URL, database: str) -> RestoreReport:
    """Turn a backup into a new database, equal to the one it was taken from or not there at all.

    Args:
        source: the backup's file. It can run what it likes with the rights of `server_url`.
        server_url: address with a role that may make databases (`Embedded.admin_url`); which
            database it names does not matter. The roles the backup names must exist.
        database: the new one's name: lower-case letters, digits and underscores.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: what is in the way, and the mend.
    """
    begun = time.monotonic()
    address, name = Address(server_url), checked_name(database)
    with address.connected() as connection:
        _refuse_taken(connection, name)
    with _rebuilt(source, address) as (admin, manifest):
        with address.of(_SCRATCH).connected() as connection:
            connection.execute("ANALYZE")
        admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(_SCRATCH), sql.Identifier(name)
            )
        )
    return RestoreReport(source, database, time.monotonic() - begun, manifest)


def verify(source: Path, server_url: str | URL) -> RestoreReport:
    """Prove that a backup can be restored: do it, compare everything, throw the result away.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: why it could not be.
    """
    begun = time.monotonic()
    with _rebuilt(source, Address(server_url)) as (_, manifest):
        pass
    return RestoreReport(source, None, time.monotonic() - begun, manifest)


def _dumped(address: Address, connection: psycopg.Connection, dump: Path) -> Manifest:
    """Write a dump and return what is in it, both as of the same moment."""
    connection.autocommit = False
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    contents.prepare(connection)
    programs = clients(_major(connection), network=address.network)
    query = "SELECT pg_export_snapshot(), now(), current_database()"
    snapshot, made_at, database = connection.execute(query).fetchall()[0]
    held = _held(connection)
    wait = f"--lock-wait-timeout={_LOCK_WAIT_MS}"
    options = ("--format=custom", f"--snapshot={snapshot}", wait, f"--file={dump}")
    _run(address, programs.dump, *options)
    size, checksum = measure(dump)
    return Manifest(
        database=database,
        made_at=made_at,
        server_major=_major(connection),
        client_major=programs.major,
        contents=held,
        dump_bytes=size,
        dump_sha256=checksum,
    )


def _held(connection: psycopg.Connection) -> Contents:
    try:
        return contents.read(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupError(
            f"role {connection.info.user!r} may not read everything ({error.diag.message_primary}):"
            " use the owner's address, COFFEESTUDIO_OWNER_DATABASE_URL"
        ) from error


@contextmanager
def _rebuilt(source: Path, address: Address) -> Generator[tuple[psycopg.Connection, Manifest]]:
    """Give a backup restored under a passing name and found equal; it is dropped afterwards."""
    with tempfile.TemporaryDirectory(prefix="coffeestudio-restore-") as folder:
        dump = Path(folder) / "dump"
        manifest = unpack(source, dump)
        with address.connected() as admin, _scratch(admin, manifest):
            major = max(_major(admin), manifest.client_major)
            programs = clients(major, network=address.network)
            scratch = address.of(_SCRATCH)
            _fill(scratch, programs, manifest, dump)
            _compare(scratch, manifest)
            yield admin, manifest


@contextmanager
def _scratch(admin: psycopg.Connection, manifest: Manifest) -> Generator[None]:
    _refuse_unfit(admin, manifest)
    # One restore at a time, so that what is found under the name was left by one that died.
    admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    names = {"name": sql.Identifier(_SCRATCH), "owner": sql.Identifier(manifest.contents.owner)}
    drop = sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names)
    admin.execute(drop)
    try:
        _create(admin, names)
        yield
    finally:
        admin.execute(drop)


def _create(admin: psycopg.Connection, names: dict[str, sql.Identifier]) -> None:
    # The usual template, so that an administrator can have put the extensions into it.
    query = sql.SQL("CREATE DATABASE {name} OWNER {owner} ENCODING 'UTF8'")
    try:
        admin.execute(query.format(**names))
    except psycopg.errors.InsufficientPrivilege as error:
        role = admin.info.user
        raise BackupError(
            f"role {role!r} may not make a database for {names['owner'].as_string()}: use a role "
            f"that may, or `ALTER ROLE {role} CREATEDB`"
        ) from error
    admin.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC").format(**names))


def _refuse_taken(connection: psycopg.Connection, database: str) -> None:
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount:
        raise BackupError(
            f"database {database!r} exists already, and a restore never writes over one: choose "
            "another name, or drop that one first"
        )


def _refuse_unfit(admin: psycopg.Connection, manifest: Manifest) -> None:
    """Raise BackupError when a server is too old for a backup or lacks its roles."""
    if _major(admin) < manifest.server_major:
        raise BackupError(
            f"the backup was taken from PostgreSQL {manifest.server_major}, this server is "
            f"{_major(admin)}: restore it on {manifest.server_major} or newer"
        )
    found = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
    if missing := sorted(set(manifest.contents.roles) - found):
        mend = " ".join(f"CREATE ROLE {role} LOGIN;" for role in missing)
        raise BackupError(
            f"the backup gives rights to roles this server does not have ({', '.join(missing)}): "
            f"make them first, {mend}"
        )


def _fill(scratch: Address, programs: Clients, manifest: Manifest, dump: Path) -> None:
    """Restore a dump into an empty database."""
    with scratch.connected() as connection:
        for extension in manifest.contents.extensions:
            _install(connection, extension)
    listing = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [str(programs.restore), "--list", str(dump)], check=True, capture_output=True, text=True
    ).stdout
    entries = dump.with_name("entries")
    kept = [line for line in listing.splitlines() if not _EXTENSION_ENTRY.match(line)]
    entries.write_text("\n".join(kept), encoding="utf-8")
    options = ("--exit-on-error", f"--jobs={_JOBS}", f"--use-list={entries}")
    _run(scratch, programs.restore, *options, str(dump))


def _install(connection: psycopg.Connection, extension: str) -> None:
    query = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
    try:
        connection.execute(query)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFile) as error:
        raise BackupError(
            f"the extension {extension!r} cannot be made here ({error.diag.message_primary}): have "
            f"an administrator install it and run `CREATE EXTENSION {extension}` in template1"
        ) from error


def _compare(scratch: Address, manifest: Manifest) -> None:
    with scratch.connected() as connection:
        contents.prepare(connection)
        found = contents.differences(manifest.contents, contents.read(connection))
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise BackupError(
            "the restored database is not the one that was backed up, and was removed: "
            + "; ".join(found[:_SHOWN] + more)
        )


def _run(address: Address, program: Path, *arguments: str) -> None:
    """Run a program on a database; an argument that belongs to none is the last."""
    with tempfile.TemporaryDirectory(prefix="coffeestudio-") as folder:
        target = f"--dbname={address.for_program(Path(folder) / 'password')}"
        ran = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [str(program), "--no-password", target, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if ran.returncode:
        raise BackupError(f"{program.name} failed: {ran.stderr.strip()}")


def _major(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10_000
