"""Files and charts asked for in a message, or of what was shown before."""

from typing import Any

import pytest

from db.enums import Locale
from tests.agent.offline.understanding import shown, understood

Json = dict[str, Any]
WHERE = [{"field": "region", "op": "is", "value": "Cajamarca"}]
COUNT: Json = {"measures": [{"function": "count"}]}
BY_REGION = COUNT | {"by": ["region"]}
LIST = shown("Welche Lose?", "find_lots", {"where": WHERE, "limit": 10, "offset": 10, "as_file": "pdf"},
             {"said": "4 Lose.", "total": 4, "rows": [{"id": 1, "code": "PE-26-001"}]})  # fmt: skip
SUMS = shown(
    "Lose pro Region?", "summarize_lots", BY_REGION, {"said": "4 Lose.", "total": 4, "groups": []}
)


@pytest.mark.parametrize(
    ("text", "locale", "tool", "arguments"),
    [
        ("Lose pro Region als Diagramm", "de", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("Mach mir ein Diagramm der Lose pro Region", "de", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("mach mir von den Losen pro Region ein Balkendiagramm", "de", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("Grafik: Anzahl Lose pro Region", "de", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("Lose als Excel", "de", "find_lots", {"as_file": "xlsx"}),
        ("Lose als exel bitte", "de", "find_lots", {"as_file": "xlsx"}),
        ("die 5 teuersten Lose als Excel-Datei", "de", "find_lots", {"sort": "-asking_price", "limit": 5, "as_file": "xlsx"}),
        ("Exportiere die Lose aus Cajamarca nach Excel", "de", "find_lots", {"where": WHERE, "as_file": "xlsx"}),
        ("Exportiere die Lose", "de", "find_lots", {"as_file": "xlsx"}),
        ("Kannst du mir die Röster als PDF schicken?", "de", "find_roasters", {"as_file": "pdf"}),
        ("Röstereiliste als CSV", "de", "find_roasters", {"as_file": "csv"}),
        ("PE-26-001 als PDF", "de", "show_lot", {"lot": "PE-26-001", "as_file": "pdf"}),
        ("Was steht heute an als PDF", "de", "my_day", {"as_file": "pdf"}),
        ("offene Freigaben als Excel", "de", "open_approvals", {"as_file": "xlsx"}),
        ("Lose nach Angebotspreis als Diagramm", "de", "find_lots", {"sort": "asking_price", "as_file": "chart"}),
        ("Zeig mir die Lose als Tabelle", "de", "find_lots", {}),
        ("Ankünfte pro Monat als Diagramm", "de", "summarize_shipments", COUNT | {"by": ["arrived_on:month"], "as_file": "chart"}),
        ("List of lots as Excel", "en", "find_lots", {"as_file": "xlsx"}),
        ("lots per region as a chart", "en", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("chart of lots by region", "en", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("Make a bar chart of lots by region", "en", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("export all roasters to CSV", "en", "find_roasters", {"as_file": "csv"}),
        ("can you send me the cooperatives as a spreadsheet", "en", "find_cooperatives", {"as_file": "xlsx"}),
        ("Which lots scored above 84? As a PDF please", "en", "find_lots",
         {"where": [{"field": "cup_score", "op": "gt", "value": 84}], "as_file": "pdf"}),
        ("shipments per month in a chart", "en", "summarize_shipments", COUNT | {"by": ["eta:month"], "as_file": "chart"}),
        ("Lista de lotes en Excel", "es", "find_lots", {"as_file": "xlsx"}),
        ("lotes por región en un gráfico", "es", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("Hazme un gráfico de los lotes por región", "es", "summarize_lots", BY_REGION | {"as_file": "chart"}),
        ("exporta los tostadores a CSV", "es", "find_roasters", {"as_file": "csv"}),
        ("¿Me pasas los lotes en un archivo de Excel?", "es", "find_lots", {"as_file": "xlsx"}),
        ("llegadas por mes en un gráfico de barras", "es", "summarize_shipments", COUNT | {"by": ["arrived_on:month"], "as_file": "chart"}),
    ],
)  # fmt: skip
def test_in_one_sentence_with_the_question(
    text: str, locale: Locale, tool: str, arguments: Json
) -> None:
    calls, said = understood(text, locale)
    assert [(c.tool, c.arguments, c.unread) for c in calls] == [(tool, arguments, ())]
    assert said == ""


@pytest.mark.parametrize(
    ("text", "locale", "kind"),
    [
        ("und das als Excel", "de", "xlsx"), ("als CSV bitte", "de", "csv"),
        ("Geht das auch als PDF?", "de", "pdf"), ("exportieren", "de", "xlsx"),
        ("mach daraus ein Diagramm", "de", "chart"), ("und das als Datei", "de", "xlsx"),
        ("make that a chart", "en", "chart"), ("export that as CSV", "en", "csv"),
        ("as Excel please", "en", "xlsx"), ("and now as a PDF", "en", "pdf"),
        ("can I have it as a graph?", "en", "chart"), ("download", "en", "xlsx"),
        ("y eso en PDF", "es", "pdf"), ("hazme un gráfico", "es", "chart"),
        ("en Excel por favor", "es", "xlsx"), ("expórtalo a Excel", "es", "xlsx"),
        ("¿y como archivo?", "es", "xlsx"),
    ],
)  # fmt: skip
def test_what_was_shown_is_asked_again_as_a_file(text: str, locale: Locale, kind: str) -> None:
    for before, tool, arguments in (
        (LIST, "find_lots", {"where": WHERE}),  # from its first row, whatever page was shown
        (SUMS, "summarize_lots", BY_REGION),
    ):
        calls, said = understood(text, locale, before)
        assert [(c.tool, c.arguments) for c in calls] == [(tool, arguments | {"as_file": kind})]
        assert said == ""


@pytest.mark.parametrize(
    ("text", "locale"), [("als Tabelle", "de"), ("as a table", "en"), ("y ahora como tabla", "es")]
)
def test_a_chart_can_be_had_as_a_table_again(text: str, locale: Locale) -> None:
    drawn = shown(
        "…", "summarize_lots", BY_REGION | {"as_file": "chart"}, {"said": "…", "total": 4}
    )
    calls, _ = understood(text, locale, drawn)
    assert [(c.tool, c.arguments) for c in calls] == [("summarize_lots", BY_REGION)]


def test_what_came_as_a_file_goes_on_as_a_list() -> None:
    calls, _ = understood("mehr", "de", LIST)
    assert [c.arguments for c in calls] == [{"where": WHERE, "limit": 10, "offset": 20}]


def test_two_files_of_one_list_and_of_two() -> None:
    both, _ = understood("Lose als Excel und PDF", "de")
    assert [(c.tool, c.arguments) for c in both] == [
        ("find_lots", {"as_file": "xlsx"}), ("find_lots", {"as_file": "pdf"}),
    ]  # fmt: skip
    each, _ = understood("Lose als Excel und Röster als PDF", "de")
    assert [(c.tool, c.arguments) for c in each] == [
        ("find_lots", {"as_file": "xlsx"}), ("find_roasters", {"as_file": "pdf"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "locale"),
    [("und das als Excel", "de"), ("make that a chart", "en"), ("y eso en PDF", "es")],
)
def test_when_nothing_was_shown_that_is_asked(text: str, locale: Locale) -> None:
    calls, said = understood(text, locale)
    assert calls == [] and said.endswith(("gezeigt.", "yet.", "nada."))


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Notiz zu Quijote Kaffee: will das Angebot als PDF", "de"),
        ("Note on Quijote Kaffee: wants the offer as a PDF", "en"),
        ("Leg eine Rösterei „Excel“ an", "de"),
        ("Setz die Priorität von Quijote Kaffee auf hoch", "de"),
    ],
)
def test_a_change_never_becomes_a_file(text: str, locale: Locale) -> None:
    calls, _ = understood(text, locale)
    assert not [c for c in calls if "as_file" in c.arguments]
    plain, _ = understood(
        text.replace(" als PDF", " schnell").replace(" as a PDF", " soon"), locale
    )
    assert [c.tool for c in calls] == [c.tool for c in plain]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("¿Qué cooperativa exporta más?", "es"),
        ("Welche Kooperativen exportieren nach Deutschland?", "de"),
        ("Wie importiere ich eine Excel-Datei?", "de"),
        ("Which farm plots are missing for PE-26-001?", "en"),
    ],
)
def test_words_of_the_trade_wish_for_nothing(text: str, locale: Locale) -> None:
    calls, _ = understood(text, locale, LIST)
    assert not [c for c in calls if "as_file" in c.arguments]


@pytest.mark.parametrize(
    ("text", "locale", "tool", "by"),
    [
        ("Sendungen pro Monat", "de", "summarize_shipments", ["eta:month"]),
        ("Gespräche pro Quartal und Art", "de", "summarize_interactions", ["happened_on:quarter", "kind"]),
        ("Gespräche pro Art und Monat", "de", "summarize_interactions", ["kind", "happened_on:month"]),
        ("Wie viele Sendungen fahren pro Monat ab?", "de", "summarize_shipments", ["etd:month"]),
        ("Lose pro Jahr", "de", "summarize_lots", ["crop_year"]),
        ("Lose pro Erntejahr", "de", "summarize_lots", ["crop_year"]),
        ("how many interactions per month", "en", "summarize_interactions", ["happened_on:month"]),
        ("shipments per quarter", "en", "summarize_shipments", ["eta:quarter"]),
        ("embarques por mes", "es", "summarize_shipments", ["eta:month"]),
        ("lotes por año", "es", "summarize_lots", ["crop_year"]),
    ],
)  # fmt: skip
def test_periods(text: str, locale: Locale, tool: str, by: list[str]) -> None:
    calls, said = understood(text, locale)
    assert [(c.tool, c.arguments) for c in calls] == [(tool, COUNT | {"by": by})]
    assert said == ""


def test_what_has_no_file_is_shown_and_that_is_said() -> None:
    calls, said = understood("Was lief heute Nacht als Excel", "de")
    assert [(c.tool, c.arguments) for c in calls] == [("what_ran", {})]
    assert said == "Das kann ich nur hier zeigen, nicht als Datei."


def test_a_question_comes_first() -> None:
    calls, said = understood("Röster pro Monat als Diagramm", "de")
    assert calls == [] and said.startswith("Nach welchem Datum soll ich gruppieren:")


def test_which_date_is_asked_when_it_is_not_said() -> None:
    calls, said = understood("Röster pro Monat", "de")
    assert calls == [] and said.startswith("Nach welchem Datum soll ich gruppieren:")
    none, told = understood("contacts by year", "en")
    assert none == [] and told.startswith("There is no date on contact")
