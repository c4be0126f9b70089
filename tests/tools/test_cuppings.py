"""Cuppings through the whole product: forms held to, never mixed, the lot's score left alone."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from agent import asking
from agent.importing import ImportRequest, run_import
from agent.reply import Reply
from agent.turns import Engine
from db.models import Cupping, Evidence, Lot
from db.session import Actor
from tests.tools.saying import said
from tools.calc.cupping import BY_CUP, GRADED, SECTIONS
from tools.context import Asker
from tools.spec import Json

SHEET: Json = {
    "lot": "PE-26-001",
    "cupped_on": "2026-11-20",
    **dict.fromkeys(GRADED, 8),
    **dict.fromkeys(BY_CUP, 10),
}
CVA: Json = {"lot": "PE-26-001", "cupped_on": "2026-11-20", **dict.fromkeys(SECTIONS, 6)}


async def entered(engine: Engine, asker: Asker, values: Json) -> Reply:
    """Enter a sheet as a person orders it, and approve the card it may take."""
    reply = await asking.order(engine, asker, "?", "create_cupping", values)
    if reply.cards:
        reply = await asking.decide(engine, asker, reply.cards[0].id, "approved")
    return reply


async def cuppings(engine: Engine, lot: str) -> list[Cupping]:
    async with engine.services.database.reading(Actor.system("test")) as session:
        of = select(Cupping).join(Lot, Lot.id == Cupping.lot_id).where(Lot.code == lot)
        return list(await session.scalars(of.order_by(Cupping.id)))


async def score(engine: Engine, lot: str) -> tuple[Decimal | None, str | None]:
    async with engine.services.database.reading(Actor.system("test")) as session:
        found = await session.scalar(select(Lot).where(Lot.code == lot))
        assert found is not None
        return found.cup_score, found.cup_protocol


async def test_a_sheet_is_summed_and_its_form_is_told_by_what_it_holds(
    engine: Engine, luis: Asker
) -> None:
    assert (await entered(engine, luis, SHEET)).outcome == "answered"
    assert (await entered(engine, luis, CVA)).outcome == "answered"
    one, two = await cuppings(engine, "PE-26-001")
    assert (one.kind, one.cup_protocol, one.cup_score) == ("sheet", "sca_2004", 86)
    assert (two.kind, two.cup_protocol, two.cup_score) == ("sheet", "cva", Decimal("84.25"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"flavor": 8.13}, "Panelmittel"),
        ({"uniformity": 9}, "Gleichmäßigkeit"),
        ({"cup_score": 86.25}, "ergeben 86"),
        ({"mouthfeel": 7}, "Auf welchem Formular"),
        ({"cup_protocol": "sca_2004", "mouthfeel": 7}, "kennt das nicht: Mundgefühl"),
        ({"cup_protocol": "cva"}, "kennt das nicht"),
        ({"tainted_cups": 6}, "Außerhalb der Skala"),
        ({"cupped_on": "2026-12-24"}, "in der Zukunft"),
    ],
)
async def test_what_no_single_sheet_can_hold_is_refused_with_a_sentence(
    engine: Engine, anna: Asker, change: Json, why: str
) -> None:
    reply = await entered(engine, anna, SHEET | change)
    assert (reply.outcome, why in reply.text) == ("failed", True), reply.text
    assert await cuppings(engine, "PE-26-001") == []


async def test_a_missing_attribute_and_a_missing_score_are_named(
    engine: Engine, anna: Asker
) -> None:
    partial = {k: v for k, v in SHEET.items() if k != "balance"} | {"cup_protocol": "sca_2004"}
    assert "es fehlt: Balance" in (await entered(engine, anna, partial)).text
    nothing = {"lot": "PE-26-001", "cupped_on": "2026-11-20"}
    assert "Es fehlen die Punkte" in (await entered(engine, anna, nothing)).text


async def test_a_panels_means_are_kept_as_they_are(engine: Engine, luis: Asker) -> None:
    means = {"kind": "panel", "flavor": 8.17, "clean_cup": 9.33, "cup_score": 85.53}
    assert (await entered(engine, luis, SHEET | means)).outcome == "answered"
    (made,) = await cuppings(engine, "PE-26-001")
    assert (made.flavor, made.cup_score) == (Decimal("8.17"), Decimal("85.53"))
    off = await entered(engine, luis, SHEET | means | {"cup_score": 85.6, "cupper": "x"})
    assert (off.outcome, "85,5" in off.text or "85.5" in off.text) == ("failed", True), off.text


async def test_changing_a_value_changes_the_sum_and_undo_puts_both_back(
    engine: Engine, luis: Asker
) -> None:
    await entered(engine, luis, SHEET)
    (made,) = await cuppings(engine, "PE-26-001")
    change = {"cupping": f"#{made.id}", "flavor": 8.5, "tainted_cups": 1}
    reply = await asking.order(engine, luis, "?", "change_cupping", change)
    reply = await asking.decide(engine, luis, reply.cards[0].id, "approved")
    assert reply.outcome == "answered", reply.text
    (made,) = await cuppings(engine, "PE-26-001")
    assert made.cup_score == Decimal("84.50")
    assert reply.undo is not None
    await asking.order(engine, luis, "undo", "undo", {"change_set": reply.undo})


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        ("Verkostung PE-26-001: 86,25", "unknown"),
        ("Wir haben PE-26-001 verkostet: 86,25 Punkte", "unknown"),
        ("Cupping of PE-26-001: 86.25 SCA 2004", "sca_2004"),
        ("We cupped PE-26-001 at 86.25", "unknown"),
        ("Catamos PE-26-001: 86,25 CVA", "cva"),
        ("Cata de PE-26-001: 86,25 SCA 2004", "sca_2004"),
    ],
)
async def test_a_total_is_entered_in_one_sentence_and_marked(
    engine: Engine, luis: Asker, text: str, protocol: str
) -> None:
    before = await score(engine, "PE-26-001")
    reply = await said(engine, luis, text)
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    (made,) = await cuppings(engine, "PE-26-001")
    assert (made.kind, made.cup_score, made.cup_protocol) == ("total", Decimal("86.25"), protocol)
    assert await score(engine, "PE-26-001") == before


async def test_a_day_without_a_year_is_the_last_of_its_name_and_shown_first(
    engine: Engine, luis: Asker
) -> None:
    reply = await said(engine, luis, "Cata de PE-26-001 del 20 de noviembre: 86,25 SCA 2004")
    assert reply.cards, reply.text
    assert reply.tool_calls[0]["args"]["cupped_on"] == "2026-11-20"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Verkostungen von PE-26-003", "SCA 2004 zuletzt 86,50, zuerst 85,25 (+1,25; 2 Sitzungen)"),
        ("How did PE-26-003 cup?", "SCA 2004 86.50 at last, 85.25 at first (+1.25; 2 sessions)"),
        (
            "¿Cómo cató PE-26-003?",
            "SCA 2004 al final 86,50, al principio 85,25 (+1,25; 2 sesiones)",
        ),
    ],
)
async def test_what_a_lot_scored_is_told_per_form_in_three_languages(
    engine: Engine, luis: Asker, text: str, part: str
) -> None:
    reply = await said(engine, luis, text)
    assert (reply.outcome, part in reply.text, reply.unbacked) == ("answered", True, []), reply.text
    rows = [(r["count"], r["mean"], r["sd"]) for r in reply.tables[0]["rows"]]
    assert rows == [(1, 85.25, None), (3, 86.5, 0.5)]


async def test_two_forms_are_told_apart_and_never_averaged(engine: Engine, luis: Asker) -> None:
    await entered(engine, luis, SHEET)
    await entered(engine, luis, CVA)
    told = await said(engine, luis, "Cuppings of PE-26-001")
    assert "never mixed" in told.text and len(told.tables[0]["rows"]) == 2
    for text in ("average score of the cuppings", "average cup score of the lots"):
        reply = await said(engine, luis, text, thread=text)
        assert "never mixed" in reply.text, reply.text
        assert {r["cup_protocol"] for r in reply.tables[0]["rows"]} == {"sca_2004", "cva"}
    mixed = await said(engine, luis, "Take over the last cupping for PE-26-001")
    assert (mixed.outcome, "different forms" in mixed.text) == ("failed", True), mixed.text


async def test_the_lots_score_is_taken_over_on_order_with_its_source(
    engine: Engine, luis: Asker
) -> None:
    before = await score(engine, "PE-26-001")
    await entered(engine, luis, SHEET)
    assert await score(engine, "PE-26-001") == before
    reply = await said(engine, luis, "Übernimm die letzte Verkostung für PE-26-001")
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    assert await score(engine, "PE-26-001") == (86, "sca_2004")
    async with engine.services.database.reading(Actor.system("test")) as session:
        newest = await session.scalar(select(Evidence).order_by(Evidence.id.desc()).limit(1))
    assert newest is not None and newest.source == "cupping 2026-11-20, sca_2004, sheet, n=1"
    await said(engine, luis, "mach das rückgängig")
    assert await score(engine, "PE-26-001") == before


async def test_a_score_without_a_form_is_not_taken_over(engine: Engine, anna: Asker) -> None:
    await said(engine, anna, "Verkostung PE-26-001: 86,25")
    reply = await said(engine, anna, "Übernimm die letzte Verkostung für PE-26-001")
    assert (reply.outcome, "kein Formular" in reply.text) == ("failed", True), reply.text
    none = await said(engine, anna, "Übernimm die letzte Verkostung für PE-24-022")
    assert "keine Verkostung" in none.text


async def test_cuppers_are_compared_by_those_who_may_see_names(
    engine: Engine, luis: Asker, sam: Asker
) -> None:
    reply = await said(engine, luis, "Compare the cuppers of PE-26-003")
    leaning = {r["cupper"]: r["leaning"] for r in reply.tables[0]["rows"]}
    assert leaning == {"Anna Beispiel": 0, "Luis Ejemplo": 0.75, "Sam Muster": -0.75}
    assert (await said(engine, sam, "Compare the cuppers of PE-26-003")).outcome == "refused"
    listed = await said(engine, sam, "Show me the cuppings")
    assert "cupper" not in {c["key"] for c in listed.tables[0]["columns"]}


async def test_sheets_come_from_a_spreadsheet_and_what_does_not_add_up_is_named(
    engine: Engine, anna: Asker, tmp_path: Path
) -> None:
    keys = ["Aroma", "Flavor", "Nachgeschmack", "Säure", "Körper", "Balance", "Gleichmäßigkeit",
            "Sauberkeit", "Süße", "Gesamteindruck"]  # fmt: skip
    head = ["Los", "Verkostet am", "Verkoster", "Formular", *keys, "Gesamtpunkte"]
    right = [
        "PE-26-001",
        "20.11.2026",
        "A",
        "SCA 2004",
        "8",
        "8,25",
        "8",
        "8",
        "8",
        "8",
        "10",
        "10",
        "10",
        "8",
        "86,25",
    ]
    wrong = ["PE-26-002", *right[1:-1], "87,25"]
    path = tmp_path / "bögen.csv"
    shown: list[str] = []

    async def load(*rows: list[str]) -> int:
        shown.clear()
        path.write_text("\n".join(";".join(r) for r in (head, *rows)), "utf8")
        request = ImportRequest("cupping", path)
        return await run_import(engine, anna, request, lambda _q: True, shown.append)

    assert await load(right, wrong) == 1
    assert "ergeben 86,25" in "\n".join(shown) or "ergeben 86.25" in "\n".join(shown)
    assert await load(right) == 0, shown
    (made,) = await cuppings(engine, "PE-26-001")
    assert (made.kind, made.cup_score, made.cupper) == ("sheet", Decimal("86.25"), "A")
    assert await load(right) == 0
    assert len(await cuppings(engine, "PE-26-001")) == 1
