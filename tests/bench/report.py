"""The one table all measurements end in."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured figure.

    Attributes:
        what: what was measured.
        measured: the figure as text, with its unit.
        target: what it should be, empty when there is none.
        met: whether it is; None without a target.
    """

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """Return a median with its range."""
    middle = statistics.median(values)
    return f"{middle:.3g} {unit} ({min(values):.3g}–{max(values):.3g})"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share (0–1) of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def table(lines: Sequence[Line]) -> str:
    """Return lines as one plain table."""
    heads = ("what", "measured", "target", "met")
    rows = [heads, *((x.what, x.measured, x.target, _met(x)) for x in lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(heads))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in rows)


def _met(line: Line) -> str:
    return {None: "", True: "yes", False: "NO"}[line.met]
