"""Time as the stand-in counts it: the wall clock, or one that moves only when a test says so."""

import asyncio
import heapq
import itertools
import time
from typing import Protocol

_TURNS = 25  # of the event loop after each timer, so that what it woke gets to run


class Clock(Protocol):
    """What the stand-in asks of a clock."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        ...

    async def sleep_until(self, when: float) -> None:
        """Return once `now()` has reached `when`."""
        ...


class RealClock:
    """The wall clock."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    async def sleep_until(self, when: float) -> None:
        """Wait that long in earnest."""
        await asyncio.sleep(max(0.0, when - time.time()))


class FakeClock:
    """Stands still until `advance`; timers then fire in their order."""

    def __init__(self, start: float | None = None) -> None:
        """Begin at `start`, or at the present, which Bolt's own check of signatures needs."""
        self._now = time.time() if start is None else start
        self._timers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._now

    @property
    def waiting(self) -> int:
        """Return how many sleepers there are."""
        return sum(not woken.done() for _, _, woken in self._timers)

    async def sleep_until(self, when: float) -> None:
        """Return once `advance` has passed `when`."""
        if when <= self._now:
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._timers, (when, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on, waking each sleeper at its own time."""
        end = self._now + seconds
        while self._timers and self._timers[0][0] <= end:
            when, _, woken = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            if not woken.done():
                woken.set_result(None)
                await _turns()
        self._now = end
        await _turns()


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
