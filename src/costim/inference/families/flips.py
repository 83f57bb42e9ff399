"""Signed sums of many markers when the signs of whole patients are turned together.

Turning every sign gives the same absolute sums, so half of the 2^k patterns are enough. One marker is held at a time:
2^19 whole numbers are 4 MiB, whatever the number of markers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from costim.inference.lattice import Integers

Floats = NDArray[np.float64]
Sums = Callable[[Integers], Floats]
"""Weights of one marker, shape (k,), signed as observed -> absolute sums over the patterns, first the observed one."""

LARGEST_ENUMERATED = 20
"""Up to so many patients every pattern of signs is visited."""
BLOCK = 1 << 14


def enumerate_sums(weights: Integers) -> Floats:
    """Absolute signed sums over the 2^(k-1) patterns in which the first patient keeps its sign.

    Whole numbers throughout, so that equal sums are equal. Without patients the only sum is zero.
    """
    if weights.size == 0:
        return np.zeros(1)
    sums = np.empty(1 << (weights.size - 1), dtype=np.int64)
    sums[0] = weights[0]
    size = 1
    for weight in weights[1:].tolist():
        np.subtract(sums[:size], weight, out=sums[size : 2 * size])
        sums[:size] += weight
        size *= 2
    return np.abs(sums).astype(np.float64)


def draw_signs(patients: int, draws: int, seed: int) -> NDArray[np.uint8]:
    """Random patterns, shape (draws + 1, patients), 1 = turned; the first row is the observed one (nothing turned)."""
    bits = np.random.default_rng(seed).integers(0, 2, (draws + 1, patients), dtype=np.uint8)
    bits[0] = 0
    return bits


def sum_drawn(turned: NDArray[np.uint8], weights: Integers) -> Floats:
    """Absolute signed sums of the drawn patterns, a block of them at a time."""
    sums = np.empty(turned.shape[0])
    values, total = weights.astype(np.float64), float(weights.sum())
    for start in range(0, sums.size, BLOCK):
        block = turned[start : start + BLOCK].astype(np.float64)
        sums[start : start + BLOCK] = np.abs(total - 2 * (block @ values))
    return sums
