"""The trading book through the whole product: said in one sentence, refused with who holds what."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent import asking
from agent.asking import Request
from agent.importing import ImportRequest, run_import
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import services, who
from db.base import Record
from db.enums import Basis, DealStage
from db.models import Contract, Deal, DealLine, Fixation, Lot, Reservation, StockMovement
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tools.calc.fixing import Fixing, exposure
from tools.context import Asker

FRIDAY = date(2026, 11, 27)


async def said(engine: Engine, name: str, text: str, thread: str = "t") -> Reply:
    asker = await who(engine.services.database, f"{name}@demo.invalid")
    return await asking.ask(engine, Request(text=text, thread=thread), asker)


async def last(engine: Engine, model: type[Any]) -> Any:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return await session.scalar(select(model).order_by(model.id.desc()).limit(1))


async def free(engine: Engine, asker: Asker, lot: str, **arguments: object) -> int | None:
    reply = await asking.order(engine, asker, "?", "stock_position", {"lot": lot, **arguments})
    return reply.tables[0]["rows"][0]["free"]


# --- in one's own words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("anna", "Reservier 12 Sack PE-24-017 für elbgold bis Freitag"),
        ("anna", "Bitte reserviere 12 Sack PE-24-017 für elbgold bis zum 27.11.2026"),
        ("luis", "Reserva 12 sacos de PE-24-017 para elbgold hasta el viernes"),
        ("anna", "Reserve 12 bags of PE-24-017 for elbgold until Friday"),
        ("anna", "Please hold 12 bags of PE-24-017 for elbgold until Friday"),
        ("luis", "Aparta 12 sacos de PE-24-017 para elbgold hasta el 27/11/2026"),
    ],
)
async def test_reserving_in_one_sentence_is_done_at_once(
    engine: Engine, anna: Asker, name: str, text: str
) -> None:
    reply = await said(engine, name, text)
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    made = await last(engine, Reservation)
    assert (made.bags, made.until, made.reserved_on) == (12, FRIDAY, date(2026, 11, 24))
    assert await free(engine, anna, "PE-24-017") == 108
    await said(engine, name, "Undo that" if "Hold" in text else "Deshaz eso")
    assert await free(engine, anna, "PE-24-017") == 120


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("anna", "Wie viel Sack PE-25-008 sind noch frei?", "140 von 180 Sack frei (9.660 kg)"),
        ("anna", "Wie viele Sack von PE-25-008 sind frei?", "140 von 180"),
        ("sam", "How many bags of PE-25-008 are still free?", "140 of 180 bags (9,660 kg)"),
        ("sam", "How many bags of PE-25-008 are left?", "140 of 180"),
        ("luis", "¿Cuántos sacos de PE-25-008 quedan libres?", "140 de 180 sacos (9660 kg)"),
        ("luis", "¿Cuánto queda de PE-25-008?", "140 de 180"),
        ("anna", "Wer hat PE-25-008 reserviert?", "40 reserviert"),
    ],
)
async def test_what_is_free_is_told_with_who_holds_the_rest(
    engine: Engine, name: str, text: str, told: str
) -> None:
    reply = await said(engine, name, text)
    assert (reply.outcome, told in reply.text) == ("answered", True), reply.text
    held = next(t for t in reply.tables if t["entity"] == "stock_held")["rows"]
    assert [(r["roaster"], r["bags"], r["until"]) for r in held] == [
        ("Public Coffee Roasters", 40, "2026-11-28")
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("anna", "Reservier 141 Sack PE-25-008 für elbgold bis Freitag",
         "Von PE-25-008 sind 140 von 180 Sack frei, gewünscht 141. Vergeben: Public Coffee Roasters 40 bis 28.11.2026"),
        ("anna", "Reserve 141 bags of PE-25-008 for elbgold until Friday",
         "Of PE-25-008, 140 of 180 bags are free; 141 are wanted. Held: Public Coffee Roasters 40 until 28 Nov 2026"),
        ("luis", "Reserva 141 sacos de PE-25-008 para elbgold hasta el viernes",
         "De PE-25-008 quedan libres 140 de 180 sacos; se piden 141. Comprometidos: Public Coffee Roasters 40 hasta el 28/11/2026"),
    ],
)  # fmt: skip
async def test_overselling_is_refused_with_who_holds_what(
    engine: Engine, name: str, text: str, told: str
) -> None:
    reply = await said(engine, name, text)
    assert (reply.outcome, told in reply.text) == ("failed", True), reply.text
    assert reply.tool_calls[0]["status"] == "failed"


@pytest.mark.parametrize(
    ("name", "text", "asked"),
    [
        ("anna", "Reservier 10 Sack PE-24-017 für elbgold", "bis"),
        ("anna", "Reserve 10 bags of PE-24-017 for elbgold", "until"),
        ("luis", "Reserva 10 sacos de PE-24-017 para elbgold", "hasta"),
        ("anna", "Hold 10 bags of PE-24-017", "roaster, until"),
        ("anna", "Reservier 10 Sack für elbgold", "Los, bis"),
    ],
)
async def test_what_is_missing_is_asked_and_nothing_else_is_changed(
    engine: Engine, anna: Asker, name: str, text: str, asked: str
) -> None:
    reply = await said(engine, name, text)
    assert (reply.outcome, reply.tool_calls) == ("asked", []), reply.text
    assert f": {asked}." in reply.text, reply.text
    assert await free(engine, anna, "PE-24-017") == 120


async def test_said_in_another_order_it_is_shown_first(engine: Engine, anna: Asker) -> None:
    text = "Reserviere bitte bis Freitag 10 Sack PE-24-017 für elbgold"
    reply = await said(engine, "anna", text)
    assert reply.outcome == "awaiting_approval", reply.text
    assert (await asking.decide(engine, anna, reply.cards[0].id, "approved")).outcome == "answered"
    made = await last(engine, Reservation)
    assert (made.bags, made.until) == (10, FRIDAY)


async def test_an_unknown_customer_is_named_not_guessed(engine: Engine) -> None:
    reply = await said(engine, "anna", "Reservier 12 Sack PE-24-017 für Mahlefitz bis Freitag")
    assert (reply.outcome, "„Mahlefitz“" in reply.text) == ("failed", True), reply.text


async def test_a_lot_of_unknown_size_is_unknown_not_empty(engine: Engine, anna: Asker) -> None:
    await asking.order(
        engine, anna, "Leg das Los PE-26-099 an", "create_lot", {"code": "PE-26-099"}
    )
    assert await free(engine, anna, "PE-26-099") is None
    reply = await said(engine, "anna", "Wie viel Sack PE-26-099 sind noch frei?")
    assert "ist nicht bekannt" in reply.text
    refused = await said(engine, "anna", "Reservier 2 Sack PE-26-099 für elbgold bis Freitag")
    assert (refused.outcome, "Sackzahl" in refused.text) == ("failed", True), refused.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("anna", "Fix 1 Z6 at 315.40 on P-112"),
        ("anna", "Fixiere 1 Z6 zu 315,40 auf P-112"),
        ("luis", "Fija 1 Z6 a 315,40 en P-112"),
    ],
)
async def test_fixing_in_one_sentence(engine: Engine, anna: Asker, name: str, text: str) -> None:
    reply = await said(engine, name, text)
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    made = await last(engine, Fixation)
    assert (made.futures_lots, made.futures_month, str(made.level)) == (1, "Z6", "315.4000")
    shown = await asking.order(engine, anna, "?", "show_contract", {"contract": "P-112"})
    row = shown.tables[0]["rows"][0]
    assert (row["open_lots"], row["open_kg"], row["final_price"]) == (0, 0, 360.4)
    again = await said(engine, name, text.replace("315", "320"))
    assert again.outcome == "failed", again.text


async def test_one_said_as_a_word_is_shown_first(engine: Engine, anna: Asker) -> None:
    reply = await said(engine, "anna", "Fix one Z6 at 315.40 on P-112")
    assert reply.outcome == "awaiting_approval"
    decided = await asking.decide(engine, anna, reply.cards[0].id, "approved")
    assert decided.outcome == "answered", decided.text
    assert (await last(engine, Fixation)).futures_lots == 1


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"contract": "P-112", "futures_lots": 2, "level": 315}, "2 mehr geht nicht"),
        ({"contract": "P-112", "futures_lots": 1, "level": 315, "futures_month": "H7"}, "gegen Z6"),
        ({"contract": "P-112", "futures_lots": 1, "level": 3.15}, "20 …"),
        ({"contract": "P-111", "futures_lots": 1, "level": 315, "futures_month": "Z6"}, "nicht zu fixieren"),
        ({"contract": "P-113", "futures_lots": 1, "level": 315, "futures_month": "Z6"}, "Entwurf"),
        ({"contract": "P-112", "futures_lots": 1, "level": 315, "fixed_on": "2026-12-24"}, "Zukunft"),
    ],
)  # fmt: skip
async def test_what_cannot_be_fixed_is_said(
    engine: Engine, anna: Asker, order: dict[str, object], why: str
) -> None:
    reply = await asking.order(engine, anna, "Fixieren", "create_fixation", order)
    assert (reply.outcome, why in reply.text) == ("failed", True), reply.text


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("anna", "Was ist noch zu fixieren?", "2 Einkaufskontrakte, 39.915,3 kg, 2 Futures-Kontrakte"),
        ("anna", "What is our open exposure?", "2 purchase contracts, 39,915.3 kg, 2 futures lots"),
        ("luis", "¿Qué falta por fijar?", "2 contratos de compra, 39.915,3 kg, 2 contratos de futuros"),
    ],
)  # fmt: skip
async def test_open_exposure_in_kilos_and_futures_lots(
    engine: Engine, name: str, text: str, told: str
) -> None:
    reply = await said(engine, name, text)
    assert (reply.outcome, told in reply.text) == ("answered", True), reply.text
    assert {r["code"] for r in reply.tables[0]["rows"]} == {"P-110", "P-112"}


async def test_a_viewer_sees_contracts_without_their_price(engine: Engine, sam: Asker) -> None:
    shown = await asking.order(engine, sam, "?", "show_contract", {"contract": "P-112"})
    row = shown.tables[0]["rows"][0]
    assert row["weight_kg"] == 18975
    assert not {"price", "level", "open_lots", "futures_month", "final_price"} & set(row)
    for tool in ("open_exposure", "find_fixations"):
        assert (await asking.order(engine, sam, "?", tool, {})).outcome == "refused", tool


# --- deals ---------------------------------------------------------------------------------------


async def staged(engine: Engine, asker: Asker, deal: str, stage: str, **more: object) -> Reply:
    words = f"{deal} {stage} {' '.join(map(str, more.values()))}"
    return await asking.order(
        engine, asker, words, "change_deal", {"deal": deal, "stage": stage, **more}
    )


async def test_a_deal_goes_step_by_step_and_takes_its_bags(engine: Engine, anna: Asker) -> None:
    made = await said(engine, "anna", "Neues Geschäft mit elbgold, 10 Sack")
    assert made.outcome == "answered", made.text
    deal = await last(engine, Deal)
    assert (deal.code, deal.stage, deal.bags) == ("S-26-007", DealStage.OFFER, 10)
    empty = await staged(engine, anna, "S-26-007", "confirmed")
    assert (empty.outcome, "noch kein Los" in empty.text) == ("failed", True)
    line = await said(engine, "anna", "Buch 10 Sack PE-24-017 auf S-26-007")
    assert line.outcome == "answered", line.text
    assert await free(engine, anna, "PE-24-017") == 120
    for stage in ("delivered", "invoiced"):
        assert (await staged(engine, anna, "S-26-007", stage)).outcome == "failed"
    assert (await staged(engine, anna, "S-26-007", "confirmed")).outcome == "answered"
    assert await free(engine, anna, "PE-24-017") == 110
    assert await free(engine, anna, "PE-24-017", on="2026-11-23") == 120
    for stage in ("delivered", "invoiced"):
        assert (await staged(engine, anna, "S-26-007", stage)).outcome == "answered"
    done = await last(engine, Deal)
    assert {done.confirmed_on, done.delivered_on, done.invoiced_on} == {date(2026, 11, 24)}
    assert (await staged(engine, anna, "S-26-007", "lost", lost_reason="teuer")).outcome == "failed"


async def test_a_lost_deal_frees_its_bags_and_has_a_reason(engine: Engine, anna: Asker) -> None:
    before = await free(engine, anna, "PE-26-007")
    why = await staged(engine, anna, "S-26-002", "lost")
    assert (why.outcome, "Grund" in why.text) == ("failed", True)
    lost = await staged(engine, anna, "S-26-002", "lost", lost_reason="zu teuer")
    assert lost.outcome == "answered", lost.text
    assert before is not None
    assert await free(engine, anna, "PE-26-007") == before + 19
    assert await free(engine, anna, "PE-26-007", on="2026-11-20") == before


async def test_a_reservation_becomes_a_line_and_its_bags_are_never_counted_twice(
    engine: Engine, anna: Asker
) -> None:
    book = "Buch die Reservierung von Public Coffee Roasters auf PE-25-008 in S-26-003"
    reply = await said(engine, "anna", book)
    assert reply.outcome == "answered", reply.text
    line = await last(engine, DealLine)
    assert line.bags == 40
    assert await free(engine, anna, "PE-25-008") == 140
    await asking.order(
        engine, anna, f"Archiviere #{line.id}", "retire_deal_line", {"deal_line": f"#{line.id}"}
    )
    assert (await staged(engine, anna, "S-26-003", "confirmed")).outcome == "answered"
    assert await free(engine, anna, "PE-25-008") == 140
    await asking.order(engine, anna, "Mach das rückgängig", "undo", {})
    assert await free(engine, anna, "PE-25-008") == 140


async def test_a_reservation_is_released_and_one_that_is_not_there_refused(
    engine: Engine, anna: Asker
) -> None:
    reply = await said(engine, "anna", "Gib die Reservierung von Kaffeesaurus auf PE-26-003 frei")
    assert reply.outcome == "answered", reply.text
    assert await free(engine, anna, "PE-26-003") == 150
    again = await said(engine, "anna", "Gib die Reservierung von Kaffeesaurus auf PE-26-003 frei")
    assert (again.outcome, "nichts reserviert" in again.text) == ("failed", True)


async def test_a_deals_value_is_told_where_it_is_outright(engine: Engine, luis: Asker) -> None:
    found = await asking.order(engine, luis, "?", "find_deals", {"sort": "code"})
    rows = {r["code"]: r for r in found.tables[0]["rows"]}
    # 30 bags of 46 kg at 5.15 USD/lb; 40 of 69 kg at 9.60 EUR/kg; the last is a differential
    assert (rows["S-26-001"]["value"], rows["S-26-001"]["currency"]) == (15668.25, "USD")
    assert (rows["S-26-003"]["value"], rows["S-26-003"]["currency"]) == (26496, "EUR")
    assert rows["S-26-006"]["value"] is None


# --- what else goes through the same check -------------------------------------------------------


async def test_undo_and_fewer_bags_cannot_oversell(
    engine: Engine, anna: Asker, luis: Asker
) -> None:
    await said(engine, "luis", "Gib die Reservierung von Kaffeesaurus auf PE-26-003 frei")
    await said(engine, "anna", "Reserve 120 bags of PE-26-003 for elbgold until Friday")
    reply = await asking.order(engine, luis, "Deshaz eso", "undo", {})
    assert (reply.outcome, "elbgold 120" in reply.text) == ("failed", True), reply.text
    fewer = await asking.order(
        engine, anna, "PE-26-003 hat 100 Sack", "change_lot", {"lot": "PE-26-003", "bags": 100}
    )
    assert (fewer.outcome, "120 Sack vergeben" in fewer.text) == ("failed", True), fewer.text
    assert await free(engine, anna, "PE-26-003") == 30


async def test_losses_and_samples_take_bags_and_kilos(engine: Engine, anna: Asker) -> None:
    for kind, amount in (
        ("loss", {"bags": 3}),
        ("sample", {"weight_kg": 70}),
        ("sample", {"weight_kg": 0.4}),
    ):
        moved = {"lot": "PE-24-017", "kind": kind, "reason": "Test", **amount}
        words = f"{kind} {next(iter(amount.values()))} PE-24-017 Test"
        reply = await asking.order(engine, anna, words, "create_stock_movement", moved)
        assert reply.outcome == "answered", reply.text
    reply = await asking.order(engine, anna, "?", "stock_position", {"lot": "PE-24-017"})
    row = reply.tables[0]["rows"][0]
    assert (row["lost"], row["sampled"], row["free"]) == (3, 1, 116)
    assert row["free_kg"] == round(117 * 69 - 70.4, 3)
    both = {"lot": "PE-24-017", "kind": "loss", "bags": 1, "weight_kg": 5, "reason": "x"}
    assert (
        await asking.order(engine, anna, "?", "create_stock_movement", both)
    ).outcome == "failed"


async def test_positions_by_harvest_and_cooperative_add_up(engine: Engine, sam: Asker) -> None:
    whole = await asking.order(engine, sam, "?", "stock_position", {})
    rows = whole.tables[0]["rows"]
    for by in ("crop_year", "cooperative"):
        told = await asking.order(engine, sam, "?", "stock_position", {"by": by})
        assert sum(r["free"] for r in told.tables[0]["rows"]) == sum(r["free"] for r in rows)
    one = await asking.order(engine, sam, "?", "stock_position", {"cooperative": "CENFROCAFE"})
    assert {r["code"] for r in one.tables[0]["rows"]} == {"PE-24-001", "PE-25-002", "PE-26-001"}
    listed = await asking.order(
        engine,
        sam,
        "?",
        "find_lots",
        {"columns": ["free_bags", "reserved_bags", "sold_bags"], "limit": 100},
    )
    same = {
        r["code"]: (r["free_bags"], r["reserved_bags"], r["sold_bags"])
        for r in listed.tables[0]["rows"]
    }
    assert same == {r["code"]: (r["free"], r["reserved"], r["sold"]) for r in rows}


async def test_exposure_in_the_database_is_what_the_calculation_says(
    engine: Engine, luis: Asker
) -> None:
    columns = ["futures_lots", "priced_kg", "level", "final_price", "floor"]
    found = await asking.order(
        engine, luis, "?", "find_contracts", {"columns": columns, "limit": 50}
    )
    rows = {r["code"]: r for r in found.tables[0]["rows"]}
    async with engine.services.database.reading(Actor.system("test")) as session:
        contracts = list(await session.scalars(select(Contract)))
        fixations = list(await session.scalars(select(Fixation)))
    for contract in (c for c in contracts if c.basis is Basis.DIFFERENTIAL):
        mine = [Fixing(f.futures_lots, f.level) for f in fixations if f.contract_id == contract.id]
        told = exposure(contract.weight_kg, contract.price, mine, contract.futures_lots)
        row = rows[contract.code]
        numbers = [told.open_lots, told.open_kg, told.priced_kg, told.level, told.price]
        expected = [None if n is None else float(n) for n in numbers]
        keys = ("open_lots", "open_kg", "priced_kg", "level", "final_price")
        assert [None if row[k] is None else pytest.approx(row[k]) for k in keys] == expected
    assert (rows["P-111"]["final_price"], rows["P-111"]["open_kg"]) == (4.05, 0)
    assert (rows["P-113"]["final_price"], rows["P-113"]["open_kg"]) == (None, None)
    floors = {code: row["floor"] for code, row in rows.items()}
    assert floors == {"P-109": 2.4, "P-110": 2.4, "P-111": None, "P-112": None, "P-113": 2.2}


# --- import and schema ---------------------------------------------------------------------------

FILES: dict[str, tuple[str, type[Record], int]] = {
    "contract": (
        "Kontraktnummer;Kooperative;Kontraktdatum;Säcke;Incoterm\nP-201;CENFROCAFE;01.10.2026;275;FOB\nP-202;APROCASSI;;100;CIF\n",
        Contract, 2,
    ),
    "deal": ("deal number,customer,bags wanted\nS-26-101,elbgold,10\nS-26-102,The Barn,5\n", Deal, 2),
    "reservation": (
        "Los;Rösterei;Säcke;bis\nPE-24-017;elbgold;12;31.12.2026\nPE-24-001;The Barn;5;31.12.2026\n",
        Reservation, 2,
    ),
    "deal_line": ("deal,lot,bags\nS-26-006,PE-24-017,12\n", DealLine, 1),
    "fixation": ("contrato,futures lots,nivel,fixed on\nP-112,1,315.40,2026-11-20\n", Fixation, 1),
    "stock_movement": ("date,lot,kind,bags,reason\n2026-11-20,PE-24-017,loss,2,wet\n", StockMovement, 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
async def test_spreadsheets_go_in_and_going_in_again_change_nothing(
    demo: Database, anna: Asker, tmp_path: Path, kind: str
) -> None:
    content, model, rows = FILES[kind]
    path = tmp_path / "tabelle.csv"
    path.write_text(content, "utf8")
    engine = Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW))
    counts: list[int] = []
    for _ in range(2):
        async with demo.reading(Actor.system("test")) as session:
            counts.append(len(list(await session.scalars(select(model)))))
        shown: list[str] = []
        code = await run_import(
            engine, anna, ImportRequest(kind, path), lambda _q: True, shown.append
        )
        assert code == 0, "\n".join(shown)
    assert counts[1] - counts[0] == rows
    async with demo.reading(Actor.system("test")) as session:
        assert len(list(await session.scalars(select(model)))) == counts[1]


async def test_an_import_that_oversells_is_refused_with_its_line(
    demo: Database, anna: Asker, tmp_path: Path
) -> None:
    path = tmp_path / "tabelle.csv"
    path.write_text(
        "Los;Rösterei;Säcke;bis\nPE-25-008;elbgold;100;31.12.2026\nPE-25-008;The Barn;100;31.12.2026\n",
        "utf8",
    )
    engine = Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW))
    shown: list[str] = []
    code = await run_import(
        engine, anna, ImportRequest("reservation", path), lambda _q: True, shown.append
    )
    told = "\n".join(shown)
    assert (code != 0, "Zeile 3" in told, "Public Coffee Roasters 40" in told) == (True,) * 3, told
    async with demo.reading(Actor.system("test")) as session:
        lot = await session.scalar(select(Lot.id).where(Lot.code == "PE-25-008"))
        held = await session.scalars(select(Reservation.bags).where(Reservation.lot_id == lot))
        assert list(held) == [40]
