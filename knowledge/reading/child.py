"""The process that reads one document: `python -m knowledge.reading.child NAME`, bytes on stdin.

It limits itself before it looks at them, knows no database and no keys, and answers with one JSON
object: what was read, or why not. A parser that fails in its own way ends it without an answer.
"""

import base64
import json
import os
import resource
import sys
from typing import Any

MEMORY_BYTES = 1024 * 2**20
CPU_SECONDS = 60


def main() -> None:
    """Read what is on stdin and say what it holds."""
    _limit()
    from knowledge.reading.document import read
    from knowledge.reading.unreadable import UnreadableError, Why

    name, trusted = sys.argv[1], sys.argv[2] == "named"
    try:
        answer = _told(read(name, sys.stdin.buffer.read(), trusted_name=trusted))
    except UnreadableError as error:
        answer = {"why": error.why.value, "values": error.values}
    except (MemoryError, RecursionError):
        answer = {"why": Why.BOMB.value, "values": {}}
    json.dump(answer, sys.stdout, ensure_ascii=False)


def _limit() -> None:
    sys.dont_write_bytecode = True  # a file it may not write would be left cut off
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(what)
        bound = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(what, (bound, bound))


def _told(found: Any) -> dict[str, Any]:
    return {
        "media_type": found.media_type,
        "title": found.title,
        "lang": found.lang,
        "own": found.own_convention,
        "pieces": [[p.locator, p.path, p.body, p.page, p.refs] for p in found.pieces],
        "attachments": [
            [a.name, base64.b64encode(a.data).decode("ascii")] for a in found.attachments
        ],
    }


if __name__ == "__main__":
    main()
