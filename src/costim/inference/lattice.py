"""Numbers on a lattice: whole multiples of the instrument's smallest step, so that equal means equal.

`0.84 - 1.05` and `0.63 - 0.84` differ in the last bit of a float; a rank test would see two sizes where the
instrument shows one. Everything that is ranked is therefore rounded to whole steps first and stays whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]

GUARD_DIGITS = 9
"""Without a stated resolution, values are told apart down to this many digits of the largest operand."""
LARGEST_UNITS = 2.0**50
"""Beyond so many steps a float no longer holds single steps, and sums of two leave the whole numbers of the machine."""
SMALLEST_EXPONENT = -300
"""Powers of ten below it are no ordinary floats; what is smaller counts as zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Whole numbers of steps. `units * step` are the values."""

    units: Integers
    step: Decimal

    def value(self, units: int, divisor: int = 1) -> float:
        """The value of so many units, over `divisor`, as the nearest float."""
        return float(Decimal(units) * self.step / divisor)


def round_to_lattice(values: ArrayLike, *, resolution: float | None = None, scale: float | None = None) -> Lattice:
    """Round values to whole steps.

    Args:
        values: shape (n,), finite.
        resolution: smallest step of the instrument, in the unit of the values; None = unknown.
        scale: size of the numbers the values were computed from (for differences: the largest reading). Only used
            without a resolution: float noise grows with the operands, not with the difference.

    Returns:
        The values in whole steps. Without a resolution, and where the values are so large that floats do not hold
        single steps of it, the step is a power of ten about 1e-9 of the scale.

    Raises:
        ValueError: a value is not finite, or the resolution is not positive.
    """
    array = np.asarray(values, dtype=np.float64)
    if not np.all(np.isfinite(array)):
        raise ValueError("values to be ranked must be finite numbers")
    largest = float(np.max(np.abs(array), initial=0.0))
    step = choose_step(max(largest, abs(scale or 0.0)), resolution)
    return Lattice(np.rint(array / float(step)).astype(np.int64), step)


def choose_step(scale: float, resolution: float | None) -> Decimal:
    """The step to which numbers of that size are rounded, see `round_to_lattice`.

    Raises:
        ValueError: the resolution is not positive.
    """
    if resolution is not None:
        if not (resolution > 0 and math.isfinite(resolution)):
            raise ValueError(f"the resolution must be a positive number, found {resolution!r}")
        if scale <= LARGEST_UNITS * resolution:
            return Decimal(repr(float(resolution)))
    if scale == 0:
        return Decimal(1)
    return Decimal(1).scaleb(max(math.floor(math.log10(scale)) - GUARD_DIGITS, SMALLEST_EXPONENT))


def exceeds(value: float, limit: float) -> bool:
    """Whether a value lies above a limit by more than the noise of binary fractions."""
    return value > limit and not math.isclose(value, limit, rel_tol=10.0**-GUARD_DIGITS)


def is_on_lattice(values: Sequence[float], resolution: float) -> bool:
    """Whether every value is a whole number of steps, up to float noise."""
    steps = np.asarray(values, dtype=np.float64) / resolution
    return bool(np.all(np.abs(steps - np.rint(steps)) <= 1e-6 * np.maximum(1.0, np.abs(steps))))
