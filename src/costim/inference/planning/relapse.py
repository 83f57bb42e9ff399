"""Time to relapse: how likely is it that the next study shows more patients without relapse than is known?"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log

import numpy as np
from numpy.typing import NDArray

from costim.inference.planning.binomial import check_errors
from costim.inference.planning.simulated import (
    LARGEST,
    REPETITIONS,
    SKETCH,
    SimulatedPlan,
    SimulatedPower,
    Watch,
    check_size,
    find_smallest,
    summarise,
)
from costim.inference.survival.beta_product import compute_factor_sums

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RelapseModel:
    """How times to relapse are drawn; all times in one unit.

    `free` is the share without relapse at `horizon`, and `shape` that of the Weibull distribution (1 = exponential, a
    constant risk; above 1 the risk grows, below 1 it falls). Patients enter evenly over `accrual` and the study ends
    `follow_up` after the last may enter. `lost` is the share lost to follow-up by `horizon`.
    """

    horizon: float
    free: float
    accrual: float
    follow_up: float
    shape: float = 1.0
    lost: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no study."""
        times = self.horizon, self.shape
        if not (all(t > 0 and isfinite(t) for t in times) and 0 < self.free < 1 and 0 <= self.lost < 1):
            raise ValueError(
                "a study needs a horizon and a shape above zero, a share without relapse between 0 and 1 and a share "
                f"lost from 0 to below 1, found {self.horizon!r}, {self.shape!r}, {self.free!r}, {self.lost!r}"
            )
        if not (self.accrual >= 0 and self.follow_up >= 0 and isfinite(self.accrual + self.follow_up)):
            raise ValueError(f"accrual and follow-up must not be negative, found {self.accrual!r}, {self.follow_up!r}")
        if self.accrual + self.follow_up <= self.horizon:
            raise ValueError(
                f"nobody is observed up to {self.horizon!r}: accrual and follow-up together are "
                f"{self.accrual + self.follow_up!r}; expected more"
            )


def draw_follow_up(model: RelapseModel, repetitions: int, n: int, seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Times observed and whether they ended by relapse, each of shape (repetitions, n)."""
    scale = model.horizon / (-log(model.free)) ** (1 / model.shape)
    loss = -log(1 - model.lost) / model.horizon
    times, relapsed = np.empty((repetitions, n)), np.empty((repetitions, n), dtype=bool)
    for j in range(n):
        # Patient j has random numbers of her own: a larger study contains the smaller one.
        rng = np.random.default_rng([seed, j])
        relapse = scale * rng.standard_exponential(repetitions) ** (1 / model.shape)
        end = model.follow_up + model.accrual * rng.random(repetitions)
        if loss:
            end = np.minimum(end, rng.standard_exponential(repetitions) / loss)
        times[:, j], relapsed[:, j] = np.minimum(relapse, end), relapse <= end
    return times, relapsed


def limit_exceeds(
    times: Floats, relapsed: NDArray[np.bool_], horizon: float, reference: float, level: float
) -> NDArray[np.bool_]:
    """Whether the lower beta product limit of the share without relapse at `horizon` lies above `reference`.

    The limit itself need not be found: it exceeds the reference when the beta with the moments of the product has less
    than (1 - level) / 2 below the reference. Ties are taken one after the other, relapses first.

    Args:
        times: shape (r, n), one row per study.
        relapsed: shape (r, n).
        horizon: time of the question.
        reference: share that is to be exceeded.
        level: confidence level of the two-sided limits.
    """
    from scipy.special import betainc

    n = times.shape[1]
    sums = compute_factor_sums(n)
    order = np.lexsort((~relapsed, times), axis=1)
    time, event = np.take_along_axis(times, order, axis=1), np.take_along_axis(relapsed, order, axis=1)
    counted = event & (time <= horizon)
    at_risk = n - np.arange(n)
    minus_log, spread = np.diff(sums.minus_log_mean)[at_risk - 1], np.diff(sums.log_spread)[at_risk - 1]
    left = (time > horizon).sum(axis=1)
    y = np.maximum(left, 1).astype(np.float64)
    location = (counted * minus_log).sum(axis=1) + np.log1p(1 / y)
    log_spread = (counted * spread).sum(axis=1) + np.log1p(1 / (y * (y + 2)))
    mean, rest = np.exp(-location), -np.expm1(-location)
    total = rest / (mean * np.expm1(log_spread)) - 1
    return np.asarray((left > 0) & (betainc(mean * total, rest * total, reference) < (1 - level) / 2))


def compute_relapse_power(
    model: RelapseModel,
    reference: float,
    n: int,
    *,
    level: float = 0.95,
    repetitions: int = REPETITIONS,
    seed: int = 1,
) -> SimulatedPower:
    """Share of simulated studies whose lower limit at the horizon exceeds the reference.

    Raises:
        ValueError: a share, level or number out of range.
    """
    _check(reference, level)
    check_size(n, repetitions)
    times, relapsed = draw_follow_up(model, repetitions, n, seed)
    return summarise(limit_exceeds(times, relapsed, model.horizon, reference, level), n, seed)


def compute_relapse_size(
    model: RelapseModel,
    reference: float,
    *,
    power: float = 0.8,
    level: float = 0.95,
    repetitions: int = REPETITIONS,
    seed: int = 1,
    largest: int = LARGEST,
    watch: Watch | None = None,
) -> SimulatedPlan:
    """Smallest number of patients with which the lower limit exceeds the reference with probability `power`.

    Raises:
        ValueError: as `compute_relapse_power`, or a reference that is not below the share hoped for.
    """
    _check(reference, level)
    check_errors((1 - level) / 2, power)
    check_size(largest, repetitions)
    if reference >= model.free:
        raise ValueError(
            f"the share without relapse hoped for ({model.free!r}) must be above the reference ({reference!r})"
        )

    def simulate(n: int, size: int = repetitions) -> SimulatedPower:
        return compute_relapse_power(model, reference, n, level=level, repetitions=size, seed=seed)

    return find_smallest(simulate, lambda n: simulate(n, min(SKETCH, repetitions)), power, (1, largest), watch)


def _check(reference: float, level: float) -> None:
    if not 0 < reference < 1:
        raise ValueError(f"the reference share must lie between 0 and 1, found {reference!r}")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
