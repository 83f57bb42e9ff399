"""How many durations are documented beyond a horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.binary.share import Proportion
from costim.inference.lattice import exceeds


@dataclass(frozen=True, slots=True)
class Beyond:
    """`yes` certainly beyond, `undecided` perhaps, the rest not.

    `least` and `most` are the proportions if none or all of the undecided are.
    """

    yes: int
    undecided: int
    n: int
    least: Proportion
    most: Proportion


def compute_proportion_beyond(
    intervals: Sequence[tuple[float, float]], horizon: float, *, level: float = 0.95
) -> Beyond:
    """Count recorded durations strictly beyond a horizon.

    A duration counts as beyond when the lower end of its range is, as not beyond when the upper end does not exceed
    the horizon, else it is undecided. This counts what is *documented*: a duration that ended by censoring before the
    horizon could in truth have lasted longer.

    Args:
        intervals: (lower, upper) of each duration; equal ends = exact; an infinite upper end = open.
        horizon: in the unit of the durations.
        level: confidence level of the exact limits.

    Raises:
        ValueError: no interval, or one with lower > upper.
    """
    if any(low > high for low, high in intervals):
        raise ValueError("a range must not end below its beginning")
    n = len(intervals)
    yes = sum(exceeds(low, horizon) for low, _ in intervals)
    undecided = sum(exceeds(high, horizon) for _, high in intervals) - yes
    least = compute_clopper_pearson(yes, n, level=level)
    most = compute_clopper_pearson(yes + undecided, n, level=level)
    return Beyond(yes, undecided, n, least, most)
