"""Scores whose sum over one group compares two groups: log-rank scores of times, mid-ranks of numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def compute_log_rank_scores(times: Floats, events: NDArray[np.bool_]) -> Floats:
    """Event minus cumulative hazard (Nelson-Aalen) of both groups together, for many studies at once.

    The sum over one group is its observed minus expected number of events, the numerator of the log-rank test
    (Peto & Peto 1972; Kalbfleisch & Prentice 2002, section 7.2). Those censored at the time of an event were at risk.

    Args:
        times: shape (r, n), finite, not negative.
        events: shape (r, n), true = event.

    Returns:
        Shape (r, n); each row adds up to zero.
    """
    n = times.shape[1]
    order = np.argsort(times, axis=1, kind="stable")
    ordered, happened = np.take_along_axis(times, order, 1), np.take_along_axis(events, order, 1).astype(np.float64)
    place = np.broadcast_to(np.arange(n), ordered.shape)
    starts, ends = np.ones(ordered.shape, bool), np.ones(ordered.shape, bool)
    starts[:, 1:] = ordered[:, 1:] > ordered[:, :-1]
    ends[:, :-1] = starts[:, 1:]
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, place, n)[:, ::-1], axis=1)[:, ::-1]
    # Each event of a time adds 1 / (number at risk when the time began); everyone of that time has all of them.
    hazard = np.take_along_axis(np.cumsum(happened / (n - first), axis=1), last, 1)
    scores = np.empty(ordered.shape)
    np.put_along_axis(scores, order, happened - hazard, 1)
    return scores


def compute_mid_ranks(values: Floats) -> Floats:
    """Mid-ranks of each row of (r, n), from 1: their sum over one group is that of the Wilcoxon rank-sum test."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values, axis=1), dtype=np.float64)
