"""A message's language is told from its small words; codes and names say nothing."""

import pytest

from db.enums import Locale
from tools.calc.reading.language import guess_language

SURE: list[tuple[Locale, str]] = [
    ("de", "Zeig mir alle Lose aus Cajamarca"),
    ("de", "Was kostet uns das Los PE-24-017 frei Hamburg?"),
    ("de", "danke"),
    ("de", "lösch das"),
    ("de", "wärmer"),
    ("de", "Wie viele Säcke sind noch unterwegs?"),
    ("de", "Stell die Lieferung auf beim Zoll"),
    ("de", "ja"),
    ("en", "Which Cajamarca coops with organic certificates have scored above 84?"),
    ("en", "raise the asking price to 8.90"),
    ("en", "merge these two coops"),
    ("en", "mark the shipment as in customs"),
    ("en", "Do 19 bags need an EUDR statement?"),
    ("en", "send it"),
    ("en", "thanks"),
    ("en", "yes"),
    ("es", "¿Dónde está el contenedor MSKU1234565?"),
    ("es", "Muéstrame los lotes lavados de Jaén"),
    ("es", "¿Cuánto cuesta el lote PE-24-017?"),
    ("es", "gracias"),
    ("es", "sube el precio a 8,90"),
    ("es", "más cálido"),
    ("es", "sí"),
]
OPEN = [
    "ok",
    "",
    "8.90",
    "PE-24-017",
    "MSKU1234565",
    "José Müller",
    "San Martín de Pangoa",
    "no",
    "👍",
]


@pytest.mark.parametrize(("locale", "text"), SURE)
def test_a_sentence_tells_its_language(locale: Locale, text: str) -> None:
    guessed, confidence = guess_language(text)
    assert (guessed, confidence >= 0.6) == (locale, True)


@pytest.mark.parametrize("text", OPEN)
def test_what_says_nothing_stays_open(text: str) -> None:
    assert guess_language(text)[1] < 0.6
