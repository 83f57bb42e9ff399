"""The hyperlog scale: an exponential plus a straight line, inverted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, expm1, log

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.mirrored import MirroredCurve, MirroredScale

LN10 = log(10.0)


@dataclass(frozen=True)
class Hyperlog(MirroredScale):
    """Hyperlog of GatingML 2.0, section 6.6 (Bagwell, Cytometry A 2005;64:34-42, in the parameters of logicle).

    Required here: w > 0.
    """

    def _curve(self) -> HyperlogCurve:
        return _curve_of(self.t, self.w, self.m, self.a)

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        if self.w == 0:
            yield "W, the linear decades, must be above 0 (logicle and asinh allow 0)"


@dataclass(frozen=True, slots=True)
class HyperlogCurve(MirroredCurve):
    """The published `a e^(b y) + c y - f` with y = zero + u is `unit (expm1(b u) + slope u)`.

    No digit is lost near zero.
    """

    slope: float

    @property
    def slope_at_zero(self) -> float:
        """As of `MirroredCurve`."""
        return self.b + self.slope

    def rise(self, u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """As of `MirroredCurve`."""
        up = np.expm1(self.b * u)
        return up + self.slope * u, self.b * (up + 1.0) + self.slope, self.b**2 * (up + 1.0)


@lru_cache(maxsize=1024)
def _curve_of(t: float, w: float, m: float, a: float) -> HyperlogCurve:
    b = (m + a) * LN10
    relative_width = w / (m + a)
    zero = (a + w) / (m + a)
    slope = exp(b * relative_width) / relative_width
    top = 1.0 - zero
    return HyperlogCurve(zero, t / (expm1(b * top) + slope * top), b, slope)
