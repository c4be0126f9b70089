"""Processes of a measurement, spoken with line by line, and the environment of the peer."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Self, cast

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
_LOCK = Path(__file__).parent / "requirements.lock"
_PEER = ROOT / ".venv-bench"
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LANGSMITH_TRACING": "false",
}
_END_SECONDS = 20


class ChildEndedError(Exception):
    """A process of the measurement is gone; it said why on its standard error."""


class Child:
    """A process that answers a line with a line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._in, self._out = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)

    @classmethod
    @contextmanager
    def of(cls, *command: str) -> Generator[Self]:
        """Give a process that ends with the block."""
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=ROOT,
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        child = cls(process)
        try:
            yield child
        finally:
            child._in.close()  # the end of its orders; whoever waits for something else is ended
            try:
                process.wait(timeout=1 if "tests.bench.provider" in command else _END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def line(self) -> str:
        """Return its next line."""
        said = self._out.readline()
        if not said:
            raise ChildEndedError(str(self._process.args)[:200])
        return said.strip()

    def ask(self, order: Json) -> Json:
        """Give an order and return the answer."""
        self._in.write(json.dumps(order) + "\n")
        self._in.flush()
        return json.loads(self.line())


def peer_python() -> str:
    """Return the Python of the peer's environment, made from its lock when it is not there."""
    stamp = _PEER / "made-from"
    wanted = sha256(_LOCK.read_bytes()).hexdigest()
    python = str(_PEER / "bin" / "python")
    if not stamp.exists() or stamp.read_text() != wanted:
        uv = str(Path(sys.executable).parent / "uv")
        _quietly(uv, "venv", "--clear", "--python", sys.executable, str(_PEER))
        _quietly(
            *(uv, "pip", "install", "--python", python, "--require-hashes", "--compile-bytecode"),
            *("-r", str(_LOCK)),
        )
        stamp.write_text(wanted)
    return python


def _quietly(*command: str) -> None:
    told = [command[0], command[1], "--quiet", *command[2:]]
    subprocess.run(told, cwd=ROOT, check=True)  # noqa: S603 - as written in this file
