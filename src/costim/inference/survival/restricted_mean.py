"""Restricted mean survival time: the mean of the time to the event, cut at tau (area under the curve up to tau)."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from costim.inference.survival.follow_up_times import Floats
from costim.inference.survival.kaplan_meier import KaplanMeier

BEYOND = "tau_beyond_follow_up"
DEGENERATE = "se_degenerate"


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """In the unit of the times.

    `estimate` is None where observation ends before tau and the curve has not reached 0: then `estimate_lower` and
    `estimate_upper` are what it would be if all remaining had the event at once, or none before tau (flag
    `tau_beyond_follow_up`). `lower` and `upper` are the areas under the pointwise limits of the curve. `se` is None
    where the estimate of the variance is 0, which only says that the data show no spread (flag `se_degenerate`).
    """

    tau: float
    estimate: float | None
    estimate_lower: float
    estimate_upper: float
    se: float | None
    lower: float | None
    upper: float | None
    level: float
    flags: tuple[str, ...]


def compute_restricted_mean(curve: KaplanMeier, tau: float) -> RestrictedMean:
    """Area under a Kaplan-Meier curve from 0 to tau.

    The standard error is that of Greenwood's type, the root of the sum over event times of A^2 d / (y (y - d)), with A
    the area that is left up to tau (Klein & Moeschberger 2003, eq. 4.5.2). It is the standard error of the estimate,
    not the standard deviation of the times. The limits integrate the pointwise limits of the curve: not those
    of the normal distribution, which cover too rarely in small samples.

    Args:
        curve: the estimate; without limits (delayed entry) the mean has none either.
        tau: finite, above 0.

    Raises:
        ValueError: tau is not a finite time above 0.
    """
    if not (isfinite(tau) and tau > 0):
        raise ValueError(f"the restricted mean needs a finite time above 0, found {tau}")
    edges = np.concatenate([[0.0], np.minimum(curve.times, tau), [tau]])
    widths = np.diff(edges)
    steps = np.concatenate([[1.0], curve.survival])
    last = float(curve.times[-1])
    open_end = tau > last and steps[-1] > 0
    most = float(steps @ widths)
    least = most - float(steps[-1] * widths[-1]) if open_end else most
    se = None if open_end else _standard_error(curve, steps * widths, tau)
    flags = (BEYOND,) if open_end else ((DEGENERATE,) if se is None else ())
    lower = upper = None
    if curve.lower_at_start is not None and curve.has_limits.all():
        below = np.concatenate([[curve.lower_at_start], curve.lower])
        lower, upper = float(below @ widths), float(np.concatenate([[1.0], curve.upper]) @ widths)
    return RestrictedMean(tau, None if open_end else most, least, most, se, lower, upper, curve.level, flags)


def _standard_error(curve: KaplanMeier, areas: Floats, tau: float) -> float | None:
    """None where it would be 0."""
    left = areas[::-1].cumsum()[::-1][1:]  # area from each time up to tau
    spared = curve.at_risk - curve.events
    used = (curve.events > 0) & (spared > 0) & (curve.times <= tau)
    variance = float(np.sum(left[used] ** 2 * curve.events[used] / (curve.at_risk[used] * spared[used])))
    return sqrt(variance) if variance > 0 else None
