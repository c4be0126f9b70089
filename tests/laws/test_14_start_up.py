"""Law 14: nothing heavy is imported on the way to the prompt."""

import subprocess
import sys

HEAVY = (
    "xlsxwriter",
    "reportlab",
    "PIL",
    "litellm",
    "langgraph",
    "alembic",
    "sklearn",
    "matplotlib",
    "openpyxl",
    "langfuse",
    "openai",
)
TO_THE_PROMPT = """
import sys
import agent.cli, agent.wiring, agent.asking, agent.terminal.app, agent.models.offline.planner
import tools.catalog
tools.catalog.catalog()
print(" ".join(m for m in sys.argv[1:] if m in sys.modules))
"""


def test_nothing_heavy_on_the_way_to_the_prompt() -> None:
    found = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", TO_THE_PROMPT, *HEAVY], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
