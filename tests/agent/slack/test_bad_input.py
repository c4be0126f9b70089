"""Bad input over the socket and over HTTP: refused or answered plainly, logged without secrets."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from structlog.testing import capture_logs

from db.models import ApprovalDecision, Inbox
from tests.agent.slack import forged
from tests.agent.slack.conftest import Signed, Workspace
from tests.agent.slack.forged import ABSURD, SECRET, TOKEN
from tests.agent.slack.test_faults import quiet, rows_of
from tests.agent.slack.test_talking import PROMOTE, again, card_at, counted, role
from tests.standins.slack import Delivery, Person

Json = dict[str, Any]
QUESTION = "Wie viele Lose haben wir?"
pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> None:
    """Let everybody log everything from the start: Bolt takes its level when it is made."""
    caplog.set_level("DEBUG")


@dataclass
class Logged:
    """Everything that was logged, by us and by the libraries."""

    caplog: pytest.LogCaptureFixture
    ours: list[Any]

    def text(self) -> str:
        """Return all of it as one text."""
        return self.caplog.text + "\n".join(map(str, self.ours))


@contextmanager
def logging_watched(caplog: pytest.LogCaptureFixture, *secrets: str) -> Generator[Logged]:
    """Watch the log; whatever is secret must not be in it."""
    with capture_logs() as entries:
        watched = Logged(caplog, entries)
        yield watched
    told = [s for s in (SECRET, TOKEN, *secrets) if s in watched.text()]
    assert told == [], watched.text()


async def hand_over(workspace: Workspace, kind: Any, payload: Json) -> Delivery:
    """Send a payload over the socket; return what became of it at its first try."""
    delivery = workspace.slack.courier.send(kind, payload)
    async with asyncio.timeout(60):
        await delivery.settled.wait()
    return delivery


async def taken(workspace: Workspace, kind: Any, payload: Json) -> None:
    """Send a payload that must be acknowledged; again when a busy machine took too long."""
    for _ in range(5):
        if (await hand_over(workspace, kind, payload)).acked:
            return
    raise AssertionError(f"not acknowledged: {str(payload)[:200]}")


def secrets_of(workspace: Workspace) -> tuple[str, str]:
    """Return the tokens of a workspace."""
    return workspace.slack.bot_token, workspace.slack.app_token


def told(workspace: Workspace, person: Person) -> list[str]:
    """Return what a person was told alone or in their DM."""
    alone = workspace.slack.ephemerals(person)
    return [m.shown for m in [*alone, *workspace.said(person.im)]]


async def is_alive(workspace: Workspace) -> None:
    """Ask something, and be answered."""
    asked = workspace.sam.dm("How many lots do we have?")
    found = await workspace.answer(workspace.sam.im, thread_ts=asked.ts)
    assert found.shown


async def test_forged_presses_windows_and_events_come_to_nothing(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    sent: dict[str, tuple[str, Json]] = {}
    sent |= {f"press: {k}": ("interactive", v) for k, v in forged.alien_presses(workspace).items()}
    sent |= {f"window: {k}": ("interactive", v) for k, v in forged.alien_windows(workspace).items()}
    sent |= {f"event: {k}": ("events_api", v) for k, v in forged.alien_events(workspace).items()}
    with logging_watched(caplog, *secrets_of(workspace)) as logged:
        await asyncio.gather(*(hand_over(workspace, *one) for one in sent.values()))
        await is_alive(workspace)
    assert await counted(workspace, Inbox) == 1  # the good one
    assert "not understood" in str(logged.ours)
    broken = [e for e in logged.ours if e["log_level"] == "error"]
    assert broken == []
    said = told(workspace, workspace.anna)
    assert said
    assert {s for s in said if "gehört zu nichts" not in s and "nicht mehr offen" not in s} == set()
    assert not workspace.slack.pings


async def test_what_is_somebody_elses_is_refused_by_name(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    luis, bot = workspace.luis, workspace.front.bot
    asked = workspace.anna.dm(PROMOTE)
    card = await card_at(workspace, asked.ts)
    number = next(e["value"] for b in card.blocks for e in b.get("elements", ()) if "value" in e)
    mine = {
        "user": {"id": luis.id, "team_id": bot.team}, "channel": {"id": luis.im.id},
        "message": {"ts": luis.dm("hola").ts},
    }  # fmt: skip
    with logging_watched(caplog, *secrets_of(workspace)):
        for action, value in (
            ("approve", number), ("approve", "4242"), ("edit", "4242"), ("undo", "4242"),
            ("acknowledge", "4242"), ("acknowledge", "'; DROP TABLE lot; --"),
        ):  # fmt: skip
            pressed = forged.pressed(workspace, action, value, **mine)
            await taken(workspace, "interactive", pressed)
        await quiet(workspace)
        await is_alive(workspace)
    assert again(workspace, card).buttons
    assert await counted(workspace, ApprovalDecision) == 0
    assert await role(workspace, "luis@demo.invalid") == "analyst"
    said = " ".join(told(workspace, luis))
    assert "4242" in said
    assert "aprobación" in said


async def test_absurd_words_are_answered(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    anna = workspace.anna
    await is_alive(workspace)  # the first turn loads libraries, and Slack waits three seconds
    with logging_watched(caplog, *secrets_of(workspace)):
        for words in ABSURD.values():
            await taken(workspace, "slash_commands", forged.command(workspace, words))
        for said in ([1], {"a": 1}, None):
            await hand_over(
                workspace, "slash_commands", forged.command(workspace, said, trigger_id=None)
            )
        asked = [anna.dm(words) for words in ABSURD.values()]
        for one in asked:
            assert (await workspace.answer(anna.im, thread_ts=one.ts)).shown
            await anna.shortcut(one, "ask_about")
            assert len(workspace.slack.views) == 1
        await quiet(workspace)
    assert await counted(workspace, Inbox) == 1 + 2 * len(ABSURD)
    assert not workspace.slack.pings
    assert not workspace.slack.fetched


async def test_whoever_is_not_one_of_us_is_told_and_nothing_is_stored(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    slack, team = workspace.slack, workspace.front.bot.team
    strangers = {
        "guest": slack.add_user("gus", email="anna@demo.invalid", is_restricted=True),
        "single-channel guest": slack.add_user("una", is_ultra_restricted=True),
        "another company": slack.add_user("olaf", team_id="T0OTHER", is_stranger=True),
        "a bot": slack.add_user("robo", email="anna@demo.invalid", is_bot=True),
        "deactivated": slack.add_user("dora", email="anna@demo.invalid", deleted=True),
    }
    with logging_watched(caplog, *secrets_of(workspace)) as logged:
        for who in strangers.values():
            them = {"id": who.id, "team_id": who.user.team_id}
            for kind, payload in (
                ("slash_commands", forged.command(workspace, SECRET, user_id=who.id, team_id=who.user.team_id)),
                ("interactive", forged.pressed(workspace, "approve", "1", user=them, channel=None, message=None)),
                ("events_api", forged.event(workspace, {"user": who.id, "user_team": who.user.team_id})),
                # Somebody of another team that claims ours, and one of ours that claims none.
                ("slash_commands", forged.command(workspace, SECRET, user_id=who.id, team_id=team)),
                ("interactive", forged.pressed(workspace, "approve", "1", user={"id": who.id})),
            ):  # fmt: skip
                await hand_over(workspace, kind, payload)
        nobody = forged.command(workspace, SECRET, user_id="U0NOBODY")
        answered = await hand_over(workspace, "slash_commands", nobody)
        await is_alive(workspace)
    assert answered.response
    assert "this team only" in answered.response["text"]
    assert await counted(workspace, Inbox) == 1
    assert str(logged.ours).count("stranger") >= 5 * len(strangers)


# --- over HTTP ------------------------------------------------------------------------------------


async def post(
    signed: Signed,
    body: bytes,
    content_type: str = "application/json",
    headers: Mapping[str, str | None] | None = None,
) -> int:
    """Post what Slack would have signed so; a header that is None is left out."""
    stamp = str(int(time.time()))
    base = f"v0:{stamp}:".encode() + body
    digest = hmac.new(signed.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    sent: dict[str, str | None] = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        **(headers or {}),
    }
    given = {k: v for k, v in sent.items() if v is not None}
    async with (
        aiohttp.ClientSession() as session,
        session.post(signed.url, data=io.BytesIO(body), headers=given) as answer,
    ):
        return answer.status


async def test_what_is_signed_wrongly_is_refused(
    signed: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"type": "event_callback", "token": TOKEN, "text": SECRET}).encode()
    old = str(int(time.time()) - 600)
    wrong: dict[str, dict[str, str | None]] = {
        "another signature": {"X-Slack-Signature": "v0=" + "0" * 64},
        "no signature": {"X-Slack-Signature": None},
        "an empty one": {"X-Slack-Signature": ""},
        "an old time": {"X-Slack-Request-Timestamp": old},
        "no time": {"X-Slack-Request-Timestamp": None},
        "a time that is none": {"X-Slack-Request-Timestamp": "soon"},
        "neither": {"X-Slack-Signature": None, "X-Slack-Request-Timestamp": None},
    }
    with logging_watched(caplog, signed.slack.bot_token, signed.slack.signing_secret):
        found = {name: await post(signed, body, headers=headers) for name, headers in wrong.items()}
    assert set(found.values()) <= {400, 401}, found
    assert await rows_of(signed.database, Inbox) == 0
    signed.anna.dm(QUESTION)
    await signed.slack.courier.idle()
    assert await rows_of(signed.database, Inbox) == 1


async def test_bodies_nobody_could_read_are_refused(
    signed: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    form = "application/x-www-form-urlencoded"
    bodies: dict[str, tuple[bytes, str]] = {
        "no JSON": (f"{{{SECRET}".encode(), "application/json"),
        "a list": (b'["message"]', "application/json"),
        "a word": (b'"message"', "application/json"),
        "null": (b"null", "application/json"),
        "nothing": (b"", "application/json"),
        "no text": (b'{"a": "\xff\xfe"}', "application/json"),
        "deep": (b"[" * 100_000, "application/json"),
        "a payload that is no JSON": (urlencode({"payload": SECRET}).encode(), form),
        "a payload that is a list": (urlencode({"payload": "[1]"}).encode(), form),
        "an empty payload": (b"payload=", form),
        "no form": (b"%%%=&&&", form),
        "a file": (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        "too large": (b'{"a": "' + b"x" * (2 * 2**20) + b'"}', "application/json"),
    }
    with logging_watched(caplog, signed.slack.bot_token, signed.slack.signing_secret) as logged:
        found = {name: await post(signed, body, kind) for name, (body, kind) in bodies.items()}
    assert {name: s for name, s in found.items() if not 400 <= s < 500} == {}
    assert found["too large"] == 413
    assert "Traceback" not in logged.text()
    signed.anna.dm(QUESTION)
    await signed.slack.courier.idle()
    assert await rows_of(signed.database, Inbox) == 1
