"""Spillover spreading: how far a negative population widens in one detector when its cells are bright in another.

Compensation takes away the mean of the spillover, not its counting noise, so cells that are bright in fluorochrome c
have a wider negative in detector d: sd^2 = sd0^2 + sum over c of S_cd^2 * (F_c - F0_c), F_c being compensated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
UPPER_SD = 0.8413447460685429
"""The share of a normal population below its mean plus one standard deviation."""


@dataclass(frozen=True, slots=True)
class Spreading:
    """`coefficient` is S, in square roots of units: `widening` (sd added, in squares) over the root of `brightness`.

    The coefficient is 0 where the bright population is no wider than the dim one.
    """

    coefficient: float
    widening: float
    brightness: float


def compute_robust_sd(values: ArrayLike) -> float:
    """Distance from the median to the 84th percentile of the cells: one standard deviation of a normal population.

    Raises:
        ValueError: fewer than two cells, or not all finite.
    """
    cells = np.asarray(values, dtype=np.float64)
    if cells.ndim != 1 or cells.size < 2 or not np.all(np.isfinite(cells)):
        raise ValueError("a spread needs at least two cells, all finite")
    middle, upper = np.quantile(cells, [0.5, UPPER_SD])
    return float(upper - middle)


def compute_spreading(
    stained_primary: ArrayLike, stained_receiving: ArrayLike, dim_primary: ArrayLike, dim_receiving: ArrayLike
) -> Spreading:
    """Spreading coefficient of one pair of detectors from stained and unstained cells of a single-stain control.

    Args:
        stained_primary: shape (n,), compensated brightness of the stained cells in the detector of their fluorochrome.
        stained_receiving: shape (n,), the same cells in the detector that receives the spillover.
        dim_primary: shape (m,), unstained cells in the detector of the fluorochrome.
        dim_receiving: shape (m,), unstained cells in the receiving detector.

    Raises:
        ValueError: fewer than two cells in a population, or the stained cells are not brighter than the others.

    Source: Nguyen et al., Cytometry A 2013;83:306-315.
    """
    brightness = float(np.median(np.asarray(stained_primary)) - np.median(np.asarray(dim_primary)))
    if not brightness > 0:
        raise ValueError("the stained cells must be brighter than the unstained ones in their own detector")
    squared = compute_robust_sd(stained_receiving) ** 2 - compute_robust_sd(dim_receiving) ** 2
    widening = sqrt(max(squared, 0.0))
    return Spreading(widening / sqrt(brightness), widening, brightness)


def compute_positivity_thresholds(
    reference: ArrayLike, coefficients: ArrayLike, brightness: ArrayLike, *, quantile: float = 0.99
) -> Floats:
    """Value above which a cell is positive, cell by cell: a quantile of the reference moved out by the spreading.

    t = Q + z * (sqrt(sd0^2 + sum_c S_c^2 * max(F_c, 0)) - sd0), where Q and sd0 are the quantile and the robust
    standard deviation of the reference in this detector, and z = max((Q - median) / sd0, the normal quantile): as many
    deviations as the threshold of the reference stands above its median, and not fewer than a normal one needs.
    A reference that carries the other colours (FMO) has spread already: use its quantile as it is.

    Args:
        reference: shape (n,), cells that do not carry the marker and are dim in the other colours.
        coefficients: shape (c,), spreading coefficients of the other fluorochromes into this detector, not negative.
        brightness: shape (m, c), brightness of m cells in the other fluorochromes above that of the reference.
        quantile: share of negative cells that shall lie below.

    Returns:
        Shape (m,), one threshold per cell.

    Raises:
        ValueError: shapes do not match, a coefficient is negative, or the reference has no spread.
    """
    from scipy.special import ndtri

    cells = np.asarray(reference, dtype=np.float64)
    squares = np.asarray(coefficients, dtype=np.float64)
    bright = np.asarray(brightness, dtype=np.float64)
    if squares.ndim != 1 or bright.ndim != 2 or bright.shape[1] != squares.size or np.any(squares < 0):
        raise ValueError("one coefficient that is not negative is needed for each other fluorochrome")
    if not 0.5 < quantile < 1:
        raise ValueError(f"the quantile must lie between 0.5 and 1, found {quantile!r}")
    own = compute_robust_sd(cells)
    if not own > 0:
        raise ValueError("the reference has no spread: too few cells, or cells piled up at one value")
    middle, bound = np.quantile(cells, [0.5, quantile])
    deviations = max(float((bound - middle) / own), float(ndtri(quantile)))
    wide = np.sqrt(own**2 + np.maximum(bright, 0.0) @ squares**2)
    return np.asarray(bound + deviations * (wide - own))
