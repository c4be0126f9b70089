"""`coffeestudio doctor`: what is configured, reachable and missing, and the mend for each."""

import sys
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Literal

from agent import wiring
from agent.settings import Settings, has_provider_key
from agent.wiring import Place
from db import embedded
from db.queries import members
from db.session import Actor, Database, DatabaseUnavailable
from db.startup import DatabaseRefused

State = Literal["ok", "off", "broken"]
_TRACES = "LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY"
_MAIL = "COFFEESTUDIO_SMTP_URL; until then drafts only"
_MARKS: dict[State, str] = {"ok": "✓", "off": "–", "broken": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `mend` says what to do when it is off or broken."""

    what: str
    state: State
    found: str
    mend: str = ""

    def line(self) -> str:
        """Return the finding as a line for people."""
        mend = f" → {self.mend}" if self.mend else ""
        return f"{_MARKS[self.state]} {self.what}: {self.found}{mend}"

    def as_json(self) -> dict[str, Any]:
        """Return the finding for scripts."""
        return asdict(self)


async def examine(settings: Settings) -> list[Finding]:
    """Return findings on Python, database, members, model, traces, mail and Slack."""
    found = [
        Finding("product", "ok", f"{version('coffeestudio')}, Python {sys.version.split()[0]}")
    ]
    found += [f async for f in _database(settings)]
    found += [_model(settings), _embedding(settings)]
    found += [
        _optional("traces (Langfuse)", settings.langfuse_public_key, _TRACES),
        _optional("outgoing mail", settings.smtp_url, _MAIL),
    ]
    return [*found, await _slack(settings)]


async def _slack(settings: Settings) -> Finding:
    """Ask Slack whether it knows the token; nothing is sent anywhere else."""
    if settings.slack_bot_token is None:
        return Finding("Slack", "off", "not configured", "SLACK_BOT_TOKEN; see README, “Slack”")
    from agent.slack.client import NotNowError, RefusedError, UnclearError, call
    from agent.slack.running import client_of

    try:
        me = await call(client_of(settings), "auth.test")
    except RefusedError as error:
        return Finding("Slack", "broken", str(error), "copy the token again, from “Install App”")
    except (NotNowError, UnclearError) as error:
        return Finding("Slack", "broken", f"no answer ({error})", "is the network open to Slack?")
    way = "Socket Mode" if settings.slack_app_token else "HTTP only: SLACK_APP_TOKEN is not set"
    return Finding("Slack", "ok", f"{me.get('user')} in {me.get('team')}, {way}")


async def _database(settings: Settings) -> AsyncGenerator[Finding]:
    try:
        place = _running_place(settings)
    except (DatabaseRefused, DatabaseUnavailable) as error:
        yield Finding("database server", "broken", str(error))
        return
    if place is None:
        yield Finding(
            "database server", "off", f"embedded in {settings.data_dir}, not running",
            "it starts with `coffeestudio chat` or `make chat`",
        )  # fmt: skip
        return
    database = Database(place.app_url)
    try:
        await database.open()
        yield Finding("database", "ok", f"“{place.name}” answers, schema and role are right")
        yield await _members(database)
        yield await _log(database)
    except (DatabaseRefused, DatabaseUnavailable) as error:
        yield Finding("database", "broken", str(error))
    finally:
        await database.close()
    yield _owner(place)


def _running_place(settings: Settings) -> Place | None:
    """Return the configured place without starting or changing anything."""
    if settings.database_url is not None:
        return wiring.find_place(settings)
    if not embedded.running(settings.data_dir):
        return None
    return wiring.find_place(settings)


async def _members(database: Database) -> Finding:
    async with database.reading(Actor.system("doctor")) as session:
        admin = await members.first_admin(session)
        company, demo = await members.company(session)
    if admin is None:
        return Finding("members", "broken", "no admin yet", "run `coffeestudio init`")
    kind = "demo data; `coffeestudio init` makes your own database" if demo else "your own data"
    return Finding("company", "ok", f"{company}: {kind}")


async def _log(database: Database) -> Finding:
    from db.queries import audit

    async with database.reading(Actor.system("doctor")) as session:
        problems = await audit.verify(session)
    if problems:
        return Finding(
            "audit log", "broken", f"{len(problems)} problems", "coffeestudio audit verify"
        )
    return Finding("audit log", "ok", "whole")


def _owner(place: Place) -> Finding:
    if place.owner_url is not None:
        return Finding("owner role", "ok", "known: migrate and backup work")
    return Finding(
        "owner role",
        "off",
        "not configured",
        "set COFFEESTUDIO_OWNER_DATABASE_URL to migrate and back up",
    )


def _model(settings: Settings) -> Finding:
    if settings.model == "offline":
        return Finding(
            "model", "ok", "offline planner; no key, no network", "COFFEESTUDIO_MODEL adds one"
        )
    if settings.model_base_url or has_provider_key(settings.model):
        then = ", ".join(settings.fallbacks) or "none"
        return Finding("model", "ok", f"{settings.model}, then {then}")
    return Finding(
        "model", "broken", f"{settings.model} without its key",
        "set the provider's own key variable, or COFFEESTUDIO_MODEL_BASE_URL",
    )  # fmt: skip


def _embedding(settings: Settings) -> Finding:
    return Finding("embedding", "ok", settings.embedding_model or "our own small one")


def _optional(what: str, value: object, names: str) -> Finding:
    if value:
        return Finding(what, "ok", "configured")
    return Finding(what, "off", "not configured", f"set {names}")
