"""What is asked of a population: what each patient contributes, and the statistic made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.simulated.sampled import Sampled

Floats = NDArray[np.float64]
OfPatient = Callable[[Sampled], Floats]
Statistic = Callable[[Floats], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Question:
    """One quantity: what each patient contributes (NaN: nothing), and what is made of it."""

    parameter: str
    contrast: str
    method: str
    stratum: str
    at: float | None
    of_patient: OfPatient
    statistic: Statistic
    estimand: str


def change_since_baseline(values: OfPatient, place: int) -> OfPatient:
    """Change since baseline at the visit in `place`, of who came."""

    def change(sampled: Sampled) -> Floats:
        found = values(sampled)
        return np.where(sampled.attended[:, place], found[:, place] - found[:, 0], np.nan)

    return change


def happened_after(days: OfPatient, day: float) -> OfPatient:
    """1 where something has not happened up to a day; NaN stays NaN."""

    def later(sampled: Sampled) -> Floats:
        found = days(sampled)
        return np.where(np.isnan(found), np.nan, found > day)

    return later


def happened_by(days: OfPatient, day: float) -> OfPatient:
    """1 where something has happened by a day; NaN stays NaN."""
    later = happened_after(days, day)

    def earlier(sampled: Sampled) -> Floats:
        return 1.0 - later(sampled)

    return earlier


def mean(x: Floats) -> tuple[float, float]:
    """Mean and its standard error."""
    return float(x.mean()), float(x.std(ddof=1) / np.sqrt(x.size))


def ratio(x: Floats) -> tuple[float, float]:
    """Geometric mean of ratios from differences of logarithms."""
    centre, error = mean(x)
    return float(np.exp(centre)), float(np.exp(centre) * error)


def pseudo_median(x: Floats) -> tuple[float, float]:
    """Median of the mean of two patients, over 400,000 pairs drawn once; what Hodges-Lehmann estimates."""
    draw = np.random.Generator(np.random.PCG64(1))
    pairs = draw.integers(0, x.size, size=(400_000, 2))
    return float(np.median((x[pairs[:, 0]] + x[pairs[:, 1]]) / 2.0)), mean(x)[1]


def share(x: Floats) -> tuple[float, float]:
    """Share of ones."""
    part = float(x.mean())
    return part, float(np.sqrt(part * (1.0 - part) / x.size))
