"""`docker-compose.yml`: valid, without a default password, and its database as ours must be."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from agent.settings import Settings
from db import embedded
from db.embedded import OWNER_ROLE, Embedded
from db.migrate import upgrade
from db.programs import server_programs
from db.queries import members
from db.rls import APP_ROLE
from db.session import Actor, Database

REPOSITORY = Path(__file__).parents[1]
COMPOSE = REPOSITORY / "docker-compose.yml"
SCHEMA = REPOSITORY / "tests" / "standins" / "compose-spec.json"
INIT = REPOSITORY / "db" / "container" / "10-roles.sql"
SECRETS = {f"COFFEESTUDIO_{who}_PASSWORD": f"{who.lower()}0" for who in ("ADMIN", "OWNER", "APP")}
# What is used, and what may stand behind it: `${NAME:?message}`, `${NAME:-default}` …
USED = re.compile(r"\$\{(\w+)([^}]*)\}")
RIGHTS = """
    SELECT string_agg(format('%s %s %s %s %s %s', rolname, rolcanlogin, rolsuper, rolcreatedb,
                             rolcreaterole, rolbypassrls), '; ' ORDER BY rolname)
    FROM pg_roles WHERE rolname LIKE 'coffeestudio%'
"""


@pytest.fixture(scope="module")
def text() -> str:
    return COMPOSE.read_text("utf-8")


@pytest.fixture(scope="module")
def composed(text: str) -> dict[str, Any]:
    return yaml.safe_load(text)


@pytest.fixture(scope="module")
def explained() -> set[str]:
    """The names `.env.example` has a line for."""
    lines = (REPOSITORY / ".env.example").read_text("utf-8").splitlines()
    return {found[1] for line in lines if (found := re.match(r"#?([A-Z_]+)=", line))}


def by_psql(server: Embedded, *arguments: str, **environment: str) -> str:
    """Run psql as the database image does; return what it prints."""
    asked = subprocess.run(  # noqa: S603 - the embedded server's own program
        [
            *(str(server_programs(18) / "psql"), "-X", "-At", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(server.socket_dir), "-p", "5432", "-U", "postgres", "-d", "postgres"),
            *arguments,
        ],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return asked.stdout.strip()


def test_it_is_what_the_compose_specification_asks_for(composed: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    problems = jsonschema.Draft7Validator(schema).iter_errors(composed)
    assert [f"{'/'.join(map(str, p.path))}: {p.message}" for p in problems] == []
    broken = composed | {"services": {"coffeestudio": {"image": 7}}}
    assert not jsonschema.Draft7Validator(schema).is_valid(broken)


def test_docker_reads_it() -> None:
    command = [shutil.which("docker") or "true", "compose"]
    asked = subprocess.run([*command, "version"], check=False, capture_output=True, text=True)  # noqa: S603
    if "Compose" not in asked.stdout:
        pytest.skip("no `docker compose` on this machine")
    check = [*command, "--env-file", "/dev/null", "-f", str(COMPOSE), "config", "-q"]
    bare = {k: v for k, v in os.environ.items() if k not in SECRETS}
    without = subprocess.run(check, env=bare, check=False, capture_output=True, text=True)  # noqa: S603
    assert without.returncode
    assert "set it in .env" in without.stderr
    given = subprocess.run(check, env=bare | SECRETS, check=False, capture_output=True, text=True)  # noqa: S603
    assert (given.returncode, given.stderr) == (0, "")


def test_no_secret_has_a_default(text: str) -> None:
    used = USED.findall(text)
    assert {name for name, _ in used} == set(SECRETS)
    for name, behind in used:
        assert behind.startswith(":?"), f"{name} may be empty"
    for line in text.splitlines():
        assert not re.search(r"(PASSWORD|KEY|TOKEN|SECRET)\w*:\s*['\"]?[\w-]", line), line


def test_every_setting_is_explained(composed: dict[str, Any], explained: set[str]) -> None:
    settings = {
        str(field.validation_alias or f"COFFEESTUDIO_{name}".upper())
        for name, field in Settings.model_fields.items()
    }
    environments = [service.get("environment", {}) for service in composed["services"].values()]
    handed_on = {name for environment in environments for name in environment}
    assert settings - explained == set()
    assert handed_on - explained == {"POSTGRES_PASSWORD"}


def test_only_maintenance_knows_the_owner_and_nobody_outside_reaches_the_database(
    composed: dict[str, Any],
) -> None:
    services = composed["services"]
    owners = {n for n, s in services.items() if "OWNER_PASSWORD" in json.dumps(s)}
    assert owners == {"database", "maintenance"}
    assert all("ports" not in service for service in services.values())
    assert services["database"]["networks"] == ["inside"]
    assert composed["networks"]["inside"]["internal"] is True
    for service in services.values():
        assert not service["image"].endswith(":latest")
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in composed["volumes"] or (REPOSITORY / source).is_file(), mount


def test_the_image_holds_what_it_copies_and_no_secrets() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text("utf-8").split("\n")
    copied = [
        name
        for line in (REPOSITORY / "Dockerfile").read_text("utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]
    assert "*" in ignored
    assert sorted(copied) == sorted(line[1:] for line in ignored if line.startswith("!"))
    assert all((REPOSITORY / name).exists() for name in copied)
    assert "USER coffeestudio" in (REPOSITORY / "Dockerfile").read_text("utf-8")


async def test_its_database_is_as_the_embedded_one(folder: Path, server: Embedded) -> None:
    own = embedded.start(folder, durable=False)
    with pytest.raises(subprocess.CalledProcessError):
        by_psql(own, "-f", str(INIT), COFFEESTUDIO_OWNER_PASSWORD="alone")
    assert by_psql(own, "-c", RIGHTS) == ""
    by_psql(own, "-f", str(INIT), **SECRETS)
    assert by_psql(own, "-c", RIGHTS) == by_psql(server, "-c", RIGHTS)
    hashed = "SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256%'"
    assert by_psql(own, "-c", hashed) == "2"
    may = "SELECT has_database_privilege('coffeestudio_app', 'company', 'TEMPORARY')"
    assert by_psql(own, "-c", may) == "f"

    upgrade(own.url("company", OWNER_ROLE))
    database = Database(own.url("company", APP_ROLE))
    await database.open()  # refuses a role with too many rights
    async with database.reading(Actor.system("test")) as session:
        assert await members.first_admin(session) is None
    await database.close()
