"""A chart as a picture: sorted bars, columns in time, panels for units; drawn by matplotlib."""

import io
import textwrap
from collections.abc import Sequence
from decimal import Decimal
from math import nan
from threading import Lock
from typing import TYPE_CHECKING, Any

from db.enums import Locale
from tools.calc.reading.format import format_number
from tools.reports.charting import Chart, Panel, Series
from tools.reports.fonts import FAMILY, drawable
from tools.reports.paper import Paper
from tools.reports.words import FIRST_DRAWN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito 2008, told apart also by those who see few colours; black last.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
_GREY, _LINE = "#5f6368", "#dadce0"
_WIDTH, _DPI = 9.0, 150  # inches, dots per inch
_BAR, _COLUMNS, _LEGEND, _AROUND = 0.30, 3.4, 0.35, 0.5  # inches
_LETTERS, _LABEL, _TICK_LETTERS = 96, 34, 84
_LABELLED = 14  # columns that have room for their figure
_PLACES = 2
_drawing = Lock()  # matplotlib is not made for several threads


def png_of(paper: Paper, chart: Chart) -> bytes:
    """Return a chart as a PNG, the same bytes for the same figures."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    look: Any = {"font.family": [FAMILY], "font.size": 9, "text.parse_math": False}
    held = io.BytesIO()
    with _drawing, mpl.rc_context(look):
        figure = _drawn(paper, chart)
        FigureCanvasAgg(figure).print_png(held, metadata={"Software": None, "Title": paper.title})
    return held.getvalue()


def _drawn(paper: Paper, chart: Chart) -> "Figure":
    from matplotlib.figure import Figure

    notes = [*chart.notes, *(_first(p, paper.locale) for p in chart.panels)]
    head = [line for text in (paper.title, *paper.lines) for line in _lines(text, _LETTERS)]
    foot = [line for text in notes if text for line in _lines(text, _LETTERS + 24)]
    above, below = 0.35 + 0.19 * len(head), 0.15 + 0.17 * len(foot)
    heights = [_height(p) for p in chart.panels]
    whole = above + below + sum(heights)
    figure = Figure(figsize=(_WIDTH, whole), dpi=_DPI, facecolor="white", layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.01, below / whole, 0.98, 1 - (above + below) / whole))
    axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    for panel, on in zip(chart.panels, axes[:, 0], strict=True):
        _panel(on, panel, paper.locale)
    _write(figure, head, foot, whole)
    return figure


def _write(figure: "Figure", head: Sequence[str], foot: Sequence[str], whole: float) -> None:
    for number, line in enumerate(head):
        look: Any = {"size": 13, "weight": "bold"} if number == 0 else {"size": 8.5, "color": _GREY}
        place = 1 - (0.28 + 0.19 * number) / whole
        figure.text(0.015, place, line, va="center", ha="left", **look)
    for number, line in enumerate(reversed(foot)):
        place = (0.13 + 0.17 * number) / whole
        figure.text(0.015, place, line, va="center", ha="left", size=7.5, color=_GREY)


def _lines(text: str, letters: int) -> list[str]:
    return textwrap.wrap(drawable(text), letters)


def _first(panel: Panel, locale: Locale) -> str:
    """Return that only the first of many bars are drawn."""
    upright = panel.shape in {"columns", "line"}
    if upright or panel.total <= len(panel.categories):
        return ""
    return FIRST_DRAWN.format(locale, shown=len(panel.categories), total=panel.total)


def _height(panel: Panel) -> float:
    legend = _LEGEND if len(panel.series) > 1 else 0.0
    if panel.shape in {"columns", "line"}:
        return _COLUMNS + legend
    thick = _BAR * (max(1.0, 0.6 * len(panel.series)) if panel.shape == "grouped" else 1.0)
    return _AROUND + legend + thick * len(panel.categories)


def _panel(axes: "Axes", panel: Panel, locale: Locale) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_LINE)
    axes.tick_params(length=0, labelcolor="#3c4043")
    if panel.shape in {"columns", "line"}:
        _upright(axes, panel, locale)
    else:
        _lying(axes, panel, locale)
    if len(panel.series) > 1:
        where: Any = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.02), "borderaxespad": 0}
        axes.legend(title=drawable(panel.title), ncols=4, frameon=False, alignment="left", **where)
    else:
        axes.set_title(drawable(panel.title), loc="left", size=9.5, color="#202124")


# --- bars that lie: groups ------------------------------------------------------------------------


def _lying(axes: "Axes", panel: Panel, locale: Locale) -> None:
    places = range(len(panel.categories))
    labels = ["\n".join(_lines(c, _LABEL)[:2]) for c in panel.categories]
    axes.set_yticks(list(places), labels)
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=_LINE, linewidth=0.8)
    axes.margins(x=0.12)
    if panel.shape == "stacked":
        _stacked(axes, panel, locale)
        return
    count = len(panel.series)
    thick = 0.76 / count
    for number, series in enumerate(panel.series):
        at, values, said = _known(series, locale)
        shift = (number - (count - 1) / 2) * thick
        look: Any = {"color": COLORS[number], "label": drawable(series.name)}
        bars = axes.barh([n + shift for n in at], values, thick, **look)
        axes.bar_label(bars, said, padding=3, size=8)


def _stacked(axes: "Axes", panel: Panel, locale: Locale) -> None:
    ends = [0.0] * len(panel.categories)
    for number, series in enumerate(panel.series):
        at, values, _ = _known(series, locale)
        look: Any = {"color": COLORS[number], "label": drawable(series.name)}
        axes.barh(at, values, 0.76, left=[ends[n] for n in at], **look)
        for n, value in zip(at, values, strict=True):
            ends[n] += value
    for n, end in enumerate(ends):
        whole = sum((s.values[n] or Decimal(0) for s in panel.series), Decimal(0))
        _beside(axes, format_figure(whole, locale), (end, n), (3, 0), va="center")


def _known(series: Series, locale: Locale) -> tuple[list[int], list[float], list[str]]:
    """Return where a series has figures, the figures, and how they are written."""
    known = [(n, v) for n, v in enumerate(series.values) if v is not None]
    said = [format_figure(v, locale) for _, v in known]
    return [n for n, _ in known], [float(v) for _, v in known], said


def _beside(
    axes: "Axes", text: str, place: tuple[float, float], shift: tuple[int, int], **how: Any
) -> None:
    axes.annotate(text, place, shift, textcoords="offset points", size=8, **how)


# --- what stands: time ----------------------------------------------------------------------------


def _upright(axes: "Axes", panel: Panel, locale: Locale) -> None:
    from matplotlib.ticker import MaxNLocator

    places = list(range(len(panel.categories)))
    longest = max(map(len, panel.categories))
    step = max(1, -(-len(places) * longest // _TICK_LETTERS))
    axes.set_xticks(places[::step], [drawable(c) for c in panel.categories[::step]])
    axes.set_xlim(-0.6, len(places) - 0.4)
    axes.yaxis.grid(visible=True, color=_LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(lambda value, _: format_figure(Decimal(f"{value:.6g}"), locale))
    if all(v == int(v) for s in panel.series for v in s.values if v is not None):
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    labelled = len(places) * len(panel.series) <= _LABELLED
    below = [0.0] * len(places)
    for number, series in enumerate(panel.series):
        at, values, said = _known(series, locale)
        look: Any = {"color": COLORS[number], "label": drawable(series.name)}
        if panel.shape == "line":
            broken = [nan if v is None else float(v) for v in series.values]  # not drawn across
            axes.plot(places, broken, marker="o", markersize=3, linewidth=1.5, **look)
            for n, value, text in zip(at, values, said if labelled else (), strict=labelled):
                _beside(axes, text, (n, value), (0, 5), ha="center")
            continue
        bars = axes.bar(at, values, 0.7, bottom=[below[n] for n in at], **look)
        if labelled and len(panel.series) == 1:
            axes.bar_label(bars, said, padding=2, size=8)
        for n, value in zip(at, values, strict=True):
            below[n] += value


def format_figure(value: Decimal, locale: Locale) -> str:
    """Return a figure as it stands on a chart: two places at most."""
    exponent = value.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent < -_PLACES
    return format_number(value, locale, places=_PLACES) if fine else format_number(value, locale)
