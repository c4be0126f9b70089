"""The README cannot drift: its transcript is replayed, its examples run, its commands exist."""

import re
import subprocess
import sys
from dataclasses import replace
from types import ModuleType

from typer.main import get_command

from agent import asking
from agent.cli import app
from agent.turns import Engine
from tests import readme
from tools.catalog import Catalog, catalog
from tools.context import Asker
from tools.runner import Runner


async def test_the_transcript_is_what_the_product_says(engine: Engine) -> None:
    assert await readme.replayed(engine) == readme.transcript()


async def test_the_example_tool_works(engine: Engine, anna: Asker) -> None:
    module = ModuleType("example")
    exec(readme.block("a tool"), module.__dict__)  # noqa: S102 - our own README
    held = ModuleType("held")
    held.ENTITIES = tuple(catalog().entities.values())  # type: ignore[attr-defined]
    own, services = Catalog([held, module]), engine.services
    other = replace(services, catalog=own, runner=Runner(services.database, own, services.clock))
    reply = await asking.order(Engine(other), anna, "Wo?", "locate_lot", {"lot": "pe24017"})
    assert reply.text == "PE-24-017 liegt in Hamburg."
    assert len(readme.block("a tool").splitlines()) < 40


NOUN = """
import asyncio, sys
from datetime import UTC, datetime
from sqlalchemy import create_engine, text
from tests import readme
from db import audit, rls
from db.migrate import _connected
app_url, owner_url = sys.argv[1:]
rls.PROTECTED["warehouse"] = rls.DOMAIN["lot"]
space = {"__name__": "warehouse"}
exec(readme.block("a noun"), space)
with _connected(owner_url) as connection:
    space["Warehouse"].__table__.create(connection)
    for statement in rls.table_sql("warehouse"):
        connection.execute(text(statement))
    for statement in audit.trigger_sql():
        if " warehouse " in statement:
            connection.execute(text(statement))
import types
from tools import catalog as catalogs
held = types.ModuleType("held"); known = catalogs.catalog()
held.ENTITIES = (*known.entities.values(), *space["ENTITIES"])
held.TOOLS = (*known.tools.values(), *space["TOOLS"])
catalogs.catalog = lambda made=catalogs.Catalog([held]): made
from agent import asking, wiring
from agent.turns import Engine
from db.session import Database
from tests.conftest import NOW, settings_of
async def talk():
    engine = Engine(wiring.services(settings_of(), Database(app_url), lambda: NOW))
    anna = await wiring.who(engine.services.database, None)
    for words in ("Leg Lagerhaus Speicherblock an", "Welche Lagerhäuser haben wir?"):
        reply = await asking.ask(engine, asking.Request(text=words), anna)
        print(reply.outcome, [t["rows"] for t in reply.tables], sorted(c["after"] for c in reply.changes))
    await engine.services.database.close()
asyncio.run(talk())
"""


def test_the_example_noun_is_understood_without_touching_the_agent(
    demo_url: tuple[str, str],
) -> None:
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", NOUN, *demo_url],
        capture_output=True,
        text=True,
        check=False,
        cwd=readme.README.parent,
    )
    assert done.returncode == 0, done.stderr
    created, found = done.stdout.strip().splitlines()
    assert created == "answered [] ['Speicherblock']"
    assert "Speicherblock" in found


def test_every_command_of_the_readme_exists() -> None:
    table = readme.README.read_text("utf8").partition("## Commands")[2].partition("Settings")[0]
    named = set(re.findall(r"`coffeestudio ([a-z]+)", table)) | {
        "reject",
        "undo",
        "restore",
        "drill",
    }
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert named <= commands
    assert commands - {"schema", "db", "audit"} <= named
