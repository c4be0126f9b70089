"""The queue's schema: procrastinate's, in a schema of its own, used by the application role."""

import hashlib

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from db.address import Address
from db.queries import inbox
from db.session import Actor, Database
from tests.db.places import Place

# Of procrastinate 3.10: when it is another one, a migration has to bring ours up to it.
MADE_FROM = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
JOB = (
    "INSERT INTO queue.procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id)"
    " VALUES ('turns', 'work', %s, %s, %s)"
)


def test_the_schema_is_the_packages() -> None:
    assert hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest() == MADE_FROM


def test_a_conversation_waits_once_however_often_it_is_handed_out(place: Place) -> None:
    with Address(place.app_url).connected() as app:
        for _ in range(3):
            app.execute("SELECT conversation_queued(7)")
        (waiting,) = app.execute("SELECT count(*) FROM queue.procrastinate_jobs").fetchall()[0]
    assert waiting == 1


async def test_jobs_of_workers_that_are_gone_are_forgotten(place: Place) -> None:
    with Address(place.app_url).connected() as app:
        row = app.execute(
            "INSERT INTO queue.procrastinate_workers DEFAULT VALUES RETURNING id"
        ).fetchone()
        assert row is not None
        app.execute(JOB, ["a", "doing", row[0]])
        app.execute(JOB, ["b", "doing", None])
        app.execute(JOB, ["c", "todo", None])
    database = Database(place.app_url)
    async with database.writing(Actor.system("test")) as session:
        await inbox.forget_dead_jobs(session)
    await database.close()
    with Address(place.app_url).connected() as app:
        left = app.execute(
            "SELECT queueing_lock FROM queue.procrastinate_jobs ORDER BY 1"
        ).fetchall()
    assert left == [("a",), ("c",)]


def test_nobody_without_the_role_gets_in(place: Place) -> None:
    with Address(place.owner_url).connected() as owner:
        found = owner.execute("SELECT has_schema_privilege('public', 'queue', 'USAGE')").fetchone()
    assert found == (False,)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        Address(place.app_url).connected() as app,
    ):
        app.execute("DROP TABLE queue.procrastinate_jobs")
