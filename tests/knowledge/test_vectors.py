"""The vectors of passages: kept complete, fitted again when much changed, two models side by side."""

from datetime import date

from sqlalchemy import text

from agent.models.embedder import LiteLLMEmbedder
from db.queries import passages
from db.session import Actor, Database
from knowledge.meaning import Meaning
from knowledge.question import Question
from knowledge.search import search
from knowledge.vector_index import ensure_index
from tests.db.places import Place
from tests.standins.model_server import ModelServer

TODAY = date(2026, 11, 28)
ACTOR = Actor.system("test")
COUNT = text("SELECT count(*) FROM passage_embedding WHERE model = :model")


def _place(urls: tuple[str, str]) -> Place:
    return Place(*urls)


async def _own(database: Database, meaning: Meaning) -> str:
    async with database.reading(ACTOR) as session:
        own = await meaning.own(session)
    assert own is not None
    return own.name


async def test_every_passage_has_a_vector_and_a_search_uses_them(knowing: Database) -> None:
    meaning = Meaning()
    async with knowing.reading(ACTOR) as session:
        own = await meaning.embedder(session)
        assert own is not None
        asked = Question("Kaffeesteuer pro Kilo Röstkaffee?", "de")
        hits = await search(session, asked, TODAY, own)
        there = await session.scalar(text("SELECT count(*) FROM passage"))
        assert await session.scalar(COUNT, {"model": own.name}) == there
    assert hits.lists["dense"] > 0
    assert hits.found[0].place == ("kaffeestg", "2022", "§ 2 Abs. 1")
    assert not await meaning.keep_up(knowing)


async def test_a_missing_vector_is_made_and_a_lost_fit_is_made_anew(
    knowing: Database, knowing_url: tuple[str, str]
) -> None:
    meaning, place = Meaning(), _place(knowing_url)
    name = await _own(knowing, meaning)
    place.as_owner("DELETE FROM passage_embedding WHERE passage_id % 40 = 0")
    seen: list[tuple[int, int]] = []
    assert await meaning.keep_up(knowing, lambda done, all_: seen.append((done, all_)))
    assert seen[-1][0] == seen[-1][1] > 0
    assert await _own(knowing, meaning) == name
    place.as_owner("DELETE FROM embedding_model")
    async with knowing.reading(ACTOR) as session:
        assert await Meaning().embedder(session) is None
    assert await meaning.keep_up(knowing)
    assert await _own(knowing, meaning) == name  # the same passages, the same reduction


async def test_a_configured_model_is_used_when_it_has_read_everything(
    knowing: Database, provider: ModelServer
) -> None:
    model = LiteLLMEmbedder("openai/own-vectors", base_url=provider.base_url, timeout_seconds=20)
    meaning = Meaning(model)
    async with knowing.reading(ACTOR) as session:
        first = await meaning.embedder(session)
    assert first is not None
    assert first.name.startswith("own-")
    assert await meaning.keep_up(knowing)
    async with knowing.reading(ACTOR) as session:
        assert await meaning.embedder(session) is model
        hits = await search(session, Question("coffee tax rate", "en"), TODAY, model)
        assert hits.lists["dense"] > 0
        assert await session.scalar(COUNT, {"model": first.name}) == await session.scalar(
            COUNT, {"model": model.name}
        )


async def test_an_index_gives_the_same_passages_under_the_filter(
    knowing: Database, knowing_url: tuple[str, str]
) -> None:
    meaning = Meaning()
    name = await _own(knowing, meaning)
    async with knowing.reading(ACTOR) as session:
        own = await meaning.own(session)
        assert own is not None
        vector = own.vector("Strafe bei fehlender Sorgfaltserklärung")
        exact = await passages.by_vector(session, name, vector, TODAY, 10)
    (index,) = ensure_index(knowing_url[1], lambda _step: None, above=100)
    async with knowing.reading(ACTOR) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        await session.execute(text("SET LOCAL enable_sort = off"))
        near = await passages.by_vector(session, name, vector, TODAY, 10)
    assert index in str(_place(knowing_url).as_owner("SELECT indexname FROM pg_indexes"))
    assert len(near) == len(exact)
    assert len({n for n, _ in near} & {n for n, _ in exact}) >= 9
