"""A Reply drawn for the terminal: sentences, tables, cards with before → after."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from agent.messages import say
from agent.reply import Card, Reply
from agent.terminal.words import TERMINAL
from db.enums import Locale
from tools.catalog import Catalog
from tools.shown import change_cells, headings, row_cells, shown_columns

Json = dict[str, Any]
_NUMERIC = {"integer", "decimal", "money"}
_DRAWN = {None, "chart"}  # a terminal shows no pictures; other files need no table beside them
_WIDE = 6  # columns; more of them do not fit a terminal when there is only one row


def reply_parts(reply: Reply, catalog: Catalog, *, text: bool = True) -> list[RenderableType]:
    """Return what to print of a reply, top to bottom; `text` False when it was streamed."""
    locale: Locale = reply.language  # type: ignore[assignment]
    parts: list[RenderableType] = [Text(reply.text)] if text and reply.text else []
    parts += [table(t, catalog, locale) for t in reply.tables if t.get("filed") in _DRAWN]
    if reply.changes:
        parts.append(changes(reply.changes, catalog, locale))
    parts += [card(c, catalog, locale) for c in reply.cards]
    parts += [Text(f"{f['name']}: {f['path']}", style="cyan") for f in reply.files if "path" in f]
    parts += sources(reply, locale)
    if reply.undo:
        parts.append(Text(TERMINAL["undo_hint"].format(locale), style="dim"))
    return parts


def table(view: Json, catalog: Catalog, locale: Locale) -> RenderableType:
    """Draw a table view with labels, units and figures of a language."""
    if len(view["rows"]) == 1 and len(shown_columns(view)) > _WIDE:
        return _record(view, catalog, locale)
    drawn = RichTable(header_style="bold", pad_edge=False, box=None, row_styles=["", "dim"])
    for column, heading in zip(shown_columns(view), headings(view, locale), strict=True):
        justify = "right" if column["kind"] in _NUMERIC else "left"
        drawn.add_column(heading, justify=justify, overflow="fold")
    for row in view["rows"]:
        drawn.add_row(*[Text(c) for c in row_cells(catalog, view, row, locale)])
    shown, total = view["offset"] + len(view["rows"]), view["total"]
    if total > shown:
        more = TERMINAL["more_rows"].format(locale, shown=len(view["rows"]), total=total)
        return Group(drawn, Text(more, style="dim"))
    return drawn


def _record(view: Json, catalog: Catalog, locale: Locale) -> RenderableType:
    """Draw one record as a list of fields: a row of twenty columns is unreadable."""
    drawn = RichTable(box=None, show_header=False, pad_edge=False)
    drawn.add_column(style="bold")
    drawn.add_column(overflow="fold")
    cells = row_cells(catalog, view, view["rows"][0], locale)
    for column, text in zip(shown_columns(view), cells, strict=True):
        unit = f" {column['unit']}" if column.get("unit") else ""
        drawn.add_row(Text(column["label"][locale]), Text(f"{text}{unit}"))
    return drawn


def changes(found: list[Json], catalog: Catalog, locale: Locale) -> RenderableType:
    """Draw changes as record, field, before → after."""
    drawn = RichTable(box=None, header_style="bold", pad_edge=False)
    for key in ("record", "field", "before", "after"):
        drawn.add_column(say(key, locale), overflow="fold")
    for change in found:
        record, field, before, after = change_cells(catalog, change, locale)
        drawn.add_row(Text(record), Text(field), Text(before), Text(f"→ {after}"))
    return drawn


def card(found: Card, catalog: Catalog, locale: Locale) -> RenderableType:
    """Draw an approval: exactly what will happen, why a person is asked, and its state."""
    title = TERMINAL["card"].format(locale, number=found.id)
    state = TERMINAL[f"card_{found.status}"].format(locale)
    why = say(f"why_{found.reason}", locale)
    arguments = ", ".join(f"{k}: {v}" for k, v in found.args.items())
    body = Group(
        Text(f"{found.tool}  {arguments}", style="dim"),
        changes(found.changes, catalog, locale),
        Text(f"{why} {state}"),
    )
    return Panel(body, title=title, title_align="left", border_style="yellow")


def sources(reply: Reply, locale: Locale) -> list[RenderableType]:
    """Draw where it comes from, one line."""
    listed = reply.sources_listed()
    return [Text(say("sources", locale, listed=listed), style="dim")] if listed else []


def show(console: Console, reply: Reply, catalog: Catalog, *, text: bool = True) -> None:
    """Print a reply."""
    for part in reply_parts(reply, catalog, text=text):
        console.print(part)
