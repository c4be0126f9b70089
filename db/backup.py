"""Saving a database to one file, and proving that the file can be turned back into it.

A backup counts when it was restored once and found equal, row by row. A restore only ever fills an
empty database: it never writes over anything.
"""

import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from db import embedded
from db.address import Address, checked_name
from db.archive import BackupError, Manifest, pack, unpack
from db.dumping import Filling, dump_to, fill, install, refuse_unfit, refuse_used
from db.embedded import Embedded, OnStep
from db.examination import hold_back, problems_of
from db.session import DatabaseUnavailable
from db.startup import DatabaseRefused
from db.trial import Copy, trial_database

Examine = Callable[[Copy], Sequence[str]]


@dataclass(frozen=True)
class BackupReport:
    """A backup that was made, restored for trial and found equal.

    Attributes:
        path: its file.
        size_bytes: of the file.
        dump_seconds: until the file was written.
        trial: how long the restore for trial took.
        manifest: what it holds.
    """

    path: Path
    size_bytes: int
    dump_seconds: float
    trial: Filling
    manifest: Manifest


@dataclass(frozen=True)
class RestoreReport:
    """A backup that was turned back into a database equal to the one it was taken from.

    Attributes:
        source: its file.
        database: where it is now, None when it was only tried.
        filling: how long it took.
        manifest: what it holds.
        held_back: how many unsent messages wait for a person, because they may have been sent
            after the backup was taken.
    """

    source: Path
    database: str | None
    filling: Filling
    manifest: Manifest
    held_back: int = 0


@dataclass(frozen=True)
class DrillReport:
    """A backup that was made and taken through a whole disaster.

    Attributes:
        backup: what was made, and how long it took to make and to bring back.
        seconds: of everything.
        problems: what was wrong with the restored copy, in words; empty when it could be worked
            with.
    """

    backup: BackupReport
    seconds: float
    problems: list[str]


def backup(
    owner_url: str | URL,
    folder: Path,
    *,
    server: Embedded | None = None,
    on_step: OnStep | None = None,
) -> BackupReport:
    """Save a database as it is at one moment, and prove the file by restoring it once.

    The database can be worked with meanwhile. The file is readable by its owner only; it holds
    personal data, so copies belong on encrypted places.

    Args:
        owner_url: address with the role that owns the tables; others see too little.
        folder: where the file goes, made when missing; the file is named by database and time.
        server: the embedded server to try it on. Without one it is tried where `owner_url` may make
            databases, or else on an embedded server that is started for it and thrown away.
        on_step: called with what is being done.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: what is in the way, and the mend. When
            only the trial failed, the file is there with `.unproven` behind its name.
    """
    return _made(owner_url, folder, server, on_step or _quiet, lambda _copy: None)


def drill(
    owner_url: str | URL,
    folder: Path,
    *,
    server: Embedded | None = None,
    examine: Examine | None = None,
    on_step: OnStep | None = None,
) -> DrillReport:
    """Rehearse a disaster: back up, restore elsewhere, compare, and try the copy's rules.

    Beyond what `backup` proves, the copy must have this program's schema and show the application
    role nothing as long as nobody acts.

    Args:
        owner_url: as for `backup`.
        folder: as for `backup`; the file stays.
        server: as for `backup`.
        examine: further questions to the copy, answered with problems in words.
        on_step: called with what is being done.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: as for `backup`.
    """
    begun = time.monotonic()
    tell = on_step or _quiet
    problems: list[str] = []

    def look(copy: Copy) -> None:
        tell("examination")
        problems.extend(problems_of(copy))
        problems.extend(examine(copy) if examine else ())

    made = _made(owner_url, folder, server, tell, look)
    return DrillReport(made, time.monotonic() - begun, problems)


def restore(source: Path, owner_url: str | URL, *, on_step: OnStep | None = None) -> RestoreReport:
    """Turn a backup back into a database: the whole of it, or nothing.

    Args:
        source: the backup's file. Restore only your own: it acts with the rights of `owner_url`.
        owner_url: address of an empty database, with the role the backup belongs to.
        on_step: called with what is being done.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: what is in the way, and the mend.
    """
    tell = on_step or _quiet
    address = Address(owner_url)
    with tempfile.TemporaryDirectory(prefix="coffeestudio-restore-") as passing:
        tell("reading the backup")
        dump = Path(passing) / "dump"
        manifest = unpack(source, dump)
        with address.connected() as connection:
            refuse_unfit(connection, manifest)
            refuse_used(connection)
            install(connection, manifest.contents.extensions)
        tell("restore")
        filling = fill(address, manifest, dump)
    with address.connected() as connection:
        held_back = hold_back(connection, manifest.made_at)
    return RestoreReport(source, make_url(owner_url).database, filling, manifest, held_back)


def restore_embedded(
    source: Path, server: Embedded, database: str, *, on_step: OnStep | None = None
) -> RestoreReport:
    """Turn a backup back into a database of the embedded server, made when it is missing.

    Args:
        source: the backup's file.
        server: the embedded server.
        database: an empty or a new one: lower-case letters, digits and underscores.
        on_step: called with what is being done.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: what is in the way, and the mend.
    """
    checked_name(database)
    embedded.ensure_roles(server)
    created = embedded.ensure_database(server, database)
    try:
        return restore(source, server.url(database, embedded.OWNER_ROLE), on_step=on_step)
    except BaseException:
        if created:
            embedded.drop_database(server, database)
        raise


def verify(
    source: Path, *, server: Embedded | None = None, on_step: OnStep | None = None
) -> RestoreReport:
    """Prove that a backup can be restored: do it, compare everything, throw the result away.

    Args:
        source: the backup's file.
        server: the embedded server to try it on, None to start one for it.
        on_step: called with what is being done.

    Raises:
        BackupError, DatabaseRefused, DatabaseUnavailable: why it could not be.
    """
    tell = on_step or _quiet
    with tempfile.TemporaryDirectory(prefix="coffeestudio-restore-") as passing:
        tell("reading the backup")
        dump = Path(passing) / "dump"
        manifest = unpack(source, dump)
        tell("trial restore")
        with trial_database(manifest, None, server, tell) as copy:
            filling = fill(Address(copy.owner_url), manifest, dump)
    return RestoreReport(source, None, filling, manifest)


def _made(
    owner_url: str | URL,
    folder: Path,
    server: Embedded | None,
    tell: OnStep,
    look: Callable[[Copy], None],
) -> BackupReport:
    begun = time.monotonic()
    url = make_url(owner_url)
    with _writing(folder) as passing:
        dump, packed = passing / "dump", passing / "packed"
        tell("dump")
        manifest = dump_to(Address(url), dump)
        pack(manifest, dump, packed)
        target = _named(folder, manifest)
        unproven = packed.rename(target.with_name(target.name + ".unproven"))
        written = time.monotonic()
        tell("trial restore")
        try:
            proven = unpack(unproven, dump)  # what is tried is what was written, read back
            with trial_database(proven, url, server, tell) as copy:
                trial = fill(Address(copy.owner_url), proven, dump)
                look(copy)
        except (BackupError, DatabaseRefused, DatabaseUnavailable) as error:
            raise BackupError(
                f"the backup was written to {str(unproven)!r} but could not be proven, do not "
                f"rely on it: {error}"
            ) from error
        unproven.rename(target)
    return BackupReport(target, target.stat().st_size, written - begun, trial, manifest)


@contextmanager
def _writing(folder: Path) -> Generator[Path]:
    """Give a private folder beside the backups, removed afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as passing:
            yield Path(passing)
    except OSError as error:
        raise BackupError(
            f"the backup cannot be written to {str(folder)!r} ({error}): mend that or choose "
            "another folder"
        ) from error


def _named(folder: Path, manifest: Manifest) -> Path:
    target = folder / f"coffeestudio-{manifest.database}-{manifest.made_at:%Y%m%dT%H%M%SZ}.tar"
    if target.exists():
        raise BackupError(
            f"{str(target)!r} exists already: wait a second, or choose another folder"
        )
    return target


def _quiet(_step: str) -> None:
    """Tell nobody."""
