"""What a migrated database enforces is what db.rls and db.audit declare."""

from collections.abc import Iterator

import psycopg
import pytest

from db import audit, rls
from db.address import Address
from db.base import Base
from db.rls import APP_ROLE
from tests.db.places import Place

# ruff: noqa: S608 - all statements are made of constants

OURS = "c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
ENFORCED = {
    "policies": "SELECT * FROM pg_policies ORDER BY tablename, policyname",
    "row security": f"SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class c "
    f"WHERE {OURS} ORDER BY 1",
    "triggers": "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
    f"WHERE NOT tgisinternal AND {OURS} ORDER BY 1",
    "table grants": f"SELECT relname, a.* FROM pg_class c, aclexplode(relacl) a "
    f"WHERE {OURS} ORDER BY 1, 3, 4",
    "column grants": f"SELECT relname, attname, x.* FROM pg_class c JOIN pg_attribute a "
    f"ON a.attrelid = c.oid, aclexplode(attacl) x WHERE {OURS} ORDER BY 1, 2, 4, 5",
    "function grants": "SELECT p.oid::regprocedure::text, a.* FROM pg_proc p, aclexplode(proacl) a "
    "WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 3, 4",
}
STRIP = """
    DO $$ DECLARE r record; BEGIN
        FOR r IN SELECT * FROM pg_policies LOOP
            EXECUTE format('DROP POLICY %I ON %I', r.policyname, r.tablename);
            EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', r.tablename);
        END LOOP;
        FOR r IN SELECT tgname, tgrelid::regclass AS t FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
                 WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace LOOP
            EXECUTE format('DROP TRIGGER %I ON %s', r.tgname, r.t);
        END LOOP;
        FOR r IN SELECT p.oid::regprocedure AS f FROM pg_proc p JOIN pg_roles o ON o.oid = proowner
                 WHERE o.rolname = current_user LOOP
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, coffeestudio_app', r.f);
        END LOOP;
    END $$
"""


def declared() -> Iterator[str]:
    yield from audit.trigger_sql()
    for table in (*rls.PROTECTED, *rls.EXCEPTIONS):
        yield from rls.table_sql(table)
    yield from rls.function_sql()


def enforced(connection: psycopg.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {k: connection.execute(q.encode()).fetchall() for k, q in ENFORCED.items()}


def refused(connection: psycopg.Connection, statement: str, why: str = "permission denied") -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=why):
        connection.execute(statement.encode())


def rewriting(table: str) -> str:
    column = Base.metadata.tables[table].columns.keys()[-1]
    return f"UPDATE {table} SET {column} = NULL"


def test_the_database_enforces_what_is_declared(place: Place) -> None:
    with Address(place.owner_url).connected() as owner, owner.transaction(force_rollback=True):
        found = enforced(owner)
        owner.execute(STRIP.encode())
        assert enforced(owner)["policies"] == []
        for statement in declared():
            owner.execute(statement.encode())
        expected = enforced(owner)
    for kind in ENFORCED:
        assert found[kind] == expected[kind], kind


def test_every_table_is_under_a_rule_or_a_named_exception(place: Place) -> None:
    found = {row[0] for row in place.as_owner(f"SELECT relname FROM pg_class c WHERE {OURS}")}
    assert found == set(rls.PROTECTED) | set(rls.EXCEPTIONS)
    assert set(Base.metadata.tables) | {"alembic_version"} == found
    assert not set(rls.PROTECTED) & set(rls.EXCEPTIONS)


def test_every_domain_table_is_audited(place: Place) -> None:
    query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_row'"
    assert {row[0] for row in place.as_owner(query)} == set(rls.DOMAIN) == set(audit.audited())


def test_the_application_may_delete_and_truncate_nowhere(place: Place) -> None:
    query = (
        "SELECT relname, privilege_type FROM pg_class c, aclexplode(relacl) "
        f"WHERE {OURS} AND grantee::regrole::text IN ('-', '{APP_ROLE}') "
        "AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE')"
    )
    assert place.as_owner(query) == []


def test_what_was_said_and_done_stays(place: Place) -> None:
    with Address(place.app_url).connected() as app:
        app.execute("SELECT set_config('app.actor', 'system:test', false)")
        for table in (*rls.PROTECTED, *rls.EXCEPTIONS):
            refused(app, f"DELETE FROM {table}")
            refused(app, f"TRUNCATE {table} CASCADE")
        for table in audit.APPEND_ONLY:
            refused(app, rewriting(table))


def test_even_the_owner_is_stopped_from_rewriting_journals(place: Place) -> None:
    with Address(place.owner_url).connected() as owner:
        for table in audit.APPEND_ONLY:
            refused(owner, rewriting(table), "only ever added")
            refused(owner, f"TRUNCATE {table} CASCADE", "only ever added")
            if table not in {"audit_personal", "paper_file"}:  # deleting there is erasure
                refused(owner, f"DELETE FROM {table}", "only ever added")
        for table in rls.DOMAIN:
            refused(owner, f"TRUNCATE {table} CASCADE", "only ever added")


@pytest.mark.parametrize(
    "call",
    [
        "audit_write('change', 'lot', 1, 'U', NULL, NULL, NULL)",
        "audit_split('{}', '{}', NULL)",
        "audit_event('change', 'lot', 1, NULL)",
    ],
)
def test_the_log_cannot_be_written_past_the_triggers(place: Place, call: str) -> None:
    with Address(place.app_url).connected() as app:
        app.execute("SELECT set_config('app.actor', 'member:1', false)")
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DataError)):
            app.execute(f"SELECT {call}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("INSERT INTO audit_entry (actor, kind) VALUES ('member:1', 'call')")
