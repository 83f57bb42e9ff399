"""Visual predictive check: observed quantiles over the bands in which the model expects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from costim.mechanism.pictures.sheet import dress, sheet
from costim.registry.inks import BETTER, INK, WORSE

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """One panel; shapes as in `fit.vpc.Vpc`."""

    title: str
    y: str
    days: Floats
    quantiles: tuple[float, ...]
    observed: Floats
    expected: Floats
    day: Floats
    """Of each reading."""
    readings: Floats
    """NaN where below its limit."""


def draw_vpc(panels: Sequence[Band], *, logarithmic: bool = True) -> Figure:
    """Panels side by side; the middle quantile in blue, the outer ones in orange, dots are readings.

    Args:
        panels: at least one.
        logarithmic: scale of the readings; values of 0 are then not drawn.
    """
    figure, axes = sheet(len(panels), columns=3, height=52)
    for panel, band in zip(axes, panels, strict=True):
        if logarithmic:
            panel.set_yscale("log")
        for q, quantile in enumerate(band.quantiles):
            ink = BETTER if quantile == 0.5 else WORSE
            low, _, high = band.expected[:, q]
            panel.fill_between(band.days, low, high, color=ink, alpha=0.18, linewidth=0)
            if len(band.days) == 1:  # a band needs two days; one is drawn as a bar
                panel.vlines(band.days, low, high, color=ink, alpha=0.35, linewidth=5)
            panel.plot(
                band.days, band.observed[q], color=ink, linewidth=0.9, marker="o", markersize=2,
                linestyle="-" if quantile == 0.5 else (0, (3, 2)),
            )  # fmt: skip
        panel.scatter(band.day, band.readings, s=3, color=INK, alpha=0.5, linewidths=0)
        dress(panel, band.title, "Day", band.y)
    return figure
