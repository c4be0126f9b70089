"""Tests below `db` make databases of their own; `database` is here the name of an empty one."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from db import embedded
from db.embedded import Embedded
from db.session import Actor, Database
from tests.db.places import Place, Team


@pytest.fixture
def database(server: Embedded) -> Iterator[str]:
    """The name of an empty database of a test's own."""
    name = f"t_{secrets.token_hex(6)}"
    embedded.ensure_database(server, name)
    yield name
    embedded.drop_database(server, name)


@pytest.fixture
def place(empty_url: tuple[str, str]) -> Place:
    """A migrated database of a test's own, without members."""
    return Place(*empty_url)


@pytest.fixture
def team(place: Place) -> Team:
    """The members of the test's database."""
    place.as_owner(
        """
        INSERT INTO member (id, email, name, role, active) VALUES
            (1, 'ada@kaffee.example', 'Ada Admin', 'admin', true),
            (2, 'anton@kaffee.example', 'Anton Analyst', 'analyst', true),
            (3, 'vera@kaffee.example', 'Vera Viewer', 'viewer', true),
            (4, 'gustav@kaffee.example', 'Gustav Gone', 'admin', false)
        """,
        "SELECT setval(pg_get_serial_sequence('member', 'id'), 4)",
    )
    return Team(*[Actor.member(number) for number in (1, 2, 3, 4)])


@pytest.fixture
async def company(place: Place) -> AsyncIterator[Database]:
    """The application's way into the test's database."""
    opened = Database(place.app_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def written(place: Place, team: Team) -> Place:
    """The test's database with members, a cooperative, a warehouse and two roasters."""
    assert team
    place.as_owner(
        """
        INSERT INTO cooperative (id, name) VALUES (1, 'Coop Uno');
        INSERT INTO warehouse (id, name) VALUES (1, 'Speicher');
        INSERT INTO roaster (id, name, owner_id) VALUES (1, 'Rösterei A', 2), (2, 'Rösterei B', 1);
        """
    )
    return place
