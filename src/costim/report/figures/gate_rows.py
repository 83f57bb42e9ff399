"""Gates on one axis: visits above each other, events as areas (each one a line where there are few), counts beside."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.cytometry_parameters import speak
from costim.registry.gate_pictures import GatePicture, PictureFrame, PictureRegion
from costim.report.figures import style
from costim.report.figures.picture_looks import CELL, GATE, NAME, SHADES, SMALL, draw_ticks, heading, parent_words
from costim.report.figures.style import DOUBLE, GREY, PALE
from costim.report.format import plain

BESIDE = 3
ROW = 8.5
"""Height of one visit in millimetres."""
_SIDE, _RIGHT = 15.5, 2.5
_WIDE = DOUBLE / BESIDE - _SIDE - _RIGHT
_ABOVE, _BELOW = 5.0, 9.5
_TALL = 0.6
"""Height of the highest bin, of a row."""


def height_of(picture: GatePicture) -> float:
    """Height of a picture with its labels, in millimetres."""
    return len(picture.frames) * ROW + _ABOVE + _BELOW


def draw_rows(figure: Figure, picture: GatePicture, place: int, top: float) -> None:
    """Draw a picture of one axis at one of `BESIDE` places of a line whose top is given in millimetres."""
    n = len(picture.frames)
    height = n * ROW
    left = place * DOUBLE / BESIDE + _SIDE
    axes = style.add_axes(figure, left, top - _ABOVE - height, _WIDE, height)
    axes.set_xlim(picture.x.lower, picture.x.upper)
    axes.set_ylim(0, n)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    draw_ticks(axes, picture.x, upright=False)
    for i, frame in enumerate(picture.frames):
        _draw_frame(axes, picture, frame, n - 1 - i)
    heading(axes, parent_words(picture), 1 + 0.8 / height, -_SIDE / _WIDE + 0.02)
    label = style.wrap(picture.x.label, int(_WIDE / 1.15))
    style.write(axes, 0.5, -4.2 / height, label, transform=axes.transAxes, ha="center", va="top", fontsize=6.2)


def _draw_frame(axes: Axes, picture: GatePicture, frame: PictureFrame, base: int) -> None:
    n = len(picture.frames)
    axes.axhline(base, color=PALE, linewidth=0.4, zorder=1)
    if frame.histogram is not None:
        edges = np.linspace(picture.x.lower, picture.x.upper, len(frame.histogram) + 1)
        heights = base + _TALL * np.asarray(frame.histogram)
        axes.stairs(heights, edges, baseline=base, fill=True, facecolor=SHADES[1], edgecolor=CELL, linewidth=0.4)
    else:
        axes.vlines([x for x, _ in frame.points], base, base + 0.4, color=CELL, linewidth=0.4, zorder=3)
    for region in frame.regions:
        _draw_region(axes, picture, region, base)
    words = f"{style.wrap(frame.label, 13)}\n{plain(frame.events) if frame.events else 'no event'}"
    look = {"ha": "right", "va": "center", "fontsize": SMALL, "linespacing": 1.05}
    colour = {} if frame.events else {"color": GREY}
    style.write(axes, -1.0 / _WIDE, (base + 0.42) / n, words, transform=axes.transAxes, **look, **colour)


def _draw_region(axes: Axes, picture: GatePicture, region: PictureRegion, base: int) -> None:
    """Bounds across the row, name and count above the middle of the gate."""
    low, high = axes.get_xlim()
    ends = sorted({x for line in region.outlines for x, _ in line})
    for x in ends:
        if low < x < high:
            axes.plot([x, x], [base, base + 0.94], color=GATE, linewidth=0.8, zorder=5)
    if not ends:
        return
    middle = ((min(ends) + max(ends)) / 2 - low) / (high - low)
    text = f"{speak(region.name)} {plain(region.count)}"
    half = style.text_width(style.sheet_of(axes), text, SMALL) / _WIDE / 2
    middle = min(max(middle, half), max(1 - half, half))
    card = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.3}
    look = {"ha": "center", "va": "top", "fontsize": SMALL, "color": NAME, "zorder": 7, "bbox": card}
    style.write(axes, middle, (base + 0.97) / len(picture.frames), text, transform=axes.transAxes, **look)
