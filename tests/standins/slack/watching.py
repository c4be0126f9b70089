"""What Slack would have fetched, and whom it would have notified, from what the application wrote.

Worst case where Slack says nothing: a stream, an ephemeral message and the comment of a file count
as fetched; pictures are fetched whatever the flags say.
"""

from collections.abc import Iterator
from typing import Any

from tests.standins.slack.records import Blocks, Message, Ping, SeenUrl
from tests.standins.slack.validity import MENTION, URL

_PICTURES = {"image_url", "thumbnail_url", "video_url", "icon_url"}
_NOT_SHOWN = {
    "type", "value", "action_id", "block_id", "id", "callback_id", "external_id", "style", "name",
    "private_metadata", "user_id", "usergroup_id", "team_id", "channel_id", "status", "mode",
}  # fmt: skip
_RICH_PINGS = {"broadcast": "range", "user": "user_id", "usergroup": "usergroup_id"}


_PLAIN = (".plain_text.text", ".raw_text.text", ".rich.text", ".alt_text", ".url")


class Watch:
    """Keeps every URL and every notifying mention, once per message."""

    def __init__(self, bot_user: str) -> None:
        self.urls: list[SeenUrl] = []
        self.pings: list[Ping] = []
        self._known: set[SeenUrl | Ping] = set()
        self._bot_user = bot_user

    def message(self, message: Message, addressed: set[str]) -> None:
        """Look at a message as it is now; mentions of who is `addressed` are no news."""
        flagged = not message.unfurl and message.stream is None
        place = (message.channel, message.ts)
        where = "stream" if message.stream is not None else "text"
        self._text(message.text, where, place, fetched=not flagged)
        self.pings_in(message.text, where, place, addressed)
        extra: Blocks = [*message.blocks, *message.attachments]
        if message.stream is not None:
            extra += list(message.stream.tasks.values())
            extra.append({"title": message.stream.plan_title or ""})
        for path, text in _strings(extra, "blocks"):
            key = path.rpartition(".")[2]
            picture = key in _PICTURES or "![" in text
            button = path.endswith(("button.url", "feedback_buttons.url"))
            self._text(text, path, place, fetched=picture or not (flagged or button))
            if not (path.endswith(_PLAIN) or key in _PICTURES):
                self.pings_in(text, path, place, addressed)
        self._rich(extra, place, addressed)

    def unfetched(self, value: Any, where: str) -> None:
        """Look at what Slack shows without unfurling: a view, a status, a title."""
        for path, text in _strings(value, where):
            picture = path.rpartition(".")[2] in _PICTURES
            self._text(text, path, (None, None), fetched=picture)

    def pings_in(
        self, text: str, where: str, place: tuple[str | None, str | None], addressed: set[str]
    ) -> None:
        """Keep the mentions of a text that is not plain."""
        for found in MENTION.findall(text):
            who = found.strip("<>").partition("|")[0].removeprefix("@")
            if not (found.startswith("<@") and who in {self._bot_user, *addressed}):
                self._ping(Ping(found, where, *place))

    def _text(
        self, text: str, where: str, place: tuple[str | None, str | None], *, fetched: bool
    ) -> None:
        for url in URL.findall(text):
            seen = SeenUrl(url.rstrip(".,;:!?"), where, *place, fetched)
            if seen not in self._known:
                self._known.add(seen)
                self.urls.append(seen)

    def _rich(self, value: Any, place: tuple[str, str], addressed: set[str]) -> None:
        if isinstance(value, list):
            for one in value:
                self._rich(one, place, addressed)
        elif isinstance(value, dict):
            key = _RICH_PINGS.get(str(value.get("type")))
            if key in value and value[key] not in {self._bot_user, *addressed}:
                self._ping(Ping(str(value[key]), "blocks.rich_text", *place))
            self._rich(list(value.values()), place, addressed)

    def _ping(self, ping: Ping) -> None:
        if ping not in self._known:
            self._known.add(ping)
            self.pings.append(ping)


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every string below `value` with its path, in which an object goes by its type."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, path)
    elif isinstance(value, dict):
        # In rich text, a "text" element is shown as it stands.
        name = "rich" if value.get("type") == "text" else value.get("type")
        for key, one in value.items():
            if key in _NOT_SHOWN:
                continue
            yield from _strings(one, f"{path}.{name}.{key}" if name else f"{path}.{key}")
