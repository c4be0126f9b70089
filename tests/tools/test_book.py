"""The trading book in one's own words: said in one sentence, refused with who holds what."""

from datetime import date

import pytest

from agent import asking
from agent.turns import Engine
from db.models import Fixation, Reservation
from tests.tools.booking import free, last
from tests.tools.saying import said
from tools.context import Asker

FRIDAY = date(2026, 11, 27)


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
    reply = await said(engine, "anna", "Reservier 12 Sack PE-24-017 für Blumenthal bis Freitag")
    assert (reply.outcome, "„Blumenthal“" in reply.text) == ("failed", True), reply.text


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
