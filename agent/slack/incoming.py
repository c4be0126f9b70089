"""What Slack sends, read before anything is done with it: the right fields, of the right kinds.

What does not fit is refused whole; pydantic's ValidationError says of what kind it was to be.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Json

from agent.slack.place import Place

Raw = dict[str, Any]
_MOST = 2**63 - 1  # what a number in the database may be

Id = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,40}$")]
Ts = Annotated[str, Field(pattern=r"^[0-9]{1,12}[.][0-9]{1,9}$")]
Key = Annotated[str, Field(min_length=1, max_length=300)]
Number = Annotated[int, Field(ge=1, le=_MOST)]
Words = Annotated[str, BeforeValidator(lambda given: "" if given is None else given)]


class _Read(BaseModel):
    """Takes the fields it knows and leaves the rest; Slack adds some now and then."""

    model_config = ConfigDict(frozen=True)


class Envelope(_Read):
    """What every event comes in."""

    team_id: Id | None = None
    event_id: Key = "none"
    is_ext_shared_channel: bool = False


class SharedFile(_Read):
    """A file that came with a message."""

    name: Words = ""
    size: int | None = None
    url_private_download: str | None = None


class Spoken(_Read):
    """A message a person wrote."""

    user: Id
    channel: Id
    ts: Ts
    text: Words = ""
    thread_ts: Ts | None = None
    channel_type: str | None = None
    user_team: Id | None = None
    files: list[SharedFile] = []


class Opened(_Read):
    """The Home or the Messages tab was opened."""

    user: Id
    channel: Id | None = None
    tab: str | None = None


class Stopped(_Read):
    """The stop button was pressed."""

    user: Id
    channel: Id
    thread_ts: Ts | None = None
    channel_type: str | None = None


class Command(_Read):
    """A slash command."""

    user_id: Id
    team_id: Id | None = None
    trigger_id: Key
    text: Words = ""


class _User(_Read):
    id: Id
    team_id: Id | None = None


class Changed(_Read):
    """Something about a person has changed: their name, their address, whether they are a guest."""

    user: _User


class _Channel(_Read):
    id: Id


class _Message(_Read):
    ts: Ts | None = None
    thread_ts: Ts | None = None
    text: Words = ""


class Pressed(_Read):
    """Somebody pressed a button, used a shortcut or sent a window in; where, when it says so."""

    user: _User
    channel: _Channel | None = None
    message: _Message | None = None
    trigger_id: Key = "none"


class _Button(_Read):
    action_id: Key
    action_ts: Ts


class Action(_Button):
    """What was pressed: which button, on what."""

    value: Annotated[str, Field(max_length=2_000)]


class Numbered(_Button):
    """What was pressed: which button, on which number of ours."""

    value: Number


class Kept(_Read):
    """What our own window carries: where it was opened, about what."""

    slack: Place
    approval: Number | None = None
    about: Words = ""


class _Input(_Read):
    value: Words = ""


class _State(_Read):
    values: dict[str, dict[str, _Input]] = {}


class Window(_Read):
    """A window of ours, sent in."""

    id: Id
    private_metadata: Json[Kept]
    state: _State = _State()

    def entered(self, line: str) -> str | None:
        """Return what was entered in a line: "" when it was emptied, None when there is none."""
        found = self.state.values.get(line)
        return None if found is None else found.get("value", _Input()).value
