"""How precisely each parameter is known, and which of them the fit cannot tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TIED = 0.9
"""Correlation of draws beyond which two parameters are one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter of the population."""

    name: str
    median: float
    lower: float
    """2.5th percentile of the draws."""
    upper: float
    """97.5th."""
    rse: float
    """Relative standard error in per cent: posterior standard deviation over posterior mean."""
    se: float
    """Monte Carlo standard error of the median, from the effective number of draws."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two parameters whose draws go together."""

    first: str
    second: str
    correlation: float
    """Rank correlation (Spearman)."""


def compute_estimates(draws: Mapping[str, Floats], weights: Floats | None = None) -> tuple[Estimate, ...]:
    """Median, 95 % credible limits and relative standard error of every parameter.

    Args:
        draws: name -> (chains, draws).
        weights: (chains x draws,), importance weights that sum to 1; all alike where not given.
    """
    return tuple(_estimate(name, values.ravel(), weights) for name, values in draws.items())


def _estimate(name: str, values: Floats, weights: Floats | None) -> Estimate:
    w = np.full(len(values), 1 / len(values)) if weights is None else weights
    order = np.argsort(values, kind="stable")
    heights = np.cumsum(w[order]) - 0.5 * w[order]
    lower, median, upper = (float(np.interp(p, heights, values[order])) for p in (0.025, 0.5, 0.975))
    mean = float(w @ values)
    sd = float(np.sqrt(w @ (values - mean) ** 2))
    return Estimate(name, median, lower, upper, 100 * sd / abs(mean), 1.2533 * sd * float(np.sqrt((w**2).sum())))


def compute_ties(draws: Mapping[str, Floats], at_least: float = TIED) -> tuple[Tie, ...]:
    """Pairs of parameters with a rank correlation of at least `at_least` in size, the closest first."""
    names = list(draws)
    ranks = np.stack([np.argsort(np.argsort(draws[name].ravel(), kind="stable")) for name in names]).astype(float)
    matrix = np.atleast_2d(np.corrcoef(ranks))
    found = [
        Tie(names[i], names[j], float(matrix[i, j]))
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if abs(matrix[i, j]) >= at_least
    ]
    return tuple(sorted(found, key=lambda tie: -abs(tie.correlation)))
