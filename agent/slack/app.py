"""The Slack front end: listens, stores what it hears, and answers Slack; workers do the rest."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from agent.slack.client import NotNowError, RefusedError, UnclearError, call, myself, open_direct
from agent.slack.edge import ALIEN, ANYTHING, is_alien, noted, patiently
from agent.slack.files import kept
from agent.slack.front import Bot, Front
from agent.slack.hearing import FRONT, is_spoken, kind_of, speaks_to_others, words_of
from agent.slack.identity import StrangerError
from agent.slack.incoming import Changed, Command, Envelope, Opened, Pressed, Raw, Spoken, Stopped
from agent.slack.place import Place, event_key
from agent.slack.pressing import Pressing
from agent.slack.text import mrkdwn
from agent.slack.words import SLACK
from agent.turn import Services
from db.enums import Role
from db.queries.turns import Heard
from db.session import DatabaseUnavailable
from tools.context import Asker

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
HOME_TOOL = "my_day"
PROMPTS = {  # at most four
    Role.VIEWER: ("late", "organic"),
    Role.ANALYST: ("followups", "late", "organic", "approvals"),
    Role.ADMIN: ("followups", "late", "approvals", "team"),
}
_log = structlog.get_logger()


class SlackFront(Front):
    """What is said to us, and everything else Slack can send."""

    @classmethod
    async def connect(cls, services: Services, client: AsyncWebClient) -> "SlackFront":
        """Return the front end of the workspace the token belongs to."""
        me = await myself(client)
        return cls(services, client, Bot(me["team_id"], me["user_id"]))

    def listen(self, app: AsyncApp) -> AsyncApp:
        """Register everything with Bolt; it answers Slack when a listener has returned."""
        app.event("message")(patiently(self.on_message))
        app.event("app_mention")(patiently(self.on_message))
        app.event("app_home_opened")(patiently(self.on_home))
        app.event("agent_session_stopped")(patiently(self.on_stop))
        app.event("user_change")(patiently(self.on_person))
        app.event(ANYTHING)(_ignore)
        app.command("/coffee")(patiently(self.on_command))
        Pressing(self).listen(app)
        app.error(self.on_error)
        return app

    async def on_error(self, error: Exception, body: Any) -> BoltResponse:
        """Note what came to nothing, and tell whoever pressed something.

        What is alien stays so: Slack need not send it again. An event that failed comes again.
        """
        noted(error)
        alien = is_alien(error)
        try:
            pressed = Pressed.model_validate(body)
            place = self.clicked(pressed)
            asker = await self.presser(pressed, place)
            if asker is not None:
                said = SLACK["not_here" if alien else "broke"].format(asker.locale)
                await self.tell(place, said)
        except ALIEN:
            pass  # an event, or so broken that nobody can be told
        except (NotNowError, UnclearError, DatabaseUnavailable) as away:
            _log.warning("not told", why=type(away).__name__)
        if isinstance(error, ALIEN):
            return BoltResponse(status=200)
        return BoltResponse(status=400 if alien else 500)

    # --- messages ------------------------------------------------------------------------------

    async def on_message(self, event: Raw, body: Raw) -> None:
        """Hear a message: to us in a DM, a mention, or the next word in a thread of ours."""
        if not is_spoken(event) or event["user"] == self.bot.user:
            return
        said, envelope = Spoken.model_validate(event), Envelope.model_validate(body)
        kind = kind_of(said.channel, said.channel_type)
        addressed = kind == "im" or f"<@{self.bot.user}>" in said.text
        if not addressed and (said.thread_ts is None or speaks_to_others(said.text, self.bot.user)):
            return
        place = Place(
            self.bot.team, said.channel, said.user, said.thread_ts or said.ts, kind, said.ts
        )
        followed = frozenset[int]() if addressed else await self.hearing.followed_by(place)
        if not addressed and not followed:
            return  # what colleagues say to each other is none of ours
        asker = await self.asker(said.user_team or envelope.team_id, place, addressed=addressed)
        if asker is None or (addressed and await self._is_shared(envelope, place, asker)):
            return
        if addressed or asker.id in followed:
            await self._keep(said, place, asker)

    async def _keep(self, said: Spoken, place: Place, asker: Asker) -> None:
        """Store what a member said to us."""
        key = await self.hearing.key_at(place if said.thread_ts else _top(place))
        payload: Json = {"text": words_of(said.text, self.bot.user), "slack": place.kept()}
        payload |= {"files": [kept(f) for f in said.files]} if said.files else {}
        once = event_key(place.team, place.channel, said.ts)
        await self.hearing.hear(asker.id, Heard(FRONT, key, "message", payload, once))

    async def _is_shared(self, envelope: Envelope, place: Place, asker: Asker) -> bool:
        if not envelope.is_ext_shared_channel:
            return False
        await self.tell(place, SLACK["shared_channel"].format(asker.locale))
        return True

    # --- commands, home, stop ------------------------------------------------------------------

    async def on_command(self, ack: Ack, body: Raw) -> None:
        """Answer `/coffee question` in the member's DM; without a question, say what we do."""
        command = Command.model_validate(body)
        try:
            known = await self.identity.of(command.team_id, command.user_id)
        except StrangerError as stranger:
            _log.warning("stranger", why=stranger.key, user=command.user_id)
            await ack(text=mrkdwn(str(stranger)))  # shown to them alone
            return
        asker, direct = known.asker, await open_direct(self.client, command.user_id)
        place = Place(self.bot.team, direct, command.user_id)
        if known.welcome:
            await self.tell(place, known.welcome)
        words = command.text.strip() or SLACK["help"].format(asker.locale)
        once = f"slack:{place.team}:command:{command.trigger_id}"
        payload: Json = {"text": words, "slack": place.kept()}
        await self.hearing.hear(asker.id, Heard(FRONT, direct, "message", payload, once))
        await ack()

    async def on_home(self, event: Raw, body: Raw) -> None:
        """Show the Home tab, or what to ask on the Messages tab."""
        opened, envelope = Opened.model_validate(event), Envelope.model_validate(body)
        place = Place(self.bot.team, opened.channel or "", opened.user, kind="home")
        asker = await self.asker(envelope.team_id, place, addressed=False)
        if asker is None:
            return
        if opened.tab == "messages":
            await self._suggest(place, asker)
            return
        payload: Json = {
            "text": SLACK["day"].format(asker.locale),
            "order": {"tool": HOME_TOOL, "arguments": {}},
            "slack": place.kept(),
        }
        once = f"slack:home:{envelope.event_id}"
        heard = Heard(FRONT, f"home:{place.user}", "message", payload, once)
        await self.hearing.hear(asker.id, heard)

    async def _suggest(self, place: Place, asker: Asker) -> None:
        said = [SLACK[f"prompt_{name}"].format(asker.locale) for name in PROMPTS[asker.role]]
        prompts = [{"title": text, "message": text} for text in said]
        try:
            await call(
                self.client,
                "assistant.threads.setSuggestedPrompts",
                channel_id=place.channel,
                prompts=prompts,
            )
        except (RefusedError, NotNowError, UnclearError) as error:
            _log.info("no prompts", why=str(error))

    async def on_stop(self, event: Raw, body: Raw) -> None:
        """Stop the turn being worked in a thread."""
        stopped, envelope = Stopped.model_validate(event), Envelope.model_validate(body)
        kind = kind_of(stopped.channel, stopped.channel_type)
        place = Place(self.bot.team, stopped.channel, stopped.user, stopped.thread_ts, kind)
        asker = await self.asker(envelope.team_id, place, addressed=False)
        if asker is not None:
            key = await self.hearing.key_at(place)
            once = f"slack:stop:{envelope.event_id}"
            heard = Heard(FRONT, key, "stop", {"slack": place.kept()}, once)
            await self.hearing.hear(asker.id, heard)

    async def on_person(self, event: Raw) -> None:
        """Forget who somebody was: deactivated or made a guest, they are nobody from now on."""
        self.identity.forget(Changed.model_validate(event).user.id)


def _top(place: Place) -> Place:
    """Return whose conversation a top-level message belongs to: in a DM, the DM's own."""
    return replace(place, thread=None) if place.kind == "im" else place


async def _ignore() -> None:
    """Nothing to do: other events we are told of."""
