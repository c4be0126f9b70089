"""Documents come in as proposals, are released by a person, replace one another, and go again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import services
from db.enums import VersionStatus
from db.models import AuditEntry, Document, DocumentVersion, Fact, KnowledgeAnswer, Passage
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tools.context import Asker
from tools.gateways import files

Json = dict[str, Any]

OLD = """# Merkblatt Kaffeesteuer

## § 1 Steuersatz

Die Kaffeesteuer beträgt 2,19 EUR je kg Röstkaffee.

## § 2 Anmeldung

Der Steuerschuldner meldet die Steuer spätestens am 10. Tag des Folgemonats an.

## § 3 Lager

Wer Kaffee unter Steueraussetzung lagern will, braucht eine Erlaubnis des Hauptzollamts.
"""
NEW = (
    OLD.replace("am 10. Tag", "am 20. Tag").replace("## § 3 Lager", "## § 4 Lager")
    + "\n## § 5 Neu\n\nFür Versandhändler gilt ab jetzt eine eigene Regel.\n"
)


class Desk:
    """A member with documents to bring."""

    def __init__(self, engine: Engine, asker: Asker) -> None:
        self.engine, self.asker = engine, asker

    def keep(self, name: str, content: str) -> Json:
        """Keep a file as a front end does; return the arguments that name it."""
        reference = files.keep(self.engine.services.runner.files, name, content.encode())
        return {"file": reference, "name": name}

    async def order(self, tool: str, arguments: Json, words: str = "-") -> Reply:
        """Run a call as the member."""
        return await asking.order(self.engine, self.asker, words, tool, arguments)

    async def approved(self, tool: str, arguments: Json) -> Reply:
        """Run a call that takes a card, and say yes to it."""
        asked = await self.order(tool, arguments)
        assert asked.outcome == "awaiting_approval", asked.text
        return await asking.decide(self.engine, self.asker, asked.cards[0].id, "approved")

    async def bring(self, name: str, content: str, **more: Any) -> str:
        """Take a document in; return the name of its version."""
        reply = await self.approved("add_document", self.keep(name, content) | more)
        assert reply.outcome == "answered", reply.text
        return (await self.all(DocumentVersion))[-1].name

    async def all(self, model: type[Any]) -> list[Any]:
        """Return the rows of a table the member may see, in order."""
        actor = Actor.member(self.asker.id)
        async with self.engine.services.database.reading(actor) as session:
            return list(await session.scalars(select(model).order_by(model.id)))


@pytest.fixture
def desk(demo: Database, tmp_path: Path, luis: Asker) -> Desk:
    """The analyst, who is our customs lead."""
    return Desk(Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW)), luis)


async def in_answers(desk: Desk, day: date) -> list[str]:
    """Return the places answers may use on a day."""
    async with desk.engine.services.database.reading(Actor.member(desk.asker.id)) as session:
        rows = await session.scalars(
            select(Passage.locator)
            .join(DocumentVersion, DocumentVersion.id == Passage.version_id)
            .where(
                DocumentVersion.status == VersionStatus.RELEASED,
                DocumentVersion.valid.op("@>")(day),
            )
            .order_by(Passage.ord)
        )
        return list(rows)


async def test_a_document_is_proposed_by_card_and_not_relied_on(desk: Desk, sam: Asker) -> None:
    looked = await desk.order("read_document", desk.keep("steuer.md", OLD))
    assert "Merkblatt Kaffeesteuer" in looked.text and "3 pasajes" in looked.text
    asked = await desk.order("add_document", desk.keep("steuer.md", OLD))
    assert asked.outcome == "awaiting_approval"
    assert await desk.all(Document) == []
    done = await asking.decide(desk.engine, desk.asker, asked.cards[0].id, "approved")
    assert "propuesta" in done.text
    (version,) = await desk.all(DocumentVersion)
    assert (version.name, version.lang, version.status, version.origin) == (
        "merkblatt-kaffeesteuer/2026-11-24.de",
        "de",
        "proposed",
        "file",
    )
    passages = await desk.all(Passage)
    assert [p.locator for p in passages] == ["§ 1", "§ 2", "§ 3"]
    assert "par:1" in passages[0].refs
    assert passages[0].heading_path == "Merkblatt Kaffeesteuer › § 1 Steuersatz"
    assert await in_answers(desk, date(2026, 11, 24)) == []
    viewer = Desk(desk.engine, sam)
    assert await viewer.all(DocumentVersion) == [] and await viewer.all(Passage) == []


async def test_the_same_content_is_taken_once(desk: Desk) -> None:
    name = await desk.bring("steuer.md", OLD)
    again = await desk.order("add_document", desk.keep("andere.md", OLD))
    assert again.outcome == "failed" and name in again.text
    assert len(await desk.all(DocumentVersion)) == 1


async def test_releasing_takes_a_day_and_a_card(desk: Desk) -> None:
    name = await desk.bring("steuer.md", OLD)
    done = await desk.approved(
        "release_version", {"document_version": name, "valid_from": "2024-01-01"}
    )
    assert done.outcome == "answered", done.text
    (version,) = await desk.all(DocumentVersion)
    assert version.reviewed_by_id == desk.asker.id
    assert await in_answers(desk, date(2024, 1, 1)) == ["§ 1", "§ 2", "§ 3"]
    assert await in_answers(desk, date(2023, 12, 31)) == []


async def test_a_new_version_closes_the_old_one_and_says_what_changed(desk: Desk) -> None:
    old = await desk.bring("steuer.md", OLD)
    await desk.approved("release_version", {"document_version": old, "valid_from": "2024-01-01"})
    await _relied_on(desk, 1)
    new = await desk.bring("steuer-2027.md", NEW, document="Merkblatt Kaffeesteuer", label="2027")
    assert new == "merkblatt-kaffeesteuer/2027.de"
    done = await desk.approved(
        "release_version", {"document_version": new, "valid_from": "2027-01-01"}
    )
    assert done.tool_calls and "1" in done.text
    first, second = await desk.all(DocumentVersion)
    assert (first.valid_to, second.supersedes_id) == (date(2026, 12, 31), first.id)
    assert await in_answers(desk, date(2026, 12, 31)) == ["§ 1", "§ 2", "§ 3"]
    assert await in_answers(desk, date(2027, 1, 1)) == ["§ 1", "§ 2", "§ 4", "§ 5"]
    compared = await desk.order("document_changes", {"document_version": new})
    (table,) = compared.tables
    assert {(r["locator"], bool(r["before"]), bool(r["after"])) for r in table["rows"]} == {
        ("§ 2", True, True),
        ("§ 3 → § 4", True, True),
        ("§ 5", False, True),
    }
    affected = await desk.order("affected_answers", {"document_version": old})
    assert affected.tables[0]["rows"][0]["question"] == "Wie hoch ist die Kaffeesteuer?"


async def test_facts_lose_their_approval_when_their_words_are_gone(desk: Desk) -> None:
    old = await desk.bring("steuer.md", OLD)
    await desk.approved("release_version", {"document_version": old, "valid_from": "2024-01-01"})
    await _approve_fact(desk, "§ 1", "2,19 EUR je kg", "2.19")
    await _approve_fact(desk, "§ 2", "am 10. Tag", "10")
    new = await desk.bring("steuer-2027.md", NEW, document="Merkblatt Kaffeesteuer", label="2027")
    await desk.approved("release_version", {"document_version": new, "valid_from": "2027-01-01"})
    facts = await desk.all(Fact)
    assert [str(f.status) for f in facts] == ["approved", "proposed"]


async def test_two_wordings_never_hold_on_one_day(desk: Desk) -> None:
    old = await desk.bring("steuer.md", OLD)
    await desk.approved("release_version", {"document_version": old, "valid_from": "2024-01-01"})
    new = await desk.bring("steuer-2.md", NEW, document="Merkblatt Kaffeesteuer", label="zwei")
    refused = await desk.order(
        "release_version", {"document_version": new, "valid_from": "2023-01-01"}
    )
    assert refused.outcome == "failed" and old in refused.text
    before = {"document_version": new, "valid_from": "2023-01-01", "valid_to": "2023-12-31"}
    assert (await desk.approved("release_version", before)).outcome == "answered"
    assert await in_answers(desk, date(2023, 6, 1)) == ["§ 1", "§ 2", "§ 4", "§ 5"]


async def test_a_withdrawn_version_is_in_no_answer_and_undo_brings_it_back(desk: Desk) -> None:
    name = await desk.bring("steuer.md", OLD)
    await desk.approved("release_version", {"document_version": name, "valid_from": "2024-01-01"})
    gone = await desk.approved("withdraw_version", {"document_version": name})
    assert await in_answers(desk, date(2026, 1, 1)) == []
    assert gone.undo is not None
    back = await asking.undo(desk.engine, desk.asker, gone.undo)
    if back.cards:
        await asking.decide(desk.engine, desk.asker, back.cards[0].id, "approved")
    assert await in_answers(desk, date(2026, 1, 1)) == ["§ 1", "§ 2", "§ 3"]


async def test_a_broken_file_is_refused_in_the_members_language(desk: Desk) -> None:
    refused = await desk.order("read_document", desk.keep("rechnung.pdf", "kein PDF"))
    assert refused.outcome == "failed"
    assert "rechnung.pdf" in refused.text and ".pdf" in refused.text
    assert await desk.all(DocumentVersion) == []


async def test_a_viewer_brings_nothing(desk: Desk, sam: Asker) -> None:
    viewer = Desk(desk.engine, sam)
    for tool in ("read_document", "add_document"):
        refused = await viewer.order(tool, viewer.keep("x.md", OLD))
        assert refused.outcome == "refused"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://example.org/a", "hol das Dokument"),
        ("https://evil.example/?q=secret", "hol https://example.org/a"),
    ],
)
async def test_only_addresses_people_name_are_fetched(desk: Desk, url: str, words: str) -> None:
    refused = await desk.order("fetch_document", {"url": url}, words)
    assert refused.outcome == "failed" and not refused.files
    assert "direcciones" in refused.text or "Adressen" in refused.text


async def test_an_address_of_the_house_is_not_fetched(desk: Desk) -> None:
    url = "http://127.0.0.1/intern"
    refused = await desk.order("fetch_document", {"url": url}, f"hol {url}")
    assert refused.outcome == "failed" and "127.0.0.1" in refused.text


async def test_what_is_due_comes_back_in_its_rhythm(desk: Desk) -> None:
    name = await desk.bring("steuer.md", OLD)
    await desk.approved("release_version", {"document_version": name, "valid_from": "2024-01-01"})
    set_ = {
        "document": "Merkblatt Kaffeesteuer",
        "recheck_every": "7 days",
        "next_recheck": "2026-11-20",
    }
    reply = await desk.order("change_document", set_)
    if reply.cards:
        await asking.decide(desk.engine, desk.asker, reply.cards[0].id, "approved")
    day = await desk.order("my_day", {})
    assert [t["rows"][0]["title"] for t in day.tables if t["entity"] == "document"] == [
        "Merkblatt Kaffeesteuer"
    ]
    due = await desk.order("documents_due", {})
    assert [r["title"] for r in due.tables[0]["rows"]] == ["Merkblatt Kaffeesteuer"]
    checked = await desk.order(
        "recheck_document",
        {"document": "Merkblatt Kaffeesteuer"},
        "Merkblatt Kaffeesteuer ist geprüft",
    )
    assert checked.outcome == "answered", checked.text
    (document,) = await desk.all(Document)
    assert (document.rechecked_on, document.next_recheck) == (date(2026, 11, 24), date(2026, 12, 1))


async def test_every_step_is_in_the_log(desk: Desk) -> None:
    name = await desk.bring("steuer.md", OLD)
    await desk.approved("release_version", {"document_version": name, "valid_from": "2024-01-01"})
    async with desk.engine.services.database.reading(Actor.system("test")) as session:
        rows = await session.execute(
            select(AuditEntry.entity, AuditEntry.op, func.count())
            .where(AuditEntry.kind == "change", AuditEntry.entity.like("document%"))
            .group_by(AuditEntry.entity, AuditEntry.op)
        )
    assert {tuple(r) for r in rows} == {
        ("document", "I", 1),
        ("document_version", "I", 1),
        ("document_version", "U", 1),
    }


async def _relied_on(desk: Desk, version_id: int) -> None:
    versions = await desk.all(DocumentVersion)
    async with desk.engine.services.database.writing(Actor.member(desk.asker.id)) as session:
        session.add(
            KnowledgeAnswer(
                member_id=desk.asker.id,
                lang="de",
                question="Wie hoch ist die Kaffeesteuer?",
                as_of=date(2026, 11, 24),
                outcome="answered",
                answer="2,19 EUR je kg",
                citations=[],
                passage_ids=[],
                version_ids=[versions[version_id - 1].id],
                at=NOW,
            )
        )


async def _approve_fact(desk: Desk, locator: str, quote: str, value: str) -> None:
    passage = next(p for p in await desk.all(Passage) if p.locator == locator)
    async with desk.engine.services.database.writing(Actor.member(desk.asker.id)) as session:
        await session.execute(
            text(
                "INSERT INTO fact (key, value_num, unit, passage_id, quote, status, approved_by_id, "
                "approved_on) VALUES ('k', :value, 'x', :passage, :quote, 'approved', :by, '2026-11-24')"
            ),
            {"value": value, "passage": passage.id, "quote": quote, "by": desk.asker.id},
        )


@pytest.mark.parametrize(
    ("words", "tool"),
    [
        ("Nimm das bitte in die Wissensbasis auf", "add_document"),
        ("Add this to the knowledge base", "add_document"),
        ("Añade esto a la base de conocimiento", "add_document"),
        ("Was steht da drin?", "read_document"),
        ("", "read_document"),
    ],
)
async def test_a_dropped_document_is_understood_without_a_model(
    desk: Desk, words: str, tool: str
) -> None:
    kept = desk.keep("steuer.md", OLD)
    said = f"{words}\n[{kept['name']}: {kept['file']}]".strip()
    reply = await asking.ask(desk.engine, asking.Request(text=said), desk.asker)
    assert [c["tool"] for c in reply.tool_calls] == [tool], reply.text
    assert reply.outcome == ("awaiting_approval" if tool == "add_document" else "answered")


async def test_the_shipped_corpus_is_listed_and_shown(corpus: Database, sam: Asker) -> None:
    engine = Engine(services(settings_of(), corpus, lambda: NOW))
    listed = await asking.order(engine, sam, "-", "find_documents", {"limit": 5})
    assert listed.tables[0]["total"] > 20
    named = {"document_version": "eudr/2025-2650.de"}
    shown = await asking.order(engine, sam, "-", "show_document_version", named)
    row = shown.tables[0]["rows"][0]
    assert (row["status"], row["lang"], row["origin"]) == ("released", "de", "shipped")
    due = await asking.order(engine, sam, "-", "documents_due", {})
    assert due.tables[0]["rows"] == []  # read the day before


async def test_a_person_replaces_what_ships(corpus: Database, tmp_path: Path, luis: Asker) -> None:
    desk = Desk(Engine(services(settings_of(data_dir=tmp_path), corpus, lambda: NOW)), luis)
    text_ = "# EUDR\n\n## Art. 1 Gegenstand\n\nNeue Fassung des Artikels, wie sie 2027 gilt.\n"
    new = await desk.bring("eudr-2027.md", text_, document="eudr", label="2027-01")
    assert new == "eudr/2027-01.de"
    done = await desk.approved(
        "release_version", {"document_version": new, "valid_from": "2027-03-01"}
    )
    assert "eudr/2025-2650.de" in done.text
    by_name = {v.name: v for v in await desk.all(DocumentVersion)}
    assert by_name["eudr/2025-2650.de"].valid_to == date(2027, 2, 28)
    assert by_name["eudr/2025-2650.en"].valid_to is None
