"""The logicle scale: linear around zero, logarithmic far from it, the same on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, expm1, isfinite, log

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.mirrored import solve_mirrored
from costim.cytometry.transforms.scale import Scale, top_and_decades

LN10 = log(10.0)


@dataclass(frozen=True)
class Logicle(Scale):
    """Logicle of GatingML 2.0, section 6.5 (Moore and Parks, Cytometry A 2012;81A:273-277; Parks et al., 2006).

    t: top of the scale in linear units, which becomes 1. w: decades that are nearly linear. m: decades the scale
    would have if it were logarithmic. a: further decades of negative values on the scale. Required: t > 0, m > 0,
    0 <= w <= m / 2, -w <= a <= m - 2 w.
    """

    t: float
    w: float = 0.5
    m: float = 4.5
    a: float = 0.0

    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return solve_mirrored(x, _curve(self.t, self.w, self.m, self.a))

    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return _curve(self.t, self.w, self.m, self.a).value(y)

    def _problems(self) -> Iterable[str]:
        yield from top_and_decades(self.t, self.m)
        yield from width_and_negative_decades(self.w, self.m, self.a)


def width_and_negative_decades(w: float, m: float, a: float) -> Iterable[str]:
    """Problems of W and A given M (Moore and Parks 2012; the same for hyperlog but for W = 0)."""
    if not isfinite(w) or w < 0:
        yield f"W, the linear decades, must be at least 0, not {w:g}"
    elif 2 * w > m:
        yield f"W, the linear decades, must be at most M / 2 = {m / 2:g}, not {w:g}"
    if not isfinite(a) or a < -w:
        yield f"A, the further negative decades, must be at least -W = {-w:g}, not {a:g}"
    elif a > m - 2 * w:
        yield f"A, the further negative decades, must be at most M - 2 W = {m - 2 * w:g}, not {a:g}"


@dataclass(frozen=True, slots=True)
class LogicleCurve:
    """Linear value as a function of the distance u >= 0 from the scale value of zero.

    The published `a e^(b y) - c e^(-d y) - f` with y = zero + u is `unit (expm1(b u) - ratio expm1(-d u))`, a sum of
    two terms that are not negative: no digit is lost near zero, where the published form needs a Taylor series. That
    the second derivative vanishes at zero, which defines d, makes ratio = (b / d)^2.
    """

    zero: float
    unit: float
    b: float
    d: float
    ratio: float

    def value(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear values of scale values; the curve left of zero is its mirror image."""
        u = np.abs(y - self.zero)
        rise = np.expm1(self.b * u) - self.ratio * np.expm1(-self.d * u)
        return np.asarray(np.copysign(self.unit * rise, y - self.zero), dtype=np.float64)

    def start(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """A distance at or beyond the root of `rise(u) = v`, as the curve is convex and each term is below the sum."""
        return np.minimum(v / (self.b + self.ratio * self.d), np.log1p(v) / self.b)

    def halley(self, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        """One step of Halley's method towards `rise(u) = v`."""
        up = np.expm1(self.b * u)
        down = self.ratio * np.expm1(-self.d * u)
        excess = up - down - v
        first = self.b * (up + 1.0) + self.d * (down + self.ratio)
        second = self.b**2 * (up + 1.0) - self.d**2 * (down + self.ratio)
        return np.asarray(u - excess * first / (first**2 - 0.5 * excess * second), dtype=np.float64)


@lru_cache(maxsize=1024)
def _curve(t: float, w: float, m: float, a: float) -> LogicleCurve:
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
