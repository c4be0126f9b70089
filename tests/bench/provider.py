"""The scripted model of the benchmark, as a process of its own: `python -m tests.bench.provider`.

It answers a member's words with one tool call and a tool's result with one sentence that uses the
result's figures. Both sides of a comparison get the same words, so they get the same answers. The
last requests are at `GET /requests`, to be sent again for the price of a bare call.
"""

import asyncio
import json
import re
from typing import Any

from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer

Json = dict[str, Any]
LOT = "PE-24-017"
REGION = "Cajamarca"
MANY = 200
_KEPT = 2  # a turn asks twice


def words(kind: str, place: int) -> str:
    """Return what the member says in a turn; a price is another one than in the turn before."""
    if kind == "read":
        return f"Which cooperatives from {REGION} have more than {MANY} members?"
    return f"Set the asking price of {LOT} to {9 + place % 90 / 100:.2f}"


def ends(kind: str, place: int) -> str:
    """Return how the answer to `words` ends."""
    return " members." if kind == "read" else f"{9 + place % 90 / 100:.2f}."


def answer(asked: Json) -> Say:
    """Return the model's next step."""
    last = asked["messages"][-1]
    if last["role"] == "tool":
        return Say(_told(json.loads(last["content"])))
    price = re.search(r"to (\d+\.\d+)$", last["content"])
    if price:
        return Say(calls=[Call("change_lot", {"lot": LOT, "asking_price": float(price[1])})])
    where = [
        {"field": "region", "op": "is", "value": REGION},
        {"field": "members", "op": "gt", "value": MANY},
    ]
    return Say(calls=[Call("find_cooperatives", {"where": where, "sort": "-members"})])


def _told(result: Json) -> str:
    if "rows" in result:
        first = result["rows"][0]
        return f"{result['total']} cooperatives fit. The largest is {first['name']} with {first['members']} members."
    change = result["changes"][0]
    return f"The asking price of {LOT} is now {change['after']:.2f}."


class Provider(ModelServer):
    """A server that answers by the request alone and forgets all but the last turn."""

    def __init__(self) -> None:
        super().__init__(self._next_step)

    def _next_step(self, asked: Json) -> Say:
        del self.requests[:-_KEPT]
        return answer(asked)


async def serve() -> None:
    """Serve until the process is ended."""
    async with Provider() as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
