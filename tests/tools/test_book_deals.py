"""Deals of the trading book, and what else may not oversell, through the whole product."""

from datetime import date

import pytest
from sqlalchemy import select

from agent import asking
from agent.turns import Engine
from db.enums import Basis, DealStage
from db.models import Contract, Deal, DealLine, Fixation
from db.session import Actor
from tests.tools.booking import free, last, staged
from tests.tools.saying import said
from tools.calc.fixing import Fixing, exposure
from tools.context import Asker


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
