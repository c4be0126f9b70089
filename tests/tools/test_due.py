"""What is due, for whom, with which content: the schedule on a real database, by the hour."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent import asking
from agent.turns import Engine
from agent.wiring import services, who
from db.address import Address
from db.models import (
    AlertAck,
    Company,
    Member,
    Reminder,
    Roaster,
    Schedule,
    ScheduleRun,
    Shipment,
    ShipmentLot,
)
from db.queries import schedule
from db.session import Actor, Database
from tests.conftest import settings_of
from tools import due
from tools.context import Asker
from tools.due import ACTOR, Due, Told

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 6, 31, tzinfo=UTC)  # half past seven in Berlin


class Box:
    """A clock to set, and an outbox that keeps one of each key, as the real one does."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        self.sent: dict[str, Due] = {}

    def clock(self) -> datetime:
        return self.now

    async def send(self, session: AsyncSession, one: Due) -> None:
        assert session.in_transaction()
        self.sent.setdefault(one.effect_key, one)

    async def at(self, now: datetime) -> list[Told]:
        self.now = now
        await self.settled()
        return await due.tick(self.database, self.clock, self.send)

    async def settled(self) -> None:
        """Wait for transactions of other tests on the same server: alerts come after them."""
        async with self.database.writing(ACTOR) as session:
            mine = (await session.scalars(select(func.txid_current()))).one()
        for _ in range(500):
            async with self.database.reading(ACTOR) as session:
                if await schedule.finished_up_to(session) >= mine:
                    return
            await asyncio.sleep(0.02)

    def of(self, kind: str) -> list[Due]:
        """What was sent of a kind, but for the reminders that come with the demo."""
        demo = {k for k, d in self.sent.items() if any("Demo" in str(p.values) for p in d.parts)}
        return [d for key, d in self.sent.items() if d.kind == kind and key not in demo]


@pytest.fixture
async def box(demo: Database) -> Box:
    """The schedule as it stands once the worker has run for the first time."""
    made = Box(demo, MONDAY)
    await made.at(MONDAY)
    return made


async def change(database: Database, actor: Actor, statement: object) -> None:
    async with database.writing(actor) as session:
        await session.execute(statement)  # type: ignore[call-overload]


async def scalar(database: Database, statement: object) -> object:
    async with database.reading(Actor.system("test")) as session:
        return await session.scalar(statement)  # type: ignore[call-overload]


async def remind(database: Database, asker: Asker, **values: object) -> int:
    async with database.writing(Actor.member(asker.id)) as session:
        made = Reminder(**({"member_id": asker.id, "text": "PSS prüfen"} | values))
        session.add(made)
        await session.flush()
        return made.id


async def test_everybody_has_a_brief_once(box: Box, demo: Database) -> None:
    await box.at(MONDAY)
    active = select(func.count()).select_from(Member).where(Member.active)
    briefs = select(func.count()).select_from(Schedule).where(Schedule.kind == "brief")
    assert await scalar(demo, active) == await scalar(demo, briefs)
    kinds = select(func.count(Schedule.kind.distinct()))
    assert await scalar(demo, kinds) == 4


async def test_the_brief_comes_in_the_morning_with_an_order(box: Box, anna: Asker) -> None:
    assert not box.of("brief")
    await box.at(TUESDAY)
    mine = next(d for d in box.of("brief") if d.member_id == anna.id)
    assert mine.effect_key == f"brief:{anna.id}:2026-11-24"
    assert mine.order and mine.order.tool == "my_day"
    assert mine.hold_until is None
    before = len(box.sent)
    await box.at(TUESDAY + timedelta(minutes=1))
    assert len(box.sent) == before


async def test_no_brief_comes_on_a_public_holiday(box: Box, anna: Asker) -> None:
    christmas_eve, monday = (datetime(2026, 12, d, 7, tzinfo=UTC) for d in (24, 28))
    await box.at(christmas_eve)
    before = {d.effect_key for d in box.of("brief")}
    assert f"brief:{anna.id}:2026-12-24" in before
    for day in (25, 26, 27):
        await box.at(datetime(2026, 12, day, 12, tzinfo=UTC))
    assert {d.effect_key for d in box.of("brief")} == before
    await box.at(monday)
    assert f"brief:{anna.id}:2026-12-28" in {d.effect_key for d in box.of("brief")}


async def test_what_was_due_before_a_holiday_does_not_come_on_it(box: Box, anna: Asker) -> None:
    await box.at(datetime(2026, 12, 23, 12, tzinfo=UTC))
    await box.at(datetime(2026, 12, 25, 12, tzinfo=UTC))  # the worker was down on the 24th
    assert not [k for k in box.sent if k.startswith(f"brief:{anna.id}:2026-12-25")]


async def test_an_alert_waits_until_the_holidays_are_over(demo: Database, anna: Asker) -> None:
    member = await scalar(demo, select(Member).where(Member.id == anna.id))
    assert isinstance(member, Member)
    good_friday = datetime(2027, 3, 26, 10, tzinfo=UTC)
    tuesday = due.at_local(date(2027, 3, 30), member.quiet_to)
    assert due.quiet_of(member).until(good_friday) == tuesday


async def test_a_reminder_comes_on_the_holiday_its_member_chose(
    box: Box, demo: Database, anna: Asker
) -> None:
    await remind(demo, anna, due_on=date(2026, 12, 25), due_at=time(9))
    await box.at(datetime(2026, 12, 25, 8, 1, tzinfo=UTC))
    (reminder,) = box.of("reminder")
    assert reminder.hold_until is None


async def test_nothing_to_say_is_silence(
    box: Box, demo: Database, demo_url: tuple[str, str], sam: Asker
) -> None:
    with Address(demo_url[1]).connected() as owner, owner.transaction():
        owner.execute("SELECT set_config('app.actor', 'system:test', true)")
        owner.execute("UPDATE shipment SET retired_at = now()")
    told = await box.at(TUESDAY)
    (mine,) = [t for t in told if t.kind == "brief" and t.member_id == sam.id]
    assert (mine.outcome, mine.due) == ("silent", ())
    assert sam.id not in {d.member_id for d in box.of("brief")}
    runs = select(func.count()).select_from(ScheduleRun).where(ScheduleRun.outcome == "silent")
    assert await scalar(demo, runs) == len(
        [t for t in told if t.outcome == "silent" and t.kind == "brief"]
    )


async def test_a_shipment_that_sails_as_planned_is_no_news(
    box: Box, demo: Database, demo_url: tuple[str, str], sam: Asker
) -> None:
    sailing = "status = 'in_transit', eta = '2026-12-20', first_eta = '2026-12-20'"
    for late, outcome in (("", "silent"), (", eta = '2026-12-30'", "ok")):
        with Address(demo_url[1]).connected() as owner, owner.transaction():
            owner.execute("SELECT set_config('app.actor', 'system:test', true)")
            owner.execute("UPDATE shipment SET retired_at = now() WHERE id > 1")
            owner.execute(f"UPDATE shipment SET arrived_on = NULL, {sailing} WHERE id = 1".encode())  # noqa: S608
            if late:
                owner.execute(f"UPDATE shipment SET {late[2:]} WHERE id = 1".encode())  # noqa: S608
        now = TUESDAY if not late else TUESDAY + timedelta(days=1)
        told = await box.at(now)
        (mine,) = [t for t in told if t.kind == "brief" and t.member_id == sam.id]
        assert mine.outcome == outcome
    assert await scalar(demo, select(func.count()).select_from(ScheduleRun))


async def test_a_source_to_be_read_again_is_news_for_who_can_say_it_was(
    knowing: Database, knowing_url: tuple[str, str], tmp_path: Path
) -> None:
    box = Box(knowing, MONDAY)
    await box.at(MONDAY)
    with Address(knowing_url[1]).connected() as owner, owner.transaction():
        owner.execute("SELECT set_config('app.actor', 'system:test', true)")
        owner.execute("UPDATE shipment SET retired_at = now()")
        owner.execute("UPDATE document SET next_recheck = '2027-11-24'")
        owner.execute(
            "UPDATE document SET next_recheck = '2026-11-24' WHERE work_key = 'eudr-timeline'"
        )
    luis, sam = [await who(knowing, f"{name}@demo.invalid") for name in ("luis", "sam")]
    told = {t.member_id: t for t in await box.at(TUESDAY) if t.kind == "brief"}
    assert (told[luis.id].outcome, told[sam.id].outcome) == ("ok", "silent")
    (brief,) = [d for d in box.of("brief") if d.member_id == luis.id]
    assert brief.order is not None
    engine = Engine(services(settings_of(data_dir=tmp_path), knowing, lambda: TUESDAY))
    shown = await asking.order(engine, luis, "-", brief.order.tool, brief.order.arguments)
    (due_again,) = [t for t in shown.tables if t["entity"] == "document"]
    assert [row["title"] for row in due_again["rows"]] == ["EUDR: Chronik und Fallen"]


async def test_own_customers_only_names_no_others(
    box: Box, demo: Database, anna: Asker, luis: Asker
) -> None:
    await change(demo, Actor.member(anna.id), update(Company).values(own_customers_only=True))
    await change(demo, Actor.member(anna.id), update(Roaster).values(owner_id=anna.id))
    first = select(ShipmentLot.shipment_id).where(ShipmentLot.roaster_id.is_not(None)).limit(1)
    shipment = await scalar(demo, first)
    moved = update(Shipment).where(Shipment.id == shipment)
    moved = moved.values(eta=Shipment.eta + 4, owner_id=luis.id)
    async with demo.writing(Actor.member(anna.id)) as session:
        await session.execute(moved)
    await box.at(MONDAY + timedelta(minutes=1))
    (theirs,) = box.of("alert")
    assert theirs.member_id == luis.id
    assert "Clientes" not in theirs.message("es") and "Lotes" in theirs.message("es")


async def test_after_an_outage_a_missed_brief_comes_once(box: Box, anna: Asker) -> None:
    told = await box.at(datetime(2026, 12, 3, 9, tzinfo=UTC))
    assert len([t for t in told if t.kind == "brief" and t.member_id == anna.id]) == 1
    (mine,) = [d for d in box.of("brief") if d.member_id == anna.id]
    assert mine.effect_key == f"brief:{anna.id}:2026-12-03"
    told = await box.at(datetime(2026, 12, 4, 6, 29, tzinfo=UTC))
    assert not [t for t in told if t.kind == "brief"]


async def test_a_late_brief_is_held_over_the_quiet_hours(box: Box, anna: Asker) -> None:
    await box.at(datetime(2026, 11, 27, 20, tzinfo=UTC))  # Friday evening
    mine = next(d for d in box.of("brief") if d.member_id == anna.id)
    assert mine.hold_until == datetime(2026, 11, 30, 6, tzinfo=UTC)


async def test_a_brief_follows_the_members_own_hour(box: Box, demo: Database, luis: Asker) -> None:
    me = Actor.member(luis.id)
    own = update(Member).where(Member.id == luis.id)
    await change(demo, me, own.values(brief_at=time(9)))
    await box.at(TUESDAY)
    assert luis.id not in {d.member_id for d in box.of("brief")}
    await box.at(datetime(2026, 11, 24, 8, 1, tzinfo=UTC))
    assert luis.id in {d.member_id for d in box.of("brief")}
    await change(demo, me, own.values(wants_brief=False))
    await box.at(datetime(2026, 11, 25, 9, tzinfo=UTC))
    assert f"brief:{luis.id}:2026-11-25" not in box.sent


async def test_a_reminder_without_a_time_comes_with_the_brief(
    box: Box, demo: Database, anna: Asker
) -> None:
    number = await remind(demo, anna, due_on=date(2026, 11, 24))
    await box.at(datetime(2026, 11, 24, 6, 29, tzinfo=UTC))
    assert not box.of("reminder")
    await box.at(TUESDAY)
    (mine,) = box.of("reminder")
    assert mine.effect_key == f"reminder:{number}:2026-11-24T06:30Z"
    assert mine.message("de") == "Erinnerung: PSS prüfen"
    assert await scalar(demo, select(Reminder.delivered_at).where(Reminder.id == number)) == TUESDAY
    await box.at(TUESDAY + timedelta(minutes=5))
    assert len(box.of("reminder")) == 1


async def test_a_chosen_hour_is_kept_and_a_late_one_waits(
    box: Box, demo: Database, sam: Asker
) -> None:
    saturday = date(2026, 11, 28)
    await remind(demo, sam, due_on=saturday, due_at=time(21), shipment_id=1)
    await box.at(datetime(2026, 11, 28, 20, 1, tzinfo=UTC))
    (mine,) = box.of("reminder")
    assert mine.hold_until is None
    assert mine.thread_key and mine.thread_key.startswith("shipment:SH-")
    await remind(demo, sam, due_on=saturday, due_at=time(21, 30))
    await box.at(datetime(2026, 11, 29, 9, tzinfo=UTC))
    late = box.of("reminder")[-1]
    assert late.hold_until == datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert "28.11.2026" in late.message("de")


async def test_an_eta_slip_is_told_to_who_owns_it_and_not_to_who_did_it(
    box: Box, demo: Database, anna: Asker, luis: Asker
) -> None:
    shipment = 1
    await change(
        demo, Actor.member(anna.id), update(Shipment).where(Shipment.id == shipment).values(owner_id=luis.id)
    )  # fmt: skip
    await box.at(MONDAY + timedelta(minutes=1))
    for days in (3, 5):
        moved = update(Shipment).where(Shipment.id == shipment).values(eta=Shipment.eta + days)
        await change(demo, Actor.member(anna.id), moved)
    await box.at(MONDAY + timedelta(minutes=2))
    alerts = box.of("alert")
    assert luis.id in {d.member_id for d in alerts} and anna.id not in {d.member_id for d in alerts}
    mine = next(d for d in alerts if d.member_id == luis.id)
    assert "+8" in mine.message("es") and mine.message("es").startswith("SH-")
    assert (
        mine.acknowledge and mine.effect_key == f"{mine.acknowledge.arguments['alert']}:{luis.id}"
    )
    assert mine.thread_key == f"shipment:{mine.message('en').split(':')[0]}"
    assert mine.hold_until is None
    await box.at(MONDAY + timedelta(minutes=3))
    assert len(box.of("alert")) == len(alerts)


async def test_sooner_is_no_slip_and_a_step_is_told(box: Box, demo: Database, anna: Asker) -> None:
    sooner = update(Shipment).where(Shipment.status == "in_transit").values(eta=Shipment.eta - 1)
    await change(demo, Actor.member(anna.id), sooner)
    await box.at(MONDAY + timedelta(minutes=1))
    assert not box.of("alert")
    step = update(Shipment).where(Shipment.status == "in_transit").values(status="customs")
    await change(demo, Actor.member(2), step)
    await box.at(datetime(2026, 11, 23, 20, tzinfo=UTC))
    alerts = box.of("alert")
    assert alerts and all("Zoll" in d.message("de") for d in alerts)
    assert {d.hold_until for d in alerts} == {datetime(2026, 11, 24, 6, tzinfo=UTC)}


async def test_a_run_that_fails_is_written_down_and_comes_again(
    box: Box, demo: Database, anna: Asker
) -> None:
    await remind(demo, anna, due_on=date(2026, 11, 23), due_at=time(13, 30))

    async def broken(_session: AsyncSession, one: Due) -> None:
        raise ValueError(one.effect_key)

    now = datetime(2026, 11, 23, 12, 31, tzinfo=UTC)
    with pytest.raises(ValueError, match="reminder:"):
        await due.tick(demo, lambda: now, broken)
    (error,) = [
        await scalar(demo, select(ScheduleRun.error).where(ScheduleRun.outcome == "failed"))
    ]
    assert "ValueError" in str(error)
    assert await scalar(demo, select(Reminder.delivered_at)) is None
    await box.at(now + timedelta(minutes=6))
    assert len(box.of("reminder")) == 1


async def test_two_workers_never_run_the_same_row(box: Box, demo: Database) -> None:
    now = TUESDAY
    async with demo.writing(ACTOR) as one, demo.writing(ACTOR) as other:
        mine = {r.id for r in await schedule.due(one, now, 3)}
        theirs = {r.id for r in await schedule.due(other, now, 100)}
        assert len(mine) == 3 and theirs and not mine & theirs
    async with demo.writing(ACTOR) as again:
        assert mine <= {r.id for r in await schedule.due(again, now, 100)}
    assert box


async def test_what_ran_is_answered(engine: Engine, box: Box, anna: Asker, sam: Asker) -> None:
    await box.at(TUESDAY)
    reply = await asking.order(engine, anna, "?", "what_ran", {})
    assert "fehlgeschlagen" in reply.text
    assert reply.tables[0]["rows"]
    refused = await asking.order(engine, sam, "?", "what_ran", {})
    assert refused.outcome == "refused"


async def test_pressing_seen_asks_for_no_card(
    engine: Engine, box: Box, demo: Database, anna: Asker, luis: Asker
) -> None:
    moved = update(Shipment).where(Shipment.id == 1).values(eta=Shipment.eta + 3, owner_id=luis.id)
    await change(demo, Actor.member(anna.id), moved)
    await box.at(MONDAY + timedelta(minutes=1))
    mine = next(d for d in box.of("alert") if d.member_id == luis.id)
    assert mine.acknowledge
    pressed = mine.acknowledge.tool, mine.acknowledge.arguments
    for _ in range(2):
        reply = await asking.order(engine, luis, "Visto", *pressed)
        assert (reply.outcome, reply.cards) == ("answered", [])
    assert await scalar(demo, select(func.count()).select_from(AlertAck)) == 1
    other = await asking.order(engine, anna, "Gesehen", *pressed)
    assert luis.name in other.text
    wrong = await asking.order(engine, anna, "Gesehen", pressed[0], {"alert": "alert:shipment:1:9"})
    assert wrong.outcome == "failed"
