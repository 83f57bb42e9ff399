"""One patient with several readings before and after: how far the two sets of readings overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
FEWEST_BEFORE = 3
"""With fewer readings before, nothing can be said about how the patient varies without treatment."""


@dataclass(frozen=True, slots=True)
class NonOverlap:
    """Pairs of one reading before and one after, by which is the better.

    `nap` is the share of pairs in which the reading after is better, ties counting half (Parker & Vannest 2009); `tau`
    is better minus worse pairs over all pairs, 2 nap - 1. `better`, `worse` and `tied` count pairs.
    """

    n_before: int
    n_after: int
    better: int
    worse: int
    tied: int
    nap: float
    tau: float


@dataclass(frozen=True, slots=True)
class NonOverlapBounds:
    """Smallest and largest NAP over every value that ranged readings admit."""

    n_before: int
    n_after: int
    nap_lower: float
    nap_upper: float


def compute_non_overlap(before: ArrayLike, after: ArrayLike, *, downwards: bool = True) -> NonOverlap | None:
    """Non-overlap of all pairs, and Tau.

    No limits are given: readings of one patient follow each other in time, and limits that take them as independent
    would claim more than they show.

    Args:
        before: shape (m,), readings without treatment.
        after: shape (k,), readings under or after treatment.
        downwards: whether lower readings are better.

    Returns:
        None with fewer than three readings before or without a reading after.

    Raises:
        ValueError: a reading is not finite.
    """
    first, second = _finite(before), _finite(after)
    if first.size < FEWEST_BEFORE or second.size == 0:
        return None
    signs = np.sign(second[None, :] - first[:, None]) * (-1 if downwards else 1)
    better, worse = int((signs > 0).sum()), int((signs < 0).sum())
    pairs = int(signs.size)
    tied = pairs - better - worse
    nap, tau = (2 * better + tied) / (2 * pairs), (better - worse) / pairs
    return NonOverlap(int(first.size), int(second.size), better, worse, tied, nap, tau)


def compute_non_overlap_bounds(
    before: ArrayLike, after: ArrayLike, *, downwards: bool = True
) -> NonOverlapBounds | None:
    """Bounds of NAP when readings are known within ranges.

    NAP never falls when a reading before gets worse or one after gets better, so that two completions decide.

    Args:
        before: shape (m, 2), lower and upper end of each reading; ends may be infinite.
        after: shape (k, 2).
        downwards: whether lower readings are better.

    Returns:
        None with fewer than three readings before or without a reading after.

    Raises:
        ValueError: ends are not numbers or in the wrong order.
    """
    first, second = (np.asarray(x, dtype=np.float64).reshape(-1, 2) for x in (before, after))
    if not (np.all(first[:, 0] <= first[:, 1]) and np.all(second[:, 0] <= second[:, 1])):
        raise ValueError("every reading needs a lower end and an upper end that is not below it")
    if len(first) < FEWEST_BEFORE or len(second) == 0:
        return None
    low, high = (0, 1) if downwards else (1, 0)
    sign = -1 if downwards else 1
    least = _share(first[:, low], second[:, high], sign)
    most = _share(first[:, high], second[:, low], sign)
    return NonOverlapBounds(len(first), len(second), least, most)


def compute_tau_u(before: ArrayLike, after: ArrayLike, *, downwards: bool = True) -> float | None:
    """Tau-U: Tau less the trend that the readings before show by themselves (Parker et al. 2011).

    (S between phases - S of the readings before) / (m k), where S counts better minus worse pairs in time order. It may
    leave [-1, 1], and with three readings before one of them can turn it; it is not printed by default.

    Args:
        before: shape (m,), in the order of time.
        after: shape (k,).
        downwards: whether lower readings are better.

    Returns:
        None with fewer than three readings before or without a reading after.

    Raises:
        ValueError: a reading is not finite.
    """
    found = compute_non_overlap(before, after, downwards=downwards)
    if found is None:
        return None
    first = _finite(before)
    i, j = np.triu_indices(first.size, 1)
    trend = float(np.sign(first[j] - first[i]).sum()) * (-1 if downwards else 1)
    return (found.better - found.worse - trend) / (found.n_before * found.n_after)


def _share(before: Floats, after: Floats, sign: int) -> float:
    # Compared, not subtracted: both may be the same infinity.
    greater = (after[None, :] > before[:, None]).mean()
    smaller = (after[None, :] < before[:, None]).mean()
    better, worse = (greater, smaller) if sign > 0 else (smaller, greater)
    return float((1 + better - worse) / 2)


def _finite(values: ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not np.all(np.isfinite(found)):
        raise ValueError("readings must be a row of finite numbers")
    return found
