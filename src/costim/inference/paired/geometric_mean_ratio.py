"""Ratio of geometric means, after to before: the mean change on the scale of logarithms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.paired.sign_flip import DEFAULT_SEED
from costim.inference.paired.sign_flip_ranged import compute_sign_flip_bounds

LOG_STEP = 1e-12
"""Logarithms of ratios are told apart down to this step: relative precision of a ratio, far above float noise."""


@dataclass(frozen=True, slots=True)
class GeometricMeanRatio:
    """`estimate` has two equal ends where every reading is one number. None = without limit."""

    n: int
    estimate: tuple[float, float]
    lower: float | None
    upper: float | None
    level: float
    p: float
    p_min: float
    seed: int | None


def compute_geometric_mean_ratio(
    before: ArrayLike,
    after: ArrayLike,
    *,
    level: float = 0.95,
    seed: int = DEFAULT_SEED,
    before_upper: ArrayLike | None = None,
    after_upper: ArrayLike | None = None,
) -> GeometricMeanRatio:
    """The exponential of the mean logarithm of after / before; limits and p by the sign-flip test of the logarithms.

    Args:
        before: shape (n,), n >= 1, readings before, above zero; the lower ends where they are ranges.
        after: shape (n,), readings after, above zero; the lower ends where they are ranges.
        level: confidence level, in (0, 1).
        seed: start of the random numbers, where sign patterns are drawn (see `compute_sign_flip`).
        before_upper: upper ends of the readings before, equal to `before` if not given.
        after_upper: upper ends of the readings after, equal to `after` if not given.

    Returns:
        Ratio, limits and p; for ranges the bounds, united limits and largest p over every completion.

    Raises:
        ValueError: no pair, a reading that is not a finite number above zero, ends in the wrong order, a level out of
            range.
    """
    low = [_checked(v) for v in (before, after)]
    high = [_checked(v) if v is not None else low[i] for i, v in enumerate((before_upper, after_upper))]
    shapes = {v.shape for v in (*low, *high)}
    if len(shapes) != 1 or low[0].size == 0:
        raise ValueError("a ratio needs at least one pair of readings, and both ends of each")
    least, most = _log_ratio(low[1], high[0]), _log_ratio(high[1], low[0])
    found = compute_sign_flip_bounds(least, most, level=level, resolution=LOG_STEP, seed=seed)
    first, last = (0.0 if end is None else end for end in found.estimate)  # never None: all ends are finite
    return GeometricMeanRatio(
        n=found.n,
        estimate=(math.exp(first), math.exp(last)),
        lower=None if found.lower is None else math.exp(found.lower),
        upper=None if found.upper is None else math.exp(found.upper),
        level=level,
        p=found.p,
        p_min=found.p_min,
        seed=found.seed,
    )


def _checked(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if not np.all(np.isfinite(array) & (array > 0)):
        raise ValueError("a ratio needs readings that are finite and above zero")
    return array


def _log_ratio(after: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(after) - np.log(before))
