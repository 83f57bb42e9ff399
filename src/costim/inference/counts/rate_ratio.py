"""Two rates: how many times the one is the other, exactly, also where one has no event."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Literal

from costim.inference.binary.benchmark import compute_benchmark_test
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.binary.mid_p import compute_mid_p, compute_mid_p_value
from costim.inference.binary.share import check_level
from costim.inference.counts.garwood import check_events

Variant = Literal["exact", "mid_p"]


@dataclass(frozen=True, slots=True)
class RateRatio:
    """First rate over the second, given the number of events in both.

    `ratio` is None without any event and infinite when the second has none; an infinite limit is None.
    """

    ratio: float | None
    lower: float | None
    upper: float | None
    p: float
    p_min: float
    level: float
    variant: Variant


def compute_rate_ratio(
    first: int,
    first_exposure: float,
    second: int,
    second_exposure: float,
    *,
    variant: Variant = "exact",
    level: float = 0.95,
) -> RateRatio:
    """Exact conditional interval and test of a ratio of Poisson rates.

    Given all events, the number in the first is binomial; its share is turned into odds and divided by the ratio of the
    exposures. p is that of a ratio of 1, two-sided by doubling, and agrees with the limits.

    Args:
        first: events in the first stretch.
        first_exposure: time of observation of the first stretch, above 0.
        second: events in the second stretch.
        second_exposure: time of observation of the second stretch, above 0.
        variant: `exact` (limits of Clopper and Pearson) or `mid_p`.
        level: confidence level.

    Raises:
        ValueError: a number of events is negative or not whole, a time is not above 0, or the level not between 0
            and 1.

    Source: Przyborowski & Wilenski, Biometrika 1940;31:313-323.
    """
    check_events(first, first_exposure, level)
    check_events(second, second_exposure, level)
    check_level(level)
    events = first + second
    if events == 0:
        return RateRatio(None, None, None, 1.0, 1.0, level, variant)
    share = first_exposure / (first_exposure + second_exposure)
    scale = second_exposure / first_exposure
    test = compute_benchmark_test(first, events, share)
    ratio = float("inf") if second == 0 else first / second * scale
    if variant == "mid_p":
        limits = compute_mid_p(first, events, level=level)
        p, p_min = compute_mid_p_value(first, events, share), test.p_min / 2
    else:
        limits = compute_clopper_pearson(first, events, level=level)
        p, p_min = test.p, test.p_min
    lower, upper = (_odds(end) * scale for end in (limits.lower, limits.upper))
    return RateRatio(ratio, lower, None if isinf(upper) else upper, p, p_min, level, variant)


def _odds(share: float) -> float:
    return float("inf") if share == 1 else share / (1 - share)
