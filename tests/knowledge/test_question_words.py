"""What a question's words tell of it: whether a record or a rule is meant, and what they stand for."""

import pytest

from knowledge.ear import asks_rule, known, surely_asks_rule
from knowledge.live import is_live
from knowledge.question import Question


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
