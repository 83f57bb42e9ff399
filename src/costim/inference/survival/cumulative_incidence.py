"""Cumulative incidence of an event that competing events can forestall: the estimate of Aalen and Johansen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.survival.follow_up_times import Floats, check_level, check_times
from costim.inference.survival.incidence_moments import (
    CENSORED,
    COMPETING,
    EVENT,
    ORDER,
    Causes,
    compute_first_limit,
    compute_incidence_limits,
)


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeIncidence:
    """One entry per distinct time; values hold from that time until the next.

    At one time the event of interest comes before a competing one, and this before a censoring. Before the first time
    the estimate and the lower limit are 0 and the upper limit is `upper_at_start`.
    """

    times: Floats
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    competing: NDArray[np.int64]
    censored: NDArray[np.int64]
    incidence: Floats
    competing_incidence: Floats
    lower: Floats
    upper: Floats
    upper_at_start: float
    level: float


def compute_cumulative_incidence(times: ArrayLike, causes: ArrayLike, *, level: float = 0.95) -> CumulativeIncidence:
    """Aalen-Johansen estimate with pointwise limits (`incidence_moments`).

    Args:
        times: shape (n,), n >= 1, finite and not negative.
        causes: shape (n,): 0 = censored, 1 = event of interest, 2 = competing event.
        level: pointwise confidence level.

    Raises:
        ValueError: no subject, unequal lengths, a time that is negative or not finite, a cause other than 0, 1 and 2,
            or a level that does not lie between 0 and 1.
    """
    given = check_times(times)
    found = np.asarray(causes)
    if given.ndim != 1 or found.shape != given.shape:
        raise ValueError(f"need one cause for each time: {given.size} times, {found.size} causes")
    if not np.isin(found, (CENSORED, EVENT, COMPETING)).all():
        raise ValueError("a cause is 0 (censored), 1 (event) or 2 (competing event)")
    check_level(level)
    kinds = found.astype(np.int64)
    distinct, index = np.unique(given, return_inverse=True)
    by_cause = [np.bincount(index[kinds == cause], minlength=distinct.size) for cause in (CENSORED, EVENT, COMPETING)]
    gone = np.sum(by_cause, axis=0)
    last = np.cumsum(gone) - 1
    curves = compute_incidence_in_order(order_causes(given[None, :], kinds[None, :])[1], level=level)
    own, other, lower, upper = (part[0, last] for part in curves)
    at_risk = given.size - np.cumsum(gone) + gone
    first = compute_first_limit(given.size, level=level)
    return CumulativeIncidence(
        times=distinct,
        at_risk=at_risk,
        events=by_cause[EVENT],
        competing=by_cause[COMPETING],
        censored=by_cause[CENSORED],
        incidence=own,
        competing_incidence=other,
        lower=lower,
        upper=upper,
        upper_at_start=first,
        level=level,
    )


def order_causes(times: Floats, causes: Causes) -> tuple[Floats, Causes]:
    """Each row in the order of time, at one time in that of `ORDER`."""
    order = np.lexsort((np.asarray(ORDER)[causes], times), axis=-1)
    return np.take_along_axis(times, order, -1), np.take_along_axis(causes, order, -1)


def compute_incidence_in_order(causes: Causes, *, level: float) -> tuple[Floats, Floats, Floats, Floats]:
    """After each subject in the order of time: incidence of the event, of competing events, and limits of the first.

    Args:
        causes: shape (n_studies, n_subjects), ordered as by `order_causes`.
        level: confidence level.
    """
    n = causes.shape[-1]
    at_risk = np.arange(n, 0, -1)
    survival = np.cumprod(np.where(causes == CENSORED, 1.0, 1 - 1 / at_risk), axis=-1)
    before = np.concatenate([np.ones((*causes.shape[:-1], 1)), survival[..., :-1]], axis=-1)
    own, other = (np.cumsum(np.where(causes == cause, before / at_risk, 0.0), axis=-1) for cause in (EVENT, COMPETING))
    lower, upper = compute_incidence_limits(causes, level=level)
    return own, other, lower, upper
