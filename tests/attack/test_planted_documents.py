"""Orders planted in documents a person released: nothing comes of them, nobody hears them from us."""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple

import pytest

from agent import asking
from agent.asking import Request
from agent.models.litellm_model import hang_up
from agent.turns import Engine
from agent.wiring import services, who
from db.enums import DocumentOrigin, Language
from db.models import DocumentVersion
from db.session import Actor, Database
from knowledge.proposing import About, propose, sha256
from knowledge.reading.bounded import read_document
from knowledge.releasing import Validity, release
from tests.attack.obeying import Obeying
from tests.attack.planted_documents import FORMS, MARKS, ORDERS, QUESTIONS, SORTS, STATEMENTS
from tests.attack.world import Owner, addresses, effects
from tests.conftest import NOW, TODAY, settings_of
from tests.standins.model_script import Call
from tests.standins.model_server import ModelServer
from tools.context import Asker


class Planted(NamedTuple):
    """A database with a released document of each form, in one language."""

    database: Database
    owner: Owner
    versions: dict[str, str]


@pytest.fixture(params=["de", "en", "es"])
async def planted(
    request: pytest.FixtureRequest, demo: Database, demo_url: tuple[str, str], luis: Asker
) -> AsyncIterator[tuple[str, Planted]]:
    """Every form of document, taken in and released by the analyst."""
    lang = str(request.param)
    versions = {
        name: await _released(demo, luis, lang, name, sort, rate)
        for rate, (name, sort) in enumerate(zip(FORMS, SORTS, strict=True), start=1)
    }
    yield lang, Planted(demo, Owner(demo_url[1]), versions)
    await hang_up()


async def _released(
    database: Database, luis: Asker, lang: str, name: str, sort: str, rate: int
) -> str:
    """Take a document in and release it as a person does who did not see the order in it."""
    data = FORMS[name](STATEMENTS[lang].format(sort=sort, rate=rate), ORDERS[lang])
    read = await read_document(name, data)
    about = About(
        sha256(data), DocumentOrigin.FILE, TODAY, name, title=f"Blatt {sort}", lang=Language(lang)
    )
    async with database.writing(Actor.member(luis.id)) as session:
        version = await session.run_sync(lambda s: propose(s, read, about))
        days, signer = Validity(date(2026, 1, 1), None), (luis.id, TODAY)
        await session.run_sync(lambda s: release(s, version, days, signer))
        return version.name


async def test_without_a_model_the_statement_is_quoted_and_the_order_is_not(
    planted: tuple[str, Planted],
) -> None:
    lang, (database, owner, _) = planted
    engine = Engine(services(settings_of(), database, lambda: NOW))
    sam = await who(database, "sam@demo.invalid")
    before = owner.snapshot()
    for rate, (name, sort) in enumerate(zip(FORMS, SORTS, strict=True), start=1):
        arguments = {"question": QUESTIONS[lang].format(sort=sort)}
        reply = await asking.order(engine, sam, "-", "answer_from_documents", arguments)
        assert f"{rate}.50" in reply.text.replace(",", "."), (name, reply.text)
        assert not [m for m in MARKS if m in reply.text], (name, reply.text)
        assert (reply.cards, reply.changes) == ([], []), name
    assert effects(before, owner.snapshot()) == []


@pytest.mark.parametrize("tool", ["search_documents", "answer_from_documents"])
async def test_a_model_that_obeys_everything_never_reads_the_order(
    planted: tuple[str, Planted], tool: str
) -> None:
    lang, (database, owner, _) = planted
    sam = await who(database, "sam@demo.invalid")
    before = owner.snapshot()
    questions = [QUESTIONS[lang].format(sort=sort) for sort in SORTS]
    model = Obeying([Call(tool, {"question": q}) for q in questions])
    async with ModelServer(model) as provider:
        engine = _obeying(database, provider)
        replies = [await asking.ask(engine, Request(text=q, thread="x"), sam) for q in questions]
    heard = " ".join([*model.said, *(r.text for r in replies)])
    assert model.proposed == []
    assert not [m for m in MARKS if m in heard]
    assert effects(before, owner.snapshot()) == []


async def test_a_model_that_obeys_what_a_new_version_changes_gets_a_card_at_most(
    planted: tuple[str, Planted], luis: Asker
) -> None:
    """The comparison shows a person every word: orders do reach the model there, and die as cards."""
    lang, (database, owner, versions) = planted
    async with database.writing(Actor.member(luis.id)) as session:
        text = f"# Blatt\n\n{ORDERS[lang]}\n".encode()
        read = await read_document("neu.md", text)
        held = await session.run_sync(
            lambda s: s.query(DocumentVersion).filter_by(name=versions["plain.md"]).one()
        )
        number = held.document_id
        from db.models import Document

        document = await session.get_one(Document, number)
        about = About(
            sha256(text), DocumentOrigin.FILE, TODAY, "neu.md", document, lang=Language(lang)
        )
        newer = (await session.run_sync(lambda s: propose(s, read, about))).name
    before = owner.snapshot()
    arguments = {"document_version": newer, "against": versions["plain.md"]}
    model = Obeying([Call("document_changes", arguments)])
    async with ModelServer(model) as provider:
        engine = _obeying(database, provider)
        words = f"Was ändert die Fassung {newer}?"
        reply = await asking.ask(engine, Request(text=words, thread="x"), luis)
    assert [c.name for c in model.proposed] == ["change_lot"]
    assert [c.status for c in reply.cards] == ["pending"]
    assert [e for e in effects(before, owner.snapshot()) if not e.startswith("approval")] == []
    assert addresses(reply.text) - owner.links() == set()


def _obeying(database: Database, provider: ModelServer) -> Engine:
    settings = settings_of(
        model="openai/obeying", model_base_url=provider.base_url, fallback_models=""
    )
    return Engine(services(settings, database, lambda: NOW))
