"""The Kaplan-Meier estimate where every time and every censoring is known, also with delayed entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.survival.beta_product import Counts, compute_beta_product_limits
from costim.inference.survival.follow_up_times import Flags, Floats, check_events, check_level, check_times
from costim.inference.survival.log_log import compute_greenwood_sums, compute_log_log_limits

HALF = 0.5 + 1e-12
"""S(t) <= 1/2 up to the rounding of a product of fractions."""
COMMON_START = "limits_need_common_start"
DEGENERATE = "limits_degenerate"
EMPTY_RISK_SET = "risk_set_empties"


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """One entry per distinct time of event or censoring; estimate and limits hold from that time until the next.

    `at_risk` counts those at risk just before the time; an event comes before a censoring at the same time. Before the
    first time the estimate is 1, the upper limit 1 and the lower limit `lower_at_start`. `lower` and `upper` are NaN
    where `has_limits` is False, and `flags` say why: `limits_need_common_start` (beta product limits with delayed
    entry), `limits_degenerate` (log-log limits at S = 1 or 0). `risk_set_empties`: with delayed entry nobody was at
    risk for a while after an event, so that the curve fell to 0 and later events tell nothing.
    """

    times: Floats
    at_risk: Counts
    events: Counts
    censored: Counts
    survival: Floats
    greenwood: Floats
    """Variance of log S by Greenwood's sum; infinite where S = 0."""
    lower: Floats
    upper: Floats
    has_limits: Flags
    lower_at_start: float | None
    limits: str
    level: float
    flags: tuple[str, ...]

    @property
    def median(self) -> float | None:
        """Smallest time with S <= 1/2; None when the curve does not fall so far."""
        reached = np.flatnonzero(self.survival <= HALF)
        return float(self.times[reached[0]]) if reached.size else None

    @property
    def median_limits(self) -> tuple[float | None, float | None]:
        """Times at which the pointwise limits cross 1/2; None where they do not, or where a limit is missing."""
        low = np.flatnonzero(self.lower <= HALF)
        high = np.flatnonzero(self.upper < 1 - HALF)
        return (
            0.0
            if self.lower_at_start is not None and self.lower_at_start <= HALF
            else (float(self.times[low[0]]) if low.size else None),
            float(self.times[high[0]]) if high.size else None,
        )


def compute_kaplan_meier(
    times: ArrayLike,
    events: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    limits: Literal["beta_product", "log_log"] = "beta_product",
    level: float = 0.95,
) -> KaplanMeier:
    """Kaplan-Meier estimate with pointwise limits.

    The beta product procedure (Fay, Brittain & Proschan 2013) rests on risk sets that only shrink. With delayed entry
    they may grow, and the procedure is not defined: the curve is given without limits and with a flag, unless
    `limits="log_log"` is asked for. Entry times that are all 0 are no delayed entry.

    Args:
        times: shape (n,), n >= 1, finite and not negative, in any one unit.
        events: shape (n,), true = event, false = censored.
        entry: shape (n,), time from which each subject was under observation, before its `times`; 0 if not given.
        limits: `beta_product`, or `log_log` with Greenwood's variance.
        level: pointwise confidence level.

    Raises:
        ValueError: no subject, unequal lengths, a time that is negative or not finite, an entry that is not before the
            end of observation, or a level that does not lie between 0 and 1.
    """
    given = check_times(times)
    if given.ndim != 1:
        raise ValueError("times of one study are a single row")
    happened = check_events(events, given.shape)
    check_level(level)
    start = _check_entry(entry, given)
    distinct, index = np.unique(given, return_inverse=True)
    died = np.bincount(index, weights=happened, minlength=distinct.size).astype(np.int64)
    gone = np.bincount(index, minlength=distinct.size).astype(np.int64)
    begun = given.size if start is None else np.searchsorted(np.sort(start), distinct, side="left")
    at_risk = np.asarray(begun - np.cumsum(gone) + gone, dtype=np.int64)
    survival = np.cumprod(1 - died / at_risk, dtype=np.float64)
    greenwood = compute_greenwood_sums(at_risk, died)
    flags = [EMPTY_RISK_SET] if start is not None and _empties(survival, distinct, happened, given) else []
    nothing = np.full(distinct.shape, np.nan)
    lower, upper, first = nothing, nothing, None
    if limits == "log_log":
        lower, upper = compute_log_log_limits(survival, greenwood, level=level)
        flags += [DEGENERATE] if np.isnan(lower).any() else []
    elif start is None:
        lower, upper = compute_beta_product_limits(at_risk, died, at_risk - gone, level=level)
        first = ((1 - level) / 2) ** (1 / given.size)
    else:
        flags.append(COMMON_START)
    return KaplanMeier(
        distinct, at_risk, died, gone - died, survival, greenwood, lower, upper, ~np.isnan(lower), first, limits, level,
        tuple(flags),
    )  # fmt: skip


def _check_entry(entry: ArrayLike | None, times: Floats) -> Floats | None:
    """Entry times, or None when everybody was under observation from the start."""
    if entry is None:
        return None
    start = check_times(entry)
    if start.shape != times.shape:
        raise ValueError(f"need one entry time for each time: {times.size} times, {start.size} entries")
    if not start.any():
        return None
    if (start >= times).any():
        raise ValueError("an entry time must lie before the end of observation")
    return start


def _empties(survival: Floats, distinct: Floats, happened: Flags, times: Floats) -> bool:
    """Did the curve fall to 0 before the last subject's time?"""
    zero = np.flatnonzero(survival == 0)
    return bool(zero.size and distinct[zero[0]] < times.max())
