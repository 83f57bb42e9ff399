"""Inks and small drawing verbs that gate plots and overlays share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FixedFormatter, FixedLocator

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
    axis.set_minor_locator(FixedLocator([tick.position for tick in shown.ticks if not tick.label]))
    axes.tick_params(axis="y" if upright else "x", which="major", labelsize=SMALL, length=2, pad=1.2)
    axes.tick_params(axis="y" if upright else "x", which="minor", length=1.1, width=0.35)


def parent_words(picture: GatePicture) -> str:
    """The population a picture shows, as a heading."""
    words = speak(picture.population) if picture.population else "all events"
    return words[:1].upper() + words[1:]


def heading(axes: Axes, text: str, y: float, x: float = 0.0) -> None:
    """Bold words above axes; x and y as shares of them."""
    style.write(axes, x, y, text, transform=axes.transAxes, va="bottom", fontweight="bold")
