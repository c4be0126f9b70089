"""What a chart of a table shows, chosen by what the table holds; drawing is `as_chart`'s.

Figures of different units never share an axis: each gets a panel of its own. What is unknown is
named below, never drawn as zero. What makes no sense as a chart is refused in one sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from db.enums import Locale
from tools.calc.reading.format import format_number
from tools.catalog import Catalog
from tools.errors import Said
from tools.reports.sheet import is_name, units_of
from tools.reports.words import (
    ALL_UNKNOWN,
    AND,
    BY,
    MORE_NAMES,
    NO_FIGURE,
    NOT_DRAWN,
    ONE_FIGURE,
    OTHERS,
    TOO_MANY_GROUPS,
    TOO_MANY_PANELS,
    UNKNOWN,
    WHICH_FIGURE,
    WITHOUT_DAY,
)
from tools.shown import cell, shown_columns, unit_of

Json = dict[str, Any]
Shape = Literal["bars", "stacked", "grouped", "columns", "line"]
MOST_SERIES, MOST_PANELS = 8, 4
_MOST_BARS, _MOST_NAMED = 40, 8
_MOST_PERIODS = 240
_LINE_FROM = 25  # points in time; fewer are columns
_TIME = {"date", "instant", "month", "quarter", "year"}
_NUMBERS = {"integer", "decimal", "money"}


@dataclass(frozen=True)
class Series:
    """Figures of one colour, one per category; None is unknown and not drawn."""

    name: str
    values: Sequence[Decimal | None]


@dataclass(frozen=True)
class Panel:
    """One pair of axes: figures of one unit.

    Attributes:
        title: the figure with its unit.
        shape: how it is drawn.
        categories: along the other axis, in order.
        series: one, or one per value of the second grouping.
        total: how many categories there were before the smaller ones were left out.
    """

    title: str
    shape: Shape
    categories: Sequence[str]
    series: Sequence[Series]
    total: int


@dataclass(frozen=True)
class Chart:
    """What is drawn, and what is said below it."""

    title: str
    panels: Sequence[Panel]
    notes: Sequence[str]


class NoChartError(Exception):
    """A chart makes no sense; says why, with values for the sentence's places."""

    def __init__(self, said: Said, **values: object) -> None:
        super().__init__(said.en)
        self.said, self.values = said, values


_Points = dict[tuple[str, str], Decimal]  # by group and series


def chart_of(catalog: Catalog, view: Json, locale: Locale) -> Chart:
    """Return the chart of a table's view.

    Raises:
        NoChartError: there is nothing to draw, or too much.
    """
    return _Charter(catalog, view, locale).run()


class _Charter:
    def __init__(self, catalog: Catalog, view: Json, locale: Locale) -> None:
        self.catalog, self.view = catalog, view
        self.locale: Locale = locale
        self.columns = shown_columns(view)
        self.notes: list[str] = []

    def run(self) -> Chart:
        """Choose figures and groups, then one panel per figure and unit."""
        figures = self._figures()
        groups = self._groups(figures)
        panels: list[tuple[Json, str, list[int]]] = []
        for figure in figures:
            for unit, rows in self._by_unit(figure).items():
                panels.append((figure, unit, rows))
        if len(panels) > MOST_PANELS:
            units = list(dict.fromkeys(u for _, u, _ in panels if u))
            raise NoChartError(TOO_MANY_PANELS, units=", ".join(units) or str(len(panels)))
        made = [self._panel(f, u, groups, rows) for f, u, rows in panels]
        self._name_unknown(figures, groups)
        title = AND.format(self.locale).join(self._label(f) for f in figures)
        if not self.view.get("title"):  # which says by what already
            labels = AND.format(self.locale).join(self._label(g) for g in groups)
            title = BY.format(self.locale, what=title, groups=labels)
        return Chart(title, [p for p in made if p.categories], self.notes)

    def _by_unit(self, figure: Json) -> dict[str, list[int]]:
        """Return the rows of each unit of a figure; those without the figure are in none."""
        units = units_of(self.catalog, self.view, figure, self.locale)
        fixed = str(figure.get("unit") or "")
        found: dict[str, list[int]] = {}
        for n, row in enumerate(self.view["rows"]):
            if row.get(figure["key"]) is not None:
                priced = bool(figure.get("unit_keys"))
                unit = (units[n] or UNKNOWN.format(self.locale)) if priced else fixed
                found.setdefault(unit, []).append(n)
        return found

    def _label(self, column: Json) -> str:
        return str(column["label"][self.locale])

    # --- choosing ------------------------------------------------------------------------------

    def _figures(self) -> list[Json]:
        """Return the columns to draw.

        Raises:
            NoChartError: there is no figure, or it is not said which.
        """
        numbers = [c for c in self.columns if c["kind"] in _NUMBERS and not is_name(c)]
        chosen = [c for c in numbers if c["key"] in (self.view.get("figures") or ())]
        if not (chosen or numbers):
            raise NoChartError(NO_FIGURE)
        if not chosen and len(numbers) > 1:
            raise NoChartError(WHICH_FIGURE, fields=", ".join(map(self._label, numbers)))
        found = chosen or numbers
        if all(row.get(c["key"]) is None for c in found for row in self.view["rows"]):
            raise NoChartError(ALL_UNKNOWN)
        return found

    def _groups(self, figures: Sequence[Json]) -> list[Json]:
        """Return the columns to draw by: what is on the axis first, then what has colours.

        Raises:
            NoChartError: there is none, or too many.
        """
        named = self.view.get("groups") or ()
        others = [c for c in self.columns if c not in figures]
        groups = [c for c in others if c["key"] in named] if named else others
        if not groups or len(self.view["rows"]) < 2:  # noqa: PLR2004 - nothing to compare
            raise NoChartError(ONE_FIGURE)
        groups.sort(key=lambda c: not self._is_time(c))
        if len(groups) == 2 and not self._is_time(groups[0]):  # noqa: PLR2004 - a pair
            groups.sort(key=lambda c: -len(self._values(c)))
        too_many = len(groups) == 2 and len(self._values(groups[1])) > MOST_SERIES  # noqa: PLR2004 - a pair
        if len(groups) > 2 or (too_many and not all(f.get("adds") for f in figures)):  # noqa: PLR2004 - axis and colours
            raise NoChartError(TOO_MANY_GROUPS, most=MOST_SERIES)
        return groups

    def _is_time(self, column: Json) -> bool:
        return column["kind"] in _TIME or str(column["key"]).endswith("year")

    def _values(self, column: Json) -> list[Any]:
        return list(dict.fromkeys(str(row.get(column["key"])) for row in self.view["rows"]))

    # --- a panel -------------------------------------------------------------------------------

    def _panel(self, figure: Json, unit: str, groups: list[Json], rows: list[int]) -> Panel:
        timed = self._is_time(groups[0])
        picked = [self.view["rows"][n] for n in rows]
        if timed:  # what has no day has no place on the axis
            picked = [r for r in picked if r.get(groups[0]["key"]) is not None]
            picked.sort(key=lambda r: str(r[groups[0]["key"]]))
        points = self._points(picked, figure, groups)
        names = list(dict.fromkeys(group for group, _ in points))
        total = len(names)
        if timed:
            names = self._without_gaps(names, picked, groups[0])
        else:
            names = _largest_first(names, points)[:_MOST_BARS]
        series = [
            Series(s, [points.get((n, s)) for n in names])
            for s in dict.fromkeys(series for _, series in points)
        ]
        title = f"{self._label(figure)} ({unit})" if unit else self._label(figure)
        adds = bool(figure.get("adds"))
        return Panel(title, _shape(timed, series, adds, total), names, series, total)

    def _points(self, rows: list[Json], figure: Json, groups: list[Json]) -> _Points:
        """Return figures by group and series.

        Rows called alike are told apart by a number, or added up where figures may be. Of more
        series than there are colours the smallest are added up, too.
        """
        found: _Points = {}
        own = self._own_series(rows, figure, groups)
        for row in rows:
            name, *second = (self._name(row, g) for g in groups)
            series, group, number = second[0] if second else "", name, 2
            series = series if own is None or series in own else OTHERS.format(self.locale)
            while (group, series) in found and not figure.get("adds"):
                group, number = f"{name} ({number})", number + 1
            found[group, series] = found.get((group, series), 0) + Decimal(str(row[figure["key"]]))
        return found

    def _own_series(self, rows: list[Json], figure: Json, groups: list[Json]) -> set[str] | None:
        """Return the largest series when there are too many for colours; None: all are drawn."""
        if len(groups) < 2 or len(self._values(groups[1])) <= MOST_SERIES:  # noqa: PLR2004 - a pair
            return None
        sums: dict[str, Decimal] = {}
        for row in rows:
            series = self._name(row, groups[1])
            sums[series] = sums.get(series, Decimal(0)) + Decimal(str(row[figure["key"]]))
        return set(sorted(sums, key=lambda s: (-sums[s], s))[: MOST_SERIES - 1])

    def _without_gaps(self, names: list[str], rows: list[Json], column: Json) -> list[str]:
        """Return periods in order with those between them of which nothing is held."""
        held = [str(r[column["key"]]) for r in rows]
        steps = _periods(column, held[0], held[-1]) if held else []
        if not steps or len(steps) > _MOST_PERIODS:
            return names
        entity = self.view["entity"]
        every = [cell(self.catalog, entity, column, s, self.locale) for s in steps]
        return every if set(names) <= set(every) else names

    def _name(self, row: Json, column: Json) -> str:
        value = row.get(column["key"])
        if value is None or value == []:
            return UNKNOWN.format(self.locale)
        return cell(self.catalog, self.view["entity"], column, value, self.locale)

    # --- what is not drawn ---------------------------------------------------------------------

    def _name_unknown(self, figures: list[Json], groups: list[Json]) -> None:
        """Note which rows have no value, or no place in time (law 9)."""
        valued: list[str] = []
        placed: list[str] = []
        for row in self.view["rows"]:
            name = AND.format(self.locale).join(self._name(row, g) for g in groups)
            for figure in figures:
                if row.get(figure["key"]) is None:
                    unit = self._unit(row, figure)
                    valued.append(f"{name} ({unit})" if unit else name)
                elif self._is_time(groups[0]) and row.get(groups[0]["key"]) is None:
                    figure_said = format_number(Decimal(str(row[figure["key"]])), self.locale)
                    placed.append(f"{self._label(figure)} {figure_said}")
        if valued:
            self.notes.append(NOT_DRAWN.format(self.locale, names=self._some(valued)))
        if placed:
            group, names = self._label(groups[0]), self._some(placed)
            self.notes.append(WITHOUT_DAY.format(self.locale, group=group, names=names))

    def _unit(self, row: Json, figure: Json) -> str:
        keys = figure.get("unit_keys") or ()
        return " ".join(unit_of(self.catalog, self.view["entity"], keys, row, self.locale))

    def _some(self, names: list[str]) -> str:
        more = len(names) - _MOST_NAMED
        listed = ", ".join(names[:_MOST_NAMED])
        return f"{listed} {MORE_NAMES.format(self.locale, count=more)}" if more > 0 else listed


def _largest_first(names: list[str], points: _Points) -> list[str]:
    """Return categories by their figures, unless they came in an order of figures already."""
    sums: dict[str, Decimal] = dict.fromkeys(names, Decimal(0))
    for (group, _), value in points.items():
        sums[group] += value
    rising = [sums[n] for n in names] == sorted(sums.values())
    return names if rising else sorted(names, key=lambda n: -sums[n])


def _periods(column: Json, first: str, last: str) -> list[str]:
    """Return the months, quarters or years from one to another, as they are kept."""
    try:
        match column["kind"]:
            case "month":
                ends = [int(v[:4]) * 12 + int(v[5:7]) - 1 for v in (first, last)]
                return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(ends[0], ends[1] + 1)]
            case "quarter":
                ends = [int(v[:4]) * 4 + int(v[6:]) - 1 for v in (first, last)]
                return [f"{n // 4:04}-Q{n % 4 + 1}" for n in range(ends[0], ends[1] + 1)]
            case "date" | "instant":
                return []
            case _:
                return [str(n) for n in range(int(first), int(last) + 1)]
    except ValueError:  # a year written like 2025/26
        return []


def _shape(timed: bool, series: Sequence[Series], adds: bool, points: int) -> Shape:
    if timed and (points >= _LINE_FROM or (len(series) > 1 and not adds)):
        return "line"
    if timed:
        return "columns"
    if len(series) <= 1:
        return "bars"
    positive = all(v is None or v >= 0 for s in series for v in s.values)
    return "stacked" if adds and positive else "grouped"


def told(chart: Chart, locale: Locale, most: int = 900) -> str:
    """Return a chart in words, for those who cannot see it."""
    parts: list[str] = []
    for panel in chart.panels:
        figures = [
            f"{name}{f' {s.name}' if s.name else ''} {format_number(v, locale)}"
            for n, name in enumerate(panel.categories)
            for s in panel.series
            if (v := s.values[n]) is not None
        ]
        parts.append(f"{panel.title}: {', '.join(figures)}.")
    text = " ".join([f"{chart.title}.", *parts, *chart.notes])
    return text if len(text) <= most else f"{text[: most - 1]}…"
