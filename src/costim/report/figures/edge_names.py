"""Names of patients at the right edge of axes, each beside the patient's last symbol."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.marks import name_tag, thread
from costim.report.figures.spread import spread
from costim.report.figures.style import LINE_HEIGHT, MM, Tags

End = tuple[Identity, float, float]
"""A patient, and where the last symbol stands in units of the axes."""


def draw_edge_names(axes: Axes, ends: Sequence[End], tags: Tags) -> None:
    """Names at the right edge, at the height of each patient's last symbol as near as they fit."""
    mm = MM / style.sheet_of(axes).dpi
    low, high = (float(axes.transAxes.transform((0, y))[1]) * mm for y in (0, 1))
    wanted = [float(axes.transData.transform((0, y))[1]) * mm for _, _, y in ends]
    edge = axes.get_xlim()[1]
    step = (edge - axes.get_xlim()[0]) * 0.012
    for (person, x, value), place in zip(ends, spread(wanted, LINE_HEIGHT, low + 1, high - 1), strict=True):
        y = float(axes.transData.inverted().transform((0, place / mm))[1])
        path = ([x + step, edge, edge + step], [value, value, y])
        thread(axes, *path, person, tags, linewidth=0.35, linestyle="-", zorder=1)
        name_tag(axes, edge + 1.6 * step, y, person, tags, ha="left")
