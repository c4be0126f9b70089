"""`coffeestudio import`: a file kept, understood, tried, shown, and loaded when a person says so.

Every step takes the same road as words do: inbox, gate, runner, card, decision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from agent import asking
from agent.reply import Reply
from agent.terminal.render import table
from agent.turns import Engine
from db.enums import Locale
from tools.context import Asker
from tools.errors import Said
from tools.gateways import files
from tools.grid import MAX_BYTES, too_large
from tools.meant import noun_key

Json = dict[str, Any]
_WIDTH = 120

_TRIED = Said(
    de="Probelauf: nichts wurde geändert.",
    en="Dry run: nothing was changed.",
    es="Prueba: no se cambió nada.",
)
_NOTHING = Said(
    de="Alles steht schon so da; es gibt nichts zu laden.",
    en="Everything reads like that already; there is nothing to load.",
    es="Todo ya está así; no hay nada que cargar.",
)
_STOPPED = Said(
    de="Nichts geladen. Bitte die Datei oder die Zuordnung (--map) berichtigen.",
    en="Nothing was loaded. Please correct the file or the mapping (--map).",
    es="No se cargó nada. Corrige el archivo o la asignación (--map).",
)
_SURE = Said(
    de="So laden (Freigabe {number})?",
    en="Load it like this (approval {number})?",
    es="¿Cargar así (aprobación {number})?",
)
_REASON = Said(
    de="beim Import nicht bestätigt",
    en="not confirmed at import",
    es="no confirmado al importar",
)


@dataclass(frozen=True)
class ImportRequest:
    """What a member wants imported.

    Attributes:
        kind: what a row is, by any name of the noun.
        file: CSV or XLSX.
        dry_run: stop after showing what would happen.
        mapping: heading → field, where the guess is not to be followed.
        create_missing: nouns whose records are created when a row names one that is not there.
    """

    kind: str
    file: Path
    dry_run: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    create_missing: tuple[str, ...] = ()


async def run_import(
    engine: Engine,
    asker: Asker,
    request: ImportRequest,
    confirm: Callable[[str], bool],
    echo: Callable[[str], None],
) -> int:
    """Import a file as a member, shown first and confirmed by a person.

    Args:
        engine: the turn engine.
        asker: who imports.
        request: what.
        confirm: asks the person; the card is approved or rejected as they say.
        echo: shows a text.

    Returns:
        The exit code: 0 when loaded, tried or nothing to load; 1 when refused or not confirmed.

    Raises:
        ToolError: no such noun, or the file is larger than we take.
    """
    folder = engine.services.runner.files
    arguments, data = _arguments(request), _read(request.file)
    arguments["file"] = reference = files.keep(folder, request.file.name, data)
    try:
        run = _Import(engine, asker, request, arguments, echo)
        return await run.through(confirm)
    finally:
        files.forget(folder, reference)


def _arguments(request: ImportRequest) -> Json:
    arguments: Json = {"noun": noun_key(request.kind), "name": request.file.name}
    if request.mapping:
        arguments["mapping"] = dict(request.mapping)
    if request.create_missing:
        arguments["create_missing"] = [noun_key(n) for n in request.create_missing]
    return arguments


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise too_large(f"{size / 2**20:,.1f} MB", f"{MAX_BYTES // 2**20} MB")
    return path.read_bytes()


@dataclass(frozen=True)
class _Import:
    """One import on its way from file to rows."""

    engine: Engine
    asker: Asker
    request: ImportRequest
    arguments: Json
    echo: Callable[[str], None]

    async def through(self, confirm: Callable[[str], bool]) -> int:
        """Preview, try, ask, decide; return the exit code."""
        locale = self.asker.locale
        preview = await self._order("preview_table")
        self._show(preview)
        if preview.outcome != "answered":
            self.echo(_STOPPED.format(locale))
            return 1
        if self.request.dry_run:
            self.echo(_TRIED.format(locale))
            return 0
        return await self._load(confirm)

    async def _load(self, confirm: Callable[[str], bool]) -> int:
        locale = self.asker.locale
        tried = await self._order("import_table")
        if tried.outcome != "awaiting_approval":
            self.echo(tried.text)
            return 1
        (card,) = tried.cards
        if not card.changes:
            await self._decide(card.id, "rejected")
            self.echo(_NOTHING.format(locale))
            return 0
        if not confirm(_SURE.format(locale, number=card.id)):
            self.echo((await self._decide(card.id, "rejected")).text)
            return 1
        reply = await self._decide(card.id, "approved")
        self.echo(reply.text)
        return 0 if reply.outcome == "answered" else 1

    async def _order(self, tool: str) -> Reply:
        # The tool's name alone: words of a file's name would decide the reply's language.
        return await asking.order(self.engine, self.asker, tool, tool, self.arguments)

    async def _decide(self, number: int, verdict: str) -> Reply:
        reason = _REASON.format(self.asker.locale) if verdict == "rejected" else None
        return await asking.decide(self.engine, self.asker, number, verdict, reason)

    def _show(self, reply: Reply) -> None:
        from rich.console import Console

        self.echo(reply.text)
        locale: Locale = reply.language  # type: ignore[assignment]
        for view in reply.tables:
            drawn = Console(file=StringIO(), width=_WIDTH)
            drawn.print(table(view, self.engine.services.catalog, locale))
            self.echo(drawn.file.getvalue())  # type: ignore[attr-defined]
