"""The one place that makes files of results: which tables, under which name, kept where.

A reading tool whose arguments are `Shown` gives its table; whatever format was asked for is made
here, after its transaction has ended, and kept by its content. Front ends hand it over.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import structlog

from db.enums import Locale
from db.queries import members
from tools.calc.reading.format import format_date, format_number
from tools.catalog import Catalog
from tools.context import Asker, ToolContext
from tools.errors import BLANK, Said
from tools.gateways import files
from tools.reports import words
from tools.reports.as_csv import csv_of
from tools.reports.charting import NoChartError, chart_of, told
from tools.reports.filters import filters_of
from tools.reports.paper import Paper
from tools.reports.sheet import BERLIN, Sheet, sheet_of
from tools.spec import AnyTool, FileKind, Result, Shown, Table
from tools.view import said, table_view

Json = dict[str, Any]
KEPT_DAYS = 7
_LONGEST = 60
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_TYPES: dict[FileKind, tuple[str, str]] = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("csv", "text/csv"),
    "pdf": ("pdf", "application/pdf"),
    "chart": ("png", "image/png"),
}
# A long table takes seconds and megabytes: few at a time, and nothing else waits for them.
_WORKSHOP = ThreadPoolExecutor(2, "reports")
_log = structlog.get_logger()


@dataclass(frozen=True)
class Wish:
    """A file somebody asked for, and what has to stand on it.

    Attributes:
        kind: which.
        tool, arguments: the call whose result it holds.
        asker: for whom, in whose language.
        company: whose records; `demo` when they are invented.
        now: when they were read.
    """

    kind: FileKind
    tool: AnyTool
    arguments: Json
    asker: Asker
    company: str
    demo: bool
    now: datetime


@dataclass(frozen=True)
class _Made:
    name: str
    media_type: str
    content: bytes
    rows: int
    alt: str = ""


async def wish_of(ctx: ToolContext, tool: AnyTool, arguments: Json | None) -> Wish | None:
    """Return the file a call wishes for, None when it wishes for none."""
    kind: FileKind | None = (arguments or {}).get("as_file")
    if kind is None or not issubclass(tool.args, Shown):
        return None
    company, demo = await members.company(ctx.session)
    now = ctx.now.astimezone(BERLIN)
    return Wish(kind, tool, arguments or {}, ctx.asker, company, demo, now)


async def made(catalog: Catalog, result: Result, wish: Wish, folder: Path | None) -> Result:
    """Return a result with the file that was wished for, or with the sentence why there is none.

    Args:
        catalog: labels.
        result: what the tool found; nothing found is nothing to write.
        wish: what was asked for.
        folder: of the files members hand in; made files are kept below it.

    Raises:
        Refused: no folder is set up.
    """
    if result.table is None:
        return replace(result, whole=None)
    maker = _Maker(catalog, result, wish)
    place = folder / files.MADE if folder else None

    def make() -> list[Json]:
        return [_kept(place, made_file) for made_file in maker.run()]

    try:
        entries = await asyncio.get_running_loop().run_in_executor(_WORKSHOP, make)
    except NoChartError as senseless:
        why = senseless.said.format(wish.asker.locale, **senseless.values)
        return _saying(result, words.NO_CHART.partly(why=why))
    except OSError as error:
        _log.error("file not written", tool=wish.tool.name, why=str(error))
        return _saying(result, words.NOT_WRITTEN)
    if not entries:
        return replace(result, whole=None)
    return _with_files(result, wish, entries)


def content_of(file: Json, folder: Path | None) -> bytes:
    """Return what a made file holds.

    Args:
        file: as a view's `files` has it.
        folder: of the files members hand in.

    Raises:
        Refused: it is gone: made too long ago, or on another machine.
    """
    place = folder / files.MADE if folder else None
    return files.load(place, str(file["kept"]), str(file["name"]))


def _kept(folder: Path | None, file: _Made) -> Json:
    """Keep a file, and let go of those nobody has fetched in a week."""
    reference = files.keep(folder, file.name, file.content)
    if folder is not None:
        files.prune(folder, files.kept_at(folder, reference) - timedelta(days=KEPT_DAYS))
    return {
        "name": file.name, "media_type": file.media_type, "kept": reference, "rows": file.rows,
        "alt": file.alt,
    }  # fmt: skip


def _saying(result: Result, added: Said) -> Result:
    """Return a result whose sentence goes on to say why nothing of it is in a file."""
    data = result.data | {"no_file": added.en}
    summary = result.summary + BLANK + added
    return replace(result, summary=summary, whole=None, data=data, outcome="partial")


def _with_files(result: Result, wish: Wish, entries: list[Json]) -> Result:
    names = ", ".join(e["name"] for e in entries)
    told_of = [{"name": e["name"], "rows": e["rows"]} for e in entries]
    return replace(
        result,
        summary=result.summary + BLANK + words.MADE[wish.kind].partly(file=names),
        data=result.data | {"files": told_of},
        table=replace(result.table, filed=wish.kind) if result.table else None,
        more=[replace(t, filed=wish.kind) for t in result.more],
        whole=None,
        files=[*result.files, *entries],
    )


class _Maker:
    """Makes the files of one result; runs beside the event loop."""

    def __init__(self, catalog: Catalog, result: Result, wish: Wish) -> None:
        self.catalog, self.result, self.wish = catalog, result, wish
        self.locale: Locale = wish.asker.locale

    def _cut(self, tables: Sequence[Table]) -> list[str]:
        """Say of every table that does not hold all its rows how many it holds."""
        found: list[str] = []
        for table in tables:
            counts = {"shown": Decimal(len(table.rows)), "total": Decimal(table.total)}
            if counts["shown"] < counts["total"]:
                told_in = {k: format_number(v, self.locale) for k, v in counts.items()}
                found.append(f"{self._title(table)}: {words.CUT.format(self.locale, **told_in)}")
        return found

    def run(self) -> list[_Made]:
        """Return the file, or one per table where a format holds only one.

        Raises:
            NoChartError: a chart makes no sense.
        """
        first = self.result.whole or self.result.table
        tables = [t for t in (first, *self.result.more) if t is not None and t.rows]
        if not tables:
            return []
        makers: dict[FileKind, Callable[[Sequence[Table]], list[_Made]]] = {
            "xlsx": self._xlsx,
            "csv": self._csv,
            "pdf": self._pdf,
            "chart": self._chart,
        }
        return makers[self.wish.kind](tables)

    def _xlsx(self, tables: Sequence[Table]) -> list[_Made]:
        from tools.reports.as_xlsx import xlsx_of

        paper = self._paper(tables)
        return [self._made(paper.title, xlsx_of(paper, self._sheets(tables)), tables)]

    def _pdf(self, tables: Sequence[Table]) -> list[_Made]:
        from tools.reports.as_pdf import pdf_of

        paper = self._paper(tables)
        return [self._made(paper.title, pdf_of(paper, self._sheets(tables)), tables)]

    def _csv(self, tables: Sequence[Table]) -> list[_Made]:
        return [
            self._made(self._title(t), csv_of(sheet, self.locale), [t])
            for t, (_, sheet) in zip(tables, self._sheets(tables), strict=True)
        ]

    def _chart(self, tables: Sequence[Table]) -> list[_Made]:
        from tools.reports.as_chart import png_of

        table = tables[0]
        chart = chart_of(self.catalog, table_view(table), self.locale)
        paper = self._paper([table])
        paper = replace(paper, title=f"{paper.title}: {chart.title}")
        made = self._made(paper.title, png_of(paper, chart), [table])
        return [replace(made, alt=told(chart, self.locale))]

    def _sheets(self, tables: Sequence[Table]) -> list[tuple[str, Sheet]]:
        return [
            (self._title(t), sheet_of(self.catalog, table_view(t), self.locale)) for t in tables
        ]

    def _made(self, title: str, content: bytes, tables: Sequence[Table]) -> _Made:
        ending, media_type = _TYPES[self.wish.kind]
        demo = "-demo" if self.wish.demo else ""
        title = _NOT_IN_NAMES.sub("-", title).strip("-")[:_LONGEST]
        name = f"{title}-{self.wish.now:%Y-%m-%d}{demo}.{ending}"
        return _Made(name, media_type, content, sum(len(t.rows) for t in tables))

    def _title(self, table: Table) -> str:
        """Return what a table is called: its own title, its noun's name, else its key."""
        if table.title is not None:
            return table.title.format(self.locale)
        entity = self.catalog.find_entity(table.entity)
        if entity is None:
            return table.entity.replace("_", " ")
        if len(table.rows) == 1 and self.wish.tool.verb == "show":
            name = table.rows[0].get(entity.title) or ""
            return f"{entity.noun.label(self.locale)} {name}".strip()
        return entity.nouns.label(self.locale)

    def _paper(self, tables: Sequence[Table]) -> Paper:
        wish, locale, table = self.wish, self.locale, tables[0]
        filters = filters_of(
            self.catalog, self.catalog.find_entity(table.entity), wish.arguments, wish.asker
        )
        counted = said(self.result.summary, self.result.values, locale)
        when = f"{format_date(wish.now.date(), locale)} {wish.now:%H:%M}"
        lines = [
            words.FILTERED.format(locale, filters=filters) if filters else "",
            counted,
            *self._cut(tables),
            words.AS_OF.format(locale, when=when, company=wish.company),
            words.DEMO.format(locale) if wish.demo else "",
        ]
        title = self.result.title.format(locale) if self.result.title else self._title(table)
        told_lines = tuple(x for x in lines if x and x != f"{title}.")
        return Paper(title, told_lines, wish.company, wish.now, locale)
