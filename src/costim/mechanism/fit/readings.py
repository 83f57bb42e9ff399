"""Log density of readings and its derivatives: numbers with a lognormal scatter, intervals, whole numbers.

Each function works reading by reading; arrays of the same length go in, the derivatives by the predicted value and by
the spread come out. Densities of exact numbers are those of log(value + offset): the same for every model of the same
data, so that models may be compared.
"""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LOG_2PI = math.log(2 * math.pi)
FAR = -36.0
"""Below this many standard deviations the normal distribution function is taken from its asymptote."""

jit = numba.njit(nogil=True, error_model="numpy", cache=True)


@jit
def log_normal_cdf(x: float) -> float:
    """Logarithm of the standard normal distribution function."""
    if x > FAR:
        return float(math.log(0.5 * math.erfc(-x / math.sqrt(2.0))))
    return float(-0.5 * x * x - 0.5 * LOG_2PI - math.log(-x) + math.log1p(-1.0 / (x * x)))


@jit
def log_normal_between(a: float, b: float) -> tuple[float, float, float]:
    """log(F(b) - F(a)) of the standard normal, a < b, and its derivatives by a and by b."""
    if a > 0.0:  # the upper tail by symmetry, where differences of numbers near 1 would say nothing
        value, by_b, by_a = log_normal_between(-b, -a)
        return value, -by_a, -by_b
    high = log_normal_cdf(b)
    low = log_normal_cdf(a) if a > -math.inf else -math.inf
    value = high if low == -math.inf else high + math.log1p(-math.exp(low - high))
    by_a = -math.exp(-0.5 * a * a - 0.5 * LOG_2PI - value) if a > -math.inf else 0.0
    by_b = math.exp(-0.5 * b * b - 0.5 * LOG_2PI - value) if b < math.inf else 0.0
    return value, by_a, by_b


@jit
def log_scale(
    low: Floats, high: Floats, mean: Floats, sd: Floats, value: Floats, by_mean: Floats, by_sd: Floats
) -> None:
    """Readings on the logarithm: normal about `mean`, exact where low == high; fills value, by_mean, by_sd."""
    for i in range(len(mean)):
        s = sd[i]
        if low[i] == high[i]:
            r = (low[i] - mean[i]) / s
            value[i] = -0.5 * r * r - math.log(s) - 0.5 * LOG_2PI
            by_mean[i] = r / s
            by_sd[i] = (r * r - 1.0) / s
        else:
            a, b = (low[i] - mean[i]) / s, (high[i] - mean[i]) / s
            found, by_a, by_b = log_normal_between(a, b)
            value[i] = found
            by_mean[i] = -(by_a + by_b) / s
            by_sd[i] = -((by_a * a if a > -math.inf else 0.0) + (by_b * b if b < math.inf else 0.0)) / s


@jit
def digamma(x: float) -> float:
    """Derivative of the logarithm of the gamma function, x > 0: recurrence, then the asymptotic series."""
    total = 0.0
    while x < 8.0:
        total -= 1.0 / x
        x += 1.0
    w = 1.0 / (x * x)
    series = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w * (1 / 132)))))
    return total + math.log(x) - 0.5 / x - series


@jit
def log_beta_binomial(k: int, size: int, mean: float, concentration: float) -> tuple[float, float, float]:
    """Log P(k) of a beta-binomial of `size` with expectation `mean`, and its derivatives by mean and concentration."""
    p = mean / size
    a, b = p * concentration, (1.0 - p) * concentration
    value = (
        math.lgamma(size + 1.0) - math.lgamma(k + 1.0) - math.lgamma(size - k + 1.0)
        + math.lgamma(k + a) - math.lgamma(a) + math.lgamma(size - k + b) - math.lgamma(b)
        + math.lgamma(concentration) - math.lgamma(size + concentration)
    )  # fmt: skip
    by_a = digamma(k + a) - digamma(a)
    by_b = digamma(size - k + b) - digamma(b)
    common = digamma(concentration) - digamma(size + concentration)
    return value, (by_a - by_b) * concentration / size, p * by_a + (1.0 - p) * by_b + common


@jit
def counts(
    low: Floats, high: Floats, mean: Floats, concentration: float, size: int, value: Floats, by_mean: Floats,
    by_concentration: Floats,
) -> None:  # fmt: skip
    """Whole numbers from 0 to `size`, low and high included; fills value, by_mean, by_concentration.

    An expectation outside the scale is held just inside it, where its derivative is 0.
    """
    floor, ceiling = 1e-6 * size, (1.0 - 1e-6) * size
    for i in range(len(mean)):
        inside = floor < mean[i] < ceiling
        m = min(max(mean[i], floor), ceiling)
        # Compared before it is rounded: infinity has no whole number.
        first, last = math.ceil(max(low[i], 0.0)), size if high[i] >= size else math.floor(high[i])
        top, d_mean, d_conc = log_beta_binomial(first, size, m, concentration)
        total, sum_mean, sum_conc = 1.0, d_mean, d_conc
        for k in range(first + 1, last + 1):
            v, d_mean, d_conc = log_beta_binomial(k, size, m, concentration)
            if v > top:
                shrink = math.exp(top - v)
                total, sum_mean, sum_conc = total * shrink, sum_mean * shrink, sum_conc * shrink
                top = v
            weight = math.exp(v - top)
            total += weight
            sum_mean += weight * d_mean
            sum_conc += weight * d_conc
        value[i] = top + math.log(total)
        by_mean[i] = sum_mean / total if inside else 0.0
        by_concentration[i] = sum_conc / total


@jit
def common_level(residual: Floats, sd: float, level_sd: float, by_residual: Floats) -> tuple[float, float]:
    """Residuals that share one unknown normal level, which is integrated out.

    log density of a normal vector with variance sd^2 on the diagonal plus level_sd^2 everywhere; fills its derivative
    by the residuals, gives the value and the derivative by sd. The inverse follows Sherman and Morrison.
    """
    n = len(residual)
    within, whole = sd * sd, sd * sd + n * level_sd * level_sd
    total = square = 0.0
    for i in range(n):
        total += residual[i]
        square += residual[i] * residual[i]
    shrink = level_sd * level_sd / whole
    for i in range(n):
        by_residual[i] = -(residual[i] - shrink * total) / within
    quadratic = (square - shrink * total * total) / within
    value = -0.5 * (quadratic + (n - 1) * math.log(within) + math.log(whole) + n * LOG_2PI)
    # By sd^2: the quadratic form changes by minus the square of the inverse times the residuals.
    change = 0.0
    for i in range(n):
        change += by_residual[i] * by_residual[i]
    by_variance = 0.5 * change - 0.5 * ((n - 1) / within + 1.0 / whole)
    return value, 2.0 * sd * by_variance
