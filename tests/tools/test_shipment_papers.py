"""The papers of shipments: a derived checklist, what is recorded on it, a dropped file kept."""

from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, update

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import services
from db.models import Company, Lot, Paper, PaperFile, Shipment
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tests.db.places import Place
from tests.tools.saying import said
from tools.context import Asker
from tools.gateways import files
from tools.reports.making import content_of
from tools.spec import Json

TODAY = date(2026, 11, 24)


@pytest.fixture
def engine(demo: Database, tmp_path: Path) -> Engine:
    """An engine with a folder of its own for files."""
    return Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW))


async def paper(engine: Engine, code: str, kind: str) -> Paper | None:
    async with engine.services.database.reading(Actor.system("test")) as session:
        found = select(Paper).join(Shipment, Shipment.id == Paper.shipment_id)
        return await session.scalar(found.where(Shipment.code == code, Paper.kind == kind))


def states(reply: Reply) -> Json:
    return {r["kind"]: r["state"] for r in reply.tables[0]["rows"]}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Which papers does the January container lack?", "SH-26-006 lacks 4 papers: B/L, commercial invoice, packing list, ICO certificate of origin. To be clarified:"),
        ("Welche Papiere fehlen dem Januar-Container noch?", "SH-26-006: es fehlen 4 Papiere: B/L, Handelsrechnung, Packliste, ICO-Ursprungszeugnis. Zu klären:"),
        ("Welche Papiere fehlen noch für DEMU2606070?", "SH-26-006: es fehlen 4 Papiere"),
        ("¿Qué documentos faltan para el contenedor de enero?", "SH-26-006: faltan 4 documentos: B/L, factura comercial, lista de empaque, certificado de origen OIC. Por aclarar:"),
        ("¿Qué documentos faltan para DALPAI2600477?", "SH-26-006: faltan 4 documentos"),
        ("What papers are missing for SH-26-006?", "SH-26-006 lacks 4 papers"),
    ],
)  # fmt: skip
async def test_what_a_shipment_lacks_is_told_in_three_languages(
    engine: Engine, sam: Asker, text: str, part: str
) -> None:
    reply = await said(engine, sam, text)
    assert (reply.outcome, part in reply.text, reply.unbacked) == ("answered", True, []), reply.text


async def test_organic_lots_add_their_certificate_and_a_shipment_without_entries_has_a_list(
    engine: Engine, anna: Asker
) -> None:
    organic = await said(engine, anna, "Papiere von SH-26-004")
    assert states(organic)["organic_coi"] == "fehlt"
    plain = await said(engine, anna, "Papiere von SH-26-007")
    assert states(plain)["organic_coi"] == "nicht nötig"
    assert states(plain)["contract"] == "fehlt"
    assert states(plain)["phytosanitary"] == "zu klären"
    async with engine.services.database.writing(Actor.member(anna.id)) as session:
        certified = update(Lot).where(Lot.code == "PE-26-008").values(certifications=["organic"])
        await session.execute(certified)
        await session.execute(update(Company).values(size_class="large"))
    again = await said(engine, anna, "Papiere von SH-26-007")
    assert states(again)["organic_coi"] == "fehlt"
    assert states(again)["eudr_statement"] == "zu klären"  # no ETA yet
    january = states(await said(engine, anna, "Papiere für SH-26-006"))
    assert january["eudr_statement"] == "fehlt"


@pytest.mark.parametrize(
    ("text", "kind", "reference"),
    [
        ("Das Konnossement für SH-26-005 liegt vor, Nummer DALCLL2600409", "bill_of_lading", "DALCLL2600409"),
        ("Packliste für SH-26-005 ist da", "packing_list", None),
        ("The commercial invoice for SH-26-005 is here", "commercial_invoice", None),
        ("Llegó el certificado de origen OIC de SH-26-005", "ico_certificate", None),
    ],
)  # fmt: skip
async def test_a_paper_that_is_here_is_noted_in_one_sentence(
    engine: Engine, luis: Asker, text: str, kind: str, reference: str | None
) -> None:
    reply = await said(engine, luis, text)
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    made = await paper(engine, "SH-26-005", kind)
    assert made is not None
    assert (made.held_since, made.reference) == (TODAY, reference)
    assert (await said(engine, luis, "deshazlo")).outcome == "answered"


async def test_a_paper_is_not_needed_only_with_a_reason(engine: Engine, anna: Asker) -> None:
    text = "Phyto für SH-26-004 ist nicht nötig: die Spedition hat es bestätigt"
    assert (await said(engine, anna, text)).outcome == "answered"
    assert (
        states(await said(engine, anna, "Papiere von SH-26-004"))["phytosanitary"] == "nicht nötig"
    )
    bare: Json = {"shipment": "SH-26-005", "kind": "phytosanitary", "not_needed": True}
    refused = await asking.order(engine, anna, "?", "create_paper", bare)
    assert (refused.outcome, "Warum" in refused.text) == ("failed", True)
    twice: Json = {"shipment": "SH-26-004", "kind": "phytosanitary"}
    refused = await asking.order(engine, anna, "?", "create_paper", twice)
    assert "schon" in refused.text


@pytest.mark.parametrize(
    "text",
    ["Häng das als B/L an SH-26-005 an", "Attach this as B/L to SH-26-005", "Adjunta esto como B/L a SH-26-005"],
)  # fmt: skip
async def test_a_dropped_file_becomes_a_paper_and_is_kept_for_good(
    engine: Engine, luis: Asker, tmp_path: Path, text: str
) -> None:
    reference = files.keep(tmp_path / "files", "bl.pdf", b"%PDF- demo")
    reply = await said(engine, luis, f"{text}\n[bl.pdf: {reference}]")
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    made = await paper(engine, "SH-26-005", "bill_of_lading")
    assert made is not None
    assert (made.file, made.file_name, made.held_since) == (reference, "bl.pdf", TODAY)
    files.prune(tmp_path / "files", NOW.replace(year=2100))
    opened = await said(engine, luis, "Give me the B/L of SH-26-005")
    (file,) = opened.files
    assert file["name"] == "bl.pdf"
    assert content_of(file, tmp_path / "files") == b"%PDF- demo"


async def test_a_kept_file_is_there_on_another_machine(
    engine: Engine, demo: Database, luis: Asker, tmp_path: Path
) -> None:
    """Nothing of a paper is held by a machine: another process has its own, empty folder."""
    reference = files.keep(tmp_path / "files", "bl.pdf", b"%PDF- demo")
    done = await said(engine, luis, f"Attach this as B/L to SH-26-005\n[bl.pdf: {reference}]")
    assert done.outcome == "answered", done.text
    elsewhere = tmp_path / "elsewhere"
    other = Engine(services(settings_of(data_dir=elsewhere), demo, lambda: NOW))
    opened = await said(other, luis, "Give me the B/L of SH-26-005")
    assert content_of(opened.files[0], elsewhere / "files") == b"%PDF- demo"
    again = await said(other, luis, f"Attach this as B/L to SH-26-006\n[bl.pdf: {reference}]")
    assert again.outcome == "answered", again.text  # the same file of two papers is kept once
    async with demo.reading(Actor.system("test")) as session:
        assert list(await session.scalars(select(PaperFile.reference))) == [reference]


async def test_what_a_paper_refers_to_is_never_changed_and_never_something_else(
    engine: Engine, demo_url: tuple[str, str], luis: Asker, tmp_path: Path
) -> None:
    reference = files.keep(tmp_path / "files", "bl.pdf", b"%PDF- demo")
    await said(engine, luis, f"Attach this as B/L to SH-26-005\n[bl.pdf: {reference}]")
    place = Place(*demo_url)
    for statement in (
        "UPDATE paper_file SET content = 'x'",
        "INSERT INTO paper_file (reference, content) VALUES ('sha256:' || repeat('0', 64), 'x')",
    ):
        with pytest.raises(psycopg.DatabaseError):
            place.as_owner(statement)
    assert place.as_owner("SELECT count(*) FROM paper_file") == [(1,)]


async def test_a_shipment_called_by_its_month_is_shown_before_it_changes(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    reference = files.keep(tmp_path / "files", "bl.pdf", b"%PDF- demo")
    reply = await said(
        engine, anna, f"[bl.pdf: {reference}] Häng das als B/L an den Januar-Container"
    )
    (card,) = reply.cards
    assert ("shipment", "SH-26-006") in {(c["field"], c["after"]) for c in card.changes}
    done = await asking.decide(engine, anna, card.id, "approved")
    assert done.outcome == "answered", done.text


async def test_a_file_that_is_gone_and_one_that_never_was_are_refused(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    reference = files.keep(tmp_path / "files", "bl.pdf", b"%PDF- demo")
    files.forget(tmp_path / "files", reference)
    reply = await said(engine, anna, f"Häng das als B/L an SH-26-005\n[bl.pdf: {reference}]")
    assert "liegt nicht mehr vor" in reply.text
    assert await paper(engine, "SH-26-005", "bill_of_lading") is None
    made_up: Json = {"shipment": "SH-26-005", "kind": "contract", "file": "x", "file_name": "x"}
    refused = await asking.order(engine, anna, "?", "create_paper", made_up)
    assert "keine abgelegte Datei" in refused.text
    none = await said(engine, anna, "Gib mir das B/L von SH-26-005")
    assert "keine Datei abgelegt" in none.text


async def test_two_shipments_of_a_month_are_asked_about(engine: Engine, anna: Asker) -> None:
    reply = await said(engine, anna, "Welche Papiere fehlen für den Dezember-Container?")
    assert "SH-26-004" in reply.text and "SH-26-005" in reply.text, reply.text
    nobody = await said(engine, anna, "Welche Papiere fehlen für den März-Container?")
    assert "finde" in nobody.text, nobody.text


async def test_what_is_missing_everywhere_and_what_is_due_today(
    engine: Engine, anna: Asker
) -> None:
    reply = await said(engine, anna, "Welche Papiere fehlen noch?")
    assert "Auf 5 Sendungen fehlen noch" in reply.text, reply.text
    assert [r["code"] for r in reply.tables[0]["rows"]][:2] == ["SH-26-004", "SH-26-003"]
    day = await said(engine, anna, "Was steht heute an?")
    papers = next(t for t in day.tables if t["entity"] == "paper")
    assert {r["code"] for r in papers["rows"]} == {"SH-26-003", "SH-26-004"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Wie viel Standgeld kostet SH-26-003 bis 30.11.2026?", "5 Tage über die Freizeit (bis 25.11.2026) hinaus, zu 95 EUR pro Tag: 475 EUR"),
        ("What will SH-26-003 cost in demurrage by 30 November?", "475 EUR"),
        ("¿Cuánto cuesta la demora de SH-26-003 hasta el 30 de noviembre?", "475 EUR"),
        ("Wie viel Standgeld kostet SH-26-003?", "noch in der Freizeit"),
        ("Wie viel Standgeld kostet SH-26-005 bis 15.1.2027?", "ein Satz pro Tag ist nicht eingetragen"),
        ("How much demurrage is due for SH-26-006?", "not known"),
    ],
)  # fmt: skip
async def test_standing_is_reckoned_and_unknown_stays_unknown(
    engine: Engine, anna: Asker, text: str, part: str
) -> None:
    reply = await said(engine, anna, text)
    assert (reply.outcome, part in reply.text, reply.unbacked) == ("answered", True, []), reply.text


async def test_a_daily_rate_needs_its_currency(engine: Engine, anna: Asker) -> None:
    rate: Json = {"shipment": "SH-26-005", "demurrage_per_day": 80}
    reply = await asking.order(engine, anna, "?", "change_shipment", rate)
    assert (reply.outcome, "Betrag und Währung" in reply.text) == ("failed", True)
    set_both = await said(engine, anna, "Setz Standgeld pro Tag von SH-26-005 auf 80 USD")
    assert set_both.outcome == "answered", set_both.text
