"""From arbitrary units to molecules: a line through calibration beads on logarithmic scales."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10, sqrt

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.binary.share import check_level

FEWEST_BEADS = 3
"""A line has an error from three beads on."""
SLOPES = (0.9, 1.1)
LARGEST_RESIDUAL = 0.10
"""A linear instrument has the slope 1, and beads lie on its line: our own bounds of what is called linear."""


@dataclass(frozen=True, slots=True)
class BeadLine:
    """log10(molecules) = intercept + slope * log10(channel), by least squares.

    `residual_sd` is in decades, with `beads` - 2 degrees of freedom; None with two beads. `largest_residual` is the
    furthest a bead lies from the line, as a part of its assigned value. `is_linear`: slope from 0.9 to 1.1 and no bead
    further than 10 % from the line.
    """

    intercept: float
    slope: float
    residual_sd: float | None
    largest_residual: float
    beads: int
    mean_x: float
    sum_squares_x: float
    lowest: float
    highest: float
    is_linear: bool


@dataclass(frozen=True, slots=True)
class Molecules:
    """A level in the unit of the beads. `extrapolated`: the level or one of its limits lies outside the beads."""

    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    extrapolated: bool


def compute_bead_line(channels: ArrayLike, assigned: ArrayLike) -> BeadLine:
    """Line through the medians of the bead peaks.

    Args:
        channels: shape (k,), median of each peak in linear units, above 0; the blank bead left out.
        assigned: shape (k,), molecules per bead by the leaflet, above 0.

    Raises:
        ValueError: fewer than two beads, lengths differ, a number is not above 0, or all channels are equal.
    """
    x, y = (np.asarray(values, dtype=np.float64) for values in (channels, assigned))
    if x.ndim != 1 or x.shape != y.shape or x.size < 2:
        raise ValueError("a calibration line needs two beads or more, each with a channel and an assigned value")
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y)) and np.all(x > 0) and np.all(y > 0)):
        raise ValueError("channels and assigned values of beads must be above 0; leave out the blank bead")
    lowest, highest = float(x.min()), float(x.max())
    x, y = np.log10(x), np.log10(y)
    spread = float(((x - x.mean()) ** 2).sum())
    if spread <= 0:
        raise ValueError("the peaks of the beads are all at the same channel")
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / spread)
    intercept = float(y.mean() - slope * x.mean())
    residuals = y - intercept - slope * x
    largest = float(np.max(np.abs(10**residuals - 1)))
    sd = sqrt(float((residuals**2).sum()) / (x.size - 2)) if x.size >= FEWEST_BEADS else None
    return BeadLine(
        intercept, slope, sd, largest, x.size, float(x.mean()), spread, lowest, highest,
        is_linear=SLOPES[0] <= slope <= SLOPES[1] and largest <= LARGEST_RESIDUAL,
    )  # fmt: skip


def compute_molecules(
    line: BeadLine, estimate: float | None, lower: float | None, upper: float | None, *, level: float = 0.95
) -> Molecules:
    """A level with limits, read off the line.

    Limits are the lower prediction limit of the line at the lower limit of the level and the upper one at the upper.
    Pass limits of the level at `level_of_channel(level)`: half of the error belongs to the cells, half to the beads. A
    limit is None where that of the level is, where it is not above 0, or where the line has no error.

    Args:
        line: see `compute_bead_line`.
        estimate: the level in linear units; not above 0 gives no estimate.
        lower: its lower limit.
        upper: its upper limit.
        level: confidence level of the result.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    check_level(level)
    ends = [x for x in (estimate, lower, upper) if x is not None]
    return Molecules(
        estimate=_at(line, estimate, 0, level),
        lower=None if line.residual_sd is None else _at(line, lower, -1, level),
        upper=None if line.residual_sd is None else _at(line, upper, 1, level),
        level=level,
        extrapolated=any(not line.lowest <= x <= line.highest for x in ends),
    )


def level_of_channel(level: float) -> float:
    """Confidence level at which the limits of a level in channels must be taken."""
    return 1 - (1 - level) / 2


def _at(line: BeadLine, channel: float | None, side: int, level: float) -> float | None:
    from scipy.special import stdtrit

    if channel is None or not channel > 0:
        return None
    x = log10(channel)
    y = line.intercept + line.slope * x
    if side and line.residual_sd is not None:
        t = float(stdtrit(line.beads - 2, 1 - (1 - level) / 4))
        y += side * t * line.residual_sd * sqrt(1 + 1 / line.beads + (x - line.mean_x) ** 2 / line.sum_squares_x)
    return float(10**y)
