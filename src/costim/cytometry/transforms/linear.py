"""The parametrised linear scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.scale import Scale


@dataclass(frozen=True)
class Linear(Scale):
    """`(x + a) / (t + a)`: -a becomes 0 and t becomes 1 (GatingML 2.0, section 6.2, `flin`; t > 0, 0 <= a <= t)."""

    t: float
    a: float = 0.0

    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return (x + self.a) / (self.t + self.a)

    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return y * (self.t + self.a) - self.a

    def _problems(self) -> Iterable[str]:
        if not (isfinite(self.t) and self.t > 0):
            yield f"T, the top of the scale in linear units, must be above 0, not {self.t:g}"
        elif not 0 <= self.a <= self.t:
            yield f"A must lie between 0 and T = {self.t:g}, not {self.a:g}"
