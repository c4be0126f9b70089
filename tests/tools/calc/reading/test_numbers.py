"""Figures are found in sentences of three languages, with their unit and whether they are sure."""

import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.enums import LOCALES, Locale
from tools.calc.reading.numbers import NumberRead, read_numbers

# text → the one value, unit, kind; certain in the languages listed
ONE = [
    ("19", "de en es", "19", None, "cardinal"),
    ("8,90", "de en es", "8.90", None, "cardinal"),
    ("8.90", "de en es", "8.90", None, "cardinal"),
    ("9.10", "de en es", "9.10", None, "cardinal"),
    ("1.234,56", "de en es", "1234.56", None, "cardinal"),
    ("1,234.56", "de en es", "1234.56", None, "cardinal"),
    ("1.234.567", "de en es", "1234567", None, "cardinal"),
    ("1'500", "de en es", "1500", None, "cardinal"),
    ("1’500", "de en es", "1500", None, "cardinal"),
    ("1 500", "de en es", "1500", None, "cardinal"),
    ("1\u00a0500", "de en es", "1500", None, "cardinal"),
    ("1\u202f500 kg", "de en es", "1500", "kg", "cardinal"),
    ("1 500 000", "de en es", "1500000", None, "cardinal"),
    ("1 234,56 €", "de en es", "1234.56", "EUR", "money"),
    ("1.500", "de es", "1500", None, "cardinal"),
    ("1.500 kg", "de es", "1500", "kg", "cardinal"),
    ("1,500", "en", "1500", None, "cardinal"),
    ("0,125", "de en es", "0.125", None, "cardinal"),
    ("1234.567", "de en es", "1234.567", None, "cardinal"),
    ("315.40", "de en es", "315.40", None, "cardinal"),
    ("-12", "de en es", "-12", None, "cardinal"),
    ("−12", "de en es", "-12", None, "cardinal"),
    ("½", "de en es", "0.5", None, "cardinal"),
    ("2½ t", "de en es", "2.5", "t", "cardinal"),
    ("2,5 t", "de en es", "2.5", "t", "cardinal"),
    ("2.5kg", "de en es", "2.5", "kg", "cardinal"),
    ("20k", "de en es", "20000", None, "cardinal"),
    ("1,5k", "de en es", "1500", None, "cardinal"),
    ("20 mil sacos", "de en es", "20000", "bag", "cardinal"),
    ("3 Mio. Sack", "de en es", "3000000", "bag", "cardinal"),
    ("20 Tsd. Säcke", "de en es", "20000", "bag", "cardinal"),
    ("2 hundred bags", "de en es", "200", "bag", "cardinal"),
    ("2 dozen bags", "de en es", "24", "bag", "cardinal"),
    ("19 Sack", "de en es", "19", "bag", "cardinal"),
    ("19 Säcke", "de en es", "19", "bag", "cardinal"),
    ("19 bags", "de en es", "19", "bag", "cardinal"),
    ("19 sacos", "de en es", "19", "bag", "cardinal"),
    ("30-kg bags", "de en es", "30", "kg", "cardinal"),
    ("60-kg-Säcke", "de en es", "60", "kg", "cardinal"),
    ("5 Pfund", "de en es", "5", "lb", "cardinal"),
    ("15 quintales", "de en es", "15", "qq", "cardinal"),
    ("250 g", "de en es", "250", "g", "cardinal"),
    ("1800 m ü. M.", "de en es", "1800", "m", "cardinal"),
    ("1800 masl", "de en es", "1800", "m", "cardinal"),
    ("1800 msnm", "de en es", "1800", "m", "cardinal"),
    ("30 Tage", "de en es", "30", "days", "cardinal"),
    ("30 días", "de en es", "30", "days", "cardinal"),
    ("3 weeks", "de en es", "3", "weeks", "cardinal"),
    ("100%", "de en es", "100", "%", "percent"),
    ("12,5 %", "de en es", "12.5", "%", "percent"),
    ("5 Prozent", "de en es", "5", "%", "percent"),
    ("5 per cent", "de en es", "5", "%", "percent"),
    ("5 por ciento", "de en es", "5", "%", "percent"),
    ("€8.90", "de en es", "8.90", "EUR", "money"),
    ("8,90 €/kg", "de en es", "8.90", "EUR/kg", "money"),
    ("8,90 EUR/kg", "de en es", "8.90", "EUR/kg", "money"),
    ("€8.90/kg", "de en es", "8.90", "EUR/kg", "money"),
    ("-€8.90", "de en es", "-8.90", "EUR", "money"),
    ("USD 315", "de en es", "315", "USD", "money"),
    ("EUR/kg 8,90", "de en es", "8.90", "EUR/kg", "money"),
    ("+35 USc/lb", "de en es", "35", "USc/lb", "money"),
    ("315.40 c/lb", "de en es", "315.40", "USc/lb", "money"),
    ("315,4 ct/lb", "de en es", "315.4", "USc/lb", "money"),
    ("$3.15/lb", "de en es", "3.15", "USD/lb", "money"),
    ("US$3.15 per lb", "de en es", "3.15", "USD/lb", "money"),
    ("3 dollars a pound", "de en es", "3", "USD/lb", "money"),
    ("3 Dollar je Pfund", "de en es", "3", "USD/lb", "money"),
    ("850 soles el quintal", "de en es", "850", "PEN/qq", "money"),
    ("850 soles por quintal", "de en es", "850", "PEN/qq", "money"),
    ("S/ 25", "de en es", "25", "PEN", "money"),
    ("3 pounds per kilo", "de en es", "3", "GBP/kg", "money"),
    ("£3", "de en es", "3", "GBP", "money"),
    ("8.90/kg", "de en es", "8.90", "/kg", "money"),
    ("20 k€", "de en es", "20000", "EUR", "money"),
    ("2nd", "de en es", "2", None, "ordinal"),
    ("2.º", "de en es", "2", None, "ordinal"),
    ("3ª", "de en es", "3", None, "ordinal"),
    ("der 2. Röster", "de en es", "2", None, "ordinal"),
    ("2. Los", "de en es", "2", None, "ordinal"),
    ("1. zeigen", "de en es", "1", None, "ordinal"),
    ("zwölf", "de en es", "12", None, "cardinal"),
    ("zweiundzwanzig Sack", "de en es", "22", "bag", "cardinal"),
    ("hundertfünfzig", "de en es", "150", None, "cardinal"),
    ("zweitausendfünfhundert kg", "de en es", "2500", "kg", "cardinal"),
    ("eine Million", "de en es", "1000000", None, "cardinal"),
    ("ein Dutzend", "de en es", "12", None, "cardinal"),
    ("ein Sack", "de en es", "1", "bag", "cardinal"),
    ("anderthalb Tonnen", "de en es", "1.5", "t", "cardinal"),
    ("halbe Tonne", "de en es", "0.5", "t", "cardinal"),
    ("der zweite", "de en es", "2", None, "ordinal"),
    ("die dritte", "de en es", "3", None, "ordinal"),
    ("im achten Los", "de en es", "8", None, "ordinal"),
    ("das zwanzigste", "de en es", "20", None, "ordinal"),
    ("twelve", "de en es", "12", None, "cardinal"),
    ("twenty-two bags", "de en es", "22", "bag", "cardinal"),
    ("one hundred and fifty", "de en es", "150", None, "cardinal"),
    ("two thousand five hundred kg", "de en es", "2500", "kg", "cardinal"),
    ("nineteen hundred", "de en es", "1900", None, "cardinal"),
    ("a dozen", "de en es", "12", None, "cardinal"),
    ("half a million", "de en es", "500000", None, "cardinal"),
    ("two and a half tonnes", "de en es", "2.5", "t", "cardinal"),
    ("half a tonne", "de en es", "0.5", "t", "cardinal"),
    ("one lot", "de en es", "1", None, "cardinal"),
    ("the second one", "de en es", "2", None, "ordinal"),
    ("first", "de en es", "1", None, "ordinal"),
    ("twenty-first", "de en es", "21", None, "ordinal"),
    ("doce", "de en es", "12", None, "cardinal"),
    ("once sacos", "es", "11", "bag", "cardinal"),
    ("una docena", "de en es", "12", None, "cardinal"),
    ("media docena", "de en es", "6", None, "cardinal"),
    ("veintidós", "de en es", "22", None, "cardinal"),
    ("treinta y un sacos", "de en es", "31", "bag", "cardinal"),
    ("ciento cincuenta", "de en es", "150", None, "cardinal"),
    ("dos mil quinientos kg", "de en es", "2500", "kg", "cardinal"),
    ("un millón", "de en es", "1000000", None, "cardinal"),
    ("el segundo", "de en es", "2", None, "ordinal"),
    ("primero", "de en es", "1", None, "ordinal"),
    ("la tercera", "de en es", "3", None, "ordinal"),
]


def one(text: str, locale: Locale) -> NumberRead:
    (read,) = read_numbers(text, locale)
    return read


@pytest.mark.parametrize(("text", "sure_in", "value", "unit", "kind"), ONE, ids=str)
def test_one_figure(text: str, sure_in: str, value: str, unit: str | None, kind: str) -> None:
    for locale in LOCALES:
        if locale in sure_in.split():
            read = one(text, locale)
            assert (read.value, read.unit, read.kind) == (Decimal(value), unit, kind)
            assert read.certain
            assert read.text == text[read.begin : read.stop]


OPEN: list[tuple[str, Locale, str]] = [
    ("1,500", "de", "1.5 1500"),
    ("1,500", "es", "1.5 1500"),
    ("1.500", "en", "1.5 1500"),
    ("1.500 kg", "en", "1.5 1500"),
    ("-1.500", "en", "-1.5 -1500"),
    ("8.900 EUR/kg", "de", "8.9 8900"),
    ("8.900 EUR/kg", "en", "8.9 8900"),
    ("8.900 EUR/kg", "es", "8.9 8900"),
    ("8,900 EUR/kg", "en", "8.9 8900"),
    ("315.400 USc/lb", "de", "315.4 315400"),
    ("€8.900/kg", "de", "8.9 8900"),
    ("12.500 %", "de", "12.5 12500"),
]


@pytest.mark.parametrize(("text", "locale", "readings"), OPEN)
def test_two_readings_stay_open(text: str, locale: Locale, readings: str) -> None:
    read = one(text, locale)
    assert not read.certain
    assert set(read.alternatives) == {Decimal(r) for r in readings.split()}
    assert read.value in read.alternatives


CODES = [
    "PE-24-017", "MSKU1234565", "MSKU 123456-5", "KW 50", "KW50", "Z6", "14:30", "14.30 Uhr",
    "2pm", "0901 11 00", "0901.11.00", "0901", "2101 11 00", "PE 24 017", "2023/1115", "3/4/2026",
    "24.11.", "24.11.2026", "24/11", "2026-11-24", "2026-11-24T10:00:00Z", "5 May",
    "12. Dezember", "1º de mayo", "March 2026", "Q1 2026", "1. Quartal", "week 50",
    "+49 40 1234567", "mail19@example.org", "https://example.org/12?x=3", "1.2.3", "192.168.0.1",
    "007", "v1.2", "40HC", "B2B", "NaN", "inf", "once more", "this one", "ein Angebot",
    "una oferta", "no one", "a price", "achten auf", "vom 3. bis 5. Mai", "<@U012AB34>",
    "lot-19a", "am 24.11 liefern", "in May I see",
]  # fmt: skip


@pytest.mark.parametrize("text", CODES)
def test_codes_dates_and_times_are_no_figures(text: str) -> None:
    assert read_numbers(text, "de" if "am 24" in text else "en") == []


MANY: list[tuple[Locale, str, str]] = [
    ("en", "raise PE-24-017 from 8.90 to 9.10 by Friday", "8.90 9.10"),
    ("de", "Erhöhe PE-24-017 um 0,20 auf 9,10 €/kg bis 24.11.", "0.20 9.10"),
    ("es", "sube PE-24-017 de 8,90 a 9,10 desde el 3/4", "8.90 9.10"),
    ("en", "10-12 bags", "10 12"),
    ("en", "$3.50-$4.00/lb", "3.50 4.00"),
    ("en", "275x69 kg", "275 69"),
    ("de", "8,50–9,00 EUR/kg", "8.50 9.00"),
    ("de", "1,2,3", "1 2 3"),
    ("de", "10.5,11.2", "10.5 11.2"),
    ("en", "lot 24 150 bags", "24 150"),
    ("es", "dos mil a tres mil", "2000 3000"),
    ("de", 'Preis:8,90 (19) "20" *21* _22_ #23', "8.90 19 20 21 22 23"),
    ("de", "Auf 19. Das Los hat 3 Säcke.", "19 3"),
    ("de", "Ernte 2025, 19 Sack", "2025 19"),
    ("en", "two twenty", "2 20"),
    ("en", "in 3 days", "3"),
    ("de", "minus 12 Grad", "-12"),
    ("es", "menos 12", "-12"),
]


@pytest.mark.parametrize(("locale", "text", "values"), MANY)
def test_figures_of_a_sentence(locale: Locale, text: str, values: str) -> None:
    assert [n.value for n in read_numbers(text, locale)] == [Decimal(v) for v in values.split()]


def test_ten_first_ones_point_to_no_record() -> None:
    assert not read_numbers("los 10 primeros", "es")[1].certain


def test_list_marks_are_ordinals_on_every_line() -> None:
    reads = read_numbers("1. Finca Alta with many bags\n2. Finca Baja\n3. Finca Sur: 19 bags", "en")
    assert [n.kind for n in reads] == ["ordinal", "ordinal", "ordinal", "cardinal"]


def test_a_range_shares_its_unit() -> None:
    assert [n.unit for n in read_numbers("8.50-9.00 EUR/kg", "en")] == ["EUR/kg", "EUR/kg"]


def test_the_first_five_points_to_no_record() -> None:
    assert [(n.kind, n.certain) for n in read_numbers("the first 5", "en")] == [
        ("ordinal", False),
        ("cardinal", True),
    ]


@pytest.mark.parametrize("text", ["1e30", "10^30", "1" * 16, "9" * 5000, "10^99", "0^-5", "1e-99"])
def test_figures_nobody_means_are_not_certain(text: str) -> None:
    assert not any(n.certain for n in read_numbers(text, "en"))


@given(st.text(), st.sampled_from(LOCALES))
@example("1 500 000'1.2,3½k€/kg", "de")
@example("²٣1.٣", "en")
def test_reads_any_text(text: str, locale: Locale) -> None:
    check(text, read_numbers(text, locale))


@given(st.text("0123456789.,'-+/ €$%kge½ºxmayundzwei", max_size=60), st.sampled_from(LOCALES))
def test_reads_any_run_of_figures(text: str, locale: Locale) -> None:
    check(text, read_numbers(text, locale))


def check(text: str, reads: list[NumberRead]) -> None:
    for read in reads:
        assert read.text == text[read.begin : read.stop]
        assert read.value.is_finite()
        assert not read.alternatives or read.value in read.alternatives
    for before, after in pairwise(reads):
        assert before.begin <= after.begin


@pytest.mark.parametrize("piece", ["1.", "111 ", "1k", "5 x", "and "])
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(letters: int) -> float:
        text = (piece * letters)[:letters]
        begin = time.perf_counter()
        read_numbers(text, "de")
        return time.perf_counter() - begin

    seconds(1000)
    short, long = seconds(10_000), seconds(100_000)
    assert long < 40 * short + 1.0  # ten times the text; a square law would need a hundred
