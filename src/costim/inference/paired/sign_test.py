"""Sign test: how many went which way, with nothing assumed about sizes."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from costim.inference.paired.sign_sums import SMALLEST_P
from costim.inference.paired.signed_rank import compute_smallest_p


@dataclass(frozen=True, slots=True)
class SignTest:
    """`n_positive` of `n_nonzero`; p is two-sided and exact."""

    n_positive: int
    n_nonzero: int
    p: float
    p_min: float


def compute_sign_test(n_positive: int, n_negative: int, n_zero: int = 0) -> SignTest:
    """Exact two-sided binomial test of one half, zeros left out.

    Args:
        n_positive: differences above zero.
        n_negative: differences below zero.
        n_zero: differences equal to zero; they only enter `p_min`, which is that of all pairs.

    Returns:
        The test; a p below the smallest ordinary float is given as that, 2.2e-308.

    Raises:
        ValueError: a count is negative.
    """
    if min(n_positive, n_negative, n_zero) < 0:
        raise ValueError("counts must not be negative")
    n = n_positive + n_negative
    tail = sum(comb(n, k) for k in range(min(n_positive, n_negative) + 1))
    # Whole numbers up to the one division: exact for any n.
    p = 1.0 if n == 0 else max(SMALLEST_P, min(1.0, 2 * tail / 2**n))
    return SignTest(n_positive, n, p, compute_smallest_p(n + n_zero))
