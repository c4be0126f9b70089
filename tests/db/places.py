"""A migrated database to test with, and who works in it."""

from dataclasses import dataclass

import psycopg

from db.address import Address
from db.session import Actor


@dataclass(frozen=True)
class Place:
    """A migrated database of a test's own, by the addresses of both roles."""

    app_url: str
    owner_url: str

    def as_owner(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as the owner, in one transaction; return the rows of the last one."""
        with Address(self.owner_url).connected() as connection, connection.transaction():
            connection.execute("SELECT set_config('app.actor', 'system:test', true)")
            last: psycopg.Cursor[tuple[object, ...]] | None = None
            for statement in statements:
                last = connection.execute(statement.encode())
            return last.fetchall() if last and last.description else []


@dataclass(frozen=True)
class Team:
    """One member of each role, and an admin who left."""

    admin: Actor
    analyst: Actor
    viewer: Actor
    gone: Actor
