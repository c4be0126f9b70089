"""The people of the workspace: what each does arrives as Slack would send it.

What they say returns at once with the message; what they click, submit or command returns when
the application has acknowledged it, or is too late to.
"""

import asyncio
from typing import Any, Literal

from tests.standins.slack.answers import answer
from tests.standins.slack.delivery import Courier
from tests.standins.slack.files import new_file
from tests.standins.slack.forms import fill, state_of
from tests.standins.slack.records import (
    Channel,
    Delivery,
    File,
    Json,
    Message,
    Refused,
    User,
    View,
    elements,
)
from tests.standins.slack.views import answer_submit
from tests.standins.slack.world import World

_CHOICES = {
    "static_select",
    "radio_buttons",
    "overflow",
    "checkboxes",
    "datepicker",
    "users_select",
}


class Person:
    """One user at their client."""

    def __init__(self, user: User, world: World, courier: Courier) -> None:
        self.user = user
        self._world = world
        self._courier = courier
        self.patience = 10.0  # seconds in earnest: the application hangs, and so would the test

    @property
    def id(self) -> str:
        """Return the user's id."""
        return self.user.id

    @property
    def im(self) -> Channel:
        """Return the direct messages with the application."""
        return self._world.im_with(self.id)

    # --- saying ---------------------------------------------------------------------------

    def dm(self, text: str, thread_ts: str | None = None) -> Message:
        """Write to the application; returns the message."""
        return self.say(self.im, text, thread_ts)

    def say(self, channel: Channel | str, text: str, thread_ts: str | None = None) -> Message:
        """Write into a conversation the person is in."""
        return self._write(self._channel(channel), text, thread_ts)

    def mention(self, channel: Channel | str, text: str, thread_ts: str | None = None) -> Message:
        """Write with a mention of the application: two events, `app_mention` and `message`."""
        return self.say(channel, f"<@{self._world.bot_user}> {text}", thread_ts)

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.user != self.id:
            raise Refused("not your message")
        before = message.as_json()
        message.text, message.edited = text, self._world.new_ts()
        self._world.tell(message, "message_changed", before)

    def upload(
        self,
        channel: Channel | str,
        name: str,
        content: bytes,
        *,
        text: str = "",
        thread_ts: str | None = None,
    ) -> tuple[Message, File]:
        """Share a file: `file_shared`, and a message of subtype `file_share`."""
        there = self._channel(channel)
        file = new_file(self._world, name, self.id, len(content))
        file.content, file.complete = content, True
        file.channels.append(there.id)
        message = self._write(there, text, thread_ts, subtype="file_share", files=[file])
        shared = {"type": "file_shared", "channel_id": there.id, "file_id": file.id}
        shared |= {"user_id": self.id, "file": {"id": file.id}, "event_ts": message.ts}
        self._world.emit(shared, there)
        return message, file

    def react(self, message: Message, name: str) -> None:
        """Add an emoji to a message."""
        message.reactions.setdefault(name, []).append(self.id)
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event: Json = {"type": "reaction_added", "user": self.id, "reaction": name, "item": item}
        event |= {"item_user": message.user, "event_ts": self._world.new_ts()}
        self._world.emit(event, self._world.channels[message.channel])

    def change(self, **fields: Any) -> None:
        """Become somebody else in Slack's eyes (`deleted`, `is_restricted`, …): `user_change`."""
        for name, value in fields.items():
            setattr(self.user, name, value)
        told = self.user.as_json(with_email="users:read.email" in self._world.scopes)
        now = int(self._world.clock.now())
        event: Json = {"type": "user_change", "user": told, "cache_ts": now}
        self._world.emit(event | {"event_ts": self._world.new_ts()}, None)

    # --- going ----------------------------------------------------------------------------

    def join(self, channel: Channel) -> None:
        """Enter a channel."""
        self._joined(self.id, channel, {})

    def invite(self, channel: Channel) -> None:
        """Bring the application into a channel."""
        self._channel(channel)
        self._joined(self._world.bot_user, channel, {"inviter": self.id})

    def look_at(self, channel: Channel | None, message: Message | None = None) -> None:
        """Look at a channel (or a message of it) beside the application, or at nothing."""
        entities: list[Json] = []
        if message is not None:
            value = {"channel_id": message.channel, "message_ts": message.ts}
            entities.append({"type": "slack#/types/message_context", "value": value})
        if channel is not None:
            entities.append({"type": "slack#/types/channel_id", "value": channel.id})
        context: Json = {}
        if entities:
            context["entities"] = [{**e, "team_id": self.user.team_id} for e in entities]
        self._world.looking_at[self.id] = context
        event: Json = {"type": "app_context_changed", "user": self.id, "channel": self.im.id}
        self._world.emit({**event, "context": context, "event_ts": self._world.new_ts()}, None)

    def open_home(self) -> None:
        """Open the home tab of the application."""
        self._opened("home")

    def open_messages_tab(self) -> None:
        """Open the messages tab of the application."""
        self._opened("messages")

    def stop(self, message: Message, *, anyway: bool = False) -> None:
        """Press the stop button of the thread of a message; it is there while it is processing."""
        thread = (message.channel, message.thread)
        session = self._world.sessions.get(thread)
        there = session is not None and session.status == "processing"
        if not anyway and not (there and "agent_session_stopped" in self._world.events):
            raise Refused("there is no stop button")
        streaming: list[str] = []
        for one in self._world.messages(*thread):
            if one.stream is not None and not one.stream.stopped:
                one.stream.stopped = True  # Slack ends them; the session's status is the app's
                streaming.append(one.ts)
        event: Json = {"type": "agent_session_stopped", "user": self.id, "channel": thread[0]}
        event |= {"thread_ts": thread[1], "streaming_message_ts": streaming}
        event["event_ts"] = self._world.new_ts()
        self._world.emit(event, self._world.channels[thread[0]])

    # --- clicking -------------------------------------------------------------------------

    async def click(
        self,
        on: Message | View,
        action_id: str,
        value: Any = None,
        *,
        stale: bool = False,
        filled: Json | None = None,
    ) -> Delivery:
        """Click or choose; refuses what is not there (any more), unless the client is `stale`.

        What else was `filled` in beside it (by action_id or block_id) travels along.
        """
        element = self._element(on, action_id, value, stale=stale)
        body = self._interaction("block_actions", view=on.id if isinstance(on, View) else None)
        body["actions"] = [self._action(element, value)]
        state = state_of(on.blocks, filled or {}, sending=False)
        if isinstance(on, View):
            body["container"] = {"type": "view", "view_id": on.id}
            body["view"] = self._view_json(on, state)
            return await self._send("interactive", body)
        ephemeral = on.ephemeral_to is not None
        body["container"] = {
            "type": "message", "message_ts": on.ts, "channel_id": on.channel,
            "is_ephemeral": ephemeral, "thread_ts": on.thread_ts,
        }  # fmt: skip
        body["channel"] = self._channel_json(self._world.channels[on.channel])
        body["message"] = on.as_json()
        body["state"] = {"values": state}
        body["response_url"] = self._world.new_response_url(self.id, on.channel, on.ts)
        return await self._send("interactive", body)

    async def feedback(self, on: Message, which: Literal["positive", "negative"]) -> Delivery:
        """Press one of the two feedback buttons."""
        pairs = [e for e in elements(on.blocks) if e["type"] == "feedback_buttons"]
        if not pairs:
            raise Refused("there are no feedback buttons")
        return await self.click(on, pairs[0]["action_id"], pairs[0][f"{which}_button"]["value"])

    async def submit(self, view: View | None, values: Json) -> Json | None:
        """Send a modal (the one on top when None); returns what the application answered."""
        view = view or self._world.top_view(self.id)
        if not view.open or view.user != self.id:
            raise Refused("this view is not open")
        view.errors = {}
        state = state_of(view.blocks, values, sending=True)
        body = self._interaction("view_submission", view=view.id)
        body["view"] = view.as_json(state)
        body["response_urls"] = []
        delivery = await self._send("interactive", body)
        if not delivery.acked:
            raise Refused(
                "the application did not answer in time: 'We had some trouble connecting'"
            )
        answer_submit(self._world, view, delivery.response)
        return delivery.response

    async def close(self, view: View | None = None) -> None:
        """Cancel a modal."""
        view = view or self._world.top_view(self.id)
        view.open = False
        if view.body.get("notify_on_close"):
            body = self._interaction("view_closed")
            body |= {"view": view.as_json(), "is_cleared": False}
            await self._send("interactive", body)

    async def slash(self, line: str, channel: Channel | str | None = None) -> Delivery:
        """Type a command such as `/coffee what is open?`."""
        there = self._channel(channel or self.im)
        command, _, text = line.partition(" ")
        known = self._world.manifest["features"].get("slash_commands", [])
        if command not in [c["command"] for c in known] or "commands" not in self._world.scopes:
            raise Refused(f"{command} is not a valid command")
        url = self._world.new_response_url(self.id, there.id)
        name = (
            there.name if there.kind == "public" else f"{there.kind}".replace("im", "directmessage")
        )
        body: Json = {
            "token": "verification", "team_id": self.user.team_id, "team_domain": "coffee",
            "channel_id": there.id, "channel_name": name, "user_id": self.id,
            "user_name": self.user.name, "command": command, "text": text.strip(),
            "api_app_id": self._world.app_id, "is_enterprise_install": "false",
            "response_url": url, "trigger_id": self._world.new_trigger(self.id),
        }  # fmt: skip
        delivery = await self._send("slash_commands", body)
        if delivery.response:
            answer(
                self._world, self._world.response_urls[url.rpartition("/")[2]], delivery.response
            )
        return delivery

    async def shortcut(self, message: Message, callback_id: str) -> Delivery:
        """Use a message shortcut."""
        known = self._world.manifest["features"].get("shortcuts", [])
        if callback_id not in [s["callback_id"] for s in known if s["type"] == "message"]:
            raise Refused(f"there is no shortcut {callback_id}")
        body = self._interaction("message_action")
        body |= {"callback_id": callback_id, "action_ts": self._world.new_ts()}
        body |= {"message_ts": message.ts, "message": message.as_json()}
        body["channel"] = self._channel_json(self._world.channels[message.channel])
        body["response_url"] = self._world.new_response_url(self.id, message.channel, message.ts)
        return await self._send("interactive", body)

    # --- inside ---------------------------------------------------------------------------

    def _channel(self, given: Channel | str) -> Channel:
        channel = self._world.channels[given] if isinstance(given, str) else given
        if self.id not in channel.members:
            raise Refused(f"{self.user.name} is not in {channel.name}")
        if self.user.deleted:
            raise Refused(f"{self.user.name} is deactivated")
        return channel

    def _write(self, channel: Channel, text: str, thread_ts: str | None, **more: Any) -> Message:
        if thread_ts is not None:
            thread_ts = self._world.message(channel.id, thread_ts).thread
        ts = self._world.new_ts()
        message = Message(
            channel.id, ts, self.id, text, thread_ts=thread_ts, team=self.user.team_id,
            client_msg_id=f"{self.id}-{ts}",
            bot_id=f"B{self.id[1:]}" if self.user.is_bot else None, **more,
        )  # fmt: skip
        self._world.write(message)
        if f"<@{self._world.bot_user}>" in text and channel.kind != "im":
            event = {**message.as_json(), "type": "app_mention", "channel": channel.id}
            self._world.emit({**event, "event_ts": ts, **self._foreign()}, channel)
        return message

    def _joined(self, who: str, channel: Channel, more: Json) -> None:
        channel.members.add(who)
        event: Json = {"type": "member_joined_channel", "user": who, "channel": channel.id, **more}
        event |= {"channel_type": channel.id[0], "team": self._world.users[who].team_id}
        self._world.emit({**event, "event_ts": self._world.new_ts()}, channel)

    def _foreign(self) -> Json:
        team = self.user.team_id
        return {} if team == self._world.team_id else {"user_team": team, "source_team": team}

    def _opened(self, tab: str) -> None:
        event: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self.im.id,
            "tab": tab,
        }
        if tab == "home" and (view := self._world.homes.get(self.id)):
            event["view"] = view.as_json()
        if self.id in self._world.looking_at:
            event["context"] = self._world.looking_at[self.id]
        self._world.emit({**event, "event_ts": self._world.new_ts()}, None)

    def _element(self, on: Message | View, action_id: str, value: Any, *, stale: bool) -> Json:
        gone = (
            on.deleted or on.ephemeral_to not in (None, self.id)
            if isinstance(on, Message)
            else not on.open
        )
        shown = [] if gone else elements(on.blocks)
        if stale and isinstance(on, Message):
            shown = [*shown, *(e for blocks in reversed(on.earlier) for e in elements(blocks))]
            shown += elements(on.blocks) if gone else []
        for element in shown:
            plain = element["type"] in ("button", "icon_button")
            if element["action_id"] != action_id:
                continue
            if plain and value is not None and element.get("value") != value:
                continue
            allowed = element.get("visible_to_user_ids")
            if stale or allowed is None or self.id in allowed:
                return element
        raise Refused(f"there is nothing to click called {action_id}")

    def _action(self, element: Json, value: Any) -> Json:
        found: Json = {"action_id": element["action_id"], "block_id": element["block_id"]}
        found |= {"type": element["type"], "action_ts": self._world.new_ts()}
        if element["type"] in _CHOICES:
            return found | fill(element, value)
        if element["type"] == "feedback_buttons":
            pair = (element["positive_button"], element["negative_button"])
            chosen = next((b for b in pair if b["value"] == value), None)
            if chosen is None:
                raise Refused(f"no feedback button has the value {value}")
            return found | {"text": chosen["text"], "value": value}
        return found | {k: element[k] for k in ("text", "value", "style", "url") if k in element}

    def _interaction(self, kind: str, view: str | None = None) -> Json:
        team = {"id": self._world.team_id, "domain": "coffee"}
        user = {"id": self.id, "username": self.user.name, "name": self.user.name}
        return {
            "type": kind, "team": team, "user": {**user, "team_id": self.user.team_id},
            "api_app_id": self._world.app_id, "token": "verification", "enterprise": None,
            "is_enterprise_install": False, "trigger_id": self._world.new_trigger(self.id, view),
        }  # fmt: skip

    def _view_json(self, view: View, state: Json) -> Json:
        return {**view.as_json(state), "type": view.body["type"], "app_id": self._world.app_id}

    def _channel_json(self, channel: Channel) -> Json:
        name = {"public": channel.name, "private": "privategroup", "im": "directmessage"}
        return {"id": channel.id, "name": name[channel.kind]}

    async def _send(self, kind: Literal["interactive", "slash_commands"], body: Json) -> Delivery:
        delivery = self._courier.send(kind, body)
        try:
            async with asyncio.timeout(self.patience):
                await delivery.settled.wait()
        except TimeoutError as error:
            raise AssertionError(f"no ack of {kind} in {self.patience} s of real time") from error
        return delivery
