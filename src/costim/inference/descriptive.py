"""Mean, SD, median, smallest and largest; and what they can be when some values are known only within a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, isfinite, isnan, sqrt
from statistics import fmean, mean, median, stdev

VERTEX_LIMIT = 14
"""With more ranges than this the largest possible SD (a search over 2^k corners) is not computed."""


@dataclass(frozen=True, slots=True)
class Descriptive:
    """Statistics of n >= 1 values. `sd` has divisor n - 1 and is None for one value."""

    n: int
    mean: float
    sd: float | None
    median: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """Smallest and largest value a statistic can take; infinite when the data do not bound it."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class DescriptiveBounds:
    """Bounds of each statistic; `sd` is None for one value or too many ranges."""

    n: int
    mean: Bounds
    sd: Bounds | None
    median: Bounds
    minimum: Bounds
    maximum: Bounds


def compute_descriptive(values: Sequence[float]) -> Descriptive:
    """Statistics of exactly known values.

    Args:
        values: at least one finite number.

    Raises:
        ValueError: no value, or one that is not finite.
    """
    if not values:
        raise ValueError("no value to describe")
    if not all(isfinite(v) for v in values):
        raise ValueError("values to be described must be finite numbers")
    return Descriptive(len(values), _mean(values), _sd(values), median(values), min(values), max(values))


def compute_descriptive_bounds(intervals: Sequence[tuple[float, float]]) -> DescriptiveBounds:
    """Bounds of the statistics over every choice of one value from each closed range.

    Mean, median, minimum and maximum never fall when a value rises, so the two ends of the ranges bound them. The SD is
    convex: its largest value lies at a corner, its smallest where every value is as near as it can be to one centre.

    Args:
        intervals: at least one (lower, upper), lower <= upper, infinite ends allowed.

    Raises:
        ValueError: no interval, one with lower > upper, or an end that is no number.
    """
    if not intervals:
        raise ValueError("no value to describe")
    if any(isnan(end) for pair in intervals for end in pair):
        raise ValueError("both ends of a range must be numbers")
    if any(low > high for low, high in intervals):
        raise ValueError("a range must not end below its beginning")
    lows, highs = [low for low, _ in intervals], [high for _, high in intervals]
    return DescriptiveBounds(
        n=len(intervals),
        mean=Bounds(_mean(lows), _mean(highs)),
        sd=_sd_bounds(intervals),
        median=Bounds(_median(lows), _median(highs)),
        minimum=Bounds(min(lows), min(highs)),
        maximum=Bounds(max(lows), max(highs)),
    )


def _mean(values: Sequence[float]) -> float:
    infinite = [v for v in values if not isfinite(v)]
    return infinite[0] if infinite else float(mean(values))


def _median(values: Sequence[float]) -> float:
    return median(values)  # lows hold no +inf and highs no -inf, so no inf - inf can arise


def _sd(values: Sequence[float]) -> float | None:
    """In fractions, so that equal values have no spread: the float mean of three times 0.1 is not 0.1."""
    return float(stdev(values)) if len(values) > 1 else None


def _quick_sd(values: Sequence[float]) -> float:
    """In floats, for the many corners of a search among values that differ."""
    centre = fmean(values)
    return sqrt(sum((v - centre) ** 2 for v in values) / (len(values) - 1))


def _sd_bounds(intervals: Sequence[tuple[float, float]]) -> Bounds | None:
    ranges = [i for i, (low, high) in enumerate(intervals) if low < high]
    if len(intervals) < 2 or len(ranges) > VERTEX_LIMIT:
        return None
    smallest = _smallest_sd(intervals)
    if any(not isfinite(end) for pair in intervals for end in pair):
        return Bounds(smallest, inf)
    corners = product(*[(low, high) if low < high else (low,) for low, high in intervals])
    return Bounds(smallest, max(_quick_sd(corner) for corner in corners))


def _smallest_sd(intervals: Sequence[tuple[float, float]]) -> float:
    """Minimise the sum of squared distances of the ranges from a centre.

    That sum is convex and its slope, linear between range ends, rises through zero in one stretch: in it, the centre is
    the mean of the nearer ends of all ranges that do not hold the centre.
    """
    ends = sorted({end for pair in intervals for end in pair if isfinite(end)})
    if not ends:
        return 0.0
    best = inf
    for left, right in zip([ends[0], *ends], [*ends, ends[-1]], strict=True):
        probe = (left + right) / 2
        outside = [high if high < probe else low for low, high in intervals if high < probe or low > probe]
        inside_centre = fmean(outside) if outside else probe
        for centre in (left, right, min(max(inside_centre, left), right)):
            chosen = [min(max(centre, low), high) for low, high in intervals]
            best = min(best, _sd(chosen) or 0.0)
    return best
