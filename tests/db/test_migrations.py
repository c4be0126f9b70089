"""The schema: made by migrations, equal to the models, and gone again without a trace."""

from pathlib import Path

from sqlalchemy import create_engine, text

import migrations
from db import migrate
from db.base import Base
from db.embedded import OWNER_ROLE, Embedded
from tests.db.places import Place

# ruff: noqa: S608 - all statements are made of constants

OURS = "c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'"
SHAPE = {
    "columns": f"""
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 3""",
    "constraints": f"""
        SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {OURS} ORDER BY 1, 2""",
    "indexes": f"""
        SELECT c.relname, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {OURS} ORDER BY 1, 2""",
}
LEFT_OVER = f"""
    SELECT relname::text FROM pg_class c WHERE {OURS} AND relname !~ '^alembic'
    UNION ALL SELECT proname::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
              WHERE pronamespace = 'public'::regnamespace AND r.rolname = '{OWNER_ROLE}'
"""

DEFINED = f"""
    SELECT pg_get_functiondef(p.oid), p.proacl::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
    WHERE pronamespace = 'public'::regnamespace AND r.rolname = '{OWNER_ROLE}'
    UNION ALL SELECT c.relname || pg_get_viewdef(c.oid), c.relacl::text FROM pg_class c
              WHERE {OURS} AND c.relkind = 'v'
    ORDER BY 1
"""


def shape(url: str) -> dict[str, list[tuple[object, ...]]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {k: [tuple(r) for r in connection.execute(text(q))] for k, q in SHAPE.items()}
    engine.dispose()
    return found


def test_up_down_and_up_again(server: Embedded, database: str) -> None:
    url = server.url(database, OWNER_ROLE)
    told: list[str] = []
    assert migrate.current(url) is None
    migrate.upgrade(url, on_step=told.append)
    versions = Path(migrations.__file__).parent / "versions"
    written = sorted(p.name[:4] for p in versions.glob("0*.py"))
    assert told == written
    assert migrate.current(url) == migrate.head()
    assert migrate.check(url) == []
    migrate.downgrade(url)
    assert migrate.current(url) is None
    assert Place(url, url).as_owner(LEFT_OVER) == []
    migrate.upgrade(url)
    migrate.upgrade(url)
    assert migrate.check(url) == []


def test_one_step_back_is_what_was_there_before(server: Embedded, database: str) -> None:
    url = server.url(database, OWNER_ROLE)
    migrate.upgrade(url, "0012")
    before = Place(url, url).as_owner(DEFINED)
    migrate.upgrade(url, "0013")
    assert Place(url, url).as_owner(DEFINED) != before
    migrate.downgrade(url, "0012")
    assert Place(url, url).as_owner(DEFINED) == before


def test_the_check_tells_a_difference(place: Place) -> None:
    place.as_owner("ALTER TABLE lot DROP COLUMN location")
    assert "location" in str(migrate.check(place.owner_url))


def test_the_schema_is_exactly_what_the_models_say(
    server: Embedded, database: str, place: Place
) -> None:
    engine = create_engine(server.url(database, OWNER_ROLE))
    functions = (
        Path(migrations.__file__).parent / "sql" / "0008_text.sql"
    )  # columns are made by them
    with engine.begin() as connection:
        connection.exec_driver_sql(functions.read_text("utf-8"))
    Base.metadata.create_all(engine)
    engine.dispose()
    said, made = shape(server.url(database, OWNER_ROLE)), shape(place.owner_url)
    for kind in SHAPE:
        assert made[kind] == said[kind]


def test_a_new_database_knows_its_company_row_and_the_ports(place: Place) -> None:
    assert place.as_owner("SELECT id, is_demo FROM company") == [(1, False)]
    ports = {str(row[0]) for row in place.as_owner("SELECT locode FROM port")}
    assert {"PECLL", "PEPAI", "DEHAM", "DEBRV", "NLRTM", "BEANR"} <= ports
    query = "SELECT DISTINCT actor FROM audit_entry WHERE entity IN ('company', 'port')"
    assert place.as_owner(query) == [("system:migration",)]


def test_the_next_record_gets_a_number_of_its_own(place: Place) -> None:
    query = "INSERT INTO port (locode, name, country) VALUES ('XXTST', 'Test', 'XX') RETURNING id"
    (made,) = place.as_owner(query)[0]
    assert place.as_owner("SELECT max(id) FROM port") == [(made,)]


def test_its_sql_travels_with_the_package() -> None:
    folder = Path(migrations.__file__).parent
    assert migrate.head() == "0014"
    assert len(list((folder / "sql").glob("*.sql"))) == 38
