"""Length of steps: the first one, and the next one from the errors of the last two."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from costim.mechanism.solver.jit import part

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from costim.mechanism.solver.room import Tolerances

    Array = NDArray[float64]

SAFETY = 0.9
SHRINK, GROW = 0.2, 10.0
"""A step is at least this part and at most this multiple of the one before."""
LEAST = 1e-4
"""Errors below this count as this much: one lucky step says little."""
PLAIN = 1.0 / 5.0
"""Exponent after a refused step: the error of a step falls with the fifth power of its length."""
FIFTIETH = 0.1 / 5.0
"""Of the seventh power of the error and the fourth of the one before: exponents 0.7 and 0.4 over the order (Hairer &
Wanner II, IV.2), by one power instead of two."""


@part
def first_step(
    rates: Any, y: Array, p: Array, infusion: float, first: Array, tolerances: Tolerances, z: Array, dz: Array
) -> float:
    """A first step that is neither far too long nor far too short (Hairer, Nørsett & Wanner I, II.4).

    Args:
        rates: `rates(y, p, infusion, dy)`.
        y: (states,) at the start.
        p: Values of the patient.
        infusion: mg per day.
        first: (states,) rates at `y`.
        tolerances: Relative, and absolute by state.
        z: (states,) room for work.
        dz: (states,) room for work.
    """
    n = len(y)
    size = slope = 0.0
    for i in range(n):
        scale = tolerances.absolute[i] + tolerances.relative * abs(y[i])
        size += (y[i] / scale) ** 2
        slope += (first[i] / scale) ** 2
    size, slope = (size / n) ** 0.5, (slope / n) ** 0.5
    h = 0.01 * size / slope if size > 1e-5 and slope > 1e-5 else 1e-6
    for i in range(n):
        z[i] = y[i] + h * first[i]
    rates(z, p, infusion, dz)
    bend = 0.0
    for i in range(n):
        scale = tolerances.absolute[i] + tolerances.relative * abs(y[i])
        bend += ((dz[i] - first[i]) / scale) ** 2
    bend = (bend / n) ** 0.5 / h
    steepest = max(slope, bend)
    if not steepest < 1e300:
        return h
    return float(min(100.0 * h, (0.01 / steepest) ** PLAIN)) if steepest > 1e-15 else float(max(1e-6, h * 1e-3))


@part
def after_good(error: float, before: float) -> float:
    """By how much the step after an accepted one is longer; `before` is the error of the accepted one before."""
    error, before = max(error, LEAST), max(before, LEAST)
    ratio = before / error
    return float(min(GROW, max(SHRINK, SAFETY * (ratio * ratio * ratio * ratio / (error * error * error)) ** FIFTIETH)))


@part
def after_bad(error: float) -> float:
    """By how much the step is shortened and tried again; most, where the error is not a number."""
    if not error < 1e300:
        return SHRINK
    return float(max(SHRINK, SAFETY * error**-PLAIN))
