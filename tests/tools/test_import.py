"""Tables go in whole or not at all, shown first, and again without doubling."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from agent import asking
from agent.importing import ImportRequest, run_import
from agent.turns import Engine
from agent.wiring import services
from db.base import Record
from db.models import AuditEntry, Contact, Cooperative, Lot, Region, Roaster
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tools.context import Asker
from tools.errors import Refused
from tools.gateways import files

Json = dict[str, Any]

GERMAN = """Lagerliste Herbst
Losnr.;Koop;Ernte;Säcke;Sackgewicht (kg);Preis EUR/kg;SCA-Punkte;Feuchte %;Zertifikate;Bemerkung
PE-26-901;CENFROCAFE;2026;1.250;69,0;8,90;84,5;11,5;Bio, Fairtrade;erste Wahl
PE-26-902;Aprocassi;2026;20;69;9,15 €/kg;86,25;-;RA;

Summe;;;1.270;;;;;;
"""
SPANISH = """Código\tCooperativa\tSacos\tPeso por saco\tPrecio de venta (USD/qq)\tPuntaje (CVA)\tProceso
PE-26-911\tCENFROCAFE\t10\t69\t320,50\t84,5\tlavado
"""
ENGLISH = """lot number,producer,bags,bag weight (lbs),asking price (USc/lb diff),futures month,process
PE-26-921,CENFROCAFE,10,152.12,25.5,H7,natural
"""


class Importer:
    """Imports texts as files, and remembers what was shown and asked."""

    def __init__(self, engine: Engine, asker: Asker, folder: Path) -> None:
        self.engine, self.asker, self.folder = engine, asker, folder
        self.shown: list[str] = []
        self.asked: list[str] = []

    async def __call__(
        self, kind: str, content: str | bytes, *, sure: bool = True, **options: Any
    ) -> int:
        """Import a file and return the exit code."""
        path = self.folder / "tabelle.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.shown.clear()

        def confirm(question: str) -> bool:
            self.asked.append(question)
            return sure

        request = ImportRequest(kind, path, **options)
        return await run_import(self.engine, self.asker, request, confirm, self.shown.append)

    @property
    def text(self) -> str:
        """Everything shown by the last import."""
        return "\n".join(self.shown)

    async def count(self, model: type[Record]) -> int:
        """Count the rows of a table."""
        async with self.engine.services.database.reading(Actor.system("test")) as session:
            return int(await session.scalar(select(func.count()).select_from(model)) or 0)

    async def one(self, model: type[Any], **where: Any) -> Any:
        """Return the one row that fits."""
        async with self.engine.services.database.reading(Actor.system("test")) as session:
            return (await session.scalars(select(model).filter_by(**where))).one()


@pytest.fixture
def engine(demo: Database, tmp_path: Path) -> Engine:
    """The turn engine with a folder for files."""
    return Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW))


@pytest.fixture
def load(engine: Engine, anna: Asker, tmp_path: Path) -> Iterator[Importer]:
    """Imports, in German; nothing handed in is left behind."""
    yield Importer(engine, anna, tmp_path)
    assert list((tmp_path / "files").glob("*")) == []


async def test_a_german_table_with_decimal_commas(load: Importer) -> None:
    assert await load("Los", GERMAN) == 0, load.text
    lot = await load.one(Lot, code="PE-26-901")
    assert (lot.bags, lot.bag_weight_kg, lot.asking_price) == (1250, 69, Decimal("8.9"))
    assert (lot.asking_currency, lot.asking_per, lot.asking_basis) == ("EUR", "kg", "outright")
    assert (lot.cup_score, lot.cup_protocol, lot.moisture_pct) == (84.5, "sca_2004", 11.5)
    assert (lot.certifications, lot.notes) == (["fairtrade", "organic"], "erste Wahl")
    other = await load.one(Lot, code="PE-26-902")
    assert (other.moisture_pct, other.asking_price) == (None, Decimal("9.15"))
    assert other.certifications == ["rainforest_alliance"]
    assert "Summenzeile „Summe“ (Zeile 6)" in load.text


async def test_a_spanish_and_an_english_table(load: Importer) -> None:
    assert await load("lote", SPANISH) == 0, load.text
    lot = await load.one(Lot, code="PE-26-911")
    assert (lot.asking_price, lot.asking_currency, lot.asking_per) == (320.5, "USD", "qq")
    assert (lot.cup_protocol, lot.process) == ("cva", "washed")
    assert await load("lot", ENGLISH) == 0, load.text
    lot = await load.one(Lot, code="PE-26-921")
    assert (lot.bag_weight_kg, lot.process) == (Decimal("69.000"), "natural")
    assert (lot.asking_price, lot.asking_basis, lot.asking_futures_month) == (
        Decimal("25.5"),
        "differential",
        "H7",
    )


async def test_importing_again_changes_and_does_not_double(load: Importer) -> None:
    await load("lot", GERMAN)
    lots = await load.count(Lot)
    assert await load("lot", GERMAN) == 0
    assert (await load.count(Lot), len(load.asked)) == (lots, 1)
    assert "unverändert: 2" in load.text
    assert await load("lot", GERMAN.replace("8,90", "9,05").replace("PE-26-902", "pe 26 902")) == 0
    assert await load.count(Lot) == lots
    assert (await load.one(Lot, code="PE-26-901")).asking_price == Decimal("9.05")


async def test_every_row_is_audited_as_the_members_own(load: Importer) -> None:
    await load("lot", GERMAN)
    lot = await load.one(Lot, code="PE-26-901")
    entry = await load.one(AuditEntry, entity="lot", record_id=lot.id)
    assert (entry.op, entry.actor) == ("I", f"member:{load.asker.id}")
    assert entry.change_set_id is not None


async def test_one_bad_row_loads_nothing_and_is_named(load: Importer) -> None:
    lots = await load.count(Lot)
    bad = GERMAN.replace("86,25", "8x")
    assert await load("lot", bad) == 1
    (told,) = [line.split() for line in load.text.splitlines() if "„8x“" in line]
    assert told == [
        "4",
        "SCA-Punkte",
        "8x",
        "„8x“:",
        "x",
        "ist",
        "keine",
        "Einheit",
        "für",
        "Punkte.",
    ]
    assert (await load.count(Lot), load.asked) == (lots, [])


async def test_a_dry_run_and_a_no_change_nothing(load: Importer) -> None:
    lots = await load.count(Lot)
    assert await load("lot", GERMAN, dry_run=True) == 0
    assert (load.asked, "Probelauf" in load.text) == ([], True)
    assert await load("lot", GERMAN, sure=False) == 1
    assert (len(load.asked), await load.count(Lot)) == (1, lots)


async def test_likely_doubles_are_shown_before_they_are_made(load: Importer) -> None:
    table = "Firma;Stadt\nQuijote Kafee;Hamburg\nRösterei Neuland;Kiel\nNeuland Kaffee;Kiel\n"
    assert await load("Rösterei", table, dry_run=True) == 0
    assert "Mögliche Doppelte: 2" in load.text
    assert "Quijote Kaffee" in load.text
    assert "Rösterei Neuland (Zeile 3)" in load.text


async def test_references_are_found_exactly_or_named(load: Importer) -> None:
    table = "Code;Kooperative\nPE-26-931;CENFROCAFE\nPE-26-932;Cenfrocaffe\nPE-26-933;Neue Koop\n"
    assert await load("lot", table) == 1
    assert "„Cenfrocaffe“ nicht" in load.text
    assert "CENFROCAFE" in load.text
    known = table.replace("Cenfrocaffe", "Central Fronteriza del Norte de Cafetaleros")
    assert await load("lot", known, create_missing=("Kooperative",)) == 0, load.text
    lot = await load.one(Lot, code="PE-26-933")
    assert lot.cooperative_id == (await load.one(Cooperative, name="Neue Koop")).id


async def test_contacts_are_known_by_name_and_party(load: Importer) -> None:
    table = "Name,Customer,Function,Email\nRosa Ejemplar,elbgold,Einkauf,rosa@elbgold.invalid\n"
    contacts = await load.count(Contact)
    assert await load("contact", table) == 0, load.text
    assert "Mögliche Doppelte: 1" in load.text  # the one at the cooperative is somebody else
    assert await load("contact", table.replace("Einkauf", "Chefin")) == 0
    assert await load.count(Contact) == contacts + 1
    assert (await load.one(Contact, position="Chefin")).name == "Rosa Ejemplar"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "mac_roman"])
async def test_old_encodings(load: Importer, encoding: str) -> None:
    table = "Firma;Straße;Stadt;Telefon\nRösterei Größenwahn;x;Köln;+49 40 123456\n"
    assert await load("roaster", table.encode(encoding)) == 0, load.text
    roaster = await load.one(Roaster, name="Rösterei Größenwahn")
    assert (roaster.city, roaster.phone) == ("Köln", "+49 40 123456")


async def test_cells_like_formulas_stay_text_and_are_flagged(load: Importer) -> None:
    table = 'Firma;Stadt;Bemerkung\n"=HYPERLINK(""http://x"")";Köln;@SUM(A1)\n'
    assert await load("roaster", table) == 0, load.text
    roaster = await load.one(Roaster, city="Köln", notes="@SUM(A1)")
    assert roaster.name == '=HYPERLINK("http://x")'
    assert "2 Zellen beginnen wie eine Formel" in load.text


async def test_what_is_ambiguous_is_asked_and_settled(load: Importer) -> None:
    table = "Firma,letzter Kontakt\nRösterei Alpha,03/04/2026\n"
    assert await load("roaster", table) == 1
    assert "03/04/2026" in load.text
    said = {"letzter Kontakt": "last_contact_on mdy"}
    assert await load("roaster", table, mapping=said) == 0, load.text
    assert (await load.one(Roaster, name="Rösterei Alpha")).last_contact_on == date(2026, 3, 4)


async def test_a_value_for_all_rows_and_a_column_left_out(load: Importer) -> None:
    table = "Firma;Stadt;Prio\nRösterei Beta;Bonn;hoch\n"
    said = {"Stadt": "-", "+stage": "Kunde", "+country": "Österreich"}
    assert await load("roaster", table, mapping=said) == 0, load.text
    made = await load.one(Roaster, name="Rösterei Beta")
    assert (made.city, made.stage, made.priority, made.country) == (None, "customer", "high", "AT")


async def test_rules_of_the_trade_hold_row_by_row(load: Importer) -> None:
    table = "Code;Preis\nPE-26-941;8,90\n"
    assert await load("lot", table) == 1
    assert "Ein Preis braucht Währung und Gewicht" in load.text
    assert await load("container", "Nummer;Sendung\nMSKU1234567;SH-26-003\n") == 1


async def test_the_same_row_twice_is_a_problem(load: Importer) -> None:
    assert await load("roaster", "Firma;Stadt\nGamma;Ulm\ngamma;Ulm\n") == 1
    assert "Dasselbe steht schon in Zeile 2" in load.text


async def test_analysts_import_in_their_own_language(
    engine: Engine, luis: Asker, tmp_path: Path
) -> None:
    analyst = Importer(engine, luis, tmp_path)
    assert await analyst("tostador", "Firma\nRösterei Sigma\n") == 0
    assert ("nuevas: 1" in analyst.text, "¿Cargar así" in analyst.asked[0]) == (True, True)


async def test_viewers_import_nothing(engine: Engine, sam: Asker, tmp_path: Path) -> None:
    as_viewer = Importer(engine, sam, tmp_path)
    assert await as_viewer("roaster", "Firma\nDelta\n") == 1
    assert "analyst" in as_viewer.text.lower()


async def test_nouns_without_a_name_are_not_imported(load: Importer) -> None:
    assert await load("shipment_lot", "Los;Sendung\nPE-24-001;SH-26-003\n") == 1
    assert "lassen sich nicht importieren" in load.text


async def test_an_approval_is_bound_to_what_was_shown(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    reference = files.keep(folder, "x.csv", b"Firma;Stadt\nEpsilon;Ulm\n")
    arguments: Json = {"noun": "roaster", "file": reference, "name": "x.csv"}
    first = await asking.order(engine, anna, "import", "import_table", arguments)
    second = await asking.order(engine, anna, "import", "import_table", arguments)
    done = await asking.decide(engine, anna, first.cards[0].id, "approved")
    assert (done.outcome, done.undo is not None) == ("answered", True)
    stale = await asking.decide(engine, anna, second.cards[0].id, "approved")
    assert (stale.outcome, "geändert" in stale.text) == ("failed", True)
    again = await asking.decide(engine, anna, first.cards[0].id, "approved")
    assert again.outcome == "failed"
    third = await asking.order(engine, anna, "import", "import_table", arguments | {"name": "y"})
    (folder / reference.removeprefix("sha256:")).write_bytes(b"Firma\nZeta\n")
    altered = await asking.decide(engine, anna, third.cards[0].id, "approved")
    assert (altered.outcome, "nicht mehr, was sie war" in altered.text) == ("failed", True)


def _many(rows: int, bad: int | None = None) -> str:
    lines = ["Losnr.;Kooperative;Säcke;Sackgewicht (kg);Preis EUR/kg;SCA-Punkte;Feuchte %"]
    for n in range(rows):
        score = "8x" if n == bad else f"{80 + n % 15},{n % 4 * 25:02}"
        lines.append(
            f"XX-26-{n:05};CENFROCAFE;{n % 300 + 1};69,0;{6 + n % 5},90;{score};11,{n % 9}"
        )
    return "\n".join(lines) + "\n"


async def test_one_bad_row_of_ten_thousand_loads_nothing(load: Importer) -> None:
    lots = await load.count(Lot)
    assert await load("lot", _many(10_000, bad=7_776)) == 1
    (told,) = [line.split() for line in load.text.splitlines() if "„8x“" in line]
    assert told[:3] == ["7778", "SCA-Punkte", "8x"]
    assert await load.count(Lot) == lots
    assert await load("lot", _many(1_200)) == 0, load.text
    assert await load.count(Lot) == lots + 1_200


async def test_a_card_of_many_changes_is_short_and_bound_to_all(
    engine: Engine, luis: Asker, tmp_path: Path
) -> None:
    digests: list[str] = []
    for content in (_many(400), _many(400), _many(400).replace("XX-26-00399", "XX-26-99999")):
        reference = files.keep(tmp_path / "files", "x.csv", content.encode())
        arguments: Json = {"noun": "lot", "file": reference, "name": "x.csv"}
        reply = await asking.order(engine, luis, "import", "import_table", arguments)
        (card,) = reply.cards
        last = card.changes[-1]
        assert (len(card.changes), last["op"], last["field"]) == (21, "more", "lot created: 400")
        digests.append(str(last["after"]))
    assert digests[0] == digests[1] != digests[2]


async def test_a_row_only_the_database_refuses_is_named_too(load: Importer) -> None:
    """An archived region keeps its name, which a rule of the table alone knows."""
    reply = await asking.order(
        load.engine, load.asker, "Archiviere Amazonas", "retire_region", {"region": "Amazonas"}
    )
    if reply.cards:
        reply = await asking.decide(load.engine, load.asker, reply.cards[0].id, "approved")
    assert reply.outcome == "answered", reply.text
    regions = await load.count(Region)
    table = "Region;Land\nNeu Eins;Peru\nAmazonas;Peru\nNeu Zwei;Peru\n"
    assert await load("region", table) == 1
    assert "Zeile 3 (Amazonas)" in load.text
    assert "uq_region_country_name" in load.text
    assert await load.count(Region) == regions


async def test_an_empty_country_is_not_our_usual_one(load: Importer) -> None:
    assert await load("region", "Region;Land\nSidama;Äthiopien\nNirgends;\n") == 1
    assert "Land fehlt" in load.text
    assert await load("region", "Region;Land\nSidama;Äthiopien\n") == 0
    assert (await load.one(Region, name="Sidama")).country == "ET"


def test_kept_files_are_read_back_whole_or_not_at_all(tmp_path: Path) -> None:
    reference = files.keep(tmp_path, "../../x.csv", b"a;b")
    assert files.load(tmp_path, reference) == b"a;b"
    assert [p.name for p in tmp_path.iterdir()] == [reference.removeprefix("sha256:")]
    for broken in ("sha256:../../etc/passwd", "x", "sha256:" + "0" * 64):
        with pytest.raises(Refused):
            files.load(tmp_path, broken)
    with pytest.raises(Refused):
        files.keep(tmp_path, "leer.csv", b"")
    with pytest.raises(Refused):
        files.keep(None, "x.csv", b"a")
    early, late = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    assert (files.prune(tmp_path, early), files.prune(tmp_path, late)) == (0, 1)
