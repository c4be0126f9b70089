"""The stand-in as a process of its own: what a test elsewhere may do to it and ask of it.

`POST /_control/user|channel|act|server|advance` with a JSON object, `GET /_control/messages|state`.
`act` is `{"user": id, "do": "dm", "with": {"text": "…"}}`; a message goes by `{"channel", "ts"}`, a
view by its id. `server` is `{"do": "fail", "with": {"method": "…", "status": 429}}`.
"""

from collections.abc import Callable
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.standins.slack.clock import FakeClock
from tests.standins.slack.records import Delivery, Json, Message, Refused, SlackError, View
from tests.standins.slack.server import SlackServer

_SAYING = {
    "dm",
    "say",
    "mention",
    "edit",
    "upload",
    "react",
    "open_home",
    "invite",
    "join",
    "look_at",
    "open_messages_tab",
    "stop",
}
_CLICKING = {"click", "feedback", "submit", "close", "slash", "shortcut"}
_SWITCHES = {
    "fail", "lose_answer", "limit", "limit_as_slack", "duplicate_events", "hold_events",
    "release_events", "deliver_over_http",
}  # fmt: skip
_SOCKETS = {"disconnect", "drop"}


class SlackProcess(SlackServer):
    """The server, with `/_control`."""

    def _extend(self, app: web.Application) -> None:
        app.router.add_post("/_control/user", self._guarded(self._user))
        app.router.add_post("/_control/channel", self._guarded(self._room))
        app.router.add_post("/_control/act", self._guarded(self._act))
        app.router.add_post("/_control/server", self._guarded(self._switch))
        app.router.add_post("/_control/advance", self._guarded(self._advance))
        app.router.add_get("/_control/messages", self._messages)
        app.router.add_get("/_control/state", self._state)

    def _guarded(self, run: Callable[[Json], Any]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            try:
                return web.json_response(await run(await request.json()))
            except (Refused, SlackError, KeyError, TypeError, ValueError) as error:
                said = {"error": type(error).__name__, "message": str(error)}
                return web.json_response(said, status=400)

        return handle

    async def _user(self, given: Json) -> Json:
        person = self.add_user(given.pop("name"), **given)
        return {"id": person.id, "im": person.im.id}

    async def _room(self, given: Json) -> Json:
        people = [self.people[p] for p in given.pop("people", [])]
        return {"id": self.add_channel(given.pop("name"), *people, **given).id}

    async def _act(self, given: Json) -> Any:
        person, do, said = self.people[given["user"]], given["do"], self._resolved(given)
        if do in _SAYING:
            return _plain(getattr(person, do)(**said))
        if do in _CLICKING:
            return _plain(await getattr(person, do)(**said))
        raise ValueError(f"nobody can {do}")

    async def _switch(self, given: Json) -> Any:
        do, said = given["do"], given.get("with", {})
        if do in _SOCKETS:
            await getattr(self.sockets, do)(**said)
        elif do in _SWITCHES:
            found = getattr(self, do)(**said)
            if do == "deliver_over_http":
                await found
        else:
            raise ValueError(f"there is no switch {do}")
        return {}

    async def _advance(self, given: Json) -> Json:
        if not isinstance(self.clock, FakeClock):
            raise TypeError("the clock is real")
        await self.clock.advance(given["seconds"])
        return {"now": self.clock.now()}

    def _resolved(self, given: Json) -> Json:
        """Turn references into what they mean."""
        said: Json = dict(given.get("with", {}))
        for key in ("on", "message", "view"):
            if isinstance(said.get(key), dict):
                said[key] = self._found(said[key])
            elif isinstance(said.get(key), str):
                said[key] = self._found_view(said[key])
        if "content" in said:
            said["content"] = said["content"].encode()
        if isinstance(said.get("channel"), str):
            said["channel"] = self.world.channels[said["channel"]]
        return said

    def _found(self, place: Json) -> Message:
        there = self.world.by_channel[place["channel"]]
        return next(m for m in there if m.ts == place["ts"])

    def _found_view(self, view_id: str) -> View:
        every = [*self.world.all_views.values(), *self.homes.values()]
        return next(v for v in every if v.id == view_id)

    async def _messages(self, request: web.Request) -> web.Response:
        found = self.messages(request.query["channel"], request.query.get("thread_ts"))
        return web.json_response([_plain(m) for m in found])

    async def _state(self, _request: web.Request) -> web.Response:
        errors: dict[str, int] = {}
        for call in self.calls:
            key = f"{call.method} {call.error or 'ok'}"
            errors[key] = errors.get(key, 0) + 1
        state: Json = {
            "violations": self.violations,
            "calls": errors,
            "connections": len(self.sockets.connections),
            "under_way": self.courier.under_way,
            "deliveries": [_plain(d) for d in self.deliveries],
            "fetched": [vars(u) for u in self.fetched],
            "urls": [vars(u) for u in self.urls],
            "pings": [vars(p) for p in self.pings],
            "statuses": [[*thread, text] for thread, text in self.statuses.items()],
            "titles": [[*thread, text] for thread, text in self.titles.items()],
            "views": [_plain(v) for v in self.views],
            "homes": {user: _plain(view) for user, view in self.homes.items()},
        }
        return web.json_response(state)


class Remote:
    """A test's way to a stand-in that runs elsewhere; an async context manager."""

    def __init__(self, base_url: str) -> None:
        """Take the `base_url` the process printed."""
        self._base = base_url.removesuffix("/api/")

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def tell(self, verb: str, **body: Any) -> Any:
        """Post to `/_control/<verb>`; raises `Refused` when that is not possible."""
        async with self._session.post(f"{self._base}/_control/{verb}", json=body) as answer:
            said = await answer.json()
            if answer.status != 200:
                raise Refused(f"{said['error']}: {said['message']}")
            return said

    async def act(self, user: str, do: str, **said: Any) -> Any:
        """Let a user do something."""
        return await self.tell("act", user=user, do=do, **{"with": said})

    async def switch(self, do: str, **said: Any) -> None:
        """Set a fault of the server."""
        await self.tell("server", do=do, **{"with": said})

    async def ask(self, what: str, **query: str) -> Any:
        """Get `/_control/<what>`."""
        address = f"{self._base}/_control/{what}"
        async with self._session.get(address, params=query) as answer:
            return await answer.json()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Message):
        more = {"channel": value.channel, "shown": value.shown, "buttons": value.buttons}
        return {**value.as_json(), **more, "streaming": _streaming(value)}
    if isinstance(value, View):
        return {**value.as_json(), "user": value.user, "shown": value.shown}
    if isinstance(value, Delivery):
        names = ("kind", "envelope_id", "event_id", "attempt", "acked", "late", "latency", "status")
        return {name: getattr(value, name) for name in names} | {"response": value.response}
    return value.as_json() if hasattr(value, "as_json") else value


def _streaming(message: Message) -> bool:
    return message.stream is not None and not message.stream.stopped
