"""Prior beside posterior: what was believed, and what the data made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from costim.mechanism.pictures.sheet import dress, sheet
from costim.registry.inks import BETTER, GREY, INK, PALE

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """One parameter, in standard deviations of its prior about its centre."""

    title: str
    words: str
    """`informed by data`, or who is speaking instead."""
    informed: bool
    draws: Floats
    weights: Floats
    """They sum to 1."""


def draw_learned(parameters: Sequence[Learned]) -> Figure:
    """A panel for each: the standard normal prior as a line, the posterior as bars.

    Args:
        parameters: at least one.
    """
    figure, axes = sheet(len(parameters), columns=4, height=36)
    grid = np.linspace(-3.5, 3.5, 141)
    edges = np.linspace(-3.5, 3.5, 29)
    density = np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi)
    for panel, one in zip(axes, parameters, strict=True):
        heights, _ = np.histogram(np.clip(one.draws, -3.5, 3.5), bins=edges, weights=one.weights)
        panel.bar(
            edges[:-1], heights / np.diff(edges), width=np.diff(edges), align="edge",
            color=BETTER if one.informed else PALE, linewidth=0,
        )  # fmt: skip
        panel.plot(grid, density, color=INK if one.informed else GREY, linewidth=0.8)
        dress(panel, f"{one.title}: {one.words}", "Prior SDs from its centre", "Density")
        panel.set_yticks([])
    return figure
