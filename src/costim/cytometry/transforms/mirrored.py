"""Scale values of scales that are given by their inverse: mirrored about zero, convex beyond it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096
"""Values solved at once: the arrays of one block stay in the first caches."""

STEPS = 4
"""Steps of Halley's method. Their number is fixed, so that a value never depends on its neighbours."""


class MirroredCurve(Protocol):
    """A curve `value(zero + u) = unit rise(u)`, rising and convex for u >= 0."""

    @property
    def zero(self) -> float:
        """Scale value of linear zero."""

    @property
    def unit(self) -> float:
        """Linear units per unit of `rise`."""

    def start(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """A distance at or beyond the root of `rise(u) = v`."""

    def halley(self, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        """One step towards the root."""


def solve_mirrored(x: NDArray[np.float64], curve: MirroredCurve) -> NDArray[np.float64]:
    """Scale values of linear values of any shape; infinite and not-a-number pass through."""
    flat = np.ascontiguousarray(x).reshape(-1)
    y = np.empty_like(flat)
    for begin in range(0, len(flat), BLOCK):
        part = flat[begin : begin + BLOCK]
        finite = np.isfinite(part)
        v = np.abs(np.where(finite, part, 0.0)) / curve.unit
        u = curve.start(v)
        for _ in range(STEPS):
            u = curve.halley(u, v)
        y[begin : begin + BLOCK] = np.where(finite, curve.zero + np.copysign(u, part), part)
    return y.reshape(x.shape)
