"""Kaplan-Meier estimates with beta product limits of many studies of one size at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.survival.beta_product import compute_beta_product_limits
from costim.inference.survival.follow_up_times import Flags, Floats, check_events, check_level, check_times


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Shape (n_studies, n_subjects), the subjects of each study in the order of time, events before censorings.

    A value holds from its time to that of the next subject. Among subjects of one time only the last one's value is
    that of the curve (`is_last`).
    """

    times: Floats
    events: Flags
    survival: Floats
    lower: Floats
    upper: Floats
    is_last: Flags
    lower_at_start: float
    level: float


def compute_kaplan_meier_curves(times: ArrayLike, events: ArrayLike, *, level: float = 0.95) -> Curves:
    """As `compute_kaplan_meier` with beta product limits, for every row of a table.

    Events at one time are taken one after the other, which changes neither the estimate nor the limits after them.

    Args:
        times: shape (n_studies, n_subjects), finite and not negative.
        events: the same shape, true = event.
        level: pointwise confidence level.

    Raises:
        ValueError: not a table, no subject, unequal shapes, a time that is negative or not finite, or a level that does
            not lie between 0 and 1.
    """
    given = check_times(times)
    if given.ndim != 2:
        raise ValueError("times of several studies are a table: a row for each study")
    happened = check_events(events, given.shape)
    check_level(level)
    order = np.lexsort((~happened, given), axis=-1)
    ordered, died = np.take_along_axis(given, order, -1), np.take_along_axis(happened, order, -1)
    n = given.shape[1]
    at_risk = np.broadcast_to(np.arange(n, 0, -1), given.shape)
    survival = np.cumprod(np.where(died, 1 - 1 / at_risk, 1.0), axis=-1, dtype=np.float64)
    lower, upper = compute_beta_product_limits(at_risk, died.astype(np.int64), at_risk - 1, level=level)
    is_last = np.ones(given.shape, np.bool_)
    is_last[:, :-1] = ordered[:, 1:] > ordered[:, :-1]
    return Curves(ordered, died, survival, lower, upper, is_last, ((1 - level) / 2) ** (1 / n), level)
