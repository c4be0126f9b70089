"""A throw-away embedded server for measurements, on disk and as durable as the real one."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from db import embedded
from db.demo import load_demo
from db.embedded import OWNER_ROLE, Embedded
from db.migrate import upgrade

TODAY = date(2026, 11, 24)


@contextmanager
def scratch_folder(prefix: str) -> Generator[Path]:
    """Give a folder the server's user can reach; its server is stopped and it is removed."""
    folder = Path(tempfile.mkdtemp(prefix=f"coffeestudio-bench-{prefix}-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch_server(prefix: str) -> Generator[Embedded]:
    """Give a server with its roles."""
    with scratch_folder(prefix) as folder:
        server = embedded.start(folder)
        embedded.ensure_roles(server)
        yield server


def demo_database(server: Embedded, name: str = "demo") -> None:
    """Make a demo database of `TODAY`."""
    embedded.ensure_database(server, name)
    owner = server.url(name, OWNER_ROLE)
    upgrade(owner)
    load_demo(owner, TODAY)
