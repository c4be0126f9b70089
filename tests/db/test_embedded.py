"""The embedded server: shared, outliving its starter, and refusing what it cannot use."""

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from db import embedded
from db.address import Address
from db.embedded import OWNER_ROLE, Embedded
from db.rls import APP_ROLE
from db.session import DatabaseUnavailable
from db.startup import DatabaseRefused

REPOSITORY = Path(__file__).parents[2]
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="what only root runs into")
STARTER = """
import sys, time
from pathlib import Path
from db import embedded
server = embedded.start(Path(sys.argv[1]), lambda step: print(step, flush=True), durable=False)
print("up", server.socket_dir, flush=True)
time.sleep(60)
"""


def starter(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", STARTER, str(folder)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout
    for line in process.stdout:
        if line.startswith(word):
            return line.strip()
    raise AssertionError(f"the starter ended without saying {word!r}")


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout
    process.stdout.close()


def postmaster(folder: Path) -> int:
    return int((folder / "database" / "postmaster.pid").read_text().splitlines()[0])


def asked(server: Embedded, query: str, database: str = "postgres", role: str = "postgres") -> str:
    with Address(server.url(database, role)).connected() as connection:
        return connection.execute(query.encode()).fetchall()[0][0]


def done(server: Embedded, database: str, role: str, *statements: str) -> None:
    with Address(server.url(database, role)).connected() as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_it_is_postgresql_18_with_pgvector_on_a_socket_alone(
    server: Embedded, database: str
) -> None:
    assert asked(server, "SHOW server_version").startswith("18.")
    assert asked(server, "SHOW listen_addresses") == ""
    version = asked(server, "SELECT extversion FROM pg_extension WHERE extname='vector'", database)
    assert tuple(int(n) for n in version.split(".")) >= (0, 8)
    assert asked(server, "SELECT '[1,2]'::halfvec(2) <=> '[1,2]'", database) == 0


def test_its_address_serves_sqlalchemy_and_psycopg(server: Embedded, database: str) -> None:
    url = server.url(database, APP_ROLE)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == APP_ROLE
    engine.dispose()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        assert connection.info.dbname == database


@pytest.mark.parametrize("role", [OWNER_ROLE, APP_ROLE])
def test_roles_may_log_in_and_nothing_else(server: Embedded, role: str) -> None:
    embedded.ensure_roles(server)
    rights = "rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication"
    query = f"SELECT ARRAY[{rights}]::text FROM pg_roles WHERE rolname = '{role}'"  # noqa: S608 - constants
    assert asked(server, query) == "{t,f,f,f,f,f}"


def test_roles_are_made_once_by_many_at_once(folder: Path) -> None:
    server = embedded.start(folder, durable=False)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(embedded.ensure_roles, [server] * 4))
    query = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'coffeestudio%'"
    assert asked(server, query) == 2


def test_a_database_is_the_owners_and_the_application_only_works_in_it(
    server: Embedded, database: str
) -> None:
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert asked(server, owner, database) == OWNER_ROLE
    assert asked(server, "SHOW server_encoding", database) == "UTF8"
    done(server, database, OWNER_ROLE, "CREATE TABLE lot (id int)", "GRANT SELECT ON lot TO PUBLIC")
    assert asked(server, "SELECT count(*) FROM lot", database, APP_ROLE) == 0
    for forbidden in ("CREATE TABLE mine (id int)", "CREATE TEMP TABLE lot (id int)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            done(server, database, APP_ROLE, forbidden)


def test_a_database_is_made_once_by_many_at_once(server: Embedded, database: str) -> None:
    name = f"{database}_raced"
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(embedded.ensure_database, [server] * 4, [name] * 4))
    assert sorted(made) == [False, False, False, True]
    assert name in embedded.database_names(server)
    embedded.drop_database(server, name)
    assert name not in embedded.database_names(server)


def test_a_half_made_database_is_completed(server: Embedded, database: str) -> None:
    name = f"{database}_half"
    done(server, "postgres", "postgres", f"CREATE DATABASE {name} OWNER {OWNER_ROLE}")
    assert embedded.ensure_database(server, name) is False
    query = "SELECT count(*) FROM pg_extension WHERE extname = 'vector'"
    assert asked(server, query, name) == 1
    embedded.drop_database(server, name)


def test_a_clone_has_everything_of_its_template_and_leaves_it_alone(
    server: Embedded, database: str
) -> None:
    clone = f"{database}_clone"
    made = ("CREATE TABLE lot (id int, v vector(2))", "INSERT INTO lot VALUES (1, '[1,2]')")
    done(server, database, OWNER_ROLE, *made, f"GRANT SELECT ON lot TO {APP_ROLE}")
    assert embedded.ensure_database(server, clone, template=database) is True
    assert embedded.ensure_database(server, clone, template=database) is False
    done(server, clone, OWNER_ROLE, "INSERT INTO lot VALUES (2, NULL)")
    assert asked(server, "SELECT count(*) FROM lot", clone, APP_ROLE) == 2
    assert asked(server, "SELECT count(*) FROM lot", database) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        done(server, clone, APP_ROLE, "CREATE TEMP TABLE lot (id int)")
    embedded.drop_database(server, clone)


def test_a_database_is_dropped_under_its_users(server: Embedded, database: str) -> None:
    with psycopg.connect(server.url(database, APP_ROLE).replace("+psycopg", "")) as busy:
        embedded.drop_database(server, database)
        with pytest.raises(psycopg.OperationalError):
            busy.execute("SELECT 1")
    assert database not in embedded.database_names(server)
    embedded.drop_database(server, database)


@pytest.mark.parametrize("name", ["", "Demo", "1st", "a b", "a;b", "ä", "a" * 64])
def test_a_name_that_would_need_quoting_is_refused(server: Embedded, name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a database"):
        embedded.ensure_database(server, name)


def test_asking_whether_it_runs_makes_and_starts_nothing(folder: Path) -> None:
    assert embedded.running(folder / "new") is False
    assert embedded.stop(folder / "new") is False
    assert list(folder.iterdir()) == []


def test_it_stops_and_starts_again_with_its_data(folder: Path) -> None:
    steps: list[str] = []
    server = embedded.start(folder, steps.append, durable=False)
    assert steps == ["database files", "database start"]
    assert embedded.start(folder, steps.append) == server
    assert len(steps) == 2
    done(server, "postgres", "postgres", "CREATE TABLE kept AS SELECT 7 AS n")
    assert embedded.running(folder)
    assert embedded.stop(folder) is True
    assert (embedded.running(folder), embedded.stop(folder)) == (False, False)
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        asked(server, "SELECT 1")
    assert asked(embedded.start(folder, steps.append), "SELECT n FROM kept") == 7
    assert steps[2:] == ["database start"]


def test_it_outlives_the_process_that_started_it(folder: Path) -> None:
    process = starter(folder)
    said(process, "up")
    before = postmaster(folder)
    killed(process)
    assert embedded.running(folder)
    assert asked(embedded.start(folder), "SELECT 1") == 1
    assert postmaster(folder) == before


def test_two_that_start_at_once_share_one(folder: Path) -> None:
    processes = [starter(folder), starter(folder)]
    first, second = (said(p, "up") for p in processes)
    assert first == second
    log = (folder / "database" / "log").read_text()
    assert log.count("ready to accept connections") == 1
    killed(processes[0])
    assert asked(embedded.start(folder), "SELECT 1") == 1
    killed(processes[1])


def test_a_start_killed_half_way_leaves_no_half_server(folder: Path) -> None:
    process = starter(folder)
    said(process, "database files")
    deadline = time.monotonic() + 20
    while not list(folder.glob("database.new-*/*")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    killed(process)
    assert not (folder / "database").exists()
    assert asked(embedded.start(folder, durable=False), "SELECT 1") == 1


def test_what_was_committed_survives_a_crash_of_the_server(folder: Path) -> None:
    server = embedded.start(folder)
    done(server, "postgres", "postgres", "CREATE TABLE kept AS SELECT 7 AS n")
    crashed = postmaster(folder)
    os.kill(crashed, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while embedded.running(folder):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert asked(embedded.start(folder), "SELECT n FROM kept") == 7
    assert postmaster(folder) != crashed


def test_a_server_that_does_not_come_up_says_why(folder: Path) -> None:
    embedded.start(folder, durable=False)
    embedded.stop(folder)
    with (folder / "database" / "postgresql.conf").open("a") as settings:
        settings.write("\nshared_buffers = 'a bag'\n")
    with pytest.raises(DatabaseUnavailable, match=r"(?s)did not start.*shared_buffers"):
        embedded.start(folder)


@pytest.mark.parametrize(
    "name",
    ["x" * 120, "Kaffee & Söhne, GmbH", "a \"b\" 'c' $HOME `d` %41+"],
    ids=["too long for a socket", "comma", "what shells and addresses read"],
)
def test_any_folder_name_works(folder: Path, name: str) -> None:
    data_dir = folder / name
    server = embedded.start(data_dir, durable=False)
    embedded.ensure_roles(server)
    embedded.ensure_database(server, "demo")
    engine = create_engine(server.url("demo", APP_ROLE))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == APP_ROLE
    engine.dispose()
    private = server.socket_dir.stat()
    assert stat.S_IMODE(private.st_mode) == 0o700
    assert private.st_uid == (data_dir / "database").stat().st_uid
    assert embedded.start(data_dir) == server
    assert embedded.stop(data_dir) is True
    assert server.socket_dir.exists() == (server.socket_dir == data_dir / "database")


def test_a_folder_of_another_version_is_refused(folder: Path) -> None:
    pgdata = folder / "database"
    pgdata.mkdir()
    (pgdata / "PG_VERSION").write_text("15\n")
    if os.geteuid() == 0:
        os.chown(pgdata, 12345, 12345)
    with pytest.raises(DatabaseRefused, match=r"made by PostgreSQL 15.*brings 18.*back it up"):
        embedded.start(folder)
    assert [p.name for p in folder.iterdir()] == ["database"]


def test_a_folder_that_cannot_be_made_is_refused(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(DatabaseRefused, match="COFFEESTUDIO_DATA_DIR"):
        embedded.start(folder / "file" / "data")


@NEEDS_ROOT
@pytest.mark.parametrize("below", ["", "data", "deep/er"])
def test_root_is_refused_a_private_folder_before_anything_changes(folder: Path, below: str) -> None:
    private = folder / "private"
    private.mkdir()
    private.chmod(0o700)
    with pytest.raises(DatabaseRefused, match=rf"cannot pass .*chmod o\+x {private}"):
        embedded.start(private / below)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert list(private.iterdir()) == []


@NEEDS_ROOT
def test_root_starts_it_as_another_user_without_opening_folders(folder: Path) -> None:
    (folder / "open").mkdir()
    (folder / "open").chmod(0o711)
    previous = os.umask(0o077)
    try:
        embedded.start(folder / "open" / "new" / "data", durable=False)
    finally:
        os.umask(previous)
    data_dir = folder / "open" / "new" / "data"
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (folder, folder / "open", data_dir.parent)]
    assert modes == [0o711, 0o711, 0o701]
    assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid != 0
    assert stat.S_IMODE((data_dir / "database").stat().st_mode) == 0o700


@NEEDS_ROOT
def test_root_is_refused_a_database_folder_of_roots_own(folder: Path) -> None:
    (folder / "database").mkdir()
    with pytest.raises(DatabaseRefused, match=r"belongs to root.*chown -R coffeestudio"):
        embedded.start(folder)


@NEEDS_ROOT
def test_another_users_database_is_refused_by_name(folder: Path) -> None:
    server = embedded.start(folder, durable=False)
    os.seteuid(65534)
    try:
        for refused in (embedded.start, embedded.stop, embedded.running):
            with pytest.raises(DatabaseRefused, match="belongs to user 'coffeestudio'"):
                refused(folder)
    finally:
        os.seteuid(0)
    assert asked(server, "SELECT 1") == 1
