"""The scripted model of the Slack load: half a second before every answer."""

import asyncio
from typing import Any

from aiohttp import web

from tests.bench.provider import answer
from tests.standins.model_script import Say
from tests.standins.model_server import ModelServer

_THINKS_SECONDS = 0.5


class SlowServer(ModelServer):
    """A server that answers by the request alone, after a while, and remembers nothing."""

    def __init__(self) -> None:
        super().__init__(self._next_step)

    async def _completions(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(_THINKS_SECONDS)
        return await super()._completions(request)

    def _next_step(self, asked: dict[str, Any]) -> Say:
        self.requests.clear()
        return answer(asked)


async def serve() -> None:
    """Serve until the process is ended."""
    async with SlowServer() as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
