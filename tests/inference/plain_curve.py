"""The Kaplan-Meier estimate written down plainly, as a twin of the program's bounds: every time and censoring known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.survival.beta_product import Counts, Floats, compute_beta_product_limits
from costim.inference.survival.bounds import HALF


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """One entry per distinct time; estimate and limits hold from that time until the next.

    `at_risk` counts the subjects at risk just before the time. When one subject has an event and another is censored at
    the same time, the event comes first: the censored one is still at risk.
    """

    times: Floats
    at_risk: Counts
    events: Counts
    censored: Counts
    survival: Floats
    lower: Floats
    upper: Floats
    level: float


def compute_kaplan_meier(times: ArrayLike, events: Sequence[bool], *, level: float = 0.95) -> KaplanMeier:
    """Kaplan-Meier estimate with pointwise beta product limits (`beta_product`).

    Args:
        times: shape (n,), n >= 1, finite and not negative, in any one unit.
        events: shape (n,), True = event, False = censored.
        level: pointwise confidence level.

    Raises:
        ValueError: nothing given, unequal lengths, or a time is negative or not finite.
    """
    given = np.asarray(times, dtype=np.float64)
    happened = np.asarray(events, dtype=np.bool_)
    if given.size == 0 or given.shape != happened.shape:
        raise ValueError(f"need as many times as event flags, at least one; found {given.size} and {happened.size}")
    if not np.all(np.isfinite(given)) or given.min() < 0:
        raise ValueError("times must be finite and not negative")
    distinct, index = np.unique(given, return_inverse=True)
    died = np.bincount(index, weights=happened, minlength=distinct.size).astype(np.int64)
    gone = np.bincount(index, minlength=distinct.size).astype(np.int64)
    at_risk = given.size - np.concatenate([[0], np.cumsum(gone)[:-1]]).astype(np.int64)
    lower, upper = compute_beta_product_limits(at_risk, died, at_risk - gone, level=level)
    survival = np.cumprod(1 - died / at_risk, dtype=np.float64)
    return KaplanMeier(distinct, at_risk, died, gone - died, survival, lower, upper, level)


def compute_survival_at(curve: KaplanMeier, time: float) -> float:
    """S(time): 1 before the first time, constant after the last."""
    position = int(np.searchsorted(curve.times, time, side="right")) - 1
    return 1.0 if position < 0 else float(curve.survival[position])


def compute_median_survival(curve: KaplanMeier) -> float | None:
    """Smallest time with S <= 1/2; None when the curve does not fall so far."""
    reached = np.flatnonzero(curve.survival <= HALF)
    return float(curve.times[reached[0]]) if reached.size else None
