"""Start-up refuses whatever could get around the rules, and says how to mend it."""

import secrets
from collections.abc import Iterator

import pytest

from db.address import Address
from db.cluster import SUPERUSER
from db.embedded import OWNER_ROLE, Embedded
from db.rls import APP_ROLE
from db.session import Database, DatabaseUnavailable
from db.startup import DatabaseRefused
from tests.db.places import Place


async def refusal(url: str) -> str:
    database = Database(url)
    try:
        with pytest.raises(DatabaseRefused) as refused:
            await database.open()
    finally:
        await database.close()
    return str(refused.value)


@pytest.fixture
def role(server: Embedded) -> Iterator[str]:
    """A role of the test's own, without rights."""
    name = f"r_{secrets.token_hex(4)}"
    with Address(server.admin_url).connected() as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN".encode())
        yield name
        admin.execute(f"DROP ROLE {name}".encode())


async def test_the_application_role_is_welcome(place: Place) -> None:
    database = Database(place.app_url)
    await database.open()
    await database.close()


@pytest.mark.parametrize("role", [SUPERUSER, OWNER_ROLE])
async def test_who_stands_above_the_rules_is_refused(place: Place, role: str) -> None:
    message = await refusal(place.app_url.replace(APP_ROLE, role))
    assert repr(role) in message
    assert "COFFEESTUDIO_DATABASE_URL the role coffeestudio_app" in message


@pytest.mark.parametrize("right", ["ALTER ROLE {0} BYPASSRLS", "GRANT coffeestudio_owner TO {0}"])
async def test_so_is_who_could_become_that(
    server: Embedded, place: Place, role: str, right: str
) -> None:
    with Address(server.admin_url).connected() as admin:
        admin.execute(right.format(role).encode())
    assert repr(role) in await refusal(place.app_url.replace(APP_ROLE, role))


async def test_a_database_without_schema_is_refused(server: Embedded, database: str) -> None:
    assert "no CoffeeStudio schema yet" in await refusal(server.url(database, APP_ROLE))


@pytest.mark.parametrize("found", ["0000", "9999"])
async def test_another_schema_is_refused(place: Place, found: str) -> None:
    place.as_owner(f"UPDATE alembic_version SET version_num = '{found}'")  # noqa: S608 - a constant
    assert f"its schema is at revision '{found}'" in await refusal(place.app_url)


async def test_a_server_that_is_not_there_is_said_plainly(place: Place) -> None:
    database = Database(place.app_url.replace("port=5432", "port=5431"))
    with pytest.raises(DatabaseUnavailable, match="coffeestudio doctor"):
        await database.open()
    await database.close()
