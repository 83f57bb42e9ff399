"""Changes for the calibration of paired tests: without effect, and with one whose true size is known."""

from __future__ import annotations

import numpy as np

from bench.calibration.samples import READINGS

Draw = tuple[np.ndarray, np.ndarray]
SKEWED_CHANGE = "skewed_change"
SKEWED_SHIFT = float(np.exp(0.5))


def draw_changes(rng: np.random.Generator, scenario: str, repetitions: int, n: int) -> np.ndarray:
    """Changes without effect, shape (repetitions, n). `skewed_change`: log-normal (log SD 1) about a mean of zero."""
    if scenario == SKEWED_CHANGE:
        return rng.lognormal(0, 1, (repetitions, n)) - SKEWED_SHIFT
    before, after = READINGS[scenario](rng, repetitions, n)
    return after - before


def draw_readings(rng: np.random.Generator, scenario: str, repetitions: int, n: int) -> Draw:
    """Readings before and after, without effect."""
    return READINGS[scenario](rng, repetitions, n)
