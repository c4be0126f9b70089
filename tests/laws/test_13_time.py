"""Law 13: instants are UTC, people live in Berlin, and nobody looks at the clock by themselves."""

import ast
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import DateTime

from agent.turns import Engine
from agent.wiring import services
from db.base import Base
from db.session import Database
from tests.conftest import settings_of

ROOT = Path(__file__).parents[2]
CLOCKS = {("datetime", "now"), ("date", "today"), ("datetime", "utcnow"), ("time", "time")}
THE_CLOCK = {"agent/wiring.py"}


def test_only_the_composition_root_knows_the_time() -> None:
    found: set[str] = set()
    for folder in ("agent", "tools", "knowledge", "db"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf8"))):
                if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                    continue
                if (node.value.id, node.attr) in CLOCKS:
                    found.add(str(path.relative_to(ROOT)))
    assert found <= THE_CLOCK


def test_instants_have_a_zone() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, DateTime) or column.type.timezone, column


async def test_the_day_changes_at_midnight_in_berlin(demo: Database) -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    engine = Engine(services(settings_of(), demo, lambda: late))
    assert engine.today().isoformat() == "2026-11-25"
