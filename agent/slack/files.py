"""Files members drop into a conversation: fetched before the turn that speaks of them."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.turn import Services
from db.queries import inbox
from db.session import Actor
from tools.gateways.fetching import FetchError, fetch_file

Json = dict[str, Any]
MOST_BYTES = 10 * 2**20
_HOST = "files.slack.com"
_UNSAFE = re.compile(r"[^\w.-]+")
_ACTOR = Actor.system("slack")
_log = structlog.get_logger()


def kept_name(file: Json) -> str:
    """Return what a Slack file is called in our folder: unique, and no way out of it."""
    name = _UNSAFE.sub("-", str(file.get("name") or "file")).strip(".-") or "file"
    return f"{_UNSAFE.sub('', str(file.get('id') or 'F0'))}-{name[-80:]}"


def kept(file: Json) -> Json:
    """Return what an inbox payload keeps of a file."""
    return {
        "name": kept_name(file),
        "size": file.get("size"),
        "url": file.get("url_private_download"),
    }


def with_files(client: AsyncWebClient, services: Services) -> Callable[[int], Awaitable[None]]:
    """Return what fetches the files of a conversation's open messages."""
    folder = services.runner.files
    api = urlsplit(client.base_url)
    host = _HOST if api.hostname == "slack.com" else api.netloc

    async def fetch(conversation: int) -> None:
        async with services.database.reading(_ACTOR) as session:
            wanted = await inbox.files_of_open(session, conversation)
        for file in wanted:
            if folder is None or (folder / file["name"]).exists() or not file.get("url"):
                continue
            folder.mkdir(parents=True, exist_ok=True)
            try:
                await fetch_file(
                    str(file["url"]), folder / file["name"],
                    host=host, most_bytes=MOST_BYTES, bearer=client.token,
                )  # fmt: skip
            except FetchError as error:  # the tool that looks for it says that it is not there
                _log.warning("file not fetched", file=file["name"], why=str(error))

    return fetch
