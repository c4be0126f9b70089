"""From what Slack sends to inbox rows: stored before Slack hears that it arrived."""

import asyncio
import html
import re
from typing import Any

import psycopg

from agent.slack.place import Place, event_key, key_of
from db.queries import inbox, turns
from db.queries.turns import Arrival, Heard
from db.session import Actor, Database, DatabaseUnavailable

Json = dict[str, Any]
FRONT = "slack"
_FAILED = (DatabaseUnavailable, psycopg.Error)
_ACTOR = Actor.system("slack")
_MOST_AT_ONCE = 50
_LINK = re.compile(r"<(?:https?://|mailto:)([^|>]+)(?:\|([^>]+))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]*)>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
# Messages people write; all else (edits, joins, bots) is none of ours.
_SPOKEN = {None, "file_share", "thread_broadcast"}


class Hearing:
    """Stores what is heard. Under a burst, what came in the meantime goes in one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: list[tuple[int, Heard, asyncio.Future[Arrival]]] = []
        self._task: asyncio.Task[None] | None = None

    async def hear(self, member: int, heard: Heard) -> Arrival:
        """Store an event; return its conversation and inbox row, no row when heard before."""
        arrived: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._waiting.append((member, heard, arrived))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._store())
        return await arrived

    async def _store(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
            try:
                told = await turns.hear_all(self.database, [(m, h) for m, h, _ in batch])
            except _FAILED as error:  # whoever waits is told; one may be to blame for all
                await self._one_by_one(batch, error)
                continue
            for (_, _, arrived), arrival in zip(batch, told, strict=True):
                arrived.set_result(arrival)

    async def _one_by_one(
        self, batch: list[tuple[int, Heard, asyncio.Future[Arrival]]], error: Exception
    ) -> None:
        if len(batch) == 1:
            batch[0][2].set_exception(error)
            return
        for one in batch:
            try:
                (arrival,) = await turns.hear_all(self.database, [one[:2]])
            except _FAILED as mine:  # handed to whoever waits
                one[2].set_exception(mine)
            else:
                one[2].set_result(arrival)

    # --- where ---------------------------------------------------------------------------------

    async def key_at(self, place: Place) -> str:
        """Return the conversation of a place; a thread below a DM's top level goes on with it."""
        if place.kind == "im" and place.thread:
            root = event_key(place.team, place.channel, place.thread)
            async with self.database.reading(_ACTOR) as session:
                known = await inbox.key_of_event(session, root)
            if known is not None:
                return known
        return key_of(place.channel, place.thread)

    async def followed_by(self, place: Place) -> frozenset[int]:
        """Return who talks with us in this thread already, so that it needs no mention."""
        key = key_of(place.channel, place.thread)
        async with self.database.reading(_ACTOR) as session:
            return await inbox.talking_at(session, FRONT, key)


def is_spoken(event: Json) -> bool:
    """Whether a message event is something a person wrote just now."""
    return (
        event.get("subtype") in _SPOKEN
        and not event.get("bot_id")
        and not event.get("hidden")
        and bool(event.get("user"))
        and bool(event.get("ts"))
    )


def speaks_to_others(text: str, bot: str) -> bool:
    """Whether a message addresses somebody and that is not us."""
    first = _USER.match(text.strip())
    return first is not None and first[1] != bot


def words_of(text: str, bot: str) -> str:
    """Return what a member wrote, without Slack's markup and without our own name."""
    text = _USER.sub(lambda m: "" if m[1] == bot else f"@{m[1]}", text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _LINK.sub(lambda m: m[2] or m[1], text)
    return html.unescape(text).strip()


def kind_of(channel: str, channel_type: str | None) -> str:
    """Return im, group or channel; what Slack does not say is taken for public."""
    if channel_type in {"im", "app_home"} or channel.startswith("D"):
        return "im"
    return "group" if channel_type == "group" else "channel"
