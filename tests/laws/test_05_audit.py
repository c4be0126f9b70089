"""Law 5: the database itself records who changed what; nobody can change the record of it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from agent import asking
from agent.turns import Engine
from db.models import AuditEntry, AuditPersonal
from db.queries import audit
from db.session import Actor
from tools.context import Asker


async def test_a_change_is_recorded_with_images_and_who(engine: Engine, anna: Asker) -> None:
    raise_price = {"lot": "PE-24-017", "asking_price": "9.10"}
    reply = await asking.order(engine, anna, "PE-24-017 auf 9,10", "change_lot", raise_price)
    async with engine.services.database.reading(Actor.member(anna.id)) as session:
        entry = await session.scalar(
            select(AuditEntry).where(
                AuditEntry.kind == "change", AuditEntry.change_set_id == reply.undo
            )
        )
    assert entry is not None and entry.before and entry.after
    assert (entry.actor, entry.entity, entry.op) == (f"member:{anna.id}", "lot", "U")
    assert (entry.before["asking_price"], entry.after["asking_price"]) == (8.4, 9.1)
    assert entry.call_id == reply.tool_calls[0]["id"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_personal SET after = NULL",
        "DELETE FROM message",
        "UPDATE tool_result SET status = 'ok'",
        "UPDATE approval_decision SET verdict = 'approved'",
        "DELETE FROM lot",
    ],
)
async def test_the_application_cannot_rewrite_history(
    engine: Engine, anna: Asker, statement: str
) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
        async with engine.services.database.writing(Actor.member(anna.id)) as session:
            await session.execute(text(statement))


async def test_reading_personal_data_is_recorded(engine: Engine, luis: Asker) -> None:
    reply = await asking.order(engine, luis, "-", "show_contact", {"contact": "Rosa Ejemplar"})
    call_id = reply.tool_calls[0]["id"]
    async with engine.services.database.reading(Actor.system("test")) as session:
        entries = await session.scalars(select(AuditEntry).where(AuditEntry.call_id == call_id))
        assert any((e.detail or {}).get("personal") for e in entries)


async def test_personal_columns_stay_out_of_the_images(engine: Engine, luis: Asker) -> None:
    change = {"contact": "Rosa Ejemplar", "phone": "+51 1 555 0100"}
    words = "El teléfono de Rosa Ejemplar es +51 1 555 0100"
    reply = await asking.order(engine, luis, words, "change_contact", change)
    if reply.cards:
        reply = await asking.decide(engine, luis, reply.cards[0].id, "approved")
    async with engine.services.database.reading(Actor.system("test")) as session:
        row = await session.execute(
            select(AuditEntry, AuditPersonal)
            .join(AuditPersonal, AuditPersonal.entry_id == AuditEntry.id)
            .where(AuditEntry.change_set_id == reply.undo)
        )
        entry, personal = row.one()
        assert "555 0100" not in str(entry.after)
        assert "555 0100" in str(personal.after)
        assert await audit.verify(session) == []
