"""The logicle scale: linear around zero, logarithmic far from it, the same on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, expm1, log

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.mirrored import MirroredCurve, MirroredScale

LN10 = log(10.0)


@dataclass(frozen=True)
class Logicle(MirroredScale):
    """Logicle of GatingML 2.0, section 6.5 (Moore and Parks, Cytometry A 2012;81A:273-277; Parks et al., 2006)."""

    def _curve(self) -> LogicleCurve:
        return _curve_of(self.t, self.w, self.m, self.a)


@dataclass(frozen=True, slots=True)
class LogicleCurve(MirroredCurve):
    """The published `a e^(b y) - c e^(-d y) - f` with y = zero + u is `unit (expm1(b u) - ratio expm1(-d u))`.

    That is a sum of two terms that are not negative: no digit is lost near zero, where the published form needs a
    Taylor series. That the second derivative vanishes at zero, which defines d, makes ratio = (b / d)^2.
    """

    d: float
    ratio: float

    @property
    def slope_at_zero(self) -> float:
        """As of `MirroredCurve`."""
        return self.b + self.ratio * self.d

    def rise(self, u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """As of `MirroredCurve`."""
        up = np.expm1(self.b * u)
        down = self.ratio * np.expm1(-self.d * u)
        first = self.b * (up + 1.0) + self.d * (down + self.ratio)
        second = self.b**2 * (up + 1.0) - self.d**2 * (down + self.ratio)
        return up - down, first, second


@lru_cache(maxsize=1024)
def _curve_of(t: float, w: float, m: float, a: float) -> LogicleCurve:
    b = (m + a) * LN10
    zero = (a + w) / (m + a)
    log_q = log_of_d_over_b(w * LN10)
    d, ratio = b * exp(log_q), exp(-2.0 * log_q)
    top = 1.0 - zero
    return LogicleCurve(zero, t / (expm1(b * top) - ratio * expm1(-d * top)), b, d, ratio)


def log_of_d_over_b(width: float) -> float:
    """Root s <= 0 of `2 s + width (1 + e^s)`, which is `2 ln(d / b) + w (b + d) = 0` of the paper.

    Newton's method from the right of the root of a convex increasing function: it falls to the root and stops when
    rounding no longer lets it fall.
    """
    s = -width / 2.0
    while True:
        lower = s - (2.0 * s + width * (1.0 + exp(s))) / (2.0 + width * exp(s))
        if not lower < s:
            return s
        s = lower
