"""The commands as scripts use them: one process each, on a data folder of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import embedded
from tests.conftest import memory_disk, open_folder

Json = dict[str, Any]


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder with the demo, made by the first command that runs."""
    folder = open_folder("coffeestudio-cli-", memory_disk())
    yield folder
    embedded.stop(folder)


def coffeestudio(data: Path, *arguments: str, ok: bool = True) -> str:
    """Run a command; return what it said on stdout, or on stderr when it is expected to fail."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("COFFEESTUDIO_", "LANGFUSE_"))}
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "agent.cli", *arguments],
        env=keep | {"COFFEESTUDIO_DATA_DIR": str(data), "COFFEESTUDIO_REPORTS_DIR": str(data / "out")},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done.stdout if ok else done.stderr


def asked(data: Path, *arguments: str) -> Json:
    return json.loads(coffeestudio(data, "ask", *arguments, "--json"))


KEYS = {
    "id", "reply", "language", "outcome", "tool_calls", "approvals", "changes", "rows", "sources",
    "figures", "unbacked", "files", "elapsed_ms",
}  # fmt: skip


def test_ask_answers_in_json_with_every_key(data: Path) -> None:
    reply = asked(data, "Welche Häfen haben wir?")
    assert set(reply) >= KEYS
    assert (reply["language"], reply["outcome"]) == ("de", "answered")
    assert {row["entity"] for row in reply["rows"]} == {"port"}
    (call,) = reply["tool_calls"]
    assert set(call) == {"id", "tool", "verb", "noun", "args", "status"}
    assert (call["verb"], call["noun"], call["status"]) == ("find", "port", "ok")


def test_a_file_is_written_where_the_setting_says(data: Path) -> None:
    reply = asked(data, "Exportiere die Häfen als CSV")
    (file,) = reply["files"]
    assert (file["media_type"], Path(file["path"]).parent) == ("text/csv", data / "out")
    lines = Path(file["path"]).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Name;LOCODE;Land") and len(lines) == len(reply["rows"]) + 1
    shown = coffeestudio(data, "ask", "Exportiere die Häfen als CSV")
    assert file["name"] in shown.replace("\n", "")


def test_a_change_and_its_undo(data: Path) -> None:
    reply = asked(data, "Setz die Priorität von elbgold auf niedrig")
    (change,) = reply["changes"]
    assert set(change) == {"entity", "id", "field", "before", "after"}
    assert (change["field"], change["before"], change["after"]) == ("priority", "high", "low")
    shown = coffeestudio(data, "audit", "show", "--limit", "30", "--json").splitlines()
    number = next(s["change_set_id"] for s in map(json.loads, shown) if s["kind"] == "change")
    back = json.loads(coffeestudio(data, "undo", str(number), "--json"))
    assert [(c["before"], c["after"]) for c in back["changes"]] == [("low", "high")]
    assert "whole" in coffeestudio(data, "audit", "verify")


def test_a_batch_keeps_named_threads(data: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "1", "text": "Welche Lose sind bio?", "thread": "t"},
        {"id": "2", "text": "davon nur gewaschene", "thread": "t"},
        {"id": "3", "text": "Which contacts do we have?", "as": "sam@demo.invalid"},
    ]
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf8")
    out = coffeestudio(data, "ask", "--batch", str(file), "--json").splitlines()
    first, second, third = map(json.loads, out)
    assert (first["id"], second["id"]) == ("1", "2")
    assert 0 < len(second["rows"]) < len(first["rows"])
    assert (third["outcome"], third["rows"]) == ("refused", [])


def test_an_approval_by_its_number(data: Path) -> None:
    asked(data, "Setz die Priorität von elbgold auf niedrig")
    card = asked(data, "Nimm Sam Placeholder aus dem Team", "--as", "anna@demo.invalid")
    if card["outcome"] != "awaiting_approval":
        pytest.skip("the planner asks back here; cards are covered in tests/laws")
    (approval,) = card["approvals"]
    assert approval["status"] == "pending"
    reply = json.loads(
        coffeestudio(data, "reject", str(approval["id"]), "--reason", "nein", "--json")
    )
    assert reply["approvals"][0]["status"] == "rejected"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "x", "--as", "nobody@example.invalid"), "not an active member"),
        (("ask",), "give a request or --batch"),
        (("ask", "x", "--today", "31.12.2026"), "is not a day"),
        (("ask", "--batch", "/nowhere.jsonl"), "there is no file /nowhere.jsonl"),
        (("restore", "/nowhere.tar"), "does not exist"),
    ],
)
def test_a_wrong_command_is_said_in_one_sentence(
    data: Path, arguments: tuple[str, ...], said: str
) -> None:
    errors = coffeestudio(data, *arguments, ok=False)
    assert said in errors
    assert "Traceback" not in errors


def test_a_bad_batch_line_is_named(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "1", "text": "Hallo"}\n{"nope": 1}\n', "utf8")
    errors = coffeestudio(data, "ask", "--batch", str(file), ok=False)
    assert "bad.jsonl line 2" in errors


def test_doctor_finds_everything_right(data: Path) -> None:
    found = {
        f["what"]: f for f in map(json.loads, coffeestudio(data, "doctor", "--json").splitlines())
    }
    assert found["database"]["state"] == "ok"
    assert found["audit log"]["state"] == "ok"
    assert found["outgoing mail"]["mend"]


def test_init_backup_and_restore(data: Path, tmp_path: Path) -> None:
    new = ("init", "--company", "Muster GmbH", "--name", "Erika Muster", "--language", "de")
    said = coffeestudio(data, *new, "--email", "erika@muster.invalid")
    assert "Muster GmbH" in said
    assert asked(data, "Wie viele Lose haben wir?")["demo"] is False
    again = coffeestudio(data, *new, "--email", "erika@muster.invalid", ok=False)
    assert "already" in again
    tmp_path.chmod(0o755)
    coffeestudio(data, "backup", str(tmp_path))
    (archive,) = tmp_path.glob("*.tar")
    assert archive.stat().st_mode & 0o077 == 0
    assert "compares equal" in coffeestudio(data, "restore", str(archive), "--into", "copy")
    refused = coffeestudio(data, "restore", str(archive), "--into", "company", ok=False)
    assert "never writes over" in refused


def test_schema_publishes_entities_and_tools(data: Path) -> None:
    found = json.loads(coffeestudio(data, "schema", "--json"))
    assert {"lot", "roaster", "shipment"} <= {e["key"] for e in found["entities"]}
    assert "find_lots" in {t["name"] for t in found["tools"]}
