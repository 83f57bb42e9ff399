"""The lowest density between two modes of pooled visits, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.strategies.pooled import Pooled

BINS = 512
LEAST_EVENTS = 60.0
"""Effective events below which no valley is looked for."""
LEAST_MASS = 5.0
"""Effective events that a mode must hold."""
CLEAR_Z = 3.0
"""A dip counts when the lower of its two modes stands out of it by so many standard errors ..."""
CLEAR_DEPTH = 0.8
"""... and the dip is at most this share of that mode."""
STRAY, STRAY_DEPTH = 2.5, 0.25
"""So many single events do not end the stretch of a valley, unless that is more than this share of its lower mode."""
SHALLOW = 0.5
"""A valley that is a larger share of its lower mode is said to be ambiguous."""


@dataclass(frozen=True, slots=True)
class Valley:
    """Where the density is lowest."""

    value: float
    """Middle of the stretch where the density cannot be told from the lowest."""
    lower: float
    upper: float
    """Ends of that stretch."""
    depth: float
    """Density of the valley as a share of that of its lower mode."""
    modes: tuple[float, ...]
    """All modes that stand out."""
    ambiguous: str
    """Why another valley might have been taken; blank when it is clear."""


@dataclass(frozen=True, slots=True, eq=False)
class _Density:
    grid: NDArray[np.float64]
    height: NDArray[np.float64]
    error: NDArray[np.float64]
    """Standard error of the height: Var = height / (2 n h sqrt(pi)) for a Gaussian kernel of bandwidth h."""
    least: float
    """Height that a single event would give; less than this is nothing."""
    effective: float


def find_valley(pool: Pooled, search: tuple[float, float] | None = None) -> Valley | None:
    """The lowest density between two modes.

    A Gaussian kernel density on a grid; neighbouring modes are joined while the dip between them is no more than chance
    or hardly a dip, the least certain dip first. Deterministic.

    Args:
        pool: Values on the display scale.
        search: Where the valley may lie; anywhere if not given.

    Returns:
        None when there are too few events, one mode only, or no valley within `search`.
    """
    if pool.effective < LEAST_EVENTS or pool.values[0] == pool.values[-1]:
        return None
    density = _density(pool)
    modes = _modes(density)
    low, high = search or (-math.inf, math.inf)
    found = []
    for left, right in pairwise(modes):
        valley = _between(density, left, right, low, high)
        if valley is not None:
            found.append(valley)
    if not found:
        return None
    found.sort(key=lambda v: (v.depth, v.value))
    best = found[0]
    names = tuple(float(density.grid[m]) for m in modes)
    doubts = []
    if len(found) > 1:
        doubts.append("other valleys at " + ", ".join(f"{v.value:.3g}" for v in found[1:]))
    if best.depth > SHALLOW:
        doubts.append(f"shallow: its density is {best.depth:.0%} of that of the lower mode")
    return Valley(best.value, best.lower, best.upper, best.depth, names, "; ".join(doubts))


def _density(pool: Pooled) -> _Density:
    low, high = pool.quantile(0.0005), pool.quantile(0.9995)
    margin = 0.05 * (high - low) or 1.0
    edges = np.linspace(low - margin, high + margin, BINS + 1)
    mass, _ = np.histogram(pool.values, edges, weights=pool.weights)
    step = float(edges[1] - edges[0])
    effective = pool.effective
    bandwidth = max(_bandwidth(pool), 1.5 * step)
    reach = math.ceil(4 * bandwidth / step)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / bandwidth) ** 2)
    kernel /= kernel.sum()
    height = np.convolve(mass, kernel)[reach:-reach] / step
    error = np.sqrt(np.maximum(height, 0.0) / (2.0 * effective * bandwidth * math.sqrt(math.pi)))
    least = 1.0 / (effective * bandwidth * math.sqrt(2.0 * math.pi))
    return _Density(0.5 * (edges[1:] + edges[:-1]), height, error, least, effective)


def _bandwidth(pool: Pooled) -> float:
    """Half of Silverman's rule of thumb (1986, eq. 3.31), which by itself smooths two modes into one."""
    mean = float(np.sum(pool.weights * pool.values))
    sd = math.sqrt(float(np.sum(pool.weights * (pool.values - mean) ** 2)))
    quartiles = pool.quantile(0.75) - pool.quantile(0.25)
    scale = min(sd, quartiles / 1.349) if quartiles > 0 else sd
    return float(0.5 * 0.9 * scale * pool.effective**-0.2)


def _modes(density: _Density) -> list[int]:
    """Places of the modes that stand out, in rising order."""
    height = density.height
    padded = np.concatenate([[-1.0], height, [-1.0]])
    peaks = [int(i) for i in np.flatnonzero((padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:]))]
    peaks = [p for p in peaks if height[p] > density.least]
    known: dict[tuple[int, int], tuple[float, bool]] = {}
    while len(peaks) > 1:
        pairs = list(pairwise(peaks))
        # Of all pairs only the one where two were joined is new.
        known |= {pair: _clearness(density, *pair) for pair in pairs if pair not in known}
        doubtful = [(*known[pair], i) for i, pair in enumerate(pairs)]
        unclear = [(z, i) for z, clear, i in doubtful if not clear]
        if not unclear:
            break
        _, i = min(unclear)
        peaks.pop(i if height[peaks[i]] < height[peaks[i + 1]] else i + 1)
    return peaks


def _clearness(density: _Density, left: int, right: int) -> tuple[float, bool]:
    """By how many standard errors the lower mode stands out of the dip, and whether the dip counts."""
    bottom = left + int(np.argmin(density.height[left : right + 1]))
    lower = left if density.height[left] <= density.height[right] else right
    drop = density.height[lower] - density.height[bottom]
    error = math.hypot(density.error[lower], density.error[bottom])
    z = float(drop / error) if error > 0 else 0.0
    mass = _mass(density, bottom, lower)
    deep = density.height[bottom] <= CLEAR_DEPTH * density.height[lower]
    return z, bool(z >= CLEAR_Z and deep and mass * density.effective >= LEAST_MASS)


def _mass(density: _Density, bottom: int, mode: int) -> float:
    """Share of the events from the dip over the mode to as far on its other side."""
    step = density.grid[1] - density.grid[0]
    other = 2 * mode - bottom
    low, high = max(0, min(bottom, other)), min(BINS - 1, max(bottom, other))
    return float(density.height[low : high + 1].sum() * step)


def _between(density: _Density, left: int, right: int, low: float, high: float) -> Valley | None:
    inside = np.arange(left, right + 1)
    inside = inside[(density.grid[inside] >= low) & (density.grid[inside] <= high)]
    if not inside.size:
        return None
    heights = density.height[inside]
    lowest = int(np.argmin(heights))
    if lowest in (0, heights.size - 1):
        return None  # the density only falls or only rises here: the valley lies outside of the search
    lower_mode = min(density.height[left], density.height[right])
    stray = min(STRAY * density.least, STRAY_DEPTH * lower_mode)
    limit = max(heights[lowest] + density.error[inside[lowest]], stray)
    first = last = lowest
    while first > 0 and heights[first - 1] <= limit:
        first -= 1
    while last < heights.size - 1 and heights[last + 1] <= limit:
        last += 1
    ends = float(density.grid[inside[first]]), float(density.grid[inside[last]])
    return Valley(0.5 * (ends[0] + ends[1]), *ends, float(heights[lowest] / lower_mode), (), "")
