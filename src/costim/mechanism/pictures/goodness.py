"""Goodness of fit: readings against predictions, prediction errors against time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from costim.mechanism.pictures.sheet import diagonal, dress, sheet
from costim.registry.inks import BETTER, GREY, WORSE

Floats = NDArray[np.float64]
EXPECTED = 1.96
"""Between minus this and this lie 95 of 100 errors where the model is right."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one output."""

    title: str
    unit: str
    day: Floats
    seen: Floats
    """Middle of an interval; the limit of a reading below it."""
    below: NDArray[np.bool_]
    population: Floats
    individual: Floats
    errors: Floats
    """NPDE."""
    offset: float = 1.0
    """Added before a logarithmic axis, so that 0 has a place."""


def draw_goodness(outputs: Sequence[Readings], *, individuals: bool = True) -> Figure:
    """A row for each output: DV against PRED, DV against IPRED, NPDE against time.

    Args:
        outputs: at least one.
        individuals: False leaves out IPRED: where shrinkage is large each patient's prediction is drawn to the typical
            one, or to its own readings, and the plot looks good whatever the model.
    """
    columns = 3 if individuals else 2
    figure, axes = sheet(columns * len(outputs), columns=columns)
    for row, one in enumerate(outputs):
        mine = axes[row * columns : (row + 1) * columns]
        label = f"{one.title} ({one.unit})" if one.unit else one.title
        pairs = [("PRED: typical patient", one.population), ("IPRED: this patient", one.individual)]
        for panel, (name, predicted) in zip(mine[:-1], pairs, strict=False):
            x, y = predicted + one.offset, one.seen + one.offset
            panel.set_xscale("log")
            panel.set_yscale("log")
            _dots(panel, x, y, one.below)
            diagonal(panel, [*x, *y])
            dress(panel, label, name, "DV: reading")
        errors = mine[-1]
        _dots(errors, one.day, one.errors, one.below)
        for level in (-EXPECTED, 0.0, EXPECTED):
            errors.axhline(level, color=GREY, linewidth=0.5, linestyle="-" if not level else (0, (3, 2)))
        errors.set_ylim(min(-3.0, float(one.errors.min()) - 0.3), max(3.0, float(one.errors.max()) + 0.3))
        dress(errors, label, "Day", "NPDE")
    return figure


def _dots(panel: object, x: Floats, y: Floats, below: NDArray[np.bool_]) -> None:
    panel.scatter(x[~below], y[~below], s=7, color=BETTER, linewidths=0, zorder=2)  # type: ignore[attr-defined]
    panel.scatter(x[below], y[below], s=9, marker="v", facecolors="none", edgecolors=WORSE, linewidths=0.6, zorder=2)  # type: ignore[attr-defined]
