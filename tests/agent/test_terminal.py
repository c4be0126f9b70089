"""The conversation as a person has it: a real terminal, typed lines, Ctrl-C."""

import contextlib
import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import embedded
from tests.conftest import memory_disk, open_folder
from tests.standins.model_script import Fault
from tests.standins.model_server import ModelServer

_CODES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")
PROMPT = "\n› "


class Terminal:
    """A terminal with the conversation running in it."""

    def __init__(self, data: Path, *given: str, **env: str) -> None:
        keep = {k: v for k, v in os.environ.items() if not k.startswith("COFFEESTUDIO_")}
        self.environment = (
            keep
            | {
                "COFFEESTUDIO_DATA_DIR": str(data),
                "COFFEESTUDIO_REPORTS_DIR": str(data / "out"),
                "COLUMNS": "110",
            }
            | env
        )
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored, and inherited
            started = [sys.executable, "-m", "agent.cli", "chat", *given]
            os.execve(sys.executable, started, self.environment)  # noqa: S606 - this very interpreter
        self.seen = ""

    def until(self, ending: str | tuple[str, ...], seconds: float = 60) -> str:
        """Read until the screen ends with a text; return what came since the last call."""
        came, deadline = "", time.monotonic() + seconds
        while not came.endswith(ending):
            if time.monotonic() > deadline:
                raise AssertionError(f"no {ending!r} in {came[-2000:]!r}")
            if select.select([self.fd], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):
                    came = _CODES.sub("", came + os.read(self.fd, 65536).decode("utf8", "replace"))
        self.seen += came
        return came

    def type(self, line: str, ending: str | tuple[str, ...] = PROMPT) -> str:
        """Type a line; return what the program answered."""
        os.write(self.fd, f"{line}\n".encode())
        return self.until(ending)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self.fd, b"\x03")

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGHUP)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = open_folder("coffeestudio-chat-", memory_disk())
    yield folder
    embedded.stop(folder)


@pytest.fixture
def terminal(data: Path) -> Iterator[Terminal]:
    opened = Terminal(data)
    opened.until(PROMPT)
    yield opened
    opened.close()


def test_a_sitting(terminal: Terminal) -> None:
    assert "Zum Beispiel:" in terminal.seen
    assert "Demo-Daten" in terminal.seen
    assert "25 Lose." in terminal.type("Wie viele Lose haben wir?")
    changed = terminal.type("Setz die Priorität von elbgold auf niedrig")
    assert re.search(r"elbgold\s+Priorität\s+hoch\s+→ niedrig", changed)
    assert re.search(r"elbgold\s+Priorität\s+niedrig\s+→ hoch", terminal.type("/undo"))
    assert "Anna Beispiel" in terminal.type("/history elbgold")
    assert "/undo" in terminal.type("/help")
    assert "kenne ich nicht" in terminal.type("/nonsense")
    assert "Keine offenen Freigaben" in terminal.type("/open")


def test_examples_of_the_greeting_work(terminal: Terminal) -> None:
    examples = terminal.seen.partition("Zum Beispiel:")[2].partition("Hallo")[0].split("\n")
    requests = [e.strip() for e in examples if e.strip()]
    assert len(requests) >= 3
    for request in requests:
        answer = terminal.type(request)
        assert "nicht verstanden" not in answer, request
        assert "Traceback" not in answer


def test_ctrl_c_at_the_prompt_keeps_the_program(terminal: Terminal) -> None:
    terminal.interrupt()
    terminal.until("› ")
    assert "25 Lose." in terminal.type("Wie viele Lose haben wir?")


async def test_ctrl_c_stops_the_turn_not_the_program(data: Path) -> None:
    import asyncio

    async with ModelServer([Fault("drip", text="Moment", seconds=0.3, times=9)]) as provider:
        opened = await asyncio.to_thread(
            Terminal, data, COFFEESTUDIO_MODEL="openai/stand-in", OPENAI_API_KEY="unused",
            COFFEESTUDIO_MODEL_BASE_URL=provider.base_url, COFFEESTUDIO_FALLBACK_MODELS="",
        )  # fmt: skip
        try:
            await asyncio.to_thread(opened.until, PROMPT)
            os.write(opened.fd, b"Erzaehl mir etwas\n")
            await asyncio.sleep(4)
            opened.interrupt()
            said = await asyncio.to_thread(opened.until, PROMPT, 20)
            assert "Abgebrochen" in said or "breche ab" in said
        finally:
            opened.close()
