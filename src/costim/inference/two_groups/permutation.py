"""Permutation test of two groups: how often does another split of the patients give a sum of scores as far off?"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 999
MARGIN = 1e-9
"""Sums this close (relative to the largest) are ties, so that the order of summation decides nothing."""


def compute_permutation_p(scores: Floats, first: int, *, draws: int = DRAWS, seed: int = 1) -> Floats:
    """Two-sided p of each of many studies of one size.

    Under the null hypothesis every split of the patients is equally likely: of numbers, that the groups are alike; of
    times, that the groups are alike in events and in censoring. All splits are counted where there are at most
    `draws` + 1 of them; else `draws` are drawn, the same for every study, and the split that happened is one more
    (Phipson & Smyth 2010), so that the test keeps its level either way.

    Args:
        scores: shape (r, n); the first `first` columns are one group.
        first: size of that group, 1 to n - 1.
        draws: splits drawn.
        seed: of the splits.

    Returns:
        Shape (r,): share of splits whose sum is as far from its mean as that of the split that happened, or further.

    Raises:
        ValueError: an empty group, or a score that is not finite.
    """
    n = scores.shape[1]
    if not 0 < first < n:
        raise ValueError(f"two groups of at least one patient are needed, found {first} and {n - first}")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite")
    splits, drawn = _splits(n, first, draws, seed)
    centred = scores - scores.mean(axis=1, keepdims=True)
    distance = np.abs(centred @ splits.T)
    observed = np.abs(centred[:, :first].sum(axis=1))
    least = observed - MARGIN * np.abs(centred).sum(axis=1)
    as_far = (distance >= least[:, None]).sum(axis=1)
    return np.asarray((as_far + drawn) / (len(splits) + drawn), dtype=np.float64)


def _splits(n: int, first: int, draws: int, seed: int) -> tuple[Floats, int]:
    """Splits as rows of 0 and 1; 1 where they were drawn, 0 where they are all there are."""
    if comb(n, first) <= draws + 1:
        chosen = np.array(list(combinations(range(n), first)))
        rows = np.zeros((len(chosen), n))
        np.put_along_axis(rows, chosen, 1.0, axis=1)
        return rows, 0
    keys = np.random.default_rng(seed).random((draws, n))
    rows = np.zeros((draws, n))
    np.put_along_axis(rows, np.argsort(keys, axis=1)[:, :first], 1.0, axis=1)
    return rows, 1
