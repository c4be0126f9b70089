"""Reminders through the whole product: in one's own words, seen by their owner alone."""

from datetime import date, time

import pytest
from sqlalchemy import Insert, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from agent import asking
from agent.turns import Engine
from agent.wiring import who
from db.models import AuditEntry, AuditPersonal, Member, Reminder, ToolCall, ToolResult
from db.session import Actor, Database
from tests.tools.saying import said
from tools.context import Asker


async def own(database: Database, asker: Asker) -> list[Reminder]:
    async with database.reading(Actor.system("test")) as session:
        found = await session.scalars(
            select(Reminder)
            .where(
                Reminder.member_id == asker.id,
                Reminder.retired_at.is_(None),
                ~Reminder.text.startswith("Demo"),
            )
            .order_by(Reminder.id)
        )
        return list(found)


async def written(database: Database, asker: Asker, statement: Insert) -> None:
    async with database.writing(Actor.member(asker.id)) as session:
        await session.execute(statement)


@pytest.mark.parametrize(
    ("text", "name", "day", "clock", "kept"),
    [
        ("Remind me on Thursday about the PSS for Supremo", "sam", date(2026, 11, 26), None, "the PSS for Supremo"),
        ("Erinnere mich am Freitag um 9 an die Muster für elbgold", "anna", date(2026, 11, 27), time(9), "die Muster für elbgold"),
        ("Recuérdame el jueves pedir la fecha a CENFROCAFE", "luis", date(2026, 11, 26), None, "pedir la fecha a CENFROCAFE"),
        ("Please remind me tomorrow at 3pm to call the port", "sam", date(2026, 11, 25), time(15), "call the port"),
    ],
)  # fmt: skip
async def test_what_was_said_is_kept_at_once(
    engine: Engine, text: str, name: str, day: date, clock: time | None, kept: str
) -> None:  # fmt: skip
    asker = await who(engine.services.database, f"{name}@demo.invalid")
    reply = await said(engine, asker, text)
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    (made,) = await own(engine.services.database, asker)
    assert (made.due_on, made.due_at, made.text) == (day, clock, kept)


async def test_tuesday_said_on_a_tuesday_is_shown_first(engine: Engine, sam: Asker) -> None:
    reply = await said(engine, sam, "Remind me on Tuesday about the PSS for Supremo")
    assert reply.outcome == "awaiting_approval"
    decided = await asking.decide(engine, sam, reply.cards[0].id, "approved")
    assert decided.outcome == "answered", decided.text
    (made,) = await own(engine.services.database, sam)
    assert made.due_on == date(2026, 12, 1)


async def test_a_day_is_asked_for_and_a_past_one_refused(engine: Engine, anna: Asker) -> None:
    reply = await said(engine, anna, "Erinnere mich an die Muster")
    assert "?" in reply.text
    past = {"text": "Muster", "due_on": "2026-11-20"}
    refused = await asking.order(engine, anna, "?", "create_reminder", past)
    assert (refused.outcome, "ist vorbei" in refused.text) == ("failed", True)
    assert await own(engine.services.database, anna) == []


async def test_they_are_listed_moved_and_cancelled_by_their_text(
    engine: Engine, sam: Asker
) -> None:
    await said(engine, sam, "Remind me on Friday about the samples for the trade fair")
    await said(engine, sam, "Remind me on Monday to call the port of Hamburg")
    listed = await said(engine, sam, "Which reminders do I have?")
    assert [r["text"] for r in listed.tables[0]["rows"]] == [
        "the samples for the trade fair",
        "call the port of Hamburg",
    ]
    moved = await said(engine, sam, "Move the reminder about the samples to Thursday")
    assert moved.outcome == "answered", moved.text
    assert (await own(engine.services.database, sam))[0].due_on == date(2026, 11, 26)
    gone = await said(engine, sam, "Cancel the reminder about the samples")
    assert gone.outcome == "answered", gone.text
    assert [r.text for r in await own(engine.services.database, sam)] == [
        "call the port of Hamburg"
    ]


async def test_the_model_is_not_told_the_text(engine: Engine, sam: Asker) -> None:
    await said(engine, sam, "Remind me on Friday about the secret samples")
    for tool in ("my_reminders", "my_day", "find_reminders"):
        await asking.order(engine, sam, "?", tool, {})
        without_view = ToolResult.data.op("-")("_view")
        told = select(without_view).join(ToolCall).where(ToolCall.tool == tool)
        async with engine.services.database.reading(Actor.system("test")) as session:
            (data,) = (await session.scalars(told)).all()
        assert data and "secret" not in str(data), tool


async def test_nobody_reads_another_members_reminders(
    demo: Database, anna: Asker, luis: Asker, sam: Asker
) -> None:
    async with demo.writing(Actor.member(luis.id)) as session:
        made = Reminder(text="Geheim", due_on=date(2026, 12, 1), member_id=luis.id)
        session.add(made)
        await session.flush()
        number = made.id
    mine = select(func.count()).select_from(Reminder).where(Reminder.id == number)
    logged = (
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.entity == "reminder", AuditEntry.record_id == number)
    )
    kept = select(func.count()).where(
        AuditPersonal.entity == "reminder", AuditPersonal.record_id == number
    )
    for asker, seen in ((sam, 0), (luis, 1), (anna, 1)):
        async with demo.reading(Actor.member(asker.id)) as session:
            found = [await session.scalar(s) for s in (mine, logged, kept)]
        assert found == [seen] * 3, asker.name
    async with demo.writing(Actor.member(sam.id)) as session:
        taken = (
            update(Reminder).where(Reminder.id == number).values(text="X").returning(Reminder.id)
        )
        assert (await session.scalars(taken)).all() == []
    row = {"text": "X", "due_on": date(2026, 12, 1), "member_id": luis.id}
    with pytest.raises(DBAPIError, match="row-level security"):
        await written(demo, sam, insert(Reminder).values(row))


async def test_only_an_admin_reminds_somebody_else(
    engine: Engine, anna: Asker, luis: Asker, sam: Asker
) -> None:
    other = {"text": "Muster", "due_on": "2026-12-01", "member": "Luis Ejemplo"}
    refused = await asking.order(
        engine, sam, "Luis Ejemplo Muster 1 Dec 2026", "create_reminder", other
    )
    assert refused.outcome == "failed"
    words = "Erinnere Luis Ejemplo am 1.12.2026 an Muster"
    reply = await asking.order(engine, anna, words, "create_reminder", other)
    assert reply.outcome == "answered", reply.text
    assert len(await own(engine.services.database, luis)) == 1


async def test_a_reminder_that_moves_comes_again(engine: Engine, anna: Asker) -> None:
    await said(engine, anna, "Erinnere mich morgen an den Zoll")
    (made,) = await own(engine.services.database, anna)
    async with engine.services.database.writing(Actor.system("schedule")) as session:
        await session.execute(update(Reminder).values(delivered_at=func.now()))
    change = {"reminder": f"#{made.id}", "due_on": "2026-12-03"}
    await asking.order(engine, anna, f"#{made.id} auf den 3.12.2026", "change_reminder", change)
    assert (await own(engine.services.database, anna))[0].delivered_at is None


async def test_everybody_sets_their_own_hours(engine: Engine, sam: Asker, luis: Asker) -> None:
    words = "Send me the morning brief at 9:15, quiet from 18:00 to 8:00"
    hours = {"brief_at": "9:15", "quiet_from": "18:00", "quiet_to": "8:00"}
    reply = await asking.order(engine, sam, words, "set_my_hours", hours)
    assert (reply.outcome, reply.cards) == ("answered", []), reply.text
    async with engine.services.database.reading(Actor.system("test")) as session:
        me = await session.get_one(Member, sam.id)
    assert (me.brief_at, me.quiet_from, me.quiet_to) == (time(9, 15), time(18), time(8))
    wrong = await asking.order(engine, luis, "a las 25", "set_my_hours", {"brief_at": "25:00"})
    assert wrong.outcome == "failed"


@pytest.mark.parametrize(
    ("name", "hours", "no_brief", "again"),
    [
        ("anna", "Schick mir das Morgenbriefing um 8:30", "Ich will kein Morgenbriefing mehr", "Ich will das Morgenbriefing wieder"),
        ("sam", "Send me the morning brief at 8:30", "No more morning brief", "Send me the morning brief again"),
        ("luis", "Mándame el resumen a las 8:30", "No quiero más el resumen matutino", "Quiero otra vez el resumen matutino"),
    ],
)  # fmt: skip
async def test_hours_are_set_by_saying_so(
    engine: Engine, name: str, hours: str, no_brief: str, again: str
) -> None:
    asker = await who(engine.services.database, f"{name}@demo.invalid")
    seen: list[tuple[time, bool]] = []
    for text in (hours, no_brief, again):
        reply = await said(engine, asker, text)
        assert (reply.outcome, reply.cards) == ("answered", []), reply.text
        async with engine.services.database.reading(Actor.system("test")) as session:
            me = await session.get_one(Member, asker.id)
            seen.append((me.brief_at, me.wants_brief))
    assert seen == [(time(8, 30), True), (time(8, 30), False), (time(8, 30), True)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Erinnere mich jeden Montag um 9 an die Frachtraten", "anna"),
        ("Erinnere mich montags um 9 an die Frachtraten", "anna"),
        ("Remind me every Monday at 9 about the freight rates", "sam"),
        ("Recuérdame cada lunes a las 9 revisar los fletes", "luis"),
        ("Recuérdame todos los días a las 9 revisar los fletes", "luis"),
    ],
)
async def test_what_is_to_repeat_is_not_taken_for_once(
    engine: Engine, text: str, name: str
) -> None:
    asker = await who(engine.services.database, f"{name}@demo.invalid")
    reply = await said(engine, asker, text)
    assert await own(engine.services.database, asker) == []
    assert not reply.changes and not reply.cards
    assert any(w in reply.text for w in ("einmal", "once", "una sola vez")), reply.text


@pytest.mark.parametrize(
    ("text", "name", "begins"),
    [
        ("Was steht heute an?", "anna", "Heute: "),
        ("¿Qué hay para hoy?", "luis", "Hoy: "),
        ("What is on today?", "sam", "Today: "),
    ],
)
async def test_my_day_in_three_languages(engine: Engine, text: str, name: str, begins: str) -> None:
    asker = await who(engine.services.database, f"{name}@demo.invalid")
    reply = await said(engine, asker, text)
    assert (reply.outcome, reply.text.startswith(begins)) == ("answered", True), reply.text
    assert {t["entity"] for t in reply.tables} <= {"reminder", "followup", "shipment", "paper", "approval", "change"}  # fmt: skip
    assert "shipment" in {t["entity"] for t in reply.tables}


async def test_my_day_tells_what_others_changed(engine: Engine, anna: Asker, luis: Asker) -> None:
    await said(engine, luis, "pon la prioridad de elbgold en baja")
    reply = await said(engine, anna, "Was hat sich seit gestern geändert?")
    (table,) = [t for t in reply.tables if t["entity"] == "change"]
    assert [(r["noun"], r["who"], r["count"]) for r in table["rows"]] == [
        ("Rösterei", "Luis Ejemplo", 1)
    ]
    mine = await said(engine, luis, "Mi día")
    assert "change" not in {t["entity"] for t in mine.tables}
