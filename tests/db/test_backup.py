"""Backups: one file, proven by a restore, refused when it is not what it says."""

import io
import json
import secrets
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import contents, embedded
from db.address import Address
from db.archive import read_manifest
from db.backup import BackupError, backup, drill, restore, restore_embedded, verify
from db.contents import Contents
from db.embedded import OWNER_ROLE, Embedded
from db.migrate import head
from db.rls import APP_ROLE
from db.session import DatabaseUnavailable
from tests.conftest import open_folder
from tests.db.places import Place

REPOSITORY = Path(__file__).parents[2]
STARTER = """
import sys
from pathlib import Path
from db import embedded
server = embedded.start(Path(sys.argv[1]), durable=False)
embedded.ensure_roles(server)
embedded.ensure_database(server, "company")
print(server.url("company", embedded.OWNER_ROLE))
"""
WORK = (
    "INSERT INTO roaster (name, city) VALUES ('Rösterei Nordlicht', 'Kiel')",
    "UPDATE roaster SET city = 'Lübeck'",
    "INSERT INTO member (email, name, role, active) VALUES ('ada@k.example', 'Ada', 'admin', true)",
    "INSERT INTO paper_file (reference, content) SELECT 'sha256:' || encode(sha256(c), 'hex'), c FROM convert_to('%PDF- B/L', 'UTF8') c",
)
OUTBOX = (
    "INSERT INTO outbox (effect_key, kind, payload, state) VALUES ('{0}', 'mail', '{{}}', '{0}')"
)


def held(url: str) -> Contents:
    with Address(url).connected() as connection:
        contents.prepare(connection)
        return contents.read(connection)


def rewritten(source: Path, target: Path, **changed: Any) -> Path:
    """Copy a backup with another description, checksums in order."""
    with tarfile.open(source) as old:
        parts = {name: old.extractfile(name) for name in old.getnames()}
        content = {name: stream.read() for name, stream in parts.items() if stream}
    note = json.dumps(json.loads(content["manifest.json"]) | changed).encode()
    content |= {"manifest.json": note, "manifest.sha256": sha256(note).hexdigest().encode()}
    with tarfile.open(target, "w") as new:
        for name, data in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))
    return target


@pytest.fixture
def worked(place: Place) -> Place:
    """A migrated database somebody worked in."""
    place.as_owner(*WORK)
    return place


@pytest.fixture(scope="module")
def original(server: Embedded, template_empty: str) -> Iterator[Place]:
    """Such a database for all tests that leave it as it is."""
    name = f"t_{secrets.token_hex(6)}"
    embedded.ensure_database(server, name, template=template_empty)
    place = Place(server.url(name, APP_ROLE), server.url(name, OWNER_ROLE))
    place.as_owner(*WORK, *(OUTBOX.format(s) for s in ("queued", "sending", "sent", "failed")))
    yield place
    embedded.drop_database(server, name)


@pytest.fixture(scope="module")
def saved(original: Place, server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    return backup(original.owner_url, tmp_path_factory.mktemp("backups"), server=server).path


@pytest.fixture
def fresh(server: Embedded, database: str) -> Iterator[str]:
    """The name of a database that is not there yet, dropped afterwards."""
    name = f"{database}_restored"
    yield name
    embedded.drop_database(server, name)


def test_it_comes_back_as_it_was(
    original: Place, server: Embedded, fresh: str, tmp_path: Path
) -> None:
    before = held(original.owner_url)
    told: list[str] = []
    folder = tmp_path / "new" / "folder"
    made = backup(original.owner_url, folder, server=server, on_step=told.append)
    assert told == ["dump", "trial restore"]
    assert (made.manifest.contents, made.manifest.product) == (before, "coffeestudio")
    assert made.manifest.contents.revision == head()
    assert made.size_bytes == made.path.stat().st_size
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [made.path]

    report = restore_embedded(made.path, server, fresh)
    found = held(server.url(fresh, OWNER_ROLE))
    assert report.database == fresh
    # What may have been sent since the backup waits for a person; all else is as it was.
    before.tables.pop("public.outbox")
    found.tables.pop("public.outbox")
    assert contents.differences(before, found) == []
    assert (found.tables, found.rules) == (before.tables, before.rules)
    assert found.tables["public.audit_entry"].count > 0
    for kind in ("policy on", "trigger on", "grant on", "row security on", "owner of", "index on"):
        assert any(rule.startswith(kind) for rule in found.rules), kind
    assert before.counters["public.roaster_id_seq"] == found.counters["public.roaster_id_seq"] == 1


def test_what_is_restored_is_under_the_same_rules(
    saved: Path, server: Embedded, fresh: str
) -> None:
    restore_embedded(saved, server, fresh)
    again = Place(server.url(fresh, APP_ROLE), server.url(fresh, OWNER_ROLE))
    entries = again.as_owner("SELECT count(*) FROM audit_entry")
    paper = "SELECT convert_from(content, 'UTF8'), reference FROM paper_file"
    digest = sha256(b"%PDF- B/L").hexdigest()
    assert again.as_owner(paper) == [("%PDF- B/L", f"sha256:{digest}")]
    again.as_owner("INSERT INTO roaster (name) VALUES ('Zweite Rösterei')")
    assert again.as_owner("SELECT max(id) FROM roaster") == [(2,)]
    assert again.as_owner("SELECT count(*) FROM audit_entry") == [(int(str(entries[0][0])) + 1,)]
    with Address(again.app_url).connected() as connection:
        assert connection.execute("SELECT count(*) FROM roaster").fetchall() == [(0,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_entry")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="nobody acts"),
        Address(again.owner_url).connected() as connection,
    ):
        connection.execute("UPDATE roaster SET city = 'Husum'")


def test_a_restore_never_writes_over_anything(
    saved: Path, original: Place, server: Embedded, database: str
) -> None:
    before = held(original.owner_url)
    with pytest.raises(BackupError, match=r"is not empty .*make a new, empty database"):
        restore(saved, original.owner_url)
    assert held(original.owner_url) == before
    with Address(server.url(database, OWNER_ROLE)).connected() as connection:
        connection.execute("CREATE TABLE note (id int)")
    with pytest.raises(BackupError, match=r"not empty \(public\.note\)"):
        restore_embedded(saved, server, database)
    assert list(held(server.url(database, OWNER_ROLE)).tables) == ["public.note"]


def test_a_damaged_file_is_refused_before_anything_happens(
    saved: Path, server: Embedded, fresh: str, tmp_path: Path
) -> None:
    whole = saved.read_bytes()
    middle, place = len(whole) // 2, whole.index(b'"count"')
    damaged = {
        "cut": whole[:middle],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "edited": whole[: place + 9] + b"9" + whole[place + 10 :],
        "empty": b"",
        "other": b"PGDMP, but no tar",
    }
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BackupError, match=r"damaged or not a backup.*nothing was restored"):
            restore_embedded(tmp_path / name, server, fresh)
    with pytest.raises(BackupError, match="cannot be read"):
        verify(tmp_path / "missing", server=server)
    assert fresh not in embedded.database_names(server)


def test_a_backup_of_something_else_or_newer_is_refused(
    saved: Path, server: Embedded, fresh: str, tmp_path: Path
) -> None:
    held_then = read_manifest(saved).contents.model_dump(mode="json")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"product": "TeaStudio"}, "a backup of 'TeaStudio', not of CoffeeStudio"),
        ({"format": 2}, "made by a newer CoffeeStudio .*update this one"),
        ({"contents": held_then | {"revision": "9999"}}, "newer CoffeeStudio .*schema 9999"),
        ({"server_major": 99}, "taken from PostgreSQL 99.*or newer"),
        ({"contents": held_then | {"owner": "ghost"}}, "does not have .ghost.*CREATE ROLE ghost"),
        ({"contents": held_then | {"owner": "postgres"}}, "belongs to role 'postgres'"),
    ]
    for changed, message in cases:
        file = rewritten(saved, tmp_path / "changed.tar", **changed)
        with pytest.raises(BackupError, match=f"(?s){message}"):
            restore_embedded(file, server, fresh)
        assert fresh not in embedded.database_names(server)


def test_a_copy_that_differs_is_told(
    saved: Path, server: Embedded, fresh: str, tmp_path: Path
) -> None:
    then = read_manifest(saved).contents.model_dump(mode="json")
    then["tables"]["public.roaster"]["count"] += 1
    then["rules"].remove("policy on public.lot: lot_read for r")
    file = rewritten(saved, tmp_path / "changed.tar", contents=then)
    with pytest.raises(
        BackupError, match=r"roaster has 1 rows instead of 2; not in the backup: policy on public"
    ):
        restore_embedded(file, server, fresh)
    assert fresh not in embedded.database_names(server)


def test_what_may_have_been_sent_since_waits_for_a_person(
    saved: Path, server: Embedded, fresh: str
) -> None:
    assert restore_embedded(saved, server, fresh).held_back == 2
    again = Place("", server.url(fresh, OWNER_ROLE))
    states = "SELECT effect_key, state, error ~ '^restored' FROM outbox ORDER BY id"
    assert again.as_owner(states) == [
        ("queued", "unknown", True),
        ("sending", "unknown", True),
        ("sent", "sent", None),
        ("failed", "failed", None),
    ]


def test_a_backup_by_who_sees_too_little_is_refused(
    original: Place, server: Embedded, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match=r"may not read everything.*OWNER_DATABASE_URL"):
        backup(original.app_url, tmp_path, server=server)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_taken_while_others_work(
    original: Place, server: Embedded, fresh: str, tmp_path: Path
) -> None:
    with psycopg.connect(original.owner_url.replace("+psycopg", "")) as busy:
        busy.execute("SELECT set_config('app.actor', 'system:test', true)")
        busy.execute("INSERT INTO roaster (name) VALUES ('not yet')")
        made = backup(original.owner_url, tmp_path, server=server)
    assert made.manifest.contents.tables["public.roaster"].count == 1
    restore_embedded(made.path, server, fresh)


def test_a_drill_says_what_is_wrong_with_the_copy(
    worked: Place, server: Embedded, tmp_path: Path
) -> None:
    report = drill(worked.owner_url, tmp_path / "good", server=server, examine=lambda _: ["cold"])
    assert report.problems == ["cold"]
    assert report.seconds > report.backup.trial.restore_seconds > 0
    assert verify(report.backup.path, server=server).database is None
    worked.as_owner(
        "DROP POLICY roaster_read ON roaster",
        "CREATE POLICY roaster_read ON roaster FOR SELECT TO PUBLIC USING (true)",
        "ALTER TABLE lot DROP COLUMN location",
    )
    problems = drill(worked.owner_url, tmp_path / "bad", server=server).problems
    assert len(problems) == 2
    assert "location" in problems[0]
    assert problems[1] == "table public.roaster shows rows although nobody acts"


def test_a_server_of_another_process_and_no_other_to_try_it_on(
    saved: Path, folder: Path, tmp_path: Path
) -> None:
    started = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", STARTER, str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    elsewhere = started.stdout.strip()
    assert restore(saved, elsewhere).held_back == 2
    killed = open_folder("coffeestudio-trial-")  # what a trial that was killed leaves
    (killed / "in-use.lock").touch()
    told: list[str] = []
    made = backup(elsewhere, tmp_path, on_step=told.append)
    assert not killed.exists()
    assert told == ["dump", "trial restore", "database files", "database start"]
    assert made.manifest.contents.counters == read_manifest(saved).contents.counters


def test_an_unproven_file_says_so_in_its_name(
    database: str, server: Embedded, tmp_path: Path
) -> None:
    role = f"{database}_boss"
    as_superuser = Place("", server.url(database, "postgres")).as_owner
    as_superuser(
        f"CREATE ROLE {role}",
        f"SET LOCAL ROLE {OWNER_ROLE}",
        "CREATE TABLE note (id int)",
        f"GRANT SELECT ON note TO {role}",
    )

    def gone(step: str) -> None:
        if step == "trial restore":
            as_superuser(f"REVOKE ALL ON note FROM {role}", f"DROP ROLE {role}")

    with pytest.raises(BackupError, match=rf"could not be proven.*{role}"):
        backup(server.url(database, OWNER_ROLE), tmp_path, server=server, on_step=gone)
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".tar.unproven")
    assert stat.S_IMODE(left.stat().st_mode) == 0o600


def test_no_answer_is_told(server: Embedded, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        backup(server.url("nowhere", OWNER_ROLE), tmp_path, server=server)
