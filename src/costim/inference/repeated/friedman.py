"""Friedman's test: do the readings of a patient tend to lie higher at some visits than at others?

Readings are ranked within each patient, and under the null hypothesis every order of a patient's mid-ranks is equally
likely. The distribution of the statistic over all orders is counted exactly, by adding one patient at a time to the
distribution of the rank sums. As the statistic ignores which visit has which sum, sums are kept in ascending order,
which leaves few enough of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.lattice import Integers, round_to_lattice
from costim.inference.repeated.patterns import read_values

MOST_ROWS = 3_000_000
"""Rank sums times orders of one patient beyond which orders are drawn instead of counted."""
MOST_ORDERS = 720
"""Six visits; with more, orders are drawn."""
DRAWS = 99_999
"""Orders drawn where they are too many to count."""


@dataclass(frozen=True, slots=True)
class Friedman:
    """Result of the test over the patients with a reading at every visit.

    `statistic` is Friedman's chi-squared, corrected for ties; None where there is no patient, or all readings of each
    are equal. `method` is `exact`, or `permutation` with `draws` and `seed`. `p_min` is the smallest p that these
    mid-ranks could have given. `mean_ranks` of the visits, 1 = lowest.
    """

    n: int
    n_incomplete: int
    visits: int
    statistic: float | None
    p: float | None
    p_min: float | None
    method: str
    draws: int | None
    seed: int | None
    mean_ranks: tuple[float, ...]
    has_ties: bool


def compute_friedman(values: ArrayLike, *, resolution: float | None = None, seed: int = 20070101) -> Friedman:
    """Friedman's test, exact and conditional on the mid-ranks.

    Args:
        values: shape (patients, visits), at least two visits; NaN where there is no reading. Patients without a
            reading at every visit are left out and counted.
        resolution: smallest step of the instrument; readings are rounded to it before they are ranked.
        seed: of the orders drawn, where they are too many to count (p is then (b + 1) / (m + 1)).

    Returns:
        The test; p = P(statistic >= the one observed). Without a patient, p is None; where all readings of each patient
        are equal, p is 1 and there is no statistic.

    Raises:
        ValueError: an infinite reading, fewer than two visits, or a resolution that is not positive.
    """
    array = read_values(values, 2)
    visits = array.shape[1]
    if visits < 2:
        raise ValueError("ranks within a patient need two or more visits")
    kept = array[~np.isnan(array).any(axis=1)]
    started = int((~np.isnan(array)).any(axis=1).sum())
    ranks = doubled_ranks_within(kept, resolution)
    sums = ranks.sum(axis=0)
    blocks = _by_shape(ranks)
    moving = [(shape, number) for shape, number in blocks if len(set(shape)) > 1]
    method, draws = "exact", None
    p: float | None = None
    p_min: float | None = None
    if ranks.shape[0]:
        observed = int((sums**2).sum())
        counted = count_orders(moving, ranks.shape[0], visits)
        if counted is None:
            method, draws = "permutation", DRAWS
            p, p_min = _draw(ranks, observed, seed), 1 / (DRAWS + 1)
        else:
            fixed, chances = _fixed(blocks, visits), counted.chances
            squares = counted.squares() + 2 * fixed * _total(moving) + visits * fixed**2
            p = _chance(chances, squares >= observed)
            p_min = _chance(chances, squares == squares.max())
    return Friedman(
        n=int(ranks.shape[0]),
        n_incomplete=started - int(ranks.shape[0]),
        visits=visits,
        statistic=friedman_statistic(ranks),
        p=p,
        p_min=p_min,
        method=method,
        draws=draws,
        seed=seed if draws else None,
        mean_ranks=tuple((sums / 2 / ranks.shape[0]).tolist()) if ranks.shape[0] else (),
        has_ties=any(len(set(shape)) < visits for shape, _ in blocks),
    )


def doubled_ranks_within(values: NDArray[np.float64], resolution: float | None = None) -> Integers:
    """Doubled mid-ranks of each row of (patients, visits), whole numbers."""
    units = round_to_lattice(values.ravel(), resolution=resolution).units.reshape(values.shape)
    below = (units[:, :, None] > units[:, None, :]).sum(axis=2)
    equal = (units[:, :, None] == units[:, None, :]).sum(axis=2)
    return np.asarray(2 * below + equal + 1, dtype=np.int64)


def friedman_statistic(ranks: Integers) -> float | None:
    """Chi-squared with the correction for ties, from doubled mid-ranks; None where nothing could differ."""
    n, visits = ranks.shape
    spread = int(((ranks - (visits + 1)) ** 2).sum())
    if spread == 0:
        return None
    between = int(((ranks.sum(axis=0) - n * (visits + 1)) ** 2).sum())
    return float((visits - 1) * between / spread)


def _by_shape(ranks: Integers) -> list[tuple[tuple[int, ...], int]]:
    """Patients with the same mid-ranks, whatever their order, and how many they are."""
    if ranks.shape[0] == 0:
        return []
    shapes, numbers = np.unique(np.sort(ranks, axis=1), axis=0, return_counts=True)
    return [(tuple(shape), int(number)) for shape, number in zip(shapes.tolist(), numbers.tolist(), strict=True)]


def _fixed(blocks: Sequence[tuple[tuple[int, ...], int]], visits: int) -> int:
    """What patients with equal readings at all visits add to every rank sum."""
    return sum(number for shape, number in blocks if len(set(shape)) == 1) * (visits + 1)


def _total(blocks: Sequence[tuple[tuple[int, ...], int]]) -> int:
    return sum(sum(shape) * number for shape, number in blocks)


@dataclass(frozen=True, slots=True, eq=False)
class RankSums:
    """Rank sums that some patients can have, each in ascending order, with their chances."""

    sums: Integers
    chances: NDArray[np.float64]

    def add(self, shape: tuple[int, ...], digits: Integers) -> RankSums | None:
        """With one more patient of these mid-ranks; None where the orders are too many.

        `digits` are powers of a whole number above every rank sum.
        """
        orders = np.array(sorted(set(permutations(shape))), dtype=np.int64)
        if self.sums.shape[0] * orders.shape[0] > MOST_ROWS:
            return None
        grown = np.sort((self.sums[:, None, :] + orders).reshape(-1, len(shape)), axis=1)
        codes, first, place = np.unique(grown @ digits, return_index=True, return_inverse=True)
        weights = np.repeat(self.chances / orders.shape[0], orders.shape[0])
        return RankSums(grown[first], np.asarray(np.bincount(place, weights, minlength=codes.size)))

    def squares(self) -> Integers:
        """Sum of the squared rank sums."""
        return np.asarray((self.sums**2).sum(axis=1))


def nobody(visits: int) -> RankSums:
    """Rank sums of no patient."""
    return RankSums(np.zeros((1, visits), dtype=np.int64), np.ones(1))


def choose_digits(n: int, visits: int) -> Integers | None:
    """Weights that tell the (doubled) rank sums of `n` patients apart; None where they or the orders are too many."""
    base = 2 * visits * max(n, 1) + 1
    if factorial(visits) > MOST_ORDERS or visits * np.log2(base) >= 62:
        return None
    return np.asarray(base ** np.arange(visits, dtype=np.int64))


def count_orders(blocks: Sequence[tuple[tuple[int, ...], int]], n: int, visits: int) -> RankSums | None:
    """Rank sums over all orders, with their chances; None where they are too many.

    Args:
        blocks: mid-ranks that patients share, and how many patients.
        n: number of patients, which bounds the rank sums.
        visits: length of each.
    """
    digits = choose_digits(n, visits)
    found: RankSums | None = nobody(visits)
    for shape in [shape for shape, number in blocks for _ in range(number)]:
        if digits is None or found is None:
            return None
        found = found.add(shape, digits)
    return found if digits is not None else None


def _chance(chances: NDArray[np.float64], which: NDArray[np.bool_]) -> float:
    """Their sum; exactly 1 for all of them."""
    return 1.0 if which.all() else float(chances[which].sum())


def _draw(ranks: Integers, observed: int, seed: int) -> float:
    """The p-value from orders drawn at random: the one observed counts as drawn too."""
    rng = np.random.default_rng(seed)
    reached, left = 0, DRAWS
    while left:
        size = min(left, max(1, 2_000_000 // ranks.size))
        drawn = rng.permuted(np.broadcast_to(ranks, (size, *ranks.shape)), axis=2).sum(axis=1)
        reached += int(((drawn**2).sum(axis=1) >= observed).sum())
        left -= size
    return (reached + 1) / (DRAWS + 1)
