"""Smoothed density of many events, and which events are drawn one by one.

Rule: fewer than `SPARSE` events are drawn as dots only, every one of them. With more, contours hold the stated shares
of the events, and events outside the outermost contour are dots; of more than `MOST_DOTS` an evenly spaced sample in
the order of the file, the same at every run.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from costim.registry.gate_pictures import DensityGrid

SPARSE = 200
MOST_DOTS = 400
CELLS = 64
SHARES = (0.95, 0.8, 0.6, 0.4, 0.2)
BINS = 64
"""Bins of a histogram."""
_LEAST_WIDTH = 0.8
"""Standard deviation of the smoothing kernel in cells, at least."""


def chosen(n: int, most: int = MOST_DOTS) -> NDArray[np.int64]:
    """Which of n events are drawn: all, or `most` evenly spaced ones, the first included."""
    if n <= most:
        return np.arange(n, dtype=np.int64)
    return (np.arange(most, dtype=np.int64) * n) // most


def compute_density(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[DensityGrid, NDArray[np.bool_]]:
    """Density on a grid, and which events lie outside the outermost contour.

    Args:
        x: shape (n,), from 0 (lower end of the axis) to 1 (upper end).
        y: as x.

    Returns:
        Heights rounded to four decimals, relative to the highest cell; above `levels[i]` lie at least `shares[i]` of
        the events. The kernel is normal, by Scott's rule on each axis.
    """
    i = np.minimum((x * CELLS).astype(np.int64), CELLS - 1)
    j = np.minimum((y * CELLS).astype(np.int64), CELLS - 1)
    counts = np.bincount(j * CELLS + i, minlength=CELLS * CELLS).reshape(CELLS, CELLS).astype(np.float64)
    smooth = _smoothed(counts, _width(y), _width(x))
    heights = np.round(smooth / smooth.max(), 4)
    at_event = heights[j, i]
    order = np.sort(at_event)[::-1]
    needed = [min(len(order), int(np.ceil(share * len(order)))) for share in SHARES]
    levels = [float(order[n - 1]) for n in needed]
    kept = _rising(levels)
    grid = DensityGrid(
        heights=tuple(tuple(row) for row in heights.tolist()),
        levels=tuple(levels[k] for k in kept),
        shares=tuple(SHARES[k] for k in kept),
    )
    return grid, at_event < (grid.levels[0] if grid.levels else 0.0)


def _rising(levels: list[float]) -> list[int]:
    """Positions of levels that are above zero and above the one before."""
    kept: list[int] = []
    for k, level in enumerate(levels):
        if level > 0 and (not kept or level > levels[kept[-1]]):
            kept.append(k)
    return kept


def _width(values: NDArray[np.float64]) -> float:
    """Scott's bandwidth in cells, from the interquartile range where that is smaller (modes apart widen the SD)."""
    low, high = np.quantile(values, (0.25, 0.75))
    spread = min(float(values.std()), float(high - low) / 1.349) or float(values.std())
    return max(_LEAST_WIDTH, spread * CELLS / math.pow(len(values), 1 / 6))


def _smoothed(counts: NDArray[np.float64], along_rows: float, along_columns: float) -> NDArray[np.float64]:
    return _kernel(along_rows) @ counts @ _kernel(along_columns).T


def _kernel(width: float) -> NDArray[np.float64]:
    """Normal kernel as a matrix; mass that would leave the grid stays in it."""
    cells = np.arange(CELLS)
    weights = np.exp(-0.5 * ((cells[:, None] - cells[None, :]) / width) ** 2)
    return np.asarray(weights / weights.sum(axis=0, keepdims=True))


def compute_histogram(x: NDArray[np.float64]) -> tuple[float, ...]:
    """Heights of `BINS` even bins from 0 to 1, the highest being 1."""
    counts = np.histogram(x, bins=BINS, range=(0.0, 1.0))[0]
    return tuple(np.round(counts / max(int(counts.max()), 1), 4).tolist())
