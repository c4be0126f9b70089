"""Warm start: from the command to the prompt, on an embedded database that already runs.

`coffeestudio chat` runs in a terminal of its own (a pty), `coffeestudio ask` as a one-shot; both
see nothing of this machine's settings. Bytecode is compiled first, as `make install` does.
"""

import compileall
import os
import pty
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from agent.settings import Settings
from agent.wiring import find_place
from tests.bench.places import scratch_folder
from tests.bench.report import Line, spread

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "› ".encode()
TARGET_SECONDS = 2
_TIMES = 7
_PATIENCE_SECONDS = 60
_COMMAND = str(Path(sys.executable).parent / "coffeestudio")


class NoPromptError(Exception):
    """The prompt did not appear; the message is what did."""


def measure(*, quick: bool = False) -> list[Line]:
    """Return the start's figures; quick: one start of each."""
    for folder in ("agent", "tools", "knowledge", "db", "migrations"):
        compileall.compile_dir(str(ROOT / folder), quiet=1)
    with scratch_folder("start") as folder:
        find_place(Settings(_env_file=None, data_dir=folder))  # type: ignore[call-arg]
        times = 1 if quick else _TIMES
        to_prompt(folder)  # the first one fills the machine's file cache
        chats, chat_cpu = _several(to_prompt, folder, times)
        asks, ask_cpu = _several(to_answer, folder, times)
    met = sorted(chats)[len(chats) // 2] < TARGET_SECONDS
    return [
        Line(
            "warm start to prompt",
            f"{spread(chats, 's')}, cpu {chat_cpu:.2f} s",
            f"< {TARGET_SECONDS} s",
            met,
        ),
        Line("one-shot ask, offline, whole process", f"{spread(asks, 's')}, cpu {ask_cpu:.2f} s"),
    ]


def _several(start: Callable[[Path], float], folder: Path, times: int) -> tuple[list[float], float]:
    """Start several times; return the seconds each took, and the processor's own on average."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = [start(folder) for _ in range(times)]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, spent / times


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "COFFEESTUDIO_DATA_DIR": str(folder),
    }


def to_prompt(folder: Path) -> float:
    """Return the seconds from exec until the prompt is on the screen."""
    began = time.perf_counter()
    process, screen = pty.fork()
    if process == 0:
        os.execve(_COMMAND, [_COMMAND, "chat"], _environment(folder))  # noqa: S606
    try:
        _wait_for_prompt(screen)
        took = time.perf_counter() - began
        os.write(screen, b"/quit\n")
        _drain(screen)
    finally:
        os.close(screen)
        _ended(process)
    return took


def _wait_for_prompt(screen: int) -> None:
    seen = b""
    until = time.perf_counter() + _PATIENCE_SECONDS
    while PROMPT not in seen:
        ready, _, _ = select.select([screen], [], [], max(0, until - time.perf_counter()))
        piece = _read(screen) if ready else b""
        if not piece:
            raise NoPromptError(seen.decode("utf8", "replace")[-800:])
        seen += piece


def _drain(screen: int) -> None:
    """Read what is still said, so that the process can end."""
    until = time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < until and _read(screen):
        pass


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 4096)
    except OSError:  # how Linux says that the other end is closed
        return b""


def _ended(process: int) -> None:
    """Wait for a process; one that does not end by itself is ended."""
    until = time.perf_counter() + _PATIENCE_SECONDS / 4
    while os.waitpid(process, os.WNOHANG)[0] == 0:
        if time.perf_counter() > until:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return
        time.sleep(0.01)


def to_answer(folder: Path) -> float:
    """Return the seconds a one-shot request takes, the whole process."""
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [_COMMAND, "ask", "Which cooperatives are in Cajamarca?"],
        env=_environment(folder),
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=_PATIENCE_SECONDS,
    )
    return time.perf_counter() - began
