"""From a Reply to Slack messages: pure, within every limit of Block Kit, nothing cut.

A part is one message: {"key", "text", "blocks"} or a file. Its key is the block id of its first
block, so that a message that may have been posted can be found again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.messages import say
from agent.reply import Card, Reply
from agent.slack.cards import title_of, until
from agent.slack.text import inert, is_address, mrkdwn, pieces, plain, shortened
from agent.slack.words import SLACK
from db.enums import Locale
from tools.catalog import Catalog
from tools.reports.as_csv import csv_of
from tools.reports.sheet import sheet_of
from tools.shown import change_cells, headings, row_cells, shown_columns

Json = dict[str, Any]
_SECTION = 2_900  # of 3,000
_MESSAGE = 11_000  # of about 13,200 for all blocks together
_BLOCKS = 45  # of 50
_ROWS, _COLUMNS, _TABLE = 99, 20, 9_000  # of 100 rows with the heading, 20, 10,000 characters
_BUTTON = 75
_NOTICE = 3_000  # of 40,000; what notifications and old clients show
_WIDE = 6


@dataclass(frozen=True)
class Attached:
    """A file of an answer: what it holds, or as which file a tool made it."""

    name: str
    content: bytes = b""
    made: Json | None = None


@dataclass(frozen=True)
class Part:
    """One message or file of an answer."""

    key: str
    text: str
    blocks: Sequence[Json] = ()
    file: Attached | None = None
    card: int | None = None


@dataclass(frozen=True)
class Drawing:
    """What drawing needs to know beside the reply.

    Attributes:
        locale: the language of the answer.
        key: the name of the answer, which its messages bear.
        reader: the language of cards, when it is another one: in a DM the reader's.
    """

    catalog: Catalog
    locale: Locale
    key: str
    inbox_id: int
    reader: Locale | None = None


def parts_of(reply: Reply, drawing: Drawing, *, spoken: str = "") -> list[Part]:
    """Return the messages of a reply, in order.

    Args:
        reply: the answer.
        drawing: catalog, language, key of the answer.
        spoken: what was streamed already; only what follows is drawn.
    """
    said = reply.text if not spoken else ""
    texts = _texts(said)
    drawn = [t for t in reply.tables if not t.get("filed")]
    tables = [_table(t, drawing) for t in drawn]
    if reply.changes:
        tables.append([_changes(reply.changes, drawing)])
    foot = _foot(reply, drawing)
    messages = _packed(texts, tables, foot, drawing.key)
    shown = reply.text or say("done", drawing.locale)
    found = [
        Part(key, mrkdwn(shortened(shown, _NOTICE)), blocks) for key, blocks in messages if blocks
    ]
    found += [_csv(t, drawing, n) for n, t in enumerate(drawn) if not _fits(t, drawing)]
    found += [_made(f, drawing, n) for n, f in enumerate(reply.files)]
    reader = drawing.reader or drawing.locale
    # A card that was decided stands where it was asked for, and is rewritten there.
    waiting = [c for c in reply.cards if c.status == "pending"]
    return found + [card_part(c, drawing.catalog, reader) for c in waiting]


def _texts(text: str) -> list[Json]:
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": piece, "verbatim": True}}
        for piece in pieces(mrkdwn(text), _SECTION)
    ]


def _packed(
    texts: list[Json], tables: list[list[Json]], foot: list[Json], key: str
) -> Iterator[tuple[str, list[Json]]]:
    """Give messages that hold the blocks: one table each, the foot under the last."""
    groups: list[list[Json]] = [[]]
    for block in texts:
        if _size(groups[-1]) + _size([block]) > _MESSAGE or len(groups[-1]) >= _BLOCKS:
            groups.append([])
        groups[-1].append(block)
    for table in tables:
        has_table = any(b["type"] == "table" for b in groups[-1])
        if has_table or _size(groups[-1]) + _size(table) > _MESSAGE:
            groups.append([])
        groups[-1] += table
    groups[-1] += foot
    for number, blocks in enumerate(g for g in groups if g):
        name = f"{key}#{number}"
        yield name, [{**blocks[0], "block_id": name}, *blocks[1:]]


def _size(blocks: Sequence[Json]) -> int:
    return sum(len(str(b)) for b in blocks)


# --- tables ---------------------------------------------------------------------------------------


def _fits(view: Json, drawing: Drawing) -> bool:
    columns = shown_columns(view)
    drawn = sum(
        len(c)
        for row in view["rows"]
        for c in row_cells(drawing.catalog, view, row, drawing.locale)
    )
    return len(view["rows"]) <= _ROWS and len(columns) <= _COLUMNS and drawn <= _TABLE


def _table(view: Json, drawing: Drawing) -> list[Json]:
    """Return a table's blocks: rows as rows, a wide single record as a list of its fields."""
    if not view["rows"]:
        return []
    if not _fits(view, drawing):
        return [_context(SLACK["whole_table"].format(drawing.locale))]
    heads, rows = _grid(view, drawing)
    rows = [_harmless(view, row, drawing.catalog) for row in rows]
    if len(rows) == 1 and len(heads) > _WIDE:
        pairs = [(h, c) for h, c in zip(heads, rows[0], strict=True) if c != "–"]
        return [_rows([], [list(p) for p in pairs])]
    found = [_rows(heads, rows)]
    shown, total = view["offset"] + len(rows), view["total"]
    if total > shown:
        more = SLACK["more_rows"].format(drawing.locale, shown=len(rows), total=total)
        found.append(_context(more))
    return found


def _grid(view: Json, drawing: Drawing) -> tuple[list[str], list[list[str]]]:
    locale = drawing.locale
    rows = [row_cells(drawing.catalog, view, row, locale) for row in view["rows"]]
    return headings(view, locale), rows


def _harmless(view: Json, row: list[str], catalog: Catalog) -> list[str]:
    """Return cells that link to nothing, but for those that hold an address of our records."""
    keys = [c["key"] for c in shown_columns(view)]
    entity = view["entity"]
    return [
        text if _is_link(catalog, entity, key, text) else inert(text)
        for key, text in zip(keys, row, strict=True)
    ]


def _is_link(catalog: Catalog, entity: str, key: str, text: str) -> bool:
    """Whether a cell is a record's address: alone there, and in no text outsiders write."""
    found = catalog.find_entity(entity)
    known = found is not None and found.has(key) and not found.free_text(found.field(key))
    return known and is_address(text)


def _rows(heads: list[str], rows: list[list[str]]) -> Json:
    whole = [heads, *rows] if heads else rows
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": plain(c) or " "} for c in row] for row in whole],
    }


def _csv(view: Json, drawing: Drawing, number: int) -> Part:
    """Return a table that does not fit as a file, safe to open in a spreadsheet."""
    content = csv_of(sheet_of(drawing.catalog, view, drawing.locale), drawing.locale)
    name = f"{drawing.key.replace(':', '-')}-{view['entity']}-{number + 1}.csv"
    return _file(f"{drawing.key}#file{number}", Attached(name, content), drawing)


def _made(file: Json, drawing: Drawing, number: int) -> Part:
    """Return a file a tool made."""
    return _file(f"{drawing.key}#made{number}", Attached(file["name"], made=file), drawing)


def _file(key: str, file: Attached, drawing: Drawing) -> Part:
    """Return a file as a part; its text is what is said when it cannot be sent."""
    return Part(key, SLACK["not_sent"].format(drawing.locale, name=plain(file.name)), file=file)


def _changes(changes: Sequence[Json], drawing: Drawing) -> Json:
    return change_table(changes[:_ROWS], drawing.catalog, drawing.locale)


def change_table(changes: Sequence[Json], catalog: Catalog, locale: Locale) -> Json:
    """Return changes as record, field, before → after."""
    heads = [say(k, locale) for k in ("record", "field", "before", "after")]
    rows = [_change(catalog, c, locale) for c in changes]
    return _rows(heads, rows)


def _change(catalog: Catalog, change: Json, locale: Locale) -> list[str]:
    record, field, *values = change_cells(catalog, change, locale)
    entity, key = change["entity"], change["field"]
    return [
        inert(record),
        field,
        *(v if _is_link(catalog, entity, key, v) else inert(v) for v in values),
    ]


# --- foot -----------------------------------------------------------------------------------------


def _foot(reply: Reply, drawing: Drawing) -> list[Json]:
    locale, found = drawing.locale, list[Json]()
    listed = reply.sources_listed()
    if listed:
        found.append(_context(say("sources", locale, listed=shortened(listed, 1_500))))
    if reply.demo:
        found.append(_context(SLACK["demo"].format(locale)))
    if reply.undo:
        found.append(actions([button("undo", str(reply.undo), locale)], f"undo:{reply.undo}"))
    if reply.outcome not in {"refused", "failed"} and not reply.cards:
        found.append(_feedback(drawing))
    return found


def _feedback(drawing: Drawing) -> Json:
    def one(key: str) -> Json:
        label = {"type": "plain_text", "text": SLACK[key].format(drawing.locale)}
        return {"text": label, "value": f"{key}:{drawing.inbox_id}"}

    buttons = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": one("good"),
        "negative_button": one("bad"),
    }
    return {"type": "context_actions", "elements": [buttons]}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn(text)}]}


def button(action: str, value: str, locale: Locale, style: str | None = None) -> Json:
    """Return a button; what it does is named by its action, on what by its value."""
    text = {"type": "plain_text", "text": shortened(SLACK[action].format(locale), _BUTTON)}
    made: Json = {"type": "button", "action_id": action, "value": value, "text": text}
    return made | ({"style": style} if style else {})


def actions(elements: list[Json], block_id: str) -> Json:
    """Return a row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": elements}


# --- cards ----------------------------------------------------------------------------------------


def card_part(card: Card, catalog: Catalog, locale: Locale, ended: str = "") -> Part:
    """Return an approval as a message: exactly what will happen, why a person is asked, its state.

    Args:
        card: the approval.
        catalog: labels.
        locale: in a channel the requester's language, in a DM the reader's.
        ended: who decided what and when; empty while it is open.
    """
    title = title_of(card, catalog, locale)
    key = f"card:{card.id}"
    blocks: list[Json] = [
        {
            "type": "section",
            "block_id": key,
            "text": {"type": "mrkdwn", "text": f"*{mrkdwn(title)}*", "verbatim": True},
        }
    ]
    if card.changes:
        blocks.append(change_table(card.changes[:_ROWS], catalog, locale))
    if ended:
        return Part(key, mrkdwn(f"{title} {ended}"), [*blocks, _context(ended)], card=card.id)
    blocks.append(_context(f"{say(f'why_{card.reason}', locale)} {until(card, locale)}"))
    value = str(card.id)
    row = [
        button("approve", value, locale, "primary"),
        button("edit", value, locale),
        button("reject", value, locale, "danger"),
    ]
    blocks.append(actions(row, f"decide:{card.id}"))
    return Part(key, mrkdwn(title), blocks, card=card.id)
