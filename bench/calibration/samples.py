"""Invented readings before and after: normal, skewed, whole numbers like SLEDAI totals; without effect."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Draw = Callable[[np.random.Generator, int, int], tuple[np.ndarray, np.ndarray]]
"""(rng, repetitions, n) -> readings before and after without any effect, each of shape (repetitions, n).

Before and after are exchangeable within a patient, so that differences are symmetric around zero.
"""
SLEDAI_STEPS = np.array([1, 2, 4, 8])
BETWEEN_SD = 4.0
WITHIN_SD = 3.0


def draw_normal(rng: np.random.Generator, repetitions: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal patients (SD 4) with normal noise (SD 3) around 10."""
    level = rng.normal(10, BETWEEN_SD, (repetitions, n))
    return tuple(level + rng.normal(0, WITHIN_SD, (repetitions, n)) for _ in range(2))  # type: ignore[return-value]


def draw_skewed(rng: np.random.Generator, repetitions: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-normal readings, as of titres and fluorescence: log SD 0.8 between and 0.6 within patients."""
    level = rng.normal(0, 0.8, (repetitions, n))
    return tuple(np.exp(level + rng.normal(0, 0.6, (repetitions, n))) for _ in range(2))  # type: ignore[return-value]


def draw_sledai(rng: np.random.Generator, repetitions: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers like SLEDAI totals: 24 items of weight 8 (8), 4 (6), 2 (7) and 1 (3), many ties and zeros."""
    weights = np.array([8] * 8 + [4] * 6 + [2] * 7 + [1] * 3)
    chance = rng.beta(0.6, 4.0, (repetitions, n, 1))
    kept = rng.random((repetitions, n, weights.size)) < chance
    totals = []
    for _ in range(2):
        changed = rng.random(kept.shape) < 0.35
        fresh = rng.random(kept.shape) < chance
        totals.append(np.where(changed, fresh, kept) @ weights)
    return totals[0].astype(float), totals[1].astype(float)


READINGS: dict[str, Draw] = {"normal": draw_normal, "skewed": draw_skewed, "sledai_like": draw_sledai}
