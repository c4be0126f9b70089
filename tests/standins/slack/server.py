"""The stand-in itself: a workspace behind Slack's Web API, Socket Mode and signed HTTP."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.standins.slack.answers import respond
from tests.standins.slack.clock import Clock, RealClock
from tests.standins.slack.delivery import Courier, Order
from tests.standins.slack.faults import TIERS, Failure, Faults
from tests.standins.slack.http_mode import HttpMode
from tests.standins.slack.method import decoded
from tests.standins.slack.people import Person
from tests.standins.slack.records import (
    Channel,
    ChannelKind,
    Delivery,
    Json,
    Message,
    Ping,
    SeenUrl,
    SlackError,
    User,
    View,
)
from tests.standins.slack.router import METHODS, OPEN_CONNECTION
from tests.standins.slack.socket_mode import SocketMode
from tests.standins.slack.world import World

_LARGEST_BODY = 64 * 1024 * 1024
_BY_JSON = "application/json"


@dataclass(frozen=True)
class Call:
    """One call of the Web API and what it was answered ("" for ok)."""

    method: str
    args: Json
    at: float
    error: str = ""


class SlackServer:
    """A workspace on loopback; an async context manager.

    The application under test is given `base_url` and the tokens, and nothing else differs from
    the real Slack. What it did wrong is in `violations`; `assert_clean()` raises when there is any.
    """

    def __init__(self, manifest: Json, *, clock: Clock | None = None, port: int = 0) -> None:
        """Take the application's manifest: its scopes and events are what is granted and sent."""
        self.clock: Clock = clock or RealClock()
        self.world = World(manifest, self.clock)
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{self.world.app_id}-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.calls: list[Call] = []
        self.faults = Faults(self.clock)
        self.people: dict[str, Person] = {}
        self._port = port
        self._runner: web.AppRunner | None = None

    # --- life -----------------------------------------------------------------------------

    async def start(self) -> Self:
        """Listen."""
        self.sockets = SocketMode(self.clock, self.world.app_id, self.violations)
        self.courier = Courier(self.world, self.sockets)
        self.world.emit = self.courier.emit
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.sockets.serve)
        app.router.add_post("/response/{key}", self._response)
        app.router.add_post("/upload/v1/{secret}", self._upload)
        app.router.add_get("/files-pri/{file}/download/{name}", self._download)
        self._extend(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.world.base = f"http://127.0.0.1:{self._port}"
        return self

    def _extend(self, app: web.Application) -> None:
        """Add routes; the process does."""

    async def stop(self) -> None:
        """Stop listening and drop whoever still waits."""
        await self.courier.close()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def base_url(self) -> str:
        """Where a client finds the Web API."""
        return f"{self.world.base}/api/"

    # --- who and where --------------------------------------------------------------------

    def add_user(self, name: str, *, email: str | None = None, **fields: Any) -> Person:
        """Add a member (or with `fields` a guest, a stranger, a bot …) and return the person."""
        team = fields.pop("team_id", self.world.team_id)
        email = f"{name}@coffee.example" if email is None else email or None
        user = User(fields.pop("id", self.world.new_id("U")), name, email, team, **fields)
        self.world.users[user.id] = user
        self.people[user.id] = Person(user, self.world, self.courier)
        return self.people[user.id]

    def add_channel(
        self,
        name: str,
        *people: Person,
        kind: ChannelKind = "public",
        bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        """Open a channel with these people in it, and the application unless `bot` is false."""
        members = {p.id for p in people} | ({self.world.bot_user} if bot else set[str]())
        return self.world.add_channel(name, kind, members=members, ext_shared=ext_shared)

    # --- what can be seen -----------------------------------------------------------------

    def messages(self, channel: Channel | str, thread_ts: str | None = None) -> list[Message]:
        """Return what everybody there sees, oldest first."""
        return self.world.messages(_id(channel), thread_ts)

    def answers(self, channel: Channel | str, thread_ts: str | None = None) -> list[Message]:
        """Return the application's messages there."""
        return [m for m in self.messages(channel, thread_ts) if m.user == self.world.bot_user]

    def ephemerals(self, person: Person | str) -> list[Message]:
        """Return what only this person was shown."""
        every = (m for there in self.world.by_channel.values() for m in there)
        return [m for m in every if m.ephemeral_to == _id(person) and not m.deleted]

    @property
    def violations(self) -> list[str]:
        """What the application did that Slack does not allow or know."""
        return self.world.violations

    @property
    def views(self) -> list[View]:
        """The modals that are open."""
        return self.world.views

    @property
    def homes(self) -> dict[str, View]:
        """The home tab of each user."""
        return self.world.homes

    @property
    def statuses(self) -> dict[tuple[str, str], str]:
        """The statuses users see now, by channel and thread."""
        return self.world.statuses

    @property
    def titles(self) -> dict[tuple[str, str], str]:
        """The titles of threads, by channel and thread."""
        return self.world.titles

    @property
    def urls(self) -> list[SeenUrl]:
        """Every URL the application wrote."""
        return self.world.watch.urls

    @property
    def fetched(self) -> list[SeenUrl]:
        """The URLs Slack would have fetched."""
        return [u for u in self.urls if u.fetched]

    @property
    def pings(self) -> list[Ping]:
        """The mentions that would have notified people."""
        return self.world.watch.pings

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to deliver a payload, with its ack and latency."""
        return self.courier.deliveries

    def called(self, method: str) -> list[Call]:
        """Return the calls of a method."""
        return [c for c in self.calls if c.method == method]

    def assert_clean(self) -> None:
        """Raise when the application did something Slack does not allow or know."""
        if self.violations:
            raise AssertionError("; ".join(self.violations))

    async def until(self, predicate: Callable[[], Any], timeout: float = 5.0) -> Any:  # noqa: ASYNC109
        """Return what `predicate` returns as soon as that is true; in real time."""
        async with asyncio.timeout(timeout):
            while not (found := predicate()):  # noqa: ASYNC110 - it may look at anything
                await asyncio.sleep(0.005)
        return found

    # --- what can go wrong ----------------------------------------------------------------

    def fail(
        self,
        method: str,
        *,
        status: int = 200,
        error: str | None = None,
        retry_after: float | None = None,
        times: int = 1,
    ) -> None:
        """Make the next calls of a method ("*": any) fail by status, or with `error` by 200."""
        self.faults.fail(method, Failure(status, retry_after, times, error))

    def lose_answer(self, method: str, times: int = 1) -> None:
        """Do the next calls of a method and cut the connection before the answer."""
        self.faults.lose(method, times)

    def limit(self, method: str, per_minute: float, burst: float | None = None) -> None:
        """Limit the rate of a method."""
        self.faults.limit(method, per_minute, burst or max(1.0, per_minute))

    def limit_as_slack(self) -> None:
        """Limit every method as Slack says it does."""
        for method, per_minute in TIERS.items():
            self.limit(method, per_minute)
        self.limit("chat.postMessage", 60, 1)

    def duplicate_events(self, count: int = 1) -> None:
        """Deliver each of the next events twice."""
        self.courier.duplicates += count

    def hold_events(self) -> None:
        """Keep events back until `release_events`."""
        self.courier.hold()

    def release_events(self, order: Order = "as_sent", seed: int = 0) -> None:
        """Let the held events go in an order of one's choice."""
        self.courier.release(order, seed)

    async def deliver_over_http(self, request_url: str | None) -> HttpMode | None:
        """Post payloads to the application from now on; with None, use sockets again."""
        if self.courier.http is not None:
            await self.courier.http.close()
        self.courier.http = None
        if request_url is not None:
            self.courier.http = HttpMode(request_url, self.signing_secret, self.clock)
        return self.courier.http

    # --- the wire -------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if failure := self.faults.failure(method):
            self.calls.append(
                Call(method, {}, self.clock.now(), failure.error or str(failure.status))
            )
            return _failed(failure)
        args: Json = {}
        try:
            args = await _arguments(request)
            args = decoded(args)
            wait = self.faults.waiting_time(method, str(args.get("channel", "")))
            if wait:
                self.calls.append(Call(method, args, self.clock.now(), "ratelimited"))
                return _failed(Failure(429, wait, 1))
            answer: Json = {"ok": True, **self._run(request, method, args)}
        except SlackError as refused:
            answer = refused.body()
        self.calls.append(Call(method, args, self.clock.now(), answer.get("error", "")))
        if self.faults.loses(method) and request.transport is not None:
            request.transport.abort()
        scopes = ",".join(sorted(self.world.scopes))
        return web.json_response(answer, headers={"X-OAuth-Scopes": scopes})

    def _run(self, request: web.Request, name: str, args: Json) -> Json:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = args.pop("token", token)
        if name == OPEN_CONNECTION:
            self._check_token(token, self.app_token)
            return {"url": f"ws://127.0.0.1:{self._port}/link?ticket={self.sockets.ticket()}"}
        method = METHODS.get(name)
        if method is None:
            self.violations.append(f"unknown method {name}")
            raise SlackError("unknown_method", req_method=name)
        self._check_token(token, self.bot_token)
        if not method.json and request.content_type == _BY_JSON and args:
            self.violations.append(f"{name}: reads no JSON")
            args = {}
        if unknown := method.unknown(args):
            self.violations.append(f"{name}: unknown arguments {', '.join(unknown)}")
        self.world.need(*method.scopes)
        method.check(args)
        try:
            return method.run(self.world, args)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self.violations.append(f"{name}: malformed arguments: {error!r}")
            raise SlackError("invalid_arguments", repr(error)) from error

    def _check_token(self, given: str, wanted: str) -> None:
        if not given:
            raise SlackError("not_authed")
        if given != wanted:
            ours = given in (self.bot_token, self.app_token)
            raise SlackError("not_allowed_token_type" if ours else "invalid_auth")

    async def _response(self, request: web.Request) -> web.Response:
        return respond(self.world, request.match_info["key"], await request.json())

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["secret"].partition("-")[0])
        content = await request.read()
        if file is None or file.complete or len(content) != file.size:
            return web.Response(status=400, text="no such upload, or not of the announced length")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            page = "<!doctype html><title>Sign in to Coffee | Slack</title>"
            return web.Response(text=page, content_type="text/html")
        file = self.world.files.get(request.match_info["file"].partition("-")[2])
        if file is None or file.content is None or "files:read" not in self.world.scopes:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")


def _id(given: Channel | Person | str) -> str:
    return given if isinstance(given, str) else given.id


async def _arguments(request: web.Request) -> Json:
    found: Json = dict(request.query)
    if request.content_type == _BY_JSON:
        try:
            body = await request.json()
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return {**found, **body}
    form = await request.post()
    return {**found, **{k: v for k, v in form.items() if isinstance(v, str)}}


def _failed(failure: Failure) -> web.Response:
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    if failure.status >= 500:  # what stands before Slack answers, and not in JSON
        page = "<html><body>upstream connect error</body></html>"
        answer = web.Response(status=failure.status, text=page, content_type="text/html")
        answer.headers.update(headers)
        return answer
    if failure.status == 200:
        return web.json_response({"ok": False, "error": failure.error or "internal_error"})
    body = {"ok": False, "error": "ratelimited" if failure.status == 429 else "internal_error"}
    return web.json_response(body, status=failure.status, headers=headers)
