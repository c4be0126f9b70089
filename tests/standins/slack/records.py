"""What the stand-in remembers: people, channels, messages, views, files, deliveries."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Blocks = list[Json]
DeliveryKind = Literal["events_api", "interactive", "slash_commands"]
ChannelKind = Literal["public", "private", "im"]


class SlackError(Exception):
    """A refusal of the Web API: `{"ok": false, "error": code}` and whatever else it says."""

    def __init__(self, code: str, *messages: str, **more: Any) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = messages
        self.more = more

    def body(self) -> Json:
        """Return the answer."""
        found: Json = {"ok": False, "error": self.code, **self.more}
        if self.messages:
            found["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in self.messages]}
        return found


class Refused(Exception):  # noqa: N818 - a person's client refuses; nothing is broken
    """What a user's client would not let the user do."""


@dataclass
class User:
    """One account, with what an application must look at before it trusts it."""

    id: str
    name: str
    email: str | None
    team_id: str
    real_name: str = ""
    is_email_confirmed: bool = True
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    locale: str = "en-US"
    tz: str = "Europe/Berlin"

    def as_json(self, *, with_email: bool, with_locale: bool = False) -> Json:
        """Return the user object; the e-mail only to who may read it."""
        profile: Json = {"real_name": self.real_name or self.name, "display_name": self.name}
        if with_email and self.email:
            profile["email"] = self.email
        flags = ("is_admin", "is_owner", "is_restricted", "is_ultra_restricted", "is_bot")
        found: Json = {
            "id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted,
            "real_name": self.real_name or self.name, "tz": self.tz, "profile": profile,
            "is_email_confirmed": self.is_email_confirmed, "is_app_user": False,
            **{name: getattr(self, name) for name in flags},
        }  # fmt: skip
        if self.is_stranger:
            found["is_stranger"] = True
        if with_locale:
            found["locale"] = self.locale
        return found


@dataclass
class Channel:
    """A conversation; `user` is the other side of a direct message."""

    id: str
    name: str
    kind: ChannelKind = "public"
    members: set[str] = field(default_factory=set[str])
    ext_shared: bool = False
    user: str | None = None
    archived: bool = False

    @property
    def event_type(self) -> str:
        """Return what an event calls this kind."""
        return {"public": "channel", "private": "group", "im": "im"}[self.kind]

    @property
    def scope_family(self) -> str:
        """Return the first half of the scopes for this kind."""
        return {"public": "channels", "private": "groups", "im": "im"}[self.kind]

    def as_json(self, bot: str) -> Json:
        """Return the conversation object."""
        shared = {"is_ext_shared": self.ext_shared, "is_archived": self.archived}
        if self.kind == "im":
            return {"id": self.id, "is_im": True, "user": self.user, "is_open": True, **shared}
        return {
            "id": self.id, "name": self.name, "is_channel": self.kind == "public",
            "is_group": False, "is_im": False, "is_private": self.kind == "private",
            "is_member": bot in self.members, "is_shared": self.ext_shared,
            "is_org_shared": False, "num_members": len(self.members), **shared,
        }  # fmt: skip


@dataclass
class Stream:
    """The streaming side of a message; `history` is every task with its status as they came."""

    started: float
    stopped: bool = False
    mode: str | None = None
    tasks: dict[str, Json] = field(default_factory=dict[str, Json])
    history: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    plan_title: str | None = None


@dataclass
class Message:
    """A message as it is now; `earlier` holds the blocks it had before."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: Blocks = field(default_factory=Blocks)
    attachments: Blocks = field(default_factory=Blocks)
    thread_ts: str | None = None
    bot_id: str | None = None
    metadata: Json | None = None
    client_msg_id: str | None = None
    subtype: str | None = None
    edited: str | None = None
    deleted: bool = False
    ephemeral_to: str | None = None
    broadcast: bool = False
    unfurl: bool = True
    stream: Stream | None = None
    files: list["File"] = field(default_factory=list["File"])
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    earlier: list[Blocks] = field(default_factory=list[Blocks])
    team: str = ""

    @property
    def thread(self) -> str:
        """Return the thread it is in, or would open."""
        return self.thread_ts or self.ts

    @property
    def shown(self) -> str:
        """Return every word a reader sees: the blocks' when there are any, else the text."""
        words = list(_words(self.blocks))
        if self.stream is not None or not words:
            words.insert(0, self.text)
        return "\n".join(w for w in words if w)

    @property
    def buttons(self) -> list[str]:
        """Return the `action_id` of everything that can be clicked."""
        return [e["action_id"] for e in elements(self.blocks) if "action_id" in e]

    def as_json(self, *, metadata: bool = True) -> Json:
        """Return the message object."""
        found: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        more: Json = {
            "team": self.team, "subtype": self.subtype, "thread_ts": self.thread_ts,
            "bot_id": self.bot_id, "blocks": self.blocks, "attachments": self.attachments,
            "metadata": self.metadata if metadata else None, "client_msg_id": self.client_msg_id,
            "files": [f.as_json() for f in self.files],
        }  # fmt: skip
        found |= {k: v for k, v in more.items() if v}
        if self.edited:
            found["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            found["reactions"] = [
                {"name": n, "users": list(u), "count": len(u)} for n, u in self.reactions.items()
            ]
        return found


@dataclass
class File:
    """An uploaded file; `upload` is the secret part of its upload URL until it is complete."""

    id: str
    name: str
    user: str
    size: int
    url: str
    title: str = ""
    alt_txt: str = ""
    content: bytes | None = None
    complete: bool = False
    channels: list[str] = field(default_factory=list[str])

    def as_json(self) -> Json:
        """Return the file object."""
        return {
            "id": self.id, "name": self.name, "title": self.title or self.name,
            "user": self.user, "size": self.size, "mode": "hosted", "channels": self.channels,
            "filetype": self.name.rpartition(".")[2], "is_external": False,
            **({"alt_txt": self.alt_txt} if self.alt_txt else {}),
            "url_private": self.url, "url_private_download": self.url,
        }  # fmt: skip


@dataclass
class View:
    """A modal or a home tab as one user sees it."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def blocks(self) -> Blocks:
        """Return its blocks."""
        return self.body.get("blocks", [])

    @property
    def shown(self) -> str:
        """Return every word a reader sees."""
        return "\n".join(_words(self.blocks))

    @property
    def callback_id(self) -> str:
        """Return what the application calls it."""
        return self.body.get("callback_id", "")

    def as_json(self, values: Json | None = None) -> Json:
        """Return the view object, with the state of its inputs."""
        empty: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}
        return {
            **empty, **self.body, "id": self.id, "hash": self.hash, "root_view_id": self.root,
            "previous_view_id": self.previous, "state": {"values": values or {}},
        }  # fmt: skip


@dataclass
class Delivery:
    """One payload on its way to the application, and what became of it."""

    kind: DeliveryKind
    payload: Json
    envelope_id: str
    attempt: int = 0
    reason: str | None = None
    sent: int = 0
    latency: float | None = None
    acked: bool = False
    late: bool = False
    status: int | None = None
    response: Json | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def event_id(self) -> str | None:
        """Return the id that stays the same when an event is delivered again."""
        return self.payload.get("event_id")


@dataclass(frozen=True)
class SeenUrl:
    """A URL in something the application wrote, and whether Slack would have fetched it."""

    url: str
    where: str
    channel: str | None
    ts: str | None
    fetched: bool


@dataclass(frozen=True)
class Ping:
    """A mention that would notify people."""

    what: str
    where: str
    channel: str | None
    ts: str | None


def elements(blocks: Blocks) -> list[Json]:
    """Return the interactive elements of blocks, in their order."""
    found: list[Json] = []
    for block in blocks:
        inner = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        inner += block.get("actions", []) if block["type"] == "card" else []
        name = {"block_id": block.get("block_id", "")}
        found += [{**e, **name} for e in inner if isinstance(e, dict) and "action_id" in e]
    return found


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [word for one in value.values() for word in _words(one)]
