"""Intervals for a proportion."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `n`, with limits."""

    count: int
    n: int
    estimate: float
    lower: float
    upper: float
    level: float


def _check(count: int, n: int, level: float) -> None:
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"a proportion needs 0 <= count <= n and n >= 1, found {count} of {n}")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")


def compute_clopper_pearson(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """Exact interval: the shares that neither one-sided binomial test rejects (Clopper & Pearson 1934).

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.
    """
    from scipy.special import betaincinv

    _check(count, n, level)
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    upper = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1 - tail))
    return Proportion(count, n, count / n, lower, upper, level)


def compute_wilson(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """Score interval, without continuity correction (Wilson 1927).

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.
    """
    _check(count, n, level)
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = count / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 * (share * (1 - share) / n + z2 / (4 * n * n))) ** 0.5 / (1 + z2 / n)
    # At 0 and n of n the limit is 0 or 1 by algebra; the float formula misses it in the last bit.
    lower = 0.0 if count == 0 else centre - half
    upper = 1.0 if count == n else centre + half
    return Proportion(count, n, share, lower, upper, level)
