"""The package stays pure and light: it needs the standard library, db.enums and itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import tools.calc.reading

FOLDER = Path(tools.calc.reading.__file__).parent
MODULES = sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__")
WORDS = {"db", "db.book_words", "db.document_words", "db.enums", "db.journey_words", "db.word"}
ALLOWED = WORDS | {"tools", "tools.calc"}


def loaded_by(module: str) -> set[str]:
    """Return what importing a module loads besides the standard library."""
    code = (
        "import json, sys; before = set(sys.modules);"
        f"import tools.calc.reading.{module};"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    root = FOLDER.parents[2]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    names: list[str] = json.loads(done.stdout)
    return {n for n in names if n.partition(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("module", ["dates", "format", "language", "numbers", "units"])
def test_only_the_standard_library_and_enums(module: str) -> None:
    others = {n for n in loaded_by(module) if not n.startswith("tools.calc.reading")}
    assert others <= ALLOWED


def test_numbers_loads_no_calendar_until_it_reads() -> None:
    loaded = loaded_by("numbers")
    assert not {n for n in loaded if n.rpartition(".")[2] in {"phrases", "months", "dates"}}


def test_every_module_is_small() -> None:
    assert MODULES
    assert all(len((FOLDER / f"{m}.py").read_text().splitlines()) <= 400 for m in MODULES)
