"""Where a backup is tried: a database of its own that is thrown away afterwards."""

import fcntl
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from db import embedded
from db.address import Address
from db.archive import BackupError, Manifest
from db.dumping import install, refuse_unfit
from db.embedded import Embedded, OnStep
from db.rls import APP_ROLE

_LOCK = 7_311_945  # any number will do, as long as nobody else takes it
_FOLDER = "coffeestudio-trial-"
_IN_USE = "in-use.lock"

# Whether the role may make a database like the backup's, extensions included.
_MAY_MAKE = """
    SELECT rolsuper OR (rolcreatedb AND NOT EXISTS (
        SELECT FROM pg_available_extension_versions v
        WHERE v.name = ANY(%s) AND v.superuser AND NOT v.trusted))
    FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True)
class Copy:
    """An empty database for a backup to be restored into.

    Attributes:
        owner_url: its address with the role that owns it.
        app_url: with the application's role, None where that takes a password of its own.
    """

    owner_url: URL
    app_url: URL | None


@contextmanager
def trial_database(
    manifest: Manifest, owner_url: URL | None, server: Embedded | None, on_step: OnStep
) -> Generator[Copy]:
    """Give an empty database a backup can be restored into; it is dropped afterwards.

    Args:
        manifest: what will be restored.
        owner_url: the server to use when its role may make databases.
        server: an embedded server to use instead; without both, one is started and thrown away.
        on_step: called when a server is started.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: why there is none.
    """
    with ExitStack() as stack:
        if server is None and owner_url is not None and _may_make(owner_url, manifest):
            admin_url, app_role = owner_url, None
        else:
            used = server or stack.enter_context(_thrown_away(on_step))
            _make_roles(used, manifest, own=server is None)
            admin_url, app_role = make_url(used.admin_url), APP_ROLE
        name = stack.enter_context(_emptied(Address(admin_url), manifest))
        url = admin_url.set(database=name)
        if app_role is None:
            yield Copy(url, None)
        else:
            owner = manifest.contents.owner
            yield Copy(url.set(username=owner), url.set(username=app_role))


def _may_make(owner_url: URL, manifest: Manifest) -> bool:
    with Address(owner_url).connected() as connection:
        found = connection.execute(_MAY_MAKE, [manifest.contents.extensions]).fetchall()
    return bool(found[0][0])


def _make_roles(server: Embedded, manifest: Manifest, *, own: bool) -> None:
    """Make the roles a backup names: all of them on a server of our own, else the usual two."""
    embedded.ensure_roles(server)
    if not own:
        return
    with Address(server.admin_url).connected() as admin:
        found = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
        for role in {*manifest.contents.roles, manifest.contents.owner} - found:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


@contextmanager
def _emptied(address: Address, manifest: Manifest) -> Generator[str]:
    """Give the name of a new database; what one that died left under that name goes first."""
    with address.connected() as admin:
        refuse_unfit(admin, manifest)
        # Locks belong to the database we are connected to, so the name does, too.
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        name = f"coffeestudio_trial_{admin.execute(query).fetchall()[0][0]}"
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        admin.execute(drop)
        try:
            _create(admin, name, manifest.contents.owner)
            with address.of(name).connected() as connection:
                install(connection, manifest.contents.extensions)
            yield name
        finally:
            admin.execute(drop)


def _create(admin: psycopg.Connection, name: str, owner: str) -> None:
    query = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'")
    try:
        admin.execute(query.format(sql.Identifier(name), sql.Identifier(owner)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupError(
            f"role {admin.info.user!r} may not make a database for {owner!r}: "
            f"{error.diag.message_primary}"
        ) from error


@contextmanager
def _thrown_away(on_step: OnStep) -> Generator[Embedded]:
    """Give an embedded server of our own; it and all it held are gone afterwards."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
    folder.chmod(0o711)  # the server's user must pass, its own folder is private
    fresh = folder / "fresh"
    with fresh.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh.rename(folder / _IN_USE)  # locked before anybody looks for it
        try:
            yield embedded.start(folder, on_step, durable=False)
        finally:
            _remove(folder)


def _sweep() -> None:
    """Remove what trials that were killed left: a server and the personal data in it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        try:
            with (folder / _IN_USE).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)
        except OSError:
            continue  # in use, or somebody else's


def _remove(folder: Path) -> None:
    embedded.stop(folder)
    shutil.rmtree(folder)
