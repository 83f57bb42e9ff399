"""Tails of the binomial distribution as functions of the share, and where two of them cross."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def upper_tail(count: ArrayLike, n: int, share: ArrayLike) -> Floats:
    """P(X >= count) for each count (whole numbers, also below 0 or above n) and share in [0, 1], broadcast together."""
    from scipy.special import betainc

    k, p = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(share, dtype=float))
    inner = np.clip(k, 1, n)
    return np.where(k <= 0, 1.0, np.where(k > n, 0.0, betainc(inner, n - inner + 1, p)))


def lower_tail(count: ArrayLike, n: int, share: ArrayLike) -> Floats:
    """P(X <= count): the upper tail of the others, so that a tiny probability keeps its digits."""
    return upper_tail(n - np.asarray(count, dtype=float), n, 1 - np.asarray(share, dtype=float))


def find_crossings(rising: Callable[[Floats], Floats], low: ArrayLike, high: ArrayLike) -> Floats:
    """Where each of several rising functions passes zero, by halving down to neighbouring floating-point numbers.

    Args:
        rising: values at one point per function; at most zero at `low`, at least zero at `high`.
        low: left ends, shape (m,).
        high: right ends, shape (m,).
    """
    left, right = (np.array(end, dtype=float) for end in np.broadcast_arrays(low, high))
    while True:
        middle = left + (right - left) / 2
        if np.all((middle == left) | (middle == right)):
            return np.asarray(middle)
        above = rising(middle) > 0
        left, right = np.where(above, left, middle), np.where(above, middle, right)
