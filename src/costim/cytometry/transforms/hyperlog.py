"""The hyperlog scale: an exponential plus a straight line, inverted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, expm1, log

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.logicle import width_and_negative_decades
from costim.cytometry.transforms.mirrored import solve_mirrored
from costim.cytometry.transforms.scale import Scale, top_and_decades

LN10 = log(10.0)


@dataclass(frozen=True)
class Hyperlog(Scale):
    """Hyperlog of GatingML 2.0, section 6.6 (Bagwell, Cytometry A 2005;64:34-42, in the parameters of logicle).

    Required: t > 0, m > 0, 0 < w <= m / 2, -w <= a <= m - 2 w.
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
        if self.w == 0:
            yield "W, the linear decades, must be above 0 (logicle and asinh allow 0)"
        yield from width_and_negative_decades(self.w, self.m, self.a)


@dataclass(frozen=True, slots=True)
class HyperlogCurve:
    """Linear value as a function of the distance u >= 0 from the scale value of zero.

    The published `a e^(b y) + c y - f` with y = zero + u is `unit (expm1(b u) + slope u)`: no digit is lost near zero.
    """

    zero: float
    unit: float
    b: float
    slope: float

    def value(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear values of scale values; the curve left of zero is its mirror image."""
        u = np.abs(y - self.zero)
        return np.asarray(np.copysign(self.unit * (np.expm1(self.b * u) + self.slope * u), y - self.zero))

    def start(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """A distance at or beyond the root of `rise(u) = v`, as the curve is convex and each term is below the sum."""
        return np.minimum(v / (self.b + self.slope), np.log1p(v) / self.b)

    def halley(self, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        """One step of Halley's method towards `rise(u) = v`."""
        up = np.expm1(self.b * u)
        excess = up + self.slope * u - v
        first = self.b * (up + 1.0) + self.slope
        second = self.b**2 * (up + 1.0)
        return np.asarray(u - excess * first / (first**2 - 0.5 * excess * second), dtype=np.float64)


@lru_cache(maxsize=1024)
def _curve(t: float, w: float, m: float, a: float) -> HyperlogCurve:
    b = (m + a) * LN10
    relative_width = w / (m + a)
    zero = (a + w) / (m + a)
    slope = exp(b * relative_width) / relative_width
    top = 1.0 - zero
    return HyperlogCurve(zero, t / (expm1(b * top) + slope * top), b, slope)
