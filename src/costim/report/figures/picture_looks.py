"""Inks and small drawing verbs that gate plots and overlays share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from costim.registry.cytometry_parameters import speak
from costim.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from costim.registry.gate_pictures import GatePicture, PictureAxis

SHADES = ("#E3EDF5", "#BFD6E8", "#93BBD8", "#5F9BC4", "#2C78AC")
"""From the outermost contour inwards."""
CELL = "#1F4E79"
GATE = "#B03A00"
NAME = "#7A2800"
SMALL = 5.6


def draw_ticks(axes: Axes, shown: PictureAxis, *, upright: bool) -> None:
    """Labelled and minor ticks of a picture on one axis."""
    axis = axes.yaxis if upright else axes.xaxis
    major = [tick for tick in shown.ticks if tick.label]
    axis.set_major_locator(FixedLocator([tick.position for tick in major]))
    axis.set_major_formatter(FixedFormatter([tick.label for tick in major]))
    axis.set_minor_locator(NullLocator())
    axes.tick_params(axis="y" if upright else "x", which="major", labelsize=SMALL, length=2, pad=1.2)
    _draw_minor(axes, [tick.position for tick in shown.ticks if not tick.label], upright=upright)


def _draw_minor(axes: Axes, places: list[float], *, upright: bool) -> None:
    """Minor ticks as one broken line: each as a symbol of its own would fill the drawing."""
    wide, high = style.size_of(axes)
    out = -0.4 / (wide if upright else high)
    along = [v for place in places for v in (place, place, math.nan)]
    across = [v for _ in places for v in (0.0, out, math.nan)]
    xs, ys = (across, along) if upright else (along, across)
    transform = axes.get_yaxis_transform() if upright else axes.get_xaxis_transform()
    axes.plot(xs, ys, transform=transform, color=style.INK, linewidth=0.35, clip_on=False)


def parent_words(picture: GatePicture) -> str:
    """The population a picture shows, as a heading."""
    words = speak(picture.population) if picture.population else "all events"
    return words[:1].upper() + words[1:]


def heading(axes: Axes, text: str, y: float, x: float = 0.0) -> None:
    """Bold words above axes; x and y as shares of them."""
    style.write(axes, x, y, text, transform=axes.transAxes, va="bottom", fontweight="bold")
