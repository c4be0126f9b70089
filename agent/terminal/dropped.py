"""Files dropped onto the terminal, which types their paths: kept, and named as in every front end.

"[rules.pdf: sha256:…]" is where planner and model find a file; see `agent.slack.files`.
"""

import re
from pathlib import Path

from tools.gateways import files

MOST_BYTES = 20 * 2**20
_PATH = re.compile(
    r"'(?P<single>[/~][^'\n]+)'"
    r'|"(?P<double>[/~][^"\n]+)"'
    r"|(?<!\S)(?P<bare>(?:~?/|\.{1,2}/)(?:\\.|[^\s\\])+)"
)
_UNSAFE = re.compile(r"[^\w. -]+")


class TooLargeError(Exception):
    """A dropped file is larger than is taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def with_files(line: str, folder: Path | None) -> str:
    """Return a line with the files it names kept: their names in its words, references after it.

    A path that leads to no file is a word like others.

    Raises:
        TooLargeError: a file is larger than is taken; nothing is kept then.
        ToolError: it is empty, or there is no folder for files.
    """
    found = [(m, path) for m in _PATH.finditer(line) if (path := _file(m)) is not None]
    for _, path in found:
        if path.stat().st_size > MOST_BYTES:
            raise TooLargeError(path.name)
    said, kept, at = "", "", 0
    for match, path in found:
        name = _UNSAFE.sub("-", path.name).strip()[-80:] or "file"
        said += line[at : match.start()] + name
        kept += f"\n[{name}: {files.keep(folder, name, path.read_bytes())}]"
        at = match.end()
    return (said + line[at:]).strip() + kept


def _file(match: re.Match[str]) -> Path | None:
    quoted = match["single"] or match["double"]
    typed = quoted or re.sub(r"\\(.)", r"\1", match["bare"])
    path = Path(typed).expanduser()
    try:
        return path if path.is_file() else None
    except OSError:  # a word too long to be a path
        return None
