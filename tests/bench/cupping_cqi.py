"""Whether real cupping records come in and add up: 1,310 public sheets through the importer.

The records of the Coffee Quality Institute are panel means on the SCA 2004 form. They are previewed
by the generic importer as cuppings of lots of their own, then loaded without those it named; every
loaded total is added up again from the ten attributes as the database holds them. What does not add
up is listed by its row number, never hidden.

Run: `python -m tests.bench.cupping_cqi --data FOLDER`, the folder holding cqi_arabica_cleaned.csv.
No name of the file is shown: some are a person's.
"""

import asyncio
import csv
import io
import re
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from agent.founding import found_company
from agent.importing import ImportRequest, run_import
from agent.turns import Engine
from agent.wiring import services, who
from db.enums import CuppingKind
from db.models import Cupping, Lot
from db.session import Actor, Database
from tests.bench.records import on_records
from tests.conftest import NOW, settings_of
from tools.calc.cupping import SCA_2004, agrees, off_step

Row = dict[str, str]
HEADINGS = (
    "Aroma", "Flavor", "Aftertaste", "Acidity", "Body", "Balance", "Uniformity", "Clean.Cup",
    "Sweetness", "Cupper.Points", "Total.Cup.Points", "Category.One.Defects",
    "Category.Two.Defects", "Quakers",
)  # fmt: skip
MAPPING = {"+kind": "panel", "+cup_protocol": "sca_2004", "Total.Cup.Points": "cup_score"}
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)")


def read(folder: Path) -> list[Row]:
    """Return all records of the file."""
    with (folder / "cqi_arabica_cleaned.csv").open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


def day_of(row: Row) -> date:
    """Return the day a record was graded: "April 4th, 2015"."""
    plain = _ORDINAL.sub("", row["Grading.Date"]).strip()
    return datetime.strptime(plain, "%B %d, %Y").date()  # noqa: DTZ007 - a day, no instant


def code_of(row: Row) -> str:
    """Return what a record's lot is called here."""
    return f"CQI-{int(row['Unnamed: 0']):04}"


def cupping_file(rows: list[Row]) -> bytes:
    """Return the records as a table with the source's own headings."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(["Lot", "Cupped on", *HEADINGS])
    writer.writerows(
        [code_of(r), day_of(r).isoformat(), *(r[h] for h in HEADINGS[:-1]), whole(r["Quakers"])]
        for r in rows
    )
    return kept.getvalue().encode()


def whole(said: str) -> str:
    """Return a count without its decimals, empty when it is not known."""
    return str(int(Decimal(said))) if said else ""


class Bench:
    """One scratch company and the importer as its admin uses it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.shown: list[str] = []

    async def load(self, rows: list[Row], *, dry: bool) -> int:
        """Import rows as the command line does; return its exit code."""
        path = self.folder / "cuppings.csv"
        await asyncio.to_thread(path.write_bytes, cupping_file(rows))
        asker = await who(self.engine.services.database, None)
        request = ImportRequest("cupping", path, mapping=MAPPING, create_missing=("lot",), dry_run=dry)  # fmt: skip
        self.shown.clear()
        began = time.monotonic()
        code = await run_import(
            self.engine, asker, request, lambda _question: True, self.shown.append
        )
        print(f"{time.monotonic() - began:6.1f} s  {self.shown[0]}")
        return code


def exceptions(rows: list[Row]) -> dict[str, Decimal]:
    """Return the rows whose ten values do not add up, straight from the file: lot → difference."""
    found: dict[str, Decimal] = {}
    for row in rows:
        exact = sum((Decimal(row[h]) for h in HEADINGS[:10]), Decimal(0))
        apart = Decimal(row["Total.Cup.Points"]) - exact
        if abs(apart) > Decimal("0.05"):
            found[code_of(row)] = apart
    return found


async def readded(database: Database) -> tuple[int, int, int]:
    """Return how many cuppings are held, how many add up, how many lie on quarter points."""
    held = added = quarters = 0
    async with database.reading(Actor.system("bench")) as session:
        statement = select(Cupping, Lot.code).join(Lot, Lot.id == Cupping.lot_id)
        for cupping, _code in await session.execute(statement):
            values = {a: getattr(cupping, a) for a in SCA_2004.attributes}
            exact = SCA_2004.total(values)
            held += cupping.kind is CuppingKind.PANEL
            added += exact is not None and agrees(SCA_2004, exact, cupping.cup_score, single=False)
            quarters += not off_step(SCA_2004, values)
    return held, added, quarters


async def bench(data: Path, folder: Path) -> int:
    """Preview, load what adds up, add it up again; return the exit code."""
    settings = settings_of(data_dir=folder)
    place = await found_company(
        settings, company="Bench", name="Bench", email="bench@demo.invalid", language="en",
        on_step=lambda _step: None,
    )  # fmt: skip
    database = Database(place.app_url)
    await database.open()
    try:
        run = Bench(Engine(services(settings, database, lambda: NOW)), folder)
        everything = read(data)
        rows = [r for r in everything if Decimal(r["Total.Cup.Points"]) > 0]
        for row in everything:
            if row not in rows:
                print(f"left out, without a score: row {row['Unnamed: 0']}")
        wrong = exceptions(rows)
        await run.load(rows, dry=True)
        told = "\n".join(run.shown)
        named = {c for c in wrong if f"{Decimal(_total(rows, c)):g}" in told or c in told}
        print(f"{len(rows)} records; {len(wrong)} do not add up within 0.05:")
        for code, apart in sorted(wrong.items()):
            print(f"  row {int(code[4:])}: total − sum = {apart:+}")
        right = [r for r in rows if code_of(r) not in wrong]
        if await run.load(right, dry=False):
            print("\n".join(run.shown))
            return 1
        held, added, quarters = await readded(database)
    finally:
        await database.close()
    print(f"loaded {held}, added up again {added}, all values on steps of one sheet {quarters}")
    print(f"exceptions named by the preview: {len(named)} of {len(wrong)}")
    return 0 if held == added == len(right) and len(named) == len(wrong) else 1


def _total(rows: list[Row], code: str) -> str:
    return next(r["Total.Cup.Points"] for r in rows if code_of(r) == code)


def main() -> None:
    """Read the folder of the data and run."""
    on_records(bench, __doc__)


if __name__ == "__main__":
    main()
