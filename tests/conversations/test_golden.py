"""Forty conversations about the book, the same ones through each front end, without a model."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent import asking
from agent.asking import Request
from agent.terminal.words import TERMINAL
from agent.turns import Engine
from agent.wiring import who
from db.enums import LOCALES
from db.session import Database
from tests.agent.slack.conftest import Workspace, workspace_of
from tests.agent.slack.test_talking import cards_of
from tests.agent.test_terminal import PROMPT, Terminal
from tests.conftest import settings_of

Json = dict[str, Any]
CONVERSATIONS: list[Json] = [
    json.loads(line)
    for line in (Path(__file__).parent / "golden.jsonl").read_text("utf8").splitlines()
]
# A screen and a workspace take their time: those the book was ordered with, all of them in the soak.
SHOWN = CONVERSATIONS if os.environ.get("ALL_CONVERSATIONS") else CONVERSATIONS[:12]
_UNDO = {"de": "rückgängig", "en": "undo that", "es": "deshaz eso"}
_PROMPTS = (PROMPT, *(TERMINAL["decide"].format(lo) for lo in LOCALES))
_REASON = {"de": "doch nicht", "en": "not now", "es": "mejor no"}


def shown(said: str, turn: Json, where: str) -> None:
    """Hold what was seen against what is expected to be."""
    seen = " ".join(said.split())
    for expected in turn["shows"]:
        assert expected in seen, (where, turn.get("say", turn.get("do")), expected, said[-1500:])


def test_there_are_forty_in_three_languages() -> None:
    assert len(CONVERSATIONS) >= 40
    assert {c["lang"] for c in CONVERSATIONS} == {"de", "en", "es"}


# --- ask -----------------------------------------------------------------------------------------


async def test_through_ask(engine: Engine) -> None:
    for talk in CONVERSATIONS:
        asker = await who(engine.services.database, f"{talk['as']}@demo.invalid")
        cards: list[int] = []
        for turn in talk["turns"]:
            doing = turn.get("do")
            if doing in {"approve", "reject"}:
                verdict = "approved" if doing == "approve" else "rejected"
                reason = _REASON[talk["lang"]] if doing == "reject" else None
                reply = await asking.decide(engine, asker, cards.pop(0), verdict, reason)
            else:
                text = turn.get("say") or _UNDO[talk["lang"]]
                reply = await asking.ask(engine, Request(text=text, thread=talk["id"]), asker)
                cards = [c.id for c in reply.cards]
            told = reply.to_json(talk["id"])
            where = (talk["id"], turn.get("say", doing), told["reply"])
            assert turn.get("outcome") in {None, told["outcome"]}, where
            assert turn.get("tools") in (None, [c["tool"] for c in told["tool_calls"]]), where
            shown(told["reply"] + _details(told), turn, talk["id"])


def _details(told: Json) -> str:
    """Return the rest of a reply as scripts get it; figures of cards are written as people do."""
    parts = [told["rows"], told["approvals"], told["changes"], told["files"]]
    return json.dumps(parts, ensure_ascii=False, default=str)


# --- the terminal --------------------------------------------------------------------------------


@pytest.fixture
def sitting(demo_url: tuple[str, str], tmp_path: Path) -> Iterator[Callable[[str], Terminal]]:
    """Opens the program as a member, on the day of the demo."""
    opened: dict[str, Terminal] = {}

    def open_as(name: str) -> Terminal:
        if name not in opened:
            opened[name] = Terminal(
                tmp_path, "--as", f"{name}@demo.invalid", "--today", "2026-11-24",
                COFFEESTUDIO_DATABASE_URL=demo_url[0],
            )  # fmt: skip
            opened[name].until(PROMPT)
        return opened[name]

    yield open_as
    for terminal in opened.values():
        terminal.close()


def test_through_the_terminal(sitting: Callable[[str], Terminal]) -> None:
    for talk in SHOWN:
        terminal = sitting(talk["as"])
        screen = ""
        for turn in talk["turns"]:
            if turn.get("do") in {"approve", "reject"}:
                screen = _answered(terminal, turn["do"], talk)
            else:
                screen = terminal.type(turn.get("say") or _UNDO[talk["lang"]], _PROMPTS)
            shown(screen, turn, talk["id"])
        while not screen.endswith(PROMPT):
            screen = terminal.type("", _PROMPTS)  # a card that is left for later


def _answered(terminal: Terminal, doing: str, talk: Json) -> str:
    """Answer a card; the program speaks the member's language, whatever the talk's."""
    if doing == "approve":
        return terminal.type({"anna": "j", "luis": "s"}[talk["as"]], _PROMPTS)
    terminal.type("n", tuple(TERMINAL["why_not"].format(lo) for lo in LOCALES))
    return terminal.type(_REASON[talk["lang"]], _PROMPTS)


# --- Slack ---------------------------------------------------------------------------------------


@pytest.fixture
async def workspace(
    demo_url: tuple[str, str], demo: Database, tmp_path: Path
) -> AsyncIterator[Workspace]:
    async with workspace_of(demo_url[0], demo, settings_of(data_dir=tmp_path)) as found:
        yield found


async def test_through_slack(workspace: Workspace) -> None:
    for talk in SHOWN:
        person = workspace.people[talk["as"]]
        thread = ""
        for turn in talk["turns"]:
            before = len(workspace.said(person.im, thread)) if thread else 0
            if turn.get("do") in {"approve", "reject"}:
                screen = await _clicked(workspace, talk, turn["do"], thread)
            else:
                text = turn.get("say") or _UNDO[talk["lang"]]
                sent = person.dm(text, thread_ts=thread or None)
                thread = thread or sent.ts
                await workspace.answer(person.im, before + 1, thread)
                screen = await _settled(workspace, person.im.id, thread, before)
            shown(screen, turn, talk["id"])


async def _settled(workspace: Workspace, channel: str, thread: str, before: int) -> str:
    """Return what was said since, once nothing more comes."""
    place = (channel, thread)
    sessions = workspace.slack.world.sessions
    await workspace.until(lambda: place not in sessions or sessions[place].status == "active")
    await asyncio.sleep(0.05)
    return "\n".join(m.shown for m in workspace.said(channel, thread)[before:])


async def _clicked(workspace: Workspace, talk: Json, doing: str, thread: str) -> str:
    person = workspace.people[talk["as"]]
    card = next(m for m in cards_of(workspace, thread, person.im.id) if m.buttons)
    await person.click(card, doing)
    if doing == "reject":
        await person.submit(None, {"reason": _REASON[talk["lang"]]})

    def decided() -> bool:
        now = [m for m in cards_of(workspace, thread, person.im.id) if m.ts == card.ts]
        return not now[0].buttons

    await workspace.until(decided)
    return await _settled(workspace, person.im.id, thread, 0)
