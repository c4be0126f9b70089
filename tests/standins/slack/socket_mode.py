"""Slack's side of Socket Mode: connections, one payload to one of them, acks and deadlines."""

import asyncio
import json
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from tests.standins.slack.clock import Clock
from tests.standins.slack.records import Delivery, Json

CONNECTIONS = 10
ACK_SECONDS = 3.0
LAST_SECONDS = 10.0  # between a disconnect that is announced and the end of the connection
_REMEMBERED = 10_000
Disconnect = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


@dataclass(eq=False)
class Connection:
    """One open socket of the application."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False  # told to go: nothing new is sent here
    sent: list[str] = field(default_factory=list[str])


class SocketMode:
    """Hands out tickets, holds the connections, carries deliveries until they are acknowledged."""

    def __init__(self, clock: Clock, app_id: str, violations: list[str]) -> None:
        self.connections: list[Connection] = []
        self.opened = 0
        self._clock = clock
        self._app_id = app_id
        self._violations = violations
        self._tickets: set[str] = set()
        self._under_way: dict[str, tuple[Delivery, float]] = {}
        self._remembered: deque[str] = deque()
        self._there = asyncio.Event()
        self._turn = 0
        self._ending: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        """Return a ticket, good for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.opened += 1
        connection = Connection(self.opened, socket, request)
        if len(self.connections) >= CONNECTIONS:
            await self._tell(connection, "too_many_websockets")
            await socket.close()
            return socket
        self.connections.append(connection)
        await socket.send_json(self._hello())
        self._there.set()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(json.loads(frame.data))
        finally:
            self._gone(connection)
        return socket

    async def carry(self, delivery: Delivery) -> bool:
        """Send to one connection, waiting for one if need be; return whether it was acked."""
        await self._send(delivery)
        acked = asyncio.ensure_future(delivery.settled.wait())
        late = asyncio.ensure_future(self._clock.sleep_until(self._clock.now() + ACK_SECONDS))
        try:
            await asyncio.wait({acked, late}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            acked.cancel()
            late.cancel()
        return delivery.acked

    async def disconnect(self, reason: Disconnect, *, count: int | None = None) -> None:
        """Announce the end of connections; all but a warned one get nothing more."""
        for connection in list(self.connections)[:count]:
            connection.leaving = reason != "warning"
            await self._tell(connection, reason)
            ending = asyncio.get_running_loop().create_task(self._end(connection))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        self._check()

    async def drop(self, *, count: int | None = None) -> None:
        """Cut connections without a word."""
        for connection in list(self.connections)[:count]:
            if connection.request.transport is not None:
                connection.request.transport.abort()
            self._gone(connection)

    async def close(self) -> None:
        """End all connections in order."""
        for task in self._ending:
            task.cancel()
        for connection in list(self.connections):
            await connection.socket.close()

    async def _end(self, connection: Connection) -> None:
        await self._clock.sleep_until(self._clock.now() + LAST_SECONDS)
        await connection.socket.close()

    async def _send(self, delivery: Delivery) -> None:
        while True:
            await self._there.wait()
            open_ones = [c for c in self.connections if not c.leaving]
            self._turn += 1
            connection = open_ones[self._turn % len(open_ones)]
            self._remember(delivery)
            try:
                await connection.socket.send_json(_envelope(delivery))
            except (ConnectionError, RuntimeError):
                self._gone(connection)
                continue
            connection.sent.append(delivery.envelope_id)
            delivery.sent = connection.number
            return

    def _remember(self, delivery: Delivery) -> None:
        self._under_way[delivery.envelope_id] = (delivery, time.monotonic())
        self._remembered.append(delivery.envelope_id)
        if len(self._remembered) > _REMEMBERED:
            self._under_way.pop(self._remembered.popleft(), None)

    def _heard(self, frame: Json) -> None:
        delivery, since = self._under_way.get(frame.get("envelope_id", ""), (None, 0.0))
        if delivery is None:
            self._violations.append(f"an ack of an envelope that was never sent: {frame}")
            return
        if delivery.acked or delivery.settled.is_set():
            delivery.late = True
            return
        delivery.latency = time.monotonic() - since
        delivery.acked = True
        delivery.response = frame.get("payload")
        delivery.settled.set()

    async def _tell(self, connection: Connection, reason: Disconnect) -> None:
        debug = {"host": "stand-in"}
        frame = {"type": "disconnect", "reason": reason, "debug_info": debug}
        await connection.socket.send_json(frame)

    def _gone(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        self._check()

    def _check(self) -> None:
        if not any(not c.leaving for c in self.connections):
            self._there.clear()

    def _hello(self) -> Json:
        debug = {"host": "stand-in", "approximate_connection_time": 18060}
        return {
            "type": "hello", "num_connections": len(self.connections),
            "connection_info": {"app_id": self._app_id}, "debug_info": debug,
        }  # fmt: skip


def _envelope(delivery: Delivery) -> Json:
    found: Json = {
        "envelope_id": delivery.envelope_id,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind != "events_api",
        "payload": delivery.payload,
    }
    if delivery.kind == "events_api":
        found |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason or ""}
    return found
