"""Bounds of a Kaplan-Meier curve that hold for any order of vague times, where there are too many orders to try.

Of n subjects let E have the event up to t and K be under observation beyond t; the others were censored up to t. Each
event takes at least 1/n, so S(t) <= 1 - E/n. At the i-th event from the last at least K + i are at risk, so each factor
is at least (K + i - 1) / (K + i), and S(t) >= K / (K + E). The fewest certain events and the most possible ones, with
the subjects certainly beyond t, give the bounds. Nothing narrower is claimed: an event that comes earlier may raise the
curve later on, because censored subjects pass their weight to those who stay.

The limits assume nothing about censoring either (`undecided`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from costim.inference.survival.beyond import compute_proportion_beyond
from costim.inference.survival.follow_up_times import Floats
from costim.inference.survival.scenarios import FollowUp


@dataclass(frozen=True, slots=True, eq=False)
class OrderFreeCurve:
    """One entry per time; each holds from that time until the next, `at_risk_*` just before the time.

    `defined_lower` is `survival_lower`, or 0 where perhaps nobody is left and the curve is not defined.
    """

    survival_lower: Floats
    survival_upper: Floats
    defined_lower: Floats
    at_risk_lower: NDArray[np.int64]
    at_risk_upper: NDArray[np.int64]
    lower: Floats
    upper: Floats


def compute_order_free_curve(subjects: Sequence[FollowUp], times: Sequence[float], *, level: float) -> OrderFreeCurve:
    """Bounds and limits at each of the times.

    Args:
        subjects: at least one.
        times: all finite ends of the ranges, and further times; in order.
        level: confidence level.
    """
    low, high = np.array([s.lower for s in subjects]), np.array([s.upper for s in subjects])
    certain = np.array([s.event is True for s in subjects])
    possible = np.array([s.event is not False for s in subjects])
    at = np.asarray(times, dtype=np.float64)[:, None]
    fewest, most = (certain & (high <= at)).sum(axis=1), (possible & (low <= at)).sum(axis=1)
    beyond = (low > at).sum(axis=1)
    survival_lower = np.where(most == 0, 1.0, beyond / np.maximum(beyond + most, 1))
    spans = [(s.lower, s.upper if s.event is True else inf) for s in subjects]
    found = [compute_proportion_beyond(spans, float(t), level=level) for t in times]
    return OrderFreeCurve(
        survival_lower=survival_lower,
        survival_upper=1 - fewest / len(subjects),
        defined_lower=np.where(beyond == 0, 0.0, survival_lower),
        at_risk_lower=(low >= at).sum(axis=1),
        at_risk_upper=(high >= at).sum(axis=1),
        lower=np.array([f.least.lower for f in found]),
        upper=np.array([f.most.upper for f in found]),
    )
