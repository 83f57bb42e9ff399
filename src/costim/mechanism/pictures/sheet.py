"""A white card with axes in millimetres, in the inks of the house."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from costim.registry.inks import GREY, INK, MM, TEXT

MARGINS = 14.0, 10.0, 2.0, 7.0
"""Left, bottom, right and top of each panel, in millimetres."""


def sheet(panels: int, *, columns: int = 3, width: float = 170.0, height: float = 46.0) -> tuple[Figure, list[Axes]]:
    """A figure of equal panels, row by row.

    Args:
        panels: how many.
        columns: at most so many in a row.
        width: of the figure, in millimetres.
        height: of one row.
    """
    columns = min(columns, panels)
    rows = math.ceil(panels / columns)
    figure = Figure(figsize=(width / MM, rows * height / MM), facecolor="white")
    FigureCanvasAgg(figure)
    left, bottom, right, top = MARGINS
    wide = width / columns
    axes = []
    for i in range(panels):
        row, column = divmod(i, columns)
        box = (column * wide + left, (rows - 1 - row) * height + bottom, wide - left - right, height - bottom - top)
        axes.append(
            figure.add_axes(
                (box[0] / width, box[1] / (rows * height), box[2] / width, box[3] / (rows * height)),
            )
        )
    return figure, axes


def dress(axes: Axes, title: str, x: str, y: str) -> None:
    """Title and labels, drawn as they are: no mathematics in them."""
    look: dict[str, Any] = {"fontsize": TEXT, "color": INK, "parse_math": False}
    axes.set_title(title, loc="left", pad=3, **look)
    axes.set_xlabel(x, labelpad=2, **look)
    axes.set_ylabel(y, labelpad=2, **look)
    axes.tick_params(labelsize=TEXT - 1, colors=INK, pad=2)
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)
    for axis, scale in ((axes.xaxis, axes.get_xscale()), (axes.yaxis, axes.get_yscale())):
        if scale == "linear":
            axis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
        else:
            axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.4g}".replace("-", "−")))


def diagonal(axes: Axes, values: Sequence[float]) -> None:
    """The line of equality over the values shown."""
    known = [v for v in values if math.isfinite(v)]
    if known:
        axes.plot([min(known), max(known)], [min(known), max(known)], color=GREY, linewidth=0.6, zorder=1)
