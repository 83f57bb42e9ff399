"""Changes for the calibration of paired tests: without effect, and with one whose true size is known."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np

from bench.calibration.samples import READINGS

Draw = tuple[np.ndarray, np.ndarray]
SKEWED_CHANGE = "skewed_change"
Centre = Literal["mean", "pseudomedian", "median"]
"""What a method estimates: where changes are skewed the three differ, and each method is asked about its own."""


@cache
def skewed_centre(centre: Centre) -> float:
    """Mean, pseudomedian (median of the mean of two changes) or median of a log-normal with log SD 1."""
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    if centre != "pseudomedian":
        return {"mean": float(np.exp(0.5)), "median": 1.0}[centre]
    first = np.exp(ndtri((np.arange(200_000) + 0.5) / 200_000))

    def excess(m: float) -> float:
        left = 2 * m - first
        return float(np.where(left > 0, ndtr(np.log(np.where(left > 0, left, 1.0))), 0.0).mean()) - 0.5

    return float(brentq(excess, 0.5, 3.0, xtol=1e-12))


def draw_changes(
    rng: np.random.Generator, scenario: str, repetitions: int, n: int, centre: Centre = "mean"
) -> np.ndarray:
    """Changes without effect, shape (repetitions, n). `skewed_change`: log-normal (log SD 1), `centre` at zero."""
    if scenario == SKEWED_CHANGE:
        return rng.lognormal(0, 1, (repetitions, n)) - skewed_centre(centre)
    before, after = READINGS[scenario](rng, repetitions, n)
    return after - before


def draw_readings(rng: np.random.Generator, scenario: str, repetitions: int, n: int) -> Draw:
    """Readings before and after, without effect."""
    return READINGS[scenario](rng, repetitions, n)
