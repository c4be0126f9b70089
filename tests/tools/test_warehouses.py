"""A noun like any other, made of one declaration: everything about it in three languages."""

from pathlib import Path

import pytest

from agent import asking
from agent.asking import Request
from agent.importing import ImportRequest, run_import
from agent.turns import Engine
from agent.wiring import services
from db.session import Database
from tests.conftest import NOW, settings_of
from tools.context import Asker


async def told(engine: Engine, asker: Asker, text: str, thread: str = "t") -> tuple[str, str]:
    reply = await asking.ask(engine, Request(text=text, thread=thread), asker)
    return reply.outcome, reply.text


@pytest.mark.parametrize(
    ("create", "find", "back"),
    [
        ("Leg Lagerhaus Speicherblock an", "Welche Lagerhäuser haben wir?", "Mach das rückgängig"),
        ("Add the warehouse Speicherblock", "Which warehouses do we have?", "Undo that"),
        ("Crea el almacén Speicherblock", "¿Qué almacenes tenemos?", "Deshaz eso"),
    ],
)
async def test_made_found_and_taken_back(
    engine: Engine, anna: Asker, create: str, find: str, back: str
) -> None:
    asker = anna
    for text, names in ((create, 3), (back, 2)):
        assert (await told(engine, asker, text))[0] == "answered", text
        reply = await asking.ask(engine, Request(text=find, thread="f"), asker)
        assert reply.outcome == "answered", reply.text
        found = {r["name"] for r in reply.tables[0]["rows"]}
        assert (len(found), "Speicherblock" in found) == (names, names == 3), found


async def test_a_lot_is_put_into_one_and_its_bags_are_there(engine: Engine, anna: Asker) -> None:
    for lot, place in (("PE-25-008", "Demolager Weser"), ("PE-26-008", "Demolager Elbe")):
        moved = {"lot": lot, "warehouse": place}
        reply = await asking.order(engine, anna, f"{lot} liegt in {place}", "change_lot", moved)
        assert reply.outcome == "answered", reply.text
    reply = await asking.order(engine, anna, "?", "stock_position", {"lot": "PE-25-008"})
    assert "180 im Lager (Demolager Weser)" in reply.text
    planned = await asking.order(engine, anna, "?", "stock_position", {"lot": "PE-26-008"})
    assert "50 im Ursprung" in planned.text  # its shipment says where it is, not where it will lie
    grouped = await asking.order(engine, anna, "?", "stock_position", {"by": "warehouse"})
    rows = {r["warehouse"]: r for r in grouped.tables[0]["rows"]}
    assert rows["Demolager Weser"]["in_warehouse"] > 180
    assert rows[None]["in_warehouse"] == 0


async def test_free_days_are_no_less_than_none(engine: Engine, anna: Asker) -> None:
    change = {"warehouse": "Demolager Elbe", "free_days": -1}
    reply = await asking.order(engine, anna, "-1", "change_warehouse", change)
    assert reply.outcome in {"asked", "failed"}, reply.text


async def test_a_viewer_reads_and_does_not_write(engine: Engine, sam: Asker) -> None:
    found = await asking.order(engine, sam, "?", "find_warehouses", {})
    assert len(found.tables[0]["rows"]) == 2
    refused = await asking.order(engine, sam, "X", "create_warehouse", {"name": "X"})
    assert refused.outcome == "refused"


async def test_imported_from_a_spreadsheet(demo: Database, anna: Asker, tmp_path: Path) -> None:
    path = tmp_path / "lager.csv"
    path.write_text(
        "Name;Lagerhalter;Ort;freie Lagertage\nBlock W;Musterlager;Hamburg;14\n", "utf8"
    )
    engine = Engine(services(settings_of(data_dir=tmp_path), demo, lambda: NOW))
    shown: list[str] = []
    code = await run_import(
        engine, anna, ImportRequest("Lagerhaus", path), lambda _q: True, shown.append
    )
    assert code == 0, "\n".join(shown)
    found = await asking.order(engine, anna, "?", "show_warehouse", {"warehouse": "Block W"})
    row = found.tables[0]["rows"][0]
    assert (row["operator"], row["place"], row["free_days"]) == ("Musterlager", "Hamburg", 14)
