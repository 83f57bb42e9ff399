"""Beta product confidence procedure for a survival probability, method of moments.

Fay, Brittain & Proschan 2013. At time t the upper limit is a quantile of a product of betas, one Beta(y, 1) for each
event up to t with y subjects at risk (events at one time are taken one after the other); for the lower limit the
product has one factor more, Beta(y+, 1) with y+ subjects still at risk just after t. The product is replaced by the
beta with the same mean and variance. Without censoring the factors telescope and the limits are those of Clopper and
Pearson.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FactorSums:
    """For y = 0..n: cumulative sums over Beta(1, 1) ... Beta(y, 1).

    With mean m and squared coefficient of variation c of a product of independent factors,
    -log m = sum of log(1 + 1/y) and log(1 + c) = sum of log(1 + 1/(y (y + 2))): sums of small positive terms, so that
    the variance does not suffer from cancellation.
    """

    minus_log_mean: Floats
    log_spread: Floats


def compute_factor_sums(n: int) -> FactorSums:
    """Cumulative sums for risk sets of up to `n` subjects."""
    y = np.arange(1, n + 1, dtype=np.float64)
    return FactorSums(
        np.concatenate([[0.0], np.cumsum(np.log1p(1 / y))]),
        np.concatenate([[0.0], np.cumsum(np.log1p(1 / (y * (y + 2))))]),
    )


def compute_beta_product_limits(
    at_risk: Counts, events: Counts, remaining: Counts, *, level: float
) -> tuple[Floats, Floats]:
    """Limits of the survival probability after each of a row of times.

    Args:
        at_risk: shape (..., m), subjects at risk just before each time, in the order of time.
        events: shape (..., m), events at each time, at most `at_risk`.
        remaining: shape (..., m), subjects still at risk just after each time (events and censorings gone).
        level: confidence level in (0, 1).

    Returns:
        Lower and upper limits, each of shape (..., m). The lower limit is 0 when nobody is left, the upper limit 1
        before the first event.
    """
    sums = compute_factor_sums(int(at_risk.max(initial=0)))
    spent = at_risk - events
    location = np.cumsum(sums.minus_log_mean[at_risk] - sums.minus_log_mean[spent], axis=-1)
    spread = np.cumsum(sums.log_spread[at_risk] - sums.log_spread[spent], axis=-1)
    tail = (1 - level) / 2
    happened = np.cumsum(events, axis=-1) > 0
    upper = np.where(happened, _beta_quantile(location, spread, happened, 1 - tail), 1.0)
    left = remaining > 0
    y = np.where(left, remaining, 1).astype(np.float64)
    last = _beta_quantile(location + np.log1p(1 / y), spread + np.log1p(1 / (y * (y + 2))), left, tail)
    return np.where(left, last, 0.0), upper


def _beta_quantile(location: Floats, spread: Floats, where: NDArray[np.bool_], q: float) -> Floats:
    """Quantile of the beta with these moments; 0 outside `where`. Equal moments are inverted once."""
    from scipy.special import betaincinv

    found = np.zeros(location.shape)
    if not where.any():
        return found
    # Twelve digits: scenarios that differ by the order of summation only share one inversion.
    keys = np.round(location[where], 12) + 1j * np.round(spread[where], 12)
    _, index, group = np.unique(keys, return_index=True, return_inverse=True)
    minus_log_mean = location[where][index]
    mean, rest = np.exp(-minus_log_mean), -np.expm1(-minus_log_mean)
    total = rest / (mean * np.expm1(spread[where][index])) - 1
    found[where] = betaincinv(mean * total, rest * total, q)[group]
    return found
