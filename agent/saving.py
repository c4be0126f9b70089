"""Files of an answer, written where the member who works in a terminal or a script finds them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from agent.messages import say
from agent.reply import Reply
from tools.errors import ToolError
from tools.reports.making import content_of

Json = dict[str, Any]
_log = structlog.get_logger()


def saved(reply: Reply, kept_in: Path | None, folder: Path) -> Reply:
    """Return a reply whose files are written to a folder, their paths told.

    Nothing is overwritten: another file of the same name gets a number. What cannot be written is
    said, and the answer is partial.

    Args:
        reply: the answer.
        kept_in: the folder made files are kept in.
        folder: where they are wanted; made when it is missing.
    """
    found, lost = list[Json](), list[str]()
    for file in reply.files:
        try:
            content = content_of(file, kept_in)
            found.append(file | {"path": str(_write(folder, file["name"], content))})
        except (ToolError, OSError) as error:
            _log.warning("file not saved", file=file["name"], why=str(error))
            lost.append(file["name"])
            found.append(file)
    if not lost:
        return replace(reply, files=found)
    told = say("file_not_saved", reply.language, names=", ".join(lost), folder=str(folder))
    return replace(reply, files=found, text=f"{reply.text} {told}", outcome="partial")


def _write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file under its name, or under the next free one; return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = Path(Path(name).name)
    for number in range(1, 1_000):
        path = folder / (f"{plain.stem} ({number}){plain.suffix}" if number > 1 else plain)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            if path.is_file() and path.read_bytes() == content:
                return path.resolve()
            continue
        return path.resolve()
    raise OSError(f"no name is free for {name}")
