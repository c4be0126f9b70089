"""What a question asks for is found, so that a passage that does not speak of it is no answer."""

from datetime import date

import pytest

from db.enums import Locale
from knowledge.asked_day import asked_day
from knowledge.asked_for import asked_for
from knowledge.ear import asks_rule, known, surely_asks_rule
from knowledge.live import is_live
from knowledge.question import Question

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("question", "lang", "said"),
    [
        ("Welche Temperatur braucht Rohkaffee im Lager?", "de", ["Temperatur"]),
        ("Wie hoch sind die Säumniszuschläge der Kaffeesteuer?", "de", ["Säumniszuschläge"]),
        ("Welche verbindliche Auskunft gibt es?", "de", ["Auskunft"]),
        ("Wie viele Tage darf das dauern?", "de", []),
        ("What is the cadmium deadline for coffee?", "en", []),
        ("What was the EU coffee import volume in 2024?", "en", ["volume"]),
        ("Is there an EU quota for organic coffee?", "en", ["quota"]),
        ("¿Qué aseguradora recomiendan?", "es", ["aseguradora"]),
        ("¿Qué dice la ley?", "es", []),
        ("¿Hay que pagar arancel?", "es", []),
    ],
)
def test_the_noun_asked_for_is_found_and_general_ones_are_not(
    question: str, lang: Locale, said: list[str]
) -> None:
    assert list(asked_for(question, lang)) == said


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Was galt im Juni 2025, ab wann sollten Große sie anwenden?", date(2025, 6, 15)),
        ("Ab wann gilt die EUDR?", TODAY),
        ("Wer war vor 2023 Schuldner der Kaffeesteuer?", date(2022, 12, 31)),
        ("Who has to file from 2027?", TODAY),
        ("¿Quién debía el impuesto antes de 2023?", date(2022, 12, 31)),
        ("Gilt der 30.12.2025 noch?", TODAY),
    ],
)
def test_the_day_of_what_was_in_force(question: str, day: date) -> None:
    assert asked_day(question, TODAY) == day


@pytest.mark.parametrize(
    ("question", "live"),
    [
        ("Wie viele freie Tage hat unser Container?", True),
        ("Wie lautet unsere EORI-Nummer?", True),
        ("what's the free time on container MSKU1234567?", True),
        ("Status of our shipment from Chiclayo?", True),
        ("¿Ya salió nuestro embarque de Paita?", True),
        ("Wie lange darf unser Container im Hafen stehen?", False),
        ("How do I get an EORI number for our company?", False),
        ("Who decides how many free days the container gets?", False),
        ("Wie viele freie Tage sind üblich?", False),
    ],
)
def test_numbers_of_our_own_are_no_matter_for_documents(question: str, live: bool) -> None:
    assert is_live(question) is live


def test_rules_are_asked_for_in_other_words_than_records() -> None:
    assert asks_rule("Do we need a phytosanitary certificate?")
    assert surely_asks_rule("¿Cuántos socios como máximo?")
    assert not asks_rule("Which lots are in Hamburg?")
    assert not surely_asks_rule("Which samples must be cupped?")


def test_everyday_words_of_rules_are_no_words_of_the_trade() -> None:
    assert known("Was kostet die Änderung der Liste?", "de") == []
    assert known("Was kostet die Kaffeesteuer?", "de") == ["kaffeesteuer"]


def test_a_compound_nobody_listed_is_read_in_its_parts() -> None:
    concepts = Question("Acrylamidgehalt in Röstkaffee?", "de").concepts
    assert {"acrylamide", "roasted-coffee"} <= set(concepts)
