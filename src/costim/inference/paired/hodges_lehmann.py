"""Hodges-Lehmann shift, with the interval that belongs to the exact signed-rank test.

The interval holds every shift the test does not reject, so that p and interval never disagree. Order statistics of the
Walsh averages (what most programs print) fail at this with ties and zeros.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.lattice import Integers, round_to_lattice
from costim.inference.paired.signed_rank import Zeros, doubled_ranks, two_sided_p

SCAN_LIMIT = 2500
"""Up to this many distinct Walsh averages every candidate is tried from outside inwards."""
NEIGHBOURHOOD = 80
"""Beyond it: this many candidates outside the crossing found by bisection are tried."""


@dataclass(frozen=True, slots=True)
class HodgesLehmann:
    """Shift and interval. A limit is None when the test cannot reach the level with so few pairs."""

    n: int
    estimate: float | None
    lower: float | None
    upper: float | None
    lower_open: bool
    upper_open: bool
    level: float


def compute_hodges_lehmann(
    differences: ArrayLike,
    *,
    level: float = 0.95,
    zeros: Zeros = "pratt",
    resolution: float | None = None,
    scale: float | None = None,
) -> HodgesLehmann:
    """Median of all Walsh averages, and the interval by inversion of the exact conditional signed-rank test.

    Args:
        differences: shape (n,), in the unit of the instrument; zeros are kept.
        level: confidence level, in (0, 1).
        zeros: rule for zeros in the test that is inverted, see `compute_signed_rank`.
        resolution: smallest step of the instrument.
        scale: size of the operands, see `round_to_lattice`.

    Returns:
        Estimate (None without data) and the smallest interval that holds every shift with p > 1 - level. p changes
        only at Walsh averages (Hodges & Lehmann 1963), so it is evaluated at each of them and between neighbours. A
        limit that is itself rejected is `open`. Above 2500 distinct averages the crossing is found by bisection and
        only its neighbourhood is searched.

    Raises:
        ValueError: a difference is not finite, or the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    lattice = round_to_lattice(differences, resolution=resolution, scale=scale)
    n = int(lattice.units.size)
    if n == 0:
        return HodgesLehmann(0, None, None, None, False, False, level)
    walsh = _walsh_quadruple(lattice.units)
    middle = int(walsh[(walsh.size - 1) // 2]) + int(walsh[walsh.size // 2])
    low, low_open = _limit(lattice.units, np.unique(walsh), 1 - level, zeros)
    high, high_open = _limit(-lattice.units, np.unique(-walsh), 1 - level, zeros)
    return HodgesLehmann(
        n=n,
        estimate=lattice.value(middle, 8),
        lower=None if low is None else lattice.value(low, 4),
        upper=None if high is None else lattice.value(-high, 4),
        lower_open=low_open,
        upper_open=high_open,
        level=level,
    )


def _walsh_quadruple(units: Integers) -> Integers:
    """All means of two differences (each with itself included), times four, sorted.

    Times four keeps both the averages and the midpoints between two of them whole.
    """
    i, j = np.triu_indices(units.size)
    return np.sort(2 * (units[i] + units[j]))


def _limit(units: Integers, walsh: Integers, alpha: float, zeros: Zeros) -> tuple[int | None, bool]:
    """Lower limit in quadruple units (None = minus infinity), and whether it is open."""
    quadruple = 4 * units
    last = 2 * walsh.size

    def shift(candidate: int) -> int:
        """Candidate 2k is the gap below average k, 2k + 1 the average itself, the last the gap above all."""
        k = candidate // 2
        if candidate % 2:
            return int(walsh[k])
        if k == 0:
            return int(walsh[0]) - 1
        return int(walsh[-1]) + 1 if candidate == last else int(walsh[k - 1] + walsh[k]) // 2

    def accepted(candidate: int) -> bool:
        ranks, positive = doubled_ranks(quadruple - shift(candidate), zeros)
        observed = int(ranks[positive].sum())
        # Hoeffding's inequality bounds p from above at no cost and settles the far candidates.
        squares = float(np.dot(ranks, ranks))
        deviation = observed - float(ranks.sum()) / 2
        if squares and 2 * math.exp(-2 * deviation**2 / squares) <= alpha:
            return False
        return two_sided_p(ranks, observed) > alpha

    start = 0 if walsh.size <= SCAN_LIMIT else _bisect(accepted, walsh.size)
    first = next(c for c in range(start, last + 1) if accepted(c))
    if first == 0:
        return None, False
    return int(walsh[(first - 1) // 2]), first % 2 == 0


def _bisect(accepted: Callable[[int], bool], size: int) -> int:
    """A candidate safely outside the crossing between rejected and accepted gaps."""
    low, high = 0, size // 2
    if accepted(0):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        if accepted(2 * middle):
            high = middle
        else:
            low = middle
    return max(0, 2 * high - NEIGHBOURHOOD)
