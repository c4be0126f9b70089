"""Our side of the turn comparison, as a process: orders in, milliseconds out, a line each."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

from agent import asking
from agent.models.litellm_model import hang_up, litellm
from agent.settings import Settings, quiet_litellm
from agent.turns import Engine
from agent.wiring import services, who
from db.session import Database
from tests.bench.bare import Watch, price

Json = dict[str, Any]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MEMBER = "anna@demo.invalid"


class WrongTurnError(Exception):
    """A turn did not do what is measured."""


class Ours:
    """A turn engine on a demo database and the scripted provider."""

    def __init__(self, database: Database, base_url: str) -> None:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            model="openai/stand-in",
            model_base_url=base_url,
            fallback_models="",
            member_daily_tokens=10**9,  # a day's budget is soon spent at this pace
            member_daily_usd=10**6,
        )
        self.base_url = base_url
        self.engine = Engine(services(settings, database, lambda: NOW))

    async def turn(self, order: Json) -> Json:
        """Work one turn: `{"kind", "key", "words", "ends", "priced"}`; with bare calls when priced."""
        request = asking.Request.model_validate({"text": order["words"], "thread": order["key"]})
        asker = await who(self.engine.services.database, MEMBER)
        watch = Watch()
        reply = await asking.ask(self.engine, request, asker)
        timed = watch.stop()
        right = reply.outcome == "answered" and reply.text.strip().endswith(order["ends"])
        if not right or bool(reply.changes) != (order["kind"] == "write"):
            raise WrongTurnError(f"{order}: {reply.outcome} {reply.text}")
        if order["priced"]:
            library = await litellm()
            await price(library, self.base_url, timed, max_retries=0, _skip_mcp_handler=True)
        return timed.to_json()


async def main(app_url: str, base_url: str) -> None:
    """Answer orders until there are no more."""
    quiet_litellm()
    database = Database(app_url)
    await database.open()
    ours = Ours(database, base_url)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await ours.turn(json.loads(line))), flush=True)
    await hang_up()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
