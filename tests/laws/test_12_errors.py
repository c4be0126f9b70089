"""Law 12: the model learns what to correct, the member reads one sentence, nothing is swallowed."""

import ast
from pathlib import Path

import pytest

from agent import asking
from agent.turns import Engine
from tools.context import Asker

ROOT = Path(__file__).parents[2]
# Where a broad catch is right, and why: told with the call id; the turn's edge; a library's edge.
BROAD = {
    "tools/runner.py",
    "agent/tracing.py",
    "agent/models/litellm_model.py",
    "agent/models/embedder.py",
    "tools/table_workbook.py",
    "agent/worker.py",
}


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("anna@demo.invalid", "Ich finde Los „PE-99-999“ nicht."),
        ("luis@demo.invalid", "No encuentro lote «PE-99-999»."),
        ("sam@demo.invalid", "I cannot find lot “PE-99-999”."),
    ],
)
async def test_a_member_reads_one_sentence_in_their_language(
    engine: Engine, email: str, said: str
) -> None:
    from agent.wiring import who

    asker = await who(engine.services.database, email)
    reply = await asking.order(engine, asker, "?", "show_lot", {"lot": "PE-99-999"})
    assert (reply.outcome, reply.text) == ("failed", said)


async def test_the_model_learns_what_would_fit(engine: Engine, anna: Asker) -> None:
    reply = await asking.order(engine, anna, "?", "show_roaster", {"roaster": "elbgolt Kaffe"})
    wrong = await asking.order(engine, anna, "?", "find_lots", {"sort": "cupscore"})
    assert "cup_score" in wrong.text
    assert reply.outcome in {"answered", "failed"}


def test_broad_catches_are_the_named_ones() -> None:
    found: set[str] = set()
    for folder in ("agent", "tools", "knowledge", "db"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf8"))):
                if isinstance(node, ast.ExceptHandler) and _is_broad(node):
                    found.add(str(path.relative_to(ROOT)))
    assert found <= BROAD


def _is_broad(node: ast.ExceptHandler) -> bool:
    if any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node)):
        return False  # it passes on what it caught
    return node.type is None or (
        isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
    )
