"""Points and weights over the SD between patients and, where it is not known exactly, the SD of the noise.

Both integrals are done by fixed rules, so that equal inputs give equal bytes; no random numbers are involved. The SD
between patients is written tau = c sinh(x), with c the smaller of the noise and the scale of the prior: the integrand
is then even and analytic in a strip of half-width pi/2 around the axis, and Gauss-Legendre panels in x converge
geometrically. The noise is integrated over its logarithm by the trapezoidal rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, floor, isfinite, log, sqrt

import numpy as np
from numpy.typing import NDArray

from costim.inference.shrinkage.normal_prior import NormalPrior

Floats = NDArray[np.float64]
POINTS = 16
NEGLIGIBLE = 44.0
"""Where the log density has fallen by so much, nothing is left (1e-19)."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the posterior needs of the changes and of the noise.

    `squares` is the sum of squared deviations from the mean change. `noise_df` is None where the noise is known.
    """

    n: int
    mean: float
    squares: float
    noise_sd: float
    noise_df: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """Values of the SD of the noise, shape (s,), with the logarithm of their prior weights."""

    sd: Floats
    log_weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Points (noise, tau) with posterior weights that sum to 1; all of shape (k,)."""

    noise: Floats
    tau: Floats
    weight: Floats


def log_density(evidence: Evidence, prior: NormalPrior, noise: Floats, tau: Floats) -> Floats:
    """Log of the prior of tau times the likelihood with the mean change integrated out, up to a constant."""
    variance = noise**2 + tau**2
    n = evidence.n
    found = -0.5 * (n - 1) * np.log(variance) - evidence.squares / (2 * variance)
    if isfinite(prior.mean_sd):
        spread = variance / n + prior.mean_sd**2
        found = found - 0.5 * np.log(spread) - (evidence.mean - prior.mean) ** 2 / (2 * spread)
    nu = prior.between_df
    return np.asarray(found - 0.5 * (nu + 1) * np.log1p((tau / prior.between_scale) ** 2 / nu))


def choose_noise(evidence: Evidence, prior: NormalPrior) -> Noise:
    """One point where the noise is known; else the trapezoidal rule over log(noise).

    An SD `s` from `df` degrees of freedom leaves df s^2 / sigma^2 chi-squared (every log sigma equally likely before).
    """
    sd, df, n = evidence.noise_sd, evidence.noise_df, evidence.n
    if df is None:
        return Noise(np.array([sd]), np.zeros(1))

    def weigh(log_ratio: Floats) -> Floats:
        return np.asarray(-df * log_ratio - 0.5 * df * np.exp(-2 * log_ratio))

    # The changes raise the weight of a smaller noise at most as its (n - 1)th power, and beyond their own size lower
    # that of a larger one at least so: where this envelope has fallen to nothing, the posterior has.
    size = log(max(spread_of(evidence, prior), sd) / sd)
    ratios = np.linspace(-6.0, size + 2 + NEGLIGIBLE / df, 4000)
    envelope = weigh(ratios) - (n - 1) * (np.minimum(ratios, 0) + np.maximum(ratios - size, 0))
    kept = ratios[envelope > -0.5 * df - NEGLIGIBLE - (n - 1) * size]
    step = min(0.1, 0.35 / sqrt(df + n))
    points = np.arange(floor(kept[0] / step), ceil(kept[-1] / step) + 1) * step
    return Noise(sd * np.exp(points), weigh(points))


def spread_of(evidence: Evidence, prior: NormalPrior) -> float:
    """The size beyond which nothing but the tails of prior and likelihood is left."""
    off = abs(evidence.mean - prior.mean) if isfinite(prior.mean_sd) else 0.0
    return max(evidence.noise_sd, prior.between_scale, sqrt(evidence.squares), off)


def reach(evidence: Evidence, prior: NormalPrior, noise: Noise, scale: Floats) -> Floats:
    """The x beyond which tau has no weight, for each scale c; shape as `scale`."""
    far = max(spread_of(evidence, prior), float(noise.sd.max()))
    return np.asarray(np.arcsinh(far / scale) + 2 + NEGLIGIBLE / (prior.between_df + evidence.n - 1))


def panel_rule(upto: Floats, n: int) -> tuple[Floats, Floats]:
    """Gauss-Legendre points and weights on [0, upto] for each upper end; both of shape (s, k)."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    width = min(0.7, 3 / sqrt(max(n, 1)))
    count = max(1, int(np.ceil(float(upto.max()) / width)))
    unit = (np.arange(count)[:, None] + 0.5 * (nodes + 1)[None, :]).ravel() / count
    share = np.tile(weights / 2, count) / count
    return upto[:, None] * unit, upto[:, None] * share


def log_masses(
    evidence: Evidence, prior: NormalPrior, noise: Noise, upto: Floats, scale: Floats
) -> tuple[Floats, Floats]:
    """Tau and log weights of the points on [0, upto], each of shape (s, k)."""
    x, weights = panel_rule(upto, evidence.n)
    tau = scale[:, None] * np.sinh(x)
    with np.errstate(divide="ignore"):
        log_weight = np.log(weights) + np.log(scale)[:, None] + np.log(np.cosh(x)) + noise.log_weight[:, None]
    return tau, log_weight + log_density(evidence, prior, noise.sd[:, None], tau)


def build_grid(evidence: Evidence, prior: NormalPrior) -> Grid:
    """All points that carry weight."""
    noise = choose_noise(evidence, prior)
    scale = np.minimum(noise.sd, prior.between_scale)
    tau, mass = log_masses(evidence, prior, noise, reach(evidence, prior, noise, scale), scale)
    kept = mass > mass.max() - NEGLIGIBLE
    weight = np.exp(mass[kept] - mass.max())
    sd = np.broadcast_to(noise.sd[:, None], tau.shape)[kept]
    return Grid(sd, tau[kept], weight / weight.sum())


def compute_between_quantiles(evidence: Evidence, prior: NormalPrior, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Quantiles of the posterior of tau, each found on its logarithm by Brent's method."""
    from scipy.optimize import brentq

    noise = choose_noise(evidence, prior)
    scale = np.minimum(noise.sd, prior.between_scale)
    ends = reach(evidence, prior, noise, scale)
    top = log_masses(evidence, prior, noise, ends, scale)[1]
    peak = float(top.max())
    total = float(np.exp(top - peak).sum())

    def below(tau: float) -> float:
        upto = np.minimum(np.arcsinh(tau / scale), ends)
        return float(np.exp(log_masses(evidence, prior, noise, upto, scale)[1] - peak).sum()) / total

    guess = build_grid(evidence, prior)
    found = []
    for share in shares:
        # The points of the grid, in order, already tell the quantile to about the width of a panel.
        low = high = _near(guess, share)
        while below(low) > share:
            low /= 2
        while below(high) < share:
            high *= 2
        if low == high:
            found.append(low)
            continue
        found.append(exp(brentq(lambda log_tau, q=share: below(exp(log_tau)) - q, log(low), log(high), xtol=1e-14)))
    return tuple(found)


def _near(grid: Grid, share: float) -> float:
    order = np.argsort(grid.tau, kind="stable")
    reached = np.cumsum(grid.weight[order]) >= share
    return float(grid.tau[order][min(int(np.argmax(reached)), grid.tau.size - 1)])
