"""The README cannot drift: its transcript is replayed, its examples run, its commands exist."""

import re
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


WAREHOUSE = (
    "db/models/warehouses.py",
    "tools/nouns/warehouses.py",
    "migrations/sql/0013_warehouse.sql",
)


def test_the_example_noun_is_the_real_one_and_as_long_as_it_says() -> None:
    folder = readme.README.parent
    written = [(folder / path).read_text("utf8") for path in WAREHOUSE]
    assert readme.block("a noun") == written[1].strip()
    lines = sum(1 for text in written for line in text.splitlines() if line)
    told = readme.README.read_text("utf8")
    assert f"are {lines} lines by hand" in told
    assert f"cat {' '.join(WAREHOUSE)} | grep -c ." in told
    assert lines <= 110
    agent = [p.read_text("utf8") for p in (folder / "agent").rglob("*.py")]
    assert not any("Warehouse" in text or "almacenes" in text for text in agent)


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
