"""Paths a terminal types when a file is dropped on it."""

from pathlib import Path

import pytest

from agent.terminal import dropped
from agent.terminal.dropped import TooLargeError, with_files


@pytest.mark.parametrize("typed", ["{path}", "'{path}'", '"{path}"', "{escaped}"])
def test_a_dropped_file_is_kept_and_named(tmp_path: Path, typed: str) -> None:
    path = tmp_path / ("regeln.md" if typed == "{path}" else "neue regeln.md")
    path.write_text("# Regeln", "utf8")
    line = typed.format(path=path, escaped=str(path).replace(" ", "\\ "))
    said = with_files(f"nimm {line} auf", tmp_path / "kept")
    words, _, kept = said.partition("\n")
    assert words == f"nimm {path.name} auf"
    assert kept.startswith(f"[{path.name}: sha256:") and kept.endswith("]")


@pytest.mark.parametrize(
    "line", ["/help", "/undo", "was ist /etc los?", "3/4 der Ware", "~/nirgends"]
)
def test_other_words_stay_words(tmp_path: Path, line: str) -> None:
    assert with_files(line, tmp_path / "kept") == line
    assert not (tmp_path / "kept").exists()


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.pdf").write_bytes(b"1234")
    monkeypatch.setattr(dropped, "MOST_BYTES", 3)
    with pytest.raises(TooLargeError, match=r"x\.pdf"):
        with_files(f"{tmp_path}/x.pdf", tmp_path / "kept")
