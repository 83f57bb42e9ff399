"""Exact signed-rank test, conditional on the mid-ranks that were observed.

Under the null hypothesis that the changes are symmetric around zero every pattern of signs is equally likely, given the
sizes. The null distribution is therefore computed for the mid-ranks at hand, by counting sums of doubled (whole)
mid-ranks; no table for untied data and no normal approximation is involved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.lattice import Integers, round_to_lattice
from costim.inference.paired.sign_sums import SMALLEST_P, compute_two_sided_p

Zeros = Literal["pratt", "wilcoxon"]


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Result of the test.

    `w_plus` is the sum of mid-ranks of positive differences. `n_ties` counts non-zero differences that share their
    size with another. `log10_p` is the logarithm of p, also where p itself is below every float (then `p` is
    2.2e-308, an upper bound). `p_min` is the smallest two-sided p that this number of pairs could have given.
    """

    n: int
    n_nonzero: int
    n_ties: int
    w_plus: float
    w_minus: float
    p: float
    log10_p: float
    p_min: float


def compute_smallest_p(n: int) -> float:
    """Smallest two-sided p of a sign-flip test on `n` pairs: both one-signed patterns out of 2^n."""
    return 1.0 if n < 1 else max(SMALLEST_P, math.ldexp(1.0, 1 - n))


def compute_signed_rank(
    differences: ArrayLike, *, zeros: Zeros = "pratt", resolution: float | None = None, scale: float | None = None
) -> SignedRank:
    """Two-sided exact conditional signed-rank test of symmetry around zero.

    Args:
        differences: shape (n,), in the unit of the instrument; n may be 0.
        zeros: `pratt` ranks zeros with the rest and then drops them (Pratt 1959); `wilcoxon` drops them first.
        resolution: smallest step of the instrument; differences are rounded to it before they are ranked.
        scale: size of the operands, see `round_to_lattice`.

    Returns:
        The test; p = P(|W - E W| >= |w - E W|) over all sign patterns of the non-zero differences. Without a non-zero
        difference p is 1. The null distribution is summed in float64 from non-negative terms only: relative error of
        p below n * 2.3e-16.

    Raises:
        ValueError: a difference is not finite.
    """
    units = round_to_lattice(differences, resolution=resolution, scale=scale).units
    ranks, positive = doubled_ranks(units, zeros)
    sizes = np.abs(units[units != 0])
    _, counts = np.unique(sizes, return_counts=True)
    observed = int(ranks[positive].sum())
    total = int(ranks.sum())
    found = compute_two_sided_p(ranks, observed)
    return SignedRank(
        n=int(units.size),
        n_nonzero=int(sizes.size),
        n_ties=int(counts[counts > 1].sum()),
        w_plus=observed / 2,
        w_minus=(total - observed) / 2,
        p=found.p,
        log10_p=found.log10_p,
        p_min=compute_smallest_p(int(units.size)),
    )


def doubled_ranks(units: Integers, zeros: Zeros) -> tuple[Integers, NDArray[np.bool_]]:
    """Doubled mid-ranks of the non-zero differences, and which of them are positive.

    Doubled, because the mean of several consecutive ranks is a whole or a half number.
    """
    if zeros not in ("pratt", "wilcoxon"):
        raise ValueError(f"zeros must be 'pratt' or 'wilcoxon', found {zeros!r}")
    ranked = units if zeros == "pratt" else units[units != 0]
    _, group, counts = np.unique(np.abs(ranked), return_inverse=True, return_counts=True)
    doubled = 2 * np.cumsum(counts) - counts + 1
    kept = ranked != 0
    return doubled[group][kept].astype(np.int64), ranked[kept] > 0
