"""The other side: `create_agent` + ChatLiteLLM + AsyncPostgresSaver, in an environment of its own.

Started by `tests.bench.turn` with one JSON argument; orders in, milliseconds out, a line each. Its
two tools do what ours do for the same requests, in plain SQL through the same row-level role; the
other tools it is offered only fill the prompt. It keeps LangGraph's and LangChain's own defaults.
"""

# Its packages are not in the environment the types are checked in.
# pyright: reportMissingImports=false, reportUnknownParameterType=false

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, cast

import litellm
from bare import Watch, price  # beside this file: the product is not installed here
from langchain.agents import create_agent
from langchain_core.tools import StructuredTool
from langchain_litellm import ChatLiteLLM
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]
Pool = AsyncConnectionPool[AsyncConnection[Json]]
Run = Callable[..., Awaitable[str]]
_TELL = """
SELECT set_config('app.actor', %(actor)s, true), set_config('app.member', %(member)s, true),
       set_config('app.call', %(call)s, true), set_config('app.conversation', '', true),
       set_config('app.change_set', '', true), set_config('transaction_read_only', %(only)s, true)
"""
_COLUMNS = {
    "name": sql.SQL("c.name"),
    "region": sql.SQL("r.name"),
    "status": sql.SQL("c.status"),
    "members": sql.SQL("c.members"),
    "certifications": sql.SQL("c.certifications"),
}
_COMPARED = {
    "is": sql.SQL("="),
    "gt": sql.SQL(">"),
    "gte": sql.SQL(">="),
    "lt": sql.SQL("<"),
    "lte": sql.SQL("<="),
}


class Condition(BaseModel):
    """One filter."""

    model_config = ConfigDict(extra="forbid")

    field: Literal["name", "region", "status", "members"]
    op: Literal["is", "gt", "gte", "lt", "lte"] = "is"
    value: Any = None


class Find(BaseModel):
    """What find_cooperatives takes."""

    model_config = ConfigDict(extra="forbid")

    where: list[Condition] = []
    sort: str = "name"
    limit: int = 20


class Change(BaseModel):
    """What change_lot takes."""

    model_config = ConfigDict(extra="forbid")

    lot: str
    asking_price: float


class Tools:
    """The two tools of the comparison."""

    def __init__(self, pool: Pool, member: int) -> None:
        self.pool, self.member = pool, member
        self.calls = 0

    @asynccontextmanager
    async def _acting(self, *, read_only: bool) -> AsyncGenerator[AsyncConnection[Json]]:
        self.calls += 1
        told = {
            "actor": f"member:{self.member}",
            "member": str(self.member),
            "call": f"peer-{self.calls}",
            "only": "on" if read_only else "off",
        }
        async with self.pool.connection() as connection, connection.transaction():
            await connection.execute(_TELL, told)
            yield connection

    async def find_cooperatives(self, **given: Any) -> str:
        """List cooperatives that fit, and how many of them there are."""
        args = Find.model_validate(given)
        wanted = [
            sql.SQL("{} {} {}").format(_COLUMNS[c.field], _COMPARED[c.op], sql.Literal(c.value))
            for c in args.where
        ]
        fits = sql.SQL(" AND ").join([sql.SQL("c.retired_at IS NULL"), *wanted])
        down = sql.SQL(" DESC" if args.sort[0] == "-" else " ASC")
        order = _COLUMNS[args.sort.lstrip("-")] + down
        columns = sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(column, sql.Identifier(name))
            for name, column in _COLUMNS.items()
        )
        source = sql.SQL("FROM cooperative c LEFT JOIN region r ON r.id = c.region_id")
        listed = sql.SQL("SELECT c.id, {} {} WHERE {} ORDER BY {} NULLS LAST, c.id LIMIT {}")
        unknown = sql.SQL(
            "SELECT count(*) AS n {} WHERE c.retired_at IS NULL AND c.members IS NULL AND {}"
        )
        async with self._acting(read_only=True) as connection:
            found = await connection.execute(
                listed.format(columns, source, fits, order, sql.Literal(args.limit))
            )
            rows = await found.fetchall()
            counted = await connection.execute(unknown.format(source, wanted[0]))
            missing = await counted.fetchone() or {}
        return json.dumps(
            {
                "rows": rows,
                "said": f"{len(rows)} cooperatives. For {missing['n']}, members is not known.",
                "total": len(rows),
                "unknown": {"members": missing["n"]},
            },
            ensure_ascii=False,
            default=str,
        )

    async def change_lot(self, **given: Any) -> str:
        """Set a lot's asking price."""
        args = Change.model_validate(given)
        async with self._acting(read_only=False) as connection:
            found = await connection.execute(
                "SELECT id, code, asking_price FROM lot WHERE code = %s FOR UPDATE", [args.lot]
            )
            before = await found.fetchone()
            if before is None:
                return json.dumps({"error": "no such lot"})
            await connection.execute(
                "UPDATE lot SET asking_price = %s WHERE id = %s", [args.asking_price, before["id"]]
            )
        change = {
            "after": args.asking_price,
            "field": "asking_price",
            "label": args.lot,
            "before": float(before["asking_price"]),
            "entity": "lot",
        }
        return json.dumps(
            {
                "id": before["id"],
                "said": f"Lot {args.lot} is changed.",
                "record": args.lot,
                "changes": [change],
            }
        )

    def offered(self, schemas: list[Json]) -> list[StructuredTool]:
        """Return the tools of a prompt: these two as they are, any other as a name only."""
        return [self._tool(s["function"]) for s in schemas]

    def _tool(self, function: Json) -> StructuredTool:
        run: Run = getattr(self, function["name"], _not_measured)
        return StructuredTool.from_function(
            coroutine=run,
            name=function["name"],
            description=function["description"],
            args_schema=function["parameters"],
        )


async def _not_measured(**_: Any) -> str:
    return json.dumps({"error": "not part of the comparison"})


class Peer:
    """One agent per kind of turn, as each is offered other tools."""

    def __init__(self, given: Json, pool: Pool, saver: AsyncPostgresSaver) -> None:
        self.base_url = str(given["base_url"])
        model = ChatLiteLLM(
            model="openai/stand-in",
            api_base=self.base_url,
            api_key="unused",
            streaming=True,
            max_retries=0,
        )
        tools = Tools(pool, given["member"])
        self.agents = {
            kind: create_agent(
                model,
                tools.offered(prompt["tools"]),
                system_prompt=prompt["system"],
                checkpointer=saver,
            )
            for kind, prompt in given["prompts"].items()
        }

    async def turn(self, order: Json) -> Json:
        """Work one turn and read its stream to the end, as a front end does."""
        agent = self.agents[order["kind"]]
        config = {"configurable": {"thread_id": order["key"]}}
        asked = {"messages": [{"role": "user", "content": order["words"]}]}
        said = ""
        watch = Watch()
        async for message, _ in agent.astream(asked, config, stream_mode="messages"):
            said += message.text if message.type == "AIMessageChunk" else ""
        timed = watch.stop()
        if not said.endswith(order["ends"]):
            raise RuntimeError(f"{order}: {said}")
        if order["priced"]:
            await price(litellm, self.base_url, timed, max_retries=0)
        return timed.to_json()


async def main(given: Json) -> None:
    """Answer orders until there are no more."""
    litellm.suppress_debug_info = True
    saves: Json = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    works: Json = {"row_factory": dict_row}
    async with (
        AsyncConnectionPool(given["checkpoints"], kwargs=saves, max_size=5, open=False) as keeping,
        AsyncConnectionPool(given["demo"], kwargs=works, max_size=5, open=False) as working,
    ):
        saver = AsyncPostgresSaver(keeping)
        await saver.setup()
        peer = Peer(given, cast("Pool", working), saver)
        print(json.dumps({"ready": True}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await peer.turn(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
