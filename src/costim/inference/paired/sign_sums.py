"""The null distribution of every test on paired changes: a sum of fixed sizes, each counted or not like a tossed coin.

The sizes are whole numbers (mid-ranks doubled, or changes in steps of the instrument), so that the distribution is
counted, not approximated.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.inference.lattice import Integers

BLOCK = 500
"""So many sizes are counted before the counts are brought back below one: 2^500 is far from the largest float."""
TINY = 1e-290
"""Below it the counted chance may have lost digits to underflow; it is then computed in logarithms."""
SMALLEST_P = sys.float_info.min
"""A p-value below the smallest ordinary float is given as this one, which is still an upper bound."""


@dataclass(frozen=True, slots=True)
class TwoSidedP:
    """A two-sided p and its logarithm to base 10, which stays exact where the float ends (below 2.2e-308)."""

    p: float
    log10_p: float


def two_sided_p(sizes: Integers, observed: int) -> float:
    """P(|2W - T| >= |2w - T|) for a sum W of randomly chosen `sizes` with total T; see `compute_two_sided_p`."""
    return compute_two_sided_p(sizes, observed).p


def compute_two_sided_p(sizes: Integers, observed: int) -> TwoSidedP:
    """Exact two-sided p of a sum of randomly chosen sizes.

    Args:
        sizes: shape (m,), positive whole numbers.
        observed: the sum w that was seen, 0 <= w <= sum of sizes.

    Returns:
        p = P(|2W - T| >= |2w - T|), relative error below m * 2.3e-16 (in logarithms: of the logarithm).
    """
    total = int(sizes.sum())
    tail = min(observed, total - observed)
    if 2 * tail == total:
        return TwoSidedP(1.0, 0.0)
    step = int(np.gcd.reduce(sizes))
    chance = 2.0 * float(null_chances(sizes // step, tail // step).sum())
    if chance >= TINY:
        p = min(1.0, chance)
        return TwoSidedP(p, math.log10(p))
    log10_p = _log10_tail(sizes // step, tail // step) + math.log10(2)
    return TwoSidedP(max(SMALLEST_P, 10.0 ** max(log10_p, -320.0)), log10_p)


def null_chances(sizes: Integers, last: int) -> NDArray[np.float64]:
    """P(W = 0) ... P(W = last) by adding one size at a time; sums above `last` are never needed."""
    counts = np.zeros(last + 1)
    counts[0] = 1.0
    reach = 0
    ordered = np.sort(sizes).tolist()
    for done, size in enumerate(ordered, start=1):
        reach = min(last, reach + size)
        if size <= last:
            counts[size : reach + 1] += counts[: reach + 1 - size]  # numpy copies where both sides overlap
        if done % BLOCK == 0:
            counts *= 2.0**-BLOCK
    counts *= 2.0 ** -(len(ordered) % BLOCK)
    return counts


def _log10_tail(sizes: Integers, last: int) -> float:
    """log10 P(W <= last) where the chance itself is too small for a float.

    Exponential tilting: each size is counted with chance 1 / (1 + exp(tilt * size)), the tilt such that `last` is the
    expected sum. The tilted chances near `last` are ordinary numbers, and the factor between both laws is known.
    """
    if last == 0:
        return -sizes.size * math.log10(2)
    tilt = _find_tilt(sizes, last)
    ordered = np.sort(sizes)
    shrunk = np.exp(-tilt * ordered)
    chance = np.zeros(last + 1)
    chance[0] = 1.0
    for size, counted in zip(ordered.tolist(), (shrunk / (1 + shrunk)).tolist(), strict=True):
        added = counted * chance[: max(0, last + 1 - size)]
        chance *= 1 - counted
        if size <= last:
            chance[size:] += added
    below = float(np.dot(chance, np.exp(-tilt * np.arange(last, -1, -1))))
    known_factor = tilt * last + float(np.log1p(shrunk).sum()) - sizes.size * math.log(2)
    return (math.log(below) + known_factor) / math.log(10)


def _find_tilt(sizes: Integers, last: int) -> float:
    """The tilt at which the expected sum is `last` (less than half the total), by halving."""

    def expected(tilt: float) -> float:
        # exp(-x) / (1 + exp(-x)) does not overflow for large x.
        shrunk = np.exp(-tilt * sizes)
        return float(np.dot(sizes, shrunk / (1 + shrunk)))

    low, high = 0.0, 1.0
    while expected(high) > last:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) > last else (low, middle)
    return high
