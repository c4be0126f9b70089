"""The rules of the book look at the turn's day, whichever way a change takes, not at the clock's.

The turns here live in January 2020, which the database's own clock has left behind: a rule that
asked that clock would look at later days only, and let the lot be promised twice.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from agent import asking
from agent.asking import Request
from agent.importing import ImportRequest, run_import
from agent.reply import Reply
from agent.turn import Silent
from agent.turns import Engine
from agent.wiring import clock_of, services
from db.models import Reservation
from db.session import Actor, Database, driver_url
from tests.conftest import settings_of
from tools.context import Asker
from tools.runner import BERLIN

DAY = date(2020, 1, 10)
OVERSOLD = "sind 20 von 120 Sack frei"


@pytest.fixture
async def then(demo: Database, anna: Asker, tmp_path: Path) -> Engine:
    """An engine as `--today 2020-01-10` makes it; PE-24-017 has 20 of its 120 bags left."""
    engine = Engine(services(settings_of(data_dir=tmp_path), demo, clock_of(DAY)))
    held = await reserve(engine, anna, 100)
    assert held.outcome == "answered", held.text
    return engine


async def reserve(engine: Engine, asker: Asker, bags: int) -> Reply:
    said = f"Reservier {bags} Sack PE-24-017 für elbgold bis zum 20.01.2020"
    return await asking.ask(engine, Request(text=said, thread="t"), asker)


async def test_said_and_done_at_once(then: Engine, anna: Asker) -> None:
    refused = await reserve(then, anna, 30)
    assert (refused.outcome, OVERSOLD in refused.text) == ("failed", True), refused.text
    assert (await reserve(then, anna, 20)).outcome == "answered"


async def test_approved_on_a_card(then: Engine, anna: Asker) -> None:
    asked = "Reserviere bitte bis 20.01.2020 10 Sack PE-24-017 für elbgold"
    card = await asking.ask(then, Request(text=asked, thread="t"), anna)
    assert card.outcome == "awaiting_approval", card.text
    assert (await reserve(then, anna, 15)).outcome == "answered"
    decided = await asking.decide(then, anna, card.cards[0].id, "approved")
    assert (decided.outcome, "sind 5 von 120" in decided.text) == ("failed", True), decided.text


async def test_taken_back(then: Engine, anna: Asker) -> None:
    given = "Gib die Reservierung von elbgold auf PE-24-017 frei"
    freed = await asking.ask(then, Request(text=given, thread="t"), anna)
    assert freed.outcome == "answered", freed.text
    assert (await reserve(then, anna, 60)).outcome == "answered"
    back = await asking.order(then, anna, "Zurück", "undo", {"change_set": freed.undo})
    assert (back.outcome, "elbgold 60" in back.text) == ("failed", True), back.text


async def test_imported(then: Engine, anna: Asker, tmp_path: Path) -> None:
    path = tmp_path / "tabelle.csv"
    path.write_text("Los;Rösterei;Säcke;bis\nPE-24-017;The Barn;30;20.01.2020\n", "utf8")
    shown: list[str] = []
    wanted = ImportRequest("reservation", path)
    assert await run_import(then, anna, wanted, lambda _q: True, shown.append) == 1
    assert OVERSOLD in "\n".join(shown)


async def test_heard_by_a_front_end_and_worked_by_a_worker(then: Engine, anna: Asker) -> None:
    for bags, outcome in ((30, "failed"), (20, "answered")):
        payload = {"text": f"Reservier {bags} Sack PE-24-017 für elbgold bis zum 20.01.2020"}
        where, work = await then.receive(
            front="cli", key="w", asker=anna, kind="message", payload=payload
        )
        assert work is not None
        assert (await Engine(then.services).answer(where, work, Silent())).outcome == outcome


async def test_over_when_its_last_day_is(then: Engine, anna: Asker) -> None:
    day_after = Engine(services(settings_of(), then.services.database, clock_of(date(2020, 1, 21))))
    said = "Reservier 120 Sack PE-24-017 für The Barn bis zum 25.01.2020"
    made = await asking.ask(day_after, Request(text=said, thread="t"), anna)
    assert made.outcome == "answered", made.text


class Midnight(Silent):
    """A clock that passes midnight once the turn is under way and tells so."""

    now = datetime(2020, 1, 10, 22, 59, tzinfo=UTC)

    async def status(self, text: str) -> None:  # noqa: ARG002 - a sink's
        self.now = datetime(2020, 1, 10, 23, 1, tzinfo=UTC)


async def test_a_turn_that_passes_midnight_keeps_the_day_it_began_on(
    demo: Database, anna: Asker
) -> None:
    clock = Midnight()
    engine = Engine(services(settings_of(), demo, lambda: clock.now))
    said = "Reservier 5 Sack PE-24-017 für elbgold bis zum 20.01.2020"
    made = await asking.ask(engine, Request(text=said, thread="t"), anna, clock)
    assert made.outcome == "answered", made.text
    assert clock.now.astimezone(BERLIN).date() == date(2020, 1, 11)
    async with demo.reading(Actor.system("test")) as session:
        newest = select(Reservation.reserved_on).order_by(Reservation.id.desc()).limit(1)
        assert await session.scalar(newest) == DAY


def test_without_a_turn_it_is_berlins_day(demo_url: tuple[str, str]) -> None:
    with create_engine(driver_url(demo_url[1]), poolclass=NullPool).connect() as connection:
        day, now = connection.execute(text("SELECT acting_day(), now()")).one()
    assert day == now.astimezone(BERLIN).date()
