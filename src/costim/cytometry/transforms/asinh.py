"""The parametrised inverse hyperbolic sine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sinh

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.scale import Scale, top_and_decades

LN10 = log(10.0)


@dataclass(frozen=True)
class Asinh(Scale):
    """`(asinh(x sinh(m ln 10) / t) + a ln 10) / ((m + a) ln 10)` (GatingML 2.0, section 6.4, `fasinh`).

    t becomes 1, m decades lie between about 0 and t, and `a` further decades of negative values are on the scale
    (t > 0, m > 0, 0 <= a <= m).
    """

    t: float
    m: float
    a: float = 0.0

    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((np.arcsinh(x * self._gain) + self.a * LN10) / self._span, dtype=np.float64)

    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.sinh(y * self._span - self.a * LN10) / self._gain, dtype=np.float64)

    @property
    def _gain(self) -> float:
        return sinh(self.m * LN10) / self.t

    @property
    def _span(self) -> float:
        return (self.m + self.a) * LN10

    def _problems(self) -> Iterable[str]:
        yield from top_and_decades(self.t, self.m)
        if not 0 <= self.a <= self.m:
            yield f"A, the further negative decades, must lie between 0 and M = {self.m:g}, not {self.a:g}"
