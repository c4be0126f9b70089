"""Undo takes back whole change sets, and only while nobody has changed the rows since."""

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from db.enums import Role
from tools.context import Asker

WORDS = "Setz den Angebotspreis von PE-24-017 auf 9,10"
RAISE = {"lot": "PE-24-017", "asking_price": "9.10"}


async def undo(
    engine: Engine, asker: Asker, text: str = "Mach das rückgängig", **arguments: object
) -> Reply:
    return await asking.order(engine, asker, text, "undo", arguments)


async def price(engine: Engine, asker: Asker, code: str = "PE-24-017") -> object:
    reply = await asking.order(engine, asker, "?", "show_lot", {"lot": code})
    return reply.tables[0]["rows"][0]["asking_price"]


async def test_the_last_change_is_taken_back_and_then_the_one_before(
    engine: Engine, luis: Asker
) -> None:
    await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    higher = {"lot": "PE-24-017", "asking_price": "9.50"}
    await asking.order(engine, luis, WORDS.replace("9,10", "9,50"), "change_lot", higher)
    reply = await undo(engine, luis)
    assert (reply.outcome, await price(engine, luis)) == ("answered", 9.1)
    assert "PE-24-017" in reply.text
    (change,) = reply.changes
    assert (change["field"], change["before"], change["after"]) == ("asking_price", 9.5, 9.1)
    await undo(engine, luis)
    assert await price(engine, luis) == 8.4
    nothing = await undo(engine, luis, "Deshaz el último cambio, por favor")
    assert (nothing.outcome, nothing.text) == (
        "failed",
        "No hay nada que deshacer: ningún cambio tuyo sigue en pie.",
    )


async def test_an_undo_can_be_undone_by_its_number(engine: Engine, luis: Asker) -> None:
    await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    await undo(engine, luis)
    asked = {"noun": "lot", "record": "PE-24-017", "field": "asking_price"}
    told = await asking.order(engine, luis, "?", "history", asked)
    number = told.tables[0]["rows"][0]["change_set"]
    reply = await asking.undo(engine, luis, number)
    assert (reply.outcome, await price(engine, luis)) == ("answered", 9.1)


async def test_this_conversation_comes_first(engine: Engine, luis: Asker) -> None:
    await asking.order(engine, luis, WORDS, "change_lot", RAISE, key="here")
    other = {"lot": "PE-24-001", "asking_price": "7.90"}
    words = "Setz den Angebotspreis von PE-24-001 auf 7,90"
    await asking.order(engine, luis, words, "change_lot", other, key="elsewhere")
    await asking.order(engine, luis, "deshaz eso", "undo", {}, key="here")
    assert await price(engine, luis) == 8.4
    assert await price(engine, luis, "PE-24-001") == 7.9


async def test_without_words_of_undoing_there_is_a_card(engine: Engine, luis: Asker) -> None:
    await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    reply = await undo(engine, luis, "Wie ist der Preis?")
    assert (reply.outcome, await price(engine, luis)) == ("awaiting_approval", 9.1)
    approved = await asking.decide(engine, luis, reply.cards[0].id, "approved")
    assert (approved.outcome, await price(engine, luis)) == ("answered", 8.4)


async def test_a_row_that_moved_on_stays(engine: Engine, luis: Asker, anna: Asker) -> None:
    await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    bags = {"lot": "PE-24-017", "location": "Bremen"}
    await asking.order(engine, anna, "PE-24-017 liegt in Bremen", "change_lot", bags)
    reply = await undo(engine, luis)
    assert reply.outcome == "failed"
    assert "PE-24-017" in reply.text
    assert await price(engine, luis) == 9.1


async def test_an_undone_change_set_is_not_undone_again(engine: Engine, luis: Asker) -> None:
    done = await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    assert done.undo is not None
    await asking.undo(engine, luis, done.undo)
    again = await asking.undo(engine, luis, done.undo)
    assert (again.outcome, await price(engine, luis)) == ("failed", 8.4)
    assert "ya está deshecho" in again.text


async def test_admins_undo_what_others_did_and_analysts_only_their_own(
    engine: Engine, luis: Asker, anna: Asker
) -> None:
    done = await asking.order(engine, luis, WORDS, "change_lot", RAISE)
    mine = await asking.order(
        engine, anna, "PE-24-001 liegt in Bremen", "change_lot",
        {"lot": "PE-24-001", "location": "Bremen"},
    )  # fmt: skip
    assert done.undo is not None
    assert mine.undo is not None
    refused = await asking.undo(engine, luis, mine.undo)
    assert refused.outcome == "failed"
    reply = await asking.undo(engine, anna, done.undo)
    assert (reply.outcome, await price(engine, anna)) == ("answered", 8.4)
    again = await asking.undo(engine, luis, done.undo)
    assert (again.outcome, await price(engine, anna)) == ("failed", 8.4)


async def test_a_created_record_is_archived_and_an_archived_one_comes_back(
    engine: Engine, luis: Asker
) -> None:
    words = "Leg die Rösterei Probebohne in Kassel an"
    made = {"name": "Probebohne", "city": "Kassel"}
    await asking.order(engine, luis, words, "create_roaster", made)
    await undo(engine, luis)
    gone = await asking.order(engine, luis, "?", "show_roaster", {"roaster": "Probebohne"})
    assert gone.outcome == "failed"
    await asking.order(engine, luis, "Archiviere PE-24-017", "retire_lot", {"lot": "PE-24-017"})
    reply = await undo(engine, luis)
    assert reply.outcome == "answered"
    assert await price(engine, luis) == 8.4


async def test_a_role_is_not_taken_back_without_a_card(
    engine: Engine, anna: Asker, sam: Asker
) -> None:
    asked = {"member": sam.name, "role": str(Role.ANALYST)}
    card = await asking.order(engine, anna, "Mach Sam zum Analyst", "change_member_role", asked)
    done = await asking.decide(engine, anna, card.cards[0].id, "approved")
    assert (done.outcome, done.undo is not None) == ("answered", True)
    reply = await undo(engine, anna)
    assert reply.outcome == "failed"
    assert "Freigabe" in reply.text


async def test_viewers_have_nothing_to_undo(engine: Engine, sam: Asker) -> None:
    assert (await undo(engine, sam)).outcome == "refused"
