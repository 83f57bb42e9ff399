"""Test-retest standard deviation: how far two readings of one unchanged patient lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class WithinSd:
    """Pooled standard deviation within patients.

    `n` are the patients with at least two readings, `n_readings` their readings. `estimate` is None without such a
    patient. `lower` and `upper` are None where there is no estimate or where it is zero: readings that never differ
    bound nothing.
    """

    n: int
    n_readings: int
    df: int
    estimate: float | None
    lower: float | None
    upper: float | None
    level: float


def compute_within_sd(groups: Sequence[ArrayLike], *, level: float = 0.95) -> WithinSd:
    """Root of the pooled variance of repeated readings around each patient's own mean, with chi-square limits.

    Args:
        groups: for each patient the readings of a time in which the disease did not change, each of shape (k,);
            patients with fewer than two readings are passed over.
        level: confidence level, in (0, 1).

    Returns:
        `sqrt(S / df)`, S the sum of squares within patients and df the readings less the patients; limits
        `sqrt(S / q)` at the two quantiles q of chi-square with df degrees of freedom (Bland & Altman, BMJ 1996;313:744
        for the estimate). The limits hold for normal noise of one size in all patients.

    Raises:
        ValueError: a reading is not finite, or the level is not between 0 and 1.
    """
    from scipy.special import chdtri

    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    arrays = [np.asarray(group, dtype=np.float64).ravel() for group in groups]
    if not all(np.all(np.isfinite(a)) for a in arrays):
        raise ValueError("readings must be finite numbers")
    repeated = [a for a in arrays if a.size > 1]
    n, n_readings = len(repeated), sum(int(a.size) for a in repeated)
    df = n_readings - n
    if df == 0:
        return WithinSd(n, n_readings, 0, None, None, None, level)
    # Readings that are all equal have no spread, whatever their mean leaves behind in the last bit.
    squares = sum(float(np.sum((a - a.mean()) ** 2)) for a in repeated if np.ptp(a) > 0)
    if squares == 0:
        return WithinSd(n, n_readings, df, 0.0, None, None, level)
    tail = (1 - level) / 2
    lower, upper = (float(np.sqrt(squares / chdtri(df, q))) for q in (tail, 1 - tail))
    return WithinSd(n, n_readings, df, float(np.sqrt(squares / df)), lower, upper, level)
