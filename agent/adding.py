"""`coffeestudio knowledge add`: documents taken in one after the other, each whole or not at all.

Every one takes the road words take: inbox, gate, runner, card; calling the command is the person's
yes. A document that is there already is passed over, so a run that was cut off is run again.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from tools.abilities.documents import FILES, add_document, fetch_document, read_document
from tools.context import Asker
from tools.errors import Said, ToolError
from tools.gateways import files
from tools.nouns.documents import DOCUMENT_VERSION
from tools.spec import AnyTool

Json = dict[str, Any]
OnDone = Callable[[int, int], None]

_TAKEN = Said(
    de="{taken} aufgenommen, {known} schon da, {refused} abgelehnt.",
    en="{taken} taken in, {known} there already, {refused} refused.",
    es="{taken} incorporados, {known} ya estaban, {refused} rechazados.",
)
_NEXT = Said(
    de="In Antworten stehen sie nach der Freigabe: „Gib die Fassung NAME frei, gültig ab TAG“.",
    en="They are used in answers once you release them: “Release NAME, it holds from DAY”.",
    es="Solo se usan en respuestas tras aprobarlas: «Aprueba la versión NOMBRE, rige desde DÍA».",
)  # fmt: skip
_HIDDEN = "."
_LARGEST = 64 * 2**20  # read to say that it is too large; beyond it, its size says so


@dataclass(frozen=True)
class Became:
    """What became of one document: taken, known (it was there already) or refused, and why."""

    called: str
    outcome: str
    told: str


async def run_add(
    engine: Engine,
    asker: Asker,
    sources: Sequence[str],
    echo: Callable[[str], None],
    on_done: OnDone,
) -> int:
    """Take files, folders and web addresses into the knowledge base as proposals.

    Args:
        engine: the turn engine.
        asker: who brings them.
        sources: paths and addresses; of a folder every file in it.
        echo: shows a text.
        on_done: called with how many are done, and of how many.

    Returns:
        The exit code: 0 when all are in, 1 when one was refused.
    """
    wanted = list(_wanted(sources))
    adding, counts = _Adding(engine, asker), Counter({"taken": 0, "known": 0, "refused": 0})
    for number, source in enumerate(wanted):
        on_done(number, len(wanted))
        async for became in adding.add(source):
            counts[became.outcome] += 1
            echo(became.told)
    on_done(len(wanted), len(wanted))
    echo(_TAKEN.format(asker.locale, **counts))
    if counts["taken"]:
        echo(_NEXT.format(asker.locale))
    return 1 if counts["refused"] else 0


def _wanted(sources: Sequence[str]) -> Iterator[str | Path]:
    """Yield addresses and files; the files of a folder in the order of their names.

    Raises:
        FileNotFoundError: a path leads nowhere.
    """
    for source in sources:
        if source.startswith(("http://", "https://")):
            yield source
            continue
        path = Path(source)
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file())
            yield from (p for p in found if not p.name.startswith(_HIDDEN))
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(2, "no such file", source)


@dataclass(frozen=True)
class _Adding:
    engine: Engine
    asker: Asker

    async def add(self, source: str | Path) -> AsyncIterator[Became]:
        """Take in one document, then what is attached to it."""
        try:
            looked, more = await self._look(source)
        except ToolError as error:
            yield Became(str(source), "refused", error.for_member(self.asker.locale))
            return
        for became in await self._became(str(source), looked, more):
            yield became
        for name, reference in _files(looked)[1:]:
            kept: Json = {"file": reference, "name": name}
            inner = await self._order("-", read_document, kept)
            for became in await self._became(f"{source} › {name}", inner, {}):
                yield became

    async def _look(self, source: str | Path) -> tuple[Reply, Json]:
        if isinstance(source, str):
            return await self._order(source, fetch_document, {"url": source}), {"url": source}
        with source.open("rb") as file:
            data = file.read(_LARGEST)
        reference = files.keep(self.engine.services.runner.files, source.name, data)
        return await self._order("-", read_document, {"file": reference, "name": source.name}), {}

    async def _became(self, called: str, looked: Reply, more: Json) -> list[Became]:
        """Propose what was looked at, unless it is there already or cannot be read."""
        if looked.outcome != "answered":
            return [Became(called, "refused", looked.text)]
        if any(table["entity"] == DOCUMENT_VERSION.key for table in looked.tables):
            return [Became(called, "known", looked.text)]
        name, reference = _files(looked)[0]
        reply = await self._order("-", add_document, {"file": reference, "name": name} | more)
        if reply.outcome == "awaiting_approval":
            number = reply.cards[0].id
            reply = await asking.decide(self.engine, self.asker, number, "approved")
        done = "taken" if reply.outcome == "answered" else "refused"
        return [Became(called, done, reply.text)]

    async def _order(self, words: str, tool: AnyTool, arguments: Json) -> Reply:
        return await asking.order(self.engine, self.asker, words, tool.name, arguments)


def _files(looked: Reply) -> list[tuple[str, str]]:
    """Return the document itself and its attachments, by name and reference."""
    tables = [t for t in looked.tables if t["entity"] == FILES]
    return [(row["file"], row["reference"]) for table in tables for row in table["rows"]]
