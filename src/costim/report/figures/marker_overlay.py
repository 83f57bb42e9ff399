"""Marker levels of one patient and panel: visits above each other, every cell a tick when there are few."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.cytometry_parameters import speak
from costim.registry.gate_pictures import LevelFrame, MarkerOverlay
from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.picture_groups import overlays_of
from costim.report.figures.picture_looks import CELL, SHADES, SMALL, draw_ticks, heading
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import DOUBLE, GREY, INK, PALE, WORSE
from costim.report.figures.view import View
from costim.report.format import plain

_ROW = 9.0
"""Height of one visit in millimetres."""
_SIDE = 24.0
_WIDE = DOUBLE / 2 - _SIDE - 5
_ABOVE, _BELOW = 8.0, 10.5
_TALL = 0.62
"""Height of the highest bin, of a row."""


def draw_marker_overlay(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `marker_overlay`: two overlays beside each other."""
    overlays = overlays_of(view, planned.variant)
    lines = [overlays[i : i + 2] for i in range(0, len(overlays), 2)]
    heights = [max(len(o.frames) for o in line) * _ROW + _ABOVE + _BELOW for line in lines]
    figure = style.new_figure(DOUBLE, sum(heights))
    top = sum(heights)
    for line, height in zip(lines, heights, strict=True):
        for place, overlay in enumerate(line):
            own = len(overlay.frames) * _ROW
            axes = style.add_axes(figure, place * DOUBLE / 2 + _SIDE, top - _ABOVE - own, _WIDE, own)
            _draw_overlay(axes, overlay, own)
        top -= height
    return figure


def _draw_overlay(axes: Axes, overlay: MarkerOverlay, height: float) -> None:
    n = len(overlay.frames)
    axes.set_xlim(overlay.x.lower, overlay.x.upper)
    axes.set_ylim(0, n)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    draw_ticks(axes, overlay.x, upright=False)
    if overlay.threshold is not None:
        axes.axvline(overlay.threshold, color=GREY, linewidth=0.7, linestyle=(0, (3, 2)), zorder=4)
    for i, frame in enumerate(overlay.frames):
        _draw_frame(axes, overlay, frame, n - 1 - i)
        words = f"{frame.label}\n{plain(frame.events)} {'cell' if frame.events == 1 else 'cells'}"
        place = (n - 1 - i + 0.36) / n
        look = {"ha": "right", "va": "center", "fontsize": SMALL, "linespacing": 1.1}
        style.write(axes, -1.2 / _WIDE, place, words, transform=axes.transAxes, **look)
    title = f"{speak(overlay.marker)} on {speak(overlay.population)}"
    heading(axes, title, 1 + 1.5 / height)
    label = style.wrap(overlay.x.label, int(_WIDE / 1.2))
    style.write(axes, 0.5, -5.0 / height, label, transform=axes.transAxes, ha="center", va="top", fontsize=6.4)


def _draw_frame(axes: Axes, overlay: MarkerOverlay, frame: LevelFrame, base: int) -> None:
    axes.axhline(base, color=PALE, linewidth=0.4, zorder=1)
    if frame.histogram is not None:
        edges = np.linspace(overlay.x.lower, overlay.x.upper, len(frame.histogram) + 1)
        heights = base + _TALL * np.asarray(frame.histogram)
        axes.stairs(heights, edges, baseline=base, fill=True, facecolor=SHADES[1], edgecolor=CELL, linewidth=0.5)
    elif frame.cells:
        axes.vlines(frame.cells, base, base + 0.4, color=CELL, linewidth=0.5, zorder=3)
    else:
        style.write(axes, 0.5, (base + 0.3) / len(overlay.frames), "no cell", transform=axes.transAxes, ha="center",
                    va="center", fontsize=SMALL, color=GREY)  # fmt: skip
    if frame.median is None:
        return
    y = base + 0.78
    ends = [overlay.x.lower if frame.median_lower is None else frame.median_lower]
    ends.append(overlay.x.upper if frame.median_upper is None else frame.median_upper)
    if (frame.median_lower, frame.median_upper) != (None, None):
        axes.plot(ends, [y, y], color=INK, linewidth=1.1, zorder=5, solid_capstyle="butt")
        for end, known in zip(ends, (frame.median_lower, frame.median_upper), strict=True):
            if known is not None:
                axes.plot([end], [y], marker="|", markersize=4, color=INK, zorder=5)
    axes.plot([frame.median], [y], marker="D", markersize=3.2, color=WORSE, zorder=6)
