"""Files members drop into a conversation: fetched and kept before the turn that speaks of them.

What is kept is named in the message, "[lots.csv: sha256:…]", where planner and model find it. It is
somebody else's text like every table: tools read it, and loading it always takes a card.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.slack.coming_back import note
from agent.slack.incoming import SharedFile
from agent.slack.words import SLACK
from agent.turn import Services
from db.queries import inbox
from db.queries.inbox import FilesOf
from db.session import Actor
from tools.errors import ToolError
from tools.gateways.fetching import FetchError, TooLargeError, fetch
from tools.gateways.files import keep

Json = dict[str, Any]
MOST_BYTES = 10 * 2**20
_HOST = "files.slack.com"
_UNSAFE = re.compile(r"[^\w. -]+")
_MEGABYTE = 2**20
_ACTOR = Actor.system("slack")
_log = structlog.get_logger()


def kept(file: SharedFile) -> Json:
    """Return what an inbox payload keeps of a Slack file; its name cannot end the brackets."""
    name = _UNSAFE.sub("-", file.name or "file").strip() or "file"
    return {"name": name[-80:], "size": file.size, "url": file.url_private_download}


def with_files(client: AsyncWebClient, services: Services) -> Callable[[int], Awaitable[None]]:
    """Return what fetches the files of a conversation's open messages."""
    folder = services.runner.files
    api = urlsplit(client.base_url)
    host = _HOST if api.hostname == "slack.com" else api.netloc

    async def one(file: Json) -> str:
        if int(file.get("size") or 0) > MOST_BYTES:
            raise TooLargeError(str(file["size"]))
        content = await fetch(
            str(file.get("url") or ""), host=host, most_bytes=MOST_BYTES, bearer=client.token
        )
        return keep(folder, str(file["name"]), content)

    async def told(found: FilesOf, file: Json, key: str, **values: object) -> None:
        text = SLACK[key].format(found.locale, name=file["name"], **values)  # type: ignore[arg-type]
        _log.warning("file not kept", why=key)
        async with services.database.writing(_ACTOR) as session:
            await note(session, f"file:{found.inbox_id}:{file['name']}", found.member_id, text)

    async def every(conversation: int) -> None:
        async with services.database.reading(_ACTOR) as session:
            wanted = await inbox.files_of_open(session, conversation)
        for found in wanted:
            lines: list[str] = []
            for file in found.files:
                try:
                    lines.append(f"[{file['name']}: {await one(file)}]")
                except TooLargeError:
                    size = round(int(file.get("size") or 0) / _MEGABYTE)
                    await told(found, file, "too_large", size=size, most=MOST_BYTES // _MEGABYTE)
                except (FetchError, ToolError):
                    await told(found, file, "not_fetched")
            async with services.database.writing(_ACTOR) as session:
                await inbox.files_kept(session, found.inbox_id, "\n".join(lines))

    return every
