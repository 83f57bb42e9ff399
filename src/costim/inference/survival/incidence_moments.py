"""Limits of a cumulative incidence: the beta product procedure carried over to competing events.

The beta product procedure takes the share of survivors that an event costs as 1 - B with B of Beta(y, 1), y subjects
being at risk. The probability that passes between two events is then S (1 - B), and that of the cause of interest is
the sum over its own events. For the upper limit one more such part counts as the cause of interest: that of the event
that may come next. The sums are replaced by the betas with their means and variances (method of moments).

Without censoring the parts are the spacings of a Dirichlet(1, ..., 1) distribution, their sums are betas exactly, and
the limits are those of Clopper and Pearson. Without competing events they are those of Fay, Brittain & Proschan 2013.
This extension is ours; what it promises is simulated, not proven (docs/calibration/survival.csv).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.inference.survival.follow_up_times import Floats

Causes = NDArray[np.int64]
CENSORED, EVENT, COMPETING = 0, 1, 2
ORDER = (2, 0, 1)
"""Place of censored, event and competing at one time: the event of interest first, censorings last."""


def compute_incidence_limits(causes: Causes, *, level: float) -> tuple[Floats, Floats]:
    """Limits of the cumulative incidence after each subject.

    Args:
        causes: shape (..., n): what ended the observation of each of n subjects (`CENSORED`, `EVENT`, `COMPETING`), in
            the order of time; at one time in the order of `ORDER`.
        level: confidence level in (0, 1).

    Returns:
        Lower and upper limits, each of shape (..., n). The lower limit is 0 before the first event of interest, the
        upper limit 1 less what has certainly gone to competing events when nobody is left.
    """
    n = causes.shape[-1]
    shape = causes.shape[:-1]
    survivors, survivors2 = np.ones(shape), np.ones(shape)
    mean, square, mixed = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    moments = np.empty((4, *causes.shape))
    for k in range(n):
        y = float(n - k)
        own, any_cause = causes[..., k] == EVENT, causes[..., k] != CENSORED
        cost, cost2, kept, kept2, both = _factor(y)
        square = square + np.where(own, 2 * mixed * cost + survivors2 * cost2, 0.0)
        mean = mean + np.where(own, survivors * cost, 0.0)
        mixed = np.where(any_cause, mixed * kept, mixed) + np.where(own, survivors2 * both, 0.0)
        survivors = np.where(any_cause, survivors * kept, survivors)
        survivors2 = np.where(any_cause, survivors2 * kept2, survivors2)
        moments[0, ..., k], moments[1, ..., k] = mean, square
        left = y - 1
        next_cost, next_cost2 = _factor(left)[:2]
        moments[2, ..., k] = mean + survivors * next_cost
        moments[3, ..., k] = square + 2 * mixed * next_cost + survivors2 * next_cost2
    tail = (1 - level) / 2
    return _beta_quantile(moments[0], moments[1], tail), _beta_quantile(moments[2], moments[3], 1 - tail)


def compute_first_limit(n: int, *, level: float) -> float:
    """Upper limit before the first time: that of none of n."""
    return float(1 - ((1 - level) / 2) ** (1 / n))


def _factor(y: float) -> tuple[float, float, float, float, float]:
    """Means of 1 - B, (1 - B)^2, B, B^2 and B (1 - B) for B of Beta(y, 1)."""
    pair = (y + 1) * (y + 2)
    return 1 / (y + 1), 2 / pair, y / (y + 1), y / (y + 2), y / pair


def _beta_quantile(mean: Floats, square: Floats, q: float) -> Floats:
    """Quantile of the beta with that mean and mean square; the mean itself where there is no spread (0 and 1)."""
    from scipy.special import betaincinv

    variance = square - mean**2
    spread = (mean > 1e-15) & (mean < 1 - 1e-12) & (variance > 1e-15)
    found = np.where(spread, 0.0, np.clip(mean, 0.0, 1.0))
    if not spread.any():
        return found
    keys = np.round(mean[spread], 13) + 1j * np.round(variance[spread], 15)
    _, index, group = np.unique(keys, return_index=True, return_inverse=True)
    m, v = mean[spread][index], variance[spread][index]
    total = m * (1 - m) / v - 1
    found[spread] = betaincinv(m * total, (1 - m) * total, q)[group]
    return found
