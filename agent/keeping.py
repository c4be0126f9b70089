"""`coffeestudio backup`, `restore` and `drill`: which database is meant, and what to say of it."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from agent import wiring
from agent.settings import Settings
from agent.wiring import Place
from db import backup as backups
from db import embedded
from db.backup import BackupError

OnStep = Callable[[str], None]


def back_up(settings: Settings, target: Path, on_step: OnStep) -> str:
    """Write a verified archive; return the sentence that says where and how large.

    Raises:
        BackupError: it could not be written or proven.
    """
    place = _place(settings, on_step)
    report = backups.backup(_owner(place), target, server=place.server, on_step=on_step)
    return (
        f"{report.path} ({report.size_bytes / 1e6:.1f} MB), "
        f"written in {report.dump_seconds:.1f} s, "
        f"proven by restoring it in {report.trial.restore_seconds:.1f} s"
    )


def bring_back(settings: Settings, archive: Path, into: str, on_step: OnStep) -> str:
    """Restore an archive into an empty database; return what was restored.

    Raises:
        BackupError: the archive is damaged or unfit, or the target holds data.
    """
    if settings.database_url is not None:
        report = backups.restore(archive, _owner(_place(settings, on_step)), on_step=on_step)
    else:
        server = embedded.start(settings.data_dir, on_step)
        embedded.ensure_roles(server)
        report = backups.restore_embedded(archive, server, into, on_step=on_step)
    held = f"; {report.held_back} outgoing messages are held back" if report.held_back else ""
    return f"{archive.name} is restored into “{report.database}” and compares equal{held}"


def practise(settings: Settings, on_step: OnStep) -> str:
    """Back up and restore into a scratch database; return figures and problems.

    Raises:
        BackupError: the drill failed.
    """
    place = _place(settings, on_step)
    with tempfile.TemporaryDirectory() as folder:
        report = backups.drill(
            _owner(place), Path(folder), server=place.server, examine=_examine, on_step=on_step
        )
    if report.problems:
        raise BackupError("the drill found: " + "; ".join(report.problems))
    return f"drill passed in {report.seconds:.1f} s: backed up, restored, compared, log verified"


def _examine(copy: backups.Copy) -> Sequence[str]:
    """Verify the audit log of a restored copy."""
    import asyncio

    from db.queries import audit
    from db.session import Actor, Database

    if copy.app_url is None:
        return []  # the role takes a password of its own; its policies were checked by the owner
    database = Database(str(copy.app_url))

    async def verified() -> list[str]:
        try:
            async with database.reading(Actor.system("drill")) as session:
                return [str(p) for p in await audit.verify(session)]
        finally:
            await database.close()

    return asyncio.run(verified())


def _place(settings: Settings, on_step: OnStep) -> Place:
    return wiring.find_place(settings, on_step)


def _owner(place: Place) -> str:
    if place.owner_url is None:
        raise BackupError("set COFFEESTUDIO_OWNER_DATABASE_URL: only the owner role sees every row")
    return place.owner_url
