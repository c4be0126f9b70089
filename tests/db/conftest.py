"""One embedded server per test run, shared by all workers, and databases on it."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import embedded
from db.embedded import Embedded

_FOLDER = pytest.StashKey[Path]()
_OURS = pytest.StashKey[bool]()


def open_folder(prefix: str) -> Path:
    """Make a folder the server's user can reach: below the system's own, which pytest's is not."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """Name the server's folder: the controller's for all workers, else one of our own."""
    given: str | None = getattr(config, "workerinput", {}).get("server_folder")
    config.stash[_FOLDER] = Path(given) if given else open_folder("coffeestudio-tests-")
    config.stash[_OURS] = given is None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker, before it starts, where the server's folder is (called by xdist)."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]
    node.workerinput["server_folder"] = str(config.stash[_FOLDER])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when all tests are done, however they ended."""
    if config.stash[_OURS]:
        embedded.stop(config.stash[_FOLDER])
        shutil.rmtree(config.stash[_FOLDER])


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Embedded:
    """The server of this test run, with its roles."""
    found = embedded.start(pytestconfig.stash[_FOLDER], durable=False)
    embedded.ensure_roles(found)
    return found


@pytest.fixture
def database(server: Embedded) -> Iterator[str]:
    """The name of an empty database of a test's own."""
    name = f"t_{secrets.token_hex(6)}"
    embedded.ensure_database(server, name)
    yield name
    embedded.drop_database(server, name)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for a server of a test's own, stopped afterwards."""
    made = open_folder("coffeestudio-test-")
    yield made
    for state in made.rglob("database/postmaster.pid"):
        embedded.stop(state.parents[1])
    shutil.rmtree(made)
