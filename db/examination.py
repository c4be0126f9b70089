"""What a restored database must be besides equal: fit to be worked with, and not to act twice."""

from datetime import datetime

import psycopg
from psycopg import sql

from db import migrate
from db.address import Address
from db.trial import Copy

_PROTECTED = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relrowsecurity AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY 1, 2
"""


def problems_of(copy: Copy) -> list[str]:
    """Return in words why a restored copy could not be worked with; empty when it could."""
    found, needed = migrate.current(copy.owner_url), migrate.head()
    if found != needed:
        problems = [f"its schema is at revision {found!r}, this program needs {needed!r}"]
    else:
        problems = [f"its schema differs: {text}" for text in migrate.check(copy.owner_url)]
    if copy.app_url is not None:
        problems += _shown_to_nobody(Address(copy.app_url))
    return problems


def hold_back(connection: psycopg.Connection, made_at: datetime) -> int:
    """Keep a restored database from sending what may have been sent since; return how many.

    Messages that waited when the backup was taken get the state `unknown`, which a person resolves.
    """
    if connection.execute("SELECT to_regclass('public.outbox')").fetchall()[0][0] is None:
        return 0
    note = f"restored from the backup of {made_at:%Y-%m-%d %H:%M} UTC: see whether it was sent"
    return connection.execute(
        "UPDATE public.outbox SET state = 'unknown', error = %s, changed_at = now() "
        "WHERE state IN ('queued', 'sending')",
        [note],
    ).rowcount


def _shown_to_nobody(address: Address) -> list[str]:
    """Return which tables show rows although nobody acts."""
    with address.connected() as connection:
        tables = connection.execute(_PROTECTED).fetchall()
        return [
            f"table {schema}.{table} shows rows although nobody acts"
            for schema, table in tables
            if _shows(connection, sql.Identifier(schema, table))
        ]


def _shows(connection: psycopg.Connection, table: sql.Identifier) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table)
    return bool(connection.execute(query).fetchall()[0][0])
