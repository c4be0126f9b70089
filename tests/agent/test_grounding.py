"""Law 8: a figure nobody gave is held, a figure somebody gave is shown."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grounding import Figures, SentenceGate, Unit, backed, figures_in
from tests.bench import grounding_bench as bench

Json = dict[str, Any]
LOT: Json = {
    "id": 17,
    "code": "PE-24-017",
    "cooperative": "Finca 1788",
    "crop_year": 2025,
    "process": "washed",
    "bags": 120,
    "bag_weight_kg": 69,
    "cup_score": 86.25,
    "asking_price": 8.9,
    "asking_currency": "EUR",
    "asking_per": "kg",
    "eta": "2026-11-24",
    "margin_pct": 7.4,
}
RESULT: Json = {"total": 57, "rows": [LOT], "_view": {"table": {"entity": "lot", "rows": [LOT]}}}


def known(*more: Json, words: tuple[str, ...] = (), citations: tuple[str, ...] = ()) -> Figures:
    results = [(f"1-{n}", data) for n, data in enumerate((RESULT, *more), 1)]
    return Figures.of(results, citations, words, "de")


def held(text: str, locale: str = "de", **more: Any) -> list[str]:
    gate = SentenceGate(known(*more.pop("results", ()), **more), locale)
    events = [*gate.feed(text), *gate.close()]
    assert "".join(e.text for e in events) == text
    assert all(e.held == bool(e.unbacked) for e in events)
    return [u.text for e in events for u in e.unbacked]


# --- the corpus ----------------------------------------------------------------------------------


def test_corpus_is_large_enough() -> None:
    assert len(bench.read("honest")) >= 120
    assert len(bench.read("planted")) >= 100
    assert {c["locale"] for c in bench.read("honest")} == {"de", "en", "es"}


@pytest.mark.parametrize("half", bench.HALVES)
def test_no_planted_figure_passes_and_honest_replies_are_shown(half: str) -> None:
    score = bench.measure(half)
    assert score.passed == []
    assert len(score.alarms) <= 0.02 * score.honest, score.alarms


# --- rule by rule --------------------------------------------------------------------------------

SHOWN = [
    ("de", "PE-24-017 kostet 8,90 EUR/kg."),
    ("de", "Der Preis ist 8,9 Euro pro Kilo."),
    ("en", "It asks €8.90/kg."),
    ("es", "Cuesta 8.90 EUR por kg o 8,90 €/kg."),
    ("de", "Rund 86 Punkte, genau 86,25."),
    ("de", "Es gibt 57 Lose, ein Los davon ist gewaschen."),
    ("de", "ETA: Dienstag, 24. November 2026, also am 24.11."),
    ("en", "Due Tue 24 Nov; first and second calls are done."),
    ("es", "Llega el martes 24 de noviembre de 2026."),
    ("de", "Im November 2026 kommt pe 24 017 von Finca 1788."),
    ("en", "Due in November."),
    ("de", "1. PE-24-017\n2. Finca 1788\n"),
    ("de", "Die Ernte 2025 hat 120 Sack zu 69 kg."),
    ("de", "Etwa 7 % Marge, genau 7,4 %."),
    ("de", "Ich habe noch zwei Fragen."),
    ("de", "86,25/100; 1 kg = 8,90 EUR."),
    ("en", "There are two options."),
    ("es", "Row 1 es PE-24-017."),
    ("en", "The first one is in row 1."),
]
HELD = [
    ("de", "8,90 USD/kg", "8,90 USD/kg"),
    ("de", "8,90 EUR/lb", "8,90 EUR/lb"),
    ("de", "69 Sack", "69"),
    ("de", "8.280 kg", "8.280 kg"),
    ("de", "0,12 t", "0,12 t"),
    ("de", "1.200 Sack", "1.200"),
    ("de", "7 % Marge", "7 %"),
    ("de", "17 Lose", "17"),
    ("de", "zwölf Lose", "zwölf"),
    ("en", "twelve lots", "twelve"),
    ("es", "once lotes", "once"),
    ("de", "am 25.11.", "25.11."),
    ("de", "Mittwoch, 24.11.2026", "Mittwoch, 24.11.2026"),
    ("de", "24.11.2027", "24.11.2027"),
    ("de", "im Oktober 2026", "Oktober 2026"),
    ("de", "am Montag", "Montag"),
    ("de", "Ernte 2026", "2026"),
    ("de", "PE-24-01", "PE-24-01"),
    ("de", "PE-24-0170", "PE-24-0170"),
    ("de", "Kontrakt Z6", "Z6"),
    ("de", "NLRTM", "NLRTM"),
    ("de", "https://example.com/a", "https://example.com/a"),
    ("de", "info@example.com", "info@example.com"),
    ("de", "example.com", "example.com"),
    ("de", "KN 0901 11 00", "0901 11 00"),
    ("de", "um 14:30 Uhr", "14:30"),
    ("de", "-8,90 EUR/kg", "-8,90 EUR/kg"),
    ("de", "8\u200b6\u200b,52", "8\u200b6\u200b,52"),
    ("de", "**86,52**", "86,52"),
    ("de", "８６,５２ Punkte", "８６,５２ Punkte"),
    ("en", "8,900 EUR/kg", "8,900 EUR/kg"),
    ("de", "8.900 EUR/kg", "8.900 EUR/kg"),
    ("de", "siebenundachtzig Lose", "siebenundachtzig"),
    ("de", "9" * 60, "9" * 60),
    ("de", "die besten zwei Lose", "zwei"),
    ("de", "sieben Fragen", "sieben"),
    ("en", "row 3", "3"),
]


@pytest.mark.parametrize(("locale", "text"), SHOWN)
def test_shows_what_a_result_gave(locale: str, text: str) -> None:
    assert held(text, locale) == []


@pytest.mark.parametrize(("locale", "text", "figure"), HELD)
def test_holds_what_nobody_gave(locale: str, text: str, figure: str) -> None:
    found = held(text, locale)
    assert len(found) == 1
    assert found[0].startswith(figure)


@pytest.mark.parametrize(
    "text", ["One of them.", "ein Los", "una opción", "Finca in Cusco, d. h. hoch."]
)
def test_words_that_count_nothing_are_no_figures(text: str) -> None:
    assert [f.text for loc in ("de", "en", "es") for f in figures_in(text, loc)] == []


def test_once_is_eleven_in_spanish_only() -> None:
    assert [f.text for f in figures_in("once lotes", "es")] == ["once"]
    assert figures_in("once more lots", "en") == []


def test_reads_units_and_every_reading() -> None:
    found = figures_in("315,40 USc/lb und 18.975 kg", "de")
    assert [(f.unit, f.readings[0].value) for f in found] == [
        (Unit("USc", "lb"), "315.40"),
        (Unit("kg"), "18975"),
    ]
    assert [r.value for r in figures_in("18.975 kg", "es")[0].readings] == ["18.975", "18975"]


def test_span_shares_its_unit() -> None:
    first, second = figures_in("84–86 Punkte", "de")
    assert (str(first.unit), str(second.unit)) == ("point", "point")
    days = figures_in("24.–28. November 2026", "de")
    assert [f.readings[0].value for f in days] == ["2026-11-24", "2026-11-28"]


def test_counts_of_listed_rows_need_what_they_share() -> None:
    rows = [{"code": f"L-{n:03d}", "process": "washed" if n < 4 else "natural"} for n in range(6)]
    listed: Json = {"entity": "lot", "total": 6, "rows": rows}
    figures = Figures.of([("1", listed)], [], [], "de")
    assert figures.unbacked("Vier davon sind gewaschen.", "de") == []
    assert figures.unbacked("Zwei Lose sind natural.", "de") == []
    assert [f.text for f in figures.unbacked("Drei davon sind gewaschen.", "de")] == ["Drei"]
    assert [f.text for f in figures.unbacked("Sechs davon sind gewaschen.", "de")] == ["Sechs"]


def test_listing_its_own_records_is_counting() -> None:
    rows = [{"code": f"L-{n:03d}"} for n in range(6)]
    figures = Figures.of([("1", {"total": 6, "rows": rows})], [], [], "de")
    assert figures.unbacked("Zwei Lose passen: L-001 und L-004.", "de") == []
    assert figures.unbacked("Die besten drei stehen oben.", "de") == []
    assert [f.text for f in figures.unbacked("Drei Lose passen: L-001, L-004.", "de")] == ["Drei"]


def test_member_and_citations_count_but_not_across_units() -> None:
    assert held("19 Sack bis 15. Januar", words=("Do 19 bags arrive by January 15?",)) == []
    assert held("19 kg", words=("Do 19 bags need it?",)) == ["19 kg"]
    assert held("9,20 EUR/kg", words=("setz den Preis auf 9,20",)) == []
    assert held("9,20 USD/kg", words=("setz den Preis auf 9,20",)) == ["9,20 USD/kg"]
    law = ("CN 0901 11 00, 0 %, EUR 6,000 per consignment, https://example.org/law",)
    text = "0901.11.00: 0 %, bis 6.000 EUR (https://example.org/law) [1]."
    assert held(text, citations=law) == []
    assert held("Siehe [2].", citations=law) == ["[2]"]


def test_identifiers_are_no_amounts() -> None:
    waiting: Json = {"status": "awaiting_approval", "approval": 12}
    assert held("Freigabe 12 wartet.", results=(waiting,)) == []
    assert held("12 Lose warten.", results=(waiting,)) == ["12"]


def test_changed_values_take_the_unit_of_their_field() -> None:
    changed: Json = {"changes": [{"field": "asking_price", "before": 8.5, "after": 9.1}]}
    assert held("Jetzt 9,10 EUR/kg statt 8,50.", results=(changed,)) == []
    assert held("Jetzt 9,10 USD/lb.", results=(changed,)) == ["9,10 USD/lb"]


def test_instants_count_in_berlin_and_as_written() -> None:
    loaded: Json = {"happened_at": "2026-10-19T22:40:00+00:00"}
    assert held("Am 19.10.2026 um 22:40 UTC.", results=(loaded,)) == []
    assert held("Am 20.10.2026 um 00:40 Uhr.", results=(loaded,)) == []


def test_negative_figures_keep_their_sign() -> None:
    fallen: Json = {"change_pct": -1.8, "differential": 35, "currency": "USc", "per": "lb"}
    assert held("C fiel um 1,8 %; Differential +35 USc/lb.", results=(fallen,)) == []
    assert held("C stieg um 1,8 %.", results=(fallen,)) == ["1,8 %"]
    assert held("Differential -35 USc/lb.", results=(fallen,)) == ["-35 USc/lb"]


def test_backed_names_the_source_of_every_figure() -> None:
    figures = known(words=("bis 15. Januar",), citations=("Zoll 8,3 %",))
    text = "PE-24-017: 8,90 EUR/kg bis 15. Januar, Zoll 8,3 %. Dazu 3 Proben, zwei Fragen."
    assert backed(text, figures, "de") == [
        {"text": "PE-24-017", "value": "pe24017", "unit": None, "source": "1-1"},
        {"text": "8,90 EUR/kg", "value": "8.90", "unit": "EUR/kg", "source": "1-1"},
        {"text": "15. Januar", "value": "*-01-15", "unit": None, "source": "member"},
        {"text": "8,3 %", "value": "8.3", "unit": "%", "source": "citation"},
        {"text": "3", "value": "3", "unit": "sample", "source": None},
        {"text": "zwei", "value": "2", "unit": None, "source": "answer"},
    ]


# --- sentences -----------------------------------------------------------------------------------

SPLIT = [
    ("Das ist da. Mehr nicht.", ["Das ist da. ", "Mehr nicht."]),
    ("Am 24.11. Montag? Ja! Gut …", ["Am 24.11. ", "Montag? ", "Ja! ", "Gut …"]),
    ("z. B. Los u.a. Nr. 5 etc. Ende.", ["z. B. Los u.a. Nr. 5 etc. Ende."]),
    ("Am 24. November 8.5 kg.", ["Am 24. November 8.5 kg."]),
    ("1. Eins\n2. Zwei\n\nAus.", ["1. Eins\n", "2. Zwei\n", "\n", "Aus."]),
    ("| a | b |\n|---|---|\n", ["| a | b |\n", "|---|---|\n"]),
    ("Er sagt „Ja.“ Dann geht er.", ["Er sagt „Ja.“ ", "Dann geht er."]),
    ("¿Sí? ¡Claro! Es así.", ["¿Sí? ", "¡Claro! ", "Es así."]),
]


@pytest.mark.parametrize(("text", "parts"), SPLIT)
def test_splits_sentences(text: str, parts: list[str]) -> None:
    gate = SentenceGate(Figures.of([], [], [text], "de"), "de")
    assert [e.text for e in [*gate.feed(text), *gate.close()]] == parts


def test_a_sentence_is_passed_on_as_soon_as_the_next_begins() -> None:
    gate = SentenceGate(known(), "de")
    assert gate.feed("Das Los ist da. ") == []
    assert [e.text for e in gate.feed("E")] == ["Das Los ist da. "]
    assert [e.text for e in gate.feed("nde\n")] == ["Ende\n"]


PARTS = [
    "PE-24-017",
    " ",
    "8,90",
    " EUR/kg",
    ". ",
    "24.",
    "11.",
    "- ",
    "zwei",
    "Lose",
    "…",
    "„",
    "“",
    "Nr. ",
    "November",
    "2026",
    "²",
    "½",
    "www.x.de",
    "12:30",
    "**",
    "%",
    "\r\n",
    "\n",
    "A",
    "?",
    "!",
    "+",
    "-",
    "31.02.",
    "0000-00-00",
    "1111111111111111111111111111111111111",
    "_",
    "[1]",
]
TEXTS = st.text(max_size=120) | st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.lists(st.integers(1, 9), max_size=60), st.sampled_from(["de", "en", "es"]))
def test_pieces_of_any_size_give_the_same_events(text: str, sizes: list[int], locale: str) -> None:
    figures = known()
    whole = SentenceGate(figures, locale)
    expected = [*whole.feed(text), *whole.close()]
    gate, found, place = SentenceGate(figures, locale), [], 0
    for size in [*sizes, max(1, len(text))]:
        found += gate.feed(text[place : place + size])
        place += size
    assert [*found, *gate.close()] == expected
    assert "".join(e.text for e in expected) == text


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_can_be_read_and_backs_itself(text: str, other: str) -> None:
    for figure in figures_in(text, "de"):
        assert text[figure.begin : figure.stop] == figure.text
    source: Json = {"rows": [{"text": text, "other": other}], "total": 1}
    figures = Figures.of([("1", source)], [other], [text], "de")
    assert all(b["text"] in text for b in backed(text, figures, "de"))


def test_long_hostile_texts_take_no_long_time() -> None:
    began = time.perf_counter()
    for unit in ("a.", "1.", "+1 ", "1,", "a-", "x@", "November ", " ", "1:", "zwei "):
        held(unit * 3_000)
    assert time.perf_counter() - began < 20
