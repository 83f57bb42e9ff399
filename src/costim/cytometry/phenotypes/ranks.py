"""Which cells of a sorted population the engine must hand over, before anyone knows how many cells there are.

Limits of a quantile are order statistics. Their ranks follow from the number of cells and from how many of them may be
false, which is known only after gating: so ranks for a row of possible numbers of true cells are asked for, and the
next smaller one is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import floor

from costim.inference.cells.bead_calibration import level_of_channel
from costim.inference.cells.contamination import own_level
from costim.inference.cells.order_statistics import QuantileRanks, compute_quantile_ranks

QUANTILES = {"median": 0.5, "p10": 0.1, "p90": 0.9}
ALL_UP_TO = 2048
"""Populations of up to so many cells are handed over whole."""
STEPS = tuple(0.97**k for k in range(24)) + tuple(0.5 * 0.8**k for k in range(1, 15))
"""Parts of the cells that may be true, from all of them down."""


def plan_ranks(level: float, *, contaminated: bool) -> Callable[[int], Sequence[int]]:
    """A function from the number of cells to 0-based ranks, fit for `Want.ranks`; can be pickled.

    Args:
        level: confidence level of the intervals.
        contaminated: may some of the cells be false?
    """
    return partial(_ranks, level, contaminated)


def _ranks(level: float, contaminated: bool, n: int) -> tuple[int, ...]:
    if n <= ALL_UP_TO:
        return tuple(range(n))
    found: set[int] = set()
    for quantile in QUANTILES.values():
        found.update(neighbours(n, quantile)[:2])
        for wanted in (level, level_of_channel(level)):
            own = own_level(wanted) if contaminated else wanted
            for true in possible_cells(n) if contaminated else (n,):
                ranks = compute_quantile_ranks(n, quantile, level=own, false_cells=n - true)
                found.update(r - 1 for r in (ranks.lower, ranks.upper) if r is not None)
    return tuple(sorted(found))


def possible_cells(n: int) -> tuple[int, ...]:
    """Numbers of true cells for which ranks are asked, falling."""
    return tuple(dict.fromkeys(floor(n * step) for step in STEPS))


def usable_ranks(n: int, quantile: float, *, level: float, false_cells: int) -> QuantileRanks:
    """Ranks of the limits that were asked for: those of the given number of false cells, or of the next larger one."""
    false = false_cells
    if n > ALL_UP_TO and false:
        false = n - max((true for true in possible_cells(n) if true <= n - false_cells), default=0)
    return compute_quantile_ranks(n, quantile, level=level, false_cells=false)


def neighbours(n: int, quantile: float) -> tuple[int, int, float]:
    """0-based ranks around a quantile of n cells and how far it lies between them (Hyndman and Fan's type 7)."""
    place = (n - 1) * quantile
    low = min(floor(place), n - 1)
    return low, min(low + 1, n - 1), place - low
