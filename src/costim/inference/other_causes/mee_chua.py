"""The change that is left after regression to an assumed long-run mean (Mee & Chua 1991).

Later readings less the assumed mean are regressed on baselines less the assumed mean. What the line gives for a patient
at the mean, where nothing is left to regress, is the effect; the slope takes up the regression.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Reason = Literal["", "too_few_pairs", "equal_baselines", "no_residual_spread"]


@dataclass(frozen=True, slots=True)
class RegressionLine:
    """Least squares of the later reading on the baseline.

    `reason` says why there is no line (`too_few_pairs`: below three; `equal_baselines`) or none with an error
    (`no_residual_spread`: the points lie on the line); blank otherwise.
    """

    n: int
    mean_before: float
    mean_after: float
    slope: float
    residual_variance: float
    sum_of_squares: float
    """Of the baselines around their mean."""
    least_before: float
    largest_before: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class MeeChua:
    """Effect net of regression at one assumed mean; None where `reason` of the line is not blank.

    The estimate is there also when the points lie on the line; then it has no error, limits or p. `extrapolated`: the
    assumed mean lies outside the baselines, so that the line is used where there is no patient.
    """

    n: int
    long_run_mean: float
    estimate: float | None
    se: float | None
    df: int
    lower: float | None
    upper: float | None
    level: float
    p: float | None
    extrapolated: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class TippingMeans:
    """Assumed means at which the interval of the effect just touches zero.

    `roots` are all of them, ascending (none, one or two). `below` and `above` are the nearest on either side of the
    mean baseline, at which no regression is assumed. `holds_zero` says that the interval holds zero even there.
    """

    mean_before: float | None
    mean_change: float | None
    roots: tuple[float, ...]
    below: float | None
    above: float | None
    holds_zero: bool
    reason: Reason


def fit_line(before: ArrayLike, after: ArrayLike) -> RegressionLine:
    """The line that every assumed mean shares.

    Args:
        before: shape (n,), baselines.
        after: shape (n,), later readings of the same patients in the same unit.

    Raises:
        ValueError: the arrays differ in length or a reading is not finite.
    """
    x, y = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError("every patient needs one reading before and one after")
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("readings must be finite numbers")
    n = int(x.size)
    if n < 3 or np.ptp(x) == 0:
        reason: Reason = "too_few_pairs" if n < 3 else "equal_baselines"
        means = (float(x.mean()), float(y.mean())) if n else (0.0, 0.0)
        ends = (float(x.min()), float(x.max())) if n else (0.0, 0.0)
        return RegressionLine(n, *means, 0.0, 0.0, 0.0, *ends, reason)
    deviations = x - x.mean()
    squares = float(deviations @ deviations)
    slope = float(deviations @ y) / squares
    residuals = (y - y.mean()) - slope * deviations
    left = float(residuals @ residuals)
    # Points on a line leave the noise of their last bits; it is no measure of error.
    noise = n * (1e-13 * float(np.max(np.abs([x, y])))) ** 2
    variance = 0.0 if left <= noise else left / (n - 2)
    return RegressionLine(
        n=n,
        mean_before=float(x.mean()),
        mean_after=float(y.mean()),
        slope=slope,
        residual_variance=variance,
        sum_of_squares=squares,
        least_before=float(x.min()),
        largest_before=float(x.max()),
        reason="" if variance > 0 else "no_residual_spread",
    )


def compute_mee_chua(before: ArrayLike, after: ArrayLike, *, long_run_mean: float, level: float = 0.95) -> MeeChua:
    """Effect net of regression to `long_run_mean`, with its t interval on n - 2 degrees of freedom.

    Source: Mee RW, Chua TC. Am Stat 1991;45:39-42. Equals the intercept of `lm(I(after - mu) ~ I(before - mu))`. Given
    the baselines, which may have been selected, the level is exact when the later readings scatter normally and evenly
    around a straight line, and `long_run_mean` is right.

    Args:
        before: shape (n,), baselines; at least three that are not all equal, else there is no estimate.
        after: shape (n,), later readings.
        long_run_mean: mean to which untreated patients would return.
        level: confidence level, in (0, 1).

    Raises:
        ValueError: a number is not finite, the arrays differ in length, or the level is not between 0 and 1.
    """
    if not math.isfinite(long_run_mean):
        raise ValueError("the assumed mean must be a finite number")
    return net_of_regression(fit_line(before, after), long_run_mean, level=level)


def net_of_regression(line: RegressionLine, long_run_mean: float, *, level: float = 0.95) -> MeeChua:
    """`compute_mee_chua` for a line already fitted, to try many assumed means.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    from scipy.special import stdtr

    quantile = _quantile(line.n - 2, level)
    extrapolated = not line.least_before <= long_run_mean <= line.largest_before
    df = max(line.n - 2, 0)
    empty = MeeChua(line.n, long_run_mean, None, None, df, None, None, level, None, extrapolated, line.reason)
    if line.reason in ("too_few_pairs", "equal_baselines"):
        return empty
    away = long_run_mean - line.mean_before
    estimate = (line.mean_after - line.mean_before) - (1 - line.slope) * away
    if quantile is None or line.reason:
        return MeeChua(line.n, long_run_mean, estimate, None, df, None, None, level, None, extrapolated, line.reason)
    se = math.sqrt(line.residual_variance * (1 / line.n + away**2 / line.sum_of_squares))
    p = 2 * float(stdtr(df, -abs(estimate) / se))
    lower, upper = estimate - quantile * se, estimate + quantile * se
    return MeeChua(line.n, long_run_mean, estimate, se, df, lower, upper, level, p, extrapolated, "")


def compute_tipping_means(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> TippingMeans:
    """The assumed long-run means at which the interval of `compute_mee_chua` touches zero, in closed form.

    With D the mean change, b the slope, u the distance of the assumed mean from the mean baseline, s the residual SD
    and S the sum of squares of the baselines, estimate and squared error are `D - (1 - b) u` and `s^2 (1/n + u^2/S)`;
    `estimate^2 = t^2 error^2` is quadratic in u (the set of Fieller 1954 for the u at which the estimate is zero).

    Raises:
        ValueError: a reading is not finite, the arrays differ in length, or the level is not between 0 and 1.
    """
    line = fit_line(before, after)
    quantile = _quantile(line.n - 2, level)
    if quantile is None or line.reason:
        return TippingMeans(None, None, (), None, None, False, line.reason)
    centre, change, rest = line.mean_before, line.mean_after - line.mean_before, 1 - line.slope
    error = quantile**2 * line.residual_variance
    distances = _solve(rest**2 - error / line.sum_of_squares, -2 * rest * change, change**2 - error / line.n)
    below, above = [u for u in distances if u < 0], [u for u in distances if u > 0]
    return TippingMeans(
        mean_before=centre,
        mean_change=change,
        roots=tuple(centre + u for u in distances),
        below=centre + max(below) if below else None,
        above=centre + min(above) if above else None,
        holds_zero=change**2 <= error / line.n,
        reason="",
    )


def _quantile(df: int, level: float) -> float | None:
    """Two-sided quantile of t; None without degrees of freedom."""
    from scipy.special import stdtrit

    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    return float(stdtrit(df, (1 + level) / 2)) if df > 0 else None


def _solve(a: float, b: float, c: float) -> tuple[float, ...]:
    """Real roots of a u^2 + b u + c, ascending, without the loss of digits of the schoolbook formula."""
    root = b * b - 4 * a * c
    if root < 0:
        return ()
    half = -(b + math.copysign(math.sqrt(root), b)) / 2
    found = {c / half} if half else {0.0}
    if a:
        found.add(half / a)
    return tuple(sorted(u for u in found if math.isfinite(u)))
