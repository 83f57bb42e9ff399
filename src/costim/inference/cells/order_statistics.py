"""A quantile of the cells of one sample, with limits that are cells themselves: no shape of distribution is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import floor, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.binary.share import check_level

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QuantileRanks:
    """Ranks of the limits among n sorted cells, 1 for the smallest; None where no cell is far enough out."""

    n: int
    quantile: float
    level: float
    lower: int | None
    upper: int | None


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of the cells and its limits; a limit is None where there are too few cells for one."""

    n: int
    quantile: float
    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    false_cells: int


def compute_quantile_ranks(n: int, quantile: float, *, level: float = 0.95, false_cells: int = 0) -> QuantileRanks:
    """Ranks of the cells between which the quantile of the true population lies with at least this probability.

    The quantile lies below the cell of rank l exactly if fewer than l cells are at most as bright, and the number of
    such cells is binomial. With ties (integer channels) the interval only covers more often.

    When up to `false_cells` of the n do not belong to the population and may lie anywhere, the limits keep the distance
    from the ends that they would have among the n - false_cells true ones: leaving out cells can only move the r-th
    lowest up and the r-th highest down, so the wider interval holds every one that the true cells could give.

    Args:
        n: cells, 0 or more.
        quantile: between 0 and 1; 0.5 for the median.
        level: confidence level; both sides miss at most half of the rest.
        false_cells: how many of the n may be false, 0 or more.

    Raises:
        ValueError: a number of cells is negative or not whole, or quantile or level do not lie between 0 and 1.

    Source: Thompson, Ann Math Stat 1936;7:122-128; David & Nagaraja, Order Statistics, 3rd ed., section 7.1.
    """
    check_level(level)
    if n < 0 or n != int(n) or false_cells < 0 or false_cells != int(false_cells):
        raise ValueError(f"numbers of cells must be whole and not negative, found {n} of which {false_cells} false")
    if not 0 < quantile < 1:
        raise ValueError(f"a quantile must lie between 0 and 1, found {quantile!r}")
    true, tail = max(n - false_cells, 0), (1 - level) / 2
    lower = _outermost_rank(true, quantile, tail)
    from_top = _outermost_rank(true, 1 - quantile, tail)
    return QuantileRanks(n, quantile, level, lower or None, n + 1 - from_top if from_top else None)


@lru_cache(maxsize=16384)
def _outermost_rank(n: int, share: float, tail: float) -> int:
    """Largest r with P(Bin(n, share) <= r - 1) <= tail, or 0: halving, since the tail grows with r.

    P(Bin(n, p) <= r - 1) = I(1 - p; n - r + 1, r). The search starts around the normal approximation.
    """
    from scipy.special import betainc, ndtri

    def may_be(rank: int) -> bool:
        return rank < 1 or (rank <= n and float(betainc(n - rank + 1, rank, 1 - share)) <= tail)

    guess = floor(n * share + float(ndtri(tail)) * sqrt(n * share * (1 - share)))
    low, high, step = guess, guess + 1, 2
    while not may_be(low):
        low, high, step = low - step, low, 2 * step
    while may_be(high):
        low, high, step = high, high + step, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if may_be(middle) else (low, middle)
    return max(low, 0)


def compute_quantile(
    values: ArrayLike, quantile: float = 0.5, *, level: float = 0.95, false_cells: int = 0
) -> Quantile:
    """Quantile of the cells with limits at order statistics.

    Args:
        values: shape (n,), levels of the cells in any order, finite.
        quantile: between 0 and 1.
        level: confidence level.
        false_cells: how many of the cells may be false and lie anywhere; see `compute_quantile_ranks`.

    Returns:
        The estimate interpolates linearly between neighbouring cells (Hyndman and Fan's type 7, for the median the mean
        of the two in the middle); None without any cell.

    Raises:
        ValueError: values are not a list of finite numbers; see `compute_quantile_ranks` for the others.
    """
    cells = np.asarray(values, dtype=np.float64)
    if cells.ndim != 1 or not np.all(np.isfinite(cells)):
        raise ValueError("levels of cells must be a list of finite numbers")
    ranks = compute_quantile_ranks(cells.size, quantile, level=level, false_cells=false_cells)
    if cells.size == 0:
        return Quantile(0, quantile, None, None, None, level, false_cells)
    wanted = sorted({r - 1 for r in (ranks.lower, ranks.upper) if r is not None})
    ordered = np.partition(cells, wanted) if wanted else cells
    return Quantile(
        n=cells.size,
        quantile=quantile,
        estimate=float(np.quantile(cells, quantile)),
        lower=None if ranks.lower is None else float(ordered[ranks.lower - 1]),
        upper=None if ranks.upper is None else float(ordered[ranks.upper - 1]),
        level=level,
        false_cells=false_cells,
    )
