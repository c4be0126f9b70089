"""`coffeestudio slack` and `coffeestudio worker`: the processes around the front end."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from agent.settings import Settings
from agent.slack import NotConfiguredError
from agent.slack.app import SlackFront
from agent.slack.client import make_client
from agent.slack.edge import UNREADABLE, AlienError, discreet_logger, noted
from agent.turns import Engine
from agent.worker import Worker

MANIFEST = Path(__file__).parent / "manifest.json"
_log = structlog.get_logger()


def client_of(settings: Settings) -> AsyncWebClient:
    """Return the bot's client.

    Raises:
        NotConfiguredError: there is no bot token.
    """
    if settings.slack_bot_token is None:
        raise NotConfiguredError(
            "SLACK_BOT_TOKEN is not set: install the app to your workspace and copy the bot token "
            "from “OAuth & Permissions” (see README, “Slack”)"
        )
    return make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


async def work(engine: Engine, settings: Settings) -> None:
    """Be a worker until told to end."""
    worker = Worker(engine, client_of(settings), engine.services.database.url)
    _on_end(worker.stop)
    await worker.run()


async def listen(engine: Engine, settings: Settings, *, http: int | None = None) -> None:
    """Be the front end until told to end: Socket Mode, or signed HTTP on a port.

    Raises:
        NotConfiguredError: the token or secret this needs is not set.
    """
    client = client_of(settings)
    secret, token = settings.slack_signing_secret, settings.slack_app_token
    if http is not None and secret is None:
        raise NotConfiguredError(
            "SLACK_SIGNING_SECRET is not set: with --http every request is checked against it "
            "(“Basic Information” of your app)"
        )
    if http is None and token is None:
        raise NotConfiguredError(
            "SLACK_APP_TOKEN is not set: create an app-level token with connections:write under "
            "“Basic Information”, or use --http"
        )
    front = await SlackFront.connect(engine.services, client)
    app = front.listen(make_bolt(client, secret.get_secret_value() if secret else None))
    ending = asyncio.Event()
    _on_end(ending.set)
    if http is not None:
        await _serve(app, http, ending)
        return
    assert token is not None  # noqa: S101 - refused above
    handler = Socket(app, token.get_secret_value())
    await handler.connect_async()
    _log.info("listening", mode="socket")
    await ending.wait()
    await handler.close_async()


def make_bolt(client: AsyncWebClient, secret: str | None) -> AsyncApp:
    """Return a Bolt application that answers Slack only when a listener has stored what came."""
    return AsyncApp(
        client=client,
        signing_secret=secret or "socket mode needs none",
        request_verification_enabled=secret is not None,
        process_before_response=True,
        ignoring_self_events_enabled=True,
        logger=discreet_logger(),
    )


class Socket(AsyncSocketModeHandler):
    """Socket Mode; what Bolt cannot even read is noted, and neither acknowledged nor the end."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        """Hand an envelope to the application."""
        try:
            await super().handle(client, req)
        except UNREADABLE as error:
            noted(AlienError("envelope").with_traceback(error.__traceback__))


def make_web(app: AsyncApp) -> Any:
    """Return the web application Slack posts to, at /slack/events."""
    from aiohttp import web

    made = app.server(path="/slack/events").web_app

    @web.middleware
    async def reading(request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            return await handler(request)
        except UNREADABLE as error:
            noted(AlienError("request").with_traceback(error.__traceback__))
            return web.Response(status=400)

    made.middlewares.append(reading)
    return made


async def _serve(app: AsyncApp, port: int, ending: asyncio.Event) -> None:
    from aiohttp import web

    runner = web.AppRunner(make_web(app))
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    _log.info("listening", mode="http", port=port)
    await ending.wait()
    await runner.cleanup()


def _on_end(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop)
