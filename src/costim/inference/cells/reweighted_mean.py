"""Mean level of cells as it would be with the mixture of another sample: a check of composition or expression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.composition.reweighting import compute_cell_weights


@dataclass(frozen=True, slots=True)
class ReweightedMean:
    """`mean` as gated, `reweighted` with the wanted mixture; None without any cell, or without any in a wanted subset.

    `effective` is how many equally weighted cells carry as much information. `unreachable` is the wanted share in
    subsets without a cell: where it is above 0 the reweighted mean speaks of the other subsets only.
    """

    cells: int
    mean: float | None
    reweighted: float | None
    effective: float
    unreachable: float


def compute_reweighted_mean(
    levels: ArrayLike, subsets: ArrayLike, wanted: ArrayLike, *, whole: float = 1.0
) -> ReweightedMean:
    """Mean of the levels with each cell weighted so that the subsets have the wanted shares.

    Args:
        levels: shape (cells,), levels in linear units, finite.
        subsets: shape (cells,), number of the subset of each cell, 0 to k - 1.
        wanted: shape (k,), shares of the subsets in the other sample.
        whole: what the shares add up to.

    Raises:
        ValueError: levels and subsets differ in length or are not finite; see `compute_cell_weights`.
    """
    values = np.asarray(levels, dtype=np.float64)
    labels = np.asarray(subsets)
    if values.ndim != 1 or values.shape != labels.shape or not np.all(np.isfinite(values)):
        raise ValueError("one finite level and one subset are needed for each cell")
    if values.size == 0:
        return ReweightedMean(0, None, None, 0.0, 1.0)
    found = compute_cell_weights(labels, wanted, whole=whole)
    reached = found.unreachable < 1 and found.effective > 0
    return ReweightedMean(
        cells=values.size,
        mean=float(values.mean()),
        reweighted=float(np.average(values, weights=found.weights)) if reached else None,
        effective=found.effective,
        unreachable=found.unreachable,
    )
