"""Who acts and how they are told something: what every listener of the front end needs."""

import time
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.slack.client import NotNowError, RefusedError, UnclearError, call, open_direct
from agent.slack.hearing import FRONT, Hearing, kind_of
from agent.slack.identity import Identity, StrangerError
from agent.slack.incoming import Pressed
from agent.slack.place import Place
from agent.slack.text import mrkdwn
from agent.turn import Services
from db.queries.turns import Heard
from tools.context import Asker

Json = dict[str, Any]
_log = structlog.get_logger()


@dataclass(frozen=True)
class Bot:
    """Who we are in the workspace."""

    team: str
    user: str


class Front:
    """The workspace, its people and what is heard of them. It holds nothing but caches."""

    def __init__(self, services: Services, client: AsyncWebClient, bot: Bot) -> None:
        self.services, self.client, self.bot = services, client, bot
        self.hearing = Hearing(services.database)
        self.identity = Identity(client, services.database, time.monotonic, bot.team)

    async def asker(self, team: str | None, place: Place, *, addressed: bool) -> Asker | None:
        """Return the member who acts, None after a stranger who addressed us was told why not."""
        try:
            known = await self.identity.of(team, place.user)
        except StrangerError as stranger:
            _log.warning("stranger", why=stranger.key, user=place.user)
            if addressed:
                await self.tell(place, str(stranger))
            return None
        if known.welcome:
            await self.tell(place, known.welcome)
        return known.asker

    async def presser(self, pressed: Pressed, place: Place) -> Asker | None:
        """Return the member behind a button or window; strangers are told why not."""
        return await self.asker(pressed.user.team_id, place, addressed=True)

    async def tell(self, place: Place, text: str) -> None:
        """Say something to one person only; not said when Slack does not let us."""
        where: Json = {"channel": place.channel, "user": place.user, "thread_ts": place.thread}
        method = "chat.postEphemeral"
        try:
            if place.kind == "im":
                direct = place.channel or await open_direct(self.client, place.user)
                method, where = "chat.postMessage", {"channel": direct, "thread_ts": place.thread}
                where |= {"unfurl_links": False, "unfurl_media": False}
            await call(self.client, method, text=mrkdwn(text), **where)
        except (RefusedError, NotNowError, UnclearError) as error:
            _log.warning("not told", why=str(error))

    async def heard(self, asker: Asker, place: Place, kind: str, payload: Json, key: str) -> None:
        """Store what a button or window asks for, at the place it was used."""
        if not place.channel:  # pressed in the Home: the answer goes to the DM
            place = replace(place, channel=await open_direct(self.client, place.user), kind="im")
        conversation = await self.hearing.key_at(place)
        kept = payload | {"slack": place.kept()}
        await self.hearing.hear(asker.id, Heard(FRONT, conversation, kind, kept, key))

    def clicked(self, pressed: Pressed) -> Place:
        """Return where something was pressed; the Home has no channel."""
        if pressed.channel is None:
            return Place(self.bot.team, "", pressed.user.id, kind="im")
        channel, message = pressed.channel.id, pressed.message
        thread = message and (message.thread_ts or message.ts)
        return Place(self.bot.team, channel, pressed.user.id, thread, kind_of(channel, None))
