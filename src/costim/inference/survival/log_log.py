"""Limits of a survival probability on the log-minus-log scale with Greenwood's variance.

Given by name only: in small samples they cover too rarely, and where the estimate is 1 or 0 there are none.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from costim.inference.survival.follow_up_times import Floats


def compute_greenwood_sums(at_risk: NDArray[np.int64], events: NDArray[np.int64]) -> Floats:
    """Cumulative sums of d / (y (y - d)) over times: the variance of log S. Infinite from where S = 0.

    Args:
        at_risk: shape (..., m), at least as many as `events`.
        events: shape (..., m).
    """
    left = at_risk - events
    term = np.where(events > 0, events / np.where(left > 0, at_risk * left, 1), 0.0)
    return np.cumsum(np.where((left == 0) & (events > 0), np.inf, term), axis=-1)


def compute_log_log_limits(survival: Floats, greenwood: Floats, *, level: float) -> tuple[Floats, Floats]:
    """S ** exp(-+ z sqrt(greenwood) / log S) (Kalbfleisch & Prentice); NaN where S is 1 or 0: there are no limits.

    Args:
        survival: estimates, any shape.
        greenwood: variances of log S, same shape; see `compute_greenwood_sums`.
        level: confidence level in (0, 1).
    """
    inside = (survival > 0) & (survival < 1) & np.isfinite(greenwood)
    log = np.log(np.where(inside, survival, 0.5))
    width = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(np.where(inside, greenwood, 0.0)) / -log
    lower, upper = np.exp(log * np.exp(width)), np.exp(log * np.exp(-width))
    return np.where(inside, lower, np.nan), np.where(inside, upper, np.nan)
