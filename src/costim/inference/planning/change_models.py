"""What changes of the next study may look like."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = Literal["normal", "skewed", "resampled"]
LOG_SD = 0.8
"""Logarithmic SD of the skewed shape: skewness 3.7, as of titres and cell counts."""


@dataclass(frozen=True, slots=True)
class ChangeModel:
    """How changes are drawn.

    `normal` and `skewed` have the mean and SD given; the long tail of `skewed` lies in the direction of the mean.
    `resampled` draws from `changes` with replacement. With a `step` every change is rounded to whole steps, so that
    ties and zeros occur as they do with SLEDAI.
    """

    shape: Shape
    mean: float = 0.0
    sd: float = 1.0
    step: float | None = None
    changes: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn from."""
        if self.shape not in ("normal", "skewed", "resampled"):
            raise ValueError(f"changes are 'normal', 'skewed' or 'resampled', found {self.shape!r}")
        if self.shape == "resampled":
            if len(self.changes) < 2 or not all(isfinite(c) for c in self.changes):
                raise ValueError("to resample changes, give at least two finite ones")
        elif not (isfinite(self.mean) and self.sd > 0 and isfinite(self.sd)):
            raise ValueError(f"changes need a finite mean and an SD above zero, found {self.mean!r} and {self.sd!r}")
        if self.step is not None and not (self.step > 0 and isfinite(self.step)):
            raise ValueError(f"the step of the instrument must be above zero, found {self.step!r}")


def draw_changes(model: ChangeModel, repetitions: int, n: int, seed: int) -> Floats:
    """Changes of shape (repetitions, n).

    Patient j has random numbers of her own, so that a larger study contains the smaller one and powers can be compared.
    """
    columns = [_draw(model, repetitions, np.random.default_rng([seed, j])) for j in range(n)]
    drawn = np.stack(columns, axis=1) if columns else np.zeros((repetitions, 0))
    return drawn if model.step is None else np.rint(drawn / model.step) * model.step


def _draw(model: ChangeModel, repetitions: int, rng: np.random.Generator) -> Floats:
    if model.shape == "resampled":
        return np.array(model.changes, dtype=np.float64)[rng.integers(0, len(model.changes), repetitions)]
    z = rng.standard_normal(repetitions)
    if model.shape == "normal":
        return np.asarray(model.mean + model.sd * z)
    spread = np.sqrt(np.expm1(LOG_SD**2)) * np.exp(LOG_SD**2 / 2)
    tail = (np.exp(LOG_SD * z) - np.exp(LOG_SD**2 / 2)) / spread
    return np.asarray(model.mean + (-1 if model.mean < 0 else 1) * model.sd * tail)
