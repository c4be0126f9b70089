"""Charts: chosen by the data, unknown is no zero, units never share an axis."""

import io
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from db.enums import Locale
from tests.tools.reports.given import PRICE, column, paper, priced, view
from tools.catalog import catalog
from tools.reports.as_chart import png_of
from tools.reports.charting import Chart, NoChartError, chart_of, told

Json = dict[str, Any]
COUNT = column("count", "integer", adds=True)


def chart(shown: Json, locale: Locale = "de") -> Chart:
    return chart_of(catalog(), shown, locale)


def counted(*rows: tuple[Any, ...], keys: tuple[str, ...] = ("region", "count")) -> list[Json]:
    return [dict(zip(keys, row, strict=True)) for row in rows]


def looked_at(chart: Chart, locale: Locale = "de") -> Image.Image:
    content = png_of(paper(locale), chart)
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.format == "PNG" and image.width == 1350 and image.height > 200
    colors = image.convert("RGB").getcolors(2**24)
    assert colors and len(colors) > 20  # not blank
    return image


def test_groups_are_bars_largest_first() -> None:
    rows = counted(("Piura", 2), ("Cajamarca", 1234), (None, 3))
    found = chart(view([column("region"), COUNT], rows))
    (panel,) = found.panels
    assert (panel.shape, panel.categories) == ("bars", ["Cajamarca", "unbekannt", "Piura"])
    assert panel.series[0].values == [1234, 3, 2]
    assert "Cajamarca 1.234" in told(found, "de")
    looked_at(found)


def test_an_order_by_the_figure_is_kept() -> None:
    rows = [{"code": c, "cup_score": s} for c, s in (("A", 82), ("B", 84.5), ("C", 86))]
    shown = view(
        [column("code"), column("cup_score", "decimal", unit="pt")], rows, groups=("code",)
    )
    (panel,) = chart(shown).panels
    assert (list(panel.categories), panel.title) == (["A", "B", "C"], "CUP_SCORE (pt)")


def test_unknown_is_named_and_never_drawn_as_zero() -> None:
    rows = [{"region": r, "average": v} for r, v in (("Cusco", 84), ("Puno", None), ("Junín", 0))]
    found = chart(view([column("region"), column("average", "decimal")], rows))
    (panel,) = found.panels
    assert dict(zip(panel.categories, panel.series[0].values, strict=True)) == {"Cusco": 84, "Junín": 0}  # fmt: skip
    assert found.notes == ["Ohne Wert, nicht gezeichnet: Puno."]
    assert "Puno" in told(found, "de")


def test_months_stand_in_order_and_a_month_without_any_leaves_a_gap() -> None:
    rows = counted(("2026-07", 1), ("2026-05", 3), (None, 2), keys=("eta_month", "count"))
    found = chart(view([column("eta_month", "month"), COUNT], rows), "es")
    (panel,) = found.panels
    assert (panel.shape, list(panel.categories)) == ("columns", ["05/2026", "06/2026", "07/2026"])
    assert panel.series[0].values == [3, None, 1]
    assert "ETA_MONTH" in found.notes[0] and "2" in found.notes[0]
    looked_at(found)


@pytest.mark.parametrize(
    ("kind", "first", "last", "between"),
    [("quarter", "2025-Q4", "2026-Q2", "Q1 2026"), ("year", 2023, 2025, "2024")],
)
def test_quarters_and_years_too(kind: str, first: object, last: object, between: str) -> None:
    rows = counted((first, 1), (last, 2), keys=("period", "count"))
    (panel,) = chart(view([column("period", kind), COUNT], rows)).panels
    assert panel.shape == "columns" and panel.categories[1] == between


def test_many_days_are_a_line() -> None:
    rows = [{"day": f"2026-05-{n:02}", "close": 300 + n} for n in range(1, 31)]
    (panel,) = chart(view([column("day", "date"), column("close", "decimal", unit="USc/lb")], rows)).panels  # fmt: skip
    assert panel.shape == "line" and panel.categories[0] == "01.05.2026"
    looked_at(chart(view([column("day", "date"), column("close", "decimal")], rows)))


def test_two_groups_are_stacked_when_they_add_up_and_side_by_side_when_not() -> None:
    keys = ("region", "process", "figure")
    rows = counted(
        ("Cusco", "washed", 3), ("Cusco", "natural", 1), ("Puno", "washed", 2), keys=keys
    )
    groups = [column("region"), column("process", "word")]
    (stacked,) = chart(view([*groups, column("figure", "integer", adds=True)], rows)).panels
    (grouped,) = chart(view([*groups, column("figure", "decimal")], rows)).panels
    assert (stacked.shape, grouped.shape) == ("stacked", "grouped")
    assert [(s.name, list(s.values)) for s in stacked.series] == [("gewaschen", [3, 2]), ("natural", [1, None])]  # fmt: skip
    looked_at(Chart("beides", [stacked, grouped], []))


def test_units_get_a_panel_each() -> None:
    lots = priced(("A", 8.4, "EUR", "kg", "outright"), ("B", -35, "USc", "lb", "differential"), ("C", 9, "EUR", "kg", "outright"))  # fmt: skip
    found = chart(lots | {"groups": ("code",), "figures": ("asking_price",)})
    assert [(p.title, list(p.categories)) for p in found.panels] == [
        ("ASKING_PRICE (EUR/kg)", ["A", "C"]),
        ("ASKING_PRICE (USc/lb Differential)", ["B"]),
    ]
    looked_at(found)


def test_lots_called_alike_are_both_drawn() -> None:
    rows = [{"name": "Sol", "bags": 1}, {"name": "Sol", "bags": 2}]
    (panel,) = chart(view([column("name"), column("bags", "integer")], rows)).panels
    assert sorted(panel.series[0].values, key=str) == [1, 2]


def test_of_many_bars_the_largest_are_drawn_and_that_is_said() -> None:
    rows = [{"code": f"PE-{n}", "bags": n % 97} for n in range(200)]
    found = chart(view([column("code"), column("bags", "integer")], rows))
    (panel,) = found.panels
    assert (len(panel.categories), panel.total) == (40, 200)
    assert min(v for v in panel.series[0].values if v is not None) > 70
    looked_at(found)


def test_signs_of_formulas_and_foreign_letters_do_no_harm() -> None:
    rows = counted((r"$\frac{1}{2}$ & <b> $x", 2), ("漢字", 1))
    looked_at(chart(view([column("region"), COUNT], rows)))


PRICED = [column("code"), column("asking_price", "money", unit_keys=PRICE), *map(column, PRICE)]


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (view([column("code"), column("city")], [{"code": "A"}, {"code": "B"}]), "keine Zahl"),
        (view([column("code"), column("bags", "integer"), column("cup_score", "decimal")],
              [{"code": "A", "bags": 1, "cup_score": 80}] * 2), "BAGS, CUP_SCORE"),
        (view([column("region"), COUNT], counted(("Cusco", 3))), "einzige Zahl"),
        (view([column(k) for k in "abc"] + [COUNT], [{"a": n, "b": n, "c": n, "count": n} for n in range(9)]), "höchstens"),
        (view([column("a"), column("b"), column("average", "decimal")],
              [{"a": str(n), "b": str(n), "average": n} for n in range(9)]), "höchstens 8"),
        (view([column("region"), column("average", "decimal")], [{"region": "A", "average": None}] * 2), "bekannt"),
        (view(PRICED, [{"code": str(n), "asking_price": n, "asking_currency": f"C{n}", "asking_per": "kg"} for n in range(5)],
              groups=("code",)), "C4/kg"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(shown: Json, why: str) -> None:
    with pytest.raises(NoChartError) as refused:
        chart(shown)
    assert why in refused.value.said.format("de", **refused.value.values)


def test_of_more_series_than_colours_the_smallest_are_added_up() -> None:
    rows = [
        {"month": f"2026-0{month}", "roaster": f"R{n:02}", "count": n}
        for month in (1, 2)
        for n in range(1, 12)
    ]
    (panel,) = chart(view([column("month", "month"), column("roaster"), COUNT], rows)).panels
    own = {s.name: s.values for s in panel.series}
    assert sorted(own) == sorted([*(f"R{n:02}" for n in range(5, 12)), "andere"])
    assert own["andere"] == [1 + 2 + 3 + 4] * 2
    assert own["R11"] == [11, 11]


def test_figures_that_add_up_are_added_up_where_rows_are_called_alike() -> None:
    rows = [{"region": "Cusco", "count": 2}, {"region": "Cusco", "count": 3}]
    rows.append({"region": "Puno", "count": 1})
    (panel,) = chart(view([column("region"), COUNT], rows)).panels
    assert (panel.categories, panel.series[0].values) == (["Cusco", "Puno"], [5, 1])


def test_what_is_told_of_a_chart_fits_slack() -> None:
    rows = [{"code": f"PE-26-{n:03}", "bags": n} for n in range(40)]
    assert len(told(chart(view([column("code"), column("bags", "integer")], rows)), "de")) <= 1_000


def test_the_same_figures_are_the_same_picture() -> None:
    found = chart(view([column("region"), COUNT], counted(("Cusco", 1), ("Puno", 2))))
    assert png_of(paper(), found) == png_of(paper(), found)


def test_figures_are_exact() -> None:
    rows = [{"region": r, "price": p} for r, p in (("A", 0.1), ("B", 0.3))]
    (panel,) = chart(view([column("region"), column("price", "decimal")], rows)).panels
    assert panel.series[0].values == [Decimal("0.1"), Decimal("0.3")]  # as they came: rising
