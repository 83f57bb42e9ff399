"""Cells along one axis of a gate: cheap to find for an event in linear units, with ends known on the scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from costim.cytometry.transforms.scale import Scale

PADDING = 1e-10
"""Cells reach over their ends by this part of the axis, far more than any rounding."""


@dataclass(frozen=True, slots=True)
class EvenCells:
    """Cells of equal width: number `1 + (x - start) * per`, 0 below, n + 1 above, n + 2 beyond `FAR` or NaN."""

    start: float
    per: float
    n: int


@dataclass(frozen=True, slots=True)
class FloatCells:
    """Cells even near zero and of equal ratio far from it: the leading bits of `|x| + knee` in single precision.

    Such cells fit logicle, hyperlog, asinh and biexponential scales, and cost no logarithm. Number
    `1 + ((sign(x) * (bits(|x| + knee) - bits(knee)) - least) >> shift)`; ends as in `EvenCells`.
    """

    knee: float
    knee_bits: int
    least: int
    shift: int
    n: int


Cells = EvenCells | FloatCells


@dataclass(frozen=True, slots=True)
class AxisCells:
    """Cells of an axis, and between which scale values each of them surely lies."""

    cells: Cells
    low: NDArray[np.float64]
    """Shape (n + 2,)."""
    high: NDArray[np.float64]


def axis_cells(scale: Scale | None, low: float, high: float, n: int) -> AxisCells:
    """About n cells between two scale values, and one beyond each end.

    Args:
        scale: None where the axis is linear.
        low: Least scale value of the gate.
        high: Greatest scale value of the gate.
        n: Wished number of cells.
    """
    if scale is None:
        return _even(None, low, high, n)
    ends = [float(x) for x in scale.invert([low, high])]
    zero = float(scale.apply(0.0))
    if not (np.isfinite(ends).all() and ends[0] < ends[1]):
        return _everything()
    knee = float(scale.invert(zero + (high - low) / 16)) if low <= zero <= high else min(abs(ends[0]), abs(ends[1]))
    if not (1e-30 < knee < (ends[1] - ends[0]) / 16 and max(abs(ends[0]), abs(ends[1])) < 1e37):
        return _even(scale, ends[0], ends[1], n)
    return _float(scale, ends[0], ends[1], knee, n)


def _everything() -> AxisCells:
    """One cell in which nothing is sure, for scales whose ends are not finite."""
    everywhere = np.full(3, np.inf)
    return AxisCells(EvenCells(0.0, 0.0, 1), -everywhere, everywhere)


def _even(scale: Scale | None, start: float, stop: float, n: int) -> AxisCells:
    width = (stop - start) / n
    if not (np.isfinite(width) and width > 0.0 and np.isfinite(1.0 / width)):
        return _everything()
    borders: NDArray[np.float64] = start + width * np.arange(n + 1, dtype=np.float64)
    margin = PADDING * (abs(start) + abs(stop))
    return _on_scale(scale, EvenCells(start, 1.0 / width, n), borders - margin, borders + margin)


def _float(scale: Scale, start: float, stop: float, knee: float, n: int) -> AxisCells:
    knee_bits = int(np.float32(knee).view(np.int32))
    knee = float(np.int32(knee_bits).view(np.float32))
    least, greatest = (_steps(x, knee, knee_bits) for x in (start, stop))
    shift = max(0, int(greatest - least).bit_length() - int(n).bit_length() + 1)
    n = ((greatest - least) >> shift) + 1
    steps = least + (np.arange(n + 1, dtype=np.int64) << shift)
    size = np.abs(steps) + knee_bits
    reach = np.minimum(size, np.int64(0x7F7FFFFF)).astype(np.int32).view(np.float32).astype(np.float64)
    borders = np.sign(steps) * (reach - knee)
    # Rounding to single precision moves |x| + knee by less than one part in 2^23.
    margin = 4e-7 * reach
    return _on_scale(scale, FloatCells(knee, knee_bits, least, shift, n), borders - margin, borders + margin)


def _steps(x: float, knee: float, knee_bits: int) -> int:
    with np.errstate(over="ignore"):
        bits = int(np.float32(abs(x) + knee).view(np.int32)) - knee_bits
    return bits if x >= 0 else -bits


def _on_scale(scale: Scale | None, cells: Cells, low: NDArray[np.float64], high: NDArray[np.float64]) -> AxisCells:
    """Ends of all cells from borders as far down and as far up as rounding may put them."""
    if scale is not None:
        low, high = scale.apply(low), scale.apply(high)
    finite = np.concatenate([low[np.isfinite(low)], high[np.isfinite(high)]])
    padding = PADDING * (1e-300 + float(np.abs(finite).max(initial=0.0)))
    return AxisCells(cells, np.concatenate([[-np.inf], low - padding]), np.concatenate([high + padding, [np.inf]]))
