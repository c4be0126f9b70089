"""Bare model calls: a turn's own requests once more, sent with `litellm.acompletion` and read whole.

Used on both sides, so it imports nothing of the product.
"""

import asyncio
import json
import time
import urllib.request
from dataclasses import asdict, dataclass
from typing import Any

Json = dict[str, Any]


@dataclass
class Timed:
    """Milliseconds of one turn: on the clock and on the processor, bare calls apart."""

    wall: float
    cpu: float
    bare_wall: float = 0
    bare_cpu: float = 0
    calls: int = 0

    def to_json(self) -> Json:
        """Return it for the line protocol."""
        return asdict(self)


class Watch:
    """Measures a stretch of work in this process."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self) -> Timed:
        """Return what has passed."""
        cpu = time.process_time() - self._cpu
        return Timed((time.perf_counter() - self._wall) * 1000, cpu * 1000)


def last_requests(base_url: str) -> list[Json]:
    """Return the requests of the last turn as the provider got them."""
    with urllib.request.urlopen(base_url.removesuffix("/v1") + "/requests") as page:  # noqa: S310 - loopback
        return json.load(page)


async def price(litellm: Any, base_url: str, timed: Timed, **options: Any) -> Timed:
    """Send a turn's requests again and add what they take."""
    for asked in await asyncio.to_thread(last_requests, base_url):
        watch = Watch()
        stream = await litellm.acompletion(
            **asked | {"model": f"openai/{asked['model']}"},
            api_base=base_url,
            api_key="unused",
            **options,
        )
        async for _ in stream:
            pass
        took = watch.stop()
        timed.bare_wall += took.wall
        timed.bare_cpu += took.cpu
        timed.calls += 1
    return timed
