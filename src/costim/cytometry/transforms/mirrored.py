"""Scales that are given by their inverse: mirrored about zero, convex beyond it, and solved for their scale values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.scale import Scale, top_and_decades

BLOCK = 4096
"""Values solved at once: the arrays of one block stay in the first caches."""

STEPS = 4
"""Steps of Halley's method. Their number is fixed, so that a value never depends on its neighbours."""

FARTHEST = 1e290
"""Beyond so many units the slopes of a curve may exceed what a double holds; the start stands for the root there."""


@dataclass(frozen=True, slots=True)
class MirroredCurve(ABC):
    """A curve `value(zero + u) = unit rise(u)`, rising and convex for u >= 0; left of zero its mirror image."""

    zero: float
    """Scale value of linear zero."""
    unit: float
    """Linear units per unit of `rise`."""
    b: float
    """Rate of the exponential, per scale unit."""

    @abstractmethod
    def rise(self, u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The curve at distances u >= 0 from `zero`, with its first and second derivative."""

    @property
    @abstractmethod
    def slope_at_zero(self) -> float:
        """First derivative of `rise` at 0."""

    def value(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear values of scale values."""
        return np.asarray(np.copysign(self.unit * self.rise(np.abs(y - self.zero))[0], y - self.zero))

    def start(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """A distance at or beyond the root of `rise(u) = v`, as the curve is convex and each term is below the sum."""
        return np.minimum(v / self.slope_at_zero, np.log1p(v) / self.b)

    def root(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance u with `rise(u) = v`, by Halley's method."""
        u = self.start(v)
        near = np.minimum(v, FARTHEST)
        solved = self.start(near)
        for _ in range(STEPS):
            height, first, second = self.rise(solved)
            # Divided early: products of slopes would exceed a double where v itself does not.
            newton = (height - near) / first
            solved = solved - newton / (1.0 - 0.5 * newton * (second / first))
        return np.where(v > FARTHEST, u, solved)


@dataclass(frozen=True)
class MirroredScale(Scale):
    """Parameters of GatingML 2.0 for such scales.

    t: top of the scale in linear units, which becomes 1. w: decades that are nearly linear. m: decades the scale
    would have if it were logarithmic. a: further decades of negative values on the scale. Required: t > 0, m > 0,
    0 <= w <= m / 2, -w <= a <= m - 2 w (Moore and Parks 2012).
    """

    t: float
    w: float = 0.5
    m: float = 4.5
    a: float = 0.0

    @abstractmethod
    def _curve(self) -> MirroredCurve:
        """The curve of these parameters."""

    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale values of linear values of any shape; infinite and not-a-number pass through."""
        curve = self._curve()
        flat = np.ascontiguousarray(x).reshape(-1)
        y = np.empty_like(flat)
        for begin in range(0, len(flat), BLOCK):
            part = flat[begin : begin + BLOCK]
            finite = np.isfinite(part)
            u = curve.root(np.abs(np.where(finite, part, 0.0)) / curve.unit)
            y[begin : begin + BLOCK] = np.where(finite, curve.zero + np.copysign(u, part), part)
        return y.reshape(x.shape)

    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._curve().value(y)

    def _problems(self) -> Iterable[str]:
        yield from top_and_decades(self.t, self.m)
        if not isfinite(self.w) or self.w < 0:
            yield f"W, the linear decades, must be at least 0, not {self.w:g}"
        elif 2 * self.w > self.m:
            yield f"W, the linear decades, must be at most M / 2 = {self.m / 2:g}, not {self.w:g}"
        if not isfinite(self.a) or self.a < -self.w:
            yield f"A, the further negative decades, must be at least -W = {-self.w:g}, not {self.a:g}"
        elif self.a > self.m - 2 * self.w:
            yield f"A, the further negative decades, must be at most M - 2 W = {self.m - 2 * self.w:g}, not {self.a:g}"
