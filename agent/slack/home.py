"""The App Home: a member's day, their open approvals, their last changes with Undo."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from agent.decisions import card_of_row
from agent.reply import Reply
from agent.slack.blocks import Drawing, actions, button, parts_of
from agent.slack.cards import title_of, when
from agent.slack.client import call
from agent.slack.place import Place
from agent.slack.text import mrkdwn
from agent.slack.words import SLACK
from agent.turn import Services
from db.enums import Locale
from db.queries import approvals
from db.queries.changes import recent_sets
from db.queries.outbox import Answered
from db.session import Actor

Json = dict[str, Any]
_MOST_BLOCKS = 95  # of 100
_MOST_APPROVALS = 10
_MOST_CHANGES = 5


async def publish(
    services: Services, client: AsyncWebClient, place: Place, found: Answered, reply: Reply
) -> None:
    """Show a member's Home; `reply` is what their day looks like."""
    locale: Locale = found.locale  # type: ignore[assignment]
    drawing = Drawing(services.catalog, locale, f"home:{found.member_id}", 0)
    blocks: list[Json] = [_heading(SLACK["home_today"].format(locale))]
    for part in parts_of(reply, drawing):
        blocks += [_unnamed(b) for b in part.blocks if b["type"] in {"section", "table", "context"}]
    actor = Actor.member(found.member_id)
    async with services.database.reading(actor) as session:
        now = services.clock()
        waiting = await approvals.pending(session, now)
        changed = await recent_sets(session, found.member_id, _MOST_CHANGES)
    blocks += _approvals(services, waiting[:_MOST_APPROVALS], locale)
    blocks += _changes(services, changed, locale)
    view = {"type": "home", "blocks": _one_table(blocks)[:_MOST_BLOCKS]}
    await call(client, "views.publish", user_id=place.user, view=view)


def _approvals(services: Services, waiting: list[Any], locale: Locale) -> list[Json]:
    found = [_heading(SLACK["home_open"].format(locale))]
    if not waiting:
        return [*found, _line(SLACK["home_none"].format(locale))]
    for approval in waiting:
        title = title_of(card_of_row(approval), services.catalog, locale)
        value = str(approval.id)
        row = [button("approve", value, locale, "primary"), button("reject", value, locale)]
        found += [_line(title), actions(row, f"home:decide:{approval.id}")]
    return found


def _changes(services: Services, changed: list[Any], locale: Locale) -> list[Json]:
    if not changed:
        return []
    found = [_heading(SLACK["home_recent"].format(locale))]
    for number, at, table in changed:
        entity = services.catalog.entity_of_table(table) if table else None
        noun = entity.noun.label(locale) if entity else str(table)
        line = _line(f"{when(at, locale)} · {noun}")
        found.append({**line, "accessory": button("undo", str(number), locale)})
    return found


def _heading(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _line(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn(text), "verbatim": True}}


def _unnamed(block: Json) -> Json:
    return {k: v for k, v in block.items() if k != "block_id"}


def _one_table(blocks: list[Json]) -> list[Json]:
    """Draw tables as lines: a Home takes no tables."""
    found: list[Json] = []
    for block in blocks:
        if block["type"] != "table":
            found.append(block)
            continue
        rows = [" · ".join(c["text"] for c in row if c["text"].strip()) for row in block["rows"]]
        found += [_line(text) for text in _gathered(rows)]
    return found


def _gathered(rows: list[str]) -> list[str]:
    texts = [""]
    for row in rows:
        if len(texts[-1]) + len(row) > 2_500:  # noqa: PLR2004 - a section takes 3,000
            texts.append("")
        texts[-1] += f"{row}\n"
    return [t for t in texts if t.strip()]
