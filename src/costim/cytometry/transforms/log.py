"""The parametrised logarithmic scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.transforms.scale import Scale, top_and_decades


@dataclass(frozen=True)
class Log(Scale):
    """`log10(x / t) / m + 1`: t becomes 1, m decades below it 0 (GatingML 2.0, section 6.3, `flog`; t > 0, m > 0).

    The standard defines it above 0 only. Values at or below 0, which compensation makes of dim cells, become minus
    infinity, the limit: they lie below every threshold, hence inside a gate that has an upper bound only.
    """

    t: float
    m: float

    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        # maximum passes NaN through, and log10(0) is minus infinity.
        return np.asarray(np.log10(np.maximum(x, 0.0) / self.t) / self.m + 1.0, dtype=np.float64)

    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.t * 10.0 ** ((y - 1.0) * self.m), dtype=np.float64)

    def _problems(self) -> Iterable[str]:
        return top_and_decades(self.t, self.m)
