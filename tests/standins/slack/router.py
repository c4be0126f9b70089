"""Every method there is; `coverage.json` says how well, and a test that it says so of all."""

import json
from pathlib import Path
from typing import Literal

from tests.standins.slack import agents, chat, conversations, files, streams, views
from tests.standins.slack.method import Method

Level = Literal["supported", "partial", "not modelled"]

METHODS: dict[str, Method] = {
    **agents.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **streams.METHODS,
    **views.METHODS,
}
# Answered by the server itself: it needs the application's token, and makes a connection.
OPEN_CONNECTION = "apps.connections.open"


def coverage() -> dict[str, tuple[Level, str]]:
    """Return how well each method is played, and what is missing."""
    table = json.loads(Path(__file__).with_name("coverage.json").read_text("utf-8"))
    return {name: (row[0], row[1]) for name, row in table.items()}
