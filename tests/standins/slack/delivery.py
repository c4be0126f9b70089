"""From something that happened to the application: payloads, duplicates, order, redelivery."""

import asyncio
import random
import secrets
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Literal

from tests.standins.slack.http_mode import RETRY_AFTER, HttpMode
from tests.standins.slack.records import Channel, Delivery, DeliveryKind, Json
from tests.standins.slack.socket_mode import SocketMode
from tests.standins.slack.world import World

_RETRIES = 3
Order = Literal["as_sent", "reversed", "shuffled"]
_MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Courier:
    """Wraps what happens into payloads and sees each one delivered, or given up."""

    def __init__(self, world: World, sockets: SocketMode) -> None:
        self.deliveries: list[Delivery] = []
        self.http: HttpMode | None = None
        self.duplicates = 0
        self._world = world
        self._sockets = sockets
        self._held: list[Delivery] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, event: Json, channel: Channel | None) -> None:
        """Send an event if the manifest asks for it and the application is there to hear it."""
        name = str(event["type"])
        if name == "message":
            name = _MESSAGE_EVENTS[str(event["channel_type"])]
        if channel is not None and self._world.bot_user not in channel.members:
            self._world.dropped.append(name)
            return
        if self._world.subscribed(name):
            self.send("events_api", self._event_payload(event, channel))

    def send(self, kind: DeliveryKind, payload: Json) -> Delivery:
        """Start a delivery and return it; events may be held or doubled."""
        delivery = Delivery(kind, payload, _envelope_id())
        if kind == "events_api" and self._held is not None:
            self._held.append(delivery)
        else:
            self._start(delivery)
        return delivery

    def hold(self) -> None:
        """Keep events back until `release`."""
        self._held = self._held or []

    def release(self, order: Order = "as_sent", seed: int = 0) -> None:
        """Let the held events go, in an order of one's choice."""
        held, self._held = self._held or [], None
        if order == "reversed":
            held.reverse()
        elif order == "shuffled":
            random.Random(seed).shuffle(held)  # noqa: S311 - a test's order, not a secret
        for delivery in held:
            self._start(delivery)

    def again(self, delivery: Delivery) -> Delivery:
        """Deliver a payload once more as if it were new: same event_id, no sign of a retry."""
        twin = Delivery(delivery.kind, delivery.payload, _envelope_id())
        self._spawn(self._carry(twin))
        return twin

    async def idle(self) -> None:
        """Return when nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    @property
    def under_way(self) -> int:
        """Return how many payloads are neither acknowledged nor given up."""
        return len(self._tasks)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.http is not None:
            await self.http.close()

    def _start(self, delivery: Delivery) -> None:
        self._spawn(self._carry(delivery))
        if delivery.kind == "events_api" and self.duplicates:
            self.duplicates -= 1
            self.again(delivery)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, first: Delivery) -> None:
        delivery = first
        while True:
            self.deliveries.append(delivery)
            carrier = self.http or self._sockets
            if await carrier.carry(delivery):
                return
            delivery.settled.set()  # too late: whatever is acknowledged from here on is late
            if delivery.kind != "events_api" or delivery.attempt >= _RETRIES:
                return
            if self.http is not None:
                clock = self._world.clock
                await clock.sleep_until(clock.now() + RETRY_AFTER[delivery.attempt])
            delivery = replace(
                delivery,
                envelope_id=_envelope_id(),
                attempt=delivery.attempt + 1,
                reason=delivery.reason or "timeout",
                status=None,
                settled=asyncio.Event(),
            )

    def _event_payload(self, event: Json, channel: Channel | None) -> Json:
        world = self._world
        shared = channel is not None and channel.ext_shared
        authorization = {
            "enterprise_id": None, "team_id": world.team_id, "user_id": world.bot_user,
            "is_bot": True, "is_enterprise_install": False,
        }  # fmt: skip
        return {
            "token": "verification", "team_id": world.team_id, "context_team_id": world.team_id,
            "context_enterprise_id": None, "api_app_id": world.app_id, "event": event,
            "type": "event_callback", "event_id": world.new_id("Ev"),
            "event_time": int(world.clock.now()), "authorizations": [authorization],
            "is_ext_shared_channel": shared, "event_context": f"4-{secrets.token_hex(8)}",
        }  # fmt: skip


def _envelope_id() -> str:
    return f"{secrets.token_hex(4)}-{secrets.token_hex(8)}"
