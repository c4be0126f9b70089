"""Spreadsheets of the trading book: in once, refused with the line that oversells."""

from pathlib import Path

import pytest
from sqlalchemy import select

from agent.importing import ImportRequest, run_import
from agent.turns import Engine
from agent.wiring import services
from db.base import Record
from db.models import Contract, Deal, DealLine, Fixation, Lot, Reservation, StockMovement
from db.session import Actor, Database
from tests.conftest import NOW, settings_of
from tools.context import Asker

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
