"""FlowJo's biexponential scale, which is a table of channels with straight lines between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, isfinite, log, log10

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.logicle import log_of_d_over_b
from costim.cytometry.transforms.scale import Scale

LN10 = log(10.0)


@dataclass(frozen=True)
class Biex(Scale):
    """Biexponential scale of FlowJo 10, in channels 0 to `channels`; everything beyond the table lies at its ends.

    negative: further negative decades (>= 0). width: FlowJo's width basis, a negative number (-1 narrow to -1000 wide).
    positive: decades above zero. maximum: top of the scale in linear units. The table is that of FlowJo as published
    in cytolib; values between two of its points are interpolated, as FlowJo does.
    """

    negative: float = 0.0
    width: float = -10.0
    positive: float = 4.41854
    maximum: float = 262144.000029
    channels: int = 4096

    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        linear, scaled = self._points()
        return np.interp(x, linear, scaled)

    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        linear, scaled = self._points()
        return np.interp(y, scaled, linear)

    def _points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return _table(self.negative, self.width, self.positive, self.maximum, self.channels)

    @property
    def least(self) -> float | None:
        """No scale value lies below."""
        return max(0.0, self.bound_min or 0.0)

    @property
    def greatest(self) -> float | None:
        """No scale value lies above."""
        end = float(self.channels)
        return end if self.bound_max is None else min(end, self.bound_max)

    def _problems(self) -> Iterable[str]:
        if not (isfinite(self.negative) and self.negative >= 0):
            yield f"negative, the further negative decades, must be at least 0, not {self.negative:g}"
        if not (isfinite(self.maximum) and self.maximum > 0):
            yield f"maximum, the top of the scale in linear units, must be above 0, not {self.maximum:g}"
        if self.channels < 2:
            yield f"channels must be at least 2, not {self.channels}"
        if not (isfinite(self.width) and self.width <= -1):
            yield f"width must be -1 (narrow) or a greater negative number such as -100, not {self.width:g}"
        elif not (isfinite(self.positive) and self.positive > log10(-self.width) / 2):
            yield f"positive, the decades above zero, must exceed {log10(-self.width) / 2:g}, not {self.positive:g}"


@lru_cache(maxsize=256)
def _table(
    negative: float, width_basis: float, positive: float, maximum: float, channels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Linear value of each channel, both rising; shape (channels + 1,) each."""
    half_width = log10(-width_basis) / 2
    decades, extra = positive - half_width, negative + half_width
    zero = min(int(extra * channels / (extra + decades)), channels // 2)
    if zero > 0:
        # Zero lies on a whole channel, and the decades give way.
        decades = extra * channels / zero
    width = half_width / decades
    rise = LN10 * decades
    fall = rise * exp(log_of_d_over_b(width * rise))
    steps = np.arange(channels + 1, dtype=np.float64) / (channels + 1)
    weight = exp((rise + fall) * (width + extra / decades))
    curve = np.exp(steps * rise) - weight * np.exp(-steps * fall)
    linear = maximum / exp(rise) * (curve - curve[zero])
    linear[:zero] = -linear[2 * zero : zero : -1]
    scaled = np.arange(channels + 1, dtype=np.float64)
    linear.flags.writeable = scaled.flags.writeable = False
    return linear, scaled
