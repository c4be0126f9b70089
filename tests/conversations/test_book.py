"""The set about the trading book: whole, balanced, about records there are, and possible to do."""

import json
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db import embedded
from db.embedded import Embedded
from db.rls import APP_ROLE
from db.session import Database
from tests.conversations.compare import NEW, judge
from tests.conversations.doing import Doing
from tests.conversations.driving import Direct
from tests.conversations.telling import ways
from tests.conversations.world import TODAY, load_world
from tools.catalog import catalog

Json = dict[str, Any]
Titles = dict[tuple[str, int], str]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LANGUAGES = ("de", "en", "es")
BOOK = [
    json.loads(x) for x in (Path(__file__).parent / "book.jsonl").read_text("utf8").splitlines()
]
# Of these the first message of the thread makes the record, or what is taken back.
CONTINUED = {r["id"] for r in BOOK if r["thread"] and {"write"} <= {*r["tags"]}}


@pytest.fixture(scope="module")
def world(server: Embedded, template_empty: str) -> Iterator[tuple[str, Titles]]:
    """A database with world and book, to be cloned, and what its records are called."""
    name = f"book_{secrets.token_hex(6)}"
    embedded.ensure_database(server, name, template=template_empty)
    yield name, load_world(server.url(name, embedded.OWNER_ROLE), book=True)
    embedded.drop_database(server, name)


@asynccontextmanager
async def conversation(server: Embedded, template: str, lang: str) -> AsyncGenerator[Direct]:
    """A conversation on a fresh world."""
    name = f"c_{secrets.token_hex(6)}"
    embedded.ensure_database(server, name, template=template)
    database = Database(server.url(name, APP_ROLE))
    driver = Direct(database, catalog(), NOW, TODAY)
    await driver.start(lang)
    yield driver
    await database.close()
    embedded.drop_database(server, name)


def test_halves_hold_the_same_mix() -> None:
    assert len({r["id"] for r in BOOK}) == len({r["text"].lower() for r in BOOK}) == 240
    assert Counter((r["half"], r["lang"]) for r in BOOK) == {
        (half, lang): 40 for half in ("book-tune", "book-test") for lang in LANGUAGES
    }
    for tune, test in zip(BOOK[::2], BOOK[1::2], strict=True):
        assert (tune["half"], test["half"]) == ("book-tune", "book-test")
        assert tune["lang"] == test["lang"]
        assert [t for t in tune["tags"] if t != "issue"] == test["tags"]


def test_every_request_says_what_is_expected() -> None:
    for request in BOOK:
        expect = request["expect"]
        assert expect.keys() <= {"kind", "calls", "missing", "refused", "unsupported", "without"}
        assert expect["kind"] in {"complete", "ask"}, request["id"]
        assert expect["calls"] if expect["kind"] == "complete" else expect["missing"], request["id"]
        for way in ways(expect["calls"]):
            assert len(way) == len({json.dumps(call) for call in way}), request["id"]


def test_what_is_named_is_in_the_world(world: tuple[str, Titles]) -> None:
    known = {(noun, title) for (noun, _), title in world[1].items()}
    named = {
        (request["id"], *name)
        for request in BOOK
        for way in ways(request["expect"]["calls"])
        for call in way
        for name in _named(call)
    }

    assert len(named) > 350
    assert {name for name in named if name[1:] not in known} == set()


def _named(call: Json) -> Iterator[tuple[str, str]]:
    """Say which records a call is about."""
    noun = call.get("noun", "")
    yield from ((noun, title) for title in call.get("ids", []))
    if call.get("record", NEW) != NEW:
        yield noun, call["record"]
    if noun not in catalog().entities:
        return
    entity = catalog().entity(noun)
    for key, value in {**call.get("set", {}), **call.get("may", {})}.items():
        ref = entity.field(key).ref if entity.has(key) else None
        if ref and value != NEW:
            yield ref, value


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_what_is_expected_can_be_done(
    server: Embedded, world: tuple[str, Titles], lang: str
) -> None:
    template, titles = world
    chosen = [r for r in BOOK if r["lang"] == lang and r["expect"]["kind"] == "complete"]
    wanted = [(r["id"], way) for r in chosen for way in ways(r["expect"]["calls"])]
    alone = [(request, way) for request, way in wanted if request not in CONTINUED]
    assert len(alone) > 60
    async with conversation(server, template, lang) as driver:
        driver.keep = False
        for request, way in alone:
            if not _builds(way):
                await _is_right(driver, request, way, titles)
    for request, way in alone:
        if _builds(way):
            async with conversation(server, template, lang) as driver:
                await _is_right(driver, request, way, titles)


async def test_what_is_to_be_refused_is(server: Embedded, world: tuple[str, Titles]) -> None:
    template, titles = world
    told = [r["expect"] for r in BOOK if "refused" in r["expect"]]
    async with conversation(server, template, "es") as driver:
        driver.keep = False
        for expect in told:
            calls = expect["calls"] or [
                {"verb": "stock", "noun": "stock", "set": {"lot": "PE-24-017"}}
            ]
            refused = await Doing(driver, titles).do(calls[0])
            assert refused["error"] == expect["refused"]
            assert (await judge(expect, [refused], "", titles, driver.database)).verdict == "right"
    assert Counter(e["refused"] for e in told) == {"oversold": 2, "unknown_record": 2}


def _builds(way: list[Json]) -> bool:
    """Whether a call of a way needs the record another one makes."""
    return json.dumps(NEW) in json.dumps(way)


async def _is_right(driver: Direct, request: str, way: list[Json], titles: Titles) -> None:
    doing = Doing(driver, titles)
    calls = [await doing.do(call) for call in way]
    wanted = {"kind": "complete", "calls": way}

    outcome = await judge(wanted, calls, "", titles, driver.database)

    assert outcome.verdict == "right", (request, outcome.why, calls)
