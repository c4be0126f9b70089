"""One embedded server per test run, shared by all workers, and databases on it.

A test takes `demo_url` or `empty_url`, a database of its own cloned from a template that is made
once per run, or `database`, the application's way into such a demo database.
"""

import atexit
import fcntl
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from agent.settings import Settings
from agent.turns import Engine
from agent.wiring import services, who
from db import embedded
from db.demo import load_demo
from db.embedded import OWNER_ROLE, Embedded
from db.migrate import upgrade
from db.rls import APP_ROLE
from db.session import Database
from knowledge.shipped import ensure_corpus
from knowledge.vectors import ensure_vectors
from tests.standins.model_server import ModelServer
from tools.context import Asker

TODAY = date(2026, 11, 24)
_MEMORY = Path("/dev/shm")  # noqa: S108 - what Linux calls it
_ROOM = 4 * 2**30  # the log alone may take one before the server tidies up
_FOLDER = pytest.StashKey[Path]()
_OURS = pytest.StashKey[bool]()


def open_folder(prefix: str, below: Path | None = None) -> Path:
    """Make a folder the server's user can reach: below the system's own, which pytest's is not."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=below))
    folder.chmod(0o711)
    return folder


def memory_disk() -> Path | None:
    """Return the disk in memory when it has room: a database is cloned there in 15 ms, not 500."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None


def pytest_configure(config: pytest.Config) -> None:
    """Name the server's folder: the controller's for all workers, else one of our own."""
    given: str | None = getattr(config, "workerinput", {}).get("server_folder")
    config.stash[_FOLDER] = (
        Path(given) if given else open_folder("coffeestudio-tests-", memory_disk())
    )
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
def folder() -> Iterator[Path]:
    """A folder for a server of a test's own, stopped afterwards."""
    made = open_folder("coffeestudio-test-")
    yield made
    for state in made.rglob("database/postmaster.pid"):
        embedded.stop(state.parents[1])
    shutil.rmtree(made)


@pytest.fixture
def own_server(folder: Path) -> tuple[Embedded, Path]:
    """A server of a test's own with the demo in it, to stop and start."""
    server = embedded.start(folder, durable=False)
    embedded.ensure_roles(server)
    embedded.ensure_database(server, "demo")
    upgrade(server.url("demo", OWNER_ROLE))
    load_demo(server.url("demo", OWNER_ROLE), TODAY)
    return server, folder


@pytest.fixture
def today() -> date:
    """The day the demo template is about."""
    return TODAY


@pytest.fixture(scope="session")
def template_empty(pytestconfig: pytest.Config, server: Embedded) -> str:
    """The name of a migrated database without data; clone it, never connect to it."""
    with _made_once(pytestconfig, server, "template_empty") as owner_url:
        if owner_url:
            upgrade(owner_url)
    return "template_empty"


@pytest.fixture(scope="session")
def template_demo(pytestconfig: pytest.Config, server: Embedded, template_empty: str) -> str:
    """The name of a database with the demo of `TODAY`; clone it, never connect to it."""
    with _made_once(pytestconfig, server, "template_demo", template_empty) as owner_url:
        if owner_url:
            load_demo(owner_url, TODAY)
    return "template_demo"


@pytest.fixture(scope="session")
def template_corpus(pytestconfig: pytest.Config, server: Embedded, template_demo: str) -> str:
    """The name of the demo with the shipped corpus in it; clone it, never connect to it."""
    with _made_once(pytestconfig, server, "template_corpus", template_demo) as owner_url:
        if owner_url:
            ensure_corpus(owner_url, lambda _: None)
    return "template_corpus"


@pytest.fixture(scope="session")
def template_knowing(pytestconfig: pytest.Config, server: Embedded, template_corpus: str) -> str:
    """The name of a demo database with the corpus and its vectors; clone it."""
    with _made_once(pytestconfig, server, "template_knowing", template_corpus) as owner_url:
        if owner_url:
            ensure_vectors(owner_url, lambda _step: None)
    return "template_knowing"


@pytest.fixture
def knowing_url(server: Embedded, template_knowing: str) -> Iterator[tuple[str, str]]:
    """The addresses of a demo database that holds the corpus: application role, owner role."""
    with _clone(server, template_knowing) as urls:
        yield urls


@pytest.fixture
async def knowing(knowing_url: tuple[str, str]) -> AsyncIterator[Database]:
    """A demo database that holds the corpus, opened as the application opens it."""
    opened = Database(knowing_url[0])
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def empty_url(server: Embedded, template_empty: str) -> Iterator[tuple[str, str]]:
    """The addresses of a migrated database of a test's own: application role, owner role."""
    with _clone(server, template_empty) as urls:
        yield urls


@pytest.fixture
def demo_url(server: Embedded, template_demo: str) -> Iterator[tuple[str, str]]:
    """The addresses of a demo database of a test's own: application role, owner role."""
    with _clone(server, template_demo) as urls:
        yield urls


@pytest.fixture
async def corpus(server: Embedded, template_corpus: str) -> AsyncIterator[Database]:
    """A demo database of a test's own with the shipped corpus."""
    with _clone(server, template_corpus) as (app_url, _):
        opened = Database(app_url)
        await opened.open()
        yield opened
        await opened.close()


@pytest.fixture
async def demo(demo_url: tuple[str, str]) -> AsyncIterator[Database]:
    """A demo database of a test's own, opened as the application opens it."""
    opened = Database(demo_url[0])
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def database(demo: Database) -> Database:
    """The database most tests work with: the demo."""
    return demo


@contextmanager
def _made_once(
    config: pytest.Config, server: Embedded, name: str, template: str | None = None
) -> Generator[str | None]:
    """Give the owner's address when the database is new and must be filled; others wait for it."""
    with (config.stash[_FOLDER] / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        new = embedded.ensure_database(server, name, template=template)
        try:
            yield server.url(name, OWNER_ROLE) if new else None
        except BaseException:
            embedded.drop_database(server, name)
            raise


@contextmanager
def _clone(server: Embedded, template: str) -> Generator[tuple[str, str]]:
    name = f"t_{secrets.token_hex(6)}"
    embedded.ensure_database(server, name, template=template)
    yield server.url(name, APP_ROLE), server.url(name, OWNER_ROLE)
    embedded.drop_database(server, name)


NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # ten in the morning in Berlin


def settings_of(**values: object) -> Settings:
    """Return settings for a test: nothing of this machine's environment, the planner as model."""
    given = {"reports_dir": _reports_folder(), **values}
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]


@cache
def _reports_folder() -> Path:
    """Return where files that are asked for go: not the folder the tests are run in."""
    folder = Path(tempfile.mkdtemp(prefix="coffeestudio-reports-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@pytest.fixture
def engine(demo: Database) -> Engine:
    """The turn engine on a demo database, on the morning of `TODAY`, with the planner."""
    return Engine(services(settings_of(), demo, lambda: NOW))


@pytest.fixture
async def anna(demo: Database) -> Asker:
    """The admin."""
    return await who(demo, "anna@demo.invalid")


@pytest.fixture
async def luis(demo: Database) -> Asker:
    """The analyst."""
    return await who(demo, "luis@demo.invalid")


@pytest.fixture
async def sam(demo: Database) -> Asker:
    """The viewer."""
    return await who(demo, "sam@demo.invalid")


@pytest.fixture
async def provider() -> AsyncIterator[ModelServer]:
    """A provider with an empty script; a test adds the steps."""
    async with ModelServer() as server:
        yield server


@pytest.fixture
def talking(demo: Database, provider: ModelServer) -> Engine:
    """An engine on the provider alone: when it fails, there is nobody else."""
    return engine_on(demo, provider, fallback_models="")


def engine_on(demo: Database, provider: ModelServer, **values: object) -> Engine:
    """Return an engine that asks the provider first, and waits as long as a busy machine takes."""
    given = {"model_timeout_seconds": 60} | values
    settings = settings_of(model="openai/stand-in", model_base_url=provider.base_url, **given)
    return Engine(services(settings, demo, lambda: NOW))
