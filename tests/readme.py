"""The README's blocks as data: its transcript replayed, its examples executed.

`python -m tests.readme` replays the transcript on the demo and writes it back, so that what the
README shows is what the product said.
"""

import asyncio
import re
import tempfile
from pathlib import Path

from rich.console import Console

from agent import asking
from agent.asking import Request
from agent.terminal.render import show
from agent.turns import Engine
from agent.wiring import services, who
from db.session import Database

README = Path(__file__).parents[1] / "README.md"
_TRANSCRIPT = re.compile(r"(?<=<!-- transcript -->\n```text\n).*?(?=\n```)", re.DOTALL)


def transcript() -> str:
    """Return the transcript as the README has it."""
    found = _TRANSCRIPT.search(README.read_text("utf8"))
    if found is None:
        raise AssertionError("README.md has no transcript")
    return found.group()


def block(name: str) -> str:
    """Return a code block of the README by the name in the comment before it."""
    pattern = rf"<!-- {re.escape(name)} -->\n```\w+\n(.*?)\n```"
    found = re.search(pattern, README.read_text("utf8"), re.DOTALL)
    if found is None:
        raise AssertionError(f"README.md has no block {name!r}")
    return found.group(1)


async def replayed(engine: Engine, email: str | None = None) -> str:
    """Return the transcript with every request asked again and answered now."""
    asker = await who(engine.services.database, email)
    lines: list[str] = []
    for line in transcript().splitlines():
        if line.startswith("› "):
            reply = await asking.ask(engine, _request(line[2:]), asker)
            with tempfile.TemporaryFile("w+", encoding="utf8") as out:
                show(
                    Console(file=out, width=100, color_system=None), reply, engine.services.catalog
                )
                out.seek(0)
                said = [text.rstrip() for text in out.read().splitlines()]
            lines += [line, *said, ""]
    return "\n".join(lines).strip()


def _request(text: str) -> Request:
    return Request(text=text, thread="readme")


def _main() -> None:
    from db import embedded
    from db.demo import load_demo
    from db.embedded import OWNER_ROLE
    from db.migrate import upgrade
    from db.rls import APP_ROLE
    from tests.conftest import NOW, TODAY, open_folder, settings_of

    folder = open_folder("coffeestudio-readme-")
    server = embedded.start(folder, durable=False)
    embedded.ensure_roles(server)
    embedded.ensure_database(server, "demo")
    upgrade(server.url("demo", OWNER_ROLE))
    load_demo(server.url("demo", OWNER_ROLE), TODAY)

    async def written() -> None:
        database = Database(server.url("demo", APP_ROLE))
        said = await replayed(Engine(services(settings_of(), database, lambda: NOW)))
        README.write_text(_TRANSCRIPT.sub(lambda _: said, README.read_text("utf8")), "utf8")
        await database.close()

    asyncio.run(written())
    embedded.stop(folder)


if __name__ == "__main__":
    _main()
