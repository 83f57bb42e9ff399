"""Quantiles of mixtures of normal distributions, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 200
TOLERANCE = 1e-13
ROUNDING = 1e-15
"""A share this close to the one sought cannot be improved: the sum of the components is not known better."""


def compute_mixture_quantile(q: float, means: Floats, sds: Floats, weights: Floats) -> Floats:
    """The value below which a share `q` of each mixture lies.

    Newton steps inside a bracket that only shrinks; a step that would leave it is replaced by a bisection.

    Args:
        q: share in (0, 1).
        means: shape (m, k), centres of the components of m mixtures.
        sds: shape (m, k), their standard deviations, above zero.
        weights: shape (k,), summing to 1.

    Returns:
        Shape (m,); the share below it is off by less than 1e-14.

    Raises:
        ArithmeticError: the search did not settle (never seen).
    """
    from scipy.special import ndtr, ndtri

    edges = means + sds * ndtri(q)
    low, high = edges.min(axis=1), edges.max(axis=1)
    at = edges[:, int(np.argmax(weights))]
    for _ in range(STEPS):
        z = (at[:, None] - means) / sds
        excess = ndtr(z) @ weights - q
        density = (np.exp(-0.5 * z * z) / sds) @ weights / np.sqrt(2 * np.pi)
        low, high = np.where(excess <= 0, at, low), np.where(excess >= 0, at, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            stepped = at - excess / density
        inside = (stepped >= low) & (stepped <= high)
        following = np.where(inside, stepped, (low + high) / 2)
        moved = np.abs(following - at)
        at = following
        settled = moved <= TOLERANCE * np.maximum(np.abs(at), sds.min(axis=1))
        if np.all(settled | (np.abs(excess) <= ROUNDING)):
            return np.asarray(at)
    raise ArithmeticError("the quantile of a mixture could not be found")
