"""Approval cards: their headings, their ends, and the windows to edit and to reject."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from agent.reply import Card
from agent.slack.place import Place
from agent.slack.text import inert, plain, shortened
from agent.slack.words import SLACK
from db.enums import Locale
from db.queries.approvals import StoredApproval
from db.queries.cards import ShownCard
from tools.calc.reading.format import format_date
from tools.catalog import Catalog
from tools.runner import BERLIN

Json = dict[str, Any]
_TITLE = 24
_INPUT = 3_000
_FIELDS = 40
_METADATA = 2_900  # of 3,000


def when(moment: datetime, locale: Locale) -> str:
    """Return an instant as the team reads it: Berlin's day and time."""
    there = moment.astimezone(BERLIN)
    return f"{format_date(there.date(), locale)} {there:%H:%M}"


def title_of(card: Card, catalog: Catalog, locale: Locale) -> str:
    """Return a card's heading: its number, the verb and what it is about."""
    tool = catalog.tools.get(card.tool)
    entity = catalog.find_entity(tool.noun) if tool else None
    noun = entity.noun.label(locale) if entity else card.tool
    labels = list(dict.fromkeys(str(c["label"]) for c in card.changes))
    what = " ".join([noun, *labels[:3]]) if labels else f"{noun} {_arguments(card)}"
    return SLACK["card"].format(locale, number=card.id, what=shortened(inert(what), 200))


def _arguments(card: Card) -> str:
    return ", ".join(f"{k}: {v}" for k, v in card.args.items())


def until(card: Card, locale: Locale) -> str:
    """Return until when a card can be decided."""
    if card.expires_at is None:
        return ""
    return SLACK["until"].format(locale, when=when(datetime.fromisoformat(card.expires_at), locale))


def told(card: ShownCard, approval: StoredApproval, who: str, locale: Locale) -> str:
    """Return what a card that is no longer open says: who decided what, when, what came of it."""
    if card.standing in {"expired", "superseded"}:
        return SLACK[card.standing].format(locale)
    at = when(approval.decided_at, locale) if approval.decided_at else ""
    if card.standing == "rejected":
        verdict = SLACK["rejected"].format(locale, who=who, when=at)
        reason = approval.note
        return f"{verdict} {SLACK['because'].format(locale, reason=reason)}" if reason else verdict
    verdict = SLACK["approved"].format(locale, who=who, when=at)
    return f"{verdict} {_came_to(card, locale)}"


def _came_to(card: ShownCard, locale: Locale) -> str:
    """Return what came of an approved call, in the card's language whoever approved it."""
    if card.standing == "done" and card.ended_at is not None:
        return SLACK["done"].format(locale, when=when(card.ended_at, locale))
    if card.standing == "failed":
        why: Json = (card.result.get("_view") or {}).get("why") or {}
        reason = why.get(locale) or card.result.get("said") or card.result.get("message")
        return SLACK["not_done"].format(locale, reason=reason or "–")
    return SLACK["dropped" if card.standing == "dropped" else "carrying_out"].format(locale)


def _window(
    callback: str, heading: str, go: str, kept: Json, blocks: list[Json], locale: Locale
) -> Json:
    def text(words: str) -> Json:
        return {"type": "plain_text", "text": shortened(words, _TITLE)}

    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": _written(kept),
        "title": text(heading),
        "submit": text(go),
        "close": text(SLACK["cancel"].format(locale)),
        "blocks": blocks,
    }


def _written(kept: Json) -> str:
    return json.dumps(kept, ensure_ascii=False)


def _fitting(text: str, room: int) -> str:
    """Return as much of a text as fits when it is written as JSON; what is cut off is marked."""
    most = len(text)
    while len(_written({"": shortened(text, most)})) > room:
        most -= 1 + most // 10
    return shortened(text, most)


def _input(
    key: str, label: str, value: str = "", *, optional: bool = True, long: bool = False
) -> Json:
    element: Json = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": long,
        "max_length": _INPUT,
    }
    if value:
        element["initial_value"] = value
    return {
        "type": "input",
        "block_id": key,
        "optional": optional,
        "label": {"type": "plain_text", "text": shortened(plain(label), 200)},
        "element": element,
    }


def reject_window(approval_id: int, place: Place, locale: Locale) -> Json:
    """Return the window that asks why not."""
    kept = {"approval": approval_id, "slack": place.kept()}
    blocks = [_input("reason", SLACK["why_not"].format(locale), long=True)]
    words = SLACK["reject"].format(locale)
    return _window("reject", words, words, kept, blocks, locale)


def edit_window(approval: StoredApproval, catalog: Catalog, place: Place, locale: Locale) -> Json:
    """Return the window to change a proposal in: one line per argument, as it stands.

    The window carries the approval's number only; what is sent in is a new proposal, so a new
    digest, and the old card is superseded by it.
    """
    tool = catalog.tools.get(approval.tool)
    entity = catalog.find_entity(tool.noun) if tool else None
    blocks: list[Json] = []
    for key, value in list(approval.arguments.items())[:_FIELDS]:
        named = entity.field(key).names.label(locale) if entity and entity.has(key) else key
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(shown) > _INPUT:  # no line holds it: it stays as it is
            continue
        blocks.append(_input(f"arg:{key}", named, shown, long=len(shown) > 60))  # noqa: PLR2004 - a line
    kept = {"approval": approval.id, "slack": place.kept()}
    heading, go = SLACK["edit"].format(locale), SLACK["send"].format(locale)
    return _window("edit", heading, go, kept, blocks, locale)


def edited(approval: StoredApproval, entered: Callable[[str], str | None]) -> Json:
    """Return the arguments as they were changed in the window; an emptied line leaves one out.

    Args:
        approval: what was proposed.
        entered: what a line of the window holds, None when the window has no such line.
    """
    found: Json = {}
    for key, value in approval.arguments.items():
        given = entered(f"arg:{key}")
        if given is None:
            found[key] = value
        elif given:
            found[key] = given if isinstance(value, str) else _as_before(given)
    return found


def _as_before(given: str) -> Any:
    try:
        return json.loads(given)
    except ValueError:  # the tool says what it expects
        return given


def ask_window(text: str, place: Place, locale: Locale) -> Json:
    """Return the window that asks what to do with a message somebody wrote."""
    shown = {
        "type": "section",
        "text": {"type": "plain_text", "text": shortened(plain(text) or "–", 2_000)},
    }
    question = _input("question", SLACK["question"].format(locale), optional=False, long=True)
    kept: Json = {"about": "", "slack": place.kept()}
    kept["about"] = _fitting(text, _METADATA - len(_written(kept)))
    heading = SLACK["ask"].format(locale)
    return _window("ask_about", heading, heading, kept, [shown, question], locale)
