"""Ranks of simulation-based calibration: even where the fit is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from costim.mechanism.pictures.sheet import dress, sheet
from costim.registry.inks import BETTER, FAINT, GREY

BINS = 10
LEVEL = 0.99


def draw_ranks(ranks: Mapping[str, NDArray[np.int64]], draws: int) -> Figure:
    """A panel for each parameter: bars of ranks over the band in which 99 of 100 bars lie by chance.

    Args:
        ranks: name -> (refits,), rank of the truth among `draws` draws, 0 to `draws`.
        draws: thinned draws of each refit.

    Source: Talts et al 2018, arXiv 1804.06788.
    """
    from scipy.stats import binom

    figure, axes = sheet(len(ranks), columns=4, height=36)
    edges = np.linspace(0, draws + 1, BINS + 1)
    for panel, (name, values) in zip(axes, ranks.items(), strict=True):
        counts, _ = np.histogram(values, bins=edges)
        low, high = binom.interval(LEVEL, len(values), 1 / BINS)
        panel.axhspan(low, high, color=FAINT, linewidth=0)
        panel.axhline(len(values) / BINS, color=GREY, linewidth=0.6)
        panel.bar(edges[:-1], counts, width=np.diff(edges) * 0.92, align="edge", color=BETTER, linewidth=0)
        dress(panel, name, "Rank of the truth", "Refits")
    return figure
