"""Two ways to put a request to the product: the planner with tools alone, or the whole engine."""

import json
import tempfile
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from agent.models.offline.planner import OfflinePlanner
from agent.models.offline.vocabulary import Vocabulary
from agent.models.port import ModelRequest
from db.session import Actor, Database
from tools import references
from tools.arguments import validated
from tools.catalog import Catalog
from tools.context import ToolContext, as_asker
from tools.errors import ToolError
from tools.house_rules import rule_broken
from tools.known_values import known_values
from tools.spec import Effect
from tools.view import told

Json = dict[str, Any]
ASKER = "jana.petersen@example.org"


class Direct:
    """The planner and the tools, without runner, approvals and transcript.

    With `keep` off every change is taken back at once, so that one world serves many requests.
    """

    keep = True

    def __init__(self, database: Database, tools: Catalog, now: datetime, today: date) -> None:
        self.database, self.tools, self.now, self.today = database, tools, now, today
        self.messages: list[Json] = []
        self.count = 0

    async def start(self, locale: str) -> None:
        """Look up who asks; their locale is the language of the request."""
        from db.queries import members

        async with self.database.reading(Actor.system("score")) as session:
            found = as_asker(await members.by_email(session, ASKER))
        self.asker = replace(found, locale=locale)

    @cached_property
    def planner(self) -> OfflinePlanner:
        """The planner, made when something is first said."""
        return OfflinePlanner(Vocabulary.of(self.tools), self.names)

    async def names(self) -> list[references.KnownName]:
        """Return names and known values as the member sees them."""
        entities = list(self.tools.entities.values())
        async with self.database.reading(Actor.member(self.asker.id)) as session:
            known = await references.known_names(session, entities)
            return [*known, *await known_values(session, entities, self.asker.role)]

    async def say(self, said: str) -> tuple[list[Json], str]:
        """Put one message; return the calls with their results, and the words said last."""
        self.messages.append({"role": "user", "content": said})
        made: list[Json] = []
        words = ""
        for _ in range(3):
            request = ModelRequest("", self.messages, [], self.asker.locale, self.today)
            reply = await self.planner.reply(request, _unheard)
            words = reply.text or words
            if not reply.calls:
                break
            made += await self._run(reply.calls)
        self.messages.append({"role": "assistant", "content": words})
        return made, words

    async def _run(self, calls: Any) -> list[Json]:
        made: list[Json] = []
        said: list[Json] = []
        results: list[Json] = []
        for call in calls:
            self.count += 1
            number = f"c{self.count}"
            record = await self.call(call.name, call.arguments) | {"card": call.doubtful}
            made.append(record)
            arguments = json.dumps(call.arguments, ensure_ascii=False)
            said.append({"id": number, "function": {"name": call.name, "arguments": arguments}})
            results.append(
                {
                    "role": "tool",
                    "tool_call_id": number,
                    "content": json.dumps(record["result"], ensure_ascii=False, default=str),
                }
            )
        self.messages.append({"role": "assistant", "content": None, "tool_calls": said})
        self.messages += results
        return made

    async def call(self, name: str, arguments: Json) -> Json:
        """Make one call; return it with its result, or with what it was refused for."""
        return {"tool": name, "arguments": arguments} | await self._result(name, arguments)

    async def _result(self, name: str, arguments: Json) -> Json:
        tool = self.tools.tool(name)
        actor = replace(Actor.member(self.asker.id), call_id="c", today=self.today)
        opening = self.database.reading if tool.effect is Effect.READ else self.database.writing
        try:
            async with opening(actor) as session:
                context = ToolContext(session, self.asker, self.now, self.today, "c", None)
                result = await tool.run(context, validated(tool, arguments))
                if not self.keep:
                    await session.flush()
                    await session.rollback()
                return {
                    "result": json.loads(json.dumps(told(result, self.asker.locale), default=str)),
                    "verb": tool.verb,
                    "noun": tool.noun,
                }
        except ToolError as error:
            refused = error
        except (IntegrityError, DataError) as error:
            refused = rule_broken(error)
        return {
            "result": refused.for_model(self.asker.locale),
            "error": refused.code,
            "verb": tool.verb,
            "noun": tool.noun,
        }


class Whole:
    """The whole engine: inbox, transcript, gate, runner, approvals."""

    def __init__(self, database: Database, now: datetime, today: date) -> None:
        self.database, self.now, self.today = database, now, today

    async def start(self, locale: str) -> None:
        """Wire the product with the planner as its only model."""
        from agent.settings import Settings
        from agent.turns import Engine
        from agent.wiring import services, who

        settings = Settings(model="offline", reports_dir=Path(tempfile.gettempdir()))
        made = services(settings, self.database, lambda: self.now)
        self.engine = Engine(made)
        admin = Actor.member((await who(self.database, ASKER)).id)
        speaks = text("UPDATE member SET locale = :locale WHERE email = :email")
        async with self.database.writing(admin.during(call_id="score")) as session:
            await session.execute(speaks, {"locale": locale, "email": ASKER})
        self.asker = await who(self.database, ASKER)

    async def say(self, said: str) -> tuple[list[Json], str]:
        """Put one message in the thread; return calls as the reply tells them, and its words."""
        from agent.asking import Request, ask

        reply = await ask(
            self.engine, Request.model_validate({"text": said, "thread": "t"}), self.asker
        )
        told_ = reply.to_json("x")
        results = await self._results([c["id"] for c in told_["tool_calls"]])
        calls = [
            {
                "tool": c["tool"],
                "arguments": c["args"],
                "verb": c["verb"],
                "noun": c["noun"],
                "result": results.get(c["id"], {}),
                "card": c["status"] == "awaiting",
            }
            | ({"error": c["status"]} if c["status"] in ("refused", "failed") else {})
            for c in told_["tool_calls"]
        ]
        return calls, str(told_["reply"])

    async def _results(self, ids: list[str]) -> dict[str, Json]:
        """Return what the calls came to, as the transcript keeps it."""
        latest = text(
            "SELECT call_id, data FROM tool_result WHERE call_id = ANY(:ids) ORDER BY phase"
        )
        async with self.database.reading(Actor.member(self.asker.id)) as session:
            return {row.call_id: row.data for row in await session.execute(latest, {"ids": ids})}


async def _unheard(_piece: str) -> None:
    """Text is taken from the reply."""
