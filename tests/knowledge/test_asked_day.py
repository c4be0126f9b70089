"""The day a question is about: which days its words name, and whether they are meant."""

from datetime import date

import pytest

from knowledge.asked_day import days_said
from knowledge.judging import asked_day

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("Was galt im Juni 2025?", ["2025-06-15"]),
        ("what applied in mid-2025", ["2025-06-30"]),
        ("back in spring 2024, which start date", ["2024-04-15"]),
        ("a fines de 2024, ¿qué salió?", ["2024-12-31"]),
        ("the pre-2023 act", ["2022-12-31"]),
        ("vor Februar 2023", ["2023-01-31"]),
        ("vor der Umstellung im Februar 2023", ["2023-01-31"]),
        ("antes del 15 de octubre de 2025", ["2025-10-14"]),
        ("cleared 11/2025, no dds", ["2025-11-15"]),
        ("¿qué regía el año pasado?", ["2025-06-30"]),
        ("were they in force in March this year?", ["2026-03-15"]),
        ("zwischen 2013 und 2020", ["2013-06-30", "2020-06-30"]),
        ("Reg. (EU) 2023/1115 und VO 834/2007", []),
        ("Los PE-2026-014", []),
        ("ab 2027", []),
        ("Wie hoch ist die Kaffeesteuer?", []),
    ],
)
def test_days_are_read_from_words(question: str, days: list[str]) -> None:
    assert [day.isoformat() for day in days_said(question, TODAY)] == days


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Was galt im Juni 2025 für Kleinstunternehmen bei der EUDR?", "2025-06-15"),
        ("How was coffee tax on imports handled under the law before 2023?", "2022-12-31"),
        ("¿Qué fecha de inicio tenía el reglamento en 2024?", "2024-06-30"),
        ("La sociedad está inscrita desde 2019. ¿Desde cuándo nos toca la EUDR?", "2026-11-28"),
        ("A plot was cleared in March 2021. May we still buy from it?", "2026-11-28"),
    ],
)
def test_a_day_that_is_said_is_not_always_meant(question: str, day: str) -> None:
    assert asked_day(question, TODAY).isoformat() == day


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
