"""A passage answers only what it is about: subject, price, and what is nothing of ours."""

from datetime import date

import pytest

from db.enums import Locale
from db.session import Actor, Database
from knowledge import glossary_file
from knowledge.answering import Answer, extracted
from knowledge.looking_up import looked_up
from knowledge.meaning import Meaning
from knowledge.question import Question

TODAY = date(2026, 11, 28)


async def answered(database: Database, question: str, lang: Locale) -> Answer:
    async with database.reading(Actor.system("test")) as session:
        asked = Question(question, lang)
        _, judged = await looked_up(session, asked, TODAY, Meaning())
        return extracted(question, judged)


def test_every_subject_and_its_kin_are_concepts() -> None:
    rows = glossary_file.table("subjects.tsv", ("concept", "kin"))
    named = {key for row in rows for key in (row["concept"], *row["kin"].split("|"))}
    assert named <= set(glossary_file.shipped().concepts)


@pytest.mark.parametrize(
    ("question", "lang", "outcome"),
    [
        ("Wie hoch ist die Strafe, wenn wir die Kaffeesteuer falsch anmelden?", "de", "abstained"),
        ("Welche Temperatur braucht Rohkaffee im Lager?", "de", "abstained"),
        ("Which law firm can help with an EUDR audit?", "en", "abstained"),
        ("What is the fine for filing the ENS late?", "en", "abstained"),
        ("¿Qué aseguradora recomiendan para la carga?", "es", "abstained"),
        ("¿Cuánto cuesta el flete de Callao a Hamburgo?", "es", "abstained"),
        ("¿A partir de cuántos empleados rige la ley de cadenas de suministro?", "es", "answered"),
        ("Does the EUDR apply to stock cleared before the start date?", "en", "answered"),
        ("Welche Strafe sieht die EUDR vor?", "de", "answered"),
    ],
)
async def test_what_is_near_and_about_something_else_is_no_answer(
    knowing: Database, question: str, lang: Locale, outcome: str
) -> None:
    found = await answered(knowing, question, lang)
    said = "answered" if found.claims else found.outcome
    assert said == outcome


async def test_a_duty_for_all_third_countries_answers_for_each(knowing: Database) -> None:
    found = await answered(
        knowing, "Welcher Zollsatz gilt für entkoffeinierten Rohkaffee aus Vietnam?", "de"
    )
    assert found.claims[0][1].locator == "0901 12 00"
