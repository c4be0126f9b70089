"""The measurements work: a few rounds of each, and no word about how long they took."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.models.litellm_model import hang_up
from db.session import Database
from tests.bench import listing, stock
from tests.bench.ours import Ours
from tests.bench.provider import Provider, ends, words
from tests.bench.report import Line, percentile, table
from tests.conftest import settings_of
from tests.questions import score
from tests.questions.answerers import asking_product
from tests.questions.question_set import questions


@pytest.fixture
async def ours(demo: Database) -> AsyncIterator[Ours]:
    """Our side of the comparison, in this process."""
    async with Provider() as provider:
        yield Ours(demo, provider.base_url)
        await hang_up()


@pytest.mark.parametrize("kind", ["read", "write"])
async def test_our_turns_do_what_is_measured(ours: Ours, kind: str) -> None:
    for place in (1, 2):
        order = {"kind": kind, "key": kind, "words": words(kind, place), "ends": ends(kind, place)}
        timed = await ours.turn(order | {"priced": place > 1})
    assert timed["calls"] == 2
    assert timed["bare_wall"] > 0


async def test_listing_finds_rows_for_every_request(demo_url: tuple[str, str]) -> None:
    await asyncio.to_thread(listing.top_up, demo_url[1])
    times = await listing.timed(demo_url[0], len(listing.REQUESTS))
    assert len(times.tool) == len(times.read) == len(listing.REQUESTS)
    assert len(listing.lines(times)) == 2


async def test_stock_is_found_for_every_request(demo_url: tuple[str, str]) -> None:
    await asyncio.to_thread(stock.fill, demo_url[1], 200, 400)
    assert len(await stock.timed(demo_url[0], 1)) == 5


def test_the_table_has_a_line_for_every_figure() -> None:
    lines = [Line("a", "1 ms", "< 2 ms", met=True), Line("b", "3 ms")]
    assert table(lines).splitlines()[1].split() == ["a", "1", "ms", "<", "2", "ms", "yes"]
    assert percentile([3, 1, 2], 0.5) == 2


async def test_questions_are_scored_beside_plain_searches(knowing: Database) -> None:
    found = await score.scored(knowing, "tune", quick=True)
    told = {what.strip(): figure for what, figure, _ in score.lines(found)}
    assert found.found["ours"].right > found.found["websearch_to_tsquery, ts_rank"].right
    assert told["figures or quotes unbacked"] == "0"
    assert told["quotes of a version that does not hold"] == "0"
    assert found.abstains.of


async def test_answers_of_the_whole_product_are_scored_alike(knowing: Database) -> None:
    answers = asking_product(knowing, settings_of())
    wanted = next(q for q in questions() if q.id == "de-002")
    answer = await answers(wanted)
    assert answer.outcome == "answered"
    assert any(found.place in wanted.places for _, found in answer.claims)
