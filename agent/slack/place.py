"""Where something was said in Slack, and so where its answer goes: code decides, never a model."""

from dataclasses import asdict, dataclass
from typing import Any, Self

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A place in a workspace, for one person.

    Attributes:
        team: the workspace.
        channel: channel, private channel or DM.
        user: who is answered.
        thread: the thread answers go to, None at the top level.
        kind: im, channel (public), group (private) or home (the App Home of the user).
        ts: the message that was said, when there is one.
    """

    team: str
    channel: str
    user: str
    thread: str | None = None
    kind: str = "im"
    ts: str | None = None

    @classmethod
    def of(cls, payload: Json) -> Self:
        """Return the place kept in an inbox payload."""
        return cls(**payload["slack"])

    def kept(self) -> Json:
        """Return the place as an inbox payload keeps it."""
        return asdict(self)

    @property
    def is_direct(self) -> bool:
        """Whether only the asker reads here."""
        return self.kind in {"im", "home"}


def key_of(channel: str, thread: str | None) -> str:
    """Return the conversation's key: a thread is one, the top level of a DM is one."""
    return f"{channel}:{thread}" if thread else channel


def event_key(team: str, channel: str, ts: str) -> str:
    """Return what makes a message the same one again, under whichever event it arrives."""
    return f"slack:{team}:{channel}:{ts}"
