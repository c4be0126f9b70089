"""The Slack front end: listens, stores what it hears, and answers Slack; workers do the rest."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from agent.messages import say
from agent.slack import cards
from agent.slack.client import NotNowError, RefusedError, UnclearError, call, open_direct
from agent.slack.files import kept
from agent.slack.hearing import FRONT, Hearing, is_spoken, kind_of, speaks_to_others, words_of
from agent.slack.identity import Identity, StrangerError
from agent.slack.place import Place, event_key
from agent.slack.text import mrkdwn
from agent.slack.words import SLACK
from agent.turn import Services
from db.enums import Role
from db.queries import approvals, feedback
from db.queries.turns import Heard
from db.session import Actor, DatabaseUnavailable
from tools.context import Asker

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
Listener = Callable[..., Awaitable[None]]
HOME_TOOL = "my_day"
PROMPTS = {  # at most four
    Role.VIEWER: ("late", "organic"),
    Role.ANALYST: ("followups", "late", "organic", "approvals"),
    Role.ADMIN: ("followups", "late", "approvals", "team"),
}
_PATIENCE, _PATIENCE_SECONDS = 120, 1.0
_NOTHING = re.compile(".*")
_log = structlog.get_logger()


@dataclass(frozen=True)
class Bot:
    """Who we are in the workspace."""

    team: str
    user: str


class SlackFront:
    """Everything Slack can send, and what becomes of it. It holds nothing but caches."""

    def __init__(self, services: Services, client: AsyncWebClient, bot: Bot) -> None:
        self.services, self.client, self.bot = services, client, bot
        self.hearing = Hearing(services.database)
        self.identity = Identity(client, services.database, time.monotonic, bot.team)

    @classmethod
    async def connect(cls, services: Services, client: AsyncWebClient) -> "SlackFront":
        """Return the front end of the workspace the token belongs to."""
        me = await call(client, "auth.test")
        return cls(services, client, Bot(me["team_id"], me["user_id"]))

    def listen(self, app: AsyncApp) -> AsyncApp:
        """Register everything with Bolt; it answers Slack when a listener has returned."""
        app.event("message")(_patiently(self.on_message))
        app.event("app_mention")(_patiently(self.on_message))
        app.event("app_home_opened")(_patiently(self.on_home))
        app.event("agent_session_stopped")(_patiently(self.on_stop))
        app.event(_NOTHING)(_ignore)
        app.command("/coffee")(_patiently(self.on_command))
        app.shortcut("ask_about")(_patiently(self.on_shortcut))
        app.action("approve")(_patiently(self.on_approve))
        app.action("reject")(_patiently(self.on_reject))
        app.action("edit")(_patiently(self.on_edit))
        app.action("undo")(_patiently(self.on_undo))
        app.action("acknowledge")(_patiently(self.on_acknowledge))
        app.action("feedback")(_patiently(self.on_feedback))
        app.view("reject")(_patiently(self.on_rejected))
        app.view("edit")(_patiently(self.on_edited))
        app.view("ask_about")(_patiently(self.on_asked))
        return app

    # --- messages ------------------------------------------------------------------------------

    async def on_message(self, event: Json, body: Json) -> None:
        """Hear a message: to us in a DM, a mention, or the next word in a thread of ours."""
        if not is_spoken(event) or event["user"] == self.bot.user:
            return
        text, mention = str(event.get("text") or ""), f"<@{self.bot.user}>"
        kind = kind_of(event["channel"], event.get("channel_type"))
        thread = event.get("thread_ts")
        addressed = kind == "im" or mention in text
        if not addressed and (thread is None or speaks_to_others(text, self.bot.user)):
            return
        place = Place(
            self.bot.team, event["channel"], event["user"], thread or event["ts"], kind, event["ts"]
        )
        followed = frozenset[int]() if addressed else await self.hearing.followed_by(place)
        if not addressed and not followed:
            return  # what colleagues say to each other is none of ours
        asker = await self._asker(event.get("user_team") or body.get("team_id"), place, addressed)
        if asker is None or (addressed and await self._is_shared(body, place, asker)):
            return
        if not addressed and asker.id not in followed:
            return
        key = await self.hearing.key_at(place if thread else _top(place))
        files = [kept(f) for f in event.get("files") or ()]
        payload: Json = {"text": words_of(text, self.bot.user), "slack": place.kept()}
        payload |= {"files": files} if files else {}
        said = event_key(place.team, place.channel, event["ts"])
        await self.hearing.hear(asker.id, Heard(FRONT, key, "message", payload, said))

    async def _asker(self, team: str | None, place: Place, addressed: bool) -> Asker | None:
        """Return the member who acts, None after a stranger who addressed us was told why not."""
        try:
            known = await self.identity.of(team, place.user)
        except StrangerError as stranger:
            _log.warning("stranger", why=type(stranger).__name__, user=place.user)
            if addressed:
                await self._tell(place, str(stranger))
            return None
        if known.welcome:
            await self._tell(place, known.welcome)
        return known.asker

    async def _presser(self, body: Json, place: Place) -> Asker | None:
        """Return the member behind a button or window; strangers are told why not."""
        return await self._asker(body["user"].get("team_id"), place, addressed=True)

    async def _is_shared(self, body: Json, place: Place, asker: Asker) -> bool:
        if not body.get("is_ext_shared_channel"):
            return False
        await self._tell(place, SLACK["shared_channel"].format(asker.locale))
        return True

    async def _tell(self, place: Place, text: str) -> None:
        """Say something to one person only; not said when Slack does not let us."""
        where: Json = {"channel": place.channel, "user": place.user, "thread_ts": place.thread}
        method = "chat.postEphemeral"
        if place.kind == "im":
            method, where = "chat.postMessage", {k: v for k, v in where.items() if k != "user"}
            where |= {"unfurl_links": False, "unfurl_media": False}
        try:
            await call(self.client, method, text=mrkdwn(text), **where)
        except (RefusedError, NotNowError, UnclearError) as error:
            _log.warning("not told", why=str(error))

    # --- commands, shortcuts, home -------------------------------------------------------------

    async def on_command(self, ack: Ack, body: Json) -> None:
        """Answer `/coffee question` in the member's DM; without a question, say what we do."""
        direct = await open_direct(self.client, body["user_id"])
        place = Place(self.bot.team, direct, body["user_id"])
        asker = await self._asker(body.get("team_id"), place, addressed=True)
        text = str(body.get("text") or "").strip()
        if asker is not None:
            words = text or SLACK["help"].format(asker.locale)
            key = f"slack:{place.team}:command:{body['trigger_id']}"
            payload: Json = {"text": words, "slack": place.kept()}
            await self.hearing.hear(asker.id, Heard(FRONT, place.channel, "message", payload, key))
        await ack()

    async def on_shortcut(self, ack: Ack, body: Json) -> None:
        """Ask what to do with a message somebody wrote."""
        message, channel = body["message"], body["channel"]["id"]
        place = self._place_of(channel, body["user"]["id"], message)
        asker = await self._presser(body, place)
        if asker is not None:
            text = words_of(str(message.get("text") or ""), self.bot.user)
            window = cards.ask_window(text, place, asker.locale)
            await call(self.client, "views.open", trigger_id=body["trigger_id"], view=window)
        await ack()

    async def on_asked(self, ack: Ack, body: Json, view: Json) -> None:
        """Hear the question about a message: what is quoted is somebody else's text."""
        kept, state = _kept(view), view["state"]["values"]
        place = Place.of(kept)
        asker = await self._presser(body, place)
        if asker is not None:
            question = str(state["question"]["value"]["value"])
            quoted = "\n".join(f"> {line}" for line in str(kept["about"]).splitlines())
            direct = await open_direct(self.client, place.user)
            there = replace(place, channel=direct, thread=None, kind="im", ts=None)
            payload: Json = {"text": f"{question}\n\n{quoted}", "slack": there.kept()}
            key = f"slack:{place.team}:view:{view['id']}"
            await self.hearing.hear(asker.id, Heard(FRONT, there.channel, "message", payload, key))
        await ack()

    async def on_home(self, event: Json, body: Json) -> None:
        """Show the Home tab, or what to ask on the Messages tab."""
        place = Place(self.bot.team, str(event.get("channel") or ""), event["user"], kind="home")
        asker = await self._asker(body.get("team_id"), place, addressed=False)
        if asker is None:
            return
        if event.get("tab") == "messages":
            await self._suggest(place, asker)
            return
        order = {"tool": HOME_TOOL, "arguments": {}}
        payload: Json = {
            "text": SLACK["day"].format(asker.locale),
            "order": order,
            "slack": place.kept(),
        }
        heard = Heard(
            FRONT, f"home:{place.user}", "message", payload, f"slack:home:{body['event_id']}"
        )
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

    async def on_stop(self, event: Json, body: Json) -> None:
        """Stop the turn being worked in a thread."""
        place = Place(
            self.bot.team, event["channel"], event["user"], event.get("thread_ts"),
            kind_of(event["channel"], event.get("channel_type")),
        )  # fmt: skip
        asker = await self._asker(body.get("team_id"), place, addressed=False)
        if asker is not None:
            key = await self.hearing.key_at(place)
            payload: Json = {"slack": place.kept()}
            heard = Heard(FRONT, key, "stop", payload, f"slack:stop:{body['event_id']}")
            await self.hearing.hear(asker.id, heard)

    # --- buttons -------------------------------------------------------------------------------

    async def on_approve(self, ack: Ack, body: Json, action: Json) -> None:
        """Hear an approval; whether it is theirs to give is asked when it is worked."""
        await self._decision(
            body, action, {"approval": int(action["value"]), "verdict": "approved"}
        )
        await ack()

    async def on_reject(self, ack: Ack, body: Json, action: Json) -> None:
        """Ask why not."""
        place = self._clicked(body)
        asker = await self._presser(body, place)
        if asker is not None:
            window = cards.reject_window(int(action["value"]), place, asker.locale)
            await call(self.client, "views.open", trigger_id=body["trigger_id"], view=window)
        await ack()

    async def on_rejected(self, ack: Ack, body: Json, view: Json) -> None:
        """Hear a rejection with its reason."""
        kept = _kept(view)
        reason = view["state"]["values"]["reason"]["value"].get("value")
        payload: Json = {"approval": kept["approval"], "verdict": "rejected", "reason": reason}
        await self._from_window(body, view, "decision", payload)
        await ack()

    async def on_edit(self, ack: Ack, body: Json, action: Json) -> None:
        """Open a proposal for editing, as it stands."""
        place = self._clicked(body)
        asker = await self._presser(body, place)
        approval = await self._approval(asker, int(action["value"])) if asker else None
        if asker is not None and approval is not None:
            window = cards.edit_window(approval, self.services.catalog, place, asker.locale)
            await call(self.client, "views.open", trigger_id=body["trigger_id"], view=window)
        await ack()

    async def on_edited(self, ack: Ack, body: Json, view: Json) -> None:
        """Hear an edited proposal: a new call, so a new card and a new digest."""
        kept = _kept(view)
        place = Place.of(kept)
        asker = await self._presser(body, place)
        approval = await self._approval(asker, int(kept["approval"])) if asker else None
        if asker is not None and approval is not None:
            arguments = cards.edited(approval, view["state"]["values"])
            # The words name nothing on purpose: what a card held is not the member's own text.
            words = SLACK["changed_by_you"].format(asker.locale, what=approval.tool)
            order = {"tool": approval.tool, "arguments": arguments}
            await self._from_window(body, view, "message", {"text": words, "order": order})
        await ack()

    async def on_undo(self, ack: Ack, body: Json, action: Json) -> None:
        """Hear an undo: it takes the same road as every other call."""
        place = self._clicked(body)
        asker = await self._presser(body, place)
        if asker is not None:
            number = int(action["value"])
            words = say("undo_number", asker.locale, number=number)
            order = {"tool": "undo", "arguments": {"change_set": number}}
            await self._heard(
                asker, place, "message", {"text": words, "order": order}, _press(body, action)
            )
        await ack()

    async def on_acknowledge(self, ack: Ack, body: Json, action: Json) -> None:
        """Hear that an alert is seen to."""
        place = self._clicked(body)
        asker = await self._presser(body, place)
        if asker is not None:
            words = SLACK["acknowledged"].format(asker.locale)
            order = {"tool": "acknowledge_alert", "arguments": {"alert": action["value"]}}
            payload: Json = {"text": words, "order": order}
            await self._heard(asker, place, "message", payload, _press(body, action))
        await ack()

    async def on_feedback(self, ack: Ack, body: Json, action: Json) -> None:
        """Keep what a member thought of an answer."""
        verdict, _, number = str(action["value"]).partition(":")
        place = self._clicked(body)
        asker = await self._presser(body, place)
        if asker is not None and verdict in {"good", "bad"} and number.isdigit():
            async with self.services.database.writing(Actor.member(asker.id)) as session:
                await feedback.give(session, int(number), asker.id, verdict)
            await self._tell(replace(place, kind="channel"), SLACK["thanks"].format(asker.locale))
        await ack()

    async def _decision(self, body: Json, action: Json, payload: Json) -> None:
        place = self._clicked(body)
        asker = await self._presser(body, place)
        if asker is not None:
            await self._heard(asker, place, "decision", payload, _press(body, action))

    async def _from_window(self, body: Json, view: Json, kind: str, payload: Json) -> None:
        place = Place.of(_kept(view))
        asker = await self._presser(body, place)
        if asker is not None:
            await self._heard(asker, place, kind, payload, f"slack:{place.team}:view:{view['id']}")

    async def _heard(self, asker: Asker, place: Place, kind: str, payload: Json, key: str) -> None:
        if not place.channel:  # pressed in the Home: the answer goes to the DM
            place = replace(place, channel=await open_direct(self.client, place.user), kind="im")
        conversation = await self.hearing.key_at(place)
        kept = payload | {"slack": place.kept()}
        await self.hearing.hear(asker.id, Heard(FRONT, conversation, kind, kept, key))

    async def _approval(self, asker: Asker, number: int) -> approvals.StoredApproval | None:
        async with self.services.database.reading(Actor.member(asker.id)) as session:
            return await approvals.get(session, number, self.services.clock())

    def _clicked(self, body: Json) -> Place:
        """Return where a button stood; the Home has no channel."""
        channel = (body.get("channel") or {}).get("id", "")
        if not channel:
            return Place(self.bot.team, "", body["user"]["id"], kind="im")
        return self._place_of(channel, body["user"]["id"], body.get("message") or {})

    def _place_of(self, channel: str, user: str, message: Json) -> Place:
        thread = message.get("thread_ts") or message.get("ts")
        return Place(self.bot.team, channel, user, thread, kind_of(channel, None))


def _patiently(listener: Listener) -> Listener:
    """Return a listener that waits while the database is away; Slack is answered when it is back.

    Slack gives an event up after a few deliveries; whoever holds one must not.
    """

    @wraps(listener)
    async def patient(*args: Any, **given: Any) -> None:
        for _ in range(_PATIENCE):
            try:
                return await listener(*args, **given)
            except DatabaseUnavailable as error:
                _log.warning("waiting for the database", error=str(error))
                await asyncio.sleep(_PATIENCE_SECONDS)
        return await listener(*args, **given)

    return patient


def _top(place: Place) -> Place:
    """Return whose conversation a top-level message belongs to: in a DM, the DM's own."""
    return replace(place, thread=None) if place.kind == "im" else place


def _press(body: Json, action: Json) -> str:
    """Return what makes a press the same one again when Slack delivers it twice."""
    what = f"{action['action_id']}:{action['value']}:{action['action_ts']}"
    return f"slack:press:{body['user']['id']}:{what}"


def _kept(view: Json) -> Json:
    return json.loads(view["private_metadata"])


async def _ignore() -> None:
    """Nothing to do: other events we are told of."""
