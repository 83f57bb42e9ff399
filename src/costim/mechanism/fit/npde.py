"""Normalised prediction distribution errors: are the observations where the model expects them, and as scattered?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 50
"""Simulations below which tails of the prediction distribution are unknown."""


@dataclass(frozen=True, slots=True)
class NpdeTest:
    """The three questions asked of the errors, which are standard normal where the model is right."""

    n: int
    mean: float
    mean_p: float
    """Wilcoxon signed-rank test of a median of 0."""
    variance: float
    variance_p: float
    """Exact chi-squared test of a variance of 1, two-sided."""
    normal_p: float
    """Shapiro-Wilk."""

    @property
    def p(self) -> float:
        """Of the three together, by Bonferroni."""
        return min(1.0, 3 * min(self.mean_p, self.variance_p, self.normal_p))


def compute_npde(
    observed: NDArray[np.float64],
    simulated: NDArray[np.float64],
    limits: NDArray[np.float64] | None = None,
    *,
    seed: int,
) -> NDArray[np.float64]:
    """Errors of the observations of one patient.

    Observations of one patient belong together, so they are made uncorrelated by the covariance of the simulations
    first. A reading below its limit is drawn from the part of its prediction distribution that lies below; simulated
    readings below it are drawn anew from there too, so that both have lost the same.

    Args:
        observed: (readings,), on the scale on which scatter is about symmetric (logarithm); -inf: below its limit.
        simulated: (simulations, readings), simulated readings of the same patient at the same times, same scale.
        limits: (readings,), below which a reading would not have been a number; NaN where there is no limit.
        seed: of what is drawn for censored readings and for ties.

    Returns:
        (readings,), standard normal where the model is right.

    Raises:
        ValueError: shapes that do not belong together, fewer simulations than `FEWEST`, a reading without number and
            limit.

    Source: Comets, Brendel, Mentre 2008, Comput Methods Programs Biomed 90:154-166; limits: Nguyen et al 2012,
    J Pharmacokinet Pharmacodyn 39:499-518.
    """
    from scipy.linalg import solve_triangular
    from scipy.special import ndtri

    observed, simulated = np.array(observed, float), np.asarray(simulated, float)
    if simulated.ndim != 2 or observed.shape != simulated.shape[1:]:
        raise ValueError("observed and simulated readings do not belong together")
    if len(simulated) < FEWEST:
        raise ValueError(f"{len(simulated)} simulations are too few; at least {FEWEST}")
    random = np.random.default_rng(seed)
    if limits is not None:
        observed, simulated = _filled(observed, simulated, np.asarray(limits, float), random)
    if not np.isfinite(observed).all():
        raise ValueError("a reading that is not finite needs a limit")
    centre = simulated.mean(axis=0)
    spread = np.atleast_2d(np.cov(simulated, rowvar=False))
    # A hair of the diagonal keeps readings that the model ties together (same day, no scatter) from being singular.
    root = np.linalg.cholesky(spread + 1e-10 * np.diag(np.diag(spread) + 1e-12))
    error = solve_triangular(root, observed - centre, lower=True)
    errors = solve_triangular(root, (simulated - centre).T, lower=True).T
    below = (errors < error).sum(axis=0) + random.uniform(size=error.shape) * ((errors == error).sum(axis=0) + 1)
    return np.asarray(ndtri(np.clip(below / (len(errors) + 1), 1e-12, 1 - 1e-12)))


def _filled(
    observed: NDArray[np.float64],
    simulated: NDArray[np.float64],
    limits: NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    observed, simulated = observed.copy(), simulated.copy()
    for j in np.flatnonzero(np.isfinite(limits)):
        below = simulated[:, j] < limits[j]
        possible = np.sort(simulated[below, j])
        if np.isneginf(observed[j]):
            # Where no simulation lies below, the reading is as low as its limit lets it: an error of the model.
            observed[j] = possible[random.integers(len(possible))] if len(possible) else limits[j]
        simulated[below, j] = random.choice(possible, size=len(possible)) if len(possible) else 0.0
    return observed, simulated


def judge_npde(errors: NDArray[np.float64]) -> NpdeTest:
    """Are the errors of all patients together standard normal?

    Args:
        errors: (readings,), finite, at least 3.

    Raises:
        ValueError: fewer than three errors.
    """
    from scipy import stats

    errors = np.asarray(errors, float)
    if errors.size < 3:
        raise ValueError("three prediction errors or more are needed")
    n, variance = errors.size, float(errors.var(ddof=1))
    tail = float(stats.chi2.cdf((n - 1) * variance, n - 1))
    return NpdeTest(
        n=n,
        mean=float(errors.mean()),
        mean_p=float(stats.wilcoxon(errors).pvalue),
        variance=variance,
        variance_p=min(1.0, 2 * min(tail, 1 - tail)),
        normal_p=float(stats.shapiro(errors).pvalue),
    )
