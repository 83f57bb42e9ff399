"""Signed-rank test and interval of changes that are known only within ranges, without trying every completion.

The true changes are taken as continuous, each somewhere in its range, so that ties have probability zero and the null
distribution is the one of the ranks 1..n. The rank sum W+ is the number of positive Walsh averages and the limits are
order statistics of the Walsh averages; both never fall when a change rises. The two extreme completions (every change
at its lower end, every change at its upper end) therefore enclose the result of every completion, in between ones and
every way of breaking a tie included.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.lattice import choose_step
from costim.inference.paired.sign_sums import null_chances
from costim.inference.paired.signed_rank import compute_smallest_p

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RangedSignedRank:
    """What holds for every completion of the ranges.

    `estimate` encloses the Hodges-Lehmann shift, `lower` and `upper` the interval; None = without limit. `w_plus` are
    the smallest and the largest rank sum of positive changes, `p` the largest two-sided p among them.
    """

    n: int
    estimate: tuple[float | None, float | None]
    lower: float | None
    upper: float | None
    w_plus: tuple[int, int]
    p: float
    p_min: float


def compute_ranged_signed_rank(lower: ArrayLike, upper: ArrayLike, *, level: float = 0.95) -> RangedSignedRank:
    """Bounds over all completions.

    Args:
        lower: shape (n,), n >= 1, lower end of each change; may be -infinite.
        upper: shape (n,), upper end, at least the lower one; may be infinite.
        level: confidence level, in (0, 1).

    Raises:
        ValueError: no change, an end that is not a number, ends in the wrong order, or a level out of range.
    """
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if low.size == 0 or low.shape != high.shape or not np.all(low <= high):
        raise ValueError("every change needs a lower end and an upper end that is not below it")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    n = int(low.size)
    p_values = _two_sided(n)
    noise = _noise(low, high)
    lows, highs = _walsh(low, noise), _walsh(high, noise)
    w_plus = int((lows > 0).sum()), int((highs >= 0).sum())
    k = int((p_values <= 1 - level).sum())
    return RangedSignedRank(
        n=n,
        estimate=(_finite(_middle(lows)), _finite(_middle(highs))),
        lower=_finite(float(lows[k - 1])) if k else None,
        upper=_finite(float(highs[-k])) if k else None,
        w_plus=w_plus,
        p=_largest_p(p_values, n, *w_plus),
        p_min=compute_smallest_p(n),
    )


def _walsh(values: Floats, noise: float) -> Floats:
    """All means of two values (each with itself included), sorted; what is noise is 0, for test and limits alike."""
    i, j = np.triu_indices(values.size)
    means = (values[i] + values[j]) / 2
    return np.sort(np.where(np.abs(means) <= noise, 0.0, means))


def _noise(low: Floats, high: Floats) -> float:
    """Half a step of float noise: a mean this small is zero."""
    ends = np.concatenate([low, high])
    finite = np.abs(ends[np.isfinite(ends)])
    return float(choose_step(float(finite.max(initial=0.0)), None)) / 2 if finite.size else 0.0


def _middle(walsh: Floats) -> float:
    return float((walsh[(walsh.size - 1) // 2] + walsh[walsh.size // 2]) / 2)


def _two_sided(n: int) -> Floats:
    """Two-sided p of the rank sums 0 ... T/2, T = n (n + 1) / 2; p of w and of T - w are the same."""
    half = n * (n + 1) // 4
    chances = null_chances(np.arange(1, n + 1, dtype=np.int64), half)
    return np.asarray(np.minimum(1.0, 2 * np.cumsum(chances)))


def _largest_p(p_values: Floats, n: int, least: int, most: int) -> float:
    """The largest p of any rank sum from `least` to `most`: that of the one nearest to the centre."""
    total = n * (n + 1) // 2
    if 2 * least > total:
        least, most = total - most, total - least
    return 1.0 if 2 * most >= total else float(p_values[most])


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
