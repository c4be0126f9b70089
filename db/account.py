"""Which operating-system user the embedded server runs as, and whether it can reach its files.

PostgreSQL refuses to run as root. Started by root it runs as a user of its own, which must be able
to walk to the data folder and to the server's programs; nobody's folders are opened up for that.
"""

import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from db.startup import DatabaseRefused

NAME = "coffeestudio"
_NOBODY_YET = -1
_ATTEMPTS = 20


@dataclass(frozen=True)
class Account:
    """An operating-system user; ids of -1 when root has yet to make it."""

    name: str
    uid: int = _NOBODY_YET
    gid: int = _NOBODY_YET

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the user of that name, with ids of -1 when there is none."""
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            return cls(name)
        return cls(name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def owning(cls, folder: Path) -> Self:
        """Return the user a folder belongs to, named by its number when it has no name."""
        found = folder.stat()
        try:
            name = pwd.getpwuid(found.st_uid).pw_name
        except KeyError:
            name = str(found.st_uid)
        return cls(name, found.st_uid, found.st_gid)

    def existing(self) -> Self:
        """Return this user with its ids, made first when there is none (root only)."""
        found = self
        for _ in range(_ATTEMPTS):
            if found.uid != _NOBODY_YET:
                return found
            problem = _make(self.name)
            found = type(self).named(self.name)
            if problem and found.uid == _NOBODY_YET:
                time.sleep(0.1)  # somebody else holds the list of users
        raise DatabaseRefused(
            f"the database server cannot run as root, and a user {self.name!r} for it could not be "
            f"made: make one, or run this as an ordinary user"
        )

    def walled_off(self, path: Path) -> list[Path]:
        """Return what keeps this user from using a path: folders not open to it, or the path."""
        return [p for p in (path, *path.parents) if p.exists() and not self._passes(p)]

    def _passes(self, path: Path) -> bool:
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account(pgdata: Path) -> Account | None:
    """Return the user the server of a data folder runs as, None when it is this process's own.

    Args:
        pgdata: the server's own folder, which need not exist yet.

    Raises:
        DatabaseRefused: it belongs to a user this process cannot act as, or to root.
    """
    me = os.geteuid()
    if not pgdata.exists():
        return None if me else Account.named(NAME)
    owner = Account.owning(pgdata)
    if owner.uid == 0:
        raise DatabaseRefused(
            f"the database folder {str(pgdata)!r} belongs to root, and a database server cannot "
            f"run as root: give it to another user, `chown -R {NAME} {pgdata}`"
        )
    if me not in (0, owner.uid):
        raise DatabaseRefused(
            f"the database folder {str(pgdata)!r} belongs to user {owner.name!r}: run this as that "
            "user, or choose another folder with COFFEESTUDIO_DATA_DIR"
        )
    return None if owner.uid == me else owner


def refuse_walls(account: Account, *paths: Path) -> None:
    """Raise DatabaseRefused when a user cannot reach the paths; the message says which to open."""
    walls = sorted({wall for path in paths for wall in account.walled_off(path)})
    if walls:
        shown = " ".join(str(wall) for wall in walls)
        raise DatabaseRefused(
            f"the database server cannot run as root, and the user it runs as instead "
            f"({account.name!r}) cannot pass {', '.join(repr(str(wall)) for wall in walls)}: run "
            f"this as an ordinary user, let it pass with `chmod o+x {shown}`, or move what is "
            "below to an open folder (the data with COFFEESTUDIO_DATA_DIR)"
        )


def make_folder(folder: Path, *, passable: bool) -> None:
    """Make a folder and its missing parents; others may walk through these when `passable`."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        if passable:
            path.chmod(path.stat().st_mode | stat.S_IXOTH)


def _make(name: str) -> str:
    """Make a system user; return what went wrong, if anything."""
    program = shutil.which("useradd")
    if program is None:
        return "there is no useradd"
    made = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [program, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name],
        check=False,
        capture_output=True,
        text=True,
    )
    return made.stderr if made.returncode else ""
