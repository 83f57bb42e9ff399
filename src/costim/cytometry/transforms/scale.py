"""What every scale of an axis has in common: apply, invert, bounds, and parameters that are checked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.errors import CostimError


class ScaleError(CostimError):
    """Parameters that make no scale; the message names each of them."""


@dataclass(frozen=True, kw_only=True)
class Scale(ABC):
    """A monotone map of linear values (of the FCS file, compensated or not) to a scale for display and gates.

    The map proper is strictly increasing. `bound_min` and `bound_max` (GatingML 2.0, section 6.1: `boundMin`,
    `boundMax`, in units of the result) then cut what it gives, so that a bounded scale has a plateau at either end. A
    value that is not a number stays so.
    """

    bound_min: float | None = None
    bound_max: float | None = None

    def __post_init__(self) -> None:
        problems = [*self._problems(), *self._bound_problems()]
        if problems:
            given = ", ".join(f"{key}={value}" for key, value in vars(self).items() if value is not None)
            raise ScaleError(f"{type(self).__name__}({given}) is no scale: {'; '.join(problems)}.")

    def apply(self, x: ArrayLike) -> NDArray[np.float64]:
        """Scale values of linear values, any shape; infinite where the scale has no finite value."""
        with np.errstate(over="ignore", divide="ignore"):
            y = self._forward(np.asarray(x, dtype=np.float64))
        if self.bound_min is not None or self.bound_max is not None:
            y = np.clip(y, self.bound_min, self.bound_max)
        return np.asarray(y, dtype=np.float64)

    def invert(self, y: ArrayLike) -> NDArray[np.float64]:
        """Least linear value whose scale value is at least `y`.

        Within the bounds this is the inverse of the map. A `y` at or below `bound_min` is reached everywhere (minus
        infinity), a `y` above `bound_max` nowhere (plus infinity). So `lower <= apply(x) < upper` and
        `invert(lower) <= x < invert(upper)` say the same, plateaus included; `edge` says it to the last bit.
        """
        wanted = np.asarray(y, dtype=np.float64)
        with np.errstate(over="ignore"):
            x = np.asarray(self._backward(wanted), dtype=np.float64)
        if self.least is not None:
            x = np.where(wanted <= self.least, -np.inf, x)
        if self.greatest is not None:
            x = np.where(wanted > self.greatest, np.inf, x)
        return x

    @property
    def least(self) -> float | None:
        """No scale value lies below; None where there is no such number."""
        return self.bound_min

    @property
    def greatest(self) -> float | None:
        """No scale value lies above; None where there is no such number."""
        return self.bound_max

    @abstractmethod
    def _forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """The unbounded map."""

    @abstractmethod
    def _backward(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its inverse."""

    @abstractmethod
    def _problems(self) -> Iterable[str]:
        """What is wrong with the parameters, in words."""

    def _bound_problems(self) -> Iterable[str]:
        for name, bound in (("bound_min", self.bound_min), ("bound_max", self.bound_max)):
            if bound is not None and not isfinite(bound):
                yield f"{name} must be a finite number, not {bound}; leave it out where there is no bound"
        if self.bound_min is not None and self.bound_max is not None and not self.bound_min < self.bound_max:
            yield f"bound_min {self.bound_min:g} must lie below bound_max {self.bound_max:g}"


def top_and_decades(t: float, m: float) -> Iterable[str]:
    """Problems of T (top of the scale, linear units) and M (decades), which most scales share."""
    if not (isfinite(t) and t > 0):
        yield f"T, the top of the scale in linear units, must be above 0, not {t:g}"
    if not (isfinite(m) and 0 < m <= MOST_DECADES):
        yield f"M, the number of decades, must be above 0 and at most {MOST_DECADES}, not {m:g}"


MOST_DECADES = 100
"""Far beyond any instrument (a 32-bit integer spans 9.6 decades), and far below where powers of ten overflow."""
