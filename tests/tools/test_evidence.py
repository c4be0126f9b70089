"""Why a value is believed: sources, contradictions, and values nobody gave a source for."""

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from tools.context import Asker


async def shown(engine: Engine, asker: Asker, **arguments: object) -> Reply:
    return await asking.order(engine, asker, "?", "show_evidence", arguments)


async def test_contradicting_sources_are_a_conflict_and_both_are_shown(
    engine: Engine, sam: Asker
) -> None:
    reply = await shown(engine, sam, noun="lot", record="PE-26-003", field="cup_score")
    assert reply.outcome == "conflict"
    assert {r["value"] for r in reply.tables[0]["rows"]} == {"86.50", "85.25"}
    assert "contradict" in reply.text
    assert len(reply.sources) == 2


async def test_parts_of_a_list_do_not_contradict(engine: Engine, sam: Asker) -> None:
    reply = await shown(engine, sam, noun="cooperative", record="APROCASSI", field="certifications")
    assert reply.outcome == "answered"
    assert {r["value"] for r in reply.tables[0]["rows"]} == {
        "Fairtrade",
        "USDA organic",
        "Rainforest Alliance",
    }
    assert {s["kind"] for s in reply.sources} == {"url"}


async def test_all_fields_of_a_record(engine: Engine, sam: Asker) -> None:
    reply = await shown(engine, sam, noun="cooperative", record="Oro Verde")
    fields = {r["field"] for r in reply.tables[0]["rows"]}
    assert fields == {"members", "certifications"}


async def test_without_a_source_it_says_who_entered_it(
    engine: Engine, luis: Asker, anna: Asker
) -> None:
    words = "Setz den Angebotspreis von PE-24-017 auf 9,10"
    raised = {"lot": "PE-24-017", "asking_price": "9.10"}
    await asking.order(engine, luis, words, "change_lot", raised)
    reply = await shown(engine, anna, noun="lot", record="PE-24-017", field="Angebotspreis")
    assert reply.tables == []
    assert "kein Beleg" in reply.text
    assert "hat Luis Ejemplo" in reply.text


async def test_unknown_values_without_sources_stay_unknown(engine: Engine, sam: Asker) -> None:
    reply = await shown(engine, sam, noun="cooperative", record="CENFROCAFE", field="members")
    assert reply.text.startswith("No source is on record")


async def test_purchase_prices_are_not_for_viewers(engine: Engine, sam: Asker) -> None:
    reply = await shown(engine, sam, noun="lot", record="PE-24-001", field="purchase_price")
    assert reply.outcome == "refused"


async def test_noting_a_source_keeps_the_value_and_may_show_a_conflict(
    engine: Engine, luis: Asker
) -> None:
    noted = {
        "noun": "cooperative",
        "record": "CACS Oro Verde",
        "field": "members",
        "value": "1300",
        "source": "Rosa Ejemplar",
        "as_of": "2026-11-20",
    }
    words = "Notier als Beleg: members von Oro Verde ist 1300, Quelle Rosa Ejemplar, 20.11.2026"
    reply = await asking.order(engine, luis, words, "note_evidence", noted)
    assert reply.outcome == "answered", reply.text
    assert {c["entity"] for c in reply.changes} == {"evidence"}
    told = await shown(engine, luis, noun="cooperative", record="Oro Verde", field="members")
    rows = told.tables[0]["rows"]
    assert told.outcome == "conflict"
    assert [r["value"] for r in rows] == ["1300", "1220"]
    assert (rows[0]["noted_by"], rows[0]["as_of"]) == ("Luis Ejemplo", "2026-11-20")
    await asking.order(engine, luis, "deshaz eso", "undo", {})
    told = await shown(engine, luis, noun="cooperative", record="Oro Verde", field="members")
    assert told.outcome == "answered"


async def test_noted_words_are_stored_as_the_vocabulary_has_them(
    engine: Engine, luis: Asker
) -> None:
    noted = {"noun": "Kooperative", "record": "CENFROCAFE", "field": "Zertifikate"}
    value = {"value": "Bio", "source": "Luis Ejemplo"}
    reply = await asking.order(
        engine, luis, "CENFROCAFE Zertifikate Bio, Luis Ejemplo", "note_evidence", noted | value
    )
    assert reply.outcome == "answered", reply.text
    told = await shown(engine, luis, noun="cooperative", record="CENFROCAFE")
    assert [r["value"] for r in told.tables[0]["rows"]] == ["orgánico"]
    wrong = await asking.order(
        engine, luis, "x", "note_evidence", noted | value | {"value": "Superbohne"}
    )
    assert wrong.outcome == "failed"


async def test_viewers_note_nothing(engine: Engine, sam: Asker) -> None:
    noted = {"noun": "lot", "record": "PE-24-001", "field": "bags", "value": "1", "source": "x"}
    assert (await asking.order(engine, sam, "?", "note_evidence", noted)).outcome == "refused"
