"""The change left after regression to an assumed long-run mean, whatever part of the way each patient regressed.

Nothing is assumed about how strongly readings of one patient hang together: untreated, each patient would have ended
somewhere between the own baseline (no regression) and the assumed mean (complete regression). The later reading less
that unknown point is therefore known within a range, and the exact signed-rank test of ranged changes holds for every
point in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from costim.inference.lattice import choose_step
from costim.inference.paired.ranged import RangedSignedRank, compute_ranged_signed_rank
from costim.inference.paired.sign_sums import null_chances

Span = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BoundedTipping:
    """The assumed mean at which the interval first reaches zero.

    `side` says on which side of the baselines it is looked for: `below` after a fall, `above` after a rise. `mean` is
    None where `reason` is `level_unreachable` (too few patients for any interval) or `holds_zero` (the interval holds
    zero even without regression).
    """

    n: int
    mean: float | None
    side: Literal["", "below", "above"]
    reason: Literal["", "level_unreachable", "holds_zero"]


def compute_any_regression(
    before: Sequence[Span], after: Sequence[Span], *, long_run_mean: float, level: float = 0.95
) -> RangedSignedRank:
    """Bounds of shift, interval and p over every degree of regression from none to complete, patient by patient.

    Args:
        before: baselines of n >= 1 patients as (lower, upper); equal ends = an exact reading; ends may be infinite.
        after: later readings, likewise.
        long_run_mean: mean to which untreated patients would return.
        level: confidence level, in (0, 1).

    Returns:
        See `compute_ranged_signed_rank`; the changes are the later reading less what lies between baseline and mean.
        The interval covers and the test keeps its level when the true changes are independent and symmetric.

    Raises:
        ValueError: no patient, arrays of different length, ends that are no numbers or in the wrong order, a mean that
            is not finite, or a level out of range.
    """
    if not isfinite(long_run_mean):
        raise ValueError("the assumed mean must be a finite number")
    x, y = _check(before, after)
    lower = y[:, 0] - np.maximum(x[:, 1], long_run_mean)
    upper = y[:, 1] - np.minimum(x[:, 0], long_run_mean)
    return compute_ranged_signed_rank(lower, upper, level=level)


def compute_bounded_tipping(before: Sequence[Span], after: Sequence[Span], *, level: float = 0.95) -> BoundedTipping:
    """The assumed mean nearest to the baselines at which the interval of `compute_any_regression` touches zero.

    The upper limit is the k-th largest Walsh average of `after - min(before, mean)`. Each Walsh average falls as the
    assumed mean rises and is zero at one mean, so that the limit is zero at the k-th largest of these means: a closed
    form. After a rise the same holds for the mirrored readings.

    Raises:
        ValueError: as for `compute_any_regression`.
    """
    x, y = _check(before, after)
    n = x.shape[0]
    k = _rejected_ranks(n, level)
    if k == 0:
        return BoundedTipping(n, None, "", "level_unreachable")
    fall = _turning_means(x[:, 0], y[:, 1])[-k]
    if fall < inf:
        return BoundedTipping(n, float(fall), "below", "")
    rise = _turning_means(-x[:, 1], -y[:, 0])[-k]
    if rise < inf:
        return BoundedTipping(n, float(-rise), "above", "")
    return BoundedTipping(n, None, "", "holds_zero")


def _turning_means(x: Floats, y: Floats) -> Floats:
    """For each pair of patients the largest mean at which their Walsh average is not below zero, sorted.

    That is the solution m of `min(m, x_i) + min(m, x_j) = y_i + y_j`.
    """
    i, j = np.triu_indices(x.size)
    smaller, larger = np.minimum(x[i], x[j]), np.maximum(x[i], x[j])
    both = y[i] + y[j]
    turning = np.where(both <= 2 * smaller, both / 2, both - smaller)
    # Where the two did not fall without any regression, their average reaches zero at every mean. A fall as small as
    # the noise of binary fractions is none: 0.1 + 0.2 is not less than 0.3.
    ends = np.abs(np.concatenate([x, y]))
    noise = float(choose_step(float(ends[np.isfinite(ends)].max(initial=0.0)), None)) / 2
    return np.sort(np.where(both < smaller + larger - noise, turning, inf))


def _rejected_ranks(n: int, level: float) -> int:
    """How many rank sums from the bottom the two-sided test rejects."""
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    chances = null_chances(np.arange(1, n + 1, dtype=np.int64), n * (n + 1) // 4)
    return int((np.minimum(1.0, 2 * np.cumsum(chances)) <= 1 - level).sum())


def _check(before: Sequence[Span], after: Sequence[Span]) -> tuple[Floats, Floats]:
    x, y = (np.asarray(spans, dtype=np.float64).reshape(len(spans), 2) for spans in (before, after))
    if x.shape != y.shape or x.size == 0:
        raise ValueError("every patient needs one reading before and one after")
    if not (np.all(x[:, 0] <= x[:, 1]) and np.all(y[:, 0] <= y[:, 1])):
        raise ValueError("every reading needs a lower end and an upper end that is not below it")
    return x, y
