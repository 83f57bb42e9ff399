"""Hodges-Lehmann shift, with the interval that belongs to the exact signed-rank test.

The interval holds every shift the test does not reject, so that p and interval never disagree. Order statistics of the
Walsh averages (what most programs print) fail at this with ties and zeros.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.lattice import Integers, round_to_lattice
from costim.inference.paired.sign_sums import null_chances, two_sided_p
from costim.inference.paired.signed_rank import Zeros, doubled_ranks

Floats = NDArray[np.float64]
MARGIN = 1e-9
"""A bound of p this close (relatively) to the rejection level decides nothing; p itself is then computed."""


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
        only at Walsh averages (Hodges & Lehmann 1963), so it is judged at each of them and between neighbours, from
        outside inwards. A limit that is itself rejected is `open`.

    Raises:
        ValueError: a difference is not finite, or the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    lattice = round_to_lattice(differences, resolution=resolution, scale=scale)
    n = int(lattice.units.size)
    if n == 0:
        return HodgesLehmann(0, None, None, None, False, False, level)
    i, j = np.triu_indices(n)
    walsh = np.sort(lattice.units[i] + lattice.units[j])
    middle = int(walsh[(walsh.size - 1) // 2]) + int(walsh[walsh.size // 2])
    tails = np.cumsum(null_chances(np.arange(1, n + 1, dtype=np.int64), n * (n + 1) // 4))
    low, low_open = _limit(lattice.units, walsh, tails, 1 - level, zeros)
    high, high_open = _limit(-lattice.units, -walsh[::-1], tails, 1 - level, zeros)
    return HodgesLehmann(
        n=n,
        estimate=lattice.value(middle, 4),
        lower=None if low is None else lattice.value(low, 2),
        upper=None if high is None else lattice.value(-high, 2),
        lower_open=low_open,
        upper_open=high_open,
        level=level,
    )


def _limit(units: Integers, walsh: Integers, tails: Floats, alpha: float, zeros: Zeros) -> tuple[int | None, bool]:
    """Twice the lower limit in units (None = minus infinity), and whether it is open.

    Candidate 2k is the gap below the distinct average k, 2k + 1 the average itself, the last the gap above all.
    """
    averages, counts = np.unique(walsh, return_counts=True)
    least, most = _p_bounds(units, averages, counts, tails, zeros)
    for candidate in np.flatnonzero(most > alpha * (1 - MARGIN)).tolist():
        if least[candidate] > alpha * (1 + MARGIN) or _p_at(candidate, units, averages, zeros) > alpha:
            return (None, False) if candidate == 0 else (int(averages[(candidate - 1) // 2]), candidate % 2 == 0)
    raise AssertionError("the test rejects every shift")  # never: at the centre of the averages p is one


def _p_at(candidate: int, units: Integers, averages: Integers, zeros: Zeros) -> float:
    """The p-value of the shift that a candidate stands for, in quarters of a unit so that gaps are whole too."""
    k = candidate // 2
    if candidate % 2:
        shift = 2 * int(averages[k])
    elif k == 0:
        shift = 2 * int(averages[0]) - 1
    elif k == averages.size:
        shift = 2 * int(averages[-1]) + 1
    else:
        shift = int(averages[k - 1] + averages[k])
    ranks, positive = doubled_ranks(4 * units - shift, zeros)
    return two_sided_p(ranks, int(ranks[positive].sum()))


def _p_bounds(
    units: Integers, averages: Integers, counts: Integers, tails: Floats, zeros: Zeros
) -> tuple[Floats, Floats]:
    """Bounds of p at every candidate, from the law of the untied ranks 1 ... n (`tails`: P(W <= 0), P(W <= 1) ...).

    W+ is the number of averages above the shift, those at it counted half (pairs of zeros not at all). Mid-ranks differ
    from untied ranks by a known amount, and the same signs give sums that differ by no more than that: a group of m
    equal sizes moves at most m^2 / 8 up and as much down, and two groups of a and b that meet at a shift at most
    a b / 2 more. Everything is doubled to stay whole.
    """
    n = units.size
    distinct, sizes = np.unique(units, return_counts=True)
    place = np.minimum(np.searchsorted(2 * distinct, averages), distinct.size - 1)
    at_zero = np.where(2 * distinct[place] == averages, sizes[place], 0)
    pairs_at_zero = at_zero * (at_zero + 1)
    meeting = counts - pairs_at_zero // 2
    above = np.append(np.cumsum(counts[::-1])[::-1], 0)  # averages at or above the k-th

    rank_sum = np.empty(2 * averages.size + 1, dtype=np.int64)
    total, moved, dropped = (np.zeros_like(rank_sum) for _ in range(3))
    rank_sum[0::2], rank_sum[1::2] = 2 * above, 2 * above[1:] + meeting
    total[0::2], total[1::2] = n * (n + 1), n * (n + 1) - pairs_at_zero
    moved[:] = int((sizes * sizes // 4).sum())
    moved[1::2] += meeting
    dropped[1::2] = pairs_at_zero
    tail = np.minimum(rank_sum, total - rank_sum)
    least, most = _doubled_tail(tails, tail - moved), _doubled_tail(tails, tail + moved + dropped)
    if zeros == "wilcoxon":
        # Zeros dropped first: all other ranks fall by their number, and the untied ranks are 1 ... n - zeros.
        positive = n - np.searchsorted(2 * np.sort(units), averages, side="right")
        for few in np.unique(at_zero[at_zero > 0]).tolist():
            here = np.flatnonzero(at_zero == few)
            left = n - few
            sums = rank_sum[1::2][here] - 2 * few * positive[here]
            tail = np.minimum(sums, left * (left + 1) - sums)
            own = np.cumsum(null_chances(np.arange(1, left + 1, dtype=np.int64), left * (left + 1) // 4))
            least[2 * here + 1] = _doubled_tail(own, tail - moved[2 * here + 1])
            most[2 * here + 1] = _doubled_tail(own, tail + moved[2 * here + 1])
    return least, most


def _doubled_tail(tails: Floats, doubled_sum: Integers) -> Floats:
    """2 P(W <= sum), 0 below the smallest sum and 1 from the centre on."""
    index = doubled_sum // 2
    p = np.minimum(1.0, 2 * tails[np.clip(index, 0, tails.size - 1)])
    p[index < 0] = 0.0
    p[index >= tails.size] = 1.0
    return np.asarray(p)
