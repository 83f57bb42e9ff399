"""Effect sizes of paired changes, each with its denominator in its name.

"Cohen's d" of a paired change is at least three numbers: the mean change over the SD of the changes (d_z), over the
SD of the readings (d_av), and either with the small-sample factor (g). They differ by a factor of about
sqrt(2 (1 - r)), r being the correlation of the readings before and after; so none of them is ever called d alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.lattice import choose_step
from costim.inference.paired.signed_rank import Zeros, compute_signed_rank


@dataclass(frozen=True, slots=True)
class StandardizedChange:
    """The mean of after minus before, over a standard deviation; None where that is zero or there are too few pairs.

    `d_z`, `g_z`: over the SD of the changes. `d_av`, `g_av`: over the root mean square of the SDs before and after. g
    is d times the exact small-sample factor with n - 1 degrees of freedom (n >= 3).
    """

    n: int
    d_z: float | None
    g_z: float | None
    d_av: float | None
    g_av: float | None


def compute_standardized_change(
    before: ArrayLike, after: ArrayLike, *, resolution: float | None = None
) -> StandardizedChange:
    """Standardised mean changes, after minus before.

    Args:
        before: shape (n,), readings before, in the unit of the instrument.
        after: shape (n,), readings after.
        resolution: smallest step of the instrument; noise below it makes no spread.

    Raises:
        ValueError: other lengths, or a reading is not finite.
    """
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("readings before and after must be two lists of one length")
    if not (np.all(np.isfinite(first)) and np.all(np.isfinite(second))):
        raise ValueError("readings must be finite numbers")
    n = int(first.size)
    if n < 2:
        return StandardizedChange(n, None, None, None, None)
    scale = float(max(np.abs(first).max(), np.abs(second).max()))
    changes = second - first
    noise = float(choose_step(scale, resolution)) / 2
    mean = float(changes.mean())
    pooled = math.sqrt((_variance(first, noise) + _variance(second, noise)) / 2)
    d_z, d_av = _over(mean, math.sqrt(_variance(changes, noise))), _over(mean, pooled)
    factor = compute_small_sample_factor(n - 1)
    g_z, g_av = (None if d is None or factor is None else d * factor for d in (d_z, d_av))
    return StandardizedChange(n, d_z, g_z, d_av, g_av)


def _variance(values: np.ndarray, noise: float) -> float:
    """Divisor n - 1; exactly zero where all values are one value up to the noise of floats."""
    return 0.0 if float(np.ptp(values)) <= noise else float(values.var(ddof=1))


def _over(mean: float, sd: float) -> float | None:
    return mean / sd if sd > 0 else None


def compute_small_sample_factor(df: int) -> float | None:
    """Hedges' exact factor J(df) = G(df / 2) / (sqrt(df / 2) G((df - 1) / 2)), G the gamma function (Hedges 1981).

    None below two degrees of freedom, where the standardised mean has no expectation to correct.
    """
    if df < 2:
        return None
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def compute_rank_biserial(
    differences: ArrayLike, *, zeros: Zeros = "pratt", resolution: float | None = None, scale: float | None = None
) -> float | None:
    """Matched-pairs rank-biserial correlation (W+ - W-) / (W+ + W-), from -1 (all fall) to 1 (all rise) (Kerby 2014).

    Args:
        differences: shape (n,), after minus before.
        zeros: rule for changes of zero, as in the signed-rank test; it changes the value.
        resolution: smallest step of the instrument.
        scale: size of the operands, see `round_to_lattice`.

    Returns:
        None without a change other than zero.

    Raises:
        ValueError: a difference is not finite.
    """
    test = compute_signed_rank(differences, zeros=zeros, resolution=resolution, scale=scale)
    total = test.w_plus + test.w_minus
    return (test.w_plus - test.w_minus) / total if total > 0 else None
