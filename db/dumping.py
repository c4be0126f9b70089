"""A database into a dump, and a dump into an empty database, by PostgreSQL's own programs."""

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg
from psycopg import sql

from db import contents
from db.address import Address
from db.archive import PRODUCT, BackupError, Manifest, measure
from db.contents import Contents
from db.migrate import head
from db.programs import clients

_LOCK_WAIT_MS = 60_000
_SHOWN = 10
_NAMED = 3
# Making an extension takes rights the restoring role may not have, so it is done before.
_EXTENSION_ENTRY = re.compile(r"\d+; \d+ \d+ (COMMENT - )?EXTENSION ")


@dataclass(frozen=True)
class Filling:
    """How long it took to bring a dump into a database.

    Attributes:
        restore_seconds: until the rows and rules were there.
        compare_seconds: until they were found to be what the backup says.
    """

    restore_seconds: float
    compare_seconds: float


def dump_to(address: Address, dump: Path) -> Manifest:
    """Write a dump and return what is in it, both as of the same moment.

    Raises:
        BackupError: the role may not read everything, or `pg_dump` failed.
        DatabaseRefused, DatabaseUnavailable: no fitting program, no answer.
    """
    with address.connected() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.autocommit = False
        contents.prepare(connection)
        major = server_major(connection)
        programs = clients(major, network=address.network)
        query = "SELECT pg_export_snapshot(), now(), current_database()"
        snapshot, made_at, database = connection.execute(query).fetchall()[0]
        held = _held(connection)
        wait = f"--lock-wait-timeout={_LOCK_WAIT_MS}"
        options = ("--format=custom", f"--snapshot={snapshot}", wait, f"--file={dump}")
        _run(address, programs.dump, *options)
    size, checksum = measure(dump)
    return Manifest(
        product_version=_product_version(),
        database=database,
        made_at=made_at,
        server_major=major,
        client_major=programs.major,
        contents=held,
        dump_bytes=size,
        dump_sha256=checksum,
    )


def fill(address: Address, manifest: Manifest, dump: Path) -> Filling:
    """Restore a dump into an empty database, whole or not at all, and compare what is there then.

    Raises:
        BackupError: the restore failed and left nothing, or the database differs from the backup.
    """
    begun = time.monotonic()
    with address.connected() as connection:
        major = max(server_major(connection), manifest.client_major)
    programs = clients(major, network=address.network)
    listing = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [str(programs.restore), "--list", str(dump)], check=False, capture_output=True, text=True
    )
    if listing.returncode:
        raise BackupError(f"the backup's dump cannot be read: {listing.stderr.strip()}")
    entries = dump.with_name("entries")
    kept = [line for line in listing.stdout.splitlines() if not _EXTENSION_ENTRY.match(line)]
    entries.write_text("\n".join(kept), encoding="utf-8")
    options = ("--exit-on-error", "--single-transaction", f"--use-list={entries}")
    _run(address, programs.restore, *options, str(dump))
    restored = time.monotonic()
    _compare(address, manifest)
    return Filling(restored - begun, time.monotonic() - restored)


def refuse_unfit(connection: psycopg.Connection, manifest: Manifest) -> None:
    """Raise BackupError when program, server or role cannot restore a backup; changes nothing."""
    revision = manifest.contents.revision
    if revision is not None and revision > head():
        raise BackupError(
            f"the backup was made by a newer CoffeeStudio ({manifest.product_version}, schema "
            f"{revision}), this one knows the schema up to {head()}: update it, then restore"
        )
    if server_major(connection) < manifest.server_major:
        raise BackupError(
            f"the backup was taken from PostgreSQL {manifest.server_major}, this server is "
            f"{server_major(connection)}: restore it on {manifest.server_major} or newer"
        )
    _refuse_roles(connection, manifest.contents)


def refuse_used(connection: psycopg.Connection) -> None:
    """Raise BackupError when there is anything of anybody's in a database."""
    found = contents.names(connection)
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise BackupError(
            f"database {connection.info.dbname!r} is not empty ({', '.join(found[:_NAMED])}{more})"
            ", and a restore never writes over anything: make a new, empty database and restore "
            "into that one"
        )


def install(connection: psycopg.Connection, extensions: list[str]) -> None:
    """Make the extensions that are missing; raise BackupError when the role may not."""
    for name in extensions:
        query = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name))
        try:
            connection.execute(query)
        except (
            psycopg.errors.InsufficientPrivilege,
            psycopg.errors.UndefinedFile,
            psycopg.errors.FeatureNotSupported,
        ) as error:
            raise BackupError(
                f"the extension {name!r} cannot be made here ({error.diag.message_primary}): have "
                f"an administrator run `CREATE EXTENSION {name}` in this database"
            ) from error


def server_major(connection: psycopg.Connection) -> int:
    """Return a server's version, such as 18."""
    return connection.info.server_version // 10_000


def _held(connection: psycopg.Connection) -> Contents:
    try:
        return contents.read(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupError(
            f"role {connection.info.user!r} may not read everything ({error.diag.message_primary}):"
            " use the owner's address, COFFEESTUDIO_OWNER_DATABASE_URL"
        ) from error


def _refuse_roles(connection: psycopg.Connection, held: Contents) -> None:
    found = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    if missing := sorted({*held.roles, held.owner} - found):
        mend = " ".join(f"CREATE ROLE {role} LOGIN;" for role in missing)
        raise BackupError(
            f"the backup gives rights to roles this server does not have ({', '.join(missing)}): "
            f"make them first, {mend}"
        )
    query = "SELECT pg_has_role(current_user, %s, 'MEMBER'), current_user"
    may, role = connection.execute(query, [held.owner]).fetchall()[0]
    if not may:
        raise BackupError(
            f"the backup belongs to role {held.owner!r}, and {role!r} cannot act for it: restore "
            f"with the address of {held.owner!r}"
        )


def _compare(address: Address, manifest: Manifest) -> None:
    with address.connected() as connection:
        connection.execute("ANALYZE")
        contents.prepare(connection)
        found = contents.differences(manifest.contents, contents.read(connection))
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise BackupError(
            "the restored database is not the one that was backed up; drop it and use another "
            "backup: " + "; ".join(found[:_SHOWN] + more)
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


def _product_version() -> str:
    try:
        return version(PRODUCT)
    except PackageNotFoundError:
        return "not installed"
