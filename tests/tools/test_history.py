"""Who changed what and when, as the audit log of the database tells it."""

import pytest

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from tools.context import Asker

WORDS = "Setz den Angebotspreis von PE-24-017 auf 9,10"
RAISE = {"lot": "PE-24-017", "asking_price": "9.10"}
PRICE = {"noun": "lot", "record": "pe 24 017", "field": "asking_price"}


async def history(engine: Engine, asker: Asker, **arguments: object) -> Reply:
    return await asking.order(engine, asker, "?", "history", arguments)


def rows(reply: Reply) -> list[dict[str, object]]:
    return list(reply.tables[0]["rows"])


async def test_a_price_tells_who_set_it_and_when(
    engine: Engine, luis: Asker, anna: Asker, sam: Asker
) -> None:
    done = await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    reply = await history(engine, sam, **PRICE)
    newest, oldest = rows(reply)
    assert (newest["who"], newest["before"], newest["after"]) == ("Luis Ejemplo", 8.4, 9.1)
    assert (newest["unit"], newest["change_set"]) == ("EUR/kg", done.undo)
    assert (oldest["who"], oldest["op"], oldest["after"]) == ("System (demo)", "created", 8.4)
    assert reply.language == "en"
    assert "by Luis Ejemplo, 8.40 EUR/kg → 9.10 EUR/kg" in reply.text
    german = await history(engine, anna, **PRICE)
    assert "von Luis Ejemplo geändert, 8,40 EUR/kg → 9,10 EUR/kg" in german.text
    assert {s["ref"].split(":")[0] for s in german.sources} == {"lot", "audit"}


@pytest.mark.parametrize("field", ["asking_price", "asking price", "Angebotspreis", "precio"])
@pytest.mark.parametrize("noun", ["lot", "Lose", "café"])
async def test_fields_and_nouns_go_by_any_of_their_names(
    engine: Engine, sam: Asker, noun: str, field: str
) -> None:
    reply = await history(engine, sam, noun=noun, record="PE-24-017", field=field)
    assert reply.outcome == "answered"
    assert reply.tool_calls[0]["args"]["noun"] == "lot"
    assert len(rows(reply)) == 1


async def test_a_change_taken_back_says_so(engine: Engine, luis: Asker, anna: Asker) -> None:
    done = await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    assert done.undo is not None
    await asking.undo(engine, luis, done.undo)
    back, first, _ = rows(await history(engine, anna, **PRICE))
    assert (back["after"], first["undone"]) == (8.4, True)
    assert back["undone"] is False


async def test_purchase_prices_are_not_for_viewers(engine: Engine, luis: Asker, sam: Asker) -> None:
    words = "Setz den Einkaufspreis von PE-24-001 auf 2,90"
    await asking.order(
        engine, luis, words, "change_lot", {"lot": "PE-24-001", "purchase_price": "2.90"}
    )
    asked = {"noun": "lot", "record": "PE-24-001"}
    refused = await history(engine, sam, **asked, field="purchase_price")
    assert refused.outcome == "refused"
    assert [r["op"] for r in rows(await history(engine, sam, **asked))] == ["created"]
    seen = rows(await history(engine, luis, **asked))
    assert [(r["op"], r.get("field")) for r in seen] == [
        ("changed", "purchase_price"),
        ("created", None),
    ]


async def test_notes_stay_out(engine: Engine, luis: Asker) -> None:
    words = "Notiz zu PE-24-001: alles anders"
    await asking.order(
        engine, luis, words, "change_lot", {"lot": "PE-24-001", "notes": "alles anders"}
    )
    reply = await history(engine, luis, noun="lot", record="PE-24-001")
    assert [r["op"] for r in rows(reply)] == ["created"]
    refused = await history(engine, luis, noun="lot", record="PE-24-001", field="notes")
    assert refused.outcome == "failed"
    assert "read_notes" in refused.text


async def test_an_archived_record_still_has_its_history(engine: Engine, luis: Asker) -> None:
    await asking.order(engine, luis, "Archiviere PE-24-017", "retire_lot", {"lot": "PE-24-017"})
    newest, oldest = rows(await history(engine, luis, noun="lot", record="PE-24-017"))
    assert (newest["op"], newest["who"], oldest["op"]) == ("retired", "Luis Ejemplo", "created")
    assert newest["what"] == "archivado"


async def test_references_read_as_names(engine: Engine, luis: Asker) -> None:
    words = "Betreuer von PE-24-017 ist jetzt Anna Beispiel"
    await asking.order(
        engine, luis, words, "change_lot", {"lot": "PE-24-017", "owner": "Anna Beispiel"}
    )
    newest = rows(await history(engine, luis, noun="lot", record="PE-24-017", field="owner"))[0]
    assert newest["after"] == "Anna Beispiel"


async def test_of_members_viewers_see_only_their_own(engine: Engine, sam: Asker) -> None:
    own = await history(engine, sam, noun="member", record="Sam Sample")
    assert [r["op"] for r in rows(own)] == ["created"]
    others = await history(engine, sam, noun="member", record="Anna Beispiel")
    assert others.outcome == "refused"


async def test_contacts_are_not_for_viewers(engine: Engine, sam: Asker) -> None:
    reply = await history(engine, sam, noun="contact", record="Rosa Ejemplar")
    assert reply.outcome == "refused"


async def test_a_field_that_never_changed_says_so(engine: Engine, sam: Asker) -> None:
    reply = await history(engine, sam, noun="lot", record="PE-24-001", field="asking_futures_month")
    assert reply.tables == []
    assert "No change" in reply.text
