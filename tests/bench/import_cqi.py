"""Whether an import loses or bends anything: 1,310 public cupping records, in and counted again.

The records of the Coffee Quality Institute are imported as farms and lots into a scratch database,
then compared by country with figures taken straight from the file. The same lots come again as a
German spreadsheet with decimal commas and as a workbook: nothing may change then.

Run: `python -m tests.bench.import_cqi --data FOLDER`, the folder holding cqi_arabica_cleaned.csv.
No name of the file is shown: some are a person's.
"""

import asyncio
import csv
import io
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from agent.founding import found_company
from agent.importing import ImportRequest, run_import
from agent.turns import Engine
from agent.wiring import services, who
from db.models import Cooperative, Lot
from db.session import Actor, Database
from tests.bench.records import on_records
from tests.conftest import NOW, settings_of
from tools.countries import country_code
from tools.folding import squeezed

Row = dict[str, str]
Figures = dict[str, tuple[int, Decimal | None, int, Decimal | None]]

_PLACES = {
    "United States (Hawaii)": "US",
    "United States (Puerto Rico)": "PR",
    "Cote d?Ivoire": "CI",  # damaged in the source
}
_PROCESSES = {
    "Washed / Wet": "washed",
    "Natural / Dry": "natural",
    "Semi-washed / Semi-pulped": "semi-washed",
    "Pulped natural / honey": "pulped natural",
    "Other": "other",
}
_LOWEST, _HIGHEST = 200, 3_000  # metres between which an altitude is believed


def read(folder: Path) -> list[Row]:
    """Return the records that can be used: scored, and with a country."""
    with (folder / "cqi_arabica_cleaned.csv").open(encoding="utf8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if Decimal(r["Total.Cup.Points"]) > 0 and r["Country.of.Origin"]]


def code_of(row: Row) -> str:
    """Return the country code of a record."""
    place = row["Country.of.Origin"]
    return str(_PLACES.get(place) or country_code(place))


def farm_of(row: Row) -> str:
    """Return what a farm is called here: its name and country, so that namesakes stay apart."""
    return f"{' '.join(row['Farm.Name'].split()) or 'unnamed'} ({code_of(row)})"


def farms_of(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the first record of every farm, by how names compare."""
    farms: dict[str, Row] = {}
    for row in rows:
        farms.setdefault(squeezed(farm_of(row)), row)
    return farms


def altitude_of(row: Row) -> str:
    """Return a believable altitude in whole metres, empty when there is none."""
    said = row["altitude_mean_meters"]
    metres = Decimal(said).quantize(Decimal(1), ROUND_HALF_UP) if said else Decimal(0)
    return str(metres) if _LOWEST <= metres <= _HIGHEST else ""


def moisture_of(row: Row) -> Decimal | None:
    """Return a moisture as a fraction; the file's 0 is unknown."""
    value = Decimal(row["Moisture"] or 0)
    return value or None


# --- the files that are imported -----------------------------------------------------------------


def written(rows: Iterable[Iterable[Any]], delimiter: str, encoding: str) -> bytes:
    """Return rows as a text file."""
    kept = io.StringIO()
    csv.writer(kept, delimiter=delimiter).writerows(rows)
    return kept.getvalue().encode(encoding)


def farm_file(rows: list[Row]) -> bytes:
    """Return the farms with the source's own headings."""
    lines = [
        [farm_of(r), _PLACES.get(r["Country.of.Origin"], r["Country.of.Origin"]), altitude_of(r)]
        for r in farms_of(rows).values()
    ]
    return written(
        [["Farm.Name", "Country.of.Origin", "altitude_mean_meters"], *lines], ",", "utf8"
    )


def lot_rows(rows: list[Row], number: Callable[[Decimal], Any], percent: int) -> list[list[Any]]:
    """Return the lots, figures written by `number`, moisture times `percent`."""
    return [
        [
            f"CQI-{int(r['Unnamed: 0']):04}",
            farm_of(r),
            r["Variety"] if r["Variety"] != "Other" else "",
            _PROCESSES.get(r["Processing.Method"], ""),
            number(Decimal(r["Total.Cup.Points"])),
            number(moisture * percent) if (moisture := moisture_of(r)) is not None else "",
        ]
        for r in rows
    ]


def lot_file(rows: list[Row]) -> bytes:
    """Return the lots with headings near the source's own."""
    head = [
        "Lot.Number",
        "Farm.Name",
        "Variety",
        "Processing.Method",
        "Total.Cup.Points",
        "Moisture",
    ]
    return written([head, *lot_rows(rows, str, 1)], ",", "utf8")


GERMAN = ["Losnr.", "Erzeuger", "Varietät", "Aufbereitung", "SCA-Punkte", "Feuchte (%)"]


def german_file(rows: list[Row]) -> bytes:
    """Return the lots as a German spreadsheet exports them."""
    lines = lot_rows(rows, lambda value: str(value).replace(".", ","), 100)
    return written([GERMAN, *lines], ";", "utf-8-sig")


def workbook_file(rows: list[Row]) -> bytes:
    """Return the lots as a workbook, figures as numbers."""
    import xlsxwriter

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Lose")
    for at, line in enumerate([GERMAN, *lot_rows(rows, float, 100)]):
        sheet.write_row(at, 0, line)
    book.close()
    return kept.getvalue()


# --- what is compared ----------------------------------------------------------------------------


def mean(values: list[Decimal]) -> Decimal | None:
    """Return an average to two decimals."""
    return _cents(sum(values, Decimal(0)) / len(values)) if values else None


def expected(rows: list[Row]) -> tuple[Figures, Figures]:
    """Return figures by country straight from the records: of lots, of farms."""
    lots: dict[str, list[Row]] = defaultdict(list)
    farms: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        lots[code_of(row)].append(row)
    for row in farms_of(rows).values():
        farms[code_of(row)].append(row)
    of_lots: Figures = {}
    for code, found in lots.items():
        moist = [m * 100 for r in found if (m := moisture_of(r)) is not None]
        scores = [Decimal(r["Total.Cup.Points"]) for r in found]
        of_lots[code] = (len(found), mean(scores), len(moist), mean(moist))
    of_farms: Figures = {}
    for code, found in farms.items():
        high = [Decimal(a) for r in found if (a := altitude_of(r))]
        of_farms[code] = (len(found), None, len(high), mean(high))
    return of_lots, of_farms


async def imported(database: Database) -> tuple[Figures, Figures]:
    """Return the same figures from the database."""
    of = Cooperative.country
    lots = (
        select(of, func.count(), func.avg(Lot.cup_score), func.count(Lot.moisture_pct), func.avg(Lot.moisture_pct))
        .select_from(Lot).join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(Lot.cup_protocol == "sca_2004").group_by(of)
    )  # fmt: skip
    high = Cooperative.altitude_m
    farms = select(of, func.count(), func.count(high), func.avg(high)).group_by(of)
    async with database.reading(Actor.system("bench")) as session:
        of_lots: Figures = {
            c: (n, _cents(score), m, _cents(moisture))
            for c, n, score, m, moisture in await session.execute(lots)
        }
        of_farms: Figures = {
            c: (n, None, m, _cents(a)) for c, n, m, a in await session.execute(farms)
        }
    return of_lots, of_farms


def _cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def differences(one: Figures, other: Figures) -> list[str]:
    """Return the countries whose figures differ."""
    return [
        f"{c}: {one.get(c)} ≠ {other.get(c)}"
        for c in sorted({*one, *other})
        if one.get(c) != other.get(c)
    ]


# --- running -------------------------------------------------------------------------------------


async def bench(data: Path, folder: Path) -> int:
    """Import, import again in German, compare; return the exit code."""
    settings = settings_of(data_dir=folder)
    place = await found_company(
        settings, company="Bench", name="Bench", email="bench@demo.invalid", language="en",
        on_step=lambda _step: None,
    )  # fmt: skip
    database = Database(place.app_url)
    await database.open()
    engine = Engine(services(settings, database, lambda: NOW))
    rows = read(data)
    lots = {
        "Farm.Name": "cooperative",
        "Processing.Method": "process",
        "Total.Cup.Points": "cup_score sca_2004",
        "Moisture": "moisture_pct fraction",
    }
    high = {"Farm.Name": "name", "altitude_mean_meters": "altitude_m m"}
    try:
        for kind, name, content, said in (
            ("cooperative", "farms.csv", farm_file(rows), high),
            ("lot", "lots.csv", lot_file(rows), lots),
            ("lot", "lose.csv", german_file(rows), {}),
            ("lot", "lose.xlsx", workbook_file(rows), {}),
        ):
            if not await _load(engine, folder / name, content, kind, said):
                return 1
        found = await imported(database)
        if not await large(engine, folder):
            return 1
    finally:
        await database.close()
    wrong = [
        d for one, other in zip(expected(rows), found, strict=True) for d in differences(one, other)
    ]
    count = len({code_of(r) for r in rows})
    print(f"{len(rows)} records of {count} countries compared: {len(wrong)} countries differ")
    print("\n".join(wrong))
    return 1 if wrong else 0


async def large(engine: Engine, folder: Path, count: int = 10_000) -> bool:
    """Import a large German table: how long preview, trial and load take together."""
    lines = [
        [f"GR-26-{n:05}", n % 300 + 1, "69,0", f"{6 + n % 5},90", f"{80 + n % 15},{n % 4 * 25:02}"]
        for n in range(count)
    ]
    head = ["Losnr.", "Säcke", "Sackgewicht (kg)", "Preis EUR/kg", "SCA-Punkte"]
    content = written([head, *lines], ";", "cp1252")
    return await _load(engine, folder / "gross.csv", content, "lot", {})


async def _load(
    engine: Engine, path: Path, content: bytes, kind: str, said: dict[str, str]
) -> bool:
    await asyncio.to_thread(path.write_bytes, content)
    shown: list[str] = []
    asker = await who(engine.services.database, None)
    began = time.monotonic()
    request = ImportRequest(kind, path, mapping=said)
    code = await run_import(engine, asker, request, lambda _question: True, shown.append)
    took = time.monotonic() - began
    print(f"{took:6.1f} s  {shown[0]}")
    if code:
        print("\n".join(shown))
    again = path.name.startswith("lose")
    return code == 0 and (not again or "new: 0, changed: 0" in shown[0])


def main() -> None:
    """Read the folder of the data and run."""
    on_records(bench, __doc__)


if __name__ == "__main__":
    main()
