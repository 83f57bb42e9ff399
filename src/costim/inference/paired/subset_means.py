"""The means of all subsets of the changes, with the chance of each under random signs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.inference.lattice import Integers

Floats = NDArray[np.float64]
LARGEST_TABLE = 6_000_000
MOST_STEPS = 500_000_000
MOST_CHANGES = 1000
"""Subsets are counted by size and sum where the table has no more cells than this, and its filling takes no more steps;
beyond a thousand changes single chances come near the smallest float."""
CHUNK = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class SubsetMeans:
    """Subsets by their sum (whole steps) and size; `weights` is how often each counts, of `total` in all.

    p of a shift below the overall mean is (`always` + weight of the means that do not exceed it) / `total`: the
    patterns that are as extreme as the one observed, on both sides.
    """

    sums: Integers
    sizes: Integers
    weights: Floats | None
    """None: each counts once."""
    always: float
    total: float
    factor: float
    """2 where only one side is held here, 1 where both are."""

    def mirrored(self) -> SubsetMeans:
        """The same with every change of the other sign."""
        return SubsetMeans(-self.sums, self.sizes, self.weights, self.always, self.total, self.factor)

    def p_at_zero(self) -> float:
        """Of a shift of zero, for an overall mean above zero."""
        below = self.sums <= 0
        weight = float(below.sum()) if self.weights is None else float(self.weights[below].sum())
        return min(1.0, self.factor * (self.always + weight) / self.total)

    def smallest_accepted(self, alpha: float) -> tuple[int, int] | None:
        """Sum and size of the smallest mean whose p exceeds alpha; None when p exceeds it however low the shift."""

        def accepted(weight: float) -> bool:
            return self.factor * (self.always + weight) / self.total > alpha

        if accepted(0.0):
            return None
        means = self.sums / self.sizes
        if self.weights is None:
            # p grows with the rank of the mean: the first rank that is accepted.
            rank = int(alpha * self.total / self.factor - self.always)
            rank = next(k for k in range(max(0, rank - 2), means.size + 1) if accepted(k))
            place = int(np.argpartition(means, rank - 1)[rank - 1])
        else:
            order = np.argsort(means, kind="stable")
            reached = self.factor * (self.always + np.cumsum(self.weights[order])) / self.total
            place = int(order[int(np.argmax(reached > alpha))])
        return int(self.sums[place]), int(self.sizes[place])


def enumerate_subsets(units: Integers) -> SubsetMeans:
    """All non-empty subsets, by doubling: those without the next change, then those with it."""
    sums, sizes = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    for unit in units.tolist():
        sums = np.concatenate([sums, sums + unit])
        sizes = np.concatenate([sizes, sizes + 1])
    return SubsetMeans(sums[1:], sizes[1:], None, 1.0, 2.0**units.size, 2.0)


def count_subsets(units: Integers) -> SubsetMeans | None:
    """All subsets counted by size and sum; None where the changes are too many steps of the instrument for that."""
    step = int(np.gcd.reduce(units)) or 1
    small = units // step
    n = units.size
    lowest, highest = int(small[small < 0].sum()), int(small[small > 0].sum())
    cells = (n + 1) * (highest - lowest + 1)
    if n > MOST_CHANGES or cells > LARGEST_TABLE or n * cells > MOST_STEPS:
        return None
    chance = np.zeros((n + 1, highest - lowest + 1))
    chance[0, -lowest] = 1.0
    for unit in small.tolist():
        halved = chance / 2
        chance = halved.copy()
        if unit >= 0:
            chance[1:, unit:] += halved[:-1, : halved.shape[1] - unit]
        else:
            chance[1:, :unit] += halved[:-1, -unit:]
    sizes, places = np.nonzero(chance)
    held = sizes > 0
    sizes, places = sizes[held], places[held]
    sums = (places + lowest) * step
    return SubsetMeans(sums, sizes, chance[sizes, places], 2.0**-n, 1.0, 2.0)


def draw_subsets(units: Integers, draws: int, seed: int) -> SubsetMeans:
    """Random subsets, each with its complement: the two sides on which a sign pattern can be as extreme.

    The pattern observed counts as one draw more; an empty subset is as extreme whatever the shift.
    """
    generator = np.random.default_rng(seed)
    total, n = int(units.sum()), units.size
    sums, sizes = [], []
    for start in range(0, draws, CHUNK):
        chosen = generator.integers(0, 2, (min(CHUNK, draws - start), n), dtype=np.int8)
        sums.append(chosen @ units)
        sizes.append(chosen.sum(axis=1, dtype=np.int64))
    drawn, counts = np.concatenate(sums), np.concatenate(sizes)
    both, size = np.concatenate([drawn, total - drawn]), np.concatenate([counts, n - counts])
    held = size > 0
    return SubsetMeans(both[held], size[held], None, 1.0 + float((~held).sum()), draws + 1.0, 1.0)
