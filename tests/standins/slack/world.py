"""The workspace: who and what is in it, and the rules every method shares."""

import itertools
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standins.slack.clock import Clock
from tests.standins.slack.records import (
    Channel,
    ChannelKind,
    File,
    Json,
    Message,
    Refused,
    SlackError,
    User,
    View,
)
from tests.standins.slack.watching import Watch

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS, RESPONSE_USES = 30 * 60.0, 5
STATUS_SECONDS = 120.0
_EVENT_SCOPES = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "file_shared": {"files:read"},
    "reaction_added": {"reactions:read"},
    "user_change": {"users:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
}


@dataclass
class Trigger:
    """A `trigger_id`: who acted, when, and whether it has been used."""

    user: str
    issued: float
    used: bool = False
    view: str | None = None


@dataclass
class ResponseUrl:
    """Where an application may answer an interaction, and for whom."""

    user: str
    channel: str
    issued: float
    message_ts: str | None = None
    uses: int = 0


@dataclass
class Status:
    """What the assistant is said to be doing."""

    text: str
    loading_messages: list[str]
    since: float


@dataclass
class Session:
    """An agent session of one thread."""

    status: str = "active"
    title: str | None = None


Thread = tuple[str, str]


@dataclass
class World:
    """Everything the stand-in remembers. `emit` hands an event to delivery."""

    manifest: Json
    clock: Clock
    emit: Callable[[Json, Channel | None], None] = lambda _event, _channel: None
    team_id: str = "T0COFFEE"
    app_id: str = "A0COFFEE"
    bot_user: str = "U0COFFEEBOT"
    bot_id: str = "B0COFFEE"
    base: str = ""
    users: dict[str, User] = field(default_factory=dict[str, User])
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    all_views: dict[str, View] = field(default_factory=dict[str, View])
    homes: dict[str, View] = field(default_factory=dict[str, View])
    files: dict[str, File] = field(default_factory=dict[str, File])
    triggers: dict[str, Trigger] = field(default_factory=dict[str, Trigger])
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])
    all_statuses: dict[Thread, Status] = field(default_factory=dict[Thread, Status])
    status_log: list[tuple[Thread, str]] = field(default_factory=list[tuple[Thread, str]])
    titles: dict[Thread, str] = field(default_factory=dict[Thread, str])
    prompts: dict[tuple[str, str | None], list[Json]] = field(
        default_factory=dict[tuple[str, str | None], list[Json]]
    )
    sessions: dict[Thread, Session] = field(default_factory=dict[Thread, Session])
    violations: list[str] = field(default_factory=list[str])
    looking_at: dict[str, Json] = field(default_factory=dict[str, Json])
    dropped: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        """Install the application."""
        self.watch = Watch(self.bot_user)
        scopes = self.manifest.get("oauth_config", {}).get("scopes", {})
        self.scopes: set[str] = set(scopes.get("bot", []))
        settings = self.manifest.get("settings", {})
        self.events: set[str] = set(settings.get("event_subscriptions", {}).get("bot_events", []))
        name = self.manifest.get("features", {}).get("bot_user", {}).get("display_name", "app")
        self.users[self.bot_user] = User(
            self.bot_user, name.lower(), None, self.team_id, real_name=name, is_bot=True
        )
        self._ids = itertools.count(1)
        self._last_ts = 0
        self._by_place: dict[Thread, Message] = {}
        self._ims: dict[str, Channel] = {}
        self.by_channel: defaultdict[str, list[Message]] = defaultdict(list)
        self.by_thread: defaultdict[Thread, list[Message]] = defaultdict(list)

    # --- making ---------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """Return a fresh id such as `C0000001`."""
        return f"{prefix}{next(self._ids):08d}"

    def new_ts(self) -> str:
        """Return a timestamp above every earlier one."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_channel(self, name: str, kind: ChannelKind = "public", **more: Any) -> Channel:
        """Open a conversation."""
        prefix = {"public": "C", "private": "G", "im": "D"}[kind]
        channel = Channel(self.new_id(prefix), name, kind, **more)
        self.channels[channel.id] = channel
        return channel

    def im_with(self, user: str) -> Channel:
        """Return the direct message channel of the application and a user."""
        if user not in self._ims:
            ours = {user, self.bot_user}
            shared = self.users[user].team_id != self.team_id
            more: Json = {"user": user, "members": ours, "ext_shared": shared}
            self._ims[user] = self.add_channel("directmessage", "im", **more)
        return self._ims[user]

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """Issue a `trigger_id`, good for three seconds and one view."""
        trigger = f"{next(self._ids)}.{secrets.token_hex(8)}"
        self.triggers[trigger] = Trigger(user, self.clock.now(), view=view)
        return trigger

    def new_response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """Issue a `response_url`, good for half an hour and five answers."""
        key = secrets.token_hex(12)
        self.response_urls[key] = ResponseUrl(user, channel, self.clock.now(), message_ts)
        return f"{self.base}/response/{key}"

    # --- finding --------------------------------------------------------------------------

    def channel(self, given: str) -> Channel:
        """Return a conversation the application may know of, or `channel_not_found`."""
        if given in self.users and given != self.bot_user:
            return self.im_with(given)
        channel = self.channels.get(given)
        if channel is None or (channel.kind != "public" and self.bot_user not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def joined(self, given: str) -> Channel:
        """Return a conversation the application is in and may write to."""
        channel = self.channel(given)
        if self.bot_user not in channel.members:
            raise SlackError("not_in_channel")
        if channel.archived:
            raise SlackError("is_archived")
        return channel

    def need(self, *any_of: str) -> None:
        """Raise `missing_scope` unless one of the scopes was granted."""
        if any_of and not self.scopes & set(any_of):
            granted = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=",".join(any_of), provided=granted)

    def need_look(self, args: Json) -> None:
        """Ask for the scope of whoever writes under another name or icon."""
        if any(args.get(name) for name in ("icon_emoji", "icon_url", "username")):
            self.need("chat:write.customize")

    def message(self, channel: str, ts: str) -> Message:
        """Return a message that is there for all, or `message_not_found`."""
        message = self._by_place.get((channel, ts))
        if message is None or message.deleted or message.ephemeral_to:
            raise SlackError("message_not_found")
        return message

    def messages(self, channel: str, thread: str | None = None) -> list[Message]:
        """Return what everybody in a conversation (or one of its threads) sees, oldest first."""
        return [
            m
            for m in (self.by_thread[channel, thread] if thread else self.by_channel[channel])
            if not (m.deleted or m.ephemeral_to)
        ]

    # --- writing --------------------------------------------------------------------------

    def write(self, message: Message) -> Message:
        """Put a message into its conversation, look at it, and tell the application."""
        self.by_channel[message.channel].append(message)
        self.by_thread[message.channel, message.thread].append(message)
        self._by_place[message.channel, message.ts] = message
        if not message.ephemeral_to:
            self.tell(message)
        if message.user == self.bot_user:
            self.all_statuses.pop((message.channel, message.thread), None)
            self.look_at(message)
        return message

    def look_at(self, message: Message) -> None:
        """Record the URLs and mentions of a message of the application."""
        near = {m.user for m in self.messages(message.channel, message.thread)}
        near |= {message.ephemeral_to or "", self.channels[message.channel].user or ""}
        self.watch.message(message, near)

    def tell(
        self, message: Message, subtype: str | None = None, previous: Json | None = None
    ) -> None:
        """Emit the `message` event of something written, changed or deleted."""
        channel = self.channels[message.channel]
        common: Json = {
            "type": "message",
            "channel": channel.id,
            "channel_type": channel.event_type,
        }
        event = {**message.as_json(), **common, "event_ts": message.ts}
        if subtype is None and channel.kind == "im" and message.user in self.looking_at:
            event["app_context"] = self.looking_at[message.user]
        if subtype is not None:
            ts = self.new_ts()
            event = {**common, "subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts}
            event["previous_message"] = previous or {}
            if subtype == "message_changed":
                event["message"] = message.as_json()
            else:
                event["deleted_ts"] = message.ts
        elif (author := self.users.get(message.user)) and author.team_id != self.team_id:
            event |= {"user_team": author.team_id, "source_team": author.team_id}
        if message.thread_ts and subtype is None:
            event["parent_user_id"] = self._by_place[message.channel, message.thread_ts].user
        self.emit(event, channel)

    def subscribed(self, name: str) -> bool:
        """Return whether an event reaches the application; keeps the name when it does not."""
        scopes = _EVENT_SCOPES.get(name, set[str]())
        if name in self.events and (not scopes or scopes & self.scopes):
            return True
        self.dropped.append(name)
        return False

    def use_trigger(self, given: str) -> Trigger:
        """Spend a `trigger_id`."""
        trigger = self.triggers.get(given)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    @property
    def statuses(self) -> dict[Thread, str]:
        """Return the statuses users see now: they fade after two minutes."""
        now = self.clock.now()
        return {
            thread: status.text
            for thread, status in self.all_statuses.items()
            if now - status.since < STATUS_SECONDS
        }

    @property
    def views(self) -> list[View]:
        """Return the modals that are open, the newest last."""
        return [v for v in self.all_views.values() if v.open]

    def top_view(self, user: str) -> View:
        """Return the modal a user looks at."""
        mine = [v for v in self.views if v.user == user]
        if not mine:
            raise Refused("no modal is open")
        return mine[-1]
