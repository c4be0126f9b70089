"""What every Web API method has: its arguments, its scopes, its token and what it does."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from tests.standins.slack.records import Json, SlackError
from tests.standins.slack.world import World

Handler = Callable[[World, Json], Json]
_COMMON = {"token", "team_id"}
_OBJECTS = {"blocks", "attachments", "view", "metadata", "files", "chunks", "prompts"}
_FLAGS = {
    "unfurl_links", "unfurl_media", "reply_broadcast", "inclusive", "include_all_metadata",
    "include_locale", "return_im", "link_names", "mrkdwn", "as_user",
}  # fmt: skip


@dataclass(frozen=True)
class Method:
    """One method: `scopes` are alternatives; the conversation's kind may ask for more.

    Methods that read take their arguments from a query or a form (docs.slack.dev/apis/web-api;
    kortix-ai/suna #6616 measured `users.info` answering `user_not_found` to JSON in August 2026).
    """

    run: Handler
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    token: Literal["bot", "app", "any"] = "bot"
    json: bool = True

    def unknown(self, args: Json) -> list[str]:
        """Return the arguments Slack does not document for it."""
        return sorted(set(args) - self.required - self.optional - _COMMON)

    def check(self, args: Json) -> None:
        """Raise `invalid_arguments` when something required is missing."""
        missing = [f"missing required field: {k}" for k in sorted(self.required - set(args))]
        if missing:
            raise SlackError("invalid_arguments", *missing)


def method(run: Handler, required: str = "", optional: str = "", *scopes: str) -> Method:
    """Declare a method of the bot's; arguments are names with spaces between."""
    return Method(run, frozenset(required.split()), frozenset(optional.split()), scopes)


def form_only(made: Method) -> Method:
    """Declare that a method reads no JSON: of one that comes so, it sees no argument."""
    return replace(made, json=False)


def decoded(given: Json) -> Json:
    """Return arguments with what travels as text (in forms and queries) turned into values."""
    found = dict(given)
    for key, value in given.items():
        if not isinstance(value, str):
            continue
        if key in _FLAGS:
            found[key] = value.lower() in ("1", "true")
        elif key in _OBJECTS:
            try:
                found[key] = json.loads(value)
            except ValueError as error:
                raise SlackError("invalid_arguments", f"{key} is not JSON") from error
    return found
