"""Is one patient's change more than the noise of two readings?"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ReliableChange:
    """Each patient's change beside the noise of a change.

    `index` is the change over `noise_sd` (the reliable change index); `lower` and `upper` enclose the true change;
    `beyond_noise` says whether they leave out 0. `reference_limit` is the size that the change of a patient whose
    disease does not change stays below with probability `level`. Arrays have shape (n,).
    """

    changes: Floats
    index: Floats
    lower: Floats
    upper: Floats
    beyond_noise: NDArray[np.bool_]
    noise_sd: float
    reference_limit: float
    df: float | None
    level: float


def compute_noise_sd(within_sd: float, baselines: int = 1) -> float:
    """SD of the change of a patient whose disease does not change: within_sd * sqrt(1 + 1 / baselines).

    Args:
        within_sd: test-retest SD of one reading, above zero.
        baselines: readings that the value before averages, at least 1; the value after is one reading.

    Raises:
        ValueError: `within_sd` is not above zero, or `baselines` is below 1.
    """
    if not (within_sd > 0 and isfinite(within_sd)):
        raise ValueError(f"a test-retest SD must be above zero, found {within_sd!r}")
    if baselines < 1:
        raise ValueError(f"a baseline averages at least one reading, found {baselines!r}")
    return within_sd * sqrt(1 + 1 / baselines)


def compute_reference_limit(
    within_sd: float, *, df: float | None = None, baselines: int = 1, level: float = 0.95
) -> float:
    """The reference change value: what noise alone exceeds with probability 1 - level.

    The quantile is that of t with `df` degrees of freedom where the test-retest SD was estimated, else the normal one.

    Raises:
        ValueError: an SD or degrees of freedom that are not above zero, or a level out of range.
    """
    from scipy.special import ndtri, stdtrit

    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    if df is not None and not (df > 0 and isfinite(df)):
        raise ValueError(f"degrees of freedom must be above zero, found {df!r}")
    share = (1 + level) / 2
    quantile = float(ndtri(share) if df is None else stdtrit(df, share))
    return quantile * compute_noise_sd(within_sd, baselines)


def compute_reliable_change(
    changes: ArrayLike, within_sd: float, *, df: float | None = None, baselines: int = 1, level: float = 0.95
) -> ReliableChange:
    """Reliable change index (Jacobson & Truax 1991) and limits of each patient's true change.

    Args:
        changes: shape (n,), after minus before; n may be 0.
        within_sd: test-retest SD of one reading of a patient whose disease does not change, above zero.
        df: degrees of freedom behind it; None = known exactly.
        baselines: readings that the value before averages.
        level: in (0, 1); a patient without any true change is called beyond noise with probability 1 - level.

    Raises:
        ValueError: a change is not finite, or what `compute_reference_limit` refuses.
    """
    observed = np.asarray(changes, dtype=np.float64)
    if observed.ndim != 1 or not np.all(np.isfinite(observed)):
        raise ValueError("changes must be a row of finite numbers")
    limit = compute_reference_limit(within_sd, df=df, baselines=baselines, level=level)
    noise = compute_noise_sd(within_sd, baselines)
    return ReliableChange(
        changes=observed,
        index=observed / noise,
        lower=observed - limit,
        upper=observed + limit,
        beyond_noise=np.abs(observed) > limit,
        noise_sd=noise,
        reference_limit=limit,
        df=df,
        level=level,
    )
