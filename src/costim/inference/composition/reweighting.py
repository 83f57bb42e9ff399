"""Cells of one sample weighted so that its mixture of subsets is that of another: a check that needs no decomposition.

The weighted mean of the cells after treatment is what the mean would be, had only the levels changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.composition.kitagawa import Floats, check_shares


@dataclass(frozen=True, slots=True, eq=False)
class CellWeights:
    """`weights`: one per cell, of mean one. `effective` is how many equally weighted cells carry as much information.

    `unreachable` is the share of the wanted mixture in subsets of which this sample has no cell: it cannot be made up
    for, and the weights then hold the proportions of the other subsets only.
    """

    weights: Floats
    effective: float
    unreachable: float


def compute_cell_weights(subsets: ArrayLike, wanted: ArrayLike, *, whole: float = 1.0) -> CellWeights:
    """Weights of cells such that the subsets have the wanted shares.

    Args:
        subsets: shape (cells,), number of the subset of each cell, 0 to k - 1.
        wanted: shape (k,), shares of the subsets in the other sample.
        whole: what the shares add up to: 1 for fractions, 100 for percent.

    Returns:
        Weights w = wanted share / share in this sample, scaled to mean one. All zero, with `unreachable` one, when no
        cell lies in a wanted subset.

    Raises:
        ValueError: a number of a subset is out of range, there is no cell, or the shares are none.
    """
    target, _ = check_shares(wanted, whole)
    cells = np.asarray(subsets)
    if cells.ndim != 1 or cells.size == 0 or not np.issubdtype(cells.dtype, np.integer):
        raise ValueError("subsets must be a list of whole numbers, one per cell")
    if cells.min() < 0 or cells.max() >= target.size:
        raise ValueError(f"subsets are numbered from 0 to {target.size - 1}, found {cells.min()} to {cells.max()}")
    counts: NDArray[np.int64] = np.bincount(cells, minlength=target.size)
    reached = float(target[counts > 0].sum())
    weights = np.zeros(cells.size)
    if reached > 0:
        each = np.divide(target, counts, out=np.zeros(target.size), where=counts > 0)
        weights = each[cells] * (cells.size / reached)
    squares = float((weights**2).sum())
    effective = float(weights.sum()) ** 2 / squares if squares else 0.0
    return CellWeights(weights, effective, float(target[counts == 0].sum()))
