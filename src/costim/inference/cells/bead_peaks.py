"""Peaks of calibration beads: k groups of equal beads on a scale of decades."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.cells.order_statistics import Quantile, compute_quantile

Floats = NDArray[np.float64]
GRID = 1024
SMALLEST_SHARE = 0.02
"""A peak that holds a smaller part of the beads than this is debris or doublets."""
DEEPEST_VALLEY = 0.5
"""Between two peaks the density must fall below this part of the lower one."""


@dataclass(frozen=True, slots=True)
class BeadPeak:
    """One group of beads: its median with limits, and the robust coefficient of variation."""

    median: Quantile
    cv: float
    left: float
    right: float


def find_bead_peaks(
    values: ArrayLike, expected: int, *, cofactor: float = 150.0, level: float = 0.95
) -> tuple[BeadPeak, ...]:
    """Cut the beads at the valleys between their peaks.

    The density of asinh(value / cofactor) is smoothed with the narrowest of a row of bandwidths at which no more peaks
    are left than expected.

    Args:
        values: shape (n,), single beads of one channel in linear units.
        expected: how many peaks the leaflet of the beads names, a blank one included.
        cofactor: where the scale goes from linear to logarithmic.
        level: confidence level of the medians.

    Returns:
        Peaks from dim to bright; fewer than expected when there are no more, for the caller to refuse.

    Raises:
        ValueError: values are not finite, fewer than 20 beads per peak, or fewer than one peak expected.
    """
    beads = np.asarray(values, dtype=np.float64)
    if beads.ndim != 1 or not np.all(np.isfinite(beads)):
        raise ValueError("levels of beads must be a list of finite numbers")
    if expected < 1 or beads.size < 20 * expected:
        raise ValueError(f"{expected} peaks need at least {20 * expected} beads, found {beads.size}")
    scaled = np.arcsinh(beads / cofactor)
    cuts = _cuts(scaled, expected)
    edges = np.concatenate([[-np.inf], cofactor * np.sinh(cuts), [np.inf]])
    groups = [(beads[(beads >= a) & (beads < b)], a, b) for a, b in pairwise(edges.tolist())]
    return tuple(_peak(own, left, right, level) for own, left, right in groups)


def _peak(beads: Floats, left: float, right: float, level: float) -> BeadPeak:
    median = compute_quantile(beads, level=level)
    low, middle, high = np.quantile(beads, [0.25, 0.5, 0.75])
    cv = float((high - low) / 1.349 / middle) if middle > 0 else float("nan")
    return BeadPeak(median, cv, left, right)


def _cuts(scaled: Floats, expected: int) -> Floats:
    """Lowest points between neighbouring peaks, at the narrowest bandwidth that leaves no more than expected."""
    from scipy.ndimage import gaussian_filter1d

    low, high = float(scaled.min()), float(scaled.max())
    margin = 0.1 * (high - low) + 1e-9
    counts, edges = np.histogram(scaled, GRID, (low - margin, high + margin))
    for width in np.geomspace(1.5, GRID / 8, 40):
        density = gaussian_filter1d(counts.astype(np.float64), float(width), mode="constant")
        peaks = _tops(density, counts)
        if len(peaks) <= expected:
            middles = [a + int(np.argmin(density[a : b + 1])) for a, b in pairwise(peaks)]
            return np.asarray([(edges[m] + edges[m + 1]) / 2 for m in middles])
    return np.empty(0)


def _tops(density: Floats, counts: NDArray[np.int64]) -> list[int]:
    """Maxima parted by deep valleys, each with enough beads between them."""
    inner = density[1:-1]
    found = [int(i) + 1 for i in np.flatnonzero((inner > density[:-2]) & (inner >= density[2:]))]
    least = ceil(SMALLEST_SHARE * counts.sum())
    before = [0, *np.cumsum(counts).tolist()]
    height = density.tolist()
    lowest: dict[tuple[int, int], int] = {}
    changed = True
    while changed and len(found) > 1:
        changed = False
        pairs = list(pairwise(found))
        # Of all pairs only the one where a top was left out is new.
        lowest |= {(a, b): a + int(density[a : b + 1].argmin()) for a, b in pairs if (a, b) not in lowest}
        bounds = [0, *(lowest[pair] for pair in pairs), len(counts)]
        for k, top in enumerate(found):
            sides = [height[v] for v in bounds[k : k + 2] if 0 < v < len(counts)]
            held = before[bounds[k + 1]] - before[bounds[k]]
            if held < least or max(sides) > DEEPEST_VALLEY * height[top]:
                del found[k]
                changed = True
                break
    return found
