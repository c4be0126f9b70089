"""Dates are found in sentences of three languages; today is Tuesday, 24 November 2026."""

import time
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.enums import LOCALES, Locale
from tools.calc.reading.dates import DateRead, read_dates

TODAY = date(2026, 11, 24)
ALL = "de en es"

# text → languages, start, end, role, certain
ONE = [
    # digits
    ("2026-12-01", ALL, "2026-12-01", "2026-12-01", "day", True),
    ("2026/12/01", ALL, "2026-12-01", "2026-12-01", "day", True),
    ("24.11.2026", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("24. 11. 2026", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("24.11.26", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("24.11.", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("3.4.", "de", "2027-04-03", "2027-04-03", "day", True),
    ("24/11", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("24/11/2026", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("11/24/2026", "en", "2026-11-24", "2026-11-24", "day", True),
    ("11/24/2026", "de es", "2026-11-24", "2026-11-24", "day", False),
    ("3/4", "es", "2027-04-03", "2027-04-03", "day", True),
    ("3/4", "de en", "2027-04-03", "2027-04-03", "day", False),
    ("3/4/2026", "es", "2026-04-03", "2026-04-03", "day", True),
    ("3/4/2026", "de en", "2026-04-03", "2026-04-03", "day", False),
    ("4/4/2026", ALL, "2026-04-04", "2026-04-04", "day", True),
    ("20.11.", "de", "2027-11-20", "2027-11-20", "day", False),
    ("am 24.11 liefern", "de", "2026-11-24", "2026-11-24", "day", True),
    ("Freitag, 27.11.", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("Freitag, den 28. November", ALL, "2026-11-28", "2026-11-28", "day", False),
    ("11/2026", ALL, "2026-11-01", "2026-11-30", "range", True),
    ("24.11.-30.11.", ALL, "2026-11-24", "2026-11-30", "range", True),
    # days that do not exist
    ("31.02.2026", ALL, None, None, "day", False),
    ("30 February", ALL, None, None, "day", False),
    ("31 de febrero", ALL, None, None, "day", False),
    ("30/2", ALL, None, None, "day", False),
    ("29.02.2027", ALL, None, None, "day", False),
    ("2026-13-45", ALL, None, None, "day", False),
    # months in words
    ("12 December", ALL, "2026-12-12", "2026-12-12", "day", True),
    ("Dec 12", ALL, "2026-12-12", "2026-12-12", "day", True),
    ("Dec. 12, 2027", ALL, "2027-12-12", "2027-12-12", "day", True),
    ("12. Dezember", ALL, "2026-12-12", "2026-12-12", "day", True),
    ("12. Dez. 2027", ALL, "2027-12-12", "2027-12-12", "day", True),
    ("12 de diciembre", ALL, "2026-12-12", "2026-12-12", "day", True),
    ("12 de diciembre de 2027", ALL, "2027-12-12", "2027-12-12", "day", True),
    ("12 ago 2026", ALL, "2026-08-12", "2026-08-12", "day", True),
    ("1º de mayo", ALL, "2027-05-01", "2027-05-01", "day", True),
    ("twenty-first of May", ALL, "2027-05-21", "2027-05-21", "day", True),
    ("primero de mayo", ALL, "2027-05-01", "2027-05-01", "day", True),
    ("5th of May", ALL, "2027-05-05", "2027-05-05", "day", True),
    ("the 3rd of March", ALL, "2027-03-03", "2027-03-03", "day", True),
    ("12-Nov-2026", ALL, "2026-11-12", "2026-11-12", "day", True),
    ("29 February", ALL, "2028-02-29", "2028-02-29", "day", False),
    ("1.–5. Mai", ALL, "2027-05-01", "2027-05-05", "range", True),
    ("vom 3. bis 5. Mai", ALL, "2027-05-03", "2027-05-05", "range", True),
    ("del 1 al 5 de mayo", ALL, "2027-05-01", "2027-05-05", "range", True),
    ("between 1 and 5 May", ALL, "2027-05-01", "2027-05-05", "range", True),
    ("Dec 1-5", ALL, "2026-12-01", "2026-12-05", "range", True),
    # months
    ("im März", ALL, "2027-03-01", "2027-03-31", "range", True),
    ("in March", ALL, "2027-03-01", "2027-03-31", "range", True),
    ("en marzo", ALL, "2027-03-01", "2027-03-31", "range", True),
    ("im Oktober", ALL, "2026-10-01", "2026-10-31", "range", True),
    ("in may", ALL, "2027-05-01", "2027-05-31", "range", False),
    ("März 2026", ALL, "2026-03-01", "2026-03-31", "range", True),
    ("marzo de 2026", ALL, "2026-03-01", "2026-03-31", "range", True),
    ("next March", ALL, "2027-03-01", "2027-03-31", "range", True),
    ("letzten Mai", ALL, "2026-05-01", "2026-05-31", "range", True),
    ("im Mai letzten Jahres", ALL, "2025-05-01", "2025-05-31", "range", True),
    ("mayo del año pasado", ALL, "2025-05-01", "2025-05-31", "range", True),
    ("Ende März", ALL, "2027-03-21", "2027-03-31", "range", False),
    ("end of March", ALL, "2027-03-21", "2027-03-31", "range", False),
    ("a fines de marzo", ALL, "2027-03-21", "2027-03-31", "range", False),
    ("Mitte Mai", ALL, "2027-05-11", "2027-05-20", "range", False),
    ("mid-January", ALL, "2027-01-11", "2027-01-20", "range", False),
    ("a mediados de enero", ALL, "2027-01-11", "2027-01-20", "range", False),
    ("Anfang Januar", ALL, "2027-01-01", "2027-01-10", "range", False),
    ("early January", ALL, "2027-01-01", "2027-01-10", "range", False),
    ("a principios de enero", ALL, "2027-01-01", "2027-01-10", "range", False),
    ("second week of January", ALL, "2027-01-08", "2027-01-14", "range", False),
    ("última semana de enero", ALL, "2027-01-25", "2027-01-31", "range", False),
    ("von Mai bis Juli 2025", ALL, "2025-05-01", "2025-07-31", "range", True),
    ("entre mayo y julio de 2025", ALL, "2025-05-01", "2025-07-31", "range", True),
    ("from January to March", ALL, "2027-01-01", "2027-03-31", "range", True),
    ("de enero a marzo", ALL, "2027-01-01", "2027-03-31", "range", True),
    ("letztes Jahr im Mai", ALL, "2025-05-01", "2025-05-31", "range", True),
    ("este fin de semana", ALL, "2026-11-28", "2026-11-29", "range", False),
    ("on the 5th", ALL, "2026-12-05", "2026-12-05", "day", False),
    ("am 5.", ALL, "2026-12-05", "2026-12-05", "day", False),
    # weeks, quarters, years
    ("KW 50", ALL, "2026-12-07", "2026-12-13", "range", True),
    ("KW50", ALL, "2026-12-07", "2026-12-13", "range", True),
    ("KW 50/2026", ALL, "2026-12-07", "2026-12-13", "range", True),
    ("KW 12/2026", ALL, "2026-03-16", "2026-03-22", "range", True),
    ("2026-W50", ALL, "2026-12-07", "2026-12-13", "range", True),
    ("week 50", ALL, "2026-12-07", "2026-12-13", "range", True),
    ("semana 50", ALL, "2026-12-07", "2026-12-13", "range", True),
    ("KW 60", ALL, None, None, "range", False),
    ("KW 53", ALL, "2026-12-28", "2027-01-03", "range", True),
    ("Q1 2026", ALL, "2026-01-01", "2026-03-31", "range", True),
    ("1. Quartal 2027", ALL, "2027-01-01", "2027-03-31", "range", True),
    ("first quarter", ALL, "2027-01-01", "2027-03-31", "range", True),
    ("primer trimestre de 2027", ALL, "2027-01-01", "2027-03-31", "range", True),
    ("2025", ALL, "2025-01-01", "2025-12-31", "range", True),
    ("im Jahr 2025", ALL, "2025-01-01", "2025-12-31", "range", True),
    ("dieses Jahr", ALL, "2026-01-01", "2026-12-31", "range", True),
    ("el año pasado", ALL, "2025-01-01", "2025-12-31", "range", True),
    ("letzten Monat", ALL, "2026-10-01", "2026-10-31", "range", True),
    ("last month", ALL, "2026-10-01", "2026-10-31", "range", True),
    ("mes pasado", ALL, "2026-10-01", "2026-10-31", "range", True),
    ("letzte Woche", ALL, "2026-11-16", "2026-11-22", "range", True),
    ("la semana que viene", ALL, "2026-11-30", "2026-12-06", "range", True),
    ("next quarter", ALL, "2027-01-01", "2027-03-31", "range", True),
    ("end of next week", ALL, "2026-12-04", "2026-12-06", "range", False),
    ("Ende des Jahres", ALL, "2026-09-01", "2026-12-31", "range", False),
    ("die letzten 30 Tage", ALL, "2026-10-25", "2026-11-24", "range", True),
    ("the next 2 weeks", ALL, "2026-11-24", "2026-12-08", "range", True),
    ("los últimos 3 meses", ALL, "2026-08-24", "2026-11-24", "range", True),
    # weekdays
    ("Freitag", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("am Donnerstag", ALL, "2026-11-26", "2026-11-26", "day", True),
    ("on Monday", ALL, "2026-11-30", "2026-11-30", "day", True),
    ("el viernes", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("am Dienstag", ALL, "2026-12-01", "2026-12-01", "day", False),
    ("next Friday", ALL, "2026-11-27", "2026-11-27", "day", False),
    ("nächsten Freitag", ALL, "2026-11-27", "2026-11-27", "day", False),
    ("el viernes que viene", ALL, "2026-11-27", "2026-11-27", "day", False),
    ("nächsten Dienstag", ALL, "2026-12-01", "2026-12-01", "day", True),
    ("next Monday", ALL, "2026-11-30", "2026-11-30", "day", True),
    ("el próximo martes", ALL, "2026-12-01", "2026-12-01", "day", True),
    ("kommenden Freitag", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("diesen Freitag", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("this Monday", ALL, "2026-11-23", "2026-11-23", "day", False),
    ("last Friday", ALL, "2026-11-20", "2026-11-20", "day", True),
    ("el viernes pasado", ALL, "2026-11-20", "2026-11-20", "day", True),
    ("Freitag nächster Woche", ALL, "2026-12-04", "2026-12-04", "day", True),
    ("nächste Woche Freitag", ALL, "2026-12-04", "2026-12-04", "day", True),
    ("Friday next week", ALL, "2026-12-04", "2026-12-04", "day", True),
    ("el viernes de la próxima semana", ALL, "2026-12-04", "2026-12-04", "day", True),
    ("from Monday to Friday", ALL, "2026-11-30", "2026-12-04", "range", True),
    ("de lunes a viernes", ALL, "2026-11-30", "2026-12-04", "range", True),
    # counted from today
    ("heute", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("today", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("hoy", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("morgen", ALL, "2026-11-25", "2026-11-25", "day", True),
    ("tomorrow", ALL, "2026-11-25", "2026-11-25", "day", True),
    ("mañana", ALL, "2026-11-25", "2026-11-25", "day", True),
    ("übermorgen", ALL, "2026-11-26", "2026-11-26", "day", True),
    ("the day after tomorrow", ALL, "2026-11-26", "2026-11-26", "day", True),
    ("pasado mañana", ALL, "2026-11-26", "2026-11-26", "day", True),
    ("gestern", ALL, "2026-11-23", "2026-11-23", "day", True),
    ("ayer", ALL, "2026-11-23", "2026-11-23", "day", True),
    ("vorgestern", ALL, "2026-11-22", "2026-11-22", "day", True),
    ("heute Morgen", ALL, "2026-11-24", "2026-11-24", "day", True),
    ("in drei Tagen", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("in two weeks", ALL, "2026-12-08", "2026-12-08", "day", True),
    ("en una semana", ALL, "2026-12-01", "2026-12-01", "day", True),
    ("dentro de 3 días", ALL, "2026-11-27", "2026-11-27", "day", True),
    ("in einem Monat", ALL, "2026-12-24", "2026-12-24", "day", False),
    ("vor 2 Wochen", ALL, "2026-11-10", "2026-11-10", "day", True),
    ("2 weeks ago", ALL, "2026-11-10", "2026-11-10", "day", True),
    ("hace tres días", ALL, "2026-11-21", "2026-11-21", "day", True),
    ("twenty-five days ago", ALL, "2026-10-30", "2026-10-30", "day", True),
    # since and until
    ("seit Mai", ALL, "2026-05-01", None, "since", True),
    ("since May", ALL, "2026-05-01", None, "since", True),
    ("desde mayo", ALL, "2026-05-01", None, "since", True),
    ("seit 20.11.", ALL, "2026-11-20", None, "since", True),
    ("since 2024", ALL, "2024-01-01", None, "since", True),
    ("since Friday", ALL, "2026-11-20", None, "since", True),
    ("seit drei Wochen", ALL, "2026-11-03", None, "since", True),
    ("desde hace tres semanas", ALL, "2026-11-03", None, "since", True),
    ("ab Mai", ALL, "2027-05-01", None, "since", True),
    ("a partir del 1 de mayo", ALL, "2027-05-01", None, "since", True),
    ("bis Freitag", ALL, None, "2026-11-27", "until", True),
    ("by Friday", ALL, None, "2026-11-27", "until", True),
    ("hasta el viernes", ALL, None, "2026-11-27", "until", True),
    ("bis zum 5. Dezember", ALL, None, "2026-12-05", "until", True),
    ("bis Ende März", ALL, None, "2027-03-31", "until", True),
    ("by the end of March", ALL, None, "2027-03-31", "until", True),
    ("hasta fin de mes", ALL, None, "2026-11-30", "until", True),
    ("bis Jahresende", ALL, None, "2026-12-31", "until", True),
    ("until year end", ALL, None, "2026-12-31", "until", True),
    ("bis Mai", ALL, None, "2027-05-31", "until", False),
    ("vor Freitag", ALL, None, "2026-11-26", "until", True),
    ("before Friday", ALL, None, "2026-11-26", "until", True),
    ("antes del viernes", ALL, None, "2026-11-26", "until", True),
    ("innerhalb von 3 Tagen", ALL, None, "2026-11-27", "until", True),
    ("within 3 days", ALL, None, "2026-11-27", "until", True),
]  # fmt: skip


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def one(text: str, locale: Locale, today: date = TODAY) -> DateRead:
    (read,) = read_dates(text, locale, today)
    return read


@pytest.mark.parametrize(("text", "locales", "start", "end", "role", "certain"), ONE, ids=str)
def test_one_date(
    text: str, locales: str, start: str | None, end: str | None, role: str, certain: bool
) -> None:
    for locale in LOCALES:
        if locale in locales.split():
            read = one(text, locale)
            assert (read.start, read.end, read.role) == (day(start), day(end), role)
            assert read.certain == certain
            assert read.text == text[read.begin : read.stop]


@pytest.mark.parametrize(
    ("text", "locale", "readings"),
    [
        ("3/4", "en", "2027-03-04 2027-04-03"),
        ("3/4/2026", "de", "2026-03-04 2026-04-03"),
        ("next Friday", "en", "2026-11-27 2026-12-04"),
        ("el próximo viernes", "es", "2026-11-27 2026-12-04"),
        ("am Dienstag", "de", "2026-11-24 2026-12-01"),
        ("20.11.", "de", "2026-11-20 2027-11-20"),
        ("in may", "en", "2026-05-01 2027-05-01"),
    ],
)
def test_two_readings_are_both_named(text: str, locale: Locale, readings: str) -> None:
    read = one(text, locale)
    assert not read.certain
    assert [d.isoformat() for d in read.alternatives] == readings.split()


@pytest.mark.parametrize(
    ("text", "today", "start", "certain"),
    [
        ("next Friday", date(2026, 11, 28), "2026-12-04", True),  # a Saturday: only next week's
        ("Friday", date(2026, 12, 31), "2027-01-01", True),
        ("in einem Monat", date(2027, 1, 31), "2027-02-28", False),
        ("3 January", TODAY, "2027-01-03", True),
        ("29.2.", date(2027, 3, 1), "2028-02-29", False),
        ("last month", date(2027, 1, 15), "2026-12-01", True),
        ("KW 1", date(2026, 12, 30), "2027-01-04", True),
        ("next quarter", date(2026, 10, 1), "2027-01-01", True),
    ],
)
def test_other_days_of_asking(text: str, today: date, start: str, certain: bool) -> None:
    read = one(text, "de", today)
    assert (read.start, read.certain) == (day(start), certain)


NONE = [
    "PE-24-017", "MSKU1234565", "8.90", "1.500", "1.500 kg", "2000 kg", "2025 Sack", "24/7",
    "45/60",
    "12.13.", "1.2.3", "192.168.0.1", "14:30", "the second one", "guten Morgen", "por la mañana",
    "May I see the lots", "lot 19 may be sold", "12345-12-12", "2023/1115", "1/2 kg", "two bags",
    "sun-dried", "so do I", "SCA 2004", "am 2. Los", "a day", "der Tag", "letzten Wochen", "ok", "",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date(text: str) -> None:
    assert [d.text for locale in LOCALES for d in read_dates(text, locale, TODAY)] == []


MANY: list[tuple[Locale, str, list[str]]] = [
    ("de", "Verschiebe vom 24.11. auf den 30.11.", ["24.11.", "30.11."]),
    ("en", "loaded on 3 May 2026, arrived 2 weeks ago", ["3 May 2026", "2 weeks ago"]),
    ("es", "cargado ayer, llega el viernes", ["ayer", "viernes"]),
    ("de", "Erinnere mich morgen an Los PE-24-017 (8,90 €/kg)", ["morgen"]),
    ("en", "May and July", ["July"]),
    ("de", "Mai und Juli", ["Mai", "Juli"]),
]


@pytest.mark.parametrize(("locale", "text", "found"), MANY)
def test_dates_of_a_sentence(locale: Locale, text: str, found: list[str]) -> None:
    assert [d.text for d in read_dates(text, locale, TODAY)] == found


def test_a_price_with_a_full_stop_is_not_taken_for_a_date() -> None:
    assert not one("Setze den Preis auf 9.10.", "de").certain


@given(st.text(), st.sampled_from(LOCALES), st.dates())
@example("vor 01.01.0001", "de", date(1, 1, 1))
@example("in 999 years", "en", date.max)
@example("31.12.9999 bis Freitag", "de", date.max)
def test_reads_any_text(text: str, locale: Locale, today: date) -> None:
    check(text, read_dates(text, locale, today))


WORDS = """seit bis in vor Mai may Freitag next letzte Woche days 3 24.11. 2026 Ende of el 2nd , -
    KW Q1 y 31"""


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join),
    st.sampled_from(LOCALES),
    st.dates(),
)
def test_reads_any_heap_of_calendar_words(text: str, locale: Locale, today: date) -> None:
    check(text, read_dates(text, locale, today))


def test_a_week_a_month_does_not_have_is_nowhere() -> None:
    (read,) = read_dates("31. Woche Mai", "de", TODAY)
    assert (read.start, read.end) == (None, None)


def check(text: str, reads: list[DateRead]) -> None:
    stop = 0
    for read in reads:
        assert read.text == text[read.begin : read.stop]
        assert read.begin >= stop
        stop = read.stop
        if read.start and read.end:
            assert read.start <= read.end


@pytest.mark.parametrize("piece", ["Mai ", "5 May ", "24.11.", "1k", "a\n"])
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(letters: int) -> float:
        text = (piece * letters)[:letters]
        begin = time.perf_counter()
        read_dates(text, "de", TODAY)
        return time.perf_counter() - begin

    seconds(1000)
    short, long = seconds(10_000), seconds(100_000)
    assert long < 40 * short + 1.0  # ten times the text; a square law would need a hundred
