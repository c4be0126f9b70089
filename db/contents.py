"""What a database holds, as facts two databases can be compared by: rows, counters, rules."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql
from pydantic import BaseModel, ConfigDict

# Rows are compared as text, which must not depend on who asks. With row security off, a role that
# would see only some of the rows is refused instead of shown fewer.
_SETTINGS = {
    "row_security": "off",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "search_path": "pg_catalog",
    "timezone": "UTC",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}

# Ours are the tables and functions that no extension brought along.
_OURS = """
    n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = {oid})
"""
_TABLES = f"""
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND {_OURS.format(oid="c.oid")} ORDER BY 1, 2
"""  # noqa: S608 - constants
_ROWS = """
    SELECT count(*), md5(coalesce(string_agg(h, '' ORDER BY h COLLATE "C"), ''))
    FROM (SELECT md5((r.*)::text) AS h FROM ONLY {}.{} r) hashed
"""
_COUNTERS = """
    SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences
    WHERE last_value IS NOT NULL
"""
# Names, not definitions: PostgreSQL may write an expression differently after reading it back.
_RULES = f"""
    WITH relation AS (
        SELECT c.*, c.oid::regclass::text AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND {_OURS.format(oid="c.oid")}
    ), routine AS (
        SELECT p.*, p.oid::regprocedure::text AS name
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {_OURS.format(oid="p.oid")}
    ), granted AS (
        SELECT name, '' AS part, relowner AS owner, acl.* FROM relation, aclexplode(relacl) acl
        UNION ALL
        SELECT name, '.' || attname, relowner, acl.*
        FROM relation JOIN pg_attribute ON attrelid = relation.oid, aclexplode(attacl) acl
        UNION ALL
        SELECT name, '', proowner, acl.*
        FROM routine, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
    )
    SELECT format('owner of %s: %s', name, pg_get_userbyid(relowner)) FROM relation
    UNION ALL
    SELECT format('owner of %s: %s', name, pg_get_userbyid(proowner)) FROM routine
    UNION ALL
    SELECT format('grant on %s%s: %s to %s', name, part, privilege_type,
        CASE grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END)
    FROM granted WHERE grantee <> owner
    UNION ALL
    SELECT format('row security on %s%s', name, CASE WHEN relforcerowsecurity THEN ', forced' END)
    FROM relation WHERE relrowsecurity
    UNION ALL
    SELECT format('policy on %s: %s for %s', name, polname, polcmd)
    FROM pg_policy JOIN relation ON polrelid = relation.oid
    UNION ALL
    SELECT format('trigger on %s: %s (%s)', name, tgname, tgenabled)
    FROM pg_trigger JOIN relation ON tgrelid = relation.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT format('constraint on %s: %s', name, conname)
    FROM pg_constraint JOIN relation ON conrelid = relation.oid WHERE contype <> 'n'
    UNION ALL
    SELECT format('index on %s: %s', name, indexrelid::regclass)
    FROM pg_index JOIN relation ON indrelid = relation.oid
"""  # noqa: S608 - constants
_ROLES = """
    SELECT DISTINCT pg_get_userbyid(refobjid) FROM pg_shdepend
    WHERE refclassid = 'pg_authid'::regclass
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_NAMES = f"""
    SELECT format('%s.%s', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {_OURS.format(oid="c.oid")}
    UNION ALL
    SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE {_OURS.format(oid="p.oid")}
    UNION ALL
    SELECT format('%s.%s', n.nspname, t.typname)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e') AND {_OURS.format(oid="t.oid")}
"""  # noqa: S608 - constants
_EXTENSIONS = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'"
_OWNER = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"


class Rows(BaseModel):
    """How many rows a table has, and a checksum over all of them in no particular order."""

    model_config = ConfigDict(frozen=True)

    count: int
    checksum: str


class Contents(BaseModel):
    """What a database holds.

    Attributes:
        revision: of the schema, None when it has never been migrated.
        tables: rows by `schema.table`.
        counters: last number given out, by sequence; those never used are left out.
        rules: owners, grants, policies, triggers, constraints and indexes, each in words.
        roles: every role with rights in it; roles belong to the server, not to the database.
        owner: the role the database belongs to, one of these.
        extensions: what must be installed on a server that holds it.
    """

    model_config = ConfigDict(frozen=True)

    revision: str | None
    tables: dict[str, Rows]
    counters: dict[str, int]
    rules: list[str]
    roles: list[str]
    owner: str
    extensions: list[str]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.count for table in self.tables.values())


def prepare(connection: psycopg.Connection) -> None:
    """Set a connection so that it reads everything, and reads it as every other one does."""
    for name, value in _SETTINGS.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])


def read(connection: psycopg.Connection) -> Contents:
    """Return what the database of a prepared connection holds, as its transaction sees it.

    Raises:
        psycopg.errors.InsufficientPrivilege: the role may not see everything.
    """
    tables = {f"{s}.{t}": (s, t) for s, t in connection.execute(_TABLES).fetchall()}
    return Contents(
        revision=_revision(connection) if "public.alembic_version" in tables else None,
        tables={name: _rows(connection, *table) for name, table in tables.items()},
        counters=dict(connection.execute(_COUNTERS).fetchall()),
        rules=sorted(_texts(connection, _RULES)),
        roles=sorted(_texts(connection, _ROLES)),
        owner=_texts(connection, _OWNER)[0],
        extensions=sorted(_texts(connection, _EXTENSIONS)),
    )


def names(connection: psycopg.Connection) -> list[str]:
    """Return what is in a database that no extension brought, tables first; [] when it is empty."""
    return _texts(connection, _NAMES)


def differences(expected: Contents, found: Contents) -> list[str]:
    """Return in words how a database differs from what it should hold; empty when it does not."""
    return [
        *_other_revision(expected, found),
        *_other_rows(expected.tables, found.tables),
        *_other_counters(expected.counters, found.counters),
        *(f"missing: {rule}" for rule in expected.rules if rule not in set(found.rules)),
        *(f"not in the backup: {rule}" for rule in found.rules if rule not in set(expected.rules)),
    ]


def _rows(connection: psycopg.Connection, schema: str, table: str) -> Rows:
    query = sql.SQL(_ROWS).format(sql.Identifier(schema), sql.Identifier(table))
    count, checksum = connection.execute(query).fetchall()[0]
    return Rows(count=count, checksum=checksum)


def _revision(connection: psycopg.Connection) -> str | None:
    return next(iter(_texts(connection, "SELECT version_num FROM public.alembic_version")), None)


def _texts(connection: psycopg.Connection, query: LiteralString) -> list[str]:
    return [text for (text,) in connection.execute(query)]


def _other_revision(expected: Contents, found: Contents) -> Iterator[str]:
    if expected.revision != found.revision:
        yield f"revision {found.revision!r} instead of {expected.revision!r}"


def _other_rows(expected: dict[str, Rows], found: dict[str, Rows]) -> Iterator[str]:
    for name in sorted(expected.keys() | found.keys()):
        before, after = expected.get(name), found.get(name)
        if before is None or after is None:
            yield f"table {name} is {'missing' if after is None else 'not in the backup'}"
        elif before.count != after.count:
            yield f"table {name} has {after.count} rows instead of {before.count}"
        elif before.checksum != after.checksum:
            yield f"table {name} has other contents"


def _other_counters(expected: dict[str, int], found: dict[str, int]) -> Iterator[str]:
    # Numbers are given out outside transactions: a backup taken in use may be ahead, never behind.
    for name, last in expected.items():
        if found.get(name, 0) < last:
            yield f"counter {name} is at {found.get(name, 0)} instead of {last}"
