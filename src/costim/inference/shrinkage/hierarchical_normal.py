"""Changes of patients pulled towards their common mean, as far as the noise of the instrument says.

d_i ~ N(theta_i, s^2), theta_i ~ N(mu, tau^2): d_i is the change that was seen, theta_i that patient's true change, s
the noise of a change (sqrt(2) times the test-retest SD of one reading). Given tau and s, mu and every theta_i are
normal; what remains is an integral over tau, and over s where it was estimated. It is done by quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.shrinkage.mixture import compute_mixture_quantile
from costim.inference.shrinkage.normal_prior import NormalPrior
from costim.inference.shrinkage.quadrature import Evidence, Grid, build_grid, compute_between_quantiles

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posterior:
    """Median and equal-tailed credible limits."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class HierarchicalNormal:
    """Posterior of the mean change, of the SD of true changes between patients, and of each patient's true change.

    `mean` and `between_sd` are None and `patients` is empty without any change.
    """

    n: int
    prior: NormalPrior
    mean: Posterior | None
    between_sd: Posterior | None
    patients: tuple[Posterior, ...]
    level: float


def compute_hierarchical_normal(
    changes: ArrayLike, noise_sd: float, prior: NormalPrior, *, noise_df: float | None = None, level: float = 0.95
) -> HierarchicalNormal:
    """Posterior under one prior.

    Args:
        changes: shape (n,), after minus before, in the unit of the instrument; n may be 0.
        noise_sd: SD of the change of a patient whose disease does not change, above zero.
        prior: belief about mean and spread.
        noise_df: degrees of freedom behind `noise_sd`; None = known exactly.
        level: of the credible limits, in (0, 1).

    Returns:
        Medians and limits, their relative error (of the distance to the prior centre) below 1e-9.

    Raises:
        ValueError: a change is not finite, `noise_sd` or `noise_df` is not above zero, or the level is out of range.
    """
    observed = np.asarray(changes, dtype=np.float64)
    if observed.ndim != 1 or not np.all(np.isfinite(observed)):
        raise ValueError("changes must be a row of finite numbers")
    if not (noise_sd > 0 and isfinite(noise_sd)):
        raise ValueError(f"the SD of the noise must be above zero, found {noise_sd!r}")
    if noise_df is not None and not (noise_df > 0 and isfinite(noise_df)):
        raise ValueError(f"degrees of freedom must be above zero, found {noise_df!r}")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    n = int(observed.size)
    if n == 0:
        return HierarchicalNormal(0, prior, None, None, (), level)
    centre = float(observed.mean())
    evidence = Evidence(n, centre, float(np.sum((observed - centre) ** 2)), noise_sd, noise_df)
    grid = build_grid(evidence, prior)
    shares = 0.5, (1 - level) / 2, (1 + level) / 2
    mean, *patients = _locations(observed, evidence, prior, grid, shares)
    between = Posterior(*compute_between_quantiles(evidence, prior, shares))
    return HierarchicalNormal(n, prior, mean, between, tuple(patients), level)


def _locations(
    observed: Floats, evidence: Evidence, prior: NormalPrior, grid: Grid, shares: tuple[float, ...]
) -> list[Posterior]:
    """Posteriors of the mean change, then of every patient: mixtures of normals over the grid."""
    variance = grid.noise**2 + grid.tau**2
    precision = 0.0 if np.isinf(prior.mean_sd) else prior.mean_sd**-2
    spread = 1 / (precision + evidence.n / variance)
    mean = spread * (precision * prior.mean + evidence.n / variance * evidence.mean)
    pull = grid.noise**2 / variance
    own = grid.tau**2 / variance
    means = np.vstack([mean, pull * mean + own * observed[:, None]])
    patient_sd = np.sqrt(own * grid.noise**2 + pull**2 * spread)
    sds = np.vstack([np.sqrt(spread), np.broadcast_to(patient_sd, (evidence.n, patient_sd.size))])
    found = [compute_mixture_quantile(q, means, sds, grid.weight) for q in shares]
    return [Posterior(float(m), float(a), float(b)) for m, a, b in zip(*found, strict=True)]
