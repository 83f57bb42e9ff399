"""How many patients for an interval of a given width, when nothing is to be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isfinite, lgamma, sqrt

import numpy as np

from costim.inference.paired.sign_sums import null_chances
from costim.inference.planning.binomial import chance_of_each

LARGEST = 5000
LARGEST_SIMULATED = 200
LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class Precision:
    """The smallest n whose expected width does not exceed the one asked for; `standard_error` where it was simulated.

    `n` is None when the largest number tried does not suffice; `expected_width` is then the one there.
    """

    n: int | None
    expected_width: float
    standard_error: float | None
    largest: int


def expect_share_width(n: int, share: float, *, level: float = 0.95) -> float:
    """Mean width of the Clopper-Pearson interval over all counts, exact.

    Raises:
        ValueError: n below 1, a share outside [0, 1] or a level out of range.
    """
    from scipy.special import betaincinv

    _check(n, level)
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, found {share!r}")
    tail = (1 - level) / 2
    k = np.arange(n + 1, dtype=np.float64)
    lower, upper = np.zeros(n + 1), np.ones(n + 1)
    lower[1:] = betaincinv(k[1:], n - k[1:] + 1, tail)
    upper[:-1] = betaincinv(k[:-1] + 1, n - k[:-1], 1 - tail)
    return float(chance_of_each(n, share) @ (upper - lower))


def expect_mean_width(n: int, sd: float, *, level: float = 0.95) -> float:
    """Mean width of the t interval of a mean of n normal values with standard deviation `sd`; infinite for n = 1.

    Raises:
        ValueError: n below 1, an SD that is not above zero or a level out of range.
    """
    from scipy.special import stdtrit

    _check(n, level)
    _check_sd(sd)
    if n == 1:
        return inf
    # E s = sd * c4(n)
    c4 = sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2))
    return float(2 * stdtrit(n - 1, (1 + level) / 2) * sd * c4 / sqrt(n))


def expect_shift_width(
    n: int, sd: float, *, level: float = 0.95, repetitions: int = 2000, seed: int = 1
) -> tuple[float, float]:
    """Mean width of the Hodges-Lehmann interval of n normal changes, and its Monte-Carlo error; infinite if unbounded.

    Raises:
        ValueError: n or repetitions below 1, an SD that is not above zero or a level out of range.
    """
    _check(n, level)
    _check_sd(sd)
    if repetitions < 2:
        raise ValueError(f"a simulation needs at least two repetitions, found {repetitions!r}")
    chances = np.cumsum(null_chances(np.arange(1, n + 1, dtype=np.int64), n * (n + 1) // 4))
    k = int((2 * chances <= 1 - level).sum())
    if k == 0:
        return inf, 0.0
    values = np.random.default_rng([seed, n]).normal(0, sd, (repetitions, n))
    i, j = np.triu_indices(n)
    chunk = max(1, 2_000_000 // i.size)
    widths = []
    for start in range(0, repetitions, chunk):
        part = values[start : start + chunk]
        walsh = np.partition((part[:, i] + part[:, j]) / 2, (k - 1, i.size - k), axis=1)
        widths.append(walsh[:, i.size - k] - walsh[:, k - 1])
    width = np.concatenate(widths)
    return float(width.mean()), float(width.std(ddof=1) / sqrt(repetitions))


def compute_share_precision(share: float, width: float, *, level: float = 0.95) -> Precision:
    """Smallest n with which the exact interval of a share is expected to be no wider than `width`.

    Raises:
        ValueError: a width outside (0, 1), and what `expect_share_width` refuses.
    """
    if not 0 < width < 1:
        raise ValueError(f"the width of an interval of a share must lie between 0 and 1, found {width!r}")
    return _smallest(lambda n: (expect_share_width(n, share, level=level), None), width, LARGEST)


def compute_mean_precision(sd: float, width: float, *, level: float = 0.95) -> Precision:
    """Smallest n with which the t interval of a mean change is expected to be no wider than `width`.

    Raises:
        ValueError: a width that is not above zero, and what `expect_mean_width` refuses.
    """
    _check_width(width)
    return _smallest(lambda n: (expect_mean_width(n, sd, level=level), None), width, LARGEST)


def compute_shift_precision(
    sd: float, width: float, *, level: float = 0.95, repetitions: int = 2000, seed: int = 1
) -> Precision:
    """Smallest n with which the Hodges-Lehmann interval is expected to be no wider than `width` (simulated).

    Raises:
        ValueError: a width that is not above zero, and what `expect_shift_width` refuses.
    """
    _check_width(width)
    return _smallest(
        lambda n: expect_shift_width(n, sd, level=level, repetitions=repetitions, seed=seed), width, LARGEST_SIMULATED
    )


def _smallest(expect: Callable[[int], tuple[float, float | None]], width: float, largest: int) -> Precision:
    """By bisection, then by looking back: expected widths fall with n but for the steps of exact intervals."""
    most = expect(largest)
    if most[0] > width:
        return Precision(None, *most, largest)
    low, high = 1, largest
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if expect(middle)[0] <= width else (middle + 1, high)
    candidates = range(max(1, low - LOOK_BACK), low)
    n = next((k for k in candidates if expect(k)[0] <= width), low)
    found = expect(n)
    return Precision(n, *found, largest)


def _check(n: int, level: float) -> None:
    if n < 1:
        raise ValueError(f"a study needs at least one patient, found {n!r}")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")


def _check_sd(sd: float) -> None:
    if not (sd > 0 and isfinite(sd)):
        raise ValueError(f"the standard deviation must be above zero, found {sd!r}")


def _check_width(width: float) -> None:
    if not (width > 0 and isfinite(width)):
        raise ValueError(f"the width of an interval must be above zero, found {width!r}")
